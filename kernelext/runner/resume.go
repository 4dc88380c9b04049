package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/watch"
)

// Past is what an earlier run has left of a notebook. A run that is given it goes on where that one failed: the cells
// before keep their outputs, and a fresh kernel takes their declarations without running anything of them.
//
// That is so with GoNB, where a cell is a program of its own and only declarations and settings live on in the kernel,
// and files in the notebook's folder. What else a cell has left (see PastCell.Left) only running it again brings back:
// then the run goes on at that cell. With other kernels the run starts over. Who gives a Past vouches that what the
// cells import, and the files that they read, have not changed since.
type Past struct {
	Executed *nbformat.Notebook // as that run stored it
	Cells    []PastCell         // the code cells, in their order
}

// PastCell is what is known of a code cell after a run.
type PastCell struct {
	Status Status `json:"status"`
	Left   string `json:"left,omitempty"` // what it left in its kernel that is neither declared nor set there
}

// Past returns what a later run needs to know of this one, beside the executed notebook.
func (n *Notebook) Past() []PastCell {
	cells := make([]PastCell, len(n.Cells))
	for i, c := range n.Cells {
		cells[i] = PastCell{c.Status, c.left}
	}
	return cells
}

// What a cell can leave.
const (
	leftModules = "another go.mod"
	leftProcess = "a running process"
)

// residue finds what a cell that passed has left in its kernel, which is gone when the kernel is.
func (s *session) residue(c *Cell, modules string) string {
	k, ok := s.kernel.(interface {
		TempDir() string
		Running() (int, bool)
	})
	if !ok {
		return ""
	}
	for _, id := range c.outs.DisplayIDs() {
		for _, other := range s.nb.Cells {
			if strings.Contains(other.doc.Source(), id) {
				return "the display " + id + ", which other cells can change"
			}
		}
	}
	n, known := k.Running()
	switch file := gonb.Foreign(k.TempDir()); {
	case file != "":
		return "the temporary file " + file
	case n > 0:
		return leftProcess
	case !gonb.HasShell(c.doc.Source()):
		return ""
	case !known:
		return "perhaps a running process: this system does not tell"
	case modules != s.modules():
		return leftModules
	}
	return ""
}

// modules is what the cells are built with now.
func (s *session) modules() string {
	if k, ok := s.kernel.(interface{ TempDir() string }); ok {
		return gonb.Modules(k.TempDir())
	}
	return ""
}

// resume takes over what the earlier run has done and returns the index of the cell at which this one begins.
func (s *session) resume(ctx context.Context) int {
	past := s.Past[s.nb.Path]
	if past == nil || !s.Kernels.GoNB {
		return 0
	}
	before, codes, why := s.plan(past)
	kept := len(codes)
	from := kept
	s.nb.Resumed = "nothing is left to run"
	if from < len(s.nb.Cells) {
		s.nb.Resumed = fmt.Sprintf("goes on at cell %d: %s", s.nb.Cells[from].Number, why)
	}
	if 0 < from && from < len(s.nb.Cells) {
		if !s.start(ctx) {
			from = len(s.nb.Cells) // what there is, is kept
		} else if err := s.declare(ctx, before, codes); ctx.Err() != nil {
			s.notebookProblem(s.stopped(context.Cause(ctx)))
			from = len(s.nb.Cells)
		} else if err != nil {
			s.lose()
			kept, from, s.nb.Resumed = 0, 0, "starts over: "+err.Error()
		}
	}
	for i, c := range s.nb.Cells[:kept] {
		s.keep(c, before[i], past.Cells[i])
	}
	s.tell(NotebookResumed, s.nb, nil)
	return from
}

// plan pairs the cells with those of the earlier run, and returns for each that need not be run what restores its part
// of the kernel. The reason says why the next one is to be run.
func (s *session) plan(past *Past) (before []*nbformat.Cell, codes []string, why string) {
	for _, c := range past.Executed.Cells {
		if c.Type == nbformat.Code {
			before = append(before, c)
		}
	}
	if len(before) != len(past.Cells) {
		return nil, nil, "the executed notebook is not that of the last run"
	}
	for i, c := range s.nb.Cells {
		switch {
		case i >= len(before) || !sameCell(c.doc, before[i]) || (past.Cells[i].Status == Skipped) != (s.skip(c) != ""):
			return before, codes, "it has changed"
		case past.Cells[i].Status == Skipped:
			codes = append(codes, "")
			continue
		case past.Cells[i].Status != Passed:
			return before, codes, "it " + past.Cells[i].Status.was()
		}
		left := past.Cells[i].Left
		if left != "" && left != leftModules {
			return before, codes, "it left " + left
		}
		code, why := gonb.Declarations(c.doc.Source(), left == leftModules)
		if why != "" {
			return before, codes, why
		}
		codes = append(codes, code)
	}
	return before, codes, ""
}

// sameCell tells whether a cell would do today what it did.
func sameCell(a, b *nbformat.Cell) bool {
	script := func(c *nbformat.Cell) string {
		raw, _ := c.Metadata().Get("downhill")
		return string(raw)
	}
	return a.Source() == b.Source() && slices.Equal(a.Tags(), b.Tags()) && script(a) == script(b)
}

// declare gives the kernel the declarations of cells, each by a request of its own, so that the next one has the number
// and errors name the places that they would have if all had been run.
func (s *session) declare(ctx context.Context, before []*nbformat.Cell, codes []string) error {
	ctx, cancel := watch.WithLimit(ctx, s.Timeouts.cell(), "restoring the cells before")
	defer cancel()
	if k, ok := s.kernel.(interface{ TempDir() string }); ok && len(codes) > 0 {
		end, err := gonb.Declare(k.TempDir())
		if err != nil {
			return err
		}
		defer end()
	}
	for i, c := range s.nb.Cells[:len(codes)] {
		count, ran := before[i].ExecutionCount()
		if !ran {
			continue
		}
		reply, err := s.kernel.Execute(ctx, jupyter.Request{Code: codes[i]}, nil)
		switch {
		case err != nil:
			return fmt.Errorf("the declarations of cell %d could not be restored: %w", c.Number, err)
		case reply.Status != "ok":
			return fmt.Errorf("the declarations of cell %d could not be restored: %s", c.Number, oneLine(plain(reply.EValue)))
		case reply.ExecutionCount != count:
			return fmt.Errorf("cell %d would have another number", c.Number)
		}
		s.counted[count] = c
	}
	return nil
}

// keep takes over how a cell went.
func (s *session) keep(c *Cell, before *nbformat.Cell, past PastCell) {
	c.Status, c.left, c.Kept = past.Status, past.Left, past.Status != Skipped
	c.outs = s.book.Kept(before.Outputs())
	c.doc.SetOutputs(before.Outputs())
	if n, ok := before.ExecutionCount(); ok {
		c.doc.SetExecutionCount(n)
	}
	var execution json.RawMessage
	if before.Metadata().Decode("execution", &execution) {
		_ = c.doc.Metadata().Set("execution", execution) // it was valid there
	} else {
		c.doc.Metadata().Delete("execution")
	}
	if past.Status == Skipped {
		c.Reason = s.skip(c)
		return
	}
	c.Tests = tests(c.doc.Source(), before.Outputs())
	s.checks(c) // which passed
	if p := s.verify(c); p != nil {
		c.Status, c.Problem = Failed, p
	}
}

// was words a status.
func (s Status) was() string {
	switch s {
	case Failed:
		return "failed"
	case Skipped:
		return "was skipped"
	case Raised:
		return "raised an exception" // whether its declarations were taken, cannot be told
	}
	return "was not run"
}
