package compose

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Program is the state of the kernel after some cells.
type Program struct {
	Allowed []string // import paths that may be used; the first of those with one name is the one found by name

	cells   []*Cell
	live    []*unit
	owner   map[string]*unit
	imports map[string]Import // of all cells, by name
	locked  map[string]bool   // names that later cells cannot replace
	blanked map[*unit][]name  // names that later cells have taken from a unit that goes on without them
	Notes   []Diagnostic
}

// NewProgram returns the state before the first cell.
func NewProgram(allowed []string) *Program {
	return &Program{Allowed: allowed, owner: map[string]*unit{}, imports: map[string]Import{}, locked: map[string]bool{}, blanked: map[*unit][]name{}}
}

// Add runs a student's cell: its declarations replace those of the same names. It reports what keeps the cell from
// contributing: that it does not parse, or uses a package that is not allowed.
func (p *Program) Add(c *Cell) []Diagnostic {
	var refused []Diagnostic
	for _, i := range c.Imports {
		if (c.used[i.key()] || i.Name == "_") && !slices.Contains(p.Allowed, i.Path) {
			refused = append(refused, Diagnostic{c.Number, i.Line, fmt.Sprintf("import %q is not allowed in this assignment", i.Path)})
		}
	}
	if len(refused) > 0 {
		return refused
	}
	return p.AddOwn(c)
}

// AddOwn runs a cell of the instructor's, who may import anything.
func (p *Program) AddOwn(c *Cell) []Diagnostic {
	if len(c.Errors) > 0 {
		return c.Errors
	}
	p.cells = append(p.cells, c)
	for _, i := range c.Imports {
		p.imports[i.key()] = i
	}
	for _, n := range c.removed {
		p.remove(n)
	}
	for _, u := range c.units {
		p.declare(u)
	}
	return nil
}

// Lock makes the names declared so far the instructor's: what later cells declare under them is left out.
func (p *Program) Lock() {
	for key := range p.owner {
		p.locked[key] = true
	}
}

func (p *Program) remove(key string) {
	if key == "*" {
		for k := range p.owner {
			if !p.locked[k] {
				p.remove(k)
			}
		}
		return
	}
	if u := p.owner[key]; u != nil && !p.locked[key] {
		p.giveUp(u, key)
	}
}

func (p *Program) declare(u *unit) {
	for _, n := range u.names {
		if p.locked[n.key] {
			p.Notes = append(p.Notes, Diagnostic{u.cell.Number, u.line(), n.key + " belongs to the assignment: the redefinition is left out"})
			return
		}
	}
	for _, n := range u.names {
		if old := p.owner[n.key]; old != nil {
			p.giveUp(old, n.key)
		}
		p.owner[n.key] = u
	}
	p.live = append(p.live, u)
}

// giveUp takes a name from a unit; a unit without names is gone, another declares a blank in the name's place.
func (p *Program) giveUp(u *unit, key string) {
	delete(p.owner, key)
	left := 0
	for _, n := range u.names {
		if n.key == key {
			p.blanked[u] = append(p.blanked[u], n)
		}
		if p.owner[n.key] == u {
			left++
		}
	}
	if left == 0 {
		p.live = slices.DeleteFunc(p.live, func(v *unit) bool { return v == u })
	}
}

// isInit tells whether the unit runs before main without being named.
func (u *unit) isInit() bool {
	d, ok := u.node.(*ast.FuncDecl)
	return ok && d.Recv == nil && (d.Name.Name == "init" || u.renamed != nil)
}

func (u *unit) line() int { return strings.Count(u.cell.text[:u.start], "\n") + 1 }

// text is the unit's source with its renamings.
func (p *Program) text(u *unit) string {
	out := []byte(u.cell.text[u.start:u.end])
	for at, to := range u.renamed {
		copy(out[at-u.start:], to)
	}
	for _, n := range p.blanked[u] {
		copy(out[n.offset-u.start:], fmt.Sprintf("%-*s", n.length, "_"))
	}
	return string(out)
}

// Has tells whether a function of that name is declared.
func (p *Program) Has(function string) bool { return p.Func(function) != nil }

// Func returns the declaration of a function, or nil.
func (p *Program) Func(function string) *ast.FuncDecl {
	if u := p.owner[function]; u != nil {
		if d, ok := u.node.(*ast.FuncDecl); ok && d.Recv == nil {
			return d
		}
	}
	return nil
}

// Cell returns the number of the cell that declares name, 0 for none.
func (p *Program) Cell(name string) int {
	if u := p.owner[name]; u != nil {
		return u.cell.Number
	}
	return 0
}

// Signature returns the function's type as it is written, with blanks for its parameters' comments.
func (p *Program) Signature(function string) string {
	u := p.owner[function]
	d := u.node.(*ast.FuncDecl)
	c := u.cell
	return "func" + strings.TrimSpace(c.text[c.offset(d.Type.Params.Pos()):c.offset(d.Type.End())])
}

