package check

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

var nan, inf = math.NaN(), math.Inf(1)

func TestComparisons(t *testing.T) {
	for _, c := range []struct {
		name string
		test Test
		want bool
	}{
		{"near", Near("", 1.0005, 1, 1e-3), true},
		{"not near", Near("", 1.0011, 1, 1e-3), false},
		{"near an infinity", Near("", inf, inf, 0), true},
		{"NaN is near nothing", Near("", nan, nan, inf), false},
		{"near with a NaN tolerance", Near("", 1, 2, nan), false},
		{"list", NearAll("", []float64{1, 2}, []float64{1, 2.05}, 0.1), true},
		{"list out by one", NearAll("", []float64{1, 2.2}, []float64{1, 2}, 0.1), false},
		{"list too short", NearAll("", []float64{1}, []float64{1, 2}, 0.1), false},
		{"within", Within("", 1.4, 1, 0.1, 5), true},
		{"not within", Within("", 1.6, 1, 0.1, 5), false},
		{"within no error at all", Within("", 1, 1, 0, 5), false},
		{"within NaN", Within("", 1, 1, nan, 5), false},
		{"below", Below("", 1, 2), true},
		{"not below itself", Below("", 2, 2), false},
		{"above", Above("", 2, 1), true},
		{"NaN is above nothing", Above("", nan, 1), false},
		{"between", Between("", 1, 1, 2), true},
		{"not between", Between("", 2.1, 1, 2), false},
		{"true", True("", true), true},
		{"false", True("", false), false},
		{"equal names", Equal("", "a", "a"), true},
		{"unequal names", Equal("", "a", "b"), false},
		{"equal bits", Equal("", uint64(1)<<63|1, uint64(1)<<63|1), true},
		{"one bit apart", Equal("", uint64(1)<<63|1, uint64(1)<<63), false},
		{"refuses", Near("", 1, 1, 0.1).Refuses("two", 2), true},
		{"refuses an int", Near("", 1, 1, 0.1).Refuses("one", 1), false},
		{"refuses a float for an int", Equal("", 3, 3).Refuses("four", 4.0), true},
		{"does not refuse", Near("", 1, 1, 0.1).Refuses("close", 1.05), false},
		{"refuses NaN", Below("", 1, 2).Refuses("NaN", nan), true},
		{"refuses a list", NearAll("", []float64{1}, []float64{1}, 0.1).Refuses("two", []float64{2}), true},
	} {
		if got := c.test.run().Pass; got != c.want {
			t.Errorf("%s: pass = %v", c.name, got)
		}
	}
}

func TestClaimMustBeAbleToFail(t *testing.T) {
	sharp := Near("x", 1, 1, 0.1).Refuses("two", 2)
	for _, c := range []struct {
		name    string
		verdict Verdict
		tests   []Test
		problem string
	}{
		{"one sharp test", Wrong, []Test{sharp}, ""},
		{"a second of its kind", Holds, []Test{sharp, Near("y", 1, 1, 0.1)}, ""},
		{"no tests", Holds, nil, "cannot fail: no test"},
		{"nothing refused", Holds, []Test{Near("x", 1, 1, 0.1)}, "cannot fail: no test"},
		{"another kind refuses nothing", Holds, []Test{sharp, True("y", true)}, `cannot fail: no test of kind "true"`},
		{"a wrong value accepted", Holds, []Test{sharp.Refuses("near by", 1.01)}, "x: does not refuse near by (1.01)"},
		{"a test that fails", Holds, []Test{sharp, Near("y", 3, 1, 0.1)}, "y: got 3, expected 1 ± 0.1"},
		{"NaN", Holds, []Test{Near("y", nan, 1, 0.1).Refuses("two", 2)}, "y: got NaN"},
		{"a verdict of nobody's", "perhaps", []Test{sharp}, "not a verdict"},
	} {
		r := Claim("C00", c.verdict, c.name, c.tests...)
		if r.Passed != (c.problem == "") || !strings.Contains(r.Problem, c.problem) {
			t.Errorf("%s: passed %v, problem %q, want %q", c.name, r.Passed, r.Problem, c.problem)
		}
	}
}

func TestExerciseVerdict(t *testing.T) {
	right, wrong := Near("x", 1, 1, 0.1), Near("x", 2, 1, 0.1).Hint("halve it")
	unanswered, empty := Near("x", nan, 1, 0.1).Hint("halve it"), NearAll("x", nil, []float64{1}, 0.1)
	for _, c := range []struct {
		tests   []Test
		verdict Verdict
	}{
		{[]Test{right}, passed},
		{[]Test{right, wrong}, failed},
		{[]Test{right, unanswered}, open},
		{[]Test{unanswered, empty}, open},
		{[]Test{unanswered, wrong}, failed},
		{nil, failed},
	} {
		r := Exercise("0.0", "test", c.tests...)
		if Verdict(r.Verdict) != c.verdict || r.Passed != (c.verdict == passed) {
			t.Errorf("%v: verdict %s, want %s", r, r.Verdict, c.verdict)
		}
		if strings.Contains(r.html(), "Hint") != (c.verdict == failed && len(c.tests) > 0) {
			t.Errorf("%v: a hint belongs to a wrong answer and to no other", r)
		}
	}
}

func TestReportSurvivesJSON(t *testing.T) {
	r := Claim(`C<1>"`, Holds, "a & b",
		Below("x", math.Inf(-1), nan).Refuses("∞", inf),
		NearAll("v", []float64{1, nan}, []float64{inf, 2}, 0.1).Refuses("zero", []float64{0, 0}))
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if back.String() != r.String() || back.html() != r.html() {
		t.Errorf("came back as\n%s\nnot\n%s", back, r)
	}
	if s := string(raw); !strings.Contains(s, `"-Inf"`) || !strings.Contains(s, `"NaN"`) {
		t.Errorf("numbers lost: %s", s)
	}
	if h := r.html(); strings.Contains(h, "C<1>") || !strings.Contains(h, "a &amp; b") {
		t.Errorf("not escaped: %s", h)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, raw := range []string{``, `[]`, `{}`, `{"kind":"claim"}`, `{"kind":"else","id":"x"}`} {
		if r, err := Parse([]byte(raw)); err == nil {
			t.Errorf("%q parsed as %v", raw, r)
		}
	}
}
