package jupyter

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// sweep kills what still carries the mark of a kernel whose keeper did not finish its work.
func sweep(id string) error {
	word := []byte(mark + "=" + id)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		found := 0
		entries, err := os.ReadDir("/proc")
		if err != nil {
			return err
		}
		for _, e := range entries {
			pid, err := strconv.Atoi(e.Name())
			if err != nil {
				continue
			}
			if env, _ := os.ReadFile("/proc/" + e.Name() + "/environ"); bytes.Contains(env, word) {
				found = pid
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		if found == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d of kernel %s cannot be killed", found, id)
		}
	}
}
