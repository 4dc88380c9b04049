package runner

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/watch"
)

// outcome is what became of the execution of one cell.
type outcome struct {
	reply  jupyter.Reply
	err    error   // the kernel died, was killed, or asked for input; without a reply it is of no more use
	cut    error   // why the cell was stopped: a *watch.Timeout, a *watch.Full or the cancelling of the run
	prompt *string // the cell asked for input
	unread int     // answers that it was given and has not asked for
	early  bool    // its program ended, and with status 0, but not at its end
}

// cell executes one cell and judges it.
func (s *session) cell(ctx context.Context, c *Cell) {
	ctx, cancel := watch.WithLimit(ctx, s.cellTimeout(c), "the cell")
	defer cancel()
	c.outs = s.book.Cell()
	began := time.Now()
	out := s.execute(ctx, c)
	ended := time.Now()
	c.Elapsed = ended.Sub(began)
	c.Seconds = c.Elapsed.Seconds()
	if out.err != nil && out.reply.Status == "" {
		s.lose() // dead, or still busy
	}
	if n := max(out.reply.ExecutionCount, c.outs.ExecutionCount()); n > 0 {
		c.doc.SetExecutionCount(n)
		s.counted[n] = c
	}
	s.stamp(c, began, ended)
	s.judge(c, out)
}

// execute runs the cell until it ends, or until ctx or its silence is over. Then it is asked to stop, and when it does
// not within the grace time, the kernel is killed with all that it started.
func (s *session) execute(ctx context.Context, c *Cell) (out outcome) {
	exec, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	silence := watch.NewSilence(orDefault(s.Timeouts.Silence, 0))
	defer silence.Stop()
	done := make(chan struct{})
	full := s.grown.Until(done)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		grace := s.Timeouts.grace()
		select {
		case <-done:
			out.cut = <-full
			return
		case err := <-full:
			if out.cut = err; err == nil { // the cell has ended
				return
			}
			grace = min(grace, 200*time.Millisecond) // in two seconds much can be written
		case <-ctx.Done():
			out.cut = context.Cause(ctx)
		case <-silence.Over():
			out.cut = silence.Cause()
		}
		s.kernel.Interrupt()
		if ends(done, grace) {
			return
		}
		s.kernel.Kill()
		if !ends(done, s.Timeouts.grace()) {
			abandon()
		}
	}()
	code, marked := c.doc.Source(), false
	if s.Kernels.GoNB && !s.hidesPrintln {
		code, marked = gonb.WithEndMark(code)
	}
	script := scriptOf(c.doc)
	answers := script.Stdin
	s.front.Cell(script.Widgets)
	request := jupyter.Request{Code: code, Stdin: func(prompt string, _ bool) (string, bool) {
		if len(answers) == 0 {
			out.prompt = &prompt
			return "", false
		}
		answer := answers[0]
		answers = answers[1:]
		return answer, true
	}}
	reply, err := s.kernel.Execute(exec, request, func(m jupyter.Message) {
		silence.Broken()
		c.outs.Apply(m)
		if s.Kernels.GoNB {
			s.front.Hear(m)
		}
	})
	close(done)
	<-watched
	out.reply, out.err, out.unread = reply, err, len(answers)
	ended := c.outs.Ended() || !marked
	if s.Kernels.GoNB {
		ended = ended && testsEnded(c.doc.Source(), c.outs.Outputs())
	}
	out.early = reply.Status == "ok" && !ended
	return out
}

// script is what a cell gets from the people who are not there: metadata.downhill.
type script struct {
	Stdin   []string          `json:"stdin"`   // the lines for its input requests
	Widgets []json.RawMessage `json:"widgets"` // values for its widgets in their order; see frontend.Frontend.Cell
}

func scriptOf(c *nbformat.Cell) (s script) {
	c.Metadata().Decode("downhill", &s)
	return s
}

// ends tells whether done comes before d is over.
func ends(done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// cellTimeout is the limit for a cell: what the notebook asks for in metadata.execution.timeout (seconds, as nbclient
// reads it; in the cell's metadata or else the notebook's), or else the run's.
func (s *session) cellTimeout(c *Cell) time.Duration {
	var asked struct {
		Timeout *float64 `json:"timeout"`
	}
	if !c.doc.Metadata().Decode("execution", &asked) || asked.Timeout == nil {
		s.nb.Document.Metadata().Decode("execution", &asked)
	}
	if asked.Timeout != nil {
		return orDefault(time.Duration(*asked.Timeout*float64(time.Second)), s.Timeouts.cell())
	}
	return s.Timeouts.cell()
}

// stamp stores when the cell ran, in nbclient's words, or takes away when it ran before.
func (s *session) stamp(c *Cell, began, ended time.Time) {
	meta := c.doc.Metadata()
	execution := map[string]json.RawMessage{}
	if !meta.Decode("execution", &execution) && !s.Timing {
		return
	}
	for _, key := range []string{"iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply", "shell.execute_reply.started"} {
		delete(execution, key)
	}
	if s.Timing {
		const layout = `"2006-01-02T15:04:05.000000Z"`
		at := func(t time.Time) json.RawMessage { return json.RawMessage(t.UTC().Format(layout)) }
		execution["iopub.status.busy"] = at(began)
		execution["iopub.execute_input"] = at(began)
		execution["shell.execute_reply"] = at(ended)
		execution["iopub.status.idle"] = at(ended)
	}
	if len(execution) == 0 {
		meta.Delete("execution")
		return
	}
	if err := meta.Set("execution", execution); err != nil {
		s.notebookProblem(&Problem{Path: s.nb.Path, Cell: c.Number, Kind: Unwritable, Text: oneLine(err.Error())})
	}
}

// isDead tells whether the kernel ended by itself or by what the cell did.
func isDead(err error) bool {
	_, dead := errors.AsType[*jupyter.DeadError](err)
	return dead
}
