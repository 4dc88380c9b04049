package check

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"downhill/kernelext/show/wire"
)

// ClaimsMIME is the type of a table of claims in a cell's output.
const ClaimsMIME = "application/vnd.downhill.claims+json"

// Claims is a table of claims, sorted by name.
type Claims struct {
	Of   int       `json:"of"` // how many there are to be settled
	Rows []Settled `json:"rows"`
}

// Settled is a row of the table: what became of a claim, shown by the first of its
// tests that compares single values.
type Settled struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Verdict   string `json:"verdict"` // holds, conditional, wrong
	Passed    bool   `json:"passed"`
	What      string `json:"what"` // was measured
	Got       string `json:"got"`
	Want      string `json:"want"`
	Tol       string `json:"tol,omitempty"`  // "" where one value is compared as it is
	More      int    `json:"more,omitempty"` // further tests of the claim
	Notebook  string `json:"notebook"`       // name of the file
	Cell      string `json:"cell,omitempty"` // id of the cell that settles it
}

// Table shows what became of the claims of the notebooks in the working folder, as
// their outputs are stored there; of is how many there are to be settled.
//
// A run of many notebooks brings the table up to date when all have ended (see
// package runner/claims): the notebooks beside the one that shows it are still being run
// while this looks at them. What cannot be read settles nothing.
func Table(of int) Claims {
	var rows []Settled
	files, _ := filepath.Glob("*.ipynb") // the pattern is right
	for _, name := range files {
		if raw, err := os.ReadFile(name); err == nil {
			found, _ := ClaimsIn(name, raw)
			rows = append(rows, found...)
		}
	}
	t := NewClaims(of, rows)
	bundle, err := t.Bundle()
	if err == nil {
		err = wire.Display(bundle)
	}
	switch {
	case errors.Is(err, wire.ErrNoNotebook):
		fmt.Println(t)
	case err != nil:
		panic("check: the table of claims was lost: " + err.Error())
	}
	return t
}

// ClaimsIn lists the claims that a notebook of that name settles, from the outputs
// that are stored in it.
func ClaimsIn(name string, notebook []byte) (rows []Settled, err error) {
	var doc struct {
		Cells []struct {
			ID      string
			Outputs []struct{ Data map[string]json.RawMessage }
		}
	}
	if err := json.Unmarshal(notebook, &doc); err != nil {
		return nil, fmt.Errorf("check: %s: not a notebook: %w", name, err)
	}
	for _, c := range doc.Cells {
		for _, o := range c.Outputs {
			if r, err := Parse(o.Data[MIME]); err == nil && r.Kind == "claim" {
				rows = append(rows, r.settled(filepath.Base(name), c.ID))
			}
		}
	}
	return rows, nil
}

// NewClaims puts rows in order.
func NewClaims(of int, rows []Settled) Claims {
	slices.SortStableFunc(rows, func(a, b Settled) int { return cmp.Compare(a.ID, b.ID) })
	return Claims{Of: of, Rows: rows}
}

func (r Report) settled(notebook, cell string) Settled {
	s := Settled{ID: r.ID, Statement: r.Statement, Verdict: r.Verdict, Passed: r.Passed, Notebook: notebook, Cell: cell}
	if len(r.Tests) == 0 {
		return s
	}
	shown := max(0, slices.IndexFunc(r.Tests, func(t Result) bool {
		_, list := t.Got.([]any)
		return !list
	}))
	t := r.Tests[shown]
	s.What, s.Got, s.Want, s.More = t.What, brief(t.Got), t.Expected, len(r.Tests)-1
	if t.Kind == "near" || t.Kind == "within" {
		s.Want, s.Tol = brief(t.Want), "± "+brief(t.Tol)
	}
	return s
}

