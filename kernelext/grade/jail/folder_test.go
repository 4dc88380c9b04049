package jail

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSweep leaves a folder of a grader that is gone, one of a grader that lives, and others' things.
func TestSweep(t *testing.T) {
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	left := map[string]bool{
		fmt.Sprintf("%s%d-1", folderPrefix, ended.Process.Pid): false,
		fmt.Sprintf("%s%d-1", folderPrefix, os.Getpid()):       true,
		folderPrefix + "x-1": true, folderPrefix + "-1": true, "other": true,
	}
	for name := range left {
		if err := os.MkdirAll(filepath.Join(dir, name, "examiner"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	sweep(dir)
	for name, want := range left {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}
