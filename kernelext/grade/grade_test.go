package grade

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/jail"
)

const square = "func Square(x float64) float64 { return x * x }"

// TestSubmissions grades what students do to notebooks without malice.
func TestSubmissions(t *testing.T) {
	e := prepared(t, jail.Bwrap, smallAssignment(t, []string{"math", "fmt"}, smallCells()...))
	for _, test := range []struct {
		name    string
		cells   []nb
		square  string // class
		score   float64
		notices []string
	}{
		{"right", []nb{cell("square", square), cell("mean", goodMean)}, examiner.Passed, 4, nil},
		{"untouched", []nb{cell("square", "func Square(x float64) float64 {\n\t// YOUR CODE HERE\n\tpanic(\"not written yet\")\n}")}, examiner.NotAttempted, 0, []string{"mean: the cell is missing"}},
		{"deleted", []nb{cell("mean", goodMean)}, examiner.NotAttempted, 2, []string{"square: the cell is missing"}},
		{"empty", nil, examiner.NotAttempted, 0, nil},
		{"duplicated: the later wins", []nb{cell("square", "func Square(x float64) float64 { return 0 }"), cell("square", square), cell("mean", goodMean)}, examiner.Passed, 4, []string{"square: there is more than one"}},
		{"split", []nb{cell("square", "func Square(x float64) float64 { return times(x, x) }"), cell("", "func times(a, b float64) float64 { return a * b }"), cell("mean", goodMean)}, examiner.Passed, 4, nil},
		{"reordered", []nb{cell("mean", goodMean), cell("square", square)}, examiner.Passed, 4, []string{"reordered"}},
		{"the name was lost", []nb{cell("", square), cell("mean", goodMean)}, examiner.Passed, 4, []string{"square: the cell is missing"}},
		{"tests edited", []nb{cell("square", "func Square(x float64) float64 { return 1 }"), tests("square-tests", 100, "%%\n// nothing"), cell("mean", goodMean)}, examiner.Wrong, 2, []string{"square-tests: this locked cell was changed (cell 2)"}},
		{"answer inside the tests", []nb{tests("square-tests", 2, square), cell("mean", goodMean)}, examiner.NotAttempted, 2, nil},
		{"syntax error in one", []nb{cell("square", "func Square(x float64) float64 {\n\treturn x *\n}"), cell("mean", goodMean)}, examiner.CompileError, 2, []string{"cell 1, line 3"}},
		{"type error in one", []nb{cell("square", "func Square(x float64) float64 {\n\treturn \"x\"\n}"), cell("mean", goodMean)}, examiner.CompileError, 2, []string{"cell 1, line 2: cannot use"}},
		{"unused variable", []nb{cell("square", "func Square(x float64) float64 {\n\ty := 1\n\treturn x * x\n}"), cell("mean", goodMean)}, examiner.CompileError, 2, []string{"declared and not used: y"}},
		{"a helper that does not compile", []nb{cell("", "func helper() int { return \"\" }"), cell("square", "func Square(x float64) float64 { return float64(helper()) }"), cell("mean", goodMean)}, examiner.CompileError, 2, []string{"undefined: helper"}},
		{"a scratch cell that does not compile", []nb{cell("", "let x = 3"), cell("square", square), cell("mean", goodMean)}, examiner.Passed, 4, []string{"cell 1, line 1"}},
		{"a wrong attempt repaired further down", []nb{cell("square", "func Square(x float64) float64 { return \"\" }"), cell("", square), cell("mean", goodMean)}, examiner.Passed, 4, nil},
		{"a package that is not allowed", []nb{cell("square", "import \"os\"\nfunc Square(x float64) float64 { return float64(len(os.Args)) }"), cell("mean", goodMean)}, examiner.CompileError, 2, []string{`import "os" is not allowed`}},
		{"a package found by its name", []nb{cell("square", "func Square(x float64) float64 { return math.Pow(x, 2) }"), cell("mean", goodMean)}, examiner.Passed, 4, nil},
		{"lines of another system", []nb{cell("square", "// a note\r\nfunc Square(x float64) float64 {\r\n\treturn x * x\r\n}\r\n"), cell("mean", goodMean)}, examiner.Passed, 4, nil},
		{"prints", []nb{cell("square", "func Square(x float64) float64 { fmt.Println(x); return x * x }"), cell("mean", goodMean)}, examiner.Passed, 4, nil},
		{"panics", []nb{cell("square", "func Square(x float64) float64 {\n\tvar m map[int]int\n\tm[0] = 1\n\treturn x * x\n}"), cell("mean", goodMean)}, examiner.Panicked, 2, nil},
		{"half right", []nb{cell("square", "func Square(x float64) float64 { return 3 * x }"), cell("mean", goodMean)}, examiner.Wrong, 3, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := gradeCells(t, e, test.cells...)
			if q := r.Questions[0]; q.Class != test.square || r.Score != test.score {
				t.Errorf("%s, %g points; want %s, %g: %+v", q.Class, r.Score, test.square, test.score, q.Parts)
			}
			for _, want := range test.notices {
				if !slices.ContainsFunc(r.Notices, func(n string) bool { return strings.Contains(n, want) }) &&
					!strings.Contains(fmt.Sprint(r.Questions), want) {
					t.Errorf("no notice %q in %q", want, r.Notices)
				}
			}
			noLeak(t, r)
		})
	}
	t.Run("thousands of cells", func(t *testing.T) {
		var cells []nb
		for range 600 {
			cells = append(cells, cell("", "func unused() {}"))
		}
		r := gradeCells(t, e, append([]nb{cell("square", square)}, append(cells, cell("mean", goodMean))...)...)
		if r.Score != 2 || !slices.ContainsFunc(r.Notices, func(n string) bool { return strings.Contains(n, "more than 500 code cells") }) {
			t.Errorf("%g points, %q", r.Score, r.Notices)
		}
	})
	t.Run("a record as long as they like", func(t *testing.T) {
		long := strings.Repeat("x", 50_000)
		r := gradeCells(t, e, cell("", strings.Repeat("!x\n", 50_000)), cell("square", "func Square(x float64) float64 { return "+long+" }"), cell("mean", "func Mean(x []float64) float64 { panic(\""+long+"\") }"))
		if text, err := json.Marshal(r); err != nil || len(text) > 20_000 || r.Score != 0 || len(r.Notices) != maxNotices+1 {
			t.Errorf("%d bytes, %g points, %d notices, %v", len(text), r.Score, len(r.Notices), err)
		}
	})
	t.Run("the place of a panic", func(t *testing.T) {
		r := gradeCells(t, e, cell("", "// a note"), cell("square", "func Square(x float64) float64 {\n\tvar m map[int]int\n\tm[0] = 1\n\treturn x * x\n}"))
		if p := r.Questions[0].Parts[0]; p.Where != "cell 2, line 3" || p.Message != "panic: assignment to entry in nil map" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("again, the same bytes", func(t *testing.T) {
		var before []byte
		for range 2 {
			r := gradeCells(t, e, cell("square", "func Square(x float64) float64 { p := new(int); panic(p) }"), cell("mean", goodMean))
			path := filepath.Join(t.TempDir(), "r.json")
			if err := r.Write(path); err != nil {
				t.Fatal(err)
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if before != nil && !bytes.Equal(before, after) {
				t.Errorf("%s\n%s", before, after)
			}
			before = after
		}
	})
}

// TestMachineFaults has every fifth sandbox fail, as where there are too many processes: nobody's verdict may change.
func TestMachineFaults(t *testing.T) {
	openJail(t, jail.Bwrap)
	bwrap, err := exec.LookPath("bwrap")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "") // where the jail's user can count, too
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "bwrap"), fmt.Appendf(nil, `#!/bin/sh
read n < %[1]s/count
echo $((n + 1)) > %[1]s/count
[ $((n %% 5)) = 4 ] || exec %[2]s "$@"
echo "bwrap: Creating new namespace failed: Resource temporarily unavailable" >&2
exit 1
`, dir, bwrap), 0o755),
		os.WriteFile(filepath.Join(dir, "count"), []byte("0\n"), 0o644),
		os.Chmod(filepath.Join(dir, "count"), 0o666), os.Chmod(dir, 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	e := prepared(t, jail.Bwrap, smallAssignment(t, []string{"math", "fmt"}, smallCells()...))
	for range 3 {
		r := gradeCells(t, e, cell("square", "func Square(x float64) float64 { return 3 * x }"), cell("mean", goodMean))
		if r.Score != 3 || r.Questions[0].Class != examiner.Wrong {
			t.Errorf("%g points: %+v", r.Score, r.Questions)
		}
	}
	if count, err := os.ReadFile(filepath.Join(dir, "count")); err != nil || len(count) < len("20\n") {
		t.Errorf("the sandbox of the test was hardly used: %s, %v", count, err)
	}
}

