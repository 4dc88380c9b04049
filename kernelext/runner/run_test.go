package runner

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
)

// fake is a kernel whose cells are words: it does what the first word of a cell says.
type fake struct {
	count       int
	interrupted chan struct{}
	killed      chan struct{}
	closed      *int
}

func newFake(closed *int) *fake {
	return &fake{interrupted: make(chan struct{}, 9), killed: make(chan struct{}), closed: closed}
}

func (f *fake) Send(string, any) error                             { return nil }
func (f *fake) Drain(context.Context, func(jupyter.Message)) error { return nil }
func (f *fake) Interrupt() error                                   { f.interrupted <- struct{}{}; return nil }
func (f *fake) Kill() error                                        { close(f.killed); return nil }
func (f *fake) Close() error                                       { *f.closed++; return nil }
func (f *fake) Execute(ctx context.Context, r jupyter.Request, on func(jupyter.Message)) (jupyter.Reply, error) {
	f.count++
	word, rest, _ := strings.Cut(r.Code, " ")
	reply := jupyter.Reply{Status: "ok", ExecutionCount: f.count}
	send := func(kind string, content map[string]any) {
		raw, _ := json.Marshal(content)
		on(jupyter.Message{Type: kind, ParentID: word, Content: raw})
	}
	failed := func(text string) (jupyter.Reply, error) {
		send("error", map[string]any{"ename": "ERROR", "evalue": text, "traceback": []string{text}})
		return jupyter.Reply{Status: "error", ExecutionCount: f.count, EName: "ERROR", EValue: text}, nil
	}
	switch word {
	case "print":
		send("stream", map[string]any{"name": "stdout", "text": rest})
	case "fail":
		return failed(rest)
	case "die":
		return jupyter.Reply{}, &jupyter.DeadError{Kernel: "fake", Status: "signal: killed"}
	case "input":
		answer, ok := r.Stdin(rest, false)
		if !ok {
			return failed("interrupted")
		}
		send("stream", map[string]any{"name": "stdout", "text": answer})
	case "hang": // until it is interrupted
		select {
		case <-f.interrupted:
			return failed("interrupted")
		case <-f.killed:
		}
		return jupyter.Reply{}, &jupyter.DeadError{Kernel: "fake", Status: "signal: killed"}
	case "ignore": // interrupts
		<-f.killed
		return jupyter.Reply{}, &jupyter.DeadError{Kernel: "fake", Status: "signal: killed"}
	case "deaf": // to everything
		<-ctx.Done()
		return jupyter.Reply{}, ctx.Err()
	}
	return reply, nil
}

