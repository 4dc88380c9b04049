package jail

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSweep leaves a folder of a grader that is gone, one of a grader that lives, and others' things.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	left := map[string]bool{
		fmt.Sprintf("%s%d-1", folderPrefix, ended(t)):    false,
		fmt.Sprintf("%s%d-1", folderPrefix, os.Getpid()): true,
		folderPrefix + "x-1":                             true, folderPrefix + "-1": true, "other": true,
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

// ended is the process id of a program that is no more.
func ended(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Skip(err)
	}
	return cmd.Process.Pid
}

// TestSweepEndsContainers starts a container as a grader does that is then killed.
func TestSweepEndsContainers(t *testing.T) {
	j := open(t, Podman)
	dir := t.TempDir()
	c := &container{j.podman, filepath.Join(dir, fmt.Sprintf("%s%d-%s1", folderPrefix, ended(t), containerMark))}
	if err := os.MkdirAll(c.root(), 0o755); err != nil {
		t.Fatal(err)
	}
	user := 0
	if j.root {
		user = firstUser
	}
	argv := c.argv(Spec{Argv: []string{"/bin/sleep", "300"}, ReadOnly: SystemFolders(), Limits: Limits{}.withDefaults()}, user)
	cmd := exec.Command(argv[0], argv[1:]...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); c.pid() == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the container does not start")
		}
	}
	pid := c.pid()
	sweep(dir)
	_ = cmd.Wait()
	if err := syscall.Kill(pid, 0); err == nil {
		t.Error("the container's program lives")
	}
	if _, err := os.Stat(c.dir); err == nil {
		t.Error("its folder is left")
	}
}
