package site

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"downhill/kernelext/check"
)

// Claims are the claims of all pages, by name.
func (v indexView) Claims() []claimView {
	var all []claimView
	for _, p := range v.Pages {
		all = append(all, p.Claims...)
	}
	slices.SortStableFunc(all, func(a, b claimView) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// HasClaims tells whether there is anything to list.
func (v indexView) HasClaims() bool { return len(v.Claims()) > 0 }

// outcomes are the outcomes of claims, by class.
var outcomes = []struct{ class, one, many string }{
	{"holds", "holds", "hold"},
	{"conditional", "holds under conditions", "hold under conditions"},
	{"wrong", "does not hold", "do not hold"},
	{"open", "not shown", "not shown"},
}

// tally is how many claims had an outcome.
type tally struct {
	Class, One, Many string
	Count            int
}

// Tallies counts the claims by outcome, without the outcomes that did not occur.
func (v indexView) Tallies() []tally {
	count := map[string]int{}
	for _, c := range v.Claims() {
		count[c.Finding()]++
	}
	var all []tally
	for _, o := range outcomes {
		if n := count[o.class]; n > 0 {
			all = append(all, tally{o.class, o.one, o.many, n})
		}
	}
	return all
}

// Settled counts the claims whose cells showed what they set out to show.
func (v indexView) Settled() int {
	n := 0
	for _, c := range v.Claims() {
		if c.Passed {
			n++
		}
	}
	return n
}

// Finding is the outcome of a claim as a class: holds, conditional, wrong, or open while nothing is shown.
func (c claimView) Finding() string {
	for _, o := range outcomes {
		if c.Passed && o.class == c.Verdict {
			return o.class
		}
	}
	return "open"
}

// Rows are the tests of a claim, at least one.
func (c claimView) Rows() []check.Result {
	if len(c.Tests) == 0 {
		return []check.Result{{What: c.Problem}}
	}
	return c.Tests
}

// Predicted is the value that a test expects.
func (c claimView) Predicted(t check.Result) string {
	value, _, _ := strings.Cut(t.Expected, " ± ")
	return numbers(value)
}

// Tolerance says how far from it a test lets pass, in words; it is empty for a test that has its bounds in the prediction.
func (c claimView) Tolerance(t check.Result) string {
	_, tolerance, ok := strings.Cut(t.Expected, " ± ")
	errors, _, statistical := strings.Cut(tolerance, " standard errors")
	width, known := t.Tol.(float64)
	switch {
	case !ok:
		return ""
	case tolerance == "0":
		return "exact"
	case statistical && known:
		return numbers(fmt.Sprintf("± %.2g (%s s.e.)", width, errors))
	}
	return "± " + numbers(tolerance)
}

// Measured is what a test got.
func (c claimView) Measured(t check.Result) string {
	if t.Got == nil {
		return ""
	}
	return c.Text(t.Got)
}

// WhatHTML names a test, with its mathematics.
func (c claimView) WhatHTML(t check.Result) template.HTML { return sentenceHTML(t.What) }