// notebook writes a notebook of code cells; a cell can be preceded by its tag and a colon.
func notebook(t *testing.T, cells ...string) Source {
	t.Helper()
	n := nbformat.New()
	n.Cells = append(n.Cells, nbformat.NewCell(nbformat.Markdown, "# Title"))
	for _, text := range cells {
		tag, source, tagged := strings.Cut(text, ":")
		if !tagged {
			source = text
		}
		c := nbformat.NewCell(nbformat.Code, source)
		if tagged {
			c.Metadata().Set("tags", []string{tag})
		}
		n.Cells = append(n.Cells, c)
	}
	n.AddIDs()
	dir := t.TempDir()
	s := Source{Path: filepath.Join(dir, "x.ipynb"), Rel: "x.ipynb", Out: filepath.Join(dir, "out", "x.ipynb")}
	if err := n.WriteFile(s.Path); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRun(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name    string
		cells   []string
		options Options
		want    string   // statuses, cell by cell
		problem []string // without the path
		started int      // kernels
	}{
		{name: "passes", cells: []string{"print hello", "ok"}, want: "passed passed", started: 1},
		{name: "stops at the first failure", cells: []string{"ok", "fail no such thing", "ok"},
			want: "passed failed not run", problem: []string{":cell 3: ERROR: no such thing"}, started: 1},
		{name: "keeps going", cells: []string{"fail one", "ok", "fail two"}, options: Options{KeepGoing: true},
			want: "failed passed failed", problem: []string{":cell 2: ERROR: one", ":cell 4: ERROR: two"}, started: 1},
		{name: "raises-exception", cells: []string{"raises-exception:fail one", "ok"}, want: "raised passed", started: 1},
		{name: "nbval's words", cells: []string{"nbval-raises-exception:fail one", "nbval-skip:fail", "ok"}, want: "raised skipped passed", started: 1},
		{name: "raises-exception excuses no timeout", cells: []string{"raises-exception:hang"},
			options: Options{Timeouts: Timeouts{Cell: 20 * ms}},
			want:    "failed", problem: []string{":cell 2: timed out: the cell took longer than 20ms"}, started: 1},
		{name: "skip-execution and empty", cells: []string{"skip-execution:fail", " \n"}, want: "skipped skipped"},
		{name: "interrupt helps", cells: []string{"hang", "ok"}, options: Options{KeepGoing: true, Timeouts: Timeouts{Cell: 20 * ms}},
			want: "failed passed", problem: []string{":cell 2: timed out: the cell took longer than 20ms"}, started: 1},
		{name: "interrupt ignored, fresh kernel", cells: []string{"ignore", "ok"},
			options: Options{KeepGoing: true, Timeouts: Timeouts{Cell: 20 * ms, Grace: 20 * ms}},
			want:    "failed passed", problem: []string{":cell 2: timed out: the cell took longer than 20ms"}, started: 2},
		{name: "deaf kernel", cells: []string{"deaf", "ok"}, options: Options{Timeouts: Timeouts{Cell: 20 * ms, Grace: 20 * ms}},
			want: "failed not run", problem: []string{":cell 2: timed out: the cell took longer than 20ms"}, started: 1},
		{name: "notebook limit", cells: []string{"hang", "ok"}, options: Options{KeepGoing: true, Timeouts: Timeouts{Notebook: 20 * ms}},
			want: "failed not run", problem: []string{": timed out: the notebook took longer than 20ms",
				":cell 2: timed out: the notebook took longer than 20ms"}, started: 1},
		{name: "total limit", cells: []string{"hang"}, options: Options{Timeouts: Timeouts{Total: 20 * ms}},
			want: "failed", problem: []string{":cell 2: timed out: the whole run took longer than 20ms"}, started: 1},
		{name: "silence", cells: []string{"hang"}, options: Options{Timeouts: Timeouts{Silence: 20 * ms}},
			want: "failed", problem: []string{":cell 2: timed out: the cell's silence took longer than 20ms"}, started: 1},
		{name: "kernel dies", cells: []string{"die", "ok"}, want: "failed not run",
			problem: []string{":cell 2: under this cell the kernel fake died (signal: killed)"}, started: 1},
		{name: "kernel dies, fresh kernel", cells: []string{"die", "ok"}, options: Options{KeepGoing: true}, want: "failed passed",
			problem: []string{":cell 2: under this cell the kernel fake died (signal: killed)"}, started: 2},
		{name: "input", cells: []string{"input your name"}, want: "failed",
			problem: []string{`:cell 2: asks for input ("your name"), and nobody is there to answer`}, started: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			source := notebook(t, tt.cells...)
			started, closed := 0, 0
			tt.options.Kernels = Kernels{Start: func(context.Context, string, int64) (Kernel, error) {
				started++
				return newFake(&closed), nil
			}}
			report := Run(t.Context(), []Source{source}, tt.options)

			var statuses, problems []string
			for _, c := range report.Notebooks[0].Cells {
				statuses = append(statuses, string(c.Status))
			}
			for p := range report.Problems() {
				problems = append(problems, strings.TrimPrefix(p.Error(), source.Path))
			}
			if got := strings.Join(statuses, " "); got != tt.want {
				t.Errorf("cells: %s, want %s", got, tt.want)
			}
			if !slices.Equal(problems, tt.problem) {
				t.Errorf("problems:\n%q, want\n%q", problems, tt.problem)
			}
			if started != tt.started || closed != started {
				t.Errorf("%d kernels started, %d closed, want %d", started, closed, tt.started)
			}
			if passed := report.Notebooks[0].Status == Passed; passed != (tt.problem == nil) {
				t.Errorf("the notebook passed: %v, with problems %q", passed, problems)
			}
			doc, err := nbformat.Read(source.Out)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range report.Notebooks[0].Cells {
				outs := doc.Cells[c.Number-1].Outputs()
				if failed := slices.ContainsFunc(outs, func(o nbformat.Output) bool { return o.Type == nbformat.Error }); failed != (c.Status == Failed || c.Status == Raised) {
					t.Errorf("cell %d is %s; an error in the executed file: %v", c.Number, c.Status, failed)
				}
			}
		})
	}
}

