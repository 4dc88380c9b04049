package sgd

import "math"

// Adam steps along running means, in units of the root of the running mean square
// (Kingma and Ba 2015). With g the gradient and t = 1 in the first step:
//
//	g ← g + λx                              WeightDecay, unless Decoupled
//	x ← x − lr·λ·x                          WeightDecay, Decoupled (AdamW)
//	m ← β₁m + (1−β₁)g
//	v ← β₂v + (1−β₂)g²
//	w ← max(w, v)                           AMSGrad; else w = v
//	x ← x − lr · m/(1−β₁ᵗ) / (√(w/(1−β₂ᵗ)) + ε)
//
// as in PyTorch. ensmallen and Optim.jl fold both corrections into lr, which makes
// their ε 31.6 times larger at t = 1; optax's AMSGrad corrects before the maximum.
// Decoupled decay is Loshchilov and Hutter (2019), AMSGrad Reddi et al. (2018).
type Adam struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε > 0, outside the root
	WeightDecay  float64 // λ
	Decoupled    bool
	AMSGrad      bool

	m, v, w []float64
	pow     powers
	c       adamConstants
}

// adamConstants are those of one step; sweep_amd64.s knows the order.
type adamConstants struct {
	l2, b1, c1, b2, c2, rate, scale, eps, shrink float64
}

var _ Rule = (*Adam)(nil)

// NewAdam has β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
func NewAdam() *Adam { return &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8} }

// NewAdamW is Adam with a decoupled weight decay λ.
func NewAdamW(lambda float64) *Adam {
	return &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: lambda, Decoupled: true}
}

// Init implements Rule.
func (r *Adam) Init(dim int) {
	r.m, r.v, r.pow = resized(r.m, dim), resized(r.v, dim), onePowers
	if r.AMSGrad {
		r.w = resized(r.w, dim)
	}
}

// State returns m, v, w (AMSGrad) and β₁ᵗ, β₂ᵗ.
func (r *Adam) State() [][]float64 { return [][]float64{r.m, r.v, r.w, r.pow[:]} }

// Step implements Rule.
func (r *Adam) Step(x, grad []float64, lr float64) {
	m, v := r.m, r.v
	if len(x) != len(grad) || len(m) != len(grad) || len(v) != len(grad) {
		panic(badLength)
	}
	r.pow.next(r.Beta1, r.Beta2)
	r.c = adamConstants{
		l2: r.WeightDecay, shrink: 1, eps: r.Eps,
		b1: r.Beta1, c1: 1 - r.Beta1, b2: r.Beta2, c2: 1 - r.Beta2,
		rate: lr / (1 - r.pow[0]), scale: 1 / math.Sqrt(1-r.pow[1]),
	}
	if r.Decoupled {
		r.c.l2, r.c.shrink = 0, 1-float64(lr*r.WeightDecay)
	}
	c, w, from := r.c, v, 0
	if r.AMSGrad {
		w = r.w
	} else if len(x) >= worth {
		from = sweepAdam(x, m, v, grad, &r.c)
	}
	if len(w) != len(grad) {
		panic(badLength)
	}
	for i := from; i < len(grad); i++ {
		g := grad[i] + float64(c.l2*x[i])
		m[i] = float64(c.b1*m[i]) + float64(c.c1*g)
		v[i] = float64(c.b2*v[i]) + float64(c.c2*float64(g*g))
		w[i] = max(w[i], v[i])
		x[i] = float64(c.shrink*x[i]) - float64(c.rate*m[i])/(float64(math.Sqrt(w[i])*c.scale)+c.eps)
	}
}

// powers are β₁ᵗ and β₂ᵗ as running products: math.Pow does not have the same bits
// on every architecture.
type powers [2]float64

var onePowers = powers{1, 1}

// next goes on one step. What no longer changes 1−βᵗ becomes zero, long before it is
// a denormal number, with which processors take a hundred times as long.
func (p *powers) next(b1, b2 float64) {
	for i, b := range [2]float64{b1, b2} {
		if p[i] *= b; p[i] < 0x1p-1000 {
			p[i] = 0
		}
	}
}

// AdaMax is Adam with the largest recent gradient in place of the root mean square
// (Kingma and Ba 2015, section 7.1).
//
//	m ← β₁m + (1−β₁)g
//	u ← max(β₂u, |g|+ε)
//	x ← x − lr/(1−β₁ᵗ) · m/u
type AdaMax struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε > 0

	m, u []float64
	pow  powers
}

var _ Rule = (*AdaMax)(nil)

// NewAdaMax has β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
func NewAdaMax() *AdaMax { return &AdaMax{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8} }

// Init implements Rule.
func (r *AdaMax) Init(dim int) {
	r.m, r.u, r.pow = resized(r.m, dim), resized(r.u, dim), onePowers
}

// State returns m, u and β₁ᵗ.
func (r *AdaMax) State() [][]float64 { return [][]float64{r.m, r.u, r.pow[:]} }

// Step implements Rule.
func (r *AdaMax) Step(x, grad []float64, lr float64) {
	m, u := r.m, r.u
	if len(x) != len(grad) || len(m) != len(grad) || len(u) != len(grad) {
		panic(badLength)
	}
	r.pow.next(r.Beta1, r.Beta2)
	b1, c1, b2, eps := r.Beta1, 1-r.Beta1, r.Beta2, r.Eps
	rate := lr / (1 - r.pow[0])
	for i, g := range grad {
		m[i] = float64(b1*m[i]) + float64(c1*g)
		u[i] = max(float64(b2*u[i]), math.Abs(g)+eps)
		x[i] -= float64(rate * m[i] / u[i])
	}
}
