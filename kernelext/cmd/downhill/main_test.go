package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"downhill/kernelext/nbformat"
)

// writeNotebook writes a notebook of a title and code cells to a new folder and returns its path.
func writeNotebook(t *testing.T, name string, cells ...string) string {
	t.Helper()
	n := nbformat.New()
	n.Cells = append(n.Cells, nbformat.NewCell(nbformat.Markdown, "# "+name))
	for _, source := range cells {
		n.Cells = append(n.Cells, nbformat.NewCell(nbformat.Code, source))
	}
	n.AddIDs()
	path := filepath.Join(t.TempDir(), name+".ipynb")
	if err := n.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMain makes this test binary the command itself when asked to: see downhill.
func TestMain(m *testing.M) {
	if os.Getenv("DOWNHILL_BE_THE_COMMAND") == "1" {
		os.Unsetenv("DOWNHILL_BE_THE_COMMAND")
		main()
	}
	os.Exit(m.Run())
}

// result is what a run of the command came to.
type result struct {
	code           int
	stdout, stderr string
	memory         int64 // bytes at its peak; 0 where that cannot be told
}

// downhill runs the command in a process and a TMPDIR of its own, and makes sure that it leaves nothing there and no
// process. Cancelling ctx is Ctrl-C.
func downhill(t *testing.T, ctx context.Context, args ...string) result {
	t.Helper()
	return downhillEnv(t, ctx, nil, args...)
}

// downhillEnv adds to the environment.
func downhillEnv(t *testing.T, ctx context.Context, env []string, args ...string) result {
	t.Helper()
	tmp := t.TempDir()
	mark := "DOWNHILL_TEST_MARK=" + tmp
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), "DOWNHILL_BE_THE_COMMAND=1", "TMPDIR="+tmp, mark), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in TMPDIR: %v (%v)", left, err)
	}
	for _, p := range marked(mark) {
		t.Errorf("left running: %s", p)
	}
	r := result{code: cmd.ProcessState.ExitCode(), stdout: out.String(), stderr: errs.String()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		r.memory = int64(usage.Maxrss) << 10
	}
	return r
}

// marked lists the processes, other than this one, that inherited an environment variable.
func marked(variable string) (found []string) {
	entries, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, e := range entries {
		env, err := os.ReadFile(e)
		pid := filepath.Base(filepath.Dir(e))
		if err != nil || pid == strconv.Itoa(os.Getpid()) || !strings.Contains("\x00"+string(env), "\x00"+variable+"\x00") {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(e), "cmdline"))
		found = append(found, pid+" "+strings.ReplaceAll(string(line), "\x00", " "))
	}
	return found
}

func needsKernel(t *testing.T) {
	if testing.Short() {
		t.Skip("no kernel is started in short mode")
	}
}

