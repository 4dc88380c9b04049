package jail

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// limitsOf returns the resource limits in the order in which they are set.
func limitsOf(l Limits, ownUser bool) map[int]uint64 {
	m := map[int]uint64{
		unix.RLIMIT_DATA:   uint64(l.Data),
		unix.RLIMIT_CPU:    uint64(max(1, l.CPU.Seconds())),
		unix.RLIMIT_FSIZE:  uint64(l.File),
		unix.RLIMIT_CORE:   0,
		unix.RLIMIT_NOFILE: maxFiles,
	}
	if l.Watch {
		delete(m, unix.RLIMIT_DATA)
	}
	if ownUser {
		m[unix.RLIMIT_NPROC] = maxProcesses // counted for each user: of ours it would count the desktop too
	}
	return m
}

func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func setLimit(resource int, n uint64) error {
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: n, Max: n})
}

// dieWithParent is set anew because a change of user clears it.
func dieWithParent(parent int) error {
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0); err != nil {
		return err
	}
	if os.Getppid() != parent {
		return errors.New("the grader is gone")
	}
	return nil
}
