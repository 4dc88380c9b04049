package grade

import (
	"debug/elf"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/compose"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/grade/toolchain"
	"downhill/kernelext/nbformat"
)

// candidate is a student's program as far as it came.
type candidate struct {
	program, race string // paths, "" when there is none
	broken        map[string]examiner.Verdict
	files         toolchain.Source
	cells         []*compose.Cell // of the student's, those that contribute
	notices       []string
}

// maxBuilds bounds how often cells are taken out and the rest tried again.
const maxBuilds = 8

// build makes the student's program in dir, leaving out cells that do not compile.
func (e *Exam) build(dir string, slot int, own []answer) (*candidate, error) {
	c := &candidate{broken: map[string]examiner.Verdict{}}
	out := map[int]compose.Diagnostic{} // cells that are out, and why
	parsed := make([]*compose.Cell, len(own))
	for i, a := range own {
		parsed[i] = compose.Parse(a.number, a.source)
	}
	for range maxBuilds {
		p, err := e.compose(own, parsed, out)
		if err != nil {
			return nil, err
		}
		c.files = e.bridge(p, c.broken)
		found, outcome, err := e.tools.Build(e.options.Jail, dir, slot, c.files)
		if err != nil {
			return nil, err
		}
		if outcome.OK() {
			c.program = filepath.Join(dir, "program")
			c.settle(e, own, parsed, out, p)
			if n := variables(c.program); n > e.options.Limits.Data/2 {
				c.breakAll(e, examiner.Verdict{Class: examiner.OutOfMemory, Message: fmt.Sprintf(
					"the program's variables need %d MB before it begins; all of it may have %d MB", n>>20, e.options.Limits.Data>>20)})
				return c, nil
			}
			return c, e.buildRace(c, dir, slot)
		}
		v := buildVerdict(outcome, dir)
		if v.Class != examiner.CompileError { // trying again would take as long
			c.breakAll(e, v)
			return c, nil
		}
		if !e.takeOut(p, found, out, c) {
			if len(found) > 0 {
				v.Message = found[0].Text
			}
			n, err := e.blame(dir, slot, own, parsed, out, c)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				c.breakAll(e, v)
				return c, nil
			}
			out[n] = compose.Diagnostic{Cell: n, Text: v.Message}
		}
		// A new folder for each attempt would be safer than sure: the compiler writes files of fixed names only.
		if err := emptyFolder(dir); err != nil {
			return nil, err
		}
	}
	c.breakAll(e, examiner.Verdict{Class: examiner.CompileError, Message: "the cells do not compile together"})
	return c, nil
}

// variables is the size of a program's package variables in bytes: beyond its limit of memory the program cannot even
// start, which would look like the machine's fault.
func variables(program string) (size int64) {
	f, err := elf.Open(program)
	if err != nil {
		return 0
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_W != 0 {
			size += int64(p.Memsz)
		}
	}
	return size
}

// blame finds the cell without which the rest builds, for complaints that name no place in a student's cell; 0 when there
// is no such cell.
func (e *Exam) blame(dir string, slot int, own []answer, parsed []*compose.Cell, out map[int]compose.Diagnostic, c *candidate) (int, error) {
	for i := len(own) - 1; i >= max(0, len(own)-maxBuilds); i-- {
		trial := maps.Clone(out)
		trial[own[i].number] = compose.Diagnostic{}
		p, err := e.compose(own, parsed, trial)
		if err != nil {
			return 0, err
		}
		if err := emptyFolder(dir); err != nil {
			return 0, err
		}
		if _, outcome, err := e.tools.Build(e.options.Jail, dir, slot, e.bridge(p, c.broken)); err != nil || outcome.OK() {
			return own[i].number, errors.Join(err, emptyFolder(dir))
		}
	}
	return 0, nil
}

func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if removed := os.RemoveAll(filepath.Join(dir, entry.Name())); err == nil {
			err = removed
		}
	}
	return err
}