// Given is added to the number of a cell that is not of the student's notebook, so that no message takes it for one.
const Given = 100_000

// FileName is the name under which the compiler knows a cell.
func FileName(number int) string {
	if number >= Given {
		return fmt.Sprintf("given%d.go", number-Given)
	}
	return fmt.Sprintf("cell%d.go", number)
}

// Without drops the declarations that nobody among the roots needs, directly or not, and that are of cells for which
// optional is true. It is for the instructor's own cells, whose figures a student's program need not link.
func (p *Program) Without(optional func(cell int) bool, roots map[string]bool) {
	needed := maps.Clone(roots)
	var grow func(u *unit)
	seen := map[*unit]bool{}
	byType := map[string][]*unit{} // methods come with their types
	for _, u := range p.live {
		for _, n := range u.names {
			if typ, _, ok := strings.Cut(n.key, "~"); ok {
				byType[typ] = append(byType[typ], u)
			}
		}
	}
	grow = func(u *unit) {
		if seen[u] {
			return
		}
		seen[u] = true
		ast.Inspect(u.node, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				needed[id.Name] = true
			}
			return true
		})
		for _, n := range u.names {
			for _, m := range byType[n.key] {
				grow(m)
			}
		}
	}
	for before := -1; before != len(seen); {
		before = len(seen)
		for _, u := range p.live {
			if !optional(u.cell.Number) || u.isInit() || slices.ContainsFunc(u.names, func(n name) bool { return needed[n.key] }) {
				grow(u)
			}
		}
	}
	p.live = slices.DeleteFunc(p.live, func(u *unit) bool { return !seen[u] })
}

// Functions lists the functions that a cell declares and the program uses, in order.
func (p *Program) Functions(cell int) []string {
	var names []string
	for _, u := range p.live {
		if d, ok := u.node.(*ast.FuncDecl); ok && u.cell.Number == cell && d.Recv == nil && len(u.names) == 1 && u.renamed == nil {
			names = append(names, d.Name.Name)
		}
	}
	return names
}

// Mains returns the function name of each cell's main body, by cell number.
func (p *Program) Mains() map[int]string {
	mains := map[int]string{}
	for _, c := range p.cells {
		if c.HasMain {
			mains[c.Number] = mainFunc(c.Number)
		}
	}
	return mains
}

// Files returns the program as Go files of package main: one for each cell. A cell's main body becomes a function if mains
// says so, and is left out otherwise.
func (p *Program) Files(mains func(cell int) bool) map[string]string {
	byCell := map[*Cell][]*unit{}
	for _, u := range p.live {
		byCell[u.cell] = append(byCell[u.cell], u)
	}
	files := map[string]string{}
	for _, c := range p.cells {
		units := byCell[c]
		if c.main != nil && mains(c.Number) {
			units = append(units, c.main)
		}
		if len(units) > 0 || slices.ContainsFunc(c.Imports, func(i Import) bool { return i.Name == "_" }) {
			files[FileName(c.Number)] = p.emit(c, units)
		}
	}
	return files
}

func (p *Program) emit(c *Cell, units []*unit) string {
	var b strings.Builder
	b.WriteString("package main\n")
	for _, line := range p.importLines(c, units) {
		b.WriteString(line + "\n")
	}
	for _, u := range units {
		text := p.text(u)
		if u.keyword != "" {
			text = u.keyword + " " + text
		}
		fmt.Fprintf(&b, "//line %s:%d\n%s\n", FileName(c.Number), u.line(), text)
	}
	return b.String()
}

// importLines lists the imports that the units need: names that nothing in the program declares.
func (p *Program) importLines(c *Cell, units []*unit) []string {
	unresolved := map[token.Pos]bool{}
	for _, id := range c.file.Unresolved {
		unresolved[id.Pos()] = true
	}
	wanted := map[string]bool{}
	for _, u := range units {
		ast.Inspect(u.node, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && unresolved[x.Pos()] && p.owner[x.Name] == nil {
					wanted[x.Name] = true
				}
			}
			return true
		})
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if path, ok := p.resolve(c, key); ok {
			lines = append(lines, fmt.Sprintf("import %s %q", key, path))
		}
	}
	for _, i := range c.Imports {
		if i.Name == "_" {
			lines = append(lines, fmt.Sprintf("import _ %q", i.Path))
		}
	}
	return lines
}

func (p *Program) resolve(c *Cell, key string) (string, bool) {
	for _, i := range c.Imports {
		if i.key() == key {
			return i.Path, true
		}
	}
	if i, ok := p.imports[key]; ok && slices.Contains(p.Allowed, i.Path) {
		return i.Path, true
	}
	for _, path := range p.Allowed {
		if BaseName(path) == key {
			return path, true
		}
	}
	return "", false
}
