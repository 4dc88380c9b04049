package exam

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"downhill/kernelext/check"
)

func square(x float64) float64 { return x * x }

func notWritten(float64) float64 { panic(NotWritten) }

func ask(f func(float64) float64) {
	Question("1", "Squares",
		Part("of 3", func(t *T) { t.Check(check.Near("f(3)", f(3), 9, 0)) }),
		Part("of 4", func(t *T) { t.Check(check.Near("f(4)", f(4), 16, 0).Hint("Four times four.")) }),
		Gofmt(),
	)
}

// TestMain is also the program that a cell becomes.
func TestMain(m *testing.M) {
	switch os.Getenv("EXAM_TEST_CELL") {
	case "right":
		ask(square)
	case "wrong":
		ask(func(x float64) float64 { return 3 * x })
	case "open":
		ask(notWritten)
	case "panic":
		ask(func(float64) float64 { panic("mine") })
	default:
		os.Exit(m.Run())
	}
}

func TestInNotebook(t *testing.T) {
	for _, test := range []struct {
		cell, nbgrader string
		status         int
		want           []string
	}{
		{"right", "", 0, []string{"✓ 1.a: of 3", "✓ 1.b: of 4", "judged when graded"}},
		{"right", "autograde", 0, nil},
		{"wrong", "", 0, []string{"✓ 1.a: of 3", "✗ 1.b: of 4", "f(4): 12, expected 16", "hint: Four times four."}},
		{"wrong", "autograde", 1, nil},
		{"open", "", 0, []string{"○ 1.a: of 3 [open: your turn]", "not written yet"}},
		{"open", "validate", 1, nil},
		{"panic", "", 2, nil},
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "EXAM_TEST_CELL="+test.cell, "NBGRADER_EXECUTION="+test.nbgrader)
		out, _ := cmd.Output()
		if got := cmd.ProcessState.ExitCode(); got != test.status {
			t.Errorf("%s %s: exit status %d, want %d", test.cell, test.nbgrader, got, test.status)
		}
		for _, want := range test.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: %q lacks %q", test.cell, out, want)
			}
		}
	}
}

func TestForTheExaminer(t *testing.T) {
	defer func() { Examiner = nil }()
	var parts []*Case
	Examiner = func(id, title string, p []*Case) { parts = p }
	Question("1", "Squares",
		Part("a", nil).Worth(3).UnderRace(),
		Avoid("panic", "os.Exit"),
	)
	if p := parts[0]; p.Weight != 3 || !p.Race || p.Line == 0 || parts[1].Line != p.Line+1 {
		t.Errorf("%+v %+v", p, parts[1])
	}
	if r := parts[1].Rule; r == nil || r.Kind != "avoid" || len(r.Names) != 2 {
		t.Errorf("%+v", parts[1])
	}
}

func TestAllocs(t *testing.T) {
	var kept [][]byte
	many := func() {
		for range 1000 {
			kept = append(kept, make([]byte, 100))
		}
	}
	if few, got := (&T{}).Allocs(func() {}), (&T{}).Allocs(many); few != 0 || got != 1000 {
		t.Errorf("%g and %g objects, want 0 and 1000", few, got)
	}
}
