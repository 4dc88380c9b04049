package runner

import (
	"downhill/kernelext/check"
)

// checks collects the reports in the cell's output. The first that did not pass fails the cell; an exercise that
// nobody has attempted is open and fails nothing.
func (s *session) checks(c *Cell) *Problem {
	var failed *Problem
	for _, o := range c.outs.Outputs() {
		raw, ok := o.Data[check.MIME]
		if !ok {
			continue
		}
		p := &Problem{Path: s.nb.Path, Cell: c.Number, Kind: Check}
		r, err := check.Parse(raw)
		if err != nil {
			p.Text = oneLine(err.Error())
		} else {
			c.Checks = append(c.Checks, r)
			if r.Passed || r.Verdict == "open" {
				continue
			}
			p.Text, p.Detail = oneLine(r.Kind+" "+r.ID+": "+r.Problem), r.String()
		}
		if failed == nil {
			failed = p
		}
	}
	return failed
}
