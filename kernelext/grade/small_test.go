package grade

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

// nb is a cell of a notebook in a test.
type nb struct {
	kind     string
	source   string
	metadata map[string]any
}

func cell(id, source string) nb {
	meta := map[string]any{}
	if id != "" {
		meta["nbgrader"] = map[string]any{"schema_version": 3, "grade": false, "solution": true, "locked": false, "grade_id": id}
	}
	return nb{nbformat.Code, source, meta}
}

func given(id, source string) nb {
	return nb{nbformat.Code, source, map[string]any{"nbgrader": map[string]any{
		"schema_version": 3, "grade": false, "solution": false, "locked": true, "grade_id": id}}}
}

func tests(id string, points float64, source string) nb {
	return nb{nbformat.Code, source, map[string]any{"nbgrader": map[string]any{
		"schema_version": 3, "grade": true, "solution": false, "locked": true, "grade_id": id, "points": points}}}
}

func mutant(name, fails, source string) nb {
	return nb{nbformat.Code, source, map[string]any{"downhill": map[string]any{
		"mutant": map[string]any{"name": name, "fails": []string{fails}}}}}
}

func book(t testing.TB, cells ...nb) *nbformat.Notebook {
	t.Helper()
	n := nbformat.New()
	for _, c := range cells {
		made := nbformat.NewCell(c.kind, c.source)
		for key, v := range c.metadata {
			if err := made.Metadata().Set(key, v); err != nil {
				t.Fatal(err)
			}
		}
		n.Cells = append(n.Cells, made)
	}
	n.AddIDs()
	return n
}

const (
	goodSquare = "func Square(x float64) float64 {\n\t// BEGIN SOLUTION\n\treturn x * x\n\t// END SOLUTION\n}"
	goodMean   = "func Mean(x []float64) float64 {\n\tsum := 0.0\n\tfor _, v := range x {\n\t\tsum += v\n\t}\n\treturn sum / float64(len(x))\n}"
)

// smallCells are an assignment of two questions, 2 points each.
func smallCells() []nb {
	return []nb{
		given("helpers", "import (\n\t\"downhill/kernelext/check\"\n\t\"downhill/kernelext/grade/exam\"\n)\n\nfunc secretOf(x float64) float64 { return x * x }"),
		cell("square", goodSquare),
		tests("square-tests", 2, `%%
exam.Question("1", "Squares",
	exam.Part("of 3", func(t *exam.T) { t.Check(check.Near("Square(3)", Square(3), 9, 1e-12).Hint("Three times three.")) }),
	// BEGIN HIDDEN TESTS
	exam.Part("of a secret", func(t *exam.T) {
		t.Check(check.Near("Square of a secret", Square(`+secret+`), secretOf(`+secret+`), 1e-12).Hint("Of any number."))
	}),
	// END HIDDEN TESTS
)`),
		cell("mean", goodMean),
		tests("mean-tests", 2, `%%
exam.Question("2", "Means",
	exam.Part("of 1, 2, 6", func(t *exam.T) { t.Check(check.Near("Mean(1, 2, 6)", Mean([]float64{1, 2, 6}), 3, 1e-12)) }),
)`),
	}
}

var dangerous = []string{"os", "log", "runtime", "syscall", "fmt", "strings", "net", "os/exec", "io/fs", "path/filepath", "time", "math", "unsafe", "runtime/debug", "os/signal"}

func smallAssignment(t testing.TB, imports []string, cells ...nb) *assignment.Assignment {
	t.Helper()
	n := book(t, cells...)
	if err := n.Metadata().Set("downhill", map[string]any{"assignment": map[string]any{"title": "Small", "imports": imports}}); err != nil {
		t.Fatal(err)
	}
	a, err := assignment.New("small", "small.ipynb", n)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// testSlot is this test's own: another one on the same machine has another user's processes.
var testSlot = 100 + os.Getpid()%1000

func openJail(t testing.TB, kind string) *jail.Jail {
	t.Helper()
	j, err := jail.Open(kind)
	parts.Need(t, "a sandbox", err)
	return j
}

var quick = examiner.Limits{CPU: 2 * time.Second, Wall: 5 * time.Second, Data: 256 << 20, Total: 60 * time.Second}

func prepared(t testing.TB, kind string, a *assignment.Assignment) *Exam {
	t.Helper()
	e, err := Prepare(context.Background(), a, Options{Module: "../..", Jail: openJail(t, kind), Limits: quick})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func smallExam(t testing.TB, kind string) *Exam {
	return prepared(t, kind, smallAssignment(t, dangerous, smallCells()...))
}

func gradeCells(t testing.TB, e *Exam, cells ...nb) *gradebook.Record {
	t.Helper()
	r, err := e.Grade(context.Background(), &Submission{Student: "ada", Assignment: "small", Data: book(t, cells...).Bytes()}, testSlot)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	return r
}
