package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
	"downhill/kernelext/runner"
	"downhill/kernelext/runner/claims"
	"downhill/kernelext/runner/params"
)

// runFlags are the flags of run.
type runFlags struct {
	out, kernel    string
	inPlace, pages bool
	verify, accept bool
	junit, json    string
	sarif, profile string
	annotate       bool
	coverage       *coverage // nil without -coverprofile
	part           shard
	resume, cells  bool
	disk           diskSize
	set            []string // -p
	paramsFile     string
	options        runner.Options
}

func (f *runFlags) define(c *command) {
	c.groups = []group{
		{"What is run", "p params kernel skip shard resume fail-fast keep-going j"},
		{"Limits", "timeout silence-timeout notebook-timeout total-timeout disk"},
		{"What the notebooks have stored", "check update in-place timing"},
		{"Results", "out site cells junit json sarif annotations coverprofile"},
	}
	c.StringVar(&f.out, "out", "out", "write executed notebooks and the site to this `folder`")
	c.BoolVar(&f.verify, "check", false, "compare outputs with those stored in the notebooks; a difference fails the cell, unless "+
		"its tags loosen that: nbval-ignore-output, or a relative tolerance=0.01")
	c.BoolVar(&f.accept, "update", false, "store the new outputs in the notebooks that pass, in place; what is alike stays as it was")
	c.Var(&f.part, "shard", "run only the i-th of n parts, as `i/n`, balanced by how long notebooks took before")
	c.BoolVar(&f.resume, "resume", false, "leave out notebooks that passed before and have not changed, nor has the module's code; "+
		"go on with the others at the first cell that failed or has changed: a fresh GoNB kernel takes the declarations "+
		"and settings of the cells before without running them, and their outputs are kept, unless a cell has left a "+
		"process, a temporary file or the like, which only running it again brings back; other kernels start over")
	c.StringVar(&f.kernel, "kernel", "gonb", "run cells with this `kernelspec`; gonb is the kernel that go.mod pins")
	c.BoolVar(&f.inPlace, "in-place", false, "write executed notebooks over their sources, and no site")
	c.BoolVar(&f.pages, "site", true, "write a web site of the executed notebooks")
	c.Func("p", "set a parameter, as `name=value`; may be given several times", func(s string) error {
		f.set = append(f.set, s)
		return nil
	})
	c.StringVar(&f.paramsFile, "params", "", "set the parameters that this YAML `file` maps to values")
	c.StringVar(&f.junit, "junit", "", "write a JUnit report to this `file`")
	c.StringVar(&f.json, "json", "", "write a JSON report to this `file`")
	c.StringVar(&f.profile, "coverprofile", "", "write what the cells execute of the module's packages to this `file`; cells are built anew for it")
	c.StringVar(&f.sarif, "sarif", "", "write a SARIF report to this `file`")
	c.BoolVar(&f.annotate, "annotations", os.Getenv("GITHUB_ACTIONS") == "true",
		"print annotations for GitHub Actions; the default is true there")
	c.Func("skip", "leave out a cell, as `PLACE: REASON`, with the place as messages name it, such as "+
		"'a.ipynb:cell 12: needs a GPU'; may be given several times", func(s string) error {
		skip, err := skipFlag(s)
		f.options.Skip = append(f.options.Skip, skip)
		return err
	})
	c.BoolVar(&f.cells, "cells", false, "account for every cell at the end: what became of it, and why")
	f.disk = 2 << 30
	c.Var(&f.disk, "disk", "limit for what a notebook adds to its folder and its temporary files, and for each file, as a `size` "+
		"such as 500M; 0: none; notebooks that run side by side in one folder share it")
	o := &f.options
	c.IntVar(&o.Jobs, "j", 0, "run `n` notebooks at a time; 0: one a core")
	c.DurationVar(&o.Timeouts.Cell, "timeout", 2*time.Minute, "limit for a cell, unless its metadata or its notebook's has an execution.timeout; 0: none")
	c.DurationVar(&o.Timeouts.Notebook, "notebook-timeout", 0, "limit for a notebook; 0: none")
	c.DurationVar(&o.Timeouts.Total, "total-timeout", 0, "limit for the whole run; 0: none")
	c.DurationVar(&o.Timeouts.Silence, "silence-timeout", 0, "limit for a cell that sends nothing; 0: none")
	c.BoolVar(&o.FailFast, "fail-fast", false, "start no further notebook once one has failed")
	c.BoolVar(&o.KeepGoing, "keep-going", false, "run the cells after a failed one too")
	c.BoolVar(&o.Timing, "timing", false, "store in metadata.execution when each cell ran; files then differ from run to run")
}

