//go:build unix && !linux

package jail

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func limitsOf(l Limits, _ bool) map[int]uint64 {
	return map[int]uint64{
		unix.RLIMIT_CPU:   uint64(max(1, l.CPU.Seconds())),
		unix.RLIMIT_FSIZE: uint64(l.File),
		unix.RLIMIT_CORE:  0,
	}
}

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func setLimit(resource int, n uint64) error {
	return syscall.Setrlimit(resource, &syscall.Rlimit{Cur: n, Max: n})
}

func dieWithParent(int) error { return nil }
