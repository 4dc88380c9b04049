package jupyter

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// Kernel is a running kernel. Its methods may be called from any goroutine; Execute runs one cell at a time.
type Kernel struct {
	spec    Spec
	proc    *process
	session *session
	sockets [channels]*socket
	inbox   *inbox
	heard   chan struct{} // closed when all readers have ended
	info    json.RawMessage

	executing sync.Mutex          // held by Execute and Drain
	executed  map[string]bool     // ids of execute requests; guarded by executing
	current   string              // id of the request that is being executed; guarded by executing
	hushMu    sync.Mutex          // for hushed
	hushed    map[string]struct{} // ids of requests of our own, whose messages are nobody's business

	closing  sync.Once
	closeErr error
}

// Info returns the content of the kernel's kernel_info_reply.
func (k *Kernel) Info() json.RawMessage { return k.info }

// TempDir is the kernel's TMPDIR, which is gone when the kernel is.
func (k *Kernel) TempDir() string { return filepath.Join(k.proc.dir, tempName) }

// Done is closed when the kernel's process has ended, for whatever reason.
func (k *Kernel) Done() <-chan struct{} { return k.proc.ended }

// Send sends a message of any type on the shell channel without waiting for an answer (comm_open, comm_msg).
// It may be called while Execute runs, also from its callback.
func (k *Kernel) Send(msgType string, content any) error {
	_, err := k.send(shell, msgType, nil, content)
	return err
}

func (k *Kernel) send(c channel, msgType string, parent *header, content any) (id string, err error) {
	frames, id, err := k.session.encode(msgType, parent, content)
	if err != nil {
		return "", err
	}
	if err := k.sockets[c].send(frames...); err != nil {
		return "", fmt.Errorf("kernel %s: %s: %w", k.spec.Name, msgType, err)
	}
	return id, nil
}

// sendHushed sends a request of our own, whose status messages are not passed on.
func (k *Kernel) sendHushed(c channel, msgType string, content any) (id string, err error) {
	frames, id, err := k.session.encode(msgType, nil, content)
	if err != nil {
		return "", err
	}
	k.hushMu.Lock()
	k.hushed[id] = struct{}{}
	k.hushMu.Unlock()
	return id, k.sockets[c].send(frames...)
}

func (k *Kernel) isHushed(id string) bool {
	k.hushMu.Lock()
	defer k.hushMu.Unlock()
	_, ok := k.hushed[id]
	return ok
}

// Interrupt asks the kernel to stop the running cell, by SIGINT or by message as the kernelspec says.
func (k *Kernel) Interrupt() error {
	if k.spec.InterruptMode == "message" {
		_, err := k.sendHushed(control, "interrupt_request", struct{}{})
		return err
	}
	return k.proc.interrupt()
}

// Kill ends the whole process tree at once and returns when nothing of it is left. Close is still needed.
func (k *Kernel) Kill() error { return k.proc.kill() }

// grace is how long a kernel may take to shut down politely.
const grace = 2 * time.Second

// Close asks the kernel to shut down, gives it a moment, kills what is left of its process tree and removes its
// temporary folder. It is idempotent and bounded in time. The error tells what could not be removed.
func (k *Kernel) Close() error {
	k.closing.Do(func() {
		wait := grace
		if k.executing.TryLock() {
			if k.current != "" {
				wait /= 8 // the last cell has not ended: politeness will hardly be answered
			}
			k.executing.Unlock()
		} else {
			wait /= 8
		}
		select {
		case <-k.proc.ended:
		default:
			if _, err := k.sendHushed(control, "shutdown_request", map[string]bool{"restart": false}); err == nil {
				select {
				case <-k.proc.ended:
				case <-time.After(wait):
				}
			}
		}
		k.closeErr = k.proc.kill()
		k.hangUp()
	})
	return k.closeErr
}

// hangUp closes the sockets and ends their readers.
func (k *Kernel) hangUp() {
	for _, s := range k.sockets {
		if s != nil {
			s.close()
		}
	}
	k.inbox.shutDown()
}

// read puts what arrives on a channel into the inbox until the connection ends.
func (k *Kernel) read(c channel) {
	for {
		frames, err := k.sockets[c].receive()
		if err != nil {
			k.inbox.put(arrival{from: c, err: fmt.Errorf("connection %s lost: %w", c, err)})
			return
		}
		e, err := k.session.decode(frames)
		k.inbox.put(arrival{envelope: e, from: c, err: err})
	}
}

// next returns the next arrival. When the kernel has ended and everything it had sent is read, it is a *DeadError.
func (k *Kernel) next(ctx context.Context) (arrival, error) {
	for {
		if err := ctx.Err(); err != nil { // before the queue: output without end must not hide it
			return arrival{}, err
		}
		if a, ok := k.inbox.poll(); ok {
			if a.err == nil {
				return a, nil
			}
			return a, k.broken(ctx, a.err)
		}
		select {
		case <-k.inbox.news:
		case <-ctx.Done():
		case <-k.proc.ended:
			select { // what the kernel sent before its end may still be on its way
			case <-k.heard:
			case <-time.After(300 * time.Millisecond):
			}
			if a, ok := k.inbox.poll(); ok && a.err == nil {
				return a, nil
			} else if !ok {
				return arrival{}, k.dead()
			}
		}
	}
}

// broken waits a moment whether a lost connection is the beginning of the kernel's end.
func (k *Kernel) broken(ctx context.Context, err error) error {
	select {
	case <-k.proc.ended:
		return k.dead()
	case <-ctx.Done():
	case <-time.After(500 * time.Millisecond):
	}
	return &ProtocolError{Kernel: k.spec.Name, Err: err}
}

func (k *Kernel) dead() error {
	return &DeadError{Kernel: k.spec.Name, Status: k.proc.status, Stderr: k.proc.stderr.String()}
}
