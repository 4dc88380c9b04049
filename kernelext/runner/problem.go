package runner

import (
	"fmt"
	"strings"
)

// Kind says what sort of problem it is.
type Kind string

const (
	Unreadable  Kind = "unreadable"   // the file is not a notebook
	Parameter   Kind = "parameter"    // a value for a parameter does not fit
	NoCell      Kind = "no cell"      // a cell that is to be skipped does not exist
	NoKernel    Kind = "no kernel"    // the kernel could not be started
	WrongKernel Kind = "wrong kernel" // the notebook is written in another language
	Unwritable  Kind = "unwritable"   // the executed notebook could not be stored
	Error       Kind = "error"        // the cell did not compile, panicked, exited with a status
	Timeout     Kind = "timeout"      // the cell, the notebook or the run took too long
	Disk        Kind = "disk"         // the cell filled the disk
	Unfetched   Kind = "unfetched"    // the cell needs a module that could not be fetched
	Died        Kind = "died"         // the kernel ended under the cell
	Input       Kind = "input"        // the cell asked for input
	Check       Kind = "check"        // a check in the cell's output failed
	Differs     Kind = "differs"      // the cell's output is not the one that is stored
	Interrupted Kind = "interrupted"  // the run was cancelled
)

// Problem is one thing that went wrong, where, in one line.
type Problem struct {
	Path   string `json:"notebook,omitempty"` // "": no notebook is to blame
	Cell   int    `json:"cell,omitempty"`     // 1-based position among all cells; 0: the notebook itself
	Line   int    `json:"line,omitempty"`     // 1-based in the cell's source; 0: unknown
	Kind   Kind   `json:"kind"`
	Text   string `json:"text"`             // one line: the compiler's or the panic's own words where there are any
	Detail string `json:"detail,omitempty"` // more, without terminal colours
}

// Error names the place as compilers do: notebooks/x.ipynb:cell 12:3: undefined: y
func (p *Problem) Error() string {
	if p.Path == "" {
		return p.Text
	}
	return p.Where() + ": " + p.Text
}

// because says why nothing could be run after it.
func (p *Problem) because() string {
	if p.Cell > 0 {
		return fmt.Sprintf("cell %d failed", p.Cell)
	}
	return p.Text
}

// Where names the place only.
func (p *Problem) Where() string {
	switch {
	case p.Cell == 0:
		return p.Path
	case p.Line == 0:
		return fmt.Sprintf("%s:cell %d", p.Path, p.Cell)
	}
	return fmt.Sprintf("%s:cell %d:%d", p.Path, p.Cell, p.Line)
}

// oneLine returns the first line of s that says something, at most 300 bytes of it.
func oneLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			if len(line) > 300 {
				line = strings.ToValidUTF8(line[:300], "") + "…"
			}
			return line
		}
	}
	return "no message"
}
