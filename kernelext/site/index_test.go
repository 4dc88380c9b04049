package site

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/check"
	"downhill/kernelext/nbformat"
)

func markdownPage(t *testing.T, path, source, group string) Page {
	t.Helper()
	nb := nbformat.New()
	nb.Cells = []*nbformat.Cell{nbformat.NewCell(nbformat.Markdown, source)}
	if err := nb.Metadata().Set("downhill", map[string]string{"group": group}); err != nil {
		t.Fatal(err)
	}
	return Page{Path: path, Notebook: nb}
}

// The index introduces the course, and keeps its parts apart.
func TestFrontPage(t *testing.T) {
	dir := t.TempDir()
	err := Write(dir, "T", []Page{
		markdownPage(t, "00-start.ipynb", "# Start\n\n*A line in italics, which says what this page is about.*\n\nThis course teaches how to walk downhill without falling.", ""),
		markdownPage(t, "01-one.ipynb", "# One\n\nThe first of the tutorials, and a good one too, I am told.", ""),
		markdownPage(t, "02-desk.ipynb", "# Desk", "The <question> desk"),
		markdownPage(t, "home-work/a1.ipynb", "# A1", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	rest := string(page)
	for _, piece := range []string{
		`<p class="introduction">This course teaches`, `Begin with <b>Start</b>`,
		"<h2>Tutorials</h2>", ">Start</a></h3>", "<em>A line in italics", ">One</a></h3>",
		"<h2>The &lt;question&gt; desk</h2>", ">Desk</a></h3>",
		"<h2>Home work</h2>", `href="home-work/a1.html"`, ">A1</a></h3>",
	} {
		_, after, ok := strings.Cut(rest, piece)
		if !ok {
			t.Errorf("no %s where it should be", piece)
			continue
		}
		rest = after
	}
}

// What the table of claims says of a test.
func TestClaimNumbers(t *testing.T) {
	for _, test := range []struct {
		of                             check.Test
		measured, predicted, tolerance string
	}{
		{check.Near("", 1.4, 1, 0.5), "1.4", "1", "± 0.5"},
		{check.Near("", 4, 4, 0), "4", "4", "exact"},
		{check.Within("", 1.4, 1, 0.1, 5), "1.4", "1", "± 0.5 (5 s.e.)"},
		{check.Below("", 1, 2), "1", "less than 2", ""},
		{check.Between("", 1, 0.5, 2), "1", "0.5 to 2", ""},
		{check.Equal("", 3, 3), "3", "3", ""},
		{check.NearAll("", []float64{1, 2}, []float64{1, 2}, 0.1), "[1 2]", "[1 2]", "± 0.1"},
	} {
		r := check.Claim("C01", check.Holds, "", test.of)
		c := claimView{Report: r}
		got := [3]string{c.Measured(r.Tests[0]), c.Predicted(r.Tests[0]), c.Tolerance(r.Tests[0])}
		if got != [3]string{test.measured, test.predicted, test.tolerance} {
			t.Errorf("%s: %q", r.Tests[0].Expected, got)
		}
	}
	for _, test := range []struct {
		report  check.Report
		finding string
	}{
		{check.Report{Verdict: "wrong", Passed: true}, "wrong"},
		{check.Report{Verdict: "wrong"}, "open"},
		{check.Report{Verdict: "<b>", Passed: true}, "open"},
	} {
		if got := (claimView{Report: test.report}).Finding(); got != test.finding {
			t.Errorf("%+v is %s, want %s", test.report, got, test.finding)
		}
	}
}
