package jail

import (
	"os/exec"
	"testing"
	"time"
)

// TestLook: the clock stands still for a program that computes, or whose child does, and goes on for one that waits.
func TestLook(t *testing.T) {
	for script, want := range map[string]bool{
		"exec sleep 100":                            false,
		"while :; do :; done":                       true,
		"while :; do :; done & (sleep 100); exit 1": true,
		"(sleep 100) & wait; exit 1":                false,
	} {
		cmd := exec.Command("/bin/sh", "-c", script)
		cmd.SysProcAttr = attributes()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		same := 0 // glances that saw what is wanted, one after the other
		for began := time.Now(); same < 5 && time.Since(began) < time.Minute; time.Sleep(20 * time.Millisecond) {
			if same++; look(cmd.Process.Pid).busy != want {
				same = 0
			}
		}
		if same < 5 {
			t.Errorf("%s: never busy %v", script, want)
		}
		(&Running{cmd: cmd, done: make(chan struct{})}).Kill()
		_ = cmd.Wait()
	}
	if seen := look(1 << 30); seen.busy || seen.memory != 0 {
		t.Errorf("of no process: %+v", seen)
	}
}
