package runner

import (
	"context"
	"errors"
	"strings"
	"testing"

	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
)

// declaring is a kernel that takes every cell, and notes what it was given.
type declaring struct {
	*fake
	given   *[]string
	refuses string
}

func (d declaring) Execute(ctx context.Context, r jupyter.Request, on func(jupyter.Message)) (jupyter.Reply, error) {
	d.count++
	*d.given = append(*d.given, r.Code)
	reply := jupyter.Reply{Status: "ok", ExecutionCount: d.count}
	if d.refuses != "" && r.Code == d.refuses && on == nil {
		reply.Status, reply.EValue = "error", "undefined: y"
	}
	return reply, nil
}

// Where a run goes on, by what the earlier one has left.
func TestResume(t *testing.T) {
	passed := PastCell{Status: Passed}
	tests := []struct {
		name    string
		cells   []string
		past    []PastCell
		edited  int // index of the cell that has changed since; -1: none
		refuses string
		want    string
		given   string // joined by |, the cells that are run included
		closed  int
	}{
		{"failed", []string{"var x = 1", "bad", "var z = 1"}, []PastCell{passed, {Status: Failed}, {Status: NotRun}}, -1, "",
			"goes on at cell 3: it failed", "var x = 1|bad|var z = 1", 1},
		{"a later one passed too", []string{"var x = 1", "bad", "var z = 1"}, []PastCell{passed, {Status: Failed}, passed}, -1, "",
			"goes on at cell 3: it failed", "var x = 1|bad|var z = 1", 1},
		{"all passed", []string{"var x = 1", "var z = 1"}, []PastCell{passed, passed}, -1, "", "nothing is left to run", "", 0},
		{"edited", []string{"var x = 1", "var y = 1", "var z = 1"}, []PastCell{passed, passed, {Status: Failed}}, 1, "",
			"goes on at cell 3: it has changed", "var x = 1|var y = 1|var z = 1", 1},
		{"the first failed", []string{"bad"}, []PastCell{{Status: Failed}}, -1, "", "goes on at cell 2: it failed", "bad", 1},
		{"residue", []string{"var x = 1", "var y = 1"}, []PastCell{{Passed, leftProcess}, {Status: Failed}}, -1, "",
			"goes on at cell 2: it left a running process", "var x = 1|var y = 1", 1},
		{"skipped", []string{"skip-execution:var x = 1", "", "bad"}, []PastCell{{Status: Skipped}, {Status: Skipped}, {Status: Failed}}, -1, "",
			"goes on at cell 4: it failed", "bad", 1},
		{"skipped no more", []string{"var x = 1", "bad"}, []PastCell{{Status: Skipped}, {Status: Failed}}, -1, "",
			"goes on at cell 2: it has changed", "var x = 1|bad", 1},
		{"another notebook", []string{"var x = 1"}, []PastCell{passed, passed}, -1, "",
			"goes on at cell 2: the executed notebook is not that of the last run", "var x = 1", 1},
		{"not restored", []string{"var x = y", "bad"}, []PastCell{passed, {Status: Failed}}, -1, "var x = y",
			"starts over: the declarations of cell 2 could not be restored: undefined: y", "var x = y|var x = y|bad", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := notebook(t, tt.cells...)
			executed, err := nbformat.Read(source.Path)
			if err != nil {
				t.Fatal(err)
			}
			count := 0
			for i, c := range executed.Cells[1:] {
				if i < len(tt.past) && tt.past[i].Status != Skipped && tt.past[i].Status != NotRun {
					count++
					c.SetExecutionCount(count)
				}
				if i == tt.edited {
					c.SetSource("var other = 1")
				}
			}
			var given []string
			closed := 0
			n := Run(t.Context(), []Source{source}, Options{
				Past: map[string]*Past{source.Path: {Executed: executed, Cells: tt.past}},
				Kernels: Kernels{GoNB: true, Start: func(context.Context, string, int64) (Kernel, error) {
					return declaring{newFake(&closed), &given, tt.refuses}, nil
				}},
			}).Notebooks[0]
			if n.Resumed != tt.want || strings.Join(given, "|") != tt.given || closed != tt.closed {
				t.Errorf("%s; the kernel was given %q, %d kernels; want %s, %q, %d", n.Resumed, given, closed, tt.want, tt.given, tt.closed)
			}
			if n.Status != Passed {
				t.Errorf("the notebook %s: %v", n.Status, n.Cause())
			}
		})
	}
}

