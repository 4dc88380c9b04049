package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Start starts a kernel and returns when it has answered and its outputs can be heard.
// The error is a *StartError, which wraps ctx's when that ended first.
func Start(ctx context.Context, c Config) (*Kernel, error) {
	timeout := c.StartTimeout
	if timeout == 0 {
		timeout = time.Minute
	}
	inTime, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %v", timeout))
	defer cancel()
	for try := 1; ; try++ {
		k, err := start(inTime, c)
		if err == nil {
			return k, nil
		}
		// Somebody may have taken a port between our choosing it and the kernel's binding it.
		taken := strings.Contains(strings.ToLower(err.Stderr), "address already in use")
		if !taken || try == 5 || inTime.Err() != nil {
			return nil, err
		}
	}
}

func start(ctx context.Context, c Config) (*Kernel, *StartError) {
	fail := func(err error, stderr string) (*Kernel, *StartError) {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, &StartError{Kernel: c.Spec.Name, Err: err, Stderr: stderr}
	}
	if len(c.Spec.Argv) == 0 {
		return fail(errors.New("its kernelspec has no argv"), "")
	}
	if c.Dir != "" {
		if _, err := os.Stat(c.Dir); err != nil {
			return fail(err, "") // fork/exec would name the program instead
		}
	}
	conn, err := newConnection(c.Spec.Name)
	if err != nil {
		return fail(err, "")
	}
	dir, env, err := furnish(c)
	if err != nil {
		return fail(err, "")
	}
	id := newID()
	file, err := conn.write(dir, id)
	if err != nil {
		os.RemoveAll(dir)
		return fail(err, "")
	}
	proc, err := startProcess(argv(c.Spec, file), env, c.Dir, dir, id, c.FileSize)
	if err != nil {
		os.RemoveAll(dir)
		return fail(err, "")
	}
	k := &Kernel{
		spec: c.Spec, proc: proc, session: &session{id: id, key: []byte(conn.Key)}, inbox: newInbox(),
		heard: make(chan struct{}), executed: make(map[string]bool), hushed: make(map[string]struct{}),
	}
	if err := k.connect(ctx, conn); err == nil {
		return k, nil
	} else {
		left := proc.kill()
		k.hangUp()
		return fail(errors.Join(err, left), proc.stderr.String())
	}
}

func argv(s Spec, connectionFile string) []string {
	out := make([]string, len(s.Argv))
	for i, a := range s.Argv {
		out[i] = strings.ReplaceAll(a, "{connection_file}", connectionFile)
	}
	return out
}

// connect opens the channels and makes sure that messages pass in both directions, IOPub included: a subscription
// takes effect some time after it was sent, and what is published before is lost.
func (k *Kernel) connect(ctx context.Context, c connection) error {
	// One identity for all: the kernel addresses input requests, and GoNB all its replies, by that of the shell.
	identity := newID()
	for ch, port := range [channels]int{shell: c.Shell, control: c.Control, stdin: c.Stdin, iopub: c.IOPub} {
		typ := zmq4.Dealer
		if channel(ch) == iopub {
			typ = zmq4.Sub
		}
		s, err := k.dial(ctx, typ, identity, port)
		if err != nil {
			return err
		}
		k.sockets[ch] = s
	}
	if err := k.sockets[iopub].send([]byte{1}); err != nil { // subscribe to everything
		return err
	}
	var readers sync.WaitGroup
	for ch := range channels {
		readers.Go(func() { k.read(ch) })
	}
	go func() { readers.Wait(); close(k.heard) }()

	for live, pause := false, 20*time.Millisecond; !live || k.info == nil; pause = min(2*pause, time.Second) {
		if _, err := k.sendHushed(shell, "kernel_info_request", struct{}{}); err != nil {
			return k.deadOr(err)
		}
		round, cancel := context.WithTimeout(ctx, pause)
		for !live || k.info == nil {
			a, err := k.next(round)
			if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
				break // ask again
			}
			if err != nil {
				cancel()
				return err
			}
			live = live || a.from == iopub
			if a.header.Type == "kernel_info_reply" {
				k.info = json.RawMessage(a.content)
			}
		}
		cancel()
	}
	return nil
}

// dial tries until the kernel listens, dies, or ctx ends.
func (k *Kernel) dial(ctx context.Context, typ zmq4.SocketType, identity string, port int) (*socket, error) {
	var last error
	for {
		// A stranger on our port would accept and keep silent.
		s, err := dial(typ, identity, port, time.Now().Add(2*time.Second))
		if err == nil {
			return s, nil
		}
		last = err
		select {
		case <-k.proc.ended:
			return nil, k.dead()
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (%v)", context.Cause(ctx), last)
		case <-time.After(4 * time.Millisecond):
		}
	}
}

// deadOr prefers the kernel's death as the explanation of err.
func (k *Kernel) deadOr(err error) error {
	select {
	case <-k.proc.ended:
		return k.dead()
	case <-time.After(300 * time.Millisecond):
		return err
	}
}
