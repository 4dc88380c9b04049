package assignment

import (
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

func two() *float64 { x := 2.0; return &x }

func TestChecksum(t *testing.T) {
	for _, test := range []struct {
		source, want string
		g            Grading
	}{
		{"%%\nfmt.Println(\"é\")", "67e0cd62d4ab13080e15831d37982f91", Grading{GradeID: "q1", Grade: true, Locked: true, Points: two()}},
		{"%%\nfmt.Println(\"é\")", "67e0cd62d4ab13080e15831d37982f91", Grading{GradeID: "q1", Grade: true, Locked: false, Points: two()}},
		{"", "67ff1e9c1e61da945135ca8bfd41348b", Grading{GradeID: "q1", Solution: true}},
		{"", "67ff1e9c1e61da945135ca8bfd41348b", Grading{GradeID: "q1", Solution: true, Locked: true}},
	} {
		if got := Checksum(test.source, "code", &test.g); got != test.want {
			t.Errorf("%+v: %s, want %s", test.g, got, test.want)
		}
	}
	if Checksum("x", "code", &Grading{GradeID: "q1", Solution: true}) == Checksum("x", "markdown", &Grading{GradeID: "q1", Solution: true}) {
		t.Error("the type of the cell does not count")
	}
}

func TestPythonFloats(t *testing.T) {
	for x, want := range map[float64]string{2: "2.0", 0.5: "0.5", 1e16: "1e+16", 1e15: "1000000000000000.0", 0: "0.0",
		0.0001: "0.0001", 0.00001: "1e-05", 123456.789: "123456.789", 1.5e300: "1.5e+300", 0.1: "0.1"} {
		if got := pyFloat(x); got != want {
			t.Errorf("%g: %s, want %s", x, got, want)
		}
	}
}

func TestMetadata(t *testing.T) {
	for _, test := range []struct{ name, cell, meta, want string }{
		{"tests", "code", `{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a","points":1}`, Tests},
		{"task", "markdown", `{"schema_version":3,"grade":false,"solution":false,"locked":true,"task":true,"grade_id":"a","points":1}`, Task},
		{"manual", "markdown", `{"schema_version":3,"grade":true,"solution":true,"locked":false,"grade_id":"a","points":0}`, Manual},
		{"answer", "code", `{"schema_version":3,"grade":false,"solution":true,"locked":false,"grade_id":"a"}`, Answer},
		{"no points", "code", `{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a"}`, "needs points"},
		{"negative", "code", `{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a","points":-1}`, "0 or more"},
		{"our key", "code", `{"schema_version":3,"grade":false,"solution":true,"locked":false,"grade_id":"a","mutant":1}`, "mutant"},
		{"id", "code", `{"schema_version":3,"grade":false,"solution":true,"locked":false,"grade_id":"a b"}`, "letters, digits"},
		{"old", "code", `{"schema_version":2,"grade":false,"solution":true,"locked":false,"grade_id":"a"}`, "reads version 3"},
		{"lacks", "code", `{"schema_version":3,"grade":false,"solution":true,"grade_id":"a"}`, `lacks "locked"`},
		{"tests in text", "markdown", `{"schema_version":3,"grade":true,"solution":false,"locked":true,"grade_id":"a","points":1}`, "code cell"},
		{"word", "code", `"x"`, "not an object"},
	} {
		c := nbformat.NewCell(test.cell, "")
		if err := c.Metadata().Set("nbgrader", rawJSON(test.meta)); err != nil {
			t.Fatal(err)
		}
		g, err := gradingOf(c)
		got := g.Kind()
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, test.want) || err == nil && got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestReplace(t *testing.T) {
	got, found, err := replace("func f() int {\n\tx := 1\n\t// BEGIN SOLUTION\n\treturn x\n\t// END SOLUTION\n}\n  ### BEGIN SOLUTION\n### END SOLUTION", solution, Stub)
	want := "func f() int {\n\tx := 1\n\t// YOUR CODE HERE\n\tpanic(\"not written yet\")\n}\n  // YOUR CODE HERE\n  panic(\"not written yet\")"
	if got != want || !found || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"BEGIN SOLUTION", "END SOLUTION", "BEGIN SOLUTION\nBEGIN SOLUTION\nEND SOLUTION"} {
		if _, _, err := replace(bad, solution, nil); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	if src := "a\n// BEGIN HIDDEN TESTS\nb\n// END HIDDEN TESTS\nc"; HiddenLine(src, 1) || !HiddenLine(src, 3) || HiddenLine(src, 5) || HiddenLine(src, 99) {
		t.Error("HiddenLine")
	}
}