// run executes notebooks.
func run(ctx context.Context, c *command) int {
	var f runFlags
	f.define(c)
	paths, code, ok := c.parse()
	if !ok {
		return code
	}
	if err := f.check(); err != nil {
		return c.fail(exitUsage, err)
	}
	sources, err := f.sources(paths)
	if err != nil {
		return c.fail(exitUsage, err)
	}
	if err := f.writable(); err != nil {
		return c.fail(exitUsage, err)
	}
	kernels, closeKernels, code, err := f.kernels(ctx, c)
	if ctx.Err() != nil {
		return exitInterrupted
	}
	if err != nil {
		return c.fail(code, err)
	}
	defer closeKernels()

	last := loadState(f.out)
	if f.part.n > 0 {
		sources = runner.Shard(sources, f.part.i, f.part.n, last.weight)
	}
	h, hashes, err := f.hashes(sources)
	if err != nil {
		return c.fail(exitUsage, err)
	}
	sources, kept := f.keep(c, sources, last, h, hashes)
	show := newProgress(c.stdout, len(sources))
	f.options.Kernels = kernels
	f.options.Weight = last.took
	f.options.Events = func(e runner.Event) {
		show.event(e)
		if n := e.Notebook; e.What == runner.NotebookEnded && !f.inPlace && n.Executed() > 0 {
			last.remember(n, h, hashes[n.Rel], f.part.n > 0)
			_ = last.save() // in case that we are killed; at the end it is written again, and an error told
		}
	}
	report := runner.Run(ctx, sources, f.options)
	show.end()

	report.Notebooks = append(kept, report.Notebooks...)
	slices.SortStableFunc(report.Notebooks, func(a, b *runner.Notebook) int { return cmp.Compare(a.Rel, b.Rel) })
	claims.Refresh(report, f.options.Stored)
	for _, n := range report.Notebooks {
		last.remember(n, h, hashes[n.Rel], f.part.n > 0)
	}

	code = f.tell(c, report)
	if !f.inPlace && ran(report) {
		if err := last.save(); err != nil {
			return c.fail(max(code, exitFailed), err)
		}
	}
	err = f.write(c, report)
	if f.coverage != nil && ran(report) {
		err = errors.Join(err, f.coverage.write(ctx))
	}
	if err != nil {
		return c.fail(max(code, exitFailed), err)
	}
	return code
}

// kernels prepares the kernel that was asked for.
func (f *runFlags) kernels(ctx context.Context, c *command) (k runner.Kernels, end func(), code int, err error) {
	end = func() {}
	if f.kernel != "gonb" {
		spec, err := jupyter.FindSpec(f.kernel)
		return runner.Spec(spec), end, exitNoKernel, err
	}
	module, err := runner.Module(".")
	if err != nil {
		return k, end, exitUsage, err
	}
	tools, err := gonb.Prepare(ctx, module, c.stderr)
	if err != nil {
		return k, end, exitNoKernel, err
	}
	if f.profile == "" {
		return runner.GoNB(tools), func() { tools.Close() }, exitPassed, nil
	}
	if f.coverage, err = newCoverage(f.profile, module); err != nil {
		tools.Close()
		return k, end, exitFailed, err
	}
	return runner.GoNB(tools, f.coverage.env()...), func() { f.coverage.close(); tools.Close() }, exitPassed, nil
}

