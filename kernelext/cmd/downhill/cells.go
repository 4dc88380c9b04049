package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"downhill/kernelext/runner"
)

// diskSize is the value of -disk, in bytes.
type diskSize int64

var sizeWords = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([KMGT]?)(?:i?B)?$`)

const sizeUnits = "KMGT"

func (d *diskSize) String() string {
	n, unit := int64(*d), ""
	for i := 0; i < len(sizeUnits) && n >= 1024 && n%1024 == 0; i++ {
		n, unit = n/1024, sizeUnits[i:i+1]
	}
	return strconv.FormatInt(n, 10) + unit
}

func (d *diskSize) Set(text string) error {
	m := sizeWords.FindStringSubmatch(text)
	if m == nil {
		return errors.New("it must be a size such as 500M or 4G, or 0")
	}
	n, _ := strconv.ParseFloat(m[1], 64) // the pattern is of numbers only
	if m[2] != "" {
		n *= math.Pow(1024, float64(1+strings.Index(sizeUnits, m[2])))
	}
	if n >= math.MaxInt64 {
		return errors.New("it is larger than any disk")
	}
	*d = diskSize(n)
	return nil
}

// A cell is named as messages do.
var skipWords = regexp.MustCompile(`^(.+):cell ([0-9]+)(?::[0-9]+)?: *(\S.*)$`)

// skipFlag reads the value of -skip.
func skipFlag(text string) (runner.Skip, error) {
	m := skipWords.FindStringSubmatch(text)
	if m == nil {
		return runner.Skip{}, errors.New(`it must be a place as messages name it and a reason, such as "a.ipynb:cell 12: needs a GPU"`)
	}
	n, err := strconv.Atoi(m[2])
	return runner.Skip{Notebook: m[1], Cell: n, Reason: m[3]}, err
}

// writeCells accounts for every code cell: what became of it, and why.
func writeCells(w io.Writer, r *runner.Report) {
	for _, n := range r.Notebooks {
		if len(n.Cells) == 0 {
			continue // left out, or unreadable
		}
		fmt.Fprintf(w, "%s\n", name(n))
		for _, c := range n.Cells {
			what := c.Reason
			switch {
			case c.Status == runner.Failed && c.Problem != nil:
				what = c.Problem.Text
			case c.Kept:
				what = "by an earlier run"
			case c.Status == runner.Passed, c.Status == runner.Raised:
				what = seconds(c.Elapsed)
			}
			fmt.Fprintf(w, "  cell %-4d %-8s %s\n", c.Number, c.Status, what)
		}
		fmt.Fprintf(w, "  %d code cells: %d passed, %d failed, %d skipped, %d not run\n", len(n.Cells),
			n.Count(runner.Passed, runner.Raised), n.Count(runner.Failed), n.Count(runner.Skipped), n.Count(runner.NotRun))
	}
}