// Every way in which a notebook goes wrong ends by itself, with a line that names the place, and leaves nothing.
func TestFailures(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	tests := []struct {
		name  string
		cells []string
		want  string // stderr, without the path of the notebook
	}{
		{"compiles-not", []string{"%%\nfmt.Println(1)", "%%\nx := 3\ny := x + bta\nfmt.Println(y)"},
			":cell 3:3: undefined: bta"},
		{"panics", []string{"func g(i int) int {\n\ta := []int{1}\n\treturn a[i]\n}\n\n%%\nfmt.Println(g(5))"},
			":cell 2:3: panic: runtime error: index out of range [5] with length 1"},
		{"panics-elsewhere", []string{"func g(i int) int {\n\ta := []int{1}\n\treturn a[i]\n}", "%%\nfmt.Println(g(5))"},
			":cell 3"}, // the line in cell 2 as well, unless GoNB lost its mark
		{"unused", []string{"%%\nx := nosuch"}, ":cell 2:2: undefined: nosuch"},
		{"false", []string{"!true\n!false"}, ":cell 2:1: a shell line failed: exit status 1"},
		{"script", []string{"%%bash\nexit 7"}, ":cell 2:1: %%bash: exit status 7"},
		{"magic", []string{"%nosuch"}, ":cell 2:1: unknown magic %nosuch"},
		{"exits", []string{"%%\nos.Exit(4)"}, ":cell 2: exit status 4"},
		{"exits-early", []string{"func init_x() { os.Exit(0) }", "%%\nfmt.Println(1)"},
			":cell 3: the program ended before its end, with exit status 0"},
		{"tests-not", []string{"func init_x() { os.Exit(0) }", "%test\nfunc TestA(t *testing.T) {}"},
			":cell 3: the program ended before its end, with exit status 0"},
		{"tests", []string{"%test\nfunc TestA(t *testing.T) {\n\tt.Run(\"b\", func(t *testing.T) { t.Error(\"no\") })\n}"},
			":cell 2: TestA/b: no"},
		{"loops", []string{"%%\nfor {}"}, ":cell 2: timed out: the cell took longer than 1.5s"},
		{"reads", []string{"%%\nvar s string\nfmt.Scanln(&s)"},
			":cell 2: timed out: the cell took longer than 1.5s; it reads standard input, which never comes when a notebook is run headlessly: ask by gonbui.RequestInput, with answers in the cell's metadata (downhill.stdin)"},
		{"asks", []string{"%with_inputs\n!read x"}, `:cell 2: asks for input (""), and nobody is there to answer`},
		{"background-holds", []string{"!sleep 1000 &"}, ":cell 2: timed out: the cell took longer than 1.5s"},
		{"background-hides", []string{"!setsid nohup sleep 1000 >/dev/null 2>&1 &\n!false"}, ":cell 2:1: a shell line failed: exit status 1"},
		{"ignores-interrupts", []string{"%%\nsignal.Ignore(os.Interrupt)\nfor {\n\ttime.Sleep(time.Second)\n}"},
			":cell 2: timed out: the cell took longer than 1.5s"},
		{"kills-kernel", []string{"!kill -9 $PPID\n!sleep 5"}, ":cell 2: under this cell the kernel gonb died (signal: killed)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := writeNotebook(t, tt.name, tt.cells...)
			out := filepath.Join(t.TempDir(), "out")
			timeout := "2m" // a busy machine is no failure
			if strings.Contains(tt.want, "longer than 1.5s") {
				timeout = "1500ms"
			}
			r := downhill(t, t.Context(), "run", "-out", out, "-timeout", timeout, path)
			if r.code != exitFailed {
				t.Errorf("exit code %d, want %d", r.code, exitFailed)
			}
			line, rest, _ := strings.Cut(r.stderr, "\n")
			if got := strings.TrimPrefix(line, path); !strings.HasPrefix(got, tt.want) || rest != "" {
				t.Errorf("stderr:\n%s\nwant one line with %q", r.stderr, tt.want)
			}
			doc, err := nbformat.Read(filepath.Join(out, filepath.Base(path)))
			if err != nil {
				t.Fatal(err)
			}
			last := doc.Cells[len(doc.Cells)-1].Outputs()
			if len(last) == 0 || last[len(last)-1].Type != nbformat.Error {
				t.Errorf("who reads the executed notebook does not see the error: %+v", last)
			}
		})
	}
}

