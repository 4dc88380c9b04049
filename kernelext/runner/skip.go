package runner

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Skip names a cell that is not to be run, and why.
type Skip struct {
	Notebook string // its path, or the end of it
	Cell     int    // 1-based position among all cells of the file
	Reason   string
}

// skipCells gives cells the reasons why they are not to be run. A Skip that names no cell is an error before anything
// runs.
func skipCells(r *Report, skips []Skip) bool {
	for _, skip := range skips {
		found := false
		for _, n := range r.Notebooks {
			path, end := filepath.ToSlash(n.Path), filepath.ToSlash(filepath.Clean(skip.Notebook))
			if path != end && !strings.HasSuffix(path, "/"+end) {
				continue
			}
			for _, c := range n.Cells {
				if c.Number == skip.Cell {
					c.Reason, found = skip.Reason, true
				}
			}
		}
		if !found {
			r.Problem = &Problem{Kind: NoCell, Text: fmt.Sprintf("%s:cell %d: there is no such code cell to skip", skip.Notebook, skip.Cell)}
			return false
		}
	}
	return true
}
