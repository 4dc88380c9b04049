package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

// execute runs a notebook that must pass and returns the executed one.
func execute(t *testing.T, path string) (string, *nbformat.Notebook) {
	t.Helper()
	out := t.TempDir()
	if r := downhill(t, t.Context(), "run", "-out", out, path); r.code != exitPassed {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	out = filepath.Join(out, filepath.Base(path))
	doc, err := nbformat.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	return out, doc
}

// Multi-byte text of 200 KB arrives whole, or it is told how much of it did not.
func TestLongText(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	const line = "äöü→λ𝄞 "
	const count = 10000
	_, doc := execute(t, writeNotebook(t, "long-text", fmt.Sprintf("%%%%\nos.Stdout.WriteString(strings.Repeat(%q, %d))", line, count)))
	var stdout, stderr string
	for _, o := range doc.Cells[1].Outputs() {
		if o.Name == "stdout" {
			stdout += o.Text
		} else {
			stderr += o.Text
		}
	}
	lost := strings.Count(stdout, "\ufffd")
	if lost == 0 && stdout != strings.Repeat(line, count) {
		t.Errorf("%d bytes arrived, want %d, and nothing is said", len(stdout), len(line)*count)
	}
	if told := fmt.Sprintf("[downhill: %d bytes of this output were lost", lost); lost > 0 && !strings.HasPrefix(stderr, told) {
		t.Errorf("%d bytes were lost, and the notebook says %q", lost, stderr)
	}
	// Between the places that were lost everything is there.
	for _, part := range strings.Split(stdout, "\ufffd") {
		if !strings.Contains(strings.Repeat(line, len(part)/len(line)+2), part) {
			t.Errorf("a part of %d bytes is not what was written", len(part))
		}
	}
}

// figureCell declares a figure.
const figureCell = `import (
	"downhill/kernelext/show"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

type square float64

func (s square) Draw(c draw.Canvas) {
	c.StrokeLine2(draw.LineStyle{Width: 1}, 0, 0, vg.Length(s), vg.Length(s))
}`

// Thirty figures from one cell arrive as thirty, every time.
func TestFigures(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	times := 4
	if parts.Required() {
		times = 100
	}
	cells := []string{figureCell}
	for range times {
		cells = append(cells, "%%\nfor i := range 30 {\n\tshow.Plot(square(i), show.Caption(fmt.Sprint(i)))\n}")
	}
	_, doc := execute(t, writeNotebook(t, "figures", cells...))
	for i, c := range doc.Cells[2:] {
		outs := c.Outputs()
		if len(outs) != 30 {
			t.Errorf("run %d: %d figures", i, len(outs))
			continue
		}
		for k, o := range outs {
			if svg, _ := o.MIME("image/svg+xml"); !strings.Contains(svg, fmt.Sprintf(">%d</title>", k)) {
				t.Errorf("run %d: figure %d is not the one that was shown: %.300s", i, k, svg)
			}
		}
	}
}

// What is written is what Jupyter reads.
func TestValid(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	python := parts.Python(t, "nbformat")
	failed := writeNotebook(t, "failed", figureCell, "%%\nshow.Plot(square(1))\nfmt.Println(\"out\")\npanic(\"error\")", "%%")
	out := t.TempDir()
	if r := downhill(t, t.Context(), "run", "-out", out, "-timing", failed); r.code != exitFailed {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	check := exec.Command(python, "-W", "error", "-c", `import nbformat, sys
nb = nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT)
nbformat.validate(nb)
print([o.output_type for o in nb.cells[2].outputs], sorted(nb.cells[2].metadata.execution), nb.cells[3].outputs)`, filepath.Join(out, "failed.ipynb"))
	got, err := check.CombinedOutput()
	const want = "['display_data', 'stream', 'stream', 'error'] " +
		"['iopub.execute_input', 'iopub.status.busy', 'iopub.status.idle', 'shell.execute_reply'] []\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s, want\n%s", err, got, want)
	}
}

// The profile holds what the cells execute of the module, cell by cell merged, and nothing of the cells themselves.
func TestCoverage(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	profile := filepath.Join(t.TempDir(), "cover.out")
	path := writeNotebook(t, "cover", "import \"downhill/kernelext/show/wire\"\n\n%%\nfmt.Println(wire.JSON(1))", "%%\nfmt.Println(wire.InNotebook())")
	if r := downhill(t, t.Context(), "run", "-site=false", "-out", t.TempDir(), "-coverprofile", profile, path); r.code != exitPassed {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	data, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	executed := 0
	for line := range strings.Lines(string(data)) {
		switch {
		case strings.HasPrefix(line, "mode:"):
		case !strings.HasPrefix(line, "downhill/"):
			t.Fatalf("not of the module: %s", line)
		case strings.HasPrefix(line, "downhill/kernelext/show/wire/") && strings.HasSuffix(line, " 1\n"):
			executed++
		}
	}
	if executed == 0 {
		t.Errorf("nothing was executed:\n%.2000s", data)
	}
}
