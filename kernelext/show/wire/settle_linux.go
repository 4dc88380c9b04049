package wire

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// settle waits, no longer than a second, until the kernel has published what the
// program printed: it takes standard output and error from pipes of their own, and
// what it reads last would else come behind a figure that was sent after it. From an
// empty pipe to the published text are a few microseconds more, and on a busy machine
// the thread that has read may wait for its turn meanwhile: so the kernel has to sleep,
// too, with all its threads.
func (c *conn) settle() error {
	deadline := time.Now().Add(time.Second)
	for (unread(1)+unread(2) > 0 || !asleep(os.Getppid())) && time.Now().Before(deadline) {
		time.Sleep(50 * time.Microsecond)
	}
	return c.sync()
}

// asleep reports whether no thread of a process runs or wants to; also if there is no
// telling.
func asleep(pid int) bool {
	tasks := "/proc/" + strconv.Itoa(pid) + "/task/"
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return true
	}
	for _, t := range threads {
		stat, err := os.ReadFile(tasks + t.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		// "12 (a name) S …": the name may hold anything.
		if _, rest, _ := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" ")); bytes.HasPrefix(rest, []byte("R")) {
			return false
		}
	}
	return true
}

// unread is the number of bytes that nobody has taken from the pipe fd yet; 0 if it is
// none.
func unread(fd uintptr) int {
	var n int32
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCINQ, uintptr(unsafe.Pointer(&n))); errno != 0 {
		return 0
	}
	return int(n)
}
