package jail

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Running is a program in its jail.
type Running struct {
	cmd            *exec.Cmd
	limits         Limits
	stdout, stderr *capped
	container      *container // nil: none
	wait           func() Outcome
	done           chan struct{} // closed when it has ended

	late, hog, stopped atomic.Bool // why it was ended: by the clock, by its memory, by the caller
	spent              atomic.Int64
}

// Start starts the program. The caller must Wait for it.
func (j *Jail) Start(s Spec) (*Running, error) {
	s.Limits = s.Limits.withDefaults()
	r := &Running{limits: s.Limits, done: make(chan struct{}), stdout: &capped{max: s.Limits.Output}, stderr: &capped{max: s.Limits.Output}}
	if err := j.prepare(r, s); err != nil {
		return nil, err
	}
	r.cmd.Stdout, r.cmd.Stderr, r.cmd.ExtraFiles, r.cmd.SysProcAttr = r.stdout, r.stderr, s.Files, attributes()
	// A descendant that keeps a pipe open must not keep us: its tree is dead or about to be.
	r.cmd.WaitDelay = 2 * time.Second
	if err := r.cmd.Start(); err != nil {
		if r.container != nil {
			r.container.end(false)
		}
		return nil, err
	}
	r.wait = sync.OnceValue(r.outcome)
	go r.watch()
	return r, nil
}

// prepare makes the command that becomes the program, or starts its container.
func (j *Jail) prepare(r *Running, s Spec) (err error) {
	user := 0
	if j.root {
		user = firstUser + s.Slot
	}
	if j.Kind == Podman {
		if r.container, err = j.container(); err != nil {
			return err
		}
		r.cmd = &exec.Cmd{Path: j.podman, Args: r.container.argv(s, user), Dir: "/"}
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	order, err := json.Marshal(entry{Limits: limitsOf(s.Limits, j.root), User: user, Parent: os.Getpid()})
	if err != nil {
		return err
	}
	r.cmd = &exec.Cmd{Path: self, Args: append([]string{Name, string(order)}, j.argv(s)...), Env: s.env(), Dir: "/"}
	if j.Kind == Process && s.Dir != "" {
		r.cmd.Dir = s.Dir
	}
	return nil
}

// Kill ends the program and everything it started. Only Wait tells when it is gone.
func (r *Running) Kill() { r.end(&r.stopped) }

func (r *Running) end(why *atomic.Bool) {
	select {
	case <-r.done:
	default:
		why.Store(true)
		_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	}
}

// pid is the process that is watched, with its descendants; 0 before there is one.
func (r *Running) pid() int {
	if r.container != nil {
		return r.container.pid()
	}
	return r.cmd.Process.Pid
}

// Wait waits until the program has ended and nothing of it is left.
func (r *Running) Wait() Outcome { return r.wait() }

func (r *Running) outcome() Outcome {
	_ = r.cmd.Wait()
	// What is left of its process group, where there is no namespace to die with it.
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	close(r.done)
	o := Outcome{
		Late: r.late.Load(), Hog: r.hog.Load(), Stopped: r.stopped.Load(), Status: -1,
		Stdout: r.stdout.String(), Stderr: r.stderr.String(), Limits: r.limits,
	}
	if state := r.cmd.ProcessState; state != nil {
		if r.container != nil {
			r.container.end(state.Sys().(syscall.WaitStatus).Signaled())
		}
		status := state.Sys().(syscall.WaitStatus)
		switch {
		case status.Signaled():
			o.Signal = status.Signal()
		case status.ExitStatus() > 128 && status.ExitStatus() < 128+65: // bwrap's and a shell's way to say so
			o.Signal = syscall.Signal(status.ExitStatus() - 128)
		default:
			o.Status = status.ExitStatus()
		}
	}
	return o
}

// capped keeps the first max bytes and drains the rest.
type capped struct {
	mu  sync.Mutex
	max int
	buf bytes.Buffer
}

var _ io.Writer = (*capped)(nil)

func (c *capped) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf.Write(p[:min(len(p), c.max-c.buf.Len())])
	return len(p), nil
}

func (c *capped) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.String()
}
