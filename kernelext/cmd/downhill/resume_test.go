package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

// regTestTime is what go test says of a test's time.
var regTestTime = regexp.MustCompile(`\([0-9.]+s\)`)

// A run that goes on where one failed gives, byte by byte, what one that never failed gives, without running again what
// had passed.
func TestResumeFromFailure(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	cells := []string{
		"import \"math\"\n\nvar n = 41\n\nfunc f(x int) float64 { return math.Sqrt(float64(x)) }\n\n%%\n" +
			"log, _ := os.OpenFile(\"log\", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)\nlog.WriteString(\"once\\n\")\nfmt.Println(f(n))",
		"%env FROM above\n!echo shell >> log; echo said\nfunc main() { fmt.Fprintln(os.Stderr, n) }",
		"%%bash\necho script",
		"%test\nfunc TestF(t *testing.T) {}",
		"",
		"%%\nfmt.Println(\"here\")\nif _, err := os.Stat(os.Getenv(\"DOWNHILL_TEST_READY\")); err != nil {\n\tpanic(f(0))\n}",
		"%%\nlog, _ := os.ReadFile(\"log\")\nfmt.Printf(\"%s%v %s\", log, f(n), os.Getenv(\"FROM\"))",
	}
	ready := filepath.Join(t.TempDir(), "ready")
	env := "DOWNHILL_TEST_READY=" + ready
	path := writeNotebook(t, "resume", cells...)
	whole := writeNotebook(t, "resume", cells...)
	out, wholeOut := t.TempDir(), t.TempDir()
	executed := func(dir string) string {
		data, err := os.ReadFile(filepath.Join(dir, "resume.ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		return regTestTime.ReplaceAllString(string(data), "(0.00s)")
	}
	run := func(env string, args ...string) result {
		return downhillEnv(t, t.Context(), []string{env}, append([]string{"run", "-site=false", "-out"}, args...)...)
	}

	if r := run(env, out, path); r.code != exitFailed || !strings.HasPrefix(r.stderr, path+":cell 7:4: panic: ") {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	if err := os.WriteFile(ready, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(env, out, "-resume", path)
	if r.code != exitPassed || !strings.Contains(r.stdout, "resume.ipynb: goes on at cell 7: it failed\n") ||
		!strings.Contains(r.stdout, " 2 cells in ") {
		t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
	if r := run(env, wholeOut, whole); r.code != exitPassed {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	if got, want := executed(out), executed(wholeOut); got != want {
		t.Errorf("resumed:\n%s\nrun as a whole:\n%s", got, want)
	}

	// What is edited is run again, and what comes after it.
	doc, err := nbformat.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	doc.Cells[6].SetSource("%%\nfmt.Println(\"there\", f(n-5))")
	for _, p := range []string{path, whole} {
		if err := doc.WriteFile(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(filepath.Dir(whole), "log")); err != nil {
		t.Fatal(err)
	}
	if r := run(env, out, "-resume", path); r.code != exitPassed || !strings.Contains(r.stdout, "goes on at cell 7: it has changed\n") {
		t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
	run(env, wholeOut, whole)
	if got, want := executed(out), executed(wholeOut); got != want || !strings.Contains(got, "there 6") {
		t.Errorf("resumed:\n%s\nrun as a whole:\n%s", got, want)
	}

	// And when something beside it has changed, nothing is taken for granted.
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "data.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	doc.Cells[7].SetSource("%%\nfmt.Println(1)")
	if err := doc.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	if r := run(env, out, "-resume", path); r.code != exitPassed || !strings.Contains(r.stdout, "starts over: the files beside it have changed") {
		t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
}

// What only running a cell again brings back is not left out.
func TestResumeWithResidue(t *testing.T) {
	needsKernel(t)
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere it starts over at any shell line")
	}
	t.Parallel()
	const last = "%%\nfmt.Println(1)\nif _, err := os.Stat(os.Getenv(\"DOWNHILL_TEST_READY\")); err != nil {\n\tos.Exit(1)\n}"
	for name, tt := range map[string]struct{ cell, want string }{
		"process": {"!sleep 1000 >/dev/null 2>&1 </dev/null &", "goes on at cell 3: it left a running process"},
		"file":    {"%%\nos.WriteFile(filepath.Join(os.TempDir(), \"cache\"), nil, 0o600)", "goes on at cell 3: it left the temporary file cache"},
		"module":  {"!*go mod edit -go=1.25 && echo", "goes on at cell 3: its shell line changed the kernel's go.mod"},
		"go":      {"!*go mod edit -go=1.25", "goes on at cell 4: it failed"},
		"raised":  {"//gonb:%%\npanic(1)", "goes on at cell 3: it raised an exception"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := writeNotebook(t, name, "var x = 1", tt.cell, last)
			if name == "raised" {
				doc, err := nbformat.Read(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := doc.Cells[2].Metadata().Set("tags", []string{"raises-exception"}); err != nil {
					t.Fatal(err)
				}
				if err := doc.WriteFile(path); err != nil {
					t.Fatal(err)
				}
			}
			ready, out := filepath.Join(t.TempDir(), "ready"), t.TempDir()
			env := []string{"DOWNHILL_TEST_READY=" + ready}
			if r := downhillEnv(t, t.Context(), env, "run", "-site=false", "-out", out, path); r.code != exitFailed {
				t.Fatalf("exit code %d: %s", r.code, r.stderr)
			}
			if err := os.WriteFile(ready, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			r := downhillEnv(t, t.Context(), env, "run", "-site=false", "-out", out, "-resume", path)
			if r.code != exitPassed || !strings.Contains(r.stdout, name+".ipynb: "+tt.want+"\n") {
				t.Errorf("exit code %d, %s%s; want %q", r.code, r.stdout, r.stderr, tt.want)
			}
		})
	}
}

// Ctrl-C and on: nothing that had ended is run again.
func TestResumeAfterInterrupt(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	ready := filepath.Join(t.TempDir(), "ready")
	env := []string{"DOWNHILL_TEST_READY=" + ready}
	path := writeNotebook(t, "stopped", "%%\nfmt.Println(time.Now())",
		"%%\nif _, err := os.Stat(os.Getenv(\"DOWNHILL_TEST_READY\")); err != nil {\n\tos.WriteFile(os.Getenv(\"DOWNHILL_TEST_READY\"), nil, 0o600)\n\tselect {}\n}\nfmt.Println(\"done\")")
	out := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go cancelWhen(ctx, cancel, ready)
	if r := downhillEnv(t, ctx, env, "run", "-site=false", "-out", out, path); r.code != exitInterrupted {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	file := filepath.Join(out, "stopped.ipynb")
	before, err := nbformat.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	r := downhillEnv(t, t.Context(), env, "run", "-site=false", "-out", out, "-resume", path)
	after, err := nbformat.Read(file)
	if err != nil || r.code != exitPassed || !strings.Contains(r.stdout, "goes on at cell 3: it failed\n") {
		t.Fatalf("exit code %d, %s%s, %v", r.code, r.stdout, r.stderr, err)
	}
	a, b := before.Cells[1].Outputs(), after.Cells[1].Outputs()
	if len(a) != 1 || len(b) != 1 || a[0].Text != b[0].Text || after.Cells[2].Outputs()[0].Text != "done\n" {
		t.Errorf("before %+v, after %+v", a, b)
	}
	if again, _ := os.ReadFile(file); !bytes.Contains(again, []byte("done")) {
		t.Error("the executed notebook is not what was read")
	}
}
