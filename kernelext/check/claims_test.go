package check

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// settling is a notebook with a cell for each report.
func settling(t *testing.T, reports ...Report) []byte {
	t.Helper()
	var cells []any
	for _, r := range reports {
		cells = append(cells, map[string]any{"cell_type": "code", "id": "cell-of-" + r.ID,
			"outputs": []any{map[string]any{"output_type": "stream", "text": "before"},
				map[string]any{"output_type": "display_data", "data": map[string]any{MIME: r}}}})
	}
	raw, err := json.Marshal(map[string]any{"cells": append(cells, map[string]any{"cell_type": "markdown"})})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestClaimsIn(t *testing.T) {
	many := Claim("C2", Conditional, "two <b>", NearAll("list", []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, 0.1).
		Refuses("other", []float64{1}), Within("mean", 0.123456, 0.12, 0.01, 5).Refuses("far", 9), Near("n", 1, 1, 0).Refuses("2", 2))
	raw := settling(t, many, Exercise("1.1", "not a claim", Near("x", 1, 1, 0)),
		Claim("C1", Wrong, "one", Above("big", math.Inf(1), 2).Refuses("small", 1)),
		Claim("C3", Holds, "fails", Near("x", 1, 2, 0).Refuses("1", 1)))
	rows, err := ClaimsIn("some/where/07-x.ipynb", raw)
	if err != nil {
		t.Fatal(err)
	}
	table := NewClaims(4, rows)
	want := []Settled{
		{ID: "C1", Statement: "one", Verdict: "wrong", Passed: true, What: "big", Got: "+Inf", Want: "more than 2",
			Notebook: "07-x.ipynb", Cell: "cell-of-C1"},
		{ID: "C2", Statement: "two <b>", Verdict: "conditional", Passed: true, What: "mean", Got: "0.1235", Want: "0.12", Tol: "± 0.05",
			More: 2, Notebook: "07-x.ipynb", Cell: "cell-of-C2"},
		{ID: "C3", Statement: "fails", Verdict: "holds", What: "x", Got: "1", Want: "2", Tol: "± 0",
			Notebook: "07-x.ipynb", Cell: "cell-of-C3"}}
	if len(table.Rows) != len(want) {
		t.Fatalf("%d rows: %+v", len(table.Rows), table.Rows)
	}
	for i, w := range want {
		if table.Rows[i] != w {
			t.Errorf("row %d is %+v, want %+v", i, table.Rows[i], w)
		}
	}
	if got := table.Summary(); got != "2 of 4 settled: 1 hold under conditions, 1 do not hold, 1 not shown" {
		t.Error(got)
	}
	for _, text := range []string{"two &lt;b&gt;", `<a href="07-x.ipynb#cell-id=cell-of-C2">07</a>`, ">not shown<", "mean (+2)"} {
		if !strings.Contains(table.html(), text) {
			t.Errorf("no %s in %s", text, table.html())
		}
	}
	if _, err := ClaimsIn("x.ipynb", []byte("not JSON")); err == nil {
		t.Error("what is not a notebook settles something")
	}
}

// The table of a folder survives a file in it that is no notebook.
func TestTable(t *testing.T) {
	t.Chdir(t.TempDir())
	one := settling(t, Claim("C1", Holds, "one", Near("x", 1, 1, 0).Refuses("2", 2)))
	for name, data := range map[string][]byte{"a.ipynb": one, "b.ipynb": []byte("{"), "c.txt": one} {
		if err := os.WriteFile(filepath.Join(".", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := Table(2); got.Summary() != "1 of 2 settled: 1 hold" {
		t.Error(got)
	}
}
