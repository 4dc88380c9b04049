package jail

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Names of temporary folders begin so; the process id of who made it follows, and "-". The folder of a container has its
// mark next.
const (
	folderPrefix  = "downhill-exam-"
	containerMark = "container-"
)

// Folder makes a temporary folder for grading, after it has removed what graders left that were killed: their folders hold
// hidden tests, their containers still run.
func Folder() (string, error) {
	sweep(os.TempDir())
	return makeFolder("")
}

func makeFolder(mark string) (string, error) {
	return os.MkdirTemp("", fmt.Sprintf("%s%d-%s", folderPrefix, os.Getpid(), mark))
}

// sweep removes the folders of graders that are no more, and what still runs of theirs.
func sweep(tmp string) {
	paths, err := filepath.Glob(filepath.Join(tmp, folderPrefix+"*-*"))
	if err != nil {
		return
	}
	for _, dir := range paths {
		text, rest, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), folderPrefix), "-")
		pid, err := strconv.Atoi(text)
		if err != nil || pid <= 0 || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Geteuid()) {
			continue
		}
		if strings.HasPrefix(rest, containerMark) {
			if podman, err := exec.LookPath("podman"); err == nil {
				removeContainer(podman, filepath.Base(dir))
			}
		} else {
			killUsers(dir)
		}
		_ = os.RemoveAll(dir)
	}
}

// killUsers kills bubblewraps that name the folder in their command line: one that lost its grader while it was still
// building its sandbox can wait for ever.
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
