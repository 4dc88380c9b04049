package compare

import (
	"encoding/json"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

func stdout(s string) nbformat.Output {
	return nbformat.Output{Type: "stream", Name: "stdout", Text: s}
}
func stderr(s string) nbformat.Output {
	return nbformat.Output{Type: "stream", Name: "stderr", Text: s}
}
func shown(mime, value string) nbformat.Output {
	return nbformat.Output{Type: "display_data", Data: map[string]json.RawMessage{mime: json.RawMessage(value)}}
}

func TestOutputs(t *testing.T) {
	type outs = []nbformat.Output
	tests := []struct {
		name   string
		stored outs
		fresh  outs
		want   string
	}{
		{"same", outs{stdout("a\n")}, outs{stdout("a\n")}, ""},
		{"in pieces", outs{stdout("a"), stderr("x"), stdout("b")}, outs{stderr("x"), stdout("ab")}, ""},
		{"print and display race", outs{stdout("a"), shown("text/plain", `"f"`)}, outs{shown("text/plain", `"f"`), stdout("a")}, ""},
		{"displays change places", outs{shown("text/plain", `"f"`), shown("text/plain", `"g"`)}, outs{shown("text/plain", `"g"`), shown("text/plain", `"f"`)},
			"text/plain:\n- f\n+ g\ntext/plain:\n- g\n+ f\n"},
		{"close numbers", outs{stdout("x = 0.3333333333 (1e-17)")}, outs{stdout("x = 0.3333333334 (0)")}, ""},
		{"other number", outs{stdout("a\nb\nx = 0.33\nc\nd\ne\n")}, outs{stdout("a\nb\nx = 0.34\nc\nd\ne\n")}, "stdout:\n  a\n  b\n- x = 0.33\n+ x = 0.34\n  c\n  d\n"},
		{"a line more", outs{stdout("a\nb\n")}, outs{stdout("a\nnew\nb\n")}, "stdout:\n  a\n+ new\n  b\n"},
		{"moved", outs{stdout("1 x\n2 y\n3 z\n")}, outs{stdout("2 y\n3 z\n1 x\n")}, "stdout:\n- 1 x\n  2 y\n  3 z\n+ 1 x\n"},
		{"gone", outs{stdout("a\n"), stderr("b\n")}, outs{stdout("a\n")}, "stderr: no longer there\n- b\n"},
		{"new", outs{}, outs{stdout("a\n")}, "stdout: new\n+ a\n"},
		{"other kind", outs{stdout("a\n")}, outs{shown("text/html", `"a"`)}, "stdout: now text/html\n"},
		{"scrubbed", outs{stdout("/tmp/a1/x.go took 12.5ms at 0xc000123456 on 2026-01-02T03:04:05Z, 1m3s, 3.2 s")},
			outs{stdout("/tmp/b2/y.go took 1.1s at 0xc000999999 on 2027-11-12 13:14:15, 2h0m1s, 99.0 s")}, ""},
		{"not scrubbed", outs{stdout("5 s in 3 m for 7 steps of 0xff")}, outs{stdout("6 s in 3 m for 7 steps of 0xff")}, "stdout:\n- 5 s in 3 m for 7 steps of 0xff\n+ 6 s in 3 m for 7 steps of 0xff\n"},
		{"JSON", outs{shown("application/x+json", `{"a": 1.0, "b": [1, "two 2.0"]}`)}, outs{shown("application/x+json", `{"b":[1.0000000001,"two 2.00"],"a":1}`)}, ""},
		{"other JSON", outs{shown("application/x+json", `{"a":1}`)}, outs{shown("application/x+json", `{"a":2}`)}, "application/x+json:\n  {\n-  \"a\": 1\n+  \"a\": 2\n  }\n"},
		{"a figure's id", outs{shown("image/svg+xml", `"<svg id=\"fig-00112233aabb\"/>"`)}, outs{shown("image/svg+xml", `"<svg id=\"fig-99112233aabb\"/>"`)}, ""},
		{"far apart", outs{stdout("a\n1\n2\n3\n4\n5\n6\nb\n")}, outs{stdout("c\n1\n2\n3\n4\n5\n6\nd\n")},
			"stdout:\n- a\n+ c\n  1\n  2\n  … 2 equal lines\n  5\n  6\n- b\n+ d\n"},
		{"a picture", outs{shown("image/png", `"iVBORwECAw==\n"`)}, outs{shown("image/png", `"iVBORwECAw=="`)}, ""},
		{"another picture", outs{shown("image/png", `"iVBORwECAw=="`)}, outs{shown("image/png", `"iVBORwECBA=="`)},
			"image/png:\n- 7 bytes, e57fa10c…\n+ 7 bytes, 2a63b2d2…\n"},
		{"errors", outs{{Type: "error", EName: "E", EValue: "at /tmp/x", Traceback: []string{"1"}}}, outs{{Type: "error", EName: "E", EValue: "at /tmp/y"}}, ""},
		{"result for display", outs{{Type: "execute_result", Data: map[string]json.RawMessage{"text/plain": json.RawMessage(`"1"`)}}}, outs{shown("text/plain", `"1"`)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Outputs(tt.stored, tt.fresh, Options{}); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestTolerance(t *testing.T) {
	a, b := []nbformat.Output{stdout("100 0.001")}, []nbformat.Output{stdout("100.5 0.002")}
	for tol, same := range map[float64]bool{1e-3: false, 1e-2: true} {
		if got := Outputs(a, b, Options{Tolerance: tol}); (got == "") != same {
			t.Errorf("tolerance %v: %q", tol, got)
		}
	}
}

// A long diff stays short, and a long line shows where it differs.
func TestLong(t *testing.T) {
	a := strings.Repeat("x", 5000) + "1"
	diff := Outputs([]nbformat.Output{stdout(a)}, []nbformat.Output{stdout(a + "2")}, Options{})
	if len(diff) > 500 || !strings.Contains(diff, "x12\n") {
		t.Errorf("%d bytes: %s", len(diff), diff)
	}
	var many, other strings.Builder
	for i := range 5000 {
		many.WriteString(strings.Repeat("a", i%7) + "\n")
		other.WriteString(strings.Repeat("b", i%5) + "\n")
	}
	if n := strings.Count(Outputs([]nbformat.Output{stdout(many.String())}, []nbformat.Output{stdout(other.String())}, Options{}), "\n"); n > 45 {
		t.Errorf("%d lines", n)
	}
}
