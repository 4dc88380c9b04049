package grade

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"downhill/kernelext/grade/jail"
)

// makeFolder makes an exam's temporary folder, and removes those of graders that were killed: their folders hold hidden
// tests.
func makeFolder() (string, error) {
	sweep(os.TempDir())
	return os.MkdirTemp("", fmt.Sprintf("%s%d-", jail.FolderPrefix, os.Getpid()))
}

// sweep removes the folders of graders that are no more. A bubblewrap that lost its grader while it was still building its
// sandbox can wait for ever; it has the folder in its command line, and goes too.
func sweep(tmp string) {
	paths, err := filepath.Glob(filepath.Join(tmp, jail.FolderPrefix+"*-*"))
	if err != nil {
		return
	}
	for _, dir := range paths {
		text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), jail.FolderPrefix), "-")
		pid, err := strconv.Atoi(text)
		if err != nil || pid <= 0 || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Geteuid()) {
			continue
		}
		killUsers(dir)
		_ = os.RemoveAll(dir)
	}
}

// killUsers kills bubblewraps that name the folder in their command line.
func killUsers(dir string) {
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return
	}
	for _, path := range lines {
		line, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(line, []byte("\x00--die-with-parent\x00")) || !bytes.Contains(line, []byte(dir+"/")) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
