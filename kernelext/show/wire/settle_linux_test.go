package wire

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestAsleep(t *testing.T) {
	if asleep(os.Getpid()) {
		t.Error("who asks is awake")
	}
	sleeper := exec.Command("sleep", "600")
	if err := sleeper.Start(); err != nil {
		t.Skip(err)
	}
	for late := time.Now().Add(30 * time.Second); !asleep(sleeper.Process.Pid); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("sleep does not sleep")
		}
	}
	if err := sleeper.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = sleeper.Wait()
	if !asleep(sleeper.Process.Pid) {
		t.Error("of a process that has ended there is no telling")
	}
}
