package params

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

const cell = `import "time"

!echo not Go
var (
	alpha        = 0.25
	seed  uint64 = 1
	name         = "sine"
	dims         = []int{2, 3}
	rates        = map[string]float64{"a": 1}
	wait         = 3 * time.Second
	quick        = false
)

const n = 40
const tol float32 = 1e-3
%%
local := 1`

func notebook(source string, tags ...string) *nbformat.Notebook {
	nb := nbformat.New()
	c := nbformat.NewCell(nbformat.Code, source)
	c.Metadata().Set("tags", tags)
	nb.Cells = append(nb.Cells, nbformat.NewCell(nbformat.Markdown, "# T"), c, nbformat.NewCell(nbformat.Code, "%%\nfmt.Println(alpha)"))
	return nb
}

func TestInject(t *testing.T) {
	tests := []struct{ flag, want string }{ // want: the declaration, or a part of the error
		{"alpha=0.5", "var alpha float64 = 0.5"},
		{"alpha=1", "var alpha float64 = 1"},
		{"alpha=fast", `alpha (float64): "fast" is not a plain value`},
		{"alpha=math.Pi", "is not a plain value"},
		{"alpha=os.Exit(0)", "is not a plain value"},
		{"alpha=", "is not a plain value"},
		{`alpha="1"`, "cannot use \"1\""},
		{"seed=18446744073709551615", "var seed uint64 = 18446744073709551615"},
		{"seed=-1", "seed: cannot use -1 (untyped int constant) as uint64 value in variable declaration (overflows)"},
		{"seed=0.5", "truncated"},
		{"name=a b=c", `var name string = "a b=c"`},
		{`name="quoted"`, `var name string = "quoted"`},
		{"dims=[5, 7]", "var dims []int = []int{5, 7}"},
		{"dims=[5, x]", `dims ([]int): item 2: "x" does not fit`},
		{"dims=5", "cannot use 5"},
		{"rates={b: 0.5}", `var rates map[string]float64 = map[string]float64{"b": 0.5}`},
		{"wait=150ms", "var wait time.Duration = 150000000"},
		{"wait=soon", "is not a duration"},
		{"quick=true", "var quick bool = true"},
		{"quick=1", "cannot use 1"},
		{"n=12", "const n = 12"},
		{"n=0.5", "n: 0.5 is not a whole number"},
		{"tol=0.1", "const tol float32 = 0.1"},
		{"local=2", ""},
		{"nosuch=2", ""},
	}
	for _, tt := range tests {
		nb := notebook(cell, Tag)
		values, err := FromFlags([]string{tt.flag})
		if err != nil {
			t.Fatal(err)
		}
		used, err := Inject(nb, values)
		switch {
		case err != nil:
			if tt.want == "" || !strings.Contains(err.Error(), tt.want) || len(nb.Cells) != 3 {
				t.Errorf("%s: error %v, want %q; %d cells", tt.flag, err, tt.want, len(nb.Cells))
			}
		case len(used) == 0:
			if tt.want != "" || len(nb.Cells) != 3 {
				t.Errorf("%s: nothing injected, want %q", tt.flag, tt.want)
			}
		default:
			got := strings.TrimPrefix(nb.Cells[2].Source(), "// The parameters of this run.\n")
			if got != tt.want || !nb.Cells[2].HasTag(InjectedTag) || nb.Cells[2].ID == "" {
				t.Errorf("%s: %q, want %q", tt.flag, got, tt.want)
			}
		}
	}
}

// What the parameters cell imports need not be used by a value, and a package goes by the cell's name for it.
func TestInjectWithImports(t *testing.T) {
	for _, tt := range []struct{ cell, flag, want string }{
		{"import \"math\"\nvar alpha = math.Pi", "alpha=2", "var alpha float64 = 2"},
		{"import m \"math\"\nvar alpha = m.Pi", "alpha=2", "var alpha float64 = 2"},
		{"import . \"math\"\nvar alpha = Pi", "alpha=2", "var alpha float64 = 2"},
		{"import _ \"embed\"\nvar alpha = 1.0", "alpha=2", "var alpha float64 = 2"},
		{"import \"no.such/module\"\nvar alpha = 1.0", "alpha=2", "var alpha float64 = 2"},
		{"import (\n\tclock \"time\"\n\t\"math\"\n)\nvar wait = 3 * clock.Second", "wait=150ms", "var wait clock.Duration = 150000000"},
		{"import clock \"time\"\nvar waits = []clock.Duration{1}", "waits=[1s, 2s]", "var waits []clock.Duration = []clock.Duration{1000000000, 2000000000}"},
		{"import m \"math\"\nvar alpha = m.Pi", "alpha=true", "cannot use true"},
	} {
		nb := notebook(tt.cell, Tag)
		values, err := FromFlags([]string{tt.flag})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if _, err := Inject(nb, values); err != nil {
			got = err.Error()
		} else {
			got = nb.Cells[2].Source()
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("%q with %s: %s, want %s", tt.cell, tt.flag, got, tt.want)
		}
	}
}

// A notebook that was run with parameters can be run again with others.
func TestInjectAgain(t *testing.T) {
	nb := notebook("var alpha = 0.25", Tag)
	for _, flag := range []string{"alpha=0.5", "alpha=0.75"} {
		values, _ := FromFlags([]string{flag})
		if _, err := Inject(nb, values); err != nil {
			t.Fatal(err)
		}
	}
	if len(nb.Cells) != 4 || !strings.Contains(nb.Cells[2].Source(), "= 0.75") {
		t.Errorf("%d cells, %q", len(nb.Cells), nb.Cells[2].Source())
	}
}

func TestNoParameters(t *testing.T) {
	values, _ := FromFlags([]string{"alpha=1"})
	if used, err := Inject(notebook("var alpha = 1.0"), values); len(used) > 0 || err != nil {
		t.Errorf("a cell without the tag: %v, %v", used, err)
	}
	if _, err := Inject(notebook("var alpha = (", Tag), values); err == nil {
		t.Error("a cell that is not Go was taken")
	}
}

func TestFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.yaml")
	for _, tt := range []struct{ text, want string }{
		{"alpha: 0.5\nname: sine\ndims: [1]\n", "alpha name dims"},
		{"", ""},
		{"- 1\n", "names and values are needed"},
		{"not a name: 1\n", "not a name in Go"},
		{"a: 1\na: 2\n", "given twice"},
		{"a: [", "did not find"},
	} {
		os.WriteFile(path, []byte(tt.text), 0o600)
		values, err := FromFile(path)
		var names []string
		for _, v := range values {
			names = append(names, v.Name)
		}
		if got := strings.Join(names, " "); err == nil && got != tt.want || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %q, %v, want %q", tt.text, got, err, tt.want)
		}
	}
	if _, err := FromFlags([]string{"alpha"}); err == nil {
		t.Error("a flag without a value was taken")
	}
	values := Merge([]Value{{Name: "a", text: "1"}, {Name: "b", text: "1"}}, []Value{{Name: "a", text: "2"}})
	if a := find(values, "a"); a.text != "2" || find(values, "b") == nil {
		t.Errorf("merged: %+v", values)
	}
}
