package sgd

import (
	"math"
	"math/rand/v2"
)

// WithReplacement draws b examples independently and uniformly at every step. An
// epoch is the step in which the number of draws passes a multiple of n.
func WithReplacement(b int) Sampler { return newDraws(b, &uniform{}) }

// Weighted draws b examples independently at every step, example i with probability
// w[i]/Σw. Nothing corrects for it: the descent minimises Σ w[i]·f_i/Σw and not the
// mean. Importance corrects.
func Weighted(b int, w []float64) Sampler { return newDraws(b, newAlias(w)) }

// Importance draws as Weighted does and multiplies each gradient by 1/(n·p_i), so
// that the expected gradient is that of the mean (Needell, Srebro and Ward 2016).
// The loss is corrected likewise. It asks the objective for one example at a time.
func Importance(b int, w []float64) Sampler {
	a := newAlias(w)
	return &importance{draws: *newDraws(b, a), p: a.p, factor: make([]float64, b)}
}

// Markov draws correlated examples: each draw repeats the one before with
// probability stay in [0, 1) and is uniform otherwise. All examples come equally
// often, but values k draws apart have correlation stayᵏ.
func Markov(b int, stay float64) Sampler {
	if !(stay >= 0 && stay < 1) {
		panic("sgd: Markov needs a probability to stay in [0, 1)")
	}
	return newDraws(b, &chain{stay: stay})
}

// source draws one example.
type source interface {
	reset(n int, r *rand.Rand)
	draw(r *rand.Rand) int
}

// draws are batches of b from a source.
type draws struct {
	from  source
	batch []int
	n     int
	drawn int // since the epoch began
	r     *rand.Rand
}

func newDraws(b int, from source) *draws {
	if b < 1 {
		panic(badBatch)
	}
	return &draws{from: from, batch: make([]int, b)}
}

func (s *draws) Reset(n int, r *rand.Rand) {
	s.n, s.drawn, s.r = n, 0, r
	s.from.reset(n, r)
}

func (s *draws) Next() ([]int, bool) {
	for i := range s.batch {
		s.batch[i] = s.from.draw(s.r)
	}
	s.drawn += len(s.batch)
	end := s.drawn >= s.n
	s.drawn %= s.n
	return s.batch, end
}

type importance struct {
	draws
	p, factor []float64
}

var _ Weigher = (*importance)(nil)

// Weights implements Weigher.
func (s *importance) Weights() []float64 {
	for k, i := range s.batch {
		s.factor[k] = 1 / (float64(s.n) * s.p[i])
	}
	return s.factor
}

type uniform struct{ n int }

func (u *uniform) reset(n int, _ *rand.Rand) { u.n = n }
func (u *uniform) draw(r *rand.Rand) int     { return r.IntN(u.n) }

type chain struct {
	stay  float64
	n, at int
}

func (c *chain) reset(n int, r *rand.Rand) { c.n, c.at = n, r.IntN(n) }
func (c *chain) draw(r *rand.Rand) int {
	if r.Float64() >= c.stay {
		c.at = r.IntN(c.n)
	}
	return c.at
}

// alias draws from a table of probabilities in constant time (Walker 1977; Vose
// 1991): column i is example i up to level[i] and other[i] above it.
type alias struct {
	p, level []float64
	other    []int
}

func newAlias(w []float64) *alias {
	n, sum := len(w), 0.0
	for _, v := range w {
		if !(v >= 0 && v <= math.MaxFloat64) {
			panic("sgd: weights must be finite and at least 0")
		}
		sum += v
	}
	if !(sum > 0) {
		panic("sgd: at least one weight must be above 0")
	}
	a := &alias{p: make([]float64, n), level: make([]float64, n), other: make([]int, n)}
	var small, large []int
	for i, v := range w {
		a.p[i] = v / sum
		a.level[i] = a.p[i] * float64(n)
		a.other[i] = i
		if a.level[i] < 1 {
			small = append(small, i)
		} else {
			large = append(large, i)
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.other[s] = l
		a.level[l] -= 1 - a.level[s]
		if a.level[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	return a
}

func (a *alias) reset(n int, _ *rand.Rand) {
	if n != len(a.p) {
		panic("sgd: the sampler's weights are for another number of examples")
	}
}

func (a *alias) draw(r *rand.Rand) int {
	i := r.IntN(len(a.level))
	if r.Float64() < a.level[i] {
		return i
	}
	return a.other[i]
}
