package runner

import (
	"regexp"
	"strconv"
	"strings"

	"downhill/kernelext/nbformat"
)

// Test is one Go test of a %test cell, or one of its subtests.
type Test struct {
	Name    string  `json:"name"`
	Status  Status  `json:"status"` // Passed, Failed or Skipped
	Seconds float64 `json:"seconds"`
	Output  string  `json:"output,omitempty"` // what it logged
}

var (
	testCell   = regexp.MustCompile(`(?m)^(?://gonb:)?%test\b`)
	testRuns   = regexp.MustCompile(`^=== (?:RUN|CONT|NAME|PAUSE) +(\S+)`)
	testEnd    = regexp.MustCompile(`(?m)^(?:PASS|FAIL)$`)
	testResult = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S+) \(([0-9.]+)s\)`)
)

// testsEnded tells whether the tests of a %test cell came to their end, which is when they say PASS or FAIL; not so
// when something ended the program before.
func testsEnded(source string, outputs []nbformat.Output) bool {
	if !testCell.MatchString(source) {
		return true
	}
	for _, o := range outputs {
		if o.Name == "stdout" && testEnd.MatchString(o.Text) {
			return true
		}
	}
	return false
}

// tests reads what go test -v says in the output of a %test cell.
func tests(source string, outputs []nbformat.Output) []Test {
	if !testCell.MatchString(source) {
		return nil
	}
	var found []Test
	logs := map[string]*strings.Builder{}
	current := ""
	for _, o := range outputs {
		if o.Name != "stdout" {
			continue
		}
		for line := range strings.Lines(o.Text) {
			if m := testRuns.FindStringSubmatch(line); m != nil {
				current = m[1]
				continue
			}
			if m := testResult.FindStringSubmatch(line); m != nil {
				status := map[string]Status{"PASS": Passed, "FAIL": Failed, "SKIP": Skipped}[m[1]]
				seconds, _ := strconv.ParseFloat(m[3], 64)
				found = append(found, Test{Name: m[2], Status: status, Seconds: seconds})
				current = m[2]
				continue
			}
			if !strings.HasPrefix(line, " ") { // PASS, FAIL, or what the program printed
				continue
			}
			if logs[current] == nil {
				logs[current] = &strings.Builder{}
			}
			logs[current].WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	for i, t := range found {
		if logs[t.Name] != nil {
			found[i].Output = strings.TrimSpace(logs[t.Name].String())
		}
	}
	return found
}

// firstFailed is the first test that failed and said why; a test whose subtest failed says nothing itself.
func firstFailed(tests []Test) *Test {
	var first *Test
	for i, t := range tests {
		if t.Status == Failed && (first == nil || first.Output == "") {
			first = &tests[i]
		}
	}
	return first
}
