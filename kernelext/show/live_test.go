package show_test

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
	"downhill/kernelext/show"
)

const liveNotebook = "testdata/live.ipynb"

// visit is what the driver of the browser saw.
type visit struct {
	Saw []struct {
		At     int
		Text   string
		SVG    string
		Note   string
		Loaded bool
	}
	Max     int
	Seconds float64
	Drag    struct {
		Pictures, Events int
		Seconds          float64
	}
	After struct {
		Sliders, Live int
		Max           string
	}
	Again           int
	Words           []string // below the last cell: how far, a sentence with a formula, a line
	Errors, Outside []string
}

// In a real JupyterLab every move of the slider is computed by the library: each of a hundred pictures is the path,
// and each note the end, that sgd gives for the number that the page shows. What the cell leaves behind when it is
// stopped or interrupted is what a headless run leaves. Below a base URL, as behind a hub, GoNB's own script finds no
// way to the kernel.
func TestLiveInJupyterLab(t *testing.T) {
	for name, c := range map[string]struct {
		base  string
		moves int
	}{"at the root": {"/", 101}, "behind a hub": {"/user/ada/", 11}} {
		t.Run(name, func(t *testing.T) {
			l := startLab(t, c.base, "DOWNHILL_LIVE_WAIT=60s")
			nb, err := nbformat.Read(liveNotebook)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(l.Root, "live.ipynb")
			if err := nb.WriteFile(path); err != nil {
				t.Fatal(err)
			}
			out := l.Drive(t, "testdata/live_browser.py", "live.ipynb", t.ArtifactDir(), strconv.Itoa(c.moves))
			var saw visit
			if err := json.Unmarshal(out, &saw); err != nil {
				t.Fatalf("%v: %.500s", err, out)
			}
			t.Logf("one by one: %d moves in %.2f s, %.0f a second; dragged: %d moves, %d pictures in %.1f s, %.0f a second",
				len(saw.Saw), saw.Seconds, float64(len(saw.Saw))/saw.Seconds,
				saw.Drag.Events, saw.Drag.Pictures, saw.Drag.Seconds, float64(saw.Drag.Pictures)/saw.Drag.Seconds)
			saw.Errors = slices.DeleteFunc(saw.Errors, func(e string) bool { // GoNB's own script complains
				return strings.Contains(e, "gonb_comm") || strings.Contains(e, "comm_open_ack") ||
					strings.Contains(e, "connection closed") || strings.Contains(e, "WebSocket connection to")
			})
			if len(saw.Errors)+len(saw.Outside) > 0 {
				t.Errorf("console: %q, asked of others: %q", saw.Errors, saw.Outside)
			}
			computed(t, nb, saw, c.moves)
			if saw.After.Sliders != 1 || saw.After.Live != 0 || saw.After.Max != "6" || saw.Again != 5 {
				t.Errorf("after Stop: %+v, and %d moves in the second run", saw.After, saw.Again)
			}
			if w := saw.Words; len(w) != 3 || !strings.Contains(w[0], "1000 of 1000") || !strings.Contains(w[1], "and not above") {
				t.Errorf("below the last cell: %q", w)
			}
			stored, err := nbformat.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			compareOutputs(t, stored, headless(t, liveNotebook))
		})
	}
}

// computed compares what was seen with what the library says of the numbers that the page showed.
func computed(t *testing.T, nb *nbformat.Notebook, saw visit, moves int) {
	t.Helper()
	marks := []float64{0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}
	var etas []string
	for _, s := range saw.Saw {
		etas = append(etas, s.Text)
		at := float64(s.At) / float64(saw.Max) * float64(len(marks)-1)
		k := min(int(at), len(marks)-2)
		want := marks[k] + (at-float64(k))*(marks[k+1]-marks[k])
		if got, err := strconv.ParseFloat(s.Text, 64); err != nil || math.Abs(got-want) > 1e-3*want {
			t.Errorf("slider at %d of %d says %q, want %.4g", s.At, saw.Max, s.Text, want)
		}
	}
	if n := len(slices.Compact(slices.Clone(etas))); n != moves {
		t.Errorf("%d different settings of %d", n, moves)
	}
	for i, want := range library(t, nb, etas) {
		s := saw.Saw[i]
		if !strings.Contains(s.Note, want.Said) || !s.Loaded {
			t.Errorf("η = %s: the page says %q, the library %q", s.Text, s.Note, want.Said)
		}
		var line [][2]float64
		for _, x := range want.Path {
			line = append(line, [2]float64{200 + 40*x[0], 9/2.54*72 - (130 + 40*x[1])})
		}
		if d := show.Farthest(line, show.Polyline(t, s.SVG, "stroke-width='2'")); d > 0.15 {
			t.Errorf("η = %s: the path in the page is up to %.2f pt from the library's", s.Text, d)
		}
	}
}

