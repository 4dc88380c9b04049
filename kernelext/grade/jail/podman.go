package jail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// container is a program's container with podman. It needs no image: its root is an empty folder that only lends places
// to mount on. The folder around it has the container's name, by which Sweep finds those whose grader was killed.
type container struct {
	podman, dir string
}

func (j *Jail) container() (*container, error) {
	dir, err := makeFolder(containerMark)
	if err != nil {
		return nil, err
	}
	c := &container{j.podman, dir}
	if err = os.Mkdir(c.root(), 0o755); err == nil {
		err = os.Chmod(dir, 0o711) // the program has another user
	}
	return c, err
}

func (c *container) name() string    { return filepath.Base(c.dir) }
func (c *container) root() string    { return filepath.Join(c.dir, "root") }
func (c *container) pidFile() string { return filepath.Join(c.dir, "pid") }

// pid is the process of the program, 0 before there is one.
func (c *container) pid() int {
	text, err := os.ReadFile(c.pidFile())
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// argv is the command line that runs s in the container.
func (c *container) argv(s Spec, user int) []string {
	l := s.Limits
	processes := uint64(maxProcesses)
	var hard unix.Rlimit
	if user == 0 && unix.Getrlimit(unix.RLIMIT_NPROC, &hard) == nil {
		processes = hard.Max // counted for each user: of ours it would count the desktop too
	}
	limit := func(name string, n uint64) string { return fmt.Sprintf("--ulimit=%s=%d:%d", name, n, n) }
	a := []string{c.podman, "run", "--rm", "--name=" + c.name(), "--pidfile=" + c.pidFile(), "--network=none", "--cap-drop=all", "--security-opt=no-new-privileges",
		"--security-opt=label=disable", "--read-only", "--read-only-tmpfs=false", "--log-driver=none", "--sdnotify=ignore",
		"--no-hosts", "--passwd=false", "--hostname=exam", "--unsetenv-all", "--pids-limit=" + strconv.Itoa(maxProcesses),
		// Who is killed himself cannot end it: then this does, or the next grader.
		"--timeout=" + strconv.Itoa(int((patience*l.Wall + 5*time.Second).Seconds())),
		limit("cpu", uint64(max(1, l.CPU.Seconds()))), limit("fsize", uint64(l.File)), limit("core", 0), limit("nofile", maxFiles),
		limit("nproc", processes)}
	if !l.Watch {
		a = append(a, limit("data", uint64(l.Data)))
	}
	if user != 0 {
		a = append(a, fmt.Sprintf("--user=%d:%d", user, user))
	} else {
		a = append(a, "--userns=keep-id")
	}
	for _, v := range s.env() {
		a = append(a, "--env="+v)
	}
	if n := len(s.Files); n > 0 {
		a = append(a, "--preserve-fds="+strconv.Itoa(n))
	}
	bind := func(path string, more string) {
		from := path
		if real, err := filepath.EvalSymlinks(path); err == nil {
			from = real // /bin -> usr/bin
		}
		a = append(a, "--mount=type=bind,src="+from+",dst="+path+more)
	}
	for _, path := range s.ReadOnly {
		bind(path, ",ro=true")
	}
	if s.Writable != "" {
		bind(s.Writable, "")
	}
	dir := "/"
	if s.Dir != "" {
		dir = s.Dir
	}
	return append(append(a, "--workdir="+dir, "--rootfs", c.root()), s.Argv...)
}

// end removes what is left: all of the container if its client was killed, and the folder.
func (c *container) end(killed bool) {
	if killed {
		removeContainer(c.podman, c.name())
	}
	_ = os.RemoveAll(c.dir)
}

func removeContainer(podman, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_ = exec.CommandContext(ctx, podman, "rm", "--force", "--time=0", "--ignore", name).Run()
}

func (j *Jail) findPodman() error {
	path, err := exec.LookPath("podman")
	if err != nil {
		return errors.New("podman is not installed: apt-get install podman")
	}
	j.podman = path
	return j.try("podman cannot start a container here")
}

// Env is what a process that opens the same jail needs to be given of our environment.
func (j *Jail) Env() []string {
	env := []string{"PATH=" + os.Getenv("PATH")}
	if j.Kind != Podman {
		return env
	}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "CONTAINERS_") || strings.HasPrefix(name, "XDG_") || name == "HOME" || name == "TMPDIR" || name == "DBUS_SESSION_BUS_ADDRESS" {
			env = append(env, v)
		}
	}
	return env
}
