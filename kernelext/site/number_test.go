package site

import "testing"

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"-0.817749":              "−0.817749",
		"1.80717e-09":            "1.80717·10⁻⁹",
		"−7.523e−08":             "−7.523·10⁻⁸",
		"1e-12":                  "10⁻¹²",
		"± 1e-12, k = -1":        "± 10⁻¹², k = −1",
		"less than 1e+06":        "less than 10⁶",
		"1.215e+04":              "12150",
		"5.06e+08":               "5.06·10⁸",
		"3e0 1e+00":              "3 1",
		"[-1 2e-3]":              "[−1 2·10⁻³]",
		"x-1, 2-3, 0x1e-3, e-05": "x-1, 2-3, 0x1e-3, e-05",
		"θ1e5, 1e1000, 12e5":     "θ1e5, 1e1000, 12e5",
	} {
		if got := numbers(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	table := tableData{Head: []string{"a", "b", "c"}, Rows: [][]string{{"1", "−2.5e−08", "x"}, {"", "7", "1"}, {"2", "3", ""}}}
	if !table.Right(0) || !table.Right(1) || table.Right(2) || table.Right(3) {
		t.Error("columns of numbers, with gaps, stand right, and no others")
	}
}
