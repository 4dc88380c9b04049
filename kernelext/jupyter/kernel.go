package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// Kernel is a running kernel. Its methods may be called from any goroutine; Execute runs one cell at a time.
type Kernel struct {
	info json.RawMessage
}

// Start starts a kernel and returns when it has answered and its outputs can be heard.
// The error is a *StartError, or ctx's.
func Start(ctx context.Context, c Config) (*Kernel, error) {
	return nil, &StartError{Kernel: c.Spec.Name, Err: errors.New("being written")}
}

// Info returns the content of the kernel's kernel_info_reply.
func (k *Kernel) Info() json.RawMessage { return k.info }

// Done is closed when the kernel's process has ended, for whatever reason.
func (k *Kernel) Done() <-chan struct{} { return nil }

// Execute runs one cell and calls on, from the caller's goroutine, for every IOPub message of this request in order,
// until both its reply and its idle status have come. Messages of earlier requests that arrive meanwhile are passed
// with Late set. The error is ctx.Err() when ctx ends first (the kernel is then still busy: interrupt or kill it),
// or a *DeadError when the process ended.
func (k *Kernel) Execute(ctx context.Context, r Request, on func(Message)) (Reply, error) {
	return Reply{}, errors.New("being written")
}

// Drain passes what has arrived since the last Execute, with Late set. It makes a round trip through the kernel, so
// that everything the kernel has sent before is heard.
func (k *Kernel) Drain(ctx context.Context, on func(Message)) error { return nil }

// Send sends a message of any type on the shell channel without waiting for an answer (comm_open, comm_msg).
// It may be called while Execute runs, also from its callback.
func (k *Kernel) Send(msgType string, content any) error { return nil }

// Interrupt asks the kernel to stop the running cell, by SIGINT or by message as the kernelspec says.
func (k *Kernel) Interrupt() error { return nil }

// Kill ends the whole process tree at once. Close is still needed.
func (k *Kernel) Kill() error { return nil }

// Close asks the kernel to shut down, gives it a moment, kills what is left of its process tree and removes its
// temporary folder. It is idempotent and bounded in time.
func (k *Kernel) Close() error { return nil }

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
