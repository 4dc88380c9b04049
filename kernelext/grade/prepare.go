package grade

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/compose"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/grade/toolchain"
	"downhill/kernelext/nbformat"
)

// Options of grading.
type Options struct {
	Module string // folder of the course's module, which tests and answers may import from
	Jail   *jail.Jail
	Limits examiner.Limits // zero fields: DefaultLimits
}

// DefaultLimits are those of a part that computes for a second at most on the slowest machine.
var DefaultLimits = examiner.Limits{CPU: 5 * time.Second, Wall: 15 * time.Second, Data: 512 << 20, Total: 90 * time.Second}

// Exam is an assignment made ready: the examiner is built, and what the reference solution earns is known.
type Exam struct {
	Assignment *assignment.Assignment
	Machine    gradebook.Machine

	options  Options
	dir      string
	tools    *toolchain.Toolchain
	race     *toolchain.Toolchain // nil when no part asks for it
	examiner string               // the program
	functs   []function           // that tests call, in order
	parts    []examiner.Result    // of the reference
	source   string               // SHA-256 of the instructor's notebook
	digest   string
}

// function is one that tests call and students write.
type function struct {
	name, signature string
	cell            string // grade_id of the answer that it belongs to
}

// candidatePackage and the like are what the generated programs import.
const (
	gradePath     = "downhill/kernelext/grade/"
	candidatePath = gradePath + "candidate"
	examinerPath  = gradePath + "examiner"
)

// Numbers of cells that are not in any notebook.
const (
	stubsAt  = 2 * compose.Given // release's stubs
	bridgeAt = 3 * compose.Given // what ties a program to the other
)