// check finds flags that make no sense, and takes 0 for no limit where the runner has a default.
func (f *runFlags) check() error {
	t := &f.options.Timeouts
	for name, d := range map[string]time.Duration{"timeout": t.Cell, "notebook-timeout": t.Notebook,
		"total-timeout": t.Total, "silence-timeout": t.Silence} {
		if d < 0 {
			return fmt.Errorf("-%s %v: a limit cannot be negative", name, d)
		}
	}
	values, err := params.FromFlags(f.set)
	if err != nil {
		return fmt.Errorf("-p %w", err)
	}
	if f.paramsFile != "" {
		more, err := params.FromFile(f.paramsFile)
		if err != nil {
			return fmt.Errorf("-params %w", err)
		}
		values = params.Merge(more, values)
	}
	f.options.Params = values
	switch {
	case f.verify && f.accept:
		return errors.New("-check and -update: choose one")
	case (f.verify || f.accept) && len(values) > 0:
		return errors.New("-check and -update are about the notebooks as they are: run them without -p and -params")
	case f.resume && f.profile != "":
		return errors.New("-coverprofile counts what all cells execute: run it without -resume")
	case f.resume && (f.inPlace || f.accept):
		return errors.New("-resume looks for executed notebooks in -out: not with -in-place or -update")
	case f.verify:
		f.options.Stored = runner.Verify
	case f.accept:
		f.options.Stored, f.inPlace = runner.Accept, true
	}
	if f.options.Jobs < 0 {
		return fmt.Errorf("-j %d: it takes at least one notebook at a time", f.options.Jobs)
	}
	if t.Cell == 0 {
		t.Cell = -1
	}
	if f.options.Disk = int64(f.disk); f.disk == 0 {
		f.options.Disk = -1
	}
	return nil
}

func (f *runFlags) sources(paths []string) ([]runner.Source, error) {
	if len(paths) == 0 {
		paths = []string{"notebooks"}
		if _, err := os.Stat("notebooks"); err != nil {
			return nil, errors.New("there is no folder notebooks here: name the notebooks or folders to run")
		}
	}
	sources, err := runner.Find(paths...)
	if err != nil {
		return nil, err
	}
	if f.inPlace {
		for i := range sources {
			sources[i].Out = sources[i].Path
		}
		return sources, nil
	}
	return sources, runner.WriteTo(sources, f.out)
}

// badInput are the problems of what was given to run, rather than of running it.
var badInput = map[runner.Kind]bool{runner.Unreadable: true, runner.Parameter: true, runner.NoCell: true, runner.WrongKernel: true}

// tell sums the run up and returns the exit code: a line for each cause on stderr, the counts and the place of the
// results on stdout.
func (f *runFlags) tell(c *command, r *runner.Report) int {
	code, differs := exitPassed, false
	for p := range r.Problems() {
		fmt.Fprintln(c.stderr, p)
		if p.Kind == runner.Differs {
			differs = true
			fmt.Fprintf(c.stdout, "%s:\n  %s\n", p.Where(), strings.ReplaceAll(p.Detail, "\n", "\n  "))
		}
		switch {
		case p.Kind == runner.NoKernel:
			code = exitNoKernel
		case badInput[p.Kind] && code != exitNoKernel:
			code = exitUsage
		case code == exitPassed:
			code = exitFailed
		}
	}
	if r.Interrupted {
		code = exitInterrupted
	}
	for _, n := range r.Notebooks {
		for _, cell := range n.Cells {
			for notice := range strings.Lines(cell.Notice) {
				fmt.Fprintf(c.stdout, "%s:cell %d: %s\n", n.Path, cell.Number, strings.TrimSpace(notice))
			}
		}
	}
	if f.cells {
		writeCells(c.stdout, r)
	}
	counts := map[runner.Status]int{}
	cells := 0
	for _, n := range r.Notebooks {
		counts[n.Status]++
		cells += n.Executed()
	}
	fmt.Fprintf(c.stdout, "%d passed, %d failed, %d not run: %s in %s\n", counts[runner.Passed]+counts[runner.Skipped],
		counts[runner.Failed], counts[runner.NotRun], cellsOf(cells), seconds(r.Elapsed))
	if differs {
		fmt.Fprintln(c.stdout, "if the new outputs are right: downhill run -update stores them")
	}
	if !f.inPlace && cells > 0 {
		fmt.Fprintf(c.stdout, "executed notebooks: %s\n", filepath.Join(f.out, "*.ipynb"))
	}
	return code
}
