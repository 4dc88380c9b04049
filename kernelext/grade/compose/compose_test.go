package compose

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// program adds the cells, numbered from 1, and fails on any that is refused.
func program(t *testing.T, cells ...string) *Program {
	t.Helper()
	p := NewProgram([]string{"math", "fmt", "strings", "math/rand/v2", "math/rand"})
	for i, src := range cells {
		if found := p.Add(Parse(i+1, src)); found != nil {
			t.Fatal(found)
		}
	}
	return p
}

// outlines are packages with as much in them as these tests use: checking the real ones takes seconds.
type outlines struct{}

func (outlines) Import(path string) (*types.Package, error) {
	src, ok := map[string]string{
		"math":         "package math; func Sqrt(x float64) float64 { return x }",
		"fmt":          "package fmt; func Println(...any) {}",
		"math/rand":    "package rand; func Int() int { return 0 }",
		"math/rand/v2": "package rand; func IntN(int) int { return 0 }",
	}[path]
	if !ok {
		return nil, fmt.Errorf("no outline of %s", path)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, src, 0)
	if err != nil {
		return nil, err
	}
	return new(types.Config).Check(path, fset, []*ast.File{f}, nil)
}

// typeCheck fails the test where the program does not compile.
func typeCheck(t *testing.T, p *Program, mains func(int) bool) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for name, text := range p.Files(mains) {
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		files = append(files, f)
	}
	config := types.Config{Importer: outlines{}, Error: func(err error) { t.Error(err) }}
	pkg, _ := config.Check("main", fset, files, nil)
	return pkg
}

func none(int) bool { return false }

func all(int) bool { return true }

func constant(pkg *types.Package, name string) string {
	if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok {
		return c.Val().ExactString()
	}
	return "absent"
}

func TestLaterCellsReplaceEarlier(t *testing.T) {
	p := program(t,
		"const A = 1\nfunc f() int { return undefinedThing }\ntype T struct{ x int }\nfunc (t *T) M() int { return undefinedThing }",
		"const (\n\tB = iota\n\tC\n\tD\n)",
		"func f() int { return 7 }\nfunc (t T) M() int { return t.x }",
		"const C = \"c\"",
		"var x, y = 1, 2",
		"var y = \"why\"\nconst Y = len(\"y\")",
	)
	pkg := typeCheck(t, p, none)
	for name, want := range map[string]string{"A": "1", "B": "0", "C": `"c"`, "D": "2", "Y": "1"} {
		if got := constant(pkg, name); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if p.Cell("f") != 3 {
		t.Errorf("f is of cell %d", p.Cell("f"))
	}
}

func TestMagics(t *testing.T) {
	p := program(t,
		"!rm -rf /\n%env A b\nconst A = 1\n!ls \\\n  -l \\\n  func {\nconst B = 2\n%%\nfmt.Println(A)\nundefined()",
		"%%bash\nrm -rf /",
		"//gonb:%%\nfmt.Println(1)",
		"const C = 3",
		"%rm B\nfunc init_state() { s = 1 }\nvar s int\nfunc main() { nothing() }",
	)
	pkg := typeCheck(t, p, none)
	if constant(pkg, "A") != "1" || constant(pkg, "B") != "absent" {
		t.Errorf("A %s, B %s", constant(pkg, "A"), constant(pkg, "B"))
	}
	files := p.Files(none)
	if !strings.Contains(files["cell5.go"], "func init      () { s = 1 }") {
		t.Errorf("%q", files["cell5.go"])
	}
	if _, ok := files["cell3.go"]; ok {
		t.Error("a body was kept")
	}
	p = program(t, "const A = 1", "// about\n%%\nfmt.Println(A)\nfor i := range 3 {\n\t_ = i\n}")
	typeCheck(t, p, all)
	if f := p.Files(all)["cell2.go"]; p.Mains()[2] != "cellMain2" || !strings.Contains(f, "//line cell2.go:2\nfunc cellMain2() {") {
		t.Errorf("%v\n%s", p.Mains(), f)
	}
	if p = program(t, "const A = 1", "%reset\nconst B = 2"); p.Cell("A") != 0 || p.Cell("B") != 2 {
		t.Error("%reset did not forget")
	}
}

func TestImportsAreFound(t *testing.T) {
	p := program(t,
		"import r \"math/rand\"\nimport \"strings\"",
		"func f(math []float64) float64 { return math[0] }\nfunc g() float64 { return math.Sqrt(float64(rand.IntN(4))) }\nfunc h() int { return r.Int() }",
		"var strings = []int{1}\nfunc k() int { fmt := \"x\"; return len(fmt) + strings[0] }",
	)
	typeCheck(t, p, none)
	f := p.Files(none)
	if !strings.Contains(f["cell2.go"], `import rand "math/rand/v2"`) || !strings.Contains(f["cell2.go"], `import r "math/rand"`) {
		t.Error(f["cell2.go"])
	}
	if strings.Contains(f["cell3.go"], "import") {
		t.Error(f["cell3.go"])
	}
}

func TestRefused(t *testing.T) {
	for name, test := range map[string]struct{ src, want string }{
		"import":       {"import \"os\"\nfunc f() { os.Exit(0) }", `cell 1, line 1: import "os" is not allowed`},
		"blank import": {"import _ \"net\"", `import "net" is not allowed`},
		"cgo":          {"// #include <stdlib.h>\nimport \"C\"\nvar x = C.int(1)", `cell 1, line 2: import "C" is not allowed`},
		"dot":          {"import . \"math\"", "not supported"},
		"syntax":       {"var x = 1\nfunc f( {", "cell 1, line 2:"},
		"unclosed":     {"%%\nfor {\n", "cell 1, line 3:"},
		"package":      {"package main\nvar x = 1", "cell 1, line 1:"},
		"huge":         {strings.Repeat("x", MaxSource+1), "longer than 256 KB"},
		"nested":       {"var x = " + strings.Repeat("(", 200000), "exceeded max nesting depth"},
	} {
		found := NewProgram([]string{"math"}).Add(Parse(1, test.src))
		if len(found) == 0 || !strings.Contains(found[0].String(), test.want) {
			t.Errorf("%s: %.200v, want %s", name, found, test.want)
		}
	}
	if found := NewProgram(nil).Add(Parse(1, "import \"os\"\nvar x = 1")); found != nil {
		t.Errorf("an import that is not used, as GoNB removes it: %v", found)
	}
}

func TestDirectivesVanish(t *testing.T) {
	p := program(t, "/*line other.go:9*/\n//go:embed /etc/passwd\nvar secret string\n\n//go:linkname f os.Exit\n//line x.go:1\nfunc f(int) { _ = \"//go:embed\"; _ = '\"'; _ = `//x` }//tail")
	smuggled := program(t, "func f() {\n//"+strings.Repeat("\r", 40)+"//go:linkname x runtime.secret\n}").Files(none)["cell1.go"]
	if strings.Contains(smuggled, "linkname") {
		t.Errorf("%q", smuggled)
	}
	text := p.Files(none)["cell1.go"]
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "//go:") || strings.Contains(line, "other.go") || strings.Contains(line, "x.go:1") || strings.Contains(line, "tail") {
			t.Errorf("%q is left", line)
		}
	}
	if !strings.Contains(text, "//line cell1.go:7\nfunc f(int) { _ = \"//go:embed\"") {
		t.Errorf("%s", text)
	}
}

