package runner

import (
	"strconv"
	"strings"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/compare"
)

// Stored says what the outputs are for that a notebook comes with.
type Stored int

const (
	Ignore Stored = iota
	Verify        // a cell whose outputs are not what is stored fails
	Accept        // a notebook that passes is stored with its new outputs, in its own place; what is alike stays as it was
)

// Tags that loosen the comparison of a cell. The first is nbval's.
const (
	ignoreOutputTag = "nbval-ignore-output"
	toleranceTag    = "tolerance=" // followed by a number
)

// verify compares what is stored with what came.
func (s *session) verify(c *Cell) *Problem {
	if s.Stored != Verify || s.alike(c) {
		return nil
	}
	p := &Problem{Path: s.nb.Path, Cell: c.Number, Kind: Differs}
	p.Detail = strings.TrimSpace(compare.Outputs(c.stored, c.outs.Outputs(), compareOptions(c.doc)))
	p.Text = "the output is not the one that is stored: " + summary(p.Detail)
	return p
}

// summary is the first difference in one line. A picture's is for eyes.
func summary(diff string) string {
	what, rest, _ := strings.Cut(diff, "\n")
	if strings.HasPrefix(what, "image/") {
		return "another picture (" + strings.TrimSuffix(what, ":") + ")"
	}
	for line := range strings.Lines(rest) {
		if line[0] == '-' || line[0] == '+' {
			if line = strings.TrimSpace(line); len(line) > mostSummed {
				line = strings.ToValidUTF8(line[:mostSummed], "") + "…"
			}
			what += " " + line
			if line[0] == '+' {
				break
			}
		}
	}
	return oneLine(what)
}

const mostSummed = 100 // bytes of each side

func (s *session) alike(c *Cell) bool {
	return c.doc.HasTag(ignoreOutputTag) || compare.Outputs(c.stored, c.outs.Outputs(), compareOptions(c.doc)) == ""
}

func compareOptions(c *nbformat.Cell) (o compare.Options) {
	for _, tag := range c.Tags() {
		if text, ok := strings.CutPrefix(tag, toleranceTag); ok {
			o.Tolerance, _ = strconv.ParseFloat(text, 64)
		}
	}
	return o
}

// keepStored puts the stored outputs back where the new ones are alike, so that accepting changes nothing else.
func (s *session) keepStored() {
	for _, c := range s.nb.Cells {
		if c.outs != nil && len(c.stored) > 0 && s.alike(c) {
			c.doc.SetOutputs(c.stored)
		}
	}
}
