package claims

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/check"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

// holding is a notebook with one cell that holds an output of one type.
func holding(t *testing.T, mime string, v any) *nbformat.Notebook {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	n := nbformat.New()
	c := nbformat.NewCell(nbformat.Code, "cell")
	c.SetOutputs([]nbformat.Output{{Type: "display_data", Data: map[string]json.RawMessage{mime: raw}}})
	n.Cells = append(n.Cells, c)
	n.AddIDs()
	return n
}

func claim(id string, got float64) check.Report {
	return check.Claim(id, check.Holds, "statement of "+id, check.Near("x", got, got, 0).Refuses("another", got+1))
}

// A table tells what the notebooks of this run hold now, and what the others have stored.
func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, n *nbformat.Notebook) runner.Source {
		s := runner.Source{Path: filepath.Join(dir, name), Rel: name, Out: filepath.Join(dir, "out", name)}
		if err := n.WriteFile(s.Path); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("1.ipynb", holding(t, check.MIME, claim("C1", 10)))
	ran := &runner.Notebook{Source: write("2.ipynb", holding(t, check.MIME, claim("C2", 20))), Status: runner.Passed,
		Document: holding(t, check.MIME, claim("C2", 21))}
	desk := &runner.Notebook{Status: runner.Passed, Document: holding(t, check.ClaimsMIME, check.Claims{Of: 7})}
	desk.Source = write("3.ipynb", desk.Document)
	report := &runner.Report{Notebooks: []*runner.Notebook{ran, desk}}

	Refresh(report, runner.Ignore)
	written, err := nbformat.Read(desk.Out)
	if err != nil {
		t.Fatal(err)
	}
	out := written.Cells[0].Outputs()[0]
	if text, _ := out.MIME("text/plain"); text != "2 of 7 settled: 2 hold" {
		t.Errorf("the table says %s", text)
	}
	var table check.Claims
	if raw, _ := out.MIME(check.ClaimsMIME); json.Unmarshal([]byte(raw), &table) != nil || len(table.Rows) != 2 || table.Of != 7 ||
		table.Rows[0].Got != "10" || table.Rows[1].Got != "21" || table.Rows[1].Notebook != "2.ipynb" {
		t.Errorf("the table holds %+v", table)
	}
	if html, _ := out.MIME("text/html"); !strings.Contains(html, `href="2.ipynb#cell-id=`) {
		t.Errorf("no link in %s", html)
	}

	before, _ := os.Stat(desk.Out)
	Refresh(report, runner.Ignore)
	if after, _ := os.Stat(desk.Out); !os.SameFile(before, after) {
		t.Error("a table that says the same was written again")
	}
	ran.Document, desk.Status = holding(t, check.MIME, claim("C2", 22)), runner.Failed
	Refresh(report, runner.Accept)
	if after, _ := os.Stat(desk.Out); !os.SameFile(before, after) {
		t.Error("a notebook that failed was accepted")
	}
	desk.Status, desk.Out = runner.Passed, filepath.Join(dir, "nowhere", "3.ipynb")
	Refresh(report, runner.Accept)
	if desk.Status != runner.Failed || desk.Problem == nil || desk.Problem.Kind != runner.Unwritable {
		t.Errorf("a table that cannot be stored: %s, %v", desk.Status, desk.Problem)
	}
}