func TestCancel(t *testing.T) {
	source := notebook(t, "print before", "hang", "ok")
	ctx, cancel := context.WithCancel(t.Context())
	closed := 0
	report := Run(ctx, []Source{source}, Options{
		Kernels: Kernels{Start: func(context.Context, string, int64) (Kernel, error) { return newFake(&closed), nil }},
		Events: func(e Event) {
			if e.What == CellStarted && e.Cell.Number == 3 {
				cancel()
			}
		},
	})
	if status := report.Notebooks[0].Status; !report.Interrupted || status != Failed || closed != 1 {
		t.Errorf("interrupted %v, %s, %d kernels closed", report.Interrupted, status, closed)
	}
	doc, err := nbformat.Read(source.Out)
	if err != nil {
		t.Fatal(err)
	}
	if outs := doc.Cells[1].Outputs(); len(outs) != 1 || outs[0].Text != "before" {
		t.Errorf("what was executed is not on disk: %+v", outs)
	}
}

func TestFailFast(t *testing.T) {
	a, b := notebook(t, "fail"), notebook(t, "ok")
	closed := 0
	report := Run(t.Context(), []Source{a, b}, Options{Jobs: 1, FailFast: true,
		Kernels: Kernels{Start: func(context.Context, string, int64) (Kernel, error) { return newFake(&closed), nil }}})
	if got := report.Notebooks[1].Status; got != NotRun {
		t.Errorf("the second notebook is %q", got)
	}
}

func TestNoKernel(t *testing.T) {
	source := notebook(t, "ok")
	report := Run(t.Context(), []Source{source}, Options{
		Kernels: Kernels{Start: func(context.Context, string, int64) (Kernel, error) { return nil, errors.New("no such kernel\nmore") }}})
	p := report.Notebooks[0].Problem
	if p == nil || p.Kind != NoKernel || p.Text != "no such kernel" {
		t.Errorf("problem %+v", p)
	}
}

// A place in an earlier cell is told as such; the cell that was running is the one that failed.
func TestPlaces(t *testing.T) {
	source := notebook(t, "ok", "fail boom")
	closed := 0
	report := Run(t.Context(), []Source{source}, Options{Kernels: Kernels{
		Start: func(context.Context, string, int64) (Kernel, error) { return newFake(&closed), nil },
		Decode: func(jupyter.Reply, string) []gonb.Diagnostic {
			return []gonb.Diagnostic{{Count: 1, Line: 7, Text: "panic: boom"}, {Count: 2, Line: 3, Text: "called from"}}
		},
	}})
	for p := range report.Problems() {
		if got, want := p.Error(), source.Path+":cell 3:3: panic: boom (in cell 2:7)"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.ipynb")
	if err := os.WriteFile(path, []byte(`{"cells": [`), 0o600); err != nil {
		t.Fatal(err)
	}
	report := Run(t.Context(), []Source{{Path: path}}, Options{})
	p := report.Notebooks[0].Problem
	if p == nil || p.Kind != Unreadable || !strings.HasPrefix(p.Error(), path+": line 1:") {
		t.Errorf("problem %v", p)
	}
}

// A cell that asks gets the lines of its metadata, in order, and no more.
func TestScriptedInput(t *testing.T) {
	source := notebook(t, "input a", "input b")
	doc, err := nbformat.Read(source.Path)
	if err != nil {
		t.Fatal(err)
	}
	doc.Cells[1].Metadata().Set("downhill", map[string]any{"stdin": []string{"Ada", "unused"}})
	if err := doc.WriteFile(source.Path); err != nil {
		t.Fatal(err)
	}
	closed := 0
	n := Run(t.Context(), []Source{source}, Options{Kernels: Kernels{
		Start: func(context.Context, string, int64) (Kernel, error) { return newFake(&closed), nil }}}).Notebooks[0]
	if outs := n.Document.Cells[1].Outputs(); len(outs) != 1 || outs[0].Text != "Ada" || n.Cells[1].Status != Failed {
		t.Errorf("outputs %+v; the second cell %s", outs, n.Cells[1].Status)
	}
	if got := n.Cells[0].Notice; got != "[downhill: 1 of the answers in its metadata were not asked for]" {
		t.Errorf("notice %q", got)
	}
}
