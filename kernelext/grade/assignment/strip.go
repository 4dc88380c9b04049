package assignment

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"downhill/kernelext/nbformat"
)

// StubOf returns a cell's source as a release has it.
func StubOf(c Cell) (string, error) {
	source := c.Source
	if c.Kind == Answer || c.Kind == Manual {
		stub := Stub
		if c.Type != nbformat.Code {
			stub = []string{"YOUR ANSWER HERE"}
		}
		text, found, err := replace(source, solution, stub)
		if err != nil {
			return "", err
		}
		if !found {
			text = strings.Join(stub[:1], "\n") // all of it is the solution
		}
		source = text
	}
	var err error
	switch c.Kind {
	case Tests:
		source, _, err = replace(source, hidden, nil)
	case Task:
		source, _, err = replace(source, markScheme, nil)
	}
	return source, err
}

// Strip returns the notebook that students get: stubs for solutions, no hidden tests, no mark schemes, no mutants, no
// outputs, and nbgrader's checksums of what is left.
func (a *Assignment) Strip() (*nbformat.Notebook, error) {
	nb, err := nbformat.Parse(a.Notebook.Bytes())
	if err != nil {
		return nil, err
	}
	nb.Metadata().Delete("downhill")
	var kept []*nbformat.Cell
	for i, cell := range a.Cells {
		if cell.Mutant {
			continue
		}
		c := nb.Cells[i]
		source, err := StubOf(cell)
		if err != nil {
			return nil, fmt.Errorf("%s:cell %d: %w", a.Path, cell.Number, err)
		}
		c.SetSource(source)
		if c.Type == nbformat.Code {
			c.SetOutputs(nil)
			c.SetExecutionCount(0)
		}
		c.Metadata().Delete("execution")
		c.Metadata().Delete("downhill")
		if g := cell.Grading; g != nil {
			released := *g
			released.CellType, released.Checksum = c.Type, Checksum(source, c.Type, g)
			if err := c.Metadata().Set("nbgrader", released); err != nil {
				return nil, err
			}
		}
		kept = append(kept, c)
	}
	nb.Cells = kept
	return nb, nil
}

// Leaks lists hidden lines of the source that are left anywhere in a release: in the text of cells, in metadata of any
// level, outputs or attachments. Lines that the source also shows are no secret.
func (a *Assignment) Leaks(release *nbformat.Notebook) ([]string, error) {
	var shown strings.Builder
	var secret []string
	for _, c := range a.Cells {
		if c.Mutant {
			secret = append(secret, strings.Split(c.Source, "\n")...)
			continue
		}
		text := c.Source
		for _, kind := range []string{solution, hidden, markScheme} {
			secret = append(secret, secrets(text, kind)...)
		}
		visible, err := StubOf(c)
		if err != nil {
			return nil, err
		}
		if visible == Stub[0] {
			secret = append(secret, strings.Split(text, "\n")...)
		}
		shown.WriteString(visible + "\n")
	}
	var tree any
	if err := json.Unmarshal(release.Bytes(), &tree); err != nil {
		return nil, err
	}
	var all strings.Builder
	collectText(tree, &all)
	var leaks []string
	for _, line := range secret {
		line = strings.TrimSpace(line)
		if len(line) < 8 || strings.Contains(shown.String(), line) {
			continue
		}
		if strings.Contains(all.String(), line) && !slices.Contains(leaks, line) {
			leaks = append(leaks, line)
		}
	}
	for _, word := range []string{"BEGIN " + solution, "END " + solution, "BEGIN " + hidden, "END " + hidden, "BEGIN " + markScheme, "END " + markScheme} {
		if strings.Contains(all.String(), word) {
			leaks = append(leaks, word)
		}
	}
	return leaks, nil
}

func collectText(v any, to *strings.Builder) {
	switch v := v.(type) {
	case string:
		to.WriteString(v)
		to.WriteByte('\n')
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok && strings.HasSuffix(s, "\n") {
				to.WriteString(s) // a line of a text that is stored as a list
			} else {
				collectText(e, to)
			}
		}
	case map[string]any:
		for k, e := range v {
			to.WriteString(k)
			to.WriteByte('\n')
			collectText(e, to)
		}
	}
}
