package site

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// The text of the sample page, piece by piece, so that a change is seen in review.
func TestGoldenPage(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, "Stochastic gradient descent", samplePages(t)[:1]); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"01-sample.html", "index.html", "claims.html"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "golden-"+name)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
		for i := range max(len(a), len(b)) {
			if i >= len(a) || i >= len(b) || a[i] != b[i] {
				t.Errorf("%s:%d differs from testdata (go test -update):\n got %.300s\nwant %.300s", name, i+1, strings.Join(a[min(i, len(a)):min(i+1, len(a))], ""), strings.Join(b[min(i, len(b)):min(i+1, len(b))], ""))
				break
			}
		}
	}
}

func TestTags(t *testing.T) {
	build := func(kind, source string, failed bool, tags ...string) string {
		nb := nbformat.New()
		c := nbformat.NewCell(kind, source)
		if err := c.Metadata().Set("tags", tags); err != nil {
			t.Fatal(err)
		}
		if kind == nbformat.Code {
			c.SetExecutionCount(1)
			c.SetOutputs([]nbformat.Output{{Type: nbformat.Stream, Name: "stdout", Text: "the output"}})
		}
		nb.Cells = []*nbformat.Cell{c}
		dir := t.TempDir()
		if err := Write(dir, "T", []Page{{Path: "a.ipynb", Notebook: nb, Failed: failed, Cell: 1, Message: "why"}}); err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(filepath.Join(dir, "a.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	for _, test := range []struct {
		name, page string
		has, lacks []string
	}{
		{"plain", build("code", "source", false), []string{"source", "the output"}, []string{"<details class=\"fold"}},
		{"remove-input", build("code", "source", false, "remove-input"), []string{"the output"}, []string{"source"}},
		{"hide-input", build("code", "source", false, "hide-input"), []string{"<summary>Code</summary>", "source", "the output"}, nil},
		{"remove-output", build("code", "source", false, "remove-output"), []string{"source"}, []string{"the output"}},
		{"remove-cell", build("code", "source", false, "remove-cell"), nil, []string{"source", "the output"}},
		{"solution", build("code", "source", false, "solution"), []string{"<summary>Solution</summary>", "source", "the output"}, nil},
		{"solution in words", build("markdown", "words", false, "solution"), []string{"<summary>Solution</summary>", "words"}, nil},
		{"what failed is not hidden", build("code", "source", true, "remove-input", "solution"), []string{"source", "This notebook failed", "why", "cell failed", "This cell failed"}, []string{"<details class=\"fold"}},
		{"an error that is meant to be", buildError("raises-exception"), []string{"This error is meant to happen", "boom"}, []string{"Error in cell"}},
		{"an error", buildError(), []string{"Error in cell 1", "boom"}, []string{"meant to happen"}},
		{"parameters", build("code", "source", false, "parameters"), []string{`<span class="label">parameters</span>`}, nil},
	} {
		for _, s := range test.has {
			if !strings.Contains(test.page, s) {
				t.Errorf("%s: no %q", test.name, s)
			}
		}
		for _, s := range test.lacks {
			if strings.Contains(test.page, s) {
				t.Errorf("%s: there is %q", test.name, s)
			}
		}
	}
}

func buildError(tags ...string) string {
	c := nbformat.NewCell(nbformat.Code, "panic(1)")
	if err := c.Metadata().Set("tags", tags); err != nil {
		panic(err)
	}
	c.SetOutputs([]nbformat.Output{{Type: nbformat.Error, EName: "ERROR", EValue: "boom"}})
	p := &page{Page: Page{Notebook: &nbformat.Notebook{Cells: []*nbformat.Cell{c}}, Path: "a.ipynb"}}
	p.build(nil)
	return string(p.Cells[0].Outputs[0])
}

func TestLongOutputIsFolded(t *testing.T) {
	lines := strings.Repeat("line\n", 100)
	got := string(streamHTML("stdout", lines))
	if !strings.Contains(got, "<summary>88 more lines</summary>") || strings.Count(got, "line\n")+strings.Count(got, "line<") != 100 {
		t.Errorf("%.200s", got)
	}
	if got := string(streamHTML("stdout", strings.Repeat("line\n", longOutput))); strings.Contains(got, "<details") {
		t.Error("a short text is folded")
	}
	if got := string(streamHTML("stdout", strings.Repeat("é", maxStream))); !strings.Contains(got, "Cut after 1024 KB of 2048 KB") {
		t.Error("a huge text is not cut, or nobody is told")
	}
}

// What a page shows of a bundle: the richest form that is safe, and never nothing without a word.
func TestDisplay(t *testing.T) {
	for _, test := range []struct {
		data map[string]string
		want string
	}{
		{map[string]string{"text/plain": "p", "text/html": "<b>h</b>"}, "<b>h</b>"},
		{map[string]string{"text/plain": "p", "text/html": "<script>x</script>"}, "<pre>p</pre>"},
		{map[string]string{"text/html": "<script>x</script>"}, "interactive"},
		{map[string]string{"text/html": " <svg viewBox='0 0 1 1'><rect width='1' height='1'/></svg>\n"}, `<svg viewBox="0 0 1 1"><rect width="1" height="1"></rect></svg>`},
		{map[string]string{"image/png": "aGk=\n", "text/plain": "p"}, `<img src="data:image/png;base64,aGk=" alt="">`},
		{map[string]string{"image/png": `"onerror=`, "text/plain": "p"}, ">p</pre>"},
		{map[string]string{"text/latex": "$x$"}, `<span class="maths">x</span>`},
		{map[string]string{"text/markdown": "*a* $x$"}, `<em>a</em> <span class="maths">x</span>`},
		{map[string]string{"image/svg+xml": "<svg><script/></svg>"}, `<img src="data:image/svg+xml,%3Csvg%3E%3Cscript/%3E%3C/svg%3E"`},
		{map[string]string{"x/y": "z"}, ""},
	} {
		o := nbformat.Output{Type: nbformat.DisplayData, Data: map[string]json.RawMessage{}}
		for mime, text := range test.data {
			raw, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			o.Data[mime] = raw
		}
		p := &page{}
		if got := string(p.display(o, &cellView{})); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%v:\n got %s\nwant %s", test.data, got, test.want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	nb, err := nbformat.Read("testdata/sample.ipynb")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	for b.Loop() {
		if err := Write(dir, "T", []Page{{Path: "a.ipynb", Notebook: nb}}); err != nil {
			b.Fatal(err)
		}
	}
}
