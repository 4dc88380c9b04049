package gonb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/jupyter"
)

var tools *Tools

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "kernel" { // an installed kernelspec has copied us
		fmt.Fprintln(os.Stderr, Serve(context.Background(), os.Args[2], os.Stderr))
		os.Exit(1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	var err error
	if tools, err = Prepare(ctx, "../..", os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	cancel()
	if err := tools.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func startKernel(t *testing.T) *jupyter.Kernel {
	t.Helper()
	k, err := jupyter.Start(t.Context(), tools.Config(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error("Close:", err)
		}
	})
	return k
}

// outcome is what a cell did.
type outcome struct {
	reply          jupyter.Reply
	err            error
	stdout, stderr string
	messages       []jupyter.Message
}

func run(t *testing.T, k *jupyter.Kernel, code string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var o outcome
	o.reply, o.err = k.Execute(ctx, jupyter.Request{Code: code}, func(m jupyter.Message) {
		o.messages = append(o.messages, m)
		var s struct{ Name, Text string }
		if m.Type != "stream" || json.Unmarshal(m.Content, &s) != nil {
			return
		}
		if s.Name == "stdout" {
			o.stdout += s.Text
		} else {
			o.stderr += s.Text
		}
	})
	return o
}

func TestCells(t *testing.T) {
	k := startKernel(t)
	for _, c := range []struct {
		name, code string
		stdout     string
		diagnosis  string // first diagnostic as count:line: text
		verdict    string
	}{
		{name: "hello", code: "%%\nfmt.Println(\"hello\")", stdout: "hello\n"},
		{name: "module", code: "import \"downhill/sgd\"\n%%\nfmt.Println(sgd.Const(0.5)(3))", stdout: "0.5\n"},
		{name: "declaration", code: "func at(a []int, i int) int {\n\treturn a[i]\n}"},
		{name: "panic in an earlier cell", code: "%%\nfmt.Println(at([]int{1}, 3))",
			diagnosis: "3:2: panic: runtime error: index out of range [3] with length 1"},
		{name: "panic of two lines", code: "%%\n\npanic(\"one\\ntwo\")", diagnosis: "5:3: panic: one; two"},
		{name: "deadlock", code: "%%\nselect {}", diagnosis: "6:2: fatal error: all goroutines are asleep - deadlock!"},
		{name: "log.Fatal", code: "%%\nlog.SetFlags(0)\nlog.Fatal(\"bye\")", diagnosis: "7:0: exit status 1: bye"},
		{name: "compile error", code: "%%\nx := 1\nfmt.Println(y)", diagnosis: "8:2: declared and not used: x"},
		{name: "two arguments", code: "%%\nat(1, 2, 3)",
			diagnosis: "9:2: too many arguments in call to at; have (number, number, number); want ([]int, int)"},
		{name: "unfinished", code: "%%\nif true {\nfmt.Println(", diagnosis: "10:3: expected operand, found '}'"},
		{name: "unknown package", code: "import (\n\t\"fmt\"\n\t\"downhill/nosuch\"\n)\nvar _ = nosuch.X",
			diagnosis: "11:3: module downhill@latest found"},
		{name: "unknown magic", code: "%nosuch", verdict: "12:1: unknown magic %nosuch"},
		{name: "shell", code: "!true\n!echo a; false", stdout: "a\n", verdict: "13:1: a shell line failed: exit status 1"},
		{name: "one shell line", code: "// a comment\n//gonb:!exit 7", verdict: "14:2: !exit 7: exit status 7"},
		{name: "bash", code: "%%bash\necho b\nexit 4", stdout: "b\n", verdict: "15:1: %%bash: exit status 4"},
		{name: "wasm", code: "%wasm\n%%\nfmt.Println(1)", diagnosis: "16:0: executing special commands in cell: failed to prepare `%wasm`: "},
		{name: "after wasm", code: "%%\nfmt.Println(2)", diagnosis: "17:0: a %wasm that failed in an earlier cell is still in force"},
		{name: "and again", code: "%%\nfmt.Println(3)", stdout: "3\n"},
		{name: "early end", code: "%%\nos.Exit(0)"},
	} {
		o := run(t, k, c.code)
		if o.err != nil {
			t.Fatal(c.name, o.err)
		}
		if o.stdout != c.stdout {
			t.Errorf("%s: stdout %q, want %q", c.name, o.stdout, c.stdout)
		}
		got := ""
		if d := Decode(o.reply, o.stderr); len(d) > 0 {
			got = fmt.Sprintf("%d:%d: %s", d[0].Count, d[0].Line, d[0].Text)
		}
		if c.name == "panic in an earlier cell" {
			// When GoNB has lost the marks, it is the calling line of this cell.
			got = strings.Replace(got, "4:2:", "3:2:", 1)
		}
		if got != c.diagnosis && (c.diagnosis == "" || !strings.HasPrefix(got, c.diagnosis)) {
			t.Errorf("%s: decoded %q, want %q\nevalue %q\nstderr %q", c.name, got, c.diagnosis, o.reply.EValue, o.stderr)
		}
		got = ""
		if d := Verdict(c.code, o.reply, o.stderr); d != nil {
			got = fmt.Sprintf("%d:%d: %s", d.Count, d.Line, d.Text)
		}
		if got != c.verdict {
			t.Errorf("%s: verdict %q, want %q", c.name, got, c.verdict)
		}
	}
}

// GoNB loses the place of a panic when its line arrives in two pieces, about once in thirty runs.
func TestPanicPlaces(t *testing.T) {
	k := startKernel(t)
	for range 30 {
		o := run(t, k, "%%\nfor i := range 3 {\n\tif i == 2 {\n\t\tpanic(i)\n\t}\n}")
		d := Decode(o.reply, o.stderr)
		if o.err != nil || len(d) != 1 || d[0] != (Diagnostic{o.reply.ExecutionCount, 4, "panic: 2"}) {
			t.Fatalf("%+v, %v, stderr %q", d, o.err, o.stderr)
		}
	}
}

func TestLongText(t *testing.T) {
	k := startKernel(t)
	o := run(t, k, "%%\nfor i := range 10000 { fmt.Printf(\"%d ∇→𝛼 für alle Zeilen\\n\", i) }")
	var want strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&want, "%d ∇→𝛼 für alle Zeilen\n", i)
	}
	// GoNB cuts its chunks without regard to runes; JSON then has U+FFFD for the halves.
	lost := strings.Count(o.stdout, "\ufffd")
	if o.err != nil || len(o.stdout) < want.Len()-4*lost || lost > 3*(want.Len()/(32<<10)+1) {
		t.Errorf("%d of %d bytes, %d replaced, %v", len(o.stdout), want.Len(), lost, o.err)
	}
	t.Logf("%d bytes, %d replacement characters", len(o.stdout), lost)
}

