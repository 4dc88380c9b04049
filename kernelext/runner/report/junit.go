package report

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"downhill/kernelext/runner"
)

type testsuites struct {
	XMLName  xml.Name    `xml:"testsuites"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Suites   []testsuite `xml:"testsuite"`
}

type testsuite struct {
	Name     string     `xml:"name,attr"`
	File     string     `xml:"file,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr"`
	Time    string   `xml:"time,attr"`
	Failure *finding `xml:"failure,omitempty"`
	Error   *finding `xml:"error,omitempty"`
	Skipped *finding `xml:"skipped,omitempty"`
	Out     string   `xml:"system-out,omitempty"`
}

type finding struct {
	Message string `xml:"message,attr,omitempty"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes a suite for each notebook and a case for each code cell; the tests of a %test cell and the checks of a
// cell are cases of their own beside it. A notebook that could not be run is an error in its suite.
func JUnit(r *runner.Report) ([]byte, error) {
	all := testsuites{Name: "notebooks", Time: seconds(r.Seconds)}
	for _, n := range r.Notebooks {
		s := suite(n)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	out, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}

func suite(n *runner.Notebook) testsuite {
	path := filepath.ToSlash(n.Path)
	s := testsuite{Name: path, File: path, Time: seconds(n.Seconds)}
	add := func(c testcase) {
		c.Class, c.File = path, path
		if c.Time == "" {
			c.Time = seconds(0)
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	if n.Problem != nil {
		add(testcase{Name: "notebook", Error: told(n.Problem)})
	}
	for _, c := range n.Cells {
		add(cellCase(c))
		for _, t := range c.Tests {
			add(testCase(c, t))
		}
		for _, k := range c.Checks {
			kase := testcase{Name: fmt.Sprintf("cell %d/%s %s", c.Number, k.Kind, clean(k.ID))}
			switch {
			case k.Passed:
			case k.Verdict == "open":
				kase.Skipped = &finding{Message: "open"}
			default:
				kase.Failure = &finding{Message: clean(k.Problem), Type: string(runner.Check), Text: clean(k.String())}
			}
			add(kase)
		}
	}
	return s
}

func cellCase(c *runner.Cell) testcase {
	kase := testcase{Name: fmt.Sprintf("cell %d", c.Number), Time: seconds(c.Seconds), Out: clean(c.Notice)}
	switch c.Status {
	case runner.Failed:
		kase.Failure = told(c.Problem)
	case runner.Skipped, runner.NotRun:
		kase.Skipped = &finding{Message: string(c.Status)}
		if c.Reason != "" {
			kase.Skipped.Message += ": " + clean(c.Reason)
		}
	}
	return kase
}

func testCase(c *runner.Cell, t runner.Test) testcase {
	kase := testcase{Name: fmt.Sprintf("cell %d/%s", c.Number, t.Name), Time: seconds(t.Seconds)}
	switch t.Status {
	case runner.Failed:
		first, _, _ := strings.Cut(t.Output, "\n")
		kase.Failure = &finding{Message: clean(first), Type: "test", Text: clean(t.Output)}
	case runner.Skipped:
		kase.Skipped = &finding{Message: clean(t.Output)}
	}
	return kase
}

func told(p *runner.Problem) *finding {
	return &finding{Message: clean(p.Error()), Type: string(p.Kind), Text: clean(p.Detail)}
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

// clean leaves out what XML 1.0 cannot hold: control characters, as in terminal colours.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r != 0xfffe && r != 0xffff && r != utf8.RuneError:
			return r
		}
		return -1
	}, s)
}
