package jupyter

import (
	"bytes"
	"os"
	"strconv"
)

// Running counts the processes that the kernel has started and that still run; false when that cannot be told.
func (k *Kernel) Running() (n int, ok bool) {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, false
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// The name of the program, in parentheses, may hold blanks; its state follows, and its parent.
		stat, _ := os.ReadFile("/proc/" + e.Name() + "/stat")
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 2 || fields[0][0] == 'Z' {
			continue
		}
		if parent, err := strconv.Atoi(string(fields[1])); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	var count func(pid int) int
	count = func(pid int) (n int) {
		for _, c := range children[pid] {
			n += 1 + count(c)
		}
		return n
	}
	return max(0, count(k.proc.keeper.Process.Pid)-1), true // the kernel itself is one
}
