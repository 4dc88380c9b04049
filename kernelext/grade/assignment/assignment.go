package assignment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"downhill/kernelext/nbformat"
)

// Assignment is an instructor's notebook.
type Assignment struct {
	Name    string // of its file, without .ipynb
	Path    string // as messages name it
	Title   string
	Imports []string // packages that answers may import

	Notebook *nbformat.Notebook
	Cells    []Cell // all cells of the notebook in order, mutants' too
	Mutants  []Mutant
}

// Cell is a cell of an assignment.
type Cell struct {
	Number  int // 1-based among all cells
	Kind    string
	Grading *Grading // nil for Plain
	Type    string   // code, markdown, raw
	Source  string
	Mutant  bool
}

// ID returns the grade_id, "" for a plain cell.
func (c Cell) ID() string {
	if c.Grading == nil {
		return ""
	}
	return c.Grading.GradeID
}

// Mutant is a wrong solution: its declarations replace the reference's.
type Mutant struct {
	Name   string   `json:"name"`
	Fails  []string `json:"fails"` // "grade_id: title of the part"
	Source string   `json:"-"`
	Cell   int      `json:"-"`
}

// settings is metadata.downhill.assignment of the notebook.
type settings struct {
	Title   string   `json:"title"`
	Imports []string `json:"imports"`
}

// Read reads the assignment at path.
func Read(path string) (*Assignment, error) {
	nb, err := nbformat.Read(path)
	if err != nil {
		return nil, err
	}
	return New(strings.TrimSuffix(filepath.Base(path), ".ipynb"), path, nb)
}

// New understands a notebook as an assignment. Errors name the file and the cell.
func New(name, path string, nb *nbformat.Notebook) (*Assignment, error) {
	a := &Assignment{Name: name, Path: path, Notebook: nb, Title: name}
	var all struct {
		Assignment *settings `json:"assignment"`
	}
	if raw, ok := nb.Metadata().Get("downhill"); ok {
		if err := decode(raw, &all); err != nil {
			return nil, fmt.Errorf("%s: metadata.downhill: %w", path, err)
		}
	}
	if all.Assignment == nil {
		return nil, fmt.Errorf("%s: not an assignment: the notebook's metadata has no downhill.assignment", path)
	}
	a.Imports = all.Assignment.Imports
	if all.Assignment.Title != "" {
		a.Title = all.Assignment.Title
	}
	seen := map[string]int{}
	for i, c := range nb.Cells {
		fail := func(err error) error { return fmt.Errorf("%s:cell %d: %w", path, i+1, err) }
		g, err := gradingOf(c)
		if err != nil {
			return nil, fail(err)
		}
		cell := Cell{Number: i + 1, Kind: g.Kind(), Grading: g, Type: c.Type, Source: c.Source()}
		if before := seen[cell.ID()]; before > 0 {
			return nil, fail(fmt.Errorf("grade_id %q is that of cell %d already", cell.ID(), before))
		}
		if cell.ID() != "" {
			seen[cell.ID()] = i + 1
		}
		if m, err := mutantOf(c); err != nil {
			return nil, fail(err)
		} else if m != nil {
			if cell.Kind != Plain {
				return nil, fail(fmt.Errorf("a mutant has no metadata.nbgrader"))
			}
			m.Cell, m.Source, cell.Mutant = i+1, c.Source(), true
			a.Mutants = append(a.Mutants, *m)
		}
		for _, kind := range []string{solution, hidden, markScheme} {
			if _, _, err := regions(cell.Source, kind); err != nil {
				return nil, fail(err)
			}
		}
		a.Cells = append(a.Cells, cell)
	}
	return a, nil
}

func mutantOf(c *nbformat.Cell) (*Mutant, error) {
	raw, ok := c.Metadata().Get("downhill")
	if !ok {
		return nil, nil
	}
	var all struct {
		Mutant *Mutant `json:"mutant"`
	}
	if err := decode(raw, &all); err != nil {
		return nil, fmt.Errorf("metadata.downhill: %w", err)
	}
	if m := all.Mutant; m != nil && (m.Name == "" || len(m.Fails) == 0) {
		return nil, fmt.Errorf("a mutant needs a name and the parts that it fails")
	}
	return all.Mutant, nil
}

func decode(raw json.RawMessage, dst any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(dst)
}

// Points returns the points of all cells together.
func (a *Assignment) Points() float64 {
	sum := 0.0
	for _, c := range a.Cells {
		sum += c.Grading.MaxPoints()
	}
	return sum
}

// Cell returns the cell with that grade_id.
func (a *Assignment) Cell(id string) (Cell, bool) {
	for _, c := range a.Cells {
		if c.ID() == id && id != "" {
			return c, true
		}
	}
	return Cell{}, false
}