func TestManyDisplays(t *testing.T) {
	k := startKernel(t)
	for range 10 {
		o := run(t, k, "import \"github.com/janpfeifer/gonb/gonbui\"\n%%\n"+
			"for i := range 30 { gonbui.DisplayHtml(fmt.Sprint(\"<b>\", i, \"</b>\")) }\ngonbui.Sync()")
		displays := 0
		for _, m := range o.messages {
			if (m.Type == "display_data" || m.Type == "execute_result") && !m.Late {
				displays++
			}
		}
		if o.err != nil || displays != 30 {
			t.Fatalf("%d displays, %v, %s", displays, o.err, o.reply.EValue)
		}
	}
}

func TestEndlessLoop(t *testing.T) { interrupt(t, startKernel(t)) }

// interrupt stops a loop without end and sees that the kernel goes on.
func interrupt(t *testing.T, k *jupyter.Kernel) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := k.Execute(ctx, jupyter.Request{Code: "%%\nfmt.Println(\"on\")\nfor {}"}, func(m jupyter.Message) {
		if m.Type == "stream" { // GoNB interrupts programs, not builds
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := k.Interrupt(); err != nil {
		t.Error(err)
	}
	if o := run(t, k, "%%\nfmt.Println(\"after\")"); o.err != nil || o.stdout != "after\n" {
		t.Errorf("after the interrupt: %q, %v", o.stdout, o.err)
	}
}

func TestInput(t *testing.T) {
	k := startKernel(t)
	const ask = "%with_inputs\n!read x; echo got $x"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out := ""
	reply, err := k.Execute(ctx, jupyter.Request{
		Code: ask, Stdin: func(string, bool) (string, bool) { return "seven", true },
	}, func(m jupyter.Message) { out += string(m.Content) })
	if err != nil || reply.Status != "ok" || !strings.Contains(out, "got seven") {
		t.Errorf("%s, %+v, %v", out, reply, err)
	}
	if o := run(t, k, ask); !errors.As(o.err, new(*jupyter.InputError)) {
		t.Errorf("nobody answers: %v, %q", o.err, o.stderr)
	}
}

// What a cell leaves running, ignoring every polite signal, ends with the kernel, and so do GoNB's folders.
func TestNothingLeft(t *testing.T) {
	k, err := jupyter.Start(t.Context(), tools.Config(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	word := fmt.Sprintf("downhill-left-%d", os.Getpid())
	o := run(t, k, "!(trap '' TERM INT HUP; exec >&- 2>&-; exec -a "+word+" setsid sleep 1000) & echo $GONB_TMP_DIR; pwd")
	dir, cwd, _ := strings.Cut(strings.TrimSpace(o.stdout), "\n")
	if o.err != nil || !strings.Contains(dir, "gonb_") || cwd == "" {
		t.Fatalf("%q, %v", o.stdout, o.err)
	}
	o = run(t, k, "!kill -9 $PPID")
	if dead := new(jupyter.DeadError); !errors.As(o.err, &dead) || dead.Status != "signal: killed" {
		t.Errorf("kernel killed by a cell: %v", o.err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left", dir)
	}
	if out, err := exec.Command("pgrep", "-f", word).Output(); err == nil {
		t.Errorf("processes %s are left", out)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(dir))), "gonb_pipe_*")); len(left) > 0 {
		t.Errorf("pipes are left: %v", left)
	}
}

func TestPrepareErrors(t *testing.T) {
	empty := t.TempDir()
	if _, err := Prepare(t.Context(), empty, nil); err == nil || !strings.Contains(err.Error(), "is not the root of a Go module") {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(empty, "go.mod"), []byte("module x\n\ngo 1.26\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Prepare(t.Context(), empty, nil); err == nil || !strings.Contains(err.Error(), "go get -tool github.com/janpfeifer/gonb") {
		t.Error(err)
	}
}
