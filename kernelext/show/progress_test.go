package show

import (
	"slices"
	"testing"
)

func TestProgressCounts(t *testing.T) {
	for _, n := range []int{0, 1, 7} {
		var got []int
		for i := range Progress(n) {
			got = append(got, i)
		}
		want := make([]int, n)
		for i := range want {
			want[i] = i
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: counted %v", n, got)
		}
	}
}

func ExampleProgress() {
	sum := 0
	for i := range Progress(100) {
		sum += i
		if i == 36 {
			break
		}
	}
	// Output: 37 of 100
}

func ExampleMarkdown() {
	Markdown("Stable below $2/\\lambda$.")
	// Output: Stable below $2/\lambda$.
}