// Prepare builds the examiner and grades the reference solution. It refuses an assignment whose own solution does not
// pass. Close removes what it made.
func Prepare(ctx context.Context, a *assignment.Assignment, o Options) (*Exam, error) {
	dir, err := jail.Folder()
	if err != nil {
		return nil, err
	}
	e := &Exam{Assignment: a, options: o, dir: dir}
	e.options.Limits = withDefaults(o.Limits)
	if err := e.prepare(ctx); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Close removes the exam's temporary folder.
func (e *Exam) Close() error { return os.RemoveAll(e.dir) }

func withDefaults(l examiner.Limits) examiner.Limits {
	if l.CPU == 0 {
		l.CPU = DefaultLimits.CPU
	}
	if l.Wall == 0 {
		l.Wall = DefaultLimits.Wall
	}
	if l.Data == 0 {
		l.Data = DefaultLimits.Data
	}
	if l.Total == 0 {
		l.Total = DefaultLimits.Total
	}
	return l
}

func (e *Exam) prepare(ctx context.Context) error {
	if err := os.Chmod(e.dir, 0o711); err != nil { // the jail's user passes through, and sees no names
		return err
	}
	files, err := e.examinerFiles()
	if err != nil {
		return err
	}
	if err := e.prepareTools(ctx, files); err != nil {
		return err
	}
	dir, err := e.folder("examiner")
	if err != nil {
		return err
	}
	found, outcome, err := e.tools.Build(e.options.Jail, dir, 0, files)
	switch {
	case err != nil:
		return err
	case len(found) > 0:
		return e.testError(found[0])
	case !outcome.OK():
		return fmt.Errorf("%s: the tests do not build: %s %s", e.Assignment.Path, outcome.Describe(), outcome.Stderr)
	}
	e.examiner = filepath.Join(dir, "program")
	if err := e.describeMachine(); err != nil {
		return err
	}
	return e.examineReference(ctx)
}

func (e *Exam) testError(p toolchain.Problem) error {
	place := strings.TrimSuffix(strings.TrimPrefix(p.File, "cell"), ".go")
	text := p.Text
	if strings.HasPrefix(text, "undefined:") {
		text += " (tests reach an answer only through its functions; types belong in a read-only cell)"
	}
	return fmt.Errorf("%s:cell %s:%d: %s", e.Assignment.Path, place, p.Line, text)
}

func (e *Exam) folder(name string) (string, error) {
	dir := filepath.Join(e.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// reference is the program of the instructor's read-only cells and solutions.
func (e *Exam) reference() (*compose.Program, error) {
	p := compose.NewProgram(e.Assignment.Imports)
	for _, c := range e.Assignment.Cells {
		if c.Type != nbformat.Code || c.Mutant {
			continue
		}
		add := p.AddOwn
		switch c.Kind {
		case assignment.ReadOnly:
		case assignment.Answer:
			add = p.Add
		default:
			continue
		}
		if found := add(compose.Parse(c.Number, c.Source)); found != nil {
			return nil, fmt.Errorf("%s:cell %d:%d: %s", e.Assignment.Path, found[0].Cell, found[0].Line, found[0].Text)
		}
	}
	return p, nil
}

// examinerFiles composes the examiner, and finds the functions that tests call.
func (e *Exam) examinerFiles() (toolchain.Source, error) {
	ref, err := e.reference()
	if err != nil {
		return nil, err
	}
	p := compose.NewProgram(append(slices.Clone(e.Assignment.Imports), gradePath+"exam", "downhill/kernelext/check", examinerPath))
	var own []*compose.Cell
	var main strings.Builder
	roots := map[string]bool{}
	isTest := map[int]bool{}
	for _, c := range e.Assignment.Cells {
		if c.Type != nbformat.Code || c.Kind != assignment.ReadOnly && c.Kind != assignment.Tests {
			continue
		}
		parsed := compose.Parse(c.Number, c.Source)
		if found := p.AddOwn(parsed); found != nil {
			return nil, fmt.Errorf("%s:cell %d:%d: %s", e.Assignment.Path, found[0].Cell, found[0].Line, found[0].Text)
		}
		own = append(own, parsed)
		if c.Kind != assignment.Tests {
			continue
		}
		if !parsed.HasMain {
			return nil, fmt.Errorf("%s:cell %d: a test cell needs a line %%%% with the question below it", e.Assignment.Path, c.Number)
		}
		isTest[c.Number] = true
		for _, n := range parsed.Names() {
			roots[n] = true
		}
		fmt.Fprintf(&main, "\t\texaminer.Cell{ID: %q, Run: %s},\n", c.ID(), p.Mains()[c.Number])
	}
	if len(isTest) == 0 {
		return nil, fmt.Errorf("%s: no test cell: nothing could be graded", e.Assignment.Path)
	}
	var stubs strings.Builder
	for _, c := range e.Assignment.Cells {
		if c.Kind != assignment.Answer {
			continue
		}
		for _, f := range ref.Functions(c.Number) {
			if !slices.ContainsFunc(own, func(o *compose.Cell) bool { return o.Mentions(f) }) {
				continue
			}
			if ref.Func(f).Type.TypeParams != nil {
				return nil, fmt.Errorf("%s:cell %d: %s has type parameters: tests cannot call it across processes", e.Assignment.Path, c.Number, f)
			}
			s := ref.Signature(f)
			e.functs = append(e.functs, function{f, s, c.ID()})
			fmt.Fprintf(&stubs, "var %s = examiner.Function[%s](%q)\n", f, s, f)
		}
	}
	if found := p.AddOwn(compose.Parse(bridgeAt, stubs.String())); found != nil {
		return nil, errors.New(found[0].String())
	}
	p.Without(func(int) bool { return true }, roots)
	files := p.Files(func(cell int) bool { return isTest[cell] })
	files["main.go"] = "package main\nimport \"" + examinerPath + "\"\nfunc main() {\n\texaminer.Main(\n" + main.String() + "\t)\n}\n"
	return files, nil
}

// prepareTools makes the compiler ready for everything that the examiner and answers may import.
func (e *Exam) prepareTools(ctx context.Context, files toolchain.Source) error {
	program, err := e.reference()
	if err != nil {
		return err
	}
	candidate := e.bridge(program, nil)
	paths := append(slices.Clone(e.Assignment.Imports), candidatePath)
	for _, set := range []toolchain.Source{files, candidate} {
		for _, text := range set {
			paths = append(paths, importPaths(text)...)
		}
	}
	dir, err := e.folder("tools")
	if err != nil {
		return err
	}
	if e.tools, err = toolchain.Prepare(ctx, e.options.Module, dir, paths, false); err != nil {
		return err
	}
	if !slices.ContainsFunc(e.Assignment.Cells, func(c assignment.Cell) bool {
		return c.Kind == assignment.Tests && strings.Contains(c.Source, ".UnderRace()")
	}) {
		return nil
	}
	if dir, err = e.folder("race"); err != nil {
		return err
	}
	paths = append(slices.Clone(e.Assignment.Imports), candidatePath)
	for _, text := range candidate {
		paths = append(paths, importPaths(text)...)
	}
	e.race, err = toolchain.Prepare(ctx, e.options.Module, dir, paths, true)
	return err
}

// importPaths lists the imports of a generated file, which stand at its beginning, a line each.
func importPaths(text string) []string {
	var paths []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "import ") {
			if parts := strings.Split(line, `"`); len(parts) == 3 && parts[1] != "unsafe" {
				paths = append(paths, parts[1])
			}
		}
	}
	return paths
}

func (e *Exam) describeMachine() error {
	mod, err := os.ReadFile(filepath.Join(e.options.Module, "go.mod"))
	if err != nil {
		return fmt.Errorf("the course's module: %w", err)
	}
	sum := sha256.Sum256(mod)
	e.Machine = gradebook.Machine{
		Toolchain: e.tools.Version, Module: hex.EncodeToString(sum[:8]), Isolation: e.options.Jail.Kind,
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	for line := range strings.Lines(string(mod)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "github.com/janpfeifer/gonb" && strings.HasPrefix(f[1], "v") {
			e.Machine.GoNB = f[1]
		}
	}
	program, err := os.ReadFile(e.examiner)
	if err != nil {
		return err
	}
	notebook := sha256.Sum256(e.Assignment.Notebook.Bytes())
	e.source = hex.EncodeToString(notebook[:])
	h := sha256.New()
	fmt.Fprintf(h, "%v\n%v\n%s\n", e.Machine, e.options.Limits, e.source)
	h.Write(program)
	e.digest = hex.EncodeToString(h.Sum(nil))
	return nil
}
