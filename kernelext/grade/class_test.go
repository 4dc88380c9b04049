package grade

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/jail"
)

// pupil is a generated submission: its notebook, and what every question must come to.
type pupil struct {
	data    []byte
	classes map[string]string // by grade_id of the tests; "" for any but passed
}

// class generates n submissions of A1: right ones, every mutant, broken and hostile ones, in turn.
func class(t testing.TB, a *assignment.Assignment, n int) map[string]pupil {
	t.Helper()
	release, err := a.Strip()
	if err != nil {
		t.Fatal(err)
	}
	const all = "full-gradient-tests batch-gradient-tests sampling-tests epoch-tests form"
	expect := func(class string, ids ...string) map[string]string {
		m := map[string]string{}
		for _, id := range strings.Fields(all) {
			m[id] = examiner.Passed
		}
		for _, id := range ids {
			m[id] = class
		}
		return m
	}
	with := func(id, code string) map[string]string {
		c := referenceCode(a)
		c[id] = code
		return c
	}
	const (
		full     = "func FullGrad(data []Example, theta []float64) []float64 {\n"
		sampling = "func SampleWithout(n, b int, r *rand.Rand) []int {\n"
	)
	unformed := expect(examiner.CompileError, "sampling-tests")
	unformed["form"] = examiner.Wrong // gofmt cannot read it either
	kinds := []pupil{
		{student(t, release, referenceCode(a)), expect("")},
		{student(t, release, nil), expect(examiner.NotAttempted, strings.Fields(all)...)},
		{student(t, release, with("sampling", sampling+"\treturn \"\"\n}")), expect(examiner.CompileError, "sampling-tests")},
		{student(t, release, with("sampling", sampling+"\treturn (\n}")), unformed},
		{student(t, release, with("sampling", "import \"os\"\n\n"+sampling+"\tos.Exit(0)\n\treturn nil\n}")), expect(examiner.CompileError, "sampling-tests")},
		{student(t, release, with("sampling", sampling+"\tfor {\n\t}\n}")), expect(examiner.TimedOut, "sampling-tests")},
		{student(t, release, with("full-gradient", full+"\tvar all [][]float64\n\tfor {\n\t\tall = append(all, slices.Repeat([]float64{1}, 1<<20))\n\t}\n}")), expect(examiner.OutOfMemory, "full-gradient-tests")},
		{student(t, release, with("full-gradient", full+"\treturn data[:0:0][1:2:3][0:0]\n}")), expect(examiner.CompileError, "full-gradient-tests")},
		{student(t, release, with("full-gradient", full+"\treturn []float64{theta[9]}\n}")), expect(examiner.Panicked, "full-gradient-tests")},
		{student(t, release, with("full-gradient", full+"\treturn nil\n}")), expect(examiner.Wrong, "full-gradient-tests")},
		{[]byte("{"), expect(examiner.CompileError, strings.Fields(all)...)},
	}
	for _, m := range a.Mutants {
		id, _, _ := strings.Cut(m.Fails[0], ":")
		kinds = append(kinds, pupil{student(t, release, mutantCode(a, m)), expect(examiner.Wrong, id)})
	}
	pupils := map[string]pupil{}
	for i := range n {
		pupils[fmt.Sprintf("pupil-%03d", i)] = kinds[i%len(kinds)]
	}
	return pupils
}

