package jupyter

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// checkNothingLeft looks for the kernel's folder and for processes that carry its mark.
func checkNothingLeft(t *testing.T, k *Kernel) {
	t.Helper()
	for _, l := range leftovers(k.proc.dir, k.proc.id) {
		t.Errorf("%s is left", l)
	}
}

func leftovers(dir, id string) (left []string) {
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		left = append(left, dir)
	}
	if runtime.GOOS != "linux" {
		return left
	}
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range environs {
		if b, _ := os.ReadFile(f); strings.Contains(string(b), mark+"="+id) {
			left = append(left, f)
		}
	}
	return left
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Skip("no /dev/fd")
	}
	return len(entries)
}
