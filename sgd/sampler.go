package sgd

import (
	"math/rand/v2"
	"slices"
)

const badBatch = "sgd: batch size must be at least 1"

// Full takes all examples at every step: gradient descent without chance. Every
// step is an epoch.
func Full() Sampler { return full{} }

type full struct{}

func (full) Reset(int, *rand.Rand) {}
func (full) Next() ([]int, bool)   { return nil, true }

// InOrder visits the examples in stored order, b at a time, and begins again at
// the end. The last batch of an epoch is smaller where b does not divide n; its
// gradient is the mean over those it has.
func InOrder(b int) Sampler { return newPasses(b, nil, nil) }

// Reshuffled visits every example once an epoch, b at a time, in an order that is
// drawn anew for each epoch. The last batch is as in InOrder.
func Reshuffled(b int) Sampler { return newPasses(b, nil, permute) }

// ShuffledOnce visits the examples in one random order, the same in every epoch.
// The last batch is as in InOrder.
func ShuffledOnce(b int) Sampler { return newPasses(b, permute, nil) }

// Stratified is Reshuffled with every batch a fair picture of the whole: stratum[i]
// names the group of example i, and any b examples in a row hold, up to rounding,
// each group's share.
func Stratified(b int, stratum []int) Sampler {
	spread := newSpread(stratum)
	return newPasses(b, spread.reset, spread.arrange)
}

// passes walks through an order of the examples, epoch by epoch.
type passes struct {
	size         int
	first, every func(order []int, r *rand.Rand) // rearrange at the start, for each epoch
	order        []int
	at           int
	r            *rand.Rand
}

func newPasses(b int, first, every func([]int, *rand.Rand)) *passes {
	if b < 1 {
		panic(badBatch)
	}
	return &passes{size: b, first: first, every: every}
}

// fits reports whether batches can be taken from n examples.
func (s *passes) fits(n int) error {
	if s.size > n {
		return &BatchError{Size: s.size, Len: n}
	}
	return nil
}

func (s *passes) Reset(n int, r *rand.Rand) {
	s.order = slices.Grow(s.order[:0], n)[:n]
	for i := range s.order {
		s.order[i] = i
	}
	s.at, s.r = 0, r
	if s.first != nil {
		s.first(s.order, r)
	}
}

func (s *passes) Next() ([]int, bool) {
	if s.at == 0 && s.every != nil {
		s.every(s.order, s.r)
	}
	end := min(s.at+s.size, len(s.order))
	// With its capacity: behind a batch a loss may see which examples come next.
	batch := s.order[s.at:end]
	s.at = end
	if end == len(s.order) {
		s.at = 0
		return batch, true
	}
	return batch, false
}

// permute is the shuffle of Fisher and Yates.
func permute(order []int, r *rand.Rand) {
	for i := len(order) - 1; i > 0; i-- {
		j := r.IntN(i + 1)
		order[i], order[j] = order[j], order[i]
	}
}

// spread arranges examples so that groups alternate evenly.
type spread struct {
	stratum []int
	groups  [][]int
	place   []float64 // of each example, in (0, 1)
}

func newSpread(stratum []int) *spread {
	s := &spread{stratum: slices.Clone(stratum), place: make([]float64, len(stratum))}
	byName := map[int]int{}
	for i, name := range stratum {
		g, ok := byName[name]
		if !ok {
			g = len(s.groups)
			byName[name] = g
			s.groups = append(s.groups, nil)
		}
		s.groups[g] = append(s.groups[g], i)
	}
	return s
}

// reset undoes what shuffles an earlier descent made.
func (s *spread) reset(order []int, _ *rand.Rand) {
	if len(order) != len(s.stratum) {
		panic("sgd: Stratified was made for another number of examples")
	}
	for _, group := range s.groups {
		slices.Sort(group)
	}
}

// arrange puts the k-th of a shuffled group of m at (k+u)/m, u drawn for the group,
// and sorts by place.
func (s *spread) arrange(order []int, r *rand.Rand) {
	for _, group := range s.groups {
		permute(group, r)
		u := float64(r.Float64())
		for k, i := range group {
			s.place[i] = (float64(k) + u) / float64(len(group))
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		switch pa, pb := s.place[a], s.place[b]; {
		case pa < pb:
			return -1
		case pa > pb:
			return 1
		}
		return a - b
	})
}
