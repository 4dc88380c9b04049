package jail

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// clockTick is the unit of times in /proc, whatever the kernel's own.
const clockTick = 10 * time.Millisecond

// look tells what a process and its descendants do.
func look(pid int) (l sight) {
	type process struct {
		parent int
		cpu    time.Duration
		memory int64
	}
	processes := map[int]process{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return l
	}
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// By proc(5), after the name: 0 the state, 1 the parent, 11 and 12 the times of user and system, 21 the pages in memory.
		if f := statFields("/proc/" + e.Name() + "/stat"); len(f) > 21 {
			processes[n] = process{int(number(f[1])), time.Duration(number(f[11])+number(f[12])) * clockTick, number(f[21]) * int64(os.Getpagesize())}
		}
	}
	var add func(pid int)
	add = func(pid int) {
		l.cpu += processes[pid].cpu
		l.memory += processes[pid].memory
		l.busy = l.busy || isBusy(pid)
		for n, p := range processes {
			if p.parent == pid {
				add(n)
			}
		}
	}
	if _, ok := processes[pid]; ok {
		add(pid)
	}
	return l
}

// isBusy tells whether a thread of the process runs, or waits for a processor (R) or for the disk (D).
func isBusy(pid int) bool {
	dir := "/proc/" + strconv.Itoa(pid) + "/task"
	threads, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, t := range threads {
		if f := statFields(dir + "/" + t.Name() + "/stat"); len(f) > 0 && (f[0][0] == 'R' || f[0][0] == 'D') {
			return true
		}
	}
	return false
}

// statFields splits what follows the name, which may contain blanks and parentheses itself.
func statFields(path string) [][]byte {
	stat, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
}

func number(field []byte) int64 {
	n, _ := strconv.ParseInt(string(field), 10, 64)
	return n
}
