package sgd

import "math"

// AdaGrad divides each parameter's step by the root of the squares of all its
// gradients so far (Duchi, Hazan and Singer 2011).
//
//	s ← s + g²
//	x ← x − lr/(1+ηt) · g/(√s + ε)
//
// as in PyTorch: s starts at Initial = 0 and ε is outside the root. optax starts
// at 0.1 with ε inside: set Initial and EpsInside.
type AdaGrad struct {
	Eps       float64 // ε
	EpsInside bool    // √(s+ε) instead of √s + ε
	Initial   float64 // s before the first step
	Decay     float64 // η, decay of the learning rate; t = 0 in the first step

	s []float64
	t [1]float64
}

var _ Rule = (*AdaGrad)(nil)

// NewAdaGrad has ε = 1e-10.
func NewAdaGrad() *AdaGrad { return &AdaGrad{Eps: 1e-10} }

// Init implements Rule.
func (r *AdaGrad) Init(dim int) {
	r.s, r.t[0] = resized(r.s, dim), 0
	for i := range r.s {
		r.s[i] = r.Initial
	}
}

// State returns the sums of squares and the number of steps made.
func (r *AdaGrad) State() [][]float64 { return [][]float64{r.s, r.t[:]} }

// Step implements Rule.
func (r *AdaGrad) Step(x, grad []float64, lr float64) {
	s := r.s
	if len(x) != len(grad) || len(s) != len(grad) {
		panic(badLength)
	}
	lr /= 1 + float64(r.Decay*r.t[0])
	r.t[0]++
	inside, outside := 0.0, r.Eps
	if r.EpsInside {
		inside, outside = r.Eps, 0
	}
	for i, g := range grad {
		s[i] += float64(g * g)
		x[i] -= float64(lr * g / (math.Sqrt(s[i]+inside) + outside))
	}
}

// Adadelta makes the step of each parameter as long as its recent steps were, in
// the parameter's own units (Zeiler 2012).
//
//	s ← ρs + (1−ρ)g²
//	δ = √(d+ε)/√(s+ε) · g
//	d ← ρd + (1−ρ)δ²
//	x ← x − lr·δ
type Adadelta struct {
	Rho float64 // ρ in [0, 1)
	Eps float64 // ε, inside both roots

	s, d []float64
}

var _ Rule = (*Adadelta)(nil)

// NewAdadelta has ρ = 0.9 and ε = 1e-6; it is meant for a learning rate of 1.
func NewAdadelta() *Adadelta { return &Adadelta{Rho: 0.9, Eps: 1e-6} }

// Init implements Rule.
func (r *Adadelta) Init(dim int) { r.s, r.d = resized(r.s, dim), resized(r.d, dim) }

// State returns the mean squares of gradients and of steps.
func (r *Adadelta) State() [][]float64 { return [][]float64{r.s, r.d} }

// Step implements Rule.
func (r *Adadelta) Step(x, grad []float64, lr float64) {
	s, d := r.s, r.d
	if len(x) != len(grad) || len(s) != len(grad) || len(d) != len(grad) {
		panic(badLength)
	}
	rho, fresh, eps := r.Rho, 1-r.Rho, r.Eps
	for i, g := range grad {
		s[i] = float64(rho*s[i]) + float64(fresh*float64(g*g))
		delta := math.Sqrt(d[i]+eps) / math.Sqrt(s[i]+eps) * g
		d[i] = float64(rho*d[i]) + float64(fresh*float64(delta*delta))
		x[i] -= float64(lr * delta)
	}
}
