package jail

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Kinds of isolation.
const (
	Bwrap   = "bwrap"
	Podman  = "podman"
	Process = "process"
)

// Limits that no answer of a student comes near.
const (
	maxProcesses = 256
	maxFiles     = 256
)

// firstUser is the first of the users that jailed programs run as when the grader is root: above those that systems
// give to people and services, below nobody.
const firstUser = 64000

// Jail is a kind of isolation that works here.
type Jail struct {
	Kind          string
	bwrap, podman string // paths of the programs
	root          bool
}

// Open returns the isolation of that name, or the strongest for "" or "auto". The process fallback is never chosen for
// the caller.
func Open(name string) (*Jail, error) {
	j := &Jail{Kind: name, root: os.Geteuid() == 0}
	switch name {
	case Process:
		return j, nil
	case "", "auto":
		j, err := Open(Bwrap)
		if err != nil {
			if other, noPodman := Open(Podman); noPodman == nil {
				return other, nil
			}
		}
		return j, err
	case Bwrap, Podman:
		find := j.findBwrap
		if name == Podman {
			find = j.findPodman
		}
		if err := find(); err != nil {
			return nil, fmt.Errorf("no sandbox: %w; inside a container that is itself the sandbox, ask for isolation %q by name", err, Process)
		}
		return j, nil
	case "docker":
		return nil, fmt.Errorf("isolation %q: run the grader itself in the container, with isolation %q", name, Process)
	}
	return nil, fmt.Errorf("unknown isolation %q: use auto, %s, %s or %s", name, Bwrap, Podman, Process)
}

func (j *Jail) findBwrap() error {
	path, err := exec.LookPath("bwrap")
	if err != nil {
		return errors.New("bubblewrap (bwrap) is not installed: apt-get install bubblewrap")
	}
	j.bwrap = path
	return j.try("bubblewrap cannot make a sandbox here")
}

// try runs a program that does nothing.
func (j *Jail) try(fault string) error {
	p, err := j.Start(Spec{Argv: []string{"/bin/true"}, ReadOnly: SystemFolders(), Limits: Limits{Wall: 20 * time.Second}})
	if err != nil {
		return fmt.Errorf("%s: %w", fault, err)
	}
	if o := p.Wait(); !o.OK() {
		return fmt.Errorf("%s: %s", fault, strings.TrimSpace(firstLine(o.Stderr)+" "+o.Describe()))
	}
	return nil
}

// SystemFolders are what a dynamically linked program needs to be read: programs and libraries of the system.
func SystemFolders() []string {
	var found []string
	for _, dir := range []string{"/usr", "/bin", "/lib", "/lib64", "/nix/store"} {
		if _, err := os.Stat(dir); err == nil {
			found = append(found, dir)
		}
	}
	return found
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// Limits of a jailed program; a zero is a default that compiling and grading never reach.
type Limits struct {
	Wall   time.Duration `json:"wall,omitempty"` // while it waits
	CPU    time.Duration `json:"cpu,omitempty"`
	Data   int64         `json:"data,omitempty"`   // bytes of memory
	Watch  bool          `json:"watch,omitempty"`  // count memory that is used, not reserved: for the race detector, which reserves terabytes
	File   int64         `json:"file,omitempty"`   // bytes of each file it writes
	Output int           `json:"output,omitempty"` // bytes kept of stdout and of stderr
}

func (l Limits) withDefaults() Limits {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&l.Wall, time.Minute)
	def(&l.CPU, 30*time.Second)
	if l.Data == 0 {
		l.Data = 2 << 30
	}
	if l.File == 0 {
		l.File = 64 << 20
	}
	if l.Output == 0 {
		l.Output = 64 << 10
	}
	return l
}

// Spec is a program to run. Paths are the same inside and outside, and absolute.
type Spec struct {
	Argv     []string
	Dir      string // its working folder; "" is /
	ReadOnly []string
	Writable string     // a folder, "" for none
	Files    []*os.File // from file 3 on
	Limits   Limits
	Slot     int // which of the grader's parallel jobs this is: when the grader is root, each has a user of its own
}

// Own gives a folder to the user that programs of that slot run as.
func (j *Jail) Own(dir string, slot int) error {
	if !j.root {
		return nil
	}
	return os.Chown(dir, firstUser+slot, firstUser+slot)
}

// argv is the command line that the limits are set for.
func (j *Jail) argv(s Spec) []string {
	if j.Kind == Process {
		return s.Argv
	}
	a := []string{j.bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
		"--uid", "65534", "--gid", "65534", "--hostname", "exam"}
	for _, path := range s.ReadOnly {
		if link, err := os.Readlink(path); err == nil && filepath.Dir(path) == "/" {
			a = append(a, "--symlink", link, path) // /bin -> usr/bin
			continue
		}
		a = append(a, "--ro-bind", path, path)
	}
	if s.Writable != "" {
		a = append(a, "--bind", s.Writable, s.Writable)
	}
	a = append(a, "--dev-bind", "/dev/null", "/dev/null")
	if s.Dir != "" {
		a = append(a, "--chdir", s.Dir)
	} else {
		a = append(a, "--chdir", "/")
	}
	return append(append(a, "--remount-ro", "/", "--"), s.Argv...)
}

func (s Spec) env() []string {
	tmp := s.Writable
	if tmp == "" {
		tmp = "/nonexistent"
	}
	// The garbage collector works before the limit of memory is reached, not after. A race is reported at once.
	return []string{"PATH=/nonexistent", "TMPDIR=" + tmp, "HOME=" + tmp,
		"GOMEMLIMIT=" + strconv.FormatInt(s.Limits.Data*3/4, 10), "GOMAXPROCS=" + strconv.Itoa(min(4, runtime.NumCPU())),
		"GORACE=atexit_sleep_ms=0"}
}
