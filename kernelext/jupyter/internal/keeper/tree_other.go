//go:build unix && !linux

package keeper

import (
	"syscall"
	"time"
)

func adoptOrphans() {}

func kernelAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func limitFiles(uint64) {}

// killTree kills the kernel's process group.
func killTree(kernel int) { _ = syscall.Kill(-kernel, syscall.SIGKILL) }

// waitForGroup waits until the kernel's process group is empty; orphans in it are not our children.
func waitForGroup(kernel int) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if syscall.Kill(-kernel, syscall.SIGKILL) == syscall.ESRCH {
			return
		}
	}
}
