package jail

import (
	"bytes"
	"os"
	"strconv"
)

// resident returns the bytes of memory that a process and its descendants hold.
func resident(pid int) int64 {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		// The second field, the name, may contain blanks and parentheses; the parent is the second after it.
		if fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]); len(fields) > 1 {
			if parent, err := strconv.Atoi(string(fields[1])); err == nil {
				children[parent] = append(children[parent], child)
			}
		}
	}
	var sum func(pid int) int64
	sum = func(pid int) int64 {
		total := int64(0)
		if text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm"); err == nil {
			if fields := bytes.Fields(text); len(fields) > 1 {
				pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
				total = pages * int64(os.Getpagesize())
			}
		}
		for _, c := range children[pid] {
			total += sum(c)
		}
		return total
	}
	return sum(pid)
}
