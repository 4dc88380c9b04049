// Package exam is what the test cells of an assignment are written with.
//
//	%%
//	exam.Question("1.1", "The full gradient",
//		exam.Part("is a mean, not a sum", func(t *exam.T) {
//			g := FullGrad(data, []float64{0, 0})
//			t.Check(check.Near("∂L/∂w for y = 2x at w = 0", g[0], -6, 1e-12).Hint("Did you divide by the number of examples?"))
//		}),
//		// BEGIN HIDDEN TESTS
//		exam.Part("of other data", func(t *exam.T) { … }).Worth(2),
//		// END HIDDEN TESTS
//	)
//
// A question is one test cell; its points are shared out among its parts. In a notebook each part is judged at once and
// shown as an exercise of package check. When the course is graded the same cell runs in the examiner's program, where
// FullGrad is a call across to the student's process: a part can be right there only if the student's function is.
//
// A part reaches a student's code only by calling functions, with arguments and results that package peer can carry.
package exam

import (
	"fmt"
	"math"
	"os"
	"runtime"

	"downhill/kernelext/check"
)

// NotWritten is the panic of a function that a student has not begun: the stub that a release puts for a solution.
const NotWritten = "not written yet"

// Examiner, when it is set, takes the questions instead of the notebook.
var Examiner func(id, title string, parts []*Case)

// Case is one part of a question, judged by itself.
type Case struct {
	Title  string
	Body   func(t *T)
	Weight float64 // its share of the question's points; the usual is 1
	Race   bool    // runs with the race detector
	Rule   *Rule   // what it judges instead of a body: the student's text
	Line   int     // of the cell, where the part is written
}

// Rule is a property of a student's source text, which only the grader can see.
type Rule struct {
	Kind  string   `json:"kind"` // gofmt, vet, imports, avoid
	Names []string `json:"names,omitempty"`
}

// Part is a part that passes if all its checks do.
func Part(title string, body func(t *T)) *Case {
	return &Case{Title: title, Body: body, Weight: 1, Line: callerLine()}
}

// Gofmt is the part that the student's cells are formatted as gofmt does.
func Gofmt() *Case { return rule("formatted as gofmt does", "gofmt") }

// Vet is the part that go vet finds nothing in the student's cells.
func Vet() *Case { return rule("go vet finds nothing", "vet") }

// Imports is the part that the student's cells import nothing but these packages.
func Imports(allowed ...string) *Case {
	return rule("imports no other packages", "imports", allowed...)
}

// Avoid is the part that the student's cells do not mention the names: identifiers such as panic, or of packages, such
// as os.Exit.
func Avoid(names ...string) *Case { return rule("does without what is not wanted", "avoid", names...) }

func rule(title, kind string, names ...string) *Case {
	return &Case{Title: title, Weight: 1, Rule: &Rule{kind, names}, Line: callerLine()}
}

// callerLine is the line in the cell from which a constructor of this package was called.
func callerLine() int {
	for skip := 2; skip < 5; skip++ {
		if _, file, line, ok := runtime.Caller(skip); ok && !isOwn(file) {
			return line
		}
	}
	return 0
}

var ownFile = func() string { _, file, _, _ := runtime.Caller(0); return file }()

func isOwn(file string) bool { return file == ownFile }

// Worth sets the part's share of the question's points; the others have 1.
func (c *Case) Worth(weight float64) *Case {
	c.Weight = weight
	return c
}

// UnderRace makes a data race in the student's code fail the part, when graded.
func (c *Case) UnderRace() *Case {
	c.Race = true
	return c
}

// T collects the checks of a part.
type T struct {
	Checks []check.Test
	// Mallocs counts the objects that f allocates on the student's side; nil outside the examiner.
	Mallocs func(f func()) uint64
}

// Check adds checks; the part passes if all of its checks pass.
func (t *T) Check(tests ...check.Test) { t.Checks = append(t.Checks, tests...) }

// grain is what Allocs counts in: the runtime allocates a few objects of its own now and then.
const grain = 50

// Allocs counts the objects that f allocates, in fifties, the best of three calls: so the same answer has the same count.
// The student's process does the counting, so it is evidence of thrift, not proof; give it the least weight that still
// teaches.
func (t *T) Allocs(f func()) float64 {
	count := t.Mallocs
	if count == nil {
		count = mallocs
	}
	best := uint64(math.MaxUint64)
	for range 3 {
		best = min(best, count(f))
	}
	return float64(best / grain * grain)
}

func mallocs(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// Question judges the parts, in a notebook at once. Under nbgrader, which knows no other language, the program fails if
// a part does not pass.
func Question(id, title string, parts ...*Case) {
	if Examiner != nil {
		Examiner(id, title, parts)
		return
	}
	all := true
	for i, p := range parts {
		all = inNotebook(fmt.Sprintf("%s.%c", id, 'a'+i), p) && all
	}
	if !all && os.Getenv("NBGRADER_EXECUTION") != "" {
		os.Exit(1)
	}
}

// inNotebook runs one part and shows what became of it. A panic other than the stub's is the student's to see as it is.
func inNotebook(id string, p *Case) bool {
	if p.Rule != nil {
		fmt.Printf("· %s: %s (judged when graded)\n", id, p.Title)
		return true
	}
	var t T
	written := func() (written bool) {
		defer func() {
			if v := recover(); v != nil {
				if v != NotWritten {
					panic(v)
				}
				written = false
			}
		}()
		p.Body(&t)
		return true
	}()
	if !written {
		t.Checks = []check.Test{check.Near("result (the function is "+NotWritten+")", math.NaN(), 0, 0)}
	}
	return check.Exercise(id, p.Title, t.Checks...).Passed
}
