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

// longestFirst orders notebooks by how long they will take, as far as that can be told: one that was never run takes as
// long for each of its cells as the others do.
func longestFirst(notebooks []*Notebook, weight func(Source) float64) []*Notebook {
	took := make(map[*Notebook]float64)
	known, cells := 0.0, 0
	for _, n := range notebooks {
		if weight == nil {
			continue
		}
		if took[n] = weight(n.Source); took[n] > 0 {
			known, cells = known+took[n], cells+len(n.Cells)
		}
	}
	for _, n := range notebooks {
		switch {
		case took[n] > 0:
		case cells > 0:
			took[n] = known / float64(cells) * float64(len(n.Cells))
		default:
			took[n] = float64(len(n.Cells))
		}
	}
	order := slices.Clone(notebooks)
	slices.SortStableFunc(order, func(a, b *Notebook) int { return cmp.Compare(took[b], took[a]) })
	return order
}
