package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"

	"golang.org/x/net/html"
)

// framesOutput is a ball that a slider moves, as show.Frames would send it.
func framesOutput(t *testing.T, change func(d map[string]any)) nbformat.Output {
	t.Helper()
	var states, values, notes []string
	for i := range 21 {
		states = append(states, fmt.Sprintf("<circle class='c0' cx='%d' cy='60' r='8' fill='#0072b2'/>", 20+10*i))
		values = append(values, fmt.Sprintf("%.2f", float64(i)/20))
		notes = append(notes, fmt.Sprintf("loss %.2f & falling", 1-float64(i)/20))
	}
	d := map[string]any{
		"id": "fig-1", "caption": `A "ball" that moves with $\eta$.`, "alt": "a ball", "width": 12, "height": 5.1, "play": true,
		"sliders": []any{map[string]any{"label": "step size η", "values": values, "start": 3}},
		"open": `<svg xmlns="http://www.w3.org/2000/svg" id="fig-1" width="12cm" height="5.1cm" viewBox="0 0 260 110">` +
			`<style>@media (prefers-color-scheme:dark){#fig-1 .c0{fill:#5af}#fig-1 .c1{fill:#fff}}</style>`,
		"back": `<text class="c1" x="20" y="30" font-size="12">loss &lt; 10\u003c</text>`, "states": states, "front": "", "close": "</svg>\n",
		"notes": notes,
	}
	if change != nil {
		change(d)
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	stills, err := json.Marshal(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 110"><defs><g id="b"><text x="9" y="20">x</text></g></defs>` +
		`<g><use href="#b"/>` + states[0] + states[9] + `</g></svg>`)
	if err != nil {
		t.Fatal(err)
	}
	return nbformat.Output{Type: nbformat.DisplayData, Data: map[string]json.RawMessage{framesMIME: data, "image/svg+xml": stills}}
}

func framesNotebook(t *testing.T) *nbformat.Notebook {
	t.Helper()
	nb := nbformat.New()
	c := nbformat.NewCell(nbformat.Code, `show.Frames("step size η", …)`)
	c.SetExecutionCount(1)
	two := func(d map[string]any) {
		d["play"] = false
		d["sliders"] = []any{
			map[string]any{"label": "step size η", "values": []string{"1", "2", "3", "4", "5", "6", "7"}, "start": 3},
			map[string]any{"label": "momentum β", "values": []string{"0", "0.5", "0.9"}, "start": 1},
		}
	}
	c.SetOutputs([]nbformat.Output{framesOutput(t, nil), framesOutput(t, two)})
	nb.Cells = []*nbformat.Cell{nbformat.NewCell(nbformat.Markdown, "# Frames\n\nA figure that the reader moves."), c}
	return nb
}

// The script must get the very data that the cell sent.
func TestFramesKeepTheirData(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, "T", []Page{{Path: "f.ipynb", Notebook: framesNotebook(t)}}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "f.html"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	var found []framesData
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if raw, ok := attr(n, "data-frames"); ok {
			var d framesData
			if err := json.Unmarshal([]byte(raw), &d); err != nil {
				t.Fatalf("%v: %.300s", err, raw)
			}
			found = append(found, d)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	if len(found) != 2 {
		t.Fatalf("%d figures with sliders, want 2", len(found))
	}
	want := `<text class="c1" x="20" y="30" font-size="12">loss &lt; 10\u003c</text>`
	if d := found[0]; d.Back != want || len(d.States) != 21 || d.Notes[5] != "loss 0.75 & falling" || d.Caption != `A "ball" that moves with $\eta$.` {
		t.Errorf("got back %q, %d states, note %q, caption %q", d.Back, len(d.States), d.Notes[5], d.Caption)
	}
}

func TestFramesThatDoNotFitAreStills(t *testing.T) {
	for name, change := range map[string]func(d map[string]any){
		"no sliders":       func(d map[string]any) { d["sliders"] = nil },
		"a state missing":  func(d map[string]any) { d["states"] = d["states"].([]string)[1:] },
		"start outside":    func(d map[string]any) { d["sliders"].([]any)[0].(map[string]any)["start"] = 21 },
		"not a list":       func(d map[string]any) { d["states"] = "x" },
		"no values at all": func(d map[string]any) { d["sliders"].([]any)[0].(map[string]any)["values"] = []string{} },
	} {
		p := &page{}
		got := string(p.display(framesOutput(t, change), &cellView{}))
		if strings.Contains(got, "data-frames") || !strings.Contains(got, "<svg") {
			t.Errorf("%s: %.120s", name, got)
		}
	}
}