func TestBrokenJSON(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	path := filepath.Join(t.TempDir(), "broken.ipynb")
	if err := os.WriteFile(path, []byte("{\"cells\": [\n  {,}"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := downhill(t, t.Context(), "run", "-out", t.TempDir(), path)
	if want := path + ": line 2:4: broken JSON: "; r.code != exitUsage || !strings.HasPrefix(r.stderr, want) || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("exit code %d, stderr %q, want %d and one line that starts with %q", r.code, r.stderr, exitUsage, want)
	}
}

// Ctrl-C: what was executed is on disk, nothing is left, exit code 130.
func TestInterrupt(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	path := writeNotebook(t, "long", "%%\nfmt.Println(\"first\")", "%%\nos.WriteFile(\"started\", nil, 0o600)\nfor {\n\ttime.Sleep(time.Second)\n}")
	out := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go cancelWhen(ctx, cancel, filepath.Join(filepath.Dir(path), "started"))
	r := downhill(t, ctx, "run", "-out", out, path)
	if want := path + ":cell 3: interrupted\n"; r.code != exitInterrupted || r.stderr != want {
		t.Errorf("exit code %d, stderr %q, want %d, %q", r.code, r.stderr, exitInterrupted, want)
	}
	doc, err := nbformat.Read(filepath.Join(out, "long.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if outs := doc.Cells[1].Outputs(); len(outs) != 1 || outs[0].Text != "first\n" {
		t.Errorf("the executed part is not on disk: %+v", outs)
	}
}

// cancelWhen cancels when a file is there.
func cancelWhen(ctx context.Context, cancel func(), file string) {
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			cancel()
		}
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args string
		code int
		want string // in stdout or stderr
	}{
		{"", exitPassed, "execute notebooks headlessly"},
		{"help", exitPassed, "execute notebooks headlessly"},
		{"run -h", exitPassed, "-timeout"},
		{"help run", exitPassed, "-timeout"},
		{"help jump", exitUsage, `downhill: there is no verb "jump"`},
		{"jump", exitUsage, `downhill: there is no verb "jump"`},
		{"run -nosuch", exitUsage, "downhill run: there is no flag -nosuch: downhill run -h lists the flags"},
		{"run -timeout 5", exitUsage, "downhill run: -timeout 5: it must be a time with its unit, such as 90s or 5m: "},
		{"run -j=x", exitUsage, "downhill run: -j x: it must be a whole number: "},
		{"run -site=x", exitUsage, "downhill run: -site x: it must be true or false: "},
		{"run -shard 3/2", exitUsage, "downhill run: -shard 3/2: it must be i/n with 1 ≤ i ≤ n, such as 1/4: "},
		{"run -j", exitUsage, "flag needs an argument: -j"},
		{"run nosuch.ipynb", exitUsage, "downhill run: nosuch.ipynb: no such notebook or folder"},
		{"run main.go", exitUsage, "not a notebook"},
		{"run .", exitUsage, "no notebook (*.ipynb) in this folder"},
		{"run -timeout=-1s", exitUsage, "a limit cannot be negative"},
		{"kernel", exitUsage, "it takes the path of a connection file"},
		{"lab nosuch.ipynb", exitUsage, "nosuch.ipynb: no such notebook"},
		{"lab a b", exitUsage, "it opens one notebook"},
		{"install now", exitUsage, "it takes no arguments"},
		{"doctor -h", exitPassed, "check what notebooks need"},
		{"run -out main.go/x ../../nbtest/testdata/passes.ipynb", exitUsage, "downhill run: -out: nothing can be written in main.go/x: not a directory"},
		{"run -junit main.go/j.xml ../../nbtest/testdata/passes.ipynb", exitUsage, "downhill run: -junit: nothing can be written in main.go: not a directory"},
		{"run", exitUsage, "there is no folder notebooks here"},
	} {
		var out, errs bytes.Buffer
		code := dispatch(t.Context(), strings.Fields(tt.args), &out, &errs)
		if text := out.String() + errs.String(); code != tt.code || !strings.Contains(text, tt.want) {
			t.Errorf("downhill %s: exit code %d, %q; want %d, %q", tt.args, code, text, tt.code, tt.want)
		}
		if code != exitPassed && (out.Len() > 0 || strings.Count(errs.String(), "\n") != 1) {
			t.Errorf("downhill %s: more than a line on stderr: %q, %q", tt.args, out.String(), errs.String())
		}
	}
}

