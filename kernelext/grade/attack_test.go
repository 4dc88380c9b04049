package grade

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/jail"
)

// full asks for what takes minutes: every attack in every isolation, the class of 200, graders that are killed.
var full = os.Getenv("DOWNHILL_GRADE_FULL") != ""

// TestAttacks runs the table in bubblewrap, and the part of it that a sandbox is about in the process fallback.
func TestAttacks(t *testing.T) {
	for _, kind := range []string{jail.Bwrap, jail.Podman, jail.Process} {
		t.Run(kind, func(t *testing.T) {
			if kind == jail.Podman && os.Getenv("DOWNHILL_PODMAN") == "" {
				t.Skip("containers inside CI's own container are not to be had everywhere: DOWNHILL_PODMAN=1 tries podman")
			}
			var some []attack
			for _, a := range attacks {
				sandbox := slices.Contains([]string{"hidden tests from disk", "network", "fork bomb", "memory hog", "signals by other doors"}, a.name)
				if full || !a.slow && (kind != jail.Process || sandbox) {
					some = append(some, a)
				}
			}
			runAttacks(t, kind, some)
		})
	}
}

func runAttacks(t *testing.T, kind string, list []attack) {
	e := smallExam(t, kind)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	mark := filepath.Join(t.TempDir(), "mark")
	for _, a := range list {
		t.Run(a.name, func(t *testing.T) {
			code := strings.NewReplacer("PORT", port, "MARK", mark, "NAME", strings.Repeat("n", 100_000),
				"NEST", strings.Repeat("(", 90_000)+"x"+strings.Repeat(")", 90_000)).Replace(a.code)
			r := gradeCells(t, e, cell("square", code), cell("mean", goodMean))
			q := r.Questions[0]
			t.Logf("%s, %g points: %s", q.Class, r.Score, q.Parts[len(q.Parts)-1].Message)
			if kind == jail.Podman && a.name == "every file closed" {
				a.class = examiner.TimedOut // podman itself holds the line open
			}
			if q.Class != a.class || r.Score != a.score {
				t.Errorf("%s with %g points, want %s with %g: %+v %v", q.Class, r.Score, a.class, a.score, q.Parts, r.Notices)
			}
			if a.class != examiner.Passed && q.Parts[1].Class == examiner.Passed {
				t.Error("the hidden test passed")
			}
			noLeak(t, r)
			if _, err := os.Stat(mark); err == nil {
				t.Error("a shell command was run")
			}
		})
	}
	if err := listener.(*net.TCPListener).SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if c, err := listener.Accept(); err == nil {
		t.Error("somebody reached the network: ", c.RemoteAddr())
	}
	noProcessesLeft(t)
}

// noLeak fails if what a student gets to see tells a hidden test's number, or is markup.
func noLeak(t *testing.T, r *gradebook.Record) {
	t.Helper()
	page, err := gradebook.Feedback(r.Student, []*gradebook.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	scope, err := gradebook.Gradescope(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"feedback": page, "results.json": scope} {
		if strings.Contains(string(text), secret[2:8]) {
			t.Errorf("%s shows a hidden number: %s", name, text)
		}
		if strings.Contains(string(text), "<script") {
			t.Errorf("%s has a student's markup", name)
		}
	}
}

// noProcessesLeft looks for processes of the user that this test's jails run as. What was killed may take a moment to go.
func noProcessesLeft(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	left := ""
	for range 100 {
		if left = processesLeft(); left == "" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("left:\n", left)
}

func processesLeft() (left string) {
	entries, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, path := range entries {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		// A zombie is dead; init has not asked for its status yet.
		if strings.Contains(string(text), fmt.Sprintf("\nUid:\t%d\t", 64000+testSlot)) && !strings.Contains(string(text), "(zombie)") {
			left += fmt.Sprintf("%s:\n%.300s\n", path, text)
		}
	}
	return left
}