// brief is Text with four digits, and of a list its first three values.
func brief(v any) string {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e6 {
			return strconv.FormatFloat(v, 'f', 0, 64)
		}
		return strconv.FormatFloat(v, 'g', 4, 64)
	case []any:
		var s []string
		for _, x := range v[:min(3, len(v))] {
			s = append(s, brief(x))
		}
		if len(v) > 3 {
			s = append(s, "…")
		}
		return "[" + strings.Join(s, " ") + "]"
	}
	return Text(v)
}

// Bundle is the table as an output: by MIME type, a string or a tree of JSON. As text it
// is the summary alone.
func (t Claims) Bundle() (map[string]any, error) {
	tree, err := wire.JSON(t)
	return map[string]any{ClaimsMIME: tree, "text/html": t.html(), "text/plain": t.Summary()}, err
}

// verdict is what the course says, or else that its cell did not show it.
func (s Settled) verdict() string {
	if !s.Passed {
		return "not shown"
	}
	return Report{Kind: "claim", Verdict: s.Verdict}.verdictWords()
}

// test names what was measured, and how many tests there are beside it.
func (s Settled) test() string {
	if s.More == 0 {
		return s.What
	}
	return fmt.Sprintf("%s (+%d)", s.What, s.More)
}

// Summary counts: 85 of 85 settled: 40 hold, 25 hold under conditions, 20 do not hold.
func (t Claims) Summary() string {
	count := map[string]int{}
	settled := map[string]bool{}
	for _, r := range t.Rows {
		count[r.verdict()]++
		if r.Passed {
			settled[r.ID] = true
		}
	}
	text := fmt.Sprintf("%d of %d settled", len(settled), t.Of)
	sep := ": "
	for _, v := range []struct{ verdict, words string }{{"holds", "hold"}, {"holds under conditions", "hold under conditions"},
		{"does not hold", "do not hold"}, {"not shown", "not shown"}} {
		if n := count[v.verdict]; n > 0 {
			text, sep = text+fmt.Sprintf("%s%d %s", sep, n, v.words), ", "
		}
	}
	return text
}

// String is the table with a line for each claim, the summary first.
func (t Claims) String() string {
	var b strings.Builder
	b.WriteString(t.Summary())
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "\n%s %s: %s [%s, expected %s]", r.ID, r.verdict(), r.Statement, r.Got, strings.TrimSpace(r.Want+" "+r.Tol))
	}
	return b.String()
}

// html is the table for people. The links are those of JupyterLab to a cell of another
// notebook; it sets cells to the right, where only the statements do not belong.
func (t Claims) html() string {
	var b strings.Builder
	td := func(text string) { fmt.Fprintf(&b, `<td>%s</td>`, html.EscapeString(text)) }
	fmt.Fprintf(&b, `<p><strong>%s</strong></p><table><thead><tr>`, html.EscapeString(t.Summary()))
	for _, h := range []string{"claim", "what is claimed, what was measured first (and how many other tests there are)", "verdict", "measured", "predicted", "tolerance", "notebook"} {
		fmt.Fprintf(&b, `<th scope="col" style="text-align:left">%s</th>`, h)
	}
	b.WriteString("</tr></thead><tbody>")
	for _, r := range t.Rows {
		b.WriteString("<tr>")
		td(r.ID)
		fmt.Fprintf(&b, `<td style="text-align:left">%s<br><small>%s</small></td>`, html.EscapeString(r.Statement), html.EscapeString(r.test()))
		td(r.verdict())
		td(r.Got)
		td(r.Want)
		td(r.Tol)
		b.WriteString("<td>" + r.link() + "</td>")
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

// link leads to the cell, under the number that the notebook's name begins with.
func (s Settled) link() string {
	address, name := s.Notebook, strings.TrimSuffix(s.Notebook, ".ipynb")
	if s.Cell != "" {
		address += "#cell-id=" + s.Cell
	}
	if number, _, ok := strings.Cut(name, "-"); ok {
		name = number
	}
	return fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(address), html.EscapeString(name))
}
