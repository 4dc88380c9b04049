package main

import (
	"testing"

	"downhill/kernelext/runner"
)

func TestDiskSize(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "500": 500, "500M": 500 << 20, "1.5G": 3 << 29, "2GiB": 2 << 30, "1TB": 1 << 40,
		"-1": -1, "2X": -1, "": -1, "G": -1, "1e3": -1, "99999999999T": -1} {
		d := diskSize(-1)
		if err := d.Set(text); int64(d) != want || (err == nil) != (want >= 0) {
			t.Errorf("%q: %d, %v, want %d", text, d, err, want)
		}
	}
	for n, want := range map[diskSize]string{0: "0", 1000: "1000", 2 << 30: "2G", 1536 << 20: "1536M"} {
		if got := n.String(); got != want {
			t.Errorf("%d is written %s, want %s", int64(n), got, want)
		}
	}
}

func TestSkipFlag(t *testing.T) {
	for text, want := range map[string]runner.Skip{
		"a.ipynb:cell 12: needs a GPU":          {Notebook: "a.ipynb", Cell: 12, Reason: "needs a GPU"},
		"n/a.ipynb:cell 3:14: exit status 1: x": {Notebook: "n/a.ipynb", Cell: 3, Reason: "exit status 1: x"},
		"a.ipynb:cell 12":                       {},
		"a.ipynb:cell 12: ":                     {},
		"a.ipynb: why":                          {},
		"cell 3: why":                           {},
	} {
		if got, err := skipFlag(text); got != want || (err == nil) != (want.Cell > 0) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
