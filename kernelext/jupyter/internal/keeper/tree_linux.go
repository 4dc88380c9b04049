package keeper

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// adoptOrphans does without golang.org/x/sys: packages are initialised in the order of their paths, and one that
// needs more than the standard library has to wait for everything from github.com that the program links.
func adoptOrphans() {
	const setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
}

func kernelAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// limitFiles bounds the size of a file for this process, which writes none, and all below it: writing more fails with
// EFBIG, or ends a program that does not catch SIGXFSZ.
func limitFiles(size uint64) {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l) == nil && size < l.Max {
		_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size})
	}
}

// killTree kills every descendant of this process.
func killTree(int) {
	children := make(map[int][]int)
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if parent := parentOf(pid); parent > 0 {
			children[parent] = append(children[parent], pid)
		}
	}
	var kill func(pid int)
	kill = func(pid int) {
		for _, c := range children[pid] {
			_ = syscall.Kill(c, syscall.SIGKILL)
			kill(c)
		}
	}
	kill(os.Getpid())
}

// parentOf reads the fourth field of /proc/PID/stat; the second, the name, may contain blanks and parentheses.
func parentOf(pid int) int {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(string(fields[1]))
	return parent
}

// waitForGroup has nothing to wait for: every descendant is a child in the end.
func waitForGroup(int) {}
