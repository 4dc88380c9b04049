package gradebook

import (
	"encoding/json"
	"encoding/xml"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"downhill/kernelext/check"
	"downhill/kernelext/grade/examiner"
)

func sample() *Record {
	verdict := func(class, message string) examiner.Verdict { return examiner.Verdict{Class: class, Message: message} }
	r := &Record{Assignment: "a1", Title: "A1 <b>", Student: "=ada", Notices: []string{"cell 3: <img src=x>"}, Questions: []Question{
		{ID: "q1", Title: "1 Squares", Points: 3, Parts: []Part{
			{Title: "visible", Weight: 1, Verdict: verdict(examiner.Wrong, "f(3): got 8, expected 9"), Tests: []check.Result{{What: "f(3)", Got: 8.0, Want: 9.0, Expected: "9", Hint: "Three times three."}}},
			{Title: "secret", Hidden: true, Weight: 2, Verdict: verdict(examiner.Panicked, "panic: <script>0.731\x00")},
			{Title: "also secret", Hidden: true, Weight: 1, Verdict: verdict(examiner.Wrong, "f(0.731): got 1, expected 2"), Tests: []check.Result{{What: "f(0.731)", Got: 1.0, Expected: "2", Hint: "Any number."}}},
			{Title: "fine", Weight: 2, Verdict: verdict(examiner.Passed, "")},
		}},
		{ID: "essay", Title: "essay", Points: 2, Class: ByHand},
	}}
	r.Sum()
	return r
}

func TestSum(t *testing.T) {
	r := sample()
	if q := r.Questions[0]; q.Score != 1 || q.Class != examiner.Wrong || r.Score != 1 || r.Max != 5 {
		t.Errorf("%g of %g, %s: %g of %g", q.Score, q.Points, q.Class, r.Score, r.Max)
	}
	if r.Questions[1].Class != ByHand {
		t.Error("the essay was graded")
	}
}

func TestRecordIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x", "r.json")
	if err := sample().Write(path); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(path); err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatStudentsSee(t *testing.T) {
	r := sample()
	page, err := Feedback(r.Student, []*Record{r})
	if err != nil {
		t.Fatal(err)
	}
	scope, err := Gradescope(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"feedback": string(page), "results.json": string(scope)} {
		for _, bad := range []string{"0.731", "<script", "<img", "<b>"} {
			if strings.Contains(text, bad) && !(name == "results.json" && bad == "<img") {
				t.Errorf("%s shows %q", name, bad)
			}
		}
		for _, good := range []string{"f(3): got 8, expected 9", "Three times three.", "Any number."} {
			if !strings.Contains(text, good) {
				t.Errorf("%s lacks %q", name, good)
			}
		}
	}
	var parsed struct {
		Score float64
		Tests []struct {
			Score      float64 `json:"score"`
			Max        float64 `json:"max_score"`
			Visibility string  `json:"visibility"`
			Status     string  `json:"status"`
		} `json:"tests"`
	}
	if err := json.Unmarshal(scope, &parsed); err != nil {
		t.Fatal(err)
	}
	if len(parsed.Tests) != 5 || parsed.Tests[1].Visibility != "after_published" || parsed.Tests[0].Visibility != "visible" ||
		parsed.Tests[3].Score != 1 || parsed.Tests[3].Status != "passed" || parsed.Score != 1 {
		t.Errorf("%+v", parsed)
	}
}

func TestTables(t *testing.T) {
	lines := strings.Split(string(CSV([]*Record{sample()})), "\n")
	if lines[0] != "student,assignment,received,score,max,notices,a1/q1,a1/q1 verdict,a1/essay,a1/essay verdict" || lines[1] != "'=ada,a1,,1,5,1,1,wrong,0,to be graded by hand" {
		t.Errorf("%q", lines)
	}
	text, err := JUnit([]*Record{sample()})
	if err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &suites); err != nil || len(suites.Suites) != 1 || suites.Suites[0].Tests != 4 || suites.Suites[0].Failures != 3 {
		t.Errorf("%+v %v", suites, err)
	}
}
