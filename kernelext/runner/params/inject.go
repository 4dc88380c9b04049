package params

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"downhill/kernelext/nbformat"
)

// The tags of cells, as papermill has them.
const (
	Tag         = "parameters"
	InjectedTag = "injected-parameters"
)

// Inject puts a cell that sets the values behind the parameters cell, or in the place of one from an earlier run. It
// returns the names of the values that the notebook declares; the others are none of its business. The notebook is
// unchanged when there are none or one of them does not fit.
func Inject(nb *nbformat.Notebook, values []Value) (used []string, err error) {
	at := parametersCell(nb)
	if at < 0 || len(values) == 0 {
		return nil, nil
	}
	d, err := declarations(nb.Cells[at].Source())
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, name := range d.names {
		v := find(values, name)
		if v == nil {
			continue
		}
		line, err := d.redeclare(*v)
		if err != nil {
			return nil, err
		}
		lines, used = append(lines, line), append(used, name)
	}
	if len(used) == 0 {
		return nil, nil
	}
	source := "// The parameters of this run.\n" + strings.Join(lines, "\n")
	if old := slices.IndexFunc(nb.Cells, func(c *nbformat.Cell) bool { return c.HasTag(InjectedTag) }); old >= 0 {
		nb.Cells[old].SetSource(source)
		return used, nil
	}
	c := nbformat.NewCell(nbformat.Code, source)
	if nb.Minor < 5 {
		c.ID = ""
	}
	if err := c.Metadata().Set("tags", []string{InjectedTag}); err != nil {
		return nil, err
	}
	nb.Cells = slices.Insert(nb.Cells, at+1, c)
	return used, nil
}

// parametersCell is the index of the cell that declares them; -1 when there is none.
func parametersCell(nb *nbformat.Notebook) int {
	return slices.IndexFunc(nb.Cells, func(c *nbformat.Cell) bool { return c.Type == nbformat.Code && c.HasTag(Tag) })
}

// Names lists the parameters that a notebook declares.
func Names(nb *nbformat.Notebook) []string {
	at := parametersCell(nb)
	if at < 0 {
		return nil
	}
	d, err := declarations(nb.Cells[at].Source())
	if err != nil {
		return nil // Inject says what is wrong with it
	}
	return d.names
}

// duration writes a time.Duration such as 150ms without needing the package's names.
func duration(text string) (string, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return "", fmt.Errorf("%q is not a duration such as 1m30s", text)
	}
	return fmt.Sprintf("%d", int64(d)), nil
}
