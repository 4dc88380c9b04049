package wire

import (
	"syscall"
	"time"
	"unsafe"
)

// settle waits, no longer than a second, until the kernel has published what the
// program printed: it takes standard output and error from pipes of their own, and
// what it reads last would else come behind a figure that was sent after it. From an
// empty pipe to the published text are a few microseconds more, of which nothing
// tells; the way of a question to the kernel and back is longer.
func (c *conn) settle() error {
	deadline := time.Now().Add(time.Second)
	for unread(1)+unread(2) > 0 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Microsecond)
	}
	return c.sync()
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
