package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

// TestInstructorsWeek follows the instructor's page: its three commands, word by word, with two students.
func TestInstructorsWeek(t *testing.T) {
	_, err := exec.LookPath("bwrap")
	parts.Need(t, "bubblewrap", err)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "notebooks", "assignments", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "go tool downhill ") {
			commands = append(commands, strings.TrimSpace(strings.TrimPrefix(line, "go tool downhill ")))
		}
	}
	if len(commands) != 3 {
		t.Fatalf("the page has %d commands of its own line: %q", len(commands), commands)
	}
	// The folder of a clone, without its history.
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "kernelext", "sgd", "notebooks"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	run := func(command string) string {
		t.Helper()
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self, strings.Fields(command)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "DOWNHILL_BE_THE_COMMAND=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("downhill %s: %v\n%s", command, err, out)
		}
		return string(out)
	}
	const name = "a1-gradient-estimator"
	if out := run(commands[0]); !strings.Contains(out, "the reference passes, the stubs earn nothing, 14 mutants are caught, nothing hidden is left: 20 points") {
		t.Error(out)
	}
	release, err := nbformat.Read(filepath.Join(dir, "release", name, name+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := assignment.Read(filepath.Join(root, "notebooks", "assignments", name+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	submit := func(student string) {
		path := filepath.Join(dir, "submitted", student, name, name+".ipynb")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := release.WriteFile(path); err != nil {
			t.Fatal(err)
		}
	}
	submit("bob")
	for _, c := range release.Cells {
		var meta struct {
			ID string `json:"grade_id"`
		}
		if c.Metadata().Decode("nbgrader", &meta) {
			if given, ok := a.Cell(meta.ID); ok && given.Kind == assignment.Answer {
				c.SetSource(given.Source)
			}
		}
	}
	submit("ada")
	out := run(commands[1])
	for _, want := range []string{"isolation: bwrap", "ada/" + name + ": 20 of 20", "bob/" + name + ": 0 of 20"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s lacks %q", out, want)
		}
	}
	if out := run(commands[1]); strings.Count(out, "(kept)") != 2 {
		t.Errorf("graded again: %s", out)
	}
	if out := run(commands[2]); !strings.Contains(out, "2 pages and scores.csv") {
		t.Error(out)
	}
	for _, file := range []string{"grades/scores.csv", "grades/junit.xml", "feedback/scores.csv", "feedback/ada.html", "feedback/bob.html", "grades/records/ada/" + name + ".json"} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
}
