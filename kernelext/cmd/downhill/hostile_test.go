package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

// Notebooks that mean harm, or go very wrong: bounded time, bounded memory, a clear verdict, nothing left behind. Those
// that end with a plain error are in TestFailures.
func TestHostile(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	tests := []struct {
		name string
		cell string
		code int
		want string // in stderr or, for what passes, in the executed notebook
		flag string // beside a timeout of an hour, which nothing here waits for
	}{
		{"prints-for-ever", "%%\nfor {\n\tfmt.Println(\"spam, spam, spam, spam, spam, spam, spam, spam\")\n}", exitFailed, "timed out: the cell took longer than 2s", "-timeout=2s"},
		{"progress-for-ever", "%%\nfor i := 0; ; i++ {\n\tfmt.Print(\"\\r\", i)\n}", exitFailed, "timed out: the cell took longer than 2s", "-timeout=2s"},
		{"forks", "%%bash\nfor i in $(seq 40); do (trap '' INT TERM HUP; exec setsid sleep 1000) & done\nexit 3", exitFailed, "timed out: the cell took longer than 2s", "-timeout=2s"},
		{"daemons", "%%bash\nfor i in $(seq 20); do env -i setsid /bin/sleep 1000 >/dev/null 2>&1 </dev/null & done\nexit 3", exitFailed, "%%bash: exit status 3", ""},
		{"closes-stdout", "%%\nos.Stdout.Close()\nfmt.Println(1)\ntime.Sleep(10 * time.Millisecond)", exitPassed, "", ""},
		{"deletes-its-folder", "!rm -rf \"$GONB_TMP_DIR\"\nfunc f() {}\n%%\nf()", exitFailed, "cell 2", ""},
		{"deletes-the-notebook's-folder", "%%\nos.RemoveAll(os.Getenv(\"GONB_DIR\"))\nfmt.Println(1)", exitPassed, "", ""},
		{"asks", "%with_inputs\n!read a; read b", exitFailed, "asks for input", ""},
		{"50-MB", "%%\nline := strings.Repeat(\"x\", 1023) + \"\\n\"\nfor range 50 << 10 {\n\tos.Stdout.WriteString(line)\n}", exitPassed,
			"[downhill: 34.0 MiB more were dropped: a cell keeps at most 1000 outputs and 16.0 MiB]", ""},
		{"invalid-UTF-8", "%%\nos.Stdout.WriteString(\"a\\xff\\xfeb\")", exitPassed, "[downhill: 2 bytes of this output were lost", ""},
		{"10000-outputs", figureCell + "\n\n%%\nfor range 10_000 {\n\tshow.Plot(square(1))\n}", exitPassed,
			"[downhill: 9000 outputs, ", ""},
		{"prints-nothing-for-ever", "%%\nfor {\n}", exitFailed, "timed out: the cell's silence took longer than 2s", "-silence-timeout=2s"},
		{"kills-its-kernel", "!kill -9 $PPID; sleep 7200", exitFailed, "under this cell the kernel gonb died (signal: killed)", ""},
		{"ends-its-kernel", "%%\nsyscall.Kill(os.Getppid(), syscall.SIGTERM)\nselect {}", exitFailed, "under this cell the kernel gonb died", ""},
		{"fills-the-disk", "%%\nf, _ := os.Create(\"full\")\nfor {\n\tf.Write(make([]byte, 1<<20))\n}", exitFailed,
			"stopped: it filled the disk: the notebook's folder and temporary files grew by more than the 32.0 MiB allowed, most by full", "-disk=32M"},
		{"fills-the-disk-bit-by-bit", "%%\nsignal.Ignore(os.Interrupt)\nfor i := 0; ; i++ {\n\tos.WriteFile(fmt.Sprint(os.TempDir(), \"/\", i), make([]byte, 64<<10), 0o600)\n}", exitFailed,
			"stopped: it filled the disk: the notebook's folder and temporary files grew by more than the 32.0 MiB allowed", "-disk=32M"},
		{"fills-the-disk-elsewhere", "%%bash\nhead -c 100000000 /dev/zero > ../full$$ || { rm ../full$$; exit 1; }", exitFailed,
			"(no file may grow beyond 32.0 MiB)", "-disk=32M"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := writeNotebook(t, tt.name, tt.cell)
			out := t.TempDir()
			args := []string{"run", "-out", out, "-timeout=1h", path}
			if tt.flag != "" {
				args = append(args, tt.flag)
			}
			r := downhill(t, t.Context(), args...)
			if r.memory > 400<<20 {
				t.Errorf("it took %d MB", r.memory>>20)
			}
			executed := filepath.Join(out, tt.name+".ipynb")
			data, err := os.ReadFile(executed)
			if err != nil || len(data) > 40<<20 {
				t.Errorf("executed notebook of %d bytes: %v", len(data), err)
			}
			text := r.stderr
			if tt.code == exitPassed {
				text = notices(t, executed)
			}
			if r.code != tt.code || !strings.Contains(text, tt.want) {
				t.Errorf("exit code %d, %q, want %d, %q", r.code, text, tt.code, tt.want)
			}
		})
	}
}

// notices returns what the last cell says on stderr.
func notices(t *testing.T, path string) (text string) {
	doc, err := nbformat.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range doc.Cells[len(doc.Cells)-1].Outputs() {
		if o.Name == "stderr" {
			text += o.Text
		}
	}
	return text
}
