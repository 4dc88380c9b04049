package sgd

import "math/rand/v2"

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
func InOrder(b int) Sampler { return newPasses(b, false) }

// Reshuffled visits every example once an epoch, b at a time, in an order that is
// drawn anew for each epoch. The last batch is as in InOrder.
func Reshuffled(b int) Sampler { return newPasses(b, true) }

// passes walks through a permutation, epoch by epoch.
type passes struct {
	size    int
	shuffle bool
	order   []int
	at      int
	r       *rand.Rand
}

func newPasses(b int, shuffle bool) *passes {
	if b < 1 {
		panic(badBatch)
	}
	return &passes{size: b, shuffle: shuffle}
}

func (s *passes) batchSize() int { return s.size }

func (s *passes) Reset(n int, r *rand.Rand) {
	if cap(s.order) < n {
		s.order = make([]int, n)
	}
	s.order = s.order[:n]
	for i := range s.order {
		s.order[i] = i
	}
	s.at, s.r = 0, r
}

func (s *passes) Next() ([]int, bool) {
	if s.at == 0 && s.shuffle {
		permute(s.order, s.r)
	}
	end := min(s.at+s.size, len(s.order))
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

// WithReplacement draws b examples independently and uniformly at every step. An
// epoch is the step in which the number of draws passes a multiple of n.
func WithReplacement(b int) Sampler {
	if b < 1 {
		panic(badBatch)
	}
	return &replaced{batch: make([]int, b)}
}

type replaced struct {
	batch []int
	n     int
	drawn int // since the epoch began
	r     *rand.Rand
}

func (s *replaced) batchSize() int { return len(s.batch) }

func (s *replaced) Reset(n int, r *rand.Rand) { s.n, s.drawn, s.r = n, 0, r }

func (s *replaced) Next() ([]int, bool) {
	for i := range s.batch {
		s.batch[i] = s.r.IntN(s.n)
	}
	s.drawn += len(s.batch)
	if s.drawn >= s.n {
		s.drawn -= s.n
		return s.batch, true
	}
	return s.batch, false
}
