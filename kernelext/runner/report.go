package runner

import (
	"iter"
	"time"

	"downhill/kernelext/check"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/outputs"
)

// Status says how a cell or a notebook ended.
type Status string

const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped" // by a tag, by Options.Skip, or because it is empty
	NotRun  Status = "not run" // a cell before it failed, or the run ended
	Raised  Status = "raised"  // failed as its tag raises-exception expects; counts as passed
)

// Report tells how a run went.
type Report struct {
	Notebooks   []*Notebook   `json:"notebooks"`
	Elapsed     time.Duration `json:"-"`
	Seconds     float64       `json:"seconds"`
	Interrupted bool          `json:"interrupted,omitempty"` // the caller's context was cancelled
	Problem     *Problem      `json:"problem,omitempty"`     // why nothing was run, when no notebook is to blame
}

// Notebook tells how one notebook went.
type Notebook struct {
	Source
	Document *nbformat.Notebook `json:"-"` // as executed; nil when it could not be read
	Status   Status             `json:"status"`
	Problem  *Problem           `json:"problem,omitempty"` // why, when no cell is to blame
	Cells    []*Cell            `json:"cells"`             // the code cells
	Elapsed  time.Duration      `json:"-"`
	Seconds  float64            `json:"seconds"`
	Resumed  string             `json:"resumed,omitempty"` // where a run that was given a Past goes on, and why there

	number map[*nbformat.Cell]int // 1-based place in the file
}

// Cell tells how one code cell went.
type Cell struct {
	Number  int            `json:"cell"` // 1-based position among all cells of the file
	ID      string         `json:"id,omitempty"`
	Status  Status         `json:"status"`
	Reason  string         `json:"reason,omitempty"` // why it was skipped, or was not run
	Kept    bool           `json:"kept,omitempty"`   // an earlier run has executed it, and its outputs are from there
	Problem *Problem       `json:"problem,omitempty"`
	Checks  []check.Report `json:"checks,omitempty"`
	Tests   []Test         `json:"tests,omitempty"`  // of a %test cell
	Notice  string         `json:"notice,omitempty"` // what is missing from its outputs
	Elapsed time.Duration  `json:"-"`
	Seconds float64        `json:"seconds"`

	doc    *nbformat.Cell
	stored []nbformat.Output // what the notebook came with
	outs   *outputs.Cell     // nil before it was run
	left   string            // see PastCell.Left
}

// Problems yields every problem, in the order of notebooks and cells.
func (r *Report) Problems() iter.Seq[*Problem] {
	return func(yield func(*Problem) bool) {
		if r.Problem != nil && !yield(r.Problem) {
			return
		}
		for _, n := range r.Notebooks {
			if n.Problem != nil && !yield(n.Problem) {
				return
			}
			for _, c := range n.Cells {
				if c.Status == Failed && c.Problem != nil && !yield(c.Problem) {
					return
				}
			}
		}
	}
}

// Count returns how many cells ended in one of these ways.
func (n *Notebook) Count(status ...Status) (count int) {
	for _, c := range n.Cells {
		for _, s := range status {
			if c.Status == s {
				count++
			}
		}
	}
	return count
}

// Cause is the first problem of a failed notebook: that of its first failed cell or else its own. It is nil when the
// notebook passed.
func (n *Notebook) Cause() *Problem {
	for _, c := range n.Cells {
		if c.Status == Failed && c.Problem != nil {
			return c.Problem
		}
	}
	return n.Problem
}

// Executed counts the cells that this run has executed.
func (n *Notebook) Executed() int { return n.Count(Passed, Raised, Failed) - n.Kept() }

// Kept counts the cells whose execution this run has taken over from an earlier one.
func (n *Notebook) Kept() (count int) {
	for _, c := range n.Cells {
		if c.Kept {
			count++
		}
	}
	return count
}
