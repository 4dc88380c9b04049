package runner

import (
	"fmt"
	"slices"
	"strings"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/params"
)

// read reads a notebook and remembers where its cells stand in the file.
func read(s Source) *Notebook {
	n := &Notebook{Source: s, Cells: []*Cell{}}
	doc, err := nbformat.Read(s.Path)
	if err != nil {
		n.Status = Failed
		n.Problem = unreadable(s.Path, err)
		return n
	}
	n.Document = doc
	n.number = map[*nbformat.Cell]int{}
	for i, c := range doc.Cells {
		n.number[c] = i + 1
	}
	return n
}

// list lists the code cells. Messages name them by their place in the file, where an injected cell has none: it goes
// by that of the cell whose parameters it sets.
func (n *Notebook) list() {
	if n.Document == nil {
		return
	}
	number := 0
	for _, c := range n.Document.Cells {
		if own, ok := n.number[c]; ok {
			number = own
		}
		if c.Type == nbformat.Code {
			n.Cells = append(n.Cells, &Cell{Number: number, ID: c.ID, Status: NotRun, doc: c})
		}
	}
}

// parameterise injects the values into the notebooks that declare them. When one does not fit, or is declared nowhere,
// nothing is to be run.
func parameterise(r *Report, values []params.Value) bool {
	fine := true
	var used []string
	for _, n := range r.Notebooks {
		if n.Document == nil {
			continue
		}
		names, err := params.Inject(n.Document, values)
		if err != nil {
			n.Status, n.Problem = Failed, &Problem{Path: n.Path, Kind: Parameter, Text: oneLine(err.Error())}
			fine = false
		}
		used = append(used, names...)
	}
	for _, v := range values { // of a typing error, say what there is
		if fine && !slices.Contains(used, v.Name) {
			r.Problem = &Problem{Kind: Parameter,
				Text: fmt.Sprintf("parameter %s: no notebook declares it in a cell with the tag %s", v.Name, params.Tag)}
			if names := declared(r); len(names) > 0 {
				r.Problem.Text += "; declared are " + strings.Join(names, ", ")
			}
			fine = false
		}
	}
	if !fine {
		notRun(r)
	}
	return fine
}

// declared lists the parameters of all notebooks.
func declared(r *Report) (names []string) {
	for _, n := range r.Notebooks {
		if n.Document != nil {
			names = append(names, params.Names(n.Document)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func notRun(r *Report) {
	for _, n := range r.Notebooks {
		if n.Status == "" {
			n.Status = NotRun
		}
	}
}
