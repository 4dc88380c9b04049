package report

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/check"
	"downhill/kernelext/runner"
)

func sample(path string) *runner.Report {
	problem := &runner.Problem{Path: path, Cell: 3, Line: 2, Kind: runner.Error, Text: "100% wrong: a, b", Detail: "colour \x1b[31mred\x1b[0m & <more>"}
	return &runner.Report{Seconds: 1.5, Notebooks: []*runner.Notebook{
		{Source: runner.Source{Path: path}, Status: runner.Failed, Cells: []*runner.Cell{
			{Number: 2, Status: runner.Passed, Seconds: 0.25,
				Checks: []check.Report{{Kind: "claim", ID: "C01", Passed: true}, {Kind: "exercise", ID: "1", Verdict: "open"}, {Kind: "claim", ID: "C02", Problem: "got 1"}},
				Tests:  []runner.Test{{Name: "TestA/b", Status: runner.Failed, Output: "x.go:3: got 1\nmore"}, {Name: "TestC", Status: runner.Skipped}}},
			{Number: 3, Status: runner.Failed, Problem: problem},
			{Number: 4, Status: runner.NotRun, Reason: "cell 3 failed"},
		}},
		{Source: runner.Source{Path: "broken.ipynb"}, Status: runner.Failed, Problem: &runner.Problem{Path: "broken.ipynb", Kind: runner.Unreadable, Text: "no JSON"}},
	}}
}

func TestJUnit(t *testing.T) {
	out, err := JUnit(sample("a.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	var got testsuites
	if err := xml.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if got.Tests != 9 || got.Failures != 3 || got.Errors != 1 || got.Skipped != 3 {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped", got.Tests, got.Failures, got.Errors, got.Skipped)
	}
	var names []string
	for _, c := range got.Suites[0].Cases {
		names = append(names, c.Name)
	}
	if got, want := strings.Join(names, ", "), "cell 2, cell 2/TestA/b, cell 2/TestC, cell 2/claim C01, cell 2/exercise 1, cell 2/claim C02, cell 3, cell 4"; got != want {
		t.Errorf("cases %s, want %s", got, want)
	}
	if skipped := got.Suites[0].Cases[7].Skipped; skipped == nil || skipped.Message != "not run: cell 3 failed" {
		t.Errorf("cell 4: %+v", skipped)
	}
	failure := got.Suites[0].Cases[6].Failure
	if failure == nil || failure.Message != "a.ipynb:cell 3:2: 100% wrong: a, b" || failure.Text != "colour [31mred[0m & <more>" {
		t.Errorf("failure %+v", failure)
	}
}

func TestLineInFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.ipynb")
	const text = `{
 "metadata": {"cells": [1]},
 "cells": [
  {"cell_type": "markdown", "source": "one line"},
  {"cell_type": "code", "outputs": [{"source": ["no"]}],
   "source": [
    "first\n",
    "second\n",
    "third"
   ]
  }
 ]
}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ cell, line, want int }{{0, 0, 1}, {1, 1, 4}, {2, 0, 7}, {2, 1, 7}, {2, 3, 9}, {2, 9, 9}, {3, 1, 1}} {
		if got := lineInFile(path, tt.cell, tt.line); got != tt.want {
			t.Errorf("cell %d line %d: %d, want %d", tt.cell, tt.line, got, tt.want)
		}
	}
	if got := lineInFile("nosuch.ipynb", 1, 1); got != 1 {
		t.Errorf("no file: %d", got)
	}
}

func TestAnnotations(t *testing.T) {
	var b strings.Builder
	r := sample("a,b.ipynb")
	r.Problem = &runner.Problem{Kind: runner.Parameter, Text: "parameter x"}
	Annotations(&b, r)
	const want = `::error title=notebooks::parameter x
::error file=a%2Cb.ipynb,line=1,title=cell 3%2C line 2::100%25 wrong: a, b
::error file=broken.ipynb,line=1,title=notebook::no JSON
`
	if b.String() != want {
		t.Errorf("got\n%s, want\n%s", b.String(), want)
	}
}

func TestSARIF(t *testing.T) {
	out, err := SARIF(sample("a b.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID    string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	first := got.Runs[0].Results[0]
	if got.Version != "2.1.0" || len(got.Runs[0].Results) != 2 || first.RuleID != "error" || first.Message.Text == "" ||
		first.Locations[0].PhysicalLocation.ArtifactLocation.URI != "a%20b.ipynb" || first.Locations[0].PhysicalLocation.Region.StartLine != 1 {
		t.Errorf("got %s", out)
	}
}

func TestURI(t *testing.T) {
	for path, want := range map[string]string{
		"notebooks/07 momentum.ipynb": "notebooks/07%20momentum.ipynb",
		"/home/me/a.ipynb":            "file:///home/me/a.ipynb",
		"a:b.ipynb":                   "./a:b.ipynb",
		"../a#1.ipynb":                "../a%231.ipynb",
	} {
		if got := uri(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