// compose is the state of the kernel: the instructor's read-only cells, the release's stubs, the student's cells.
func (e *Exam) compose(own []answer, parsed []*compose.Cell, out map[int]compose.Diagnostic) (*compose.Program, error) {
	p := compose.NewProgram(e.Assignment.Imports)
	for _, kind := range []string{assignment.ReadOnly, assignment.Answer} {
		at := compose.Given
		if kind == assignment.Answer {
			p.Lock()
			at = stubsAt
		}
		for _, c := range e.Assignment.Cells {
			if c.Type != nbformat.Code || c.Kind != kind || c.Mutant {
				continue
			}
			source := c.Source
			if kind == assignment.Answer {
				var err error
				if source, err = assignment.StubOf(c); err != nil {
					return nil, err
				}
			}
			if found := p.AddOwn(compose.Parse(at+c.Number, source)); found != nil {
				return nil, fmt.Errorf("%s:cell %d:%d: %s", e.Assignment.Path, c.Number, found[0].Line, found[0].Text)
			}
		}
	}
	for i, a := range own {
		if _, isOut := out[a.number]; isOut {
			continue
		}
		if found := p.Add(parsed[i]); found != nil {
			out[a.number] = found[0]
		}
	}
	return p, nil
}

// bridge adds the main function that serves what tests call, and leaves out what nobody needs of the instructor's cells.
func (e *Exam) bridge(p *compose.Program, broken map[string]examiner.Verdict) toolchain.Source {
	var b strings.Builder
	roots := map[string]bool{"downhillFunctions": true}
	// Names that nobody else uses: any could be a student's own.
	fmt.Fprintf(&b, "import downhillCandidate %q\nvar downhillFunctions = downhillCandidate.Functions{", candidatePath)
	for _, f := range e.functs {
		b.WriteString("\n") // function i is on line i+bridgeLine
		if _, isBroken := broken[f.name]; !isBroken && p.Has(f.name) {
			fmt.Fprintf(&b, "%q: (%s)(%s),", f.name, strings.Join(strings.Fields(f.signature), " "), f.name)
			roots[f.name] = true
		}
	}
	b.WriteString("\n}\n")
	p.AddOwn(compose.Parse(bridgeAt, b.String()))
	p.Without(func(cell int) bool { return cell >= compose.Given }, roots)
	files := p.Files(func(int) bool { return false })
	files["main.go"] = "package main\nimport downhillCandidate \"" + candidatePath + "\"\nfunc main() { downhillCandidate.Serve(downhillFunctions) }\n"
	return files
}

// bridgeLine is the line of the first function in the bridge.
const bridgeLine = 3

// takeOut removes what the compiler complains about. It reports whether there was anything to remove.
func (e *Exam) takeOut(p *compose.Program, found []toolchain.Problem, out map[int]compose.Diagnostic, c *candidate) bool {
	progress := false
	for _, problem := range found {
		if n, ok := cellNumber(problem.File); ok {
			if _, before := out[n]; !before {
				out[n] = compose.Diagnostic{Cell: n, Line: problem.Line, Text: problem.Text}
				progress = true
			}
			continue
		}
		if problem.File == compose.FileName(bridgeAt) && problem.Line >= bridgeLine && problem.Line < bridgeLine+len(e.functs) {
			f := e.functs[problem.Line-bridgeLine]
			c.broken[f.name] = examiner.Verdict{
				Class: examiner.CompileError, Message: fmt.Sprintf("%s must have the type %s", f.name, strings.Join(strings.Fields(f.signature), " ")),
				Where: place(p.Cell(f.name)),
			}
			progress = true
		}
	}
	if progress {
		return true
	}
	// The complaint is in the instructor's cells: an answer has another type than they rely on.
	for _, f := range e.functs {
		n := p.Cell(f.name)
		if _, before := out[n]; n > 0 && n < compose.Given && !before && strings.Join(strings.Fields(p.Signature(f.name)), "") != strings.Join(strings.Fields(f.signature), "") {
			out[n] = compose.Diagnostic{Cell: n, Text: fmt.Sprintf("%s must have the type %s", f.name, strings.Join(strings.Fields(f.signature), " "))}
			progress = true
		}
	}
	return progress
}

func cellNumber(file string) (int, bool) {
	text, ok := strings.CutPrefix(file, "cell")
	n, err := strconv.Atoi(strings.TrimSuffix(text, ".go"))
	return n, ok && err == nil
}