// What help prints fits a terminal, and tells each flag once.
func TestHelp(t *testing.T) {
	for _, v := range append(verbs, verb{name: "help"}) {
		var out bytes.Buffer
		if code := dispatch(t.Context(), []string{v.name, "-h"}, &out, io.Discard); code != exitPassed {
			t.Errorf("%s: exit code %d", v.name, code)
		}
		seen := map[string]bool{}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if n := len([]rune(line)); n > wide {
				t.Errorf("%s: %d columns: %s", v.name, n, line)
			}
			if flag, ok := strings.CutPrefix(line, "  -"); ok && seen[flag] {
				t.Errorf("%s: -%s is told twice", v.name, flag)
			} else if ok {
				seen[flag] = true
			}
		}
		if v.name == "run" && len(seen) < 25 {
			t.Errorf("run: only %d flags", len(seen))
		}
	}
}

// The same notebook gives the same file, byte by byte.
func TestDeterministic(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	path := writeNotebook(t, "same", "%%\nfmt.Println(\"out\")\nfmt.Fprintln(os.Stderr, \"err\")\nfmt.Println(\"out\")")
	var files [2][]byte
	for i := range files {
		out := t.TempDir()
		r := downhill(t, t.Context(), "run", "-out", out, path)
		if r.code != exitPassed || r.stderr != "" {
			t.Fatalf("exit code %d, %s", r.code, r.stderr)
		}
		if !regexp.MustCompile(`(?m)^same\.ipynb: cell 2 passed \(1 of 1\)`).MatchString(r.stdout) {
			t.Errorf("no progress cell by cell: %s", r.stdout)
		}
		files[i], _ = os.ReadFile(filepath.Join(out, "same.ipynb"))
	}
	if len(files[0]) == 0 || !bytes.Equal(files[0], files[1]) {
		t.Errorf("two runs differ:\n%s\n%s", files[0], files[1])
	}
}

// A value that does not fit, or that nobody asked for, is an error before anything runs.
func TestParameters(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	n := nbformat.New()
	declare := nbformat.NewCell(nbformat.Code, "var alpha = 0.25")
	if err := declare.Metadata().Set("tags", []string{"parameters"}); err != nil {
		t.Fatal(err)
	}
	n.Cells = []*nbformat.Cell{declare, nbformat.NewCell(nbformat.Code, "%%\nfmt.Println(alpha)\nfmt.Println(bta)")}
	n.AddIDs()
	path := filepath.Join(t.TempDir(), "p.ipynb")
	if err := n.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "p.yaml")
	if err := os.WriteFile(file, []byte("alpha: 0.5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		flags []string
		code  int
		want  string
	}{
		{[]string{"-p", "alpha=fast"}, exitUsage, path + `: alpha (float64): "fast" is not a plain value: a number, a string in quotes, true or false` + "\n"},
		{[]string{"-p", "beta=1"}, exitUsage, "parameter beta: no notebook declares it in a cell with the tag parameters; declared are alpha\n"},
		{[]string{"-p", "alpha"}, exitUsage, "downhill run: -p \"alpha\" is not name=value\n"},
		{[]string{"-params", "nosuch.yaml"}, exitUsage, "downhill run: -params open nosuch.yaml: no such file or directory\n"},
		// Messages count the cells of the file, without the one that was injected.
		{[]string{"-params", file}, exitFailed, path + ":cell 2:3: undefined: bta\n"},
	} {
		out := filepath.Join(t.TempDir(), "out")
		r := downhill(t, t.Context(), append([]string{"run", "-out", out, path}, tt.flags...)...)
		if r.code != tt.code || r.stderr != tt.want {
			t.Errorf("%v: exit code %d, %q, want %d, %q", tt.flags, r.code, r.stderr, tt.code, tt.want)
		}
		if _, err := os.Stat(out); r.code == exitUsage && err == nil {
			t.Errorf("%v: something was written", tt.flags)
		}
	}
}
