package runner

import (
	"slices"
	"testing"

	"downhill/kernelext/nbformat"
)

func TestTests(t *testing.T) {
	const text = `=== RUN   TestA
=== RUN   TestA/one
    main_test.go:9: got 1
    main_test.go:10: want 2
--- FAIL: TestA (0.50s)
    --- FAIL: TestA/one (0.25s)
=== RUN   TestB
printed
--- PASS: TestB (0.00s)
=== RUN   TestC
    main_test.go:20: not today
--- SKIP: TestC (0.00s)
FAIL
exit status 1
`
	outputs := []nbformat.Output{{Type: "stream", Name: "stdout", Text: text}, {Type: "stream", Name: "stderr", Text: "--- PASS: TestX (0.00s)"}}
	got := tests("%test\nfunc TestA(t *testing.T) {}", outputs)
	want := []Test{
		{Name: "TestA", Status: Failed, Seconds: 0.5},
		{Name: "TestA/one", Status: Failed, Seconds: 0.25, Output: "main_test.go:9: got 1\nmain_test.go:10: want 2"},
		{Name: "TestB", Status: Passed},
		{Name: "TestC", Status: Skipped, Output: "main_test.go:20: not today"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	if got := tests("%%\nfmt.Println(`--- PASS: TestX (0.00s)`)", outputs); got != nil {
		t.Errorf("a cell that is no test has %+v", got)
	}
}
