package gonb

import "downhill/kernelext/jupyter"

// Diagnostic is a place in a cell and what is wrong there.
type Diagnostic struct {
	Count int    // execution count of the cell, 0 when unknown
	Line  int    // 1-based line of the cell's source, 0 when unknown
	Text  string // the compiler's or the panic's own words
}

// Decode finds the places that a failed cell's reply and stderr name. The first is the cause.
// The text is never empty; there is at least one Diagnostic when the reply's status is not ok.
func Decode(reply jupyter.Reply, stderr string) []Diagnostic { return nil }

// Verdict judges a cell that GoNB answered with ok. GoNB says ok to failing shell lines, unknown magics and programs
// that were never run; the result is nil only when nothing of that kind happened.
func Verdict(source string, reply jupyter.Reply, stderr string) *Diagnostic { return nil }