func writeClass(t testing.TB, dir, name string, pupils map[string]pupil) {
	t.Helper()
	for who, p := range pupils {
		path := filepath.Join(dir, who, name, name+".ipynb")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, p.data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestClass grades a class of 200; the usual run takes every second of the 25 kinds.
func TestClass(t *testing.T) {
	a, err := assignment.Read(a1Path)
	if err != nil {
		t.Fatal(err)
	}
	size, limits := 25, quick
	if full {
		size, limits = 200, DefaultLimits
	}
	pupils := class(t, a, size)
	for i := 1; i < size && !full; i += 2 {
		delete(pupils, fmt.Sprintf("pupil-%03d", i))
	}
	e, err := Prepare(context.Background(), a, Options{Module: module, Jail: openJail(t, jail.Bwrap), Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	dir := t.TempDir()
	writeClass(t, filepath.Join(dir, "submitted"), a.Name, pupils)
	found, _, err := Find(filepath.Join(dir, "submitted"), "")
	if err != nil {
		t.Fatal(err)
	}
	b := Batch{Records: filepath.Join(dir, "records"), Jobs: 2, Exam: func(string) (*Exam, error) { return e, nil }}
	began := time.Now()
	records, err := b.Run(context.Background(), found)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d submissions in %.1f s: %.2f s each on 2 jobs", len(records), time.Since(began).Seconds(), time.Since(began).Seconds()/float64(len(records)))
	wrong := 0
	for _, r := range records {
		for _, q := range r.Questions {
			if want := pupils[r.Student].classes[q.ID]; q.Class != want {
				wrong++
				t.Errorf("%s: %s is %s, want %s: %+v %v", r.Student, q.ID, q.Class, want, q.Parts, r.Notices)
			}
		}
	}
	t.Logf("%d false verdicts", wrong)
}

// TestKilledGrader kills the command at ten random moments; the records are those of one that was left alone, and none
// was made twice.
func TestKilledGrader(t *testing.T) {
	if !full {
		t.Skip("takes minutes: DOWNHILL_GRADE_FULL=1 runs it")
	}
	a, err := assignment.Read(a1Path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeClass(t, filepath.Join(dir, "submitted"), a.Name, class(t, a, 40))
	downhill := filepath.Join(dir, "downhill")
	build := exec.Command("go", "build", "-o", downhill, "./kernelext/cmd/downhill")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	grade := func(out string, after time.Duration) (lines []string) {
		cmd := exec.Command(downhill, "grade", "-j", "2", "-out", filepath.Join(dir, out), filepath.Join(dir, "submitted"))
		cmd.Dir = module
		var stdout bytes.Buffer
		cmd.Stdout = &stdout
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if after > 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		_ = cmd.Wait()
		return slices.Collect(strings.Lines(stdout.String()))
	}
	r := rand.New(rand.NewPCG(7, 7))
	made := map[string]int{}
	kills := 0
	for kills < 10 {
		// Mostly while it grades, sometimes while it prepares.
		for _, line := range grade("killed", time.Second+time.Duration(r.Int64N(int64(12*time.Second)))) {
			_, rest, _ := strings.Cut(line, " ")
			who, _, _ := strings.Cut(rest, ":")
			if !strings.Contains(line, "(kept)") {
				made[who]++
			}
		}
		kills++
	}
	left := grade("killed", 0)
	kept := 0
	for _, line := range left {
		if strings.Contains(line, "(kept)") {
			kept++
		}
	}
	t.Logf("%d kills; the last run kept %d of %d", kills, kept, len(left))
	for who, n := range made {
		if n > 1 {
			t.Errorf("%s was graded %d times", who, n)
		}
	}
	grade("alone", 0)
	for _, s := range []string{"scores.csv", "junit.xml"} {
		same(t, filepath.Join(dir, "killed", s), filepath.Join(dir, "alone", s))
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "alone", "records", "*", "*.json"))
	if len(paths) != 40 {
		t.Errorf("%d records, want 40", len(paths))
	}
	for _, path := range paths {
		rel, _ := filepath.Rel(filepath.Join(dir, "alone"), path)
		same(t, filepath.Join(dir, "killed", rel), path)
	}
	if _, err := gradebook.Read(paths[0]); err != nil {
		t.Error(err)
	}
}

func same(t *testing.T, x, y string) {
	t.Helper()
	a, err := os.ReadFile(x)
	if err != nil {
		t.Error(err)
		return
	}
	b, err := os.ReadFile(y)
	if err != nil {
		t.Error(err)
		return
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s and %s differ:\n%s\n%s", x, y, a, b)
	}
}
