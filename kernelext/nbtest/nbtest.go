// Package nbtest runs notebooks as Go tests.
//
//	func TestNotebooks(t *testing.T) {
//		nbtest.Run(t, ".")
//	}
//
// Each notebook is a subtest, so that go test -run 'TestNotebooks/07' runs one of them. A cell that fails is named as
// a compiler would: notebooks/07-momentum.ipynb:cell 12:3: undefined: bta. The kernel is built from the module's
// go.mod; nothing needs to be installed. With go test -artifacts the executed notebooks are kept.
package nbtest

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"downhill/kernelext/gonb"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

// Run executes the notebooks that are named by paths, and those in folders among them, as parallel subtests of t. It
// returns how they went when all have ended; what go test -run left out is not among them. It skips t in short mode.
//
// A notebook ends ten seconds before the deadline of go test -timeout at the latest, so that it can be told which cell
// took the time.
func Run(t *testing.T, paths ...string) []*runner.Notebook {
	t.Helper()
	if testing.Short() {
		t.Skip("notebooks are not run in short mode")
	}
	sources, err := runner.Find(paths...)
	if err != nil {
		t.Fatal(err)
	}
	module, err := runner.Module(".")
	if err != nil {
		t.Fatal(err)
	}
	tools, err := gonb.Prepare(t.Context(), module, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	defer tools.Close()

	done := make([]*runner.Notebook, len(sources))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for _, i := range longestFirst(sources) {
		s := sources[i]
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			t.Run(filepath.ToSlash(s.Rel), func(t *testing.T) {
				done[i] = one(t, s, tools, module)
			})
		})
	}
	all.Wait()
	ran := done[:0]
	for _, n := range done {
		if n != nil {
			ran = append(ran, n)
		}
	}
	return ran
}

// longestFirst orders the indices of sources by how many code cells they have, so that the tests do not end with a long
// notebook alone.
func longestFirst(sources []runner.Source) []int {
	order, cells := make([]int, len(sources)), make([]int, len(sources))
	for i, s := range sources {
		order[i] = i
		nb, err := nbformat.Read(s.Path)
		if err != nil {
			continue // its test will say so
		}
		for _, c := range nb.Cells {
			if c.Type == nbformat.Code {
				cells[i]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cells[b] - cells[a] })
	return order
}

func one(t *testing.T, s runner.Source, tools *gonb.Tools, module string) *runner.Notebook {
	s.Out = filepath.Join(t.ArtifactDir(), filepath.Base(s.Path))
	o := runner.Options{Kernels: runner.GoNB(tools)}
	if deadline, ok := t.Deadline(); ok {
		o.Timeouts.Total = max(time.Until(deadline)-10*time.Second, time.Second)
	}
	report := runner.Run(t.Context(), []runner.Source{s}, o)
	for p := range report.Problems() {
		if abs, err := filepath.Abs(p.Path); err == nil {
			if rel, err := filepath.Rel(module, abs); err == nil {
				p.Path = filepath.ToSlash(rel)
			}
		}
		if p.Detail == "" {
			t.Error(p)
		} else {
			t.Errorf("%v\n\t%s", p, strings.ReplaceAll(p.Detail, "\n", "\n\t"))
		}
	}
	for _, c := range report.Notebooks[0].Cells {
		if c.Notice != "" {
			t.Logf("cell %d: %s", c.Number, c.Notice)
		}
	}
	return report.Notebooks[0]
}
