//go:build unix && !linux

package grade

import "syscall"

func examinerAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
