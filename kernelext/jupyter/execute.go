package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

type executeRequest struct {
	Code            string            `json:"code"`
	Silent          bool              `json:"silent"`
	StoreHistory    bool              `json:"store_history"`
	UserExpressions map[string]string `json:"user_expressions"`
	AllowStdin      bool              `json:"allow_stdin"`
	StopOnError     bool              `json:"stop_on_error"`
}

type inputRequest struct {
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"`
}

// abortPatience is how long a kernel may take to stop a cell whose input request was declined; GoNB kills the cell's
// program five seconds after the interrupt.
const abortPatience = 8 * time.Second

// humanPause is how long an answer takes at least: GoNB asks first, notes only then who waits for the answer, and loses
// one that comes sooner.
const humanPause = 100 * time.Millisecond

// Execute runs one cell and calls on, from the caller's goroutine, for every IOPub message of this request in order,
// until both its reply and its idle status have come and the kernel has been asked once more whether there is
// anything left. Messages of earlier requests that arrive meanwhile are passed with Late set.
//
// The error is ctx.Err() when ctx ends first (the kernel is then still busy: interrupt or kill it), a *DeadError
// when the process ended, an *InputError when an input request was declined, or a *ProtocolError. The reply is that
// of the kernel if it came, with an empty Status otherwise.
func (k *Kernel) Execute(ctx context.Context, r Request, on func(Message)) (Reply, error) {
	k.executing.Lock()
	defer k.executing.Unlock()
	select {
	case <-k.proc.ended:
		return Reply{}, k.dead()
	default:
	}
	id, err := k.send(shell, "execute_request", nil, executeRequest{
		Code: r.Code, StoreHistory: true, UserExpressions: map[string]string{}, AllowStdin: r.Stdin != nil,
		StopOnError: false, // what waits behind a cell that was interrupted is not to be aborted: it is the next request
	})
	if err != nil {
		return Reply{}, k.deadOr(err)
	}
	k.executed[id] = true
	k.current = id

	var reply Reply
	var declined *InputError
	for idle := false; reply.Status == "" || !idle; {
		a, err := k.next(ctx)
		if err != nil {
			if declined != nil && errors.Is(err, context.DeadlineExceeded) {
				err = declined
			}
			return reply, err
		}
		switch {
		case a.from == iopub:
			idle = idle || a.parent.MsgID == id && isIdle(a)
			k.pass(a, on)
		case a.parent.MsgID != id: // the answer to an earlier request, or to one of our own
		case a.header.Type == "execute_reply":
			if err := json.Unmarshal(a.content, &reply); err != nil {
				return Reply{}, &ProtocolError{Kernel: k.spec.Name, Err: fmt.Errorf("execute_reply: %w", err)}
			}
			reply.Raw, reply.Code = a.content, r.Code
			if reply.Status == "" {
				return reply, &ProtocolError{Kernel: k.spec.Name, Err: errors.New("execute_reply without status")}
			}
		case a.header.Type == "input_request":
			if e := k.answer(a, r.Stdin); e != nil && declined == nil {
				declined = e
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, abortPatience)
				defer cancel()
				if err := k.Interrupt(); err != nil {
					return reply, k.deadOr(err)
				}
			}
		}
	}
	_ = k.fence(ctx, on) // the cell has ended; if the kernel cannot answer now, the next request will say why
	k.current = ""
	if declined != nil {
		return reply, declined
	}
	return reply, nil
}

// answer replies to an input request, or returns the error that declines it.
func (k *Kernel) answer(a arrival, ask func(string, bool) (string, bool)) *InputError {
	var in inputRequest
	_ = json.Unmarshal(a.content, &in) // an odd prompt is no reason not to answer
	if ask != nil {
		if text, ok := ask(in.Prompt, in.Password); ok {
			time.Sleep(humanPause)
			if _, err := k.send(stdin, "input_reply", &a.header, map[string]string{"status": "ok", "value": text}); err == nil {
				return nil
			}
		}
	}
	return &InputError{Prompt: in.Prompt}
}

// Drain passes what has arrived since the last Execute, with Late set. It makes a round trip through the kernel, so
// that everything the kernel has sent before is heard.
func (k *Kernel) Drain(ctx context.Context, on func(Message)) error {
	k.executing.Lock()
	defer k.executing.Unlock()
	return k.fence(ctx, on)
}

// fence asks the kernel something trivial and passes what arrives on IOPub before the answer.
func (k *Kernel) fence(ctx context.Context, on func(Message)) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	id, err := k.sendHushed(shell, "kernel_info_request", struct{}{})
	if err != nil {
		return k.deadOr(err)
	}
	for {
		a, err := k.next(ctx)
		if err != nil {
			return err
		}
		if a.from != iopub {
			continue
		}
		if a.parent.MsgID == id && isIdle(a) {
			return nil
		}
		k.pass(a, on)
	}
}

func (k *Kernel) pass(a arrival, on func(Message)) {
	if on == nil || k.isHushed(a.parent.MsgID) {
		return
	}
	parent := a.parent.MsgID
	on(Message{
		Type: a.header.Type, ParentID: parent, Content: a.content, Metadata: a.metadata,
		Late: k.executed[parent] && parent != k.current,
	})
}

func isIdle(a arrival) bool {
	if a.header.Type != "status" {
		return false
	}
	var s struct {
		State string `json:"execution_state"`
	}
	return json.Unmarshal(a.content, &s) == nil && s.State == "idle"
}
