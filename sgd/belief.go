package sgd

import "math"

// AdaBelief divides by how far gradients fall from their running mean instead of
// from zero (Zhuang et al. 2020).
//
//	m ← β₁m + (1−β₁)g
//	s ← β₂s + (1−β₂)(g−m)² + ε₀
//	x ← x − lr · m/(1−β₁ᵗ) / (√(s/(1−β₂ᵗ)) + ε)
//
// as in optax.
type AdaBelief struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε, outside the root
	EpsInside    float64 // ε₀, added to s in every step

	m, s []float64
	pow  powers
}

var _ Rule = (*AdaBelief)(nil)

// NewAdaBelief has β₁ = 0.9, β₂ = 0.999 and ε = ε₀ = 1e-16.
func NewAdaBelief() *AdaBelief {
	return &AdaBelief{Beta1: 0.9, Beta2: 0.999, Eps: 1e-16, EpsInside: 1e-16}
}

// Init implements Rule.
func (r *AdaBelief) Init(dim int) {
	r.m, r.s, r.pow = resized(r.m, dim), resized(r.s, dim), onePowers
}

// State returns m, s and the powers β₁ᵗ, β₂ᵗ.
func (r *AdaBelief) State() [][]float64 { return [][]float64{r.m, r.s, r.pow[:]} }

// Step implements Rule.
func (r *AdaBelief) Step(x, grad []float64, lr float64) {
	m, s := r.m, r.s
	if len(x) != len(grad) || len(m) != len(grad) || len(s) != len(grad) {
		panic(badLength)
	}
	r.pow.next(r.Beta1, r.Beta2)
	b1, c1, b2, c2 := r.Beta1, 1-r.Beta1, r.Beta2, 1-r.Beta2
	rate, scale := lr/(1-r.pow[0]), 1/math.Sqrt(1-r.pow[1])
	for i, g := range grad {
		m[i] = float64(b1*m[i]) + float64(c1*g)
		d := g - m[i]
		s[i] = float64(b2*s[i]) + float64(c2*float64(d*d)) + r.EpsInside
		x[i] -= float64(rate*m[i]) / (float64(math.Sqrt(s[i])*scale) + r.Eps)
	}
}

// Yogi is Adam whose mean square grows and shrinks by at most (1−β₂)g² a step
// (Zaheer et al. 2018).
//
//	m ← β₁m + (1−β₁)g
//	v ← v − (1−β₂)·sign(v−g²)·g²
//	x ← x − lr · m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε)
//
// as in optax, which starts both m and v at Initial.
type Yogi struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε > 0
	Initial      float64 // m and v before the first step

	m, v []float64
	pow  powers
}

var _ Rule = (*Yogi)(nil)

// NewYogi has β₁ = 0.9, β₂ = 0.999, ε = 1e-3 and Initial 1e-6.
func NewYogi() *Yogi { return &Yogi{Beta1: 0.9, Beta2: 0.999, Eps: 1e-3, Initial: 1e-6} }

// Init implements Rule.
func (r *Yogi) Init(dim int) {
	r.m, r.v, r.pow = resized(r.m, dim), resized(r.v, dim), onePowers
	for i := range r.m {
		r.m[i], r.v[i] = r.Initial, r.Initial
	}
}

// State returns m, v and the powers β₁ᵗ, β₂ᵗ.
func (r *Yogi) State() [][]float64 { return [][]float64{r.m, r.v, r.pow[:]} }

// Step implements Rule.
func (r *Yogi) Step(x, grad []float64, lr float64) {
	m, v := r.m, r.v
	if len(x) != len(grad) || len(m) != len(grad) || len(v) != len(grad) {
		panic(badLength)
	}
	r.pow.next(r.Beta1, r.Beta2)
	b1, c1, c2 := r.Beta1, 1-r.Beta1, 1-r.Beta2
	rate, scale := lr/(1-r.pow[0]), 1/math.Sqrt(1-r.pow[1])
	for i, g := range grad {
		m[i] = float64(b1*m[i]) + float64(c1*g)
		square := float64(g * g)
		v[i] -= float64(float64(c2*sign(v[i]-square)) * square)
		x[i] -= float64(rate*m[i]) / (float64(math.Sqrt(v[i])*scale) + r.Eps)
	}
}
