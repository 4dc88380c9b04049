package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"downhill/kernelext/show/wire"
)

// Verdict is what the course says about a claim.
type Verdict string

// The verdicts of claims.
const (
	Holds       Verdict = "holds"
	Conditional Verdict = "conditional" // holds where its conditions do
	Wrong       Verdict = "wrong"
)

// The verdicts of exercises.
const (
	passed Verdict = "passed"
	failed Verdict = "wrong"
	open   Verdict = "open"
)

// Claim judges a claim of the source texts: it passes if every test does, and if each
// kind of test among them refuses at least one wrong value.
func Claim(id string, v Verdict, statement string, tests ...Test) Report {
	r := Report{Kind: "claim", ID: id, Verdict: string(v), Statement: statement, Tests: results(tests)}
	r.Problem = claimProblem(r)
	r.Passed = r.Problem == ""
	publish(r)
	return r
}

func claimProblem(r Report) string {
	switch Verdict(r.Verdict) {
	case Holds, Conditional, Wrong:
	default:
		return fmt.Sprintf("%q is not a verdict: use check.Holds, check.Conditional or check.Wrong", r.Verdict)
	}
	var kinds, sharp []string
	for _, t := range r.Tests {
		kinds = append(kinds, t.Kind)
		if slices.ContainsFunc(t.Refuses, func(w Refusal) bool { return w.Refused }) {
			sharp = append(sharp, t.Kind)
		}
	}
	if len(sharp) == 0 {
		return "cannot fail: no test refuses a wrong value; add Refuses(label, value)"
	}
	for _, k := range kinds {
		if !slices.Contains(sharp, k) {
			return fmt.Sprintf("cannot fail: no test of kind %q refuses a wrong value; add Refuses(label, value)", k)
		}
	}
	return testProblem(r)
}

func testProblem(r Report) string {
	for _, t := range r.Tests {
		if t.Pass {
			continue
		}
		for _, w := range t.Refuses {
			if !w.Refused {
				return fmt.Sprintf("%s: does not refuse %s (%s)", t.What, w.Label, Text(w.Value))
			}
		}
		return fmt.Sprintf("%s: got %s, expected %s", t.What, Text(t.Got), t.Expected)
	}
	return ""
}

// Exercise judges a learner's answer. While every test that fails got NaN or nothing,
// the exercise is open and not wrong.
func Exercise(name, title string, tests ...Test) Report {
	r := Report{Kind: "exercise", ID: name, Statement: title, Tests: results(tests)}
	r.Problem = testProblem(r)
	attempted := slices.ContainsFunc(r.Tests, func(t Result) bool { return !t.Pass && !t.Open })
	switch {
	case len(tests) == 0:
		r.Verdict, r.Problem = string(failed), "cannot fail: no tests"
	case r.Problem == "":
		r.Verdict, r.Passed = string(passed), true
	case attempted:
		r.Verdict = string(failed)
	default:
		r.Verdict, r.Problem = string(open), ""
	}
	publish(r)
	return r
}

func results(tests []Test) []Result {
	out := make([]Result, len(tests))
	for i, t := range tests {
		out[i] = t.run()
	}
	return out
}

// publish shows the report in the cell, or prints it. A report that does not arrive
// must not look like one that passed.
func publish(r Report) {
	tree, err := wire.JSON(r)
	if err == nil {
		err = wire.Display(map[string]any{MIME: tree, "text/html": r.html(), "text/plain": r.String()})
	}
	switch {
	case errors.Is(err, wire.ErrNoNotebook):
		fmt.Println(r)
	case err != nil:
		panic(strings.TrimSpace("check: the report of " + r.ID + " was lost: " + err.Error()))
	}
}
