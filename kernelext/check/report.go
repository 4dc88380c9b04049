package check

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MIME is the type of a report in a cell's output.
const MIME = "application/vnd.downhill.check+json"

// Report is what became of a claim or an exercise.
type Report struct {
	Kind      string   `json:"kind"`      // "claim" or "exercise"
	ID        string   `json:"id"`        // "C05", "1.2"
	Verdict   string   `json:"verdict"`   // of a claim: holds, conditional, wrong; of an exercise: passed, wrong, open
	Statement string   `json:"statement"` // the claim, or the exercise's title
	Passed    bool     `json:"passed"`
	Problem   string   `json:"problem,omitempty"` // why it did not pass, in one line
	Tests     []Result `json:"tests"`
}

// Result is one test of a report. Got, Want and Tol hold numbers, strings, booleans
// or lists of numbers; a number that JSON cannot spell is the string "NaN", "+Inf" or
// "-Inf".
type Result struct {
	What     string    `json:"what"`
	Kind     string    `json:"kind"` // near, within, below, above, between, equal, true
	Got      any       `json:"got"`
	Want     any       `json:"want"`
	Tol      any       `json:"tol,omitempty"`
	Pass     bool      `json:"pass"`           // the comparison holds and refuses all that it should
	Open     bool      `json:"open,omitempty"` // got is NaN or empty: not attempted
	Refuses  []Refusal `json:"refuses,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Expected string    `json:"expected"` // want and tolerance in words
}

// Refusal is a wrong value that a test was given on purpose.
type Refusal struct {
	Label   string `json:"label"`
	Value   any    `json:"value"`
	Refused bool   `json:"refused"`
}

// Parse reads a report from a cell's output.
func Parse(raw []byte) (Report, error) {
	var r Report
	if err := json.Unmarshal(raw, &r); err != nil {
		return Report{}, fmt.Errorf("check: not a report: %w", err)
	}
	if r.Kind != "claim" && r.Kind != "exercise" || r.ID == "" {
		return Report{}, fmt.Errorf("check: not a report: kind %q, id %q", r.Kind, r.ID)
	}
	return r, nil
}

// String returns the report as text, one line for each test.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", r.sign(), r.ID, r.Statement)
	if v := r.verdictWords(); v != "" {
		fmt.Fprintf(&b, " [%s]", v)
	}
	b.WriteByte('\n')
	for _, t := range r.Tests {
		fmt.Fprintf(&b, "  %s %s: %s, expected %s\n", tick(t.Pass, t.Open), t.What, Text(t.Got), t.Expected)
		for _, w := range t.Refuses {
			if w.Refused {
				fmt.Fprintf(&b, "    refuses %s: %s\n", w.Label, Text(w.Value))
			} else {
				fmt.Fprintf(&b, "    ACCEPTS %s: %s\n", w.Label, Text(w.Value))
			}
		}
		if t.Hint != "" && !t.Pass && !t.Open {
			fmt.Fprintf(&b, "    hint: %s\n", t.Hint)
		}
	}
	if r.unsaid() {
		fmt.Fprintf(&b, "  %s\n", r.Problem)
	}
	return strings.TrimRight(b.String(), "\n")
}

// unsaid reports whether the problem is one that the list of tests does not show.
func (r Report) unsaid() bool { return r.Problem != "" && r.Problem != testProblem(r) }

func (r Report) sign() string { return tick(r.Passed, r.Verdict == string(open)) }

func (r Report) verdictWords() string {
	if r.Kind == "exercise" {
		return map[string]string{string(passed): "passed", string(failed): "not yet", string(open): "open: your turn"}[r.Verdict]
	}
	return map[Verdict]string{Holds: "holds", Conditional: "holds under conditions", Wrong: "does not hold"}[Verdict(r.Verdict)]
}

func tick(pass, open bool) string {
	switch {
	case pass:
		return "✓"
	case open:
		return "○"
	}
	return "✗"
}

// Text writes a value of a result: fractions with six digits, whole numbers with all.
func Text(v any) string {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', 0, 64)
		}
		return strconv.FormatFloat(v, 'g', 6, 64)
	case []float64:
		return texts(v)
	case []any: // as JSON is decoded
		return texts(v)
	}
	return fmt.Sprint(v)
}

func texts[T any](vs []T) string {
	var s []string
	for i, v := range vs {
		if i == 6 {
			s = append(s, fmt.Sprintf("… %d in all", len(vs)))
			break
		}
		s = append(s, Text(v))
	}
	return "[" + strings.Join(s, " ") + "]"
}

// storable is v as JSON can hold it.
func storable(v any) any {
	switch v := v.(type) {
	case float64:
		switch {
		case math.IsNaN(v):
			return "NaN"
		case math.IsInf(v, 1):
			return "+Inf"
		case math.IsInf(v, -1):
			return "-Inf"
		}
	case []float64:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = storable(x)
		}
		return out
	}
	return v
}
