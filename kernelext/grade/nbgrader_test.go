package grade

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

const (
	module = "../.."
	a1Path = module + "/notebooks/assignments/a1-gradient-estimator.ipynb"
)

// student makes a submission of a release: the code of answers by grade_id.
func student(t testing.TB, release *nbformat.Notebook, code map[string]string) []byte {
	t.Helper()
	n, err := nbformat.Parse(release.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range n.Cells {
		if src, ok := code[claimedID(c)]; ok {
			c.SetSource(src)
		}
	}
	return n.Bytes()
}

// referenceCode is the instructor's code by grade_id.
func referenceCode(a *assignment.Assignment) map[string]string {
	code := map[string]string{}
	for _, c := range a.Cells {
		if c.Kind == assignment.Answer {
			code[c.ID()] = c.Source
		}
	}
	return code
}

// mutantCode is the reference with a mutant in the cell that it changes.
func mutantCode(a *assignment.Assignment, m assignment.Mutant) map[string]string {
	code := referenceCode(a)
	for id, src := range code {
		if strings.Contains(src, "func "+strings.SplitN(strings.TrimPrefix(m.Source[strings.Index(m.Source, "func "):], "func "), "(", 2)[0]+"(") {
			code[id] = m.Source
		}
	}
	return code
}

// nbgrader returns nbgrader's command, or skips.
func nbgrader(t *testing.T) string {
	t.Helper()
	python, err := exec.LookPath(parts.Interpreter())
	path := filepath.Join(filepath.Dir(python), "nbgrader")
	if err == nil {
		_, err = os.Stat(path)
	}
	parts.Need(t, "nbgrader beside DOWNHILL_PYTHON", err)
	return path
}

// TestNbgraderRoundTrip has the real nbgrader release A1 and grade honest submissions, and compares.
func TestNbgraderRoundTrip(t *testing.T) {
	if !full {
		t.Skip("takes minutes: DOWNHILL_GRADE_FULL=1 runs it")
	}
	command := nbgrader(t)
	course := t.TempDir()
	run := func(name string, args ...string) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = course
		cmd.Env = append(os.Environ(), "JUPYTER_PATH="+filepath.Join(course, "jupyter", "share", "jupyter"), "PATH="+filepath.Dir(command)+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	downhill := filepath.Join(course, "downhill")
	build := exec.Command("go", "build", "-o", downhill, "./kernelext/cmd/downhill")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	install := exec.Command(downhill, "install", "-warm=false", "-prefix", filepath.Join(course, "jupyter"))
	install.Dir = module
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	a, err := assignment.Read(a1Path)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Prepare(context.Background(), a, Options{Module: module, Jail: openJail(t, jail.Bwrap)})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	ours, err := a.Strip()
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, data []byte) {
		t.Helper()
		path = filepath.Join(course, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config, err := os.ReadFile(module + "/notebooks/assignments/nbgrader_config.py")
	if err != nil {
		t.Fatal(err)
	}
	put("nbgrader_config.py", config)
	put("source/"+a.Name+"/"+a.Name+".ipynb", a.Notebook.Bytes())
	put("ours.ipynb", ours.Bytes())
	classes := map[string]map[string]string{"correct": referenceCode(a), "untouched": nil}
	for i := range 8 { // with these two a class of ten
		m := a.Mutants[(5*i)%len(a.Mutants)]
		classes[fmt.Sprintf("mutant-%d", i)] = mutantCode(a, m)
	}
	for name, code := range classes {
		put("submitted/"+name+"/"+a.Name+"/"+a.Name+".ipynb", student(t, ours, code))
	}

	run(command, "generate_assignment", a.Name, "--force", "--create")
	theirs, err := nbformat.Read(filepath.Join(course, "release", a.Name, a.Name+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	sameRelease(t, ours, theirs)
	if out := run(command, "validate", filepath.Join(course, "submitted", "correct", a.Name, a.Name+".ipynb")); !strings.Contains(out, "Success") {
		t.Errorf("nbgrader validate on the right answers: %s", out)
	}
	if out := run(command, "validate", filepath.Join(course, "ours.ipynb")); !strings.Contains(out, "VALIDATION FAILED") {
		t.Errorf("nbgrader validate on the untouched release: %s", out)
	}
	began := time.Now()
	run(command, "autograde", a.Name, "--force")
	t.Logf("nbgrader autograde: %.1f s a submission", time.Since(began).Seconds()/float64(len(classes)))
	scores := theirScores(t, course, run, command)
	for name, code := range classes {
		began := time.Now()
		r, err := e.Grade(context.Background(), &Submission{Student: name, Assignment: a.Name, Data: student(t, ours, code)}, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: ours %g in %.1f s, nbgrader %g", name, r.Score, time.Since(began).Seconds(), scores[name])
		// nbgrader knows a question as all or nothing, and has nobody to judge the form.
		want := 0.0
		for _, q := range r.Questions {
			if q.Class == examiner.Passed || q.ID == "form" {
				want += q.Points
			}
		}
		if scores[name] != want {
			t.Errorf("%s: nbgrader gives %g, by our verdicts it should be %g: %+v", name, scores[name], want, r.Questions)
		}
	}
}

// sameRelease compares the graded cells of two releases.
func sameRelease(t *testing.T, ours, theirs *nbformat.Notebook) {
	t.Helper()
	if len(ours.Cells) != len(theirs.Cells) {
		t.Errorf("%d cells, nbgrader's release has %d", len(ours.Cells), len(theirs.Cells))
		return
	}
	for i, c := range ours.Cells {
		d := theirs.Cells[i]
		if c.Source() != d.Source() {
			t.Errorf("cell %d: %q, nbgrader's %q", i+1, c.Source(), d.Source())
		}
		var x, y Grading
		if c.Metadata().Decode("nbgrader", &x) != d.Metadata().Decode("nbgrader", &y) || fmt.Sprint(x.Checksum, x.GradeID, x.CellType) != fmt.Sprint(y.Checksum, y.GradeID, y.CellType) {
			t.Errorf("cell %d: %+v, nbgrader's %+v", i+1, x, y)
		}
	}
}

// Grading is what the comparison needs.
type Grading = assignment.Grading

func theirScores(t *testing.T, course string, run func(string, ...string) string, command string) map[string]float64 {
	t.Helper()
	run(command, "export", "--to="+filepath.Join(course, "grades.csv"))
	f, err := os.Open(filepath.Join(course, "grades.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	scores := map[string]float64{}
	for _, row := range rows[1:] {
		scores[row[column["student_id"]]], _ = strconv.ParseFloat(row[column["score"]], 64)
	}
	return scores
}
