package sgd

import "math"

// RMSProp divides by the root of a running mean of squares (Tieleman and Hinton
// 2012; centred: Graves 2013).
//
//	s ← ρs + (1−ρ)g²
//	m ← ρm + (1−ρ)g                         Centred only; else m = 0
//	u = g/(√(s−m²) + ε)
//	v ← μv + u,   x ← x − lr·v              without Momentum: x ← x − lr·u
//
// as in PyTorch; optax puts ε inside the root: set EpsInside. Nobody else guards
// the centred root: rounding can make s−m² negative, which is taken as 0 here.
type RMSProp struct {
	Rho       float64 // ρ in [0, 1)
	Eps       float64 // ε
	EpsInside bool    // √(s−m²+ε) instead of √(s−m²) + ε
	Centred   bool
	Momentum  float64 // μ

	s, m, v []float64
}

var _ Rule = (*RMSProp)(nil)

// NewRMSProp has ρ = 0.99 and ε = 1e-8, not centred, without momentum.
func NewRMSProp() *RMSProp { return &RMSProp{Rho: 0.99, Eps: 1e-8} }

// Init implements Rule.
func (r *RMSProp) Init(dim int) {
	r.s = resized(r.s, dim)
	if r.Centred {
		r.m = resized(r.m, dim)
	}
	if r.Momentum != 0 {
		r.v = resized(r.v, dim)
	}
}

// State returns the mean squares, the means (Centred) and the velocity (Momentum).
func (r *RMSProp) State() [][]float64 { return [][]float64{r.s, r.m, r.v} }

// Step implements Rule.
func (r *RMSProp) Step(x, grad []float64, lr float64) {
	s, m, v := r.s, r.m, r.v
	if len(x) != len(grad) || len(s) != len(grad) {
		panic(badLength)
	}
	rho, fresh, mu := r.Rho, 1-r.Rho, r.Momentum
	inside, outside := 0.0, r.Eps
	if r.EpsInside {
		inside, outside = r.Eps, 0
	}
	for i, g := range grad {
		s[i] = float64(rho*s[i]) + float64(fresh*float64(g*g))
		spread := s[i]
		if r.Centred {
			m[i] = float64(rho*m[i]) + float64(fresh*g)
			spread = max(spread-float64(m[i]*m[i]), 0)
		}
		u := g / (math.Sqrt(spread+inside) + outside)
		if mu != 0 {
			v[i] = float64(mu*v[i]) + u
			u = v[i]
		}
		x[i] -= float64(lr * u)
	}
}