// What an earlier run has done is kept also when this one does not come to run anything.
func TestResumeWithoutKernel(t *testing.T) {
	source := notebook(t, "var x = 1", "bad")
	executed, err := nbformat.Read(source.Path)
	if err != nil {
		t.Fatal(err)
	}
	executed.Cells[1].SetExecutionCount(1)
	executed.Cells[1].SetOutputs([]nbformat.Output{{Type: nbformat.Stream, Name: "stdout", Text: "kept"}})
	n := Run(t.Context(), []Source{source}, Options{
		Past: map[string]*Past{source.Path: {Executed: executed, Cells: []PastCell{{Status: Passed}, {Status: Failed}}}},
		Kernels: Kernels{GoNB: true, Start: func(context.Context, string, int64) (Kernel, error) {
			return nil, errors.New("no such kernel")
		}},
	}).Notebooks[0]
	doc, err := nbformat.Read(source.Out)
	if err != nil {
		t.Fatal(err)
	}
	if outs := doc.Cells[1].Outputs(); len(outs) != 1 || outs[0].Text != "kept" || n.Status != Failed || n.Problem.Kind != NoKernel {
		t.Errorf("%+v; the notebook %s: %v", outs, n.Status, n.Problem)
	}
}

// A cell that is left out has its reason; one that does not exist is an error before anything runs.
func TestSkip(t *testing.T) {
	for place, want := range map[Skip]string{
		{"x.ipynb", 2, "no luck"}:    "skipped no luck, failed ",
		{"no.ipynb", 2, "no luck"}:   "no.ipynb:cell 2: there is no such code cell to skip",
		{"x.ipynb", 1, "it is text"}: "x.ipynb:cell 1: there is no such code cell to skip",
		{"x.ipynb", 3, "later"}:      "failed , skipped later",
	} {
		source, closed := notebook(t, "fail first", "fail second"), 0
		r := Run(t.Context(), []Source{source}, Options{KeepGoing: true, Skip: []Skip{place}, Kernels: Kernels{
			Start: func(context.Context, string, int64) (Kernel, error) { return newFake(&closed), nil }}})
		got := ""
		if r.Problem != nil {
			got = r.Problem.Error()
			if closed > 0 || r.Notebooks[0].Status != NotRun {
				t.Errorf("%v: something was run", place)
			}
		} else {
			a, b := r.Notebooks[0].Cells[0], r.Notebooks[0].Cells[1]
			got = string(a.Status) + " " + a.Reason + ", " + string(b.Status) + " " + b.Reason
		}
		if got != want {
			t.Errorf("%v: %s, want %s", place, got, want)
		}
	}
}

// The cause of a failure that lies elsewhere is told.
func TestRoot(t *testing.T) {
	source := notebook(t, "func f() {}\nfail first", "fail second")
	doc := read(source)
	doc.list()
	doc.Cells[0].Status = Failed
	s := &session{run: &run{}, nb: doc}
	for text, want := range map[string]string{
		"undefined: f":   "undefined: f (cell 2 declares it, and failed)",
		"undefined: g":   "undefined: g",
		"undefined: x.f": "undefined: x.f",
		"go: module example.org/a/b: reading https://proxy/a/@v/list: 403 Forbidden":            "needs example.org/a/b, which could not be fetched: 403 Forbidden",
		`go: module example.org/a: Get "https://proxy/x": dial tcp: lookup proxy: no such host`: "needs example.org/a, which could not be fetched: dial tcp: lookup proxy: no such host",
		"go: example.org/a@v0.1.0: module lookup disabled by GOPROXY=off":                       "needs example.org/a, which could not be fetched: module lookup disabled by GOPROXY=off",
		"\texample.org/a: cannot find module providing package example.org/a":                   "needs example.org/a, which could not be fetched",
		"panic: write f: file too large":                                                        "panic: write f: file too large (no file may grow beyond 2.0 GiB)",
	} {
		p := &Problem{Kind: Error, Text: text}
		if s.root(p, doc.Cells[1], ""); p.Text != want {
			t.Errorf("%s: %s, want %s", text, p.Text, want)
		}
	}
}