// settled is what the library says about one step size.
type settled struct {
	Path [][]float64
	Said string
}

// library runs the notebook's own functions in a kernel that nobody looks at.
func library(t *testing.T, nb *nbformat.Notebook, etas []string) (out []settled) {
	t.Helper()
	k, err := jupyter.Start(t.Context(), kernelTools(t).Config(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	var printed strings.Builder
	ask := `import "encoding/json"

%%
for _, η := range []float64{` + strings.Join(etas, ", ") + `} {
	path := descend(η)
	raw, err := json.Marshal(map[string]any{"path": path, "said": said(path)})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(raw))
}`
	for _, code := range []string{nb.Cells[1].Source(), ask} {
		r, err := k.Execute(t.Context(), jupyter.Request{Code: code}, func(m jupyter.Message) {
			var s struct{ Name, Text string }
			if m.Type == "stream" && json.Unmarshal(m.Content, &s) == nil {
				printed.WriteString(s.Text)
			}
		})
		if err != nil || r.Status != "ok" {
			t.Fatalf("%v %+v %s", err, r, printed.String())
		}
	}
	for line := range strings.Lines(printed.String()) {
		var s settled
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		out = append(out, s)
	}
	if len(out) != len(etas) {
		t.Fatalf("%d answers for %d step sizes", len(out), len(etas))
	}
	return out
}

// headless runs a notebook as `downhill run` does and returns it executed.
func headless(t *testing.T, path string, env ...string) *nbformat.Notebook {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.ipynb")
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	report := runner.Run(t.Context(), []runner.Source{{Path: abs, Rel: filepath.Base(path), Out: out}},
		runner.Options{Kernels: runner.GoNB(kernelTools(t), env...)})
	for p := range report.Problems() {
		t.Error(p)
	}
	nb, err := nbformat.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// compareOutputs compares what two runs of one notebook left, leaving out what shows nothing: GoNB empties the output
// by which it reached the page.
func compareOutputs(t *testing.T, got, want *nbformat.Notebook) {
	t.Helper()
	visible := func(c *nbformat.Cell) (out []nbformat.Output) {
		for _, o := range c.Outputs() {
			if html, ok := o.MIME("text/html"); !ok || html != "" || len(o.Data) > 1 {
				out = append(out, o)
			}
		}
		return out
	}
	for i, c := range want.Cells {
		a, b := visible(got.Cells[i]), visible(c)
		if len(a) != len(b) {
			t.Errorf("cell %d: %d outputs, headless %d; they are %.300v", i+1, len(a), len(b), a)
			continue
		}
		for n := range b {
			if a[n].Text != b[n].Text || len(a[n].Data) != len(b[n].Data) {
				t.Errorf("cell %d: output %d is %.300v, headless %.300v", i+1, n+1, a[n], b[n])
			}
			for mime := range b[n].Data {
				x, _ := a[n].MIME(mime)
				y, _ := b[n].MIME(mime)
				var u, v any // the server may spell JSON differently
				if json.Unmarshal([]byte(x), &u) == nil && json.Unmarshal([]byte(y), &v) == nil {
					p, _ := json.Marshal(u)
					q, _ := json.Marshal(v)
					x, y = string(p), string(q)
				}
				if x != y {
					t.Errorf("cell %d: %s of output %d is %.300q, headless %.300q", i+1, mime, n+1, x, y)
				}
			}
		}
	}
}

// A run without a browser does not wait for one: it shows what Explore shows.
func TestLiveHeadless(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a kernel")
	}
	nb := headless(t, liveNotebook)
	outs := nb.Cells[2].Outputs()
	if len(outs) != 2 || outs[1].Text != "the cell has ended\n" {
		t.Fatalf("outputs: %.500v", outs)
	}
	raw, _ := outs[0].MIME("application/vnd.downhill.frames+json")
	var d struct {
		States, Notes []string
		Sliders       []struct{ Values []string }
	}
	if err := json.Unmarshal([]byte(raw), &d); err != nil || len(d.States) != 7 || len(d.Sliders) != 1 {
		t.Fatalf("%v in %.300s", err, raw)
	}
	for i, want := range library(t, nb, d.Sliders[0].Values) {
		if d.Notes[i] != want.Said {
			t.Errorf("state %d: %q, the library says %q", i, d.Notes[i], want.Said)
		}
	}
	if html, _ := outs[0].MIME("text/html"); strings.Contains(html, "WebSocket") {
		t.Error("the stored output looks for a kernel")
	}
	// Below a Jupyter server it waits for a page, no longer than it was told, and then leaves the same.
	compareOutputs(t, headless(t, liveNotebook, "JPY_PARENT_PID=1", "DOWNHILL_LIVE_WAIT=300ms"), nb)
}
