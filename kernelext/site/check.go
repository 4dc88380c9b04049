package site

import (
	"encoding/json"
	"html/template"
	"strings"

	"downhill/kernelext/check"
)

// claimView is a report of package check as templates see it.
type claimView struct {
	check.Report
	Cell int
	Page *page
}

// check draws a report from its data, or returns "" when it is none.
func (p *page) check(raw json.RawMessage, v *cellView) template.HTML {
	report, err := check.Parse(raw)
	if err != nil {
		return ""
	}
	view := claimView{Report: report, Cell: v.Number, Page: p}
	if report.Kind == "claim" {
		p.Claims = append(p.Claims, view)
	}
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, "check", view); err != nil {
		return ""
	}
	return template.HTML(b.String())
}

// StatementHTML is the claim with its mathematics.
func (c claimView) StatementHTML() template.HTML { return sentenceHTML(c.Statement) }

// Class says how the report went: good, open or bad.
func (c claimView) Class() string {
	switch {
	case c.Passed:
		return "good"
	case c.Verdict == "open":
		return "open"
	}
	return "bad"
}

// Sign is the same for the eye alone.
func (c claimView) Sign() string {
	return map[string]string{"good": "✓", "open": "○", "bad": "✗"}[c.Class()]
}

// Outcome is what the course says of the claim, or how the exercise went.
func (c claimView) Outcome() string {
	switch {
	case c.Kind == "exercise" && c.Verdict == "open":
		return "your turn"
	case c.Kind == "exercise" && c.Passed:
		return "passed"
	case c.Kind == "exercise":
		return "not yet"
	case !c.Passed:
		return "not shown"
	}
	return map[string]string{"holds": "holds", "conditional": "holds under conditions", "wrong": "does not hold"}[c.Verdict]
}

// Settled says that the outcome is a finding and not a failure, in words where the sign could be misread.
func (c claimView) Settled() bool { return c.Kind == "claim" && c.Passed }

// Name is Claim C05 or Exercise 1.2.
func (c claimView) Name() string {
	if c.Kind == "exercise" {
		return "Exercise " + c.ID
	}
	return "Claim " + c.ID
}

// Text spells a value of a test, or a text with values.
func (c claimView) Text(x any) string { return numbers(check.Text(x)) }
