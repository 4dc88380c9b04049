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
	timer          *time.Timer
	late, ended    atomic.Bool
	hog            atomic.Bool
	wait           func() Outcome
	container      *container // nil: none
}

// Start starts the program. The caller must Wait for it.
func (j *Jail) Start(s Spec) (*Running, error) {
	s.Limits = s.Limits.withDefaults()
	r := &Running{limits: s.Limits, stdout: &capped{max: s.Limits.Output}, stderr: &capped{max: s.Limits.Output}}
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
	r.timer = time.AfterFunc(s.Limits.Wall, func() {
		r.late.Store(true)
		r.Kill()
	})
	r.wait = sync.OnceValue(r.outcome)
	if s.Limits.Watch && r.container == nil {
		go r.watch()
	}
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

// watch ends a program that uses more memory than it may.
func (r *Running) watch() {
	for !r.ended.Load() {
		if resident(r.cmd.Process.Pid) > r.limits.Data {
			r.hog.Store(true)
			r.Kill()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Kill ends the program and everything it started. Only Wait tells when it is gone.
func (r *Running) Kill() {
	if !r.ended.Load() {
		_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	}
}

// Wait waits until the program has ended and nothing of it is left.
func (r *Running) Wait() Outcome { return r.wait() }

func (r *Running) outcome() Outcome {
	_ = r.cmd.Wait()
	// What is left of its process group, where there is no namespace to die with it.
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	r.ended.Store(true)
	r.timer.Stop()
	o := Outcome{Late: r.late.Load(), Hog: r.hog.Load(), Status: -1, Stdout: r.stdout.String(), Stderr: r.stderr.String(), Limits: r.limits}
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