func TestLockedNames(t *testing.T) {
	p := NewProgram([]string{"math"})
	p.Add(Parse(1, "func assertEq(a, b float64) { if a != b { panic(\"differ\") } }"))
	p.Lock()
	p.Add(Parse(2, "func assertEq(a, b float64) {}\nfunc mine() {}"))
	p.Add(Parse(3, "%rm assertEq"))
	p.Add(Parse(4, "%reset"))
	if p.Cell("assertEq") != 1 || p.Has("mine") {
		t.Errorf("assertEq is of cell %d", p.Cell("assertEq"))
	}
	if !slices.ContainsFunc(p.Notes, func(d Diagnostic) bool { return strings.Contains(d.String(), "cell 2, line 1: assertEq belongs") }) {
		t.Error(p.Notes)
	}
}

func TestWithout(t *testing.T) {
	p := program(t,
		"type Line struct{ A float64 }\nfunc (l Line) At(x float64) float64 { return slope(l) * x }\nfunc slope(l Line) float64 { return l.A }\nfunc draw() { missing.Plot() }\nvar figure = missing.New()",
		"func mine(l Line) float64 { return l.At(1) }",
	)
	p.Without(func(cell int) bool { return cell == 1 }, map[string]bool{"mine": true})
	typeCheck(t, p, none)
	if len(p.live) != 4 {
		t.Error(len(p.live), "units are left, want 4")
	}
}

func TestSignature(t *testing.T) {
	p := program(t, "func F(\n\tx []float64, // where\n\tf func(a, b float64) (float64, error),\n) (out []float64, err error) { return }")
	if got := strings.Join(strings.Fields(p.Signature("F")), " "); got != "func( x []float64, f func(a, b float64) (float64, error), ) (out []float64, err error)" {
		t.Error(got)
	}
}

func TestFormatted(t *testing.T) {
	for src, want := range map[string]bool{
		"func f() {}":                  true,
		"%env A b\nfunc f() {}\n%%\nx": true,
		"func  f() {}":                 false,
		"func f( {}":                   false,
		// Formatting this would take hours.
		"var x = " + strings.Repeat("T{\na: ", 8000) + "1" + strings.Repeat(",\n}", 8000): false,
	} {
		if got := Formatted(src); got != want {
			t.Errorf("%.40q: %v", src, got)
		}
	}
}
