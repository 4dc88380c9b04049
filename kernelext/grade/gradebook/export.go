package gradebook

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"downhill/kernelext/grade/examiner"
)

// CSV is one line for each record, and a column for each question of any of them.
func CSV(records []*Record) []byte {
	var ids []string
	seen := map[string]bool{}
	for _, r := range records {
		for _, q := range r.Questions {
			if key := r.Assignment + "/" + q.ID; !seen[key] {
				seen[key] = true
				ids = append(ids, key)
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	row := []string{"student", "assignment", "received", "score", "max", "notices"}
	for _, id := range ids {
		row = append(row, id, id+" verdict")
	}
	// Writing to a buffer does not fail.
	_ = w.Write(row)
	for _, r := range records {
		cells := map[string]Question{}
		for _, q := range r.Questions {
			cells[r.Assignment+"/"+q.ID] = q
		}
		row = []string{plain(r.Student), plain(r.Assignment), r.Received, number(r.Score), number(r.Max), strconv.Itoa(len(r.Notices))}
		for _, id := range ids {
			if q, ok := cells[id]; ok {
				row = append(row, number(q.Score), q.Class)
			} else {
				row = append(row, "", "")
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.Bytes()
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// JUnit lists every part as a test case. A part that was not passed is a failure.
func JUnit(records []*Record) ([]byte, error) {
	type failure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
	}
	type testcase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Failure *failure `xml:"failure,omitempty"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	var suites []suite
	for _, r := range records {
		s := suite{Name: r.Assignment + "/" + r.Student}
		for _, q := range r.Questions {
			for _, p := range q.Parts {
				c := testcase{Class: r.Assignment + "." + q.ID, Name: p.Title}
				if p.Class != examiner.Passed {
					c.Failure = &failure{p.Class, valid(p.Message)}
					s.Failures++
				}
				s.Tests++
				s.Cases = append(s.Cases, c)
			}
		}
		suites = append(suites, s)
	}
	text, err := xml.MarshalIndent(struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite  `xml:"testsuite"`
	}{Suites: suites}, "", " ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}

// valid drops control characters, which XML cannot hold.
func valid(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

// Gradescope is results.json as Gradescope's autograder reads it.
func Gradescope(r *Record) ([]byte, error) {
	type test struct {
		Name       string  `json:"name"`
		Score      float64 `json:"score"`
		MaxScore   float64 `json:"max_score"`
		Status     string  `json:"status"`
		Output     string  `json:"output"`
		Visibility string  `json:"visibility"`
	}
	out := struct {
		Score            float64 `json:"score"`
		Output           string  `json:"output"`
		Visibility       string  `json:"visibility"`
		StdoutVisibility string  `json:"stdout_visibility"`
		Tests            []test  `json:"tests"`
	}{Score: r.Score, Output: strings.Join(r.Notices, "\n"), Visibility: "visible", StdoutVisibility: "hidden"}
	for _, q := range r.Questions {
		if len(q.Parts) == 0 {
			out.Tests = append(out.Tests, test{q.Title, q.Score, q.Points, "failed", q.Class, "visible"})
			continue
		}
		weight := 0.0
		for _, p := range q.Parts {
			weight += p.Weight
		}
		for _, p := range q.Parts {
			t := test{Name: q.Title + ": " + p.Title, MaxScore: q.Points * p.Weight / weight, Status: "failed", Output: Words(p), Visibility: "visible"}
			if p.Class == examiner.Passed {
				t.Score, t.Status = t.MaxScore, "passed"
			}
			if p.Hidden {
				t.Visibility = "after_published"
			}
			out.Tests = append(out.Tests, t)
		}
	}
	data, err := json.MarshalIndent(out, "", " ")
	return append(data, '\n'), err
}

// Words is what a student is told about a part. Of a hidden part that is the verdict and the instructor's hints: inputs
// and results would give the test away, and so could the message of a panic, which the student's own code can write.
func Words(p Part) string {
	var lines []string
	tell := func(text string) {
		if text != "" && len(lines) < 6 && !slices.Contains(lines, text) {
			lines = append(lines, text)
		}
	}
	tell(p.Where)
	if !p.Hidden {
		if p.Class != examiner.Wrong || len(p.Tests) == 0 {
			tell(p.Message)
		}
		for _, t := range p.Tests {
			if !t.Pass && len(lines) < 4 { // room for a hint
				tell(fmt.Sprintf("%s: got %s, expected %s", t.What, Value(t.Got), t.Expected))
			}
		}
	}
	for _, t := range p.Tests {
		if !t.Pass {
			tell(t.Hint)
		}
	}
	if len(lines) == 0 {
		return p.Class
	}
	return p.Class + ": " + strings.Join(lines, "\n")
}
