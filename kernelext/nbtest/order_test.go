package nbtest

import (
	"path/filepath"
	"slices"
	"testing"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

func TestLongestFirst(t *testing.T) {
	dir := t.TempDir()
	sources := []runner.Source{{Path: filepath.Join(dir, "missing.ipynb")}}
	for _, cells := range []int{1, 3, 2, 3} {
		n := nbformat.New()
		n.Cells = append(n.Cells, nbformat.NewCell(nbformat.Markdown, "# Title"))
		for range cells {
			n.Cells = append(n.Cells, nbformat.NewCell(nbformat.Code, ""))
		}
		s := runner.Source{Path: filepath.Join(dir, string(rune('a'+len(sources)))+".ipynb")}
		if err := n.WriteFile(s.Path); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, s)
	}
	if got, want := longestFirst(sources), []int{2, 4, 3, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