// TestFiles grades what is found in folders, and what only looks like a submission.
func TestFiles(t *testing.T) {
	e := prepared(t, jail.Bwrap, smallAssignment(t, []string{"math", "fmt"}, smallCells()...))
	dir, out := t.TempDir(), t.TempDir()
	good := book(t, cell("square", square), cell("mean", goodMean)).Bytes()
	put := func(student string, data []byte) string {
		path := filepath.Join(dir, student, "small", "small.ipynb")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if data != nil {
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	link := func(to, from string) {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	right := put("ada", good)
	link(right, put("linked-file", nil))
	os.MkdirAll(filepath.Join(dir, "linked-folder"), 0o755)
	link(filepath.Dir(right), filepath.Join(dir, "linked-folder", "small"))
	link(filepath.Join(dir, "ada"), filepath.Join(dir, "linked-student"))
	put("broken", []byte(`{"cells": [`))
	put("deep", []byte(strings.Repeat("[", 1<<20)))
	put("none", nil)
	put("binary", []byte("\x00\xff\xfe"))
	put("other", []byte(`{"nbformat":3,"nbformat_minor":0,"metadata":{},"worksheets":[]}`))
	put("=cmd|' '!A1", good)
	put("$(touch x)", good)
	put("a\u202eda", good) // turns the rest of a line around
	put("ada\ngrace", good)
	if err := syscall.Mkfifo(put("pipe", nil), 0o644); err != nil { // which nobody writes to
		t.Fatal(err)
	}
	if err := os.Mkdir(put("folder", nil), 0o755); err != nil {
		t.Fatal(err)
	}
	put("marked", append([]byte("\xef\xbb\xbf"), good...))
	huge := put("huge", nil)
	f, err := os.Create(huge)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(100 << 20); err != nil {
		t.Fatal(err)
	}
	f.Close()

	found, strange, err := Find(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(strange) != 5 {
		t.Errorf("strange: %q, want the four bad names and the linked student", strange)
	}
	b := Batch{Records: out, Jobs: 2, Exam: func(string) (*Exam, error) { return e, nil }}
	records, err := b.Run(context.Background(), found)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"ada": examiner.Passed, "linked-file": examiner.Tampered, "linked-folder": examiner.Tampered, "broken": examiner.CompileError,
		"deep": examiner.CompileError, "none": examiner.NotAttempted, "binary": examiner.CompileError, "other": examiner.CompileError, "huge": examiner.Tampered,
		"pipe": examiner.Tampered, "folder": examiner.Tampered, "marked": examiner.Passed}
	for _, r := range records {
		if r.Questions[0].Class != want[r.Student] || (r.Score > 0) != (want[r.Student] == examiner.Passed) {
			t.Errorf("%s: %s, %g points: %s", r.Student, r.Questions[0].Class, r.Score, r.Questions[0].Parts[0].Message)
		}
	}
	if len(records) != len(want) {
		t.Errorf("%d records, want %d", len(records), len(want))
	}
	kept := 0
	b.On = func(e Event) {
		if e.Kept {
			kept++
		}
	}
	if _, err := b.Run(context.Background(), found); err != nil || kept != len(found) {
		t.Errorf("%d of %d records were kept, %v", kept, len(found), err)
	}
	put("ada", book(t, cell("square", square)).Bytes())
	if err := os.WriteFile(filepath.Join(dir, "ada", "small", "timestamp.txt"), []byte("2026-11-21 15:58:23.948203 Europe/Berlin\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	kept = 0
	records, err = b.Run(context.Background(), found)
	if err != nil || kept != len(found)-1 || records[0].Score != 2 {
		t.Errorf("a changed submission: %d kept, %g points, %v", kept, records[0].Score, err)
	}
	csv := string(gradebook.CSV(Sort(records)))
	if !strings.Contains(csv, "\nada,small,2026-11-21T14:58:23Z,2,4,") || !strings.Contains(csv, "\nother,small,,0,4,") {
		t.Error(csv)
	}
}

func TestHeading(t *testing.T) {
	for text, want := range map[string]string{
		"## 5 · In your own words\n\nWhy?\n# Later": "5 · In your own words", "Why?\n### Because": "Because", "#\nWhy?": "essay", "": "essay",
	} {
		if got := heading(text, "essay"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestReceived(t *testing.T) {
	for stamp, want := range map[string]string{
		"2015-02-02 15:58:23.948203 America/Los_Angeles": "2015-02-02T23:58:23Z",
		"2026-11-21 15:58:23.948203 UTC":                 "2026-11-21T15:58:23Z",
		"2026-11-21 15:58:23":                            "2026-11-21T15:58:23Z",
		"2026-11-21 15:58:23 +0100\n":                    "2026-11-21T14:58:23Z",
		"2026-11-21T15:58:23+01:00":                      "2026-11-21T14:58:23Z",
		"yesterday":                                      "unreadable",
		"=cmd|' /C calc'!A0":                             "unreadable",
		"2026-11-21 15:58:23 ../../etc/passwd":           "unreadable",
	} {
		if got := received(stamp); got != want {
			t.Errorf("%q: %q, want %q", stamp, got, want)
		}
	}
}

// TestReleaseRefuses gives assignments with one fault each.
func TestReleaseRefuses(t *testing.T) {
	replace := func(i int, c nb) []nb {
		cells := smallCells()
		cells[i] = c
		return cells
	}
	leaky := smallCells()[2]
	leaky.metadata["note"] = "the hidden test takes exam.Part(\"of a secret\", func(t *exam.T) {"
	for _, test := range []struct {
		name  string
		cells []nb
		want  string
	}{
		{"wrong reference", replace(1, cell("square", "func Square(x float64) float64 {\n\t// BEGIN SOLUTION\n\treturn x + 6\n\t// END SOLUTION\n}")), `the reference solution does not pass "square-tests: of a secret"`},
		{"the stub passes", replace(1, cell("square", "func Square(x float64) float64 {\n\tif x < 0 {\n\t\t// BEGIN SOLUTION\n\t\t// END SOLUTION\n\t}\n\treturn x * x\n}")), `"square-tests: of 3" passes without any answer`},
		{"the stub does not compile", replace(1, cell("square", "func Square(x float64) float64 {\n\ty := x\n\t// BEGIN SOLUTION\n\treturn x * y\n\t// END SOLUTION\n}")), "the stubs do not compile: declared and not used: y"},
		{"a mutant lives", append(smallCells(), mutant("three", "square-tests: of 3", "func Square(x float64) float64 { return x * 3 }")), `mutant "three": is not caught: "square-tests: of 3" passes`},
		{"a mutant names nothing", append(smallCells(), mutant("three", "square-tests: of 4", "func Square(x float64) float64 { return x * 3 }")), `there is no part "square-tests: of 4"`},
		{"a mutant does not compile", append(smallCells(), mutant("three", "square-tests: of 3", "func Square(x float64) float64 { return \"\" }")), `mutant "three"`},
		{"hidden text in metadata", replace(2, leaky), "would still show hidden text"},
		{"tests use a student's type", append(smallCells(), cell("types", "type Pair struct{ A, B int }"), tests("types-tests", 1, "%%\nexam.Question(\"3\", \"T\", exam.Part(\"x\", func(t *exam.T) { t.Check(check.Equal(\"a\", Pair{1, 2}.A, 1)) }))")), "undefined: Pair (tests reach an answer only through its functions"},
		{"a function that cannot cross", append(smallCells(), cell("chan", "func Send(c chan int) {}"), tests("chan-tests", 1, "%%\nexam.Question(\"3\", \"C\", exam.Part(\"x\", func(t *exam.T) { Send(nil) }))")), "chan int cannot cross"},
		{"no test", smallCells()[:2], "no test cell"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := smallAssignment(t, []string{"math", "fmt"}, test.cells...)
			e, err := Prepare(context.Background(), a, Options{Module: "../..", Jail: openJail(t, jail.Bwrap), Limits: quick})
			if err == nil {
				defer e.Close()
				_, err = e.Release(context.Background())
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestRelease holds the release of the small assignment against what students may see.
func TestRelease(t *testing.T) {
	cells := append(smallCells(), mutant("three", "square-tests: of a secret", "func Square(x float64) float64 { return x * 3 }"))
	e := prepared(t, jail.Bwrap, smallAssignment(t, []string{"math", "fmt"}, cells...))
	nb, err := e.Release(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	text := string(nb.Bytes())
	for _, hidden := range []string{secret, "of a secret", "return x * x\\n\\t// END", "mutant", "downhill\":", "HIDDEN", "SOLUTION"} {
		if strings.Contains(text, hidden) {
			t.Errorf("the release has %q", hidden)
		}
	}
	if !strings.Contains(text, assignment.Stub[0]) || !strings.Contains(text, `"checksum": "`) || len(nb.Cells) != 5 {
		t.Error(text)
	}
}
