package params

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"sync"
)

// imported reads packages from the build cache, by way of the go command. It is shared because it remembers what it has
// read, and guarded because it may not be used twice at a time.
var (
	importing sync.Mutex
	imported  = importer.Default()
)

// declared is what a cell declares at package level, with its types.
type declared struct {
	cell  string // Go only, what is special to GoNB blanked
	file  *ast.File
	fset  *token.FileSet
	pkg   *types.Package
	names []string // variables and constants, in the order of the cell
}

// declarations reads a parameters cell.
func declarations(source string) (*declared, error) {
	d := &declared{cell: "package p; " + goOnly(source), fset: token.NewFileSet()}
	var err error
	if d.file, err = parser.ParseFile(d.fset, "", d.cell, parser.SkipObjectResolution); err != nil {
		return nil, fmt.Errorf("the parameters cell is not Go: %w", err)
	}
	for _, decl := range d.file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR && gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				d.names = append(d.names, name.Name)
			}
		}
	}
	d.pkg, _ = d.check(d.file)
	return d, nil
}

// check type-checks files that share the cell's package. A package that cannot be imported is no error here: the
// kernel will say what it thinks of it.
func (d *declared) check(files ...*ast.File) (*types.Package, []types.Error) {
	var errs []types.Error
	conf := types.Config{
		Importer: imported,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				errs = append(errs, e)
			}
		},
	}
	importing.Lock()
	defer importing.Unlock()
	pkg, _ := conf.Check("p", d.fset, files, nil)
	return pkg, errs
}

// redeclare returns the declaration that gives name the value; the type stays what it was.
func (d *declared) redeclare(v Value) (string, error) {
	obj := d.pkg.Scope().Lookup(v.Name)
	if obj == nil || obj.Type() == types.Typ[types.Invalid] {
		return "", fmt.Errorf("%s: its type is not known: declare it with one, such as var %s float64 = 1", v.Name, v.Name)
	}
	typ := types.TypeString(obj.Type(), d.qualify)
	literal, err := literal(v, obj.Type(), d.qualify)
	if err != nil {
		return "", fmt.Errorf("%s (%s): %w", v.Name, typ, err)
	}
	if c, ok := obj.(*types.Const); ok && isUntyped(obj.Type()) {
		if got := constant.ToInt(constantOf(literal)); c.Val().Kind() == constant.Int && got.Kind() != constant.Int {
			return "", fmt.Errorf("%s: %s is not a whole number", v.Name, literal)
		}
		return "const " + v.Name + " = " + literal, nil
	}
	keyword := "var"
	if _, ok := obj.(*types.Const); ok {
		keyword = "const"
	}
	if why := d.refuses(keyword, typ, literal); why != "" {
		return "", fmt.Errorf("%s: %s", v.Name, why)
	}
	return keyword + " " + v.Name + " " + typ + " = " + literal, nil
}

// qualify names a package as the cell does.
func (d *declared) qualify(p *types.Package) string {
	if p == d.pkg {
		return ""
	}
	for _, imp := range d.file.Imports {
		if path, _ := strconv.Unquote(imp.Path.Value); path == p.Path() && imp.Name != nil && imp.Name.Name != "_" {
			return strings.TrimPrefix(imp.Name.Name, ".")
		}
	}
	return p.Name()
}

// refuses lets the compiler's own rules judge the value. What they say of the imports, which it need not use, is
// nothing against it.
func (d *declared) refuses(keyword, typ, literal string) string {
	var b strings.Builder
	b.WriteString("package p\n")
	for _, imp := range d.file.Imports {
		name := ""
		if imp.Name != nil {
			name = imp.Name.Name + " "
		}
		b.WriteString("import " + name + imp.Path.Value + "\n")
	}
	imports := 1 + len(d.file.Imports) // lines
	b.WriteString(keyword + " _ " + typ + " = " + literal + "\n")
	file, err := parser.ParseFile(d.fset, "value", b.String(), parser.SkipObjectResolution)
	if err != nil {
		return "not a value in Go: " + literal
	}
	_, errs := d.check(d.file, file)
	for _, e := range errs {
		if at := d.fset.Position(e.Pos); at.Filename == "value" && at.Line > imports {
			return e.Msg
		}
	}
	return ""
}

func isUntyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

// constantOf is the value of a literal; of anything else, unknown.
func constantOf(literal string) constant.Value {
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, literal)
	if err != nil || tv.Value == nil {
		return constant.MakeUnknown()
	}
	return tv.Value
}

// goOnly blanks what is special to GoNB, and what a cell puts into main: %% and all that follows, %commands and
// !commands with the lines that continue them. Lines keep their numbers.
func goOnly(source string) string {
	lines := strings.Split(source, "\n")
	inMain, continued := false, false
	for i, l := range lines {
		word := strings.TrimPrefix(strings.TrimSpace(l), "//gonb:")
		special := strings.HasPrefix(word, "%") || strings.HasPrefix(word, "!")
		if first := strings.Fields(word); len(first) > 0 && (first[0] == "%%" || first[0] == "%main") {
			inMain = true
		}
		if inMain || special || continued {
			lines[i] = ""
			continued = (special || continued) && strings.HasSuffix(l, `\`)
		}
	}
	return strings.Join(lines, "\n")
}
