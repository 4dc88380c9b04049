package compose

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxSource bounds the text of a cell in bytes; nobody writes more by hand.
const MaxSource = 256 << 10

// Diagnostic is something to say about a place in a cell. Line is 1-based, 0 for the cell as a whole.
type Diagnostic struct {
	Cell int    `json:"cell"` // the cell's number as given
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
}

// Place is the place alone, as people say it.
func (d Diagnostic) Place() string {
	if d.Line == 0 {
		return fmt.Sprintf("cell %d", d.Cell)
	}
	return fmt.Sprintf("cell %d, line %d", d.Cell, d.Line)
}

func (d Diagnostic) String() string { return d.Place() + ": " + d.Text }

// Cell is one code cell, understood.
type Cell struct {
	Number int
	Errors []Diagnostic // it does not parse, or is too long: it contributes nothing
	Notes  []Diagnostic // what was passed over

	HasMain bool // there is a %% or %main line
	Imports []Import

	text    string // Go source with the cell's line numbers: magics, comments and kernel lines blank
	mainAt  int    // line of %%, 1-based
	lines   int    // of the source
	units   []*unit
	main    *unit    // of the main body
	removed []string // names for %rm; "*" for %reset
	used    map[string]bool
	names   map[string]bool // every identifier and pkg.Name selector
	file    *ast.File
	fset    *token.FileSet
}

// Import is an import as written.
type Import struct {
	Name, Path string // Name "" when the cell gives none
	Line       int
}