func place(cell int) string {
	if cell == 0 || cell >= compose.Given {
		return ""
	}
	return fmt.Sprintf("cell %d", cell)
}

// settle says which functions cannot be examined since their cells are out.
func (c *candidate) settle(e *Exam, own []answer, parsed []*compose.Cell, out map[int]compose.Diagnostic, p *compose.Program) {
	for i, a := range own {
		d, isOut := out[a.number]
		for _, n := range parsed[i].Notes {
			c.notices = append(c.notices, n.String())
		}
		if !isOut {
			c.cells = append(c.cells, parsed[i])
			continue
		}
		c.notices = append(c.notices, d.String())
		v := examiner.Verdict{Class: examiner.CompileError, Message: d.Text, Where: d.Place()}
		for _, f := range e.functs {
			declared := slices.Contains(parsed[i].Declares(), f.name) || len(parsed[i].Errors) > 0 && f.cell == a.id
			if _, known := c.broken[f.name]; declared && !known && p.Cell(f.name) >= compose.Given {
				c.broken[f.name] = v // nobody else declares it: the stub stands in
			}
		}
	}
	for _, d := range p.Notes {
		c.notices = append(c.notices, d.String())
	}
}

func (c *candidate) breakAll(e *Exam, v examiner.Verdict) {
	c.program = ""
	for _, f := range e.functs {
		c.broken[f.name] = v
	}
}

// buildVerdict is the verdict on a program that the compiler or the linker died of. The folder has a random name, which
// is of no use to anybody.
func buildVerdict(o jail.Outcome, dir string) examiner.Verdict {
	v := examiner.Verdict{Class: examiner.CompileError, Message: "the compiler " + o.Describe()}
	switch {
	case o.OutOfMemory():
		v.Class = examiner.OutOfMemory
	case o.TimedOut():
		v.Class = examiner.TimedOut
	default:
		if text := strings.TrimSpace(o.Stdout + o.Stderr); text != "" {
			v.Message, _, _ = strings.Cut(strings.ReplaceAll(text, dir+"/", ""), "\n")
		}
	}
	return v
}

func (e *Exam) buildRace(c *candidate, dir string, slot int) error {
	if e.race == nil {
		return nil
	}
	sub := filepath.Join(dir, "race")
	if err := os.Mkdir(sub, 0o755); err != nil {
		return err
	}
	_, outcome, err := e.race.Build(e.options.Jail, sub, slot, c.files)
	if err == nil && !outcome.OK() {
		return fmt.Errorf("the race detector's program does not build, though the other did: %s %s", outcome.Describe(), outcome.Stderr)
	}
	c.race = filepath.Join(sub, "program")
	return err
}

// text gathers what the rules judge.
func (e *Exam) text(c *candidate, own []answer, dir string, slot int) (examiner.Text, error) {
	var t examiner.Text
	// Of the reference nothing is known yet about the parts: everything is looked up.
	wantVet := e.parts == nil || slices.ContainsFunc(e.parts, func(r examiner.Result) bool { return r.Vet })
	for _, cell := range c.cells {
		t.Imports = append(t.Imports, cell.Used()...)
		t.Names = append(t.Names, cell.Names()...)
	}
	for _, a := range own {
		if given, ok := e.Assignment.Cell(a.id); ok {
			stub, err := assignment.StubOf(given)
			t.Attempted = t.Attempted || err == nil && strings.TrimSpace(stub) != strings.TrimSpace(a.source)
		}
		if a.id != "" && !compose.Formatted(a.source) {
			t.Gofmt = append(t.Gofmt, fmt.Sprintf("cell %d is not formatted as gofmt does", a.number))
		}
	}
	if !wantVet || c.program == "" {
		return t, nil
	}
	sub := filepath.Join(dir, "vet")
	if err := os.Mkdir(sub, 0o755); err != nil {
		return t, err
	}
	found, err := e.tools.Vet(e.options.Jail, sub, slot, c.files)
	for _, p := range found {
		if n, ok := cellNumber(p.File); ok {
			t.Vet = append(t.Vet, compose.Diagnostic{Cell: n, Line: p.Line, Text: p.Text}.String())
		}
	}
	return t, err
}
