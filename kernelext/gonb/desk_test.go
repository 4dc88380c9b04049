package gonb

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

// picture is a figure as a reader of the notebook finds it.
type picture struct {
	Caption, Alt  string
	Width, Height int
	Drawn         bool
}

// ran is a cell that has run.
type ran struct {
	Number int
	Text   string
}

// seen is what the driver of the browser saw in one step.
type seen struct {
	Step    string
	Seconds float64
	Saw     struct {
		Trusted                   bool
		Figures                   []picture
		Errors                    []string
		Busy                      string
		Stopped, After, Forgotten ran
		Asked                     int
		Offers                    []string
		Line                      string
		Outside                   []string
	}
}

// A person at a desk: JupyterLab with an installed kernel, in a browser. An executed tutorial shows its figures before
// anything is trusted or run; cells run, stop and start afresh from the menus and buttons.
func TestJupyterLab(t *testing.T) {
	lab := parts.StartLab(t, "/", func(data string) error {
		_, err := tools.Install(data, StockName)
		return err
	})
	captions := deskNotebooks(t, lab.Root)
	args := []string{t.ArtifactDir(), strconv.Itoa(len(captions))}
	_, noGopls := exec.LookPath("gopls")
	if noGopls != nil {
		t.Log("completion: not run, there is no gopls on PATH")
	} else {
		args = append(args, "-completion")
	}
	out := lab.Drive(t, "testdata/lab.py", args...)
	steps := make(map[string]seen)
	for line := range bytes.Lines(out) {
		var s seen
		if err := json.Unmarshal(line, &s); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		steps[s.Step] = s
		t.Logf("%-10s %5.1f s", s.Step, s.Seconds)
	}
	judge(t, steps, captions, noGopls == nil)
}

func judge(t *testing.T, steps map[string]seen, captions []string, gopls bool) {
	t.Helper()
	visible := func(step string, want []string) {
		figures := steps[step].Saw.Figures
		if len(figures) != len(want) || len(want) == 0 {
			t.Errorf("%s: %d figures, want %d", step, len(figures), len(want))
			return
		}
		for i, f := range figures {
			// The words only: formulas and line breaks are the browser's to lay out.
			if !strings.Contains(squeeze(f.Caption), squeeze(want[i])) || f.Alt == "" {
				t.Errorf("%s: figure %d is captioned %q (alt %q), want %q", step, i+1, f.Caption, f.Alt, want[i])
			}
			if !f.Drawn || f.Width < 300 || f.Height < 150 {
				t.Errorf("%s: figure %d is not to be seen: %+v", step, i+1, f)
			}
		}
	}
	if steps["read"].Saw.Trusted {
		t.Error("the tutorial is trusted; the test shows nothing")
	}
	visible("read", captions)
	visible("run", captions[:1])
	if e := steps["run"].Saw.Errors; len(e) > 0 {
		t.Errorf("run: %q", e)
	}
	if s := steps["interrupt"].Saw; s.Busy != "busy" || s.After.Text != "still here" || s.After.Number != s.Stopped.Number+1 {
		t.Errorf("interrupt: %+v", s)
	}
	if s := steps["restart"].Saw; s.Forgotten.Number != 1 || !strings.Contains(s.Forgotten.Text, "undefined: start") ||
		s.After != (ran{2, "new life"}) {
		t.Errorf("restart: %+v", s)
	}
	if s := steps["completion"].Saw; gopls && !strings.Contains(strings.Join(s.Offers, " ")+s.Line, "Println") {
		t.Errorf("completion: %+v", s)
	}
	if out := steps["end"].Saw.Outside; len(out) > 0 {
		t.Errorf("asked of others than our server: %q", out)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// deskNotebooks writes an executed tutorial and a small notebook that was never run, the tutorial's beginning up to its
// first figure, and returns the captions of the tutorial's figures.
func deskNotebooks(t *testing.T, root string) (captions []string) {
	t.Helper()
	nb, err := nbformat.Read(filepath.Join("..", "..", "notebooks", "02-two-points.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if err := nb.WriteFile(filepath.Join(root, "tutorial.ipynb")); err != nil {
		t.Fatal(err)
	}
	small := 0
	for i, c := range nb.Cells {
		for _, o := range c.Outputs() {
			for _, mime := range []string{"application/vnd.downhill.figure+json", "application/vnd.downhill.frames+json"} {
				var about struct{ Caption string }
				if text, ok := o.MIME(mime); ok && json.Unmarshal([]byte(text), &about) == nil {
					captions = append(captions, about.Caption)
				}
			}
		}
		if len(captions) == 1 && small == 0 {
			small = i + 1
		}
	}
	nb.Cells = nb.Cells[:small]
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			c.SetOutputs(nil)
		}
	}
	if err := nb.WriteFile(filepath.Join(root, "small.ipynb")); err != nil {
		t.Fatal(err)
	}
	return captions
}
