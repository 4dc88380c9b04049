package runner

import (
	"fmt"
	"slices"
	"testing"
)

func TestShard(t *testing.T) {
	weights := map[string]float64{"a": 1, "b": 7, "c": 3, "d": 5, "e": 1, "f": 3}
	var sources []Source
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		sources = append(sources, Source{Rel: name})
	}
	for n := 1; n <= 8; n++ {
		var all []string
		heaviest := 0.0
		for i := 1; i <= n; i++ {
			load := 0.0
			for _, s := range Shard(sources, i, n, func(s Source) float64 { return weights[s.Rel] }) {
				all = append(all, s.Rel)
				load += weights[s.Rel]
			}
			heaviest = max(heaviest, load)
		}
		slices.Sort(all)
		if got := fmt.Sprint(all); got != "[a b c d e f]" {
			t.Errorf("%d parts hold %s", n, got)
		}
		// The greedy rule is at most a third worse than the best; 20 is the whole.
		if best := max(7, 20/float64(n)); heaviest > best*4/3 {
			t.Errorf("the heaviest of %d parts weighs %v, the best possible is %v", n, heaviest, best)
		}
	}
}

func TestLongestFirst(t *testing.T) {
	took := map[string]float64{"a": 2, "c": 9, "d": 1}
	cells := map[string]int{"a": 4, "b": 4, "c": 2, "d": 6, "e": 1}
	for _, tt := range []struct {
		weight func(Source) float64
		want   string
	}{
		{nil, "dabce"}, // by cells
		{func(s Source) float64 { return took[s.Path] }, "cbade"},
	} {
		var all []*Notebook
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			all = append(all, &Notebook{Source: Source{Path: name}, Cells: make([]*Cell, cells[name])})
		}
		got := ""
		for _, n := range longestFirst(all, tt.weight) {
			got += n.Path
		}
		if got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}