// key is the name by which the cell's code refers to the import.
func (i Import) key() string {
	if i.Name != "" {
		return i.Name
	}
	return BaseName(i.Path)
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// BaseName is the name a package most likely has: the last element of its path that is not a version.
func BaseName(importPath string) string {
	base := path.Base(importPath)
	if version.MatchString(base) {
		base = path.Base(path.Dir(importPath))
	}
	return base
}

// unit is a declaration that stands or falls as a whole.
type unit struct {
	keyword    string // var, const, type; "" for functions
	names      []name // what it declares; none for blank ones
	start, end int    // in the cell's text
	node       ast.Node
	cell       *Cell
	renamed    map[int]string // offset of a name → replacement of the same length: init_x → init
}

type name struct {
	key    string
	offset int
	length int
}

// special are the first words of cells that are not Go.
var special = []string{"%%writefile", "%%script", "%%bash", "%%sh", "%%gx"}

const gonbPrefix = "//gonb:"

// Parse understands the source of a code cell.
func Parse(number int, source string) *Cell {
	c := &Cell{Number: number, used: map[string]bool{}, names: map[string]bool{}}
	if len(source) > MaxSource {
		c.fail(0, fmt.Sprintf("the cell is longer than %d KB", MaxSource>>10))
		return c
	}
	// The scanner leaves carriage returns out of a comment's text, which would hide how long the comment is.
	source = strings.ReplaceAll(strings.ReplaceAll(source, "\r\n", "\n"), "\r", " ")
	lines := strings.Split(source, "\n")
	if slices.Contains(special, strings.Split(strings.TrimPrefix(lines[0], gonbPrefix), " ")[0]) {
		c.note(1, "not a Go cell: passed over")
		return c
	}
	c.lines = len(lines)
	c.kernelLines(lines)
	c.text = blankComments(strings.Join(lines, "\n"))
	if c.HasMain {
		c.text += "\n}"
	}
	c.parse()
	return c
}

func (c *Cell) fail(line int, text string) {
	c.Errors = append(c.Errors, Diagnostic{c.Number, line, text})
}

func (c *Cell) note(line int, text string) {
	c.Notes = append(c.Notes, Diagnostic{c.Number, line, text})
}

// mainFunc is what the function of a cell's main body is called.
func mainFunc(number int) string { return fmt.Sprintf("cellMain%d", number) }

// kernelLines blanks what is not Go, and opens the function of a main body where it begins.
func (c *Cell) kernelLines(lines []string) {
	for i := 0; i < len(lines); i++ {
		line := strings.TrimPrefix(lines[i], gonbPrefix)
		if len(line) < 2 || line[0] != '%' && line[0] != '!' {
			continue
		}
		at := i
		for lines[i] = ""; strings.HasSuffix(line, `\`) && i+1 < len(lines); lines[i] = "" {
			i++
			line = strings.TrimSuffix(line, `\`) + " " + strings.TrimPrefix(lines[i], gonbPrefix)
		}
		words := strings.Fields(line[1:])
		switch {
		case line[0] == '!':
			c.note(at+1, "a shell command: never run when grading")
		case strings.HasPrefix(line, "%main"), line == "%%", strings.HasPrefix(line, "%% "), strings.HasPrefix(line, "%%\t"):
			if !c.HasMain {
				c.HasMain, c.mainAt = true, at+1
				lines[at] = "func " + mainFunc(c.Number) + "() {"
			}
		case len(words) > 0 && (words[0] == "rm" || words[0] == "remove"):
			c.removed = append(c.removed, words[1:]...)
		case len(words) == 1 && words[0] == "reset":
			c.removed = append(c.removed, "*")
		}
	}
}

// blankComments replaces every comment by blanks of the same size, so that offsets and lines stay.
func blankComments(src string) string {
	out := []byte(src)
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, []byte(src), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return string(out)
		}
		if tok == token.COMMENT {
			at := file.Offset(pos)
			for i := at; i < len(out) && i < at+len(lit); i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
		}
	}
}

// header precedes a cell's text on its first line.
const header = "package main;"

func (c *Cell) parse() {
	c.fset = token.NewFileSet()
	file, err := parser.ParseFile(c.fset, "", header+c.text, 0)
	if err != nil {
		var list scanner.ErrorList
		if l, ok := err.(scanner.ErrorList); ok {
			list = l
		}
		for i, e := range list {
			if i == 5 {
				break
			}
			c.fail(min(e.Pos.Line, c.lines), e.Msg)
		}
		if len(c.Errors) == 0 {
			c.fail(0, err.Error())
		}
		return
	}
	c.file = file
	for _, spec := range file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		i := Import{Path: p, Line: c.fset.Position(spec.Pos()).Line}
		if spec.Name != nil {
			i.Name = spec.Name.Name
		}
		if i.Name == "." {
			c.fail(i.Line, "an import into the file's own names (import . \"…\") is not supported when grading")
			return
		}
		c.Imports = append(c.Imports, i)
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			c.addFunc(d)
		case *ast.GenDecl:
			c.addGen(d)
		}
	}
	c.collectNames()
}

func (c *Cell) offset(p token.Pos) int { return c.fset.Position(p).Offset - len(header) }

func (c *Cell) addFunc(d *ast.FuncDecl) {
	u := &unit{start: c.offset(d.Pos()), end: c.offset(d.End()), node: d, cell: c}
	n := name{key: d.Name.Name, offset: c.offset(d.Name.Pos()), length: len(d.Name.Name)}
	switch {
	case c.HasMain && c.fset.Position(d.Pos()).Line == c.mainAt:
		c.main = u
		return
	case d.Recv != nil && len(d.Recv.List) > 0:
		n.key = receiver(d.Recv.List[0].Type) + "~" + n.key
	case n.key == "main":
		return
	case strings.HasPrefix(n.key, "init_"):
		u.renamed = map[int]string{n.offset: "init" + strings.Repeat(" ", n.length-len("init"))}
	case n.key == "init", n.key == "_":
		c.units = append(c.units, u) // these do not replace one another
		return
	}
	u.names = []name{n}
	c.units = append(c.units, u)
}

func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return "?"
}

func (c *Cell) addGen(d *ast.GenDecl) {
	if d.Tok == token.IMPORT {
		return
	}
	if d.Tok == token.CONST { // iota ties a group together
		u := &unit{start: c.offset(d.Pos()), end: c.offset(d.End()), node: d, cell: c}
		for _, s := range d.Specs {
			u.addNames(s.(*ast.ValueSpec).Names)
		}
		c.units = append(c.units, u)
		return
	}
	for _, s := range d.Specs {
		u := &unit{keyword: d.Tok.String(), start: c.offset(s.Pos()), end: c.offset(s.End()), node: s, cell: c}
		switch s := s.(type) {
		case *ast.ValueSpec:
			u.addNames(s.Names)
		case *ast.TypeSpec:
			u.addNames([]*ast.Ident{s.Name})
		}
		c.units = append(c.units, u)
	}
}

func (u *unit) addNames(idents []*ast.Ident) {
	for _, id := range idents {
		if id.Name != "_" {
			u.names = append(u.names, name{id.Name, u.cell.offset(id.Pos()), len(id.Name)})
		}
	}
}

// collectNames notes what the cell's code mentions.
func (c *Cell) collectNames() {
	for _, id := range c.file.Unresolved {
		c.used[id.Name] = true
	}
	ast.Inspect(c.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			c.names[n.Name] = true
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				c.names[x.Name+"."+n.Sel.Name] = true
			}
		}
		return true
	})
}

// Mentions tells whether the cell's code, its main body included, contains the identifier, or the selector such as
// os.Exit.
func (c *Cell) Mentions(name string) bool { return c.names[name] }

// Names lists all identifiers and selectors of the cell.
func (c *Cell) Names() []string { return slices.Sorted(maps.Keys(c.names)) }

// Used lists the paths of the imports that the cell's code uses.
func (c *Cell) Used() []string {
	var paths []string
	for _, i := range c.Imports {
		if c.used[i.key()] || i.Name == "_" {
			paths = append(paths, i.Path)
		}
	}
	return paths
}

// Formatted tells whether gofmt leaves the cell's declarations as they are. The source is the cell's.
func Formatted(source string) bool {
	lines := strings.Split(source, "\n")
	c := Parse(0, source)
	if len(c.Errors) > 0 || c.file != nil && depth(c.file) > maxDepth {
		return false
	}
	if c.HasMain {
		lines = lines[:c.mainAt-1]
	}
	for i, line := range lines {
		if line = strings.TrimPrefix(line, gonbPrefix); line != "" && strings.ContainsAny(line[:1], "%!") {
			lines[i] = ""
		}
	}
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	formatted, err := format.Source([]byte(text))
	return err == nil && string(formatted) == text
}

// maxDepth is where formatting begins to take long: its time grows with the cube of the depth, 25 seconds for a composite
// value of 2000 levels in 15 KB. Nobody nests by hand so deeply.
const maxDepth = 250

func depth(n ast.Node) int {
	now, most := 0, 0
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil {
			now--
		} else {
			now++
			most = max(most, now)
		}
		return true
	})
	return most
}

// Declares lists the functions that the cell declares.
func (c *Cell) Declares() []string {
	var names []string
	for _, u := range c.units {
		if d, ok := u.node.(*ast.FuncDecl); ok && d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	}
	return names
}
