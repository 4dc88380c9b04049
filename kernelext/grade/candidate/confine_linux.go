//go:build linux && (amd64 || arm64)

package candidate

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allowed is what a Go program needs that computes and talks over open files: memory, threads of its own, clocks,
// signals to itself, read and write. Everything else answers EPERM, whatever kernel comes next.
var allowed = []uintptr{
	unix.SYS_READ, unix.SYS_READV, unix.SYS_WRITE, unix.SYS_WRITEV, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_LSEEK,
	unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE, unix.SYS_MREMAP, unix.SYS_MINCORE, unix.SYS_BRK,
	unix.SYS_FUTEX, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY,
	unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_RESTART_SYSCALL,
	unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PIPE2,
	unix.SYS_PPOLL, unix.SYS_PSELECT6, unix.SYS_GETRANDOM, unix.SYS_UNAME, unix.SYS_GETUID, unix.SYS_GETEUID,
	unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_SETITIMER, unix.SYS_GETRUSAGE,
}

const (
	deny      = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	syncAll   = 1 // SECCOMP_FILTER_FLAG_TSYNC: every thread, also those the runtime has already
	setFilter = 1 // SECCOMP_SET_MODE_FILTER

	offsetNumber, offsetArch, offsetArg0, offsetArg1 = 0, 4, 16, 24 // of struct seccomp_data
)

func confine() error {
	filter := program()
	fprog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	// Without no_new_privs on every thread, TSYNC sets it there too.
	if thread, _, errno := syscall.RawSyscall(unix.SYS_SECCOMP, setFilter, syncAll, uintptr(unsafe.Pointer(&fprog))); errno != 0 {
		return errno
	} else if thread != 0 {
		return syscall.ESRCH
	}
	return nil
}

func program() []unix.SockFilter {
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	// onEqual skips the next yes instructions when the loaded word is k, else the next no.
	onEqual := func(k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: yes, Jf: no, K: k}
	}
	answer := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }

	p := []unix.SockFilter{
		load(offsetArch),
		onEqual(auditArch, 1, 0), // another calling convention has other numbers
		answer(unix.SECCOMP_RET_KILL_PROCESS),
		load(offsetNumber),
		// A thread is a clone that shares memory and the thread group; anything else would be a process.
		onEqual(uint32(unix.SYS_CLONE), 0, 4),
		load(offsetArg0),
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jt: 1, Jf: 0, K: unix.CLONE_THREAD},
		answer(deny),
		answer(unix.SECCOMP_RET_ALLOW),
		// clone3's flags are out of a filter's reach: libc, which the race detector brings along, falls back to clone
		// when there is no such call.
		onEqual(uint32(unix.SYS_CLONE3), 0, 1),
		answer(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)),
	}
	// only allows a call where an argument has one of the values.
	only := func(nr, offset uint32, values ...uint32) {
		p = append(p, onEqual(nr, 0, uint8(2+2*len(values))), load(offset))
		for _, v := range values {
			p = append(p, onEqual(v, 0, 1), answer(unix.SECCOMP_RET_ALLOW))
		}
		p = append(p, answer(deny))
	}
	only(unix.SYS_PRCTL, offsetArg0, unix.PR_SET_VMA)                                        // the Go runtime names its memory
	only(unix.SYS_TGKILL, offsetArg0, uint32(os.Getpid()))                                   // to itself: where there is no sandbox, others have the same user
	only(unix.SYS_FCNTL, offsetArg1, unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL) // F_SETOWN has the kernel send signals to anybody
	for _, nr := range append(allowed, allowedHere...) {
		p = append(p, onEqual(uint32(nr), 0, 1), answer(unix.SECCOMP_RET_ALLOW))
	}
	return append(p, answer(deny))
}
