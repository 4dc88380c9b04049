package runner

import (
	"cmp"
	"slices"
)

// Shard returns the i-th of n parts of the sources, 1 ≤ i ≤ n, in their order. Parts are of about equal weight, the
// heaviest first given to the lightest part; who calls with the same sources and weights gets parts that fit together.
func Shard(sources []Source, i, n int, weight func(Source) float64) []Source {
	order := make([]int, len(sources))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(weight(sources[b]), weight(sources[a])), cmp.Compare(sources[a].Rel, sources[b].Rel))
	})
	load := make([]float64, n)
	mine := make([]bool, len(sources))
	for _, k := range order {
		part := 0
		for p := range load {
			if load[p] < load[part] {
				part = p
			}
		}
		load[part] += weight(sources[k])
		mine[k] = part == i-1
	}
	var out []Source
	for k, s := range sources {
		if mine[k] {
			out = append(out, s)
		}
	}
	return out
}
