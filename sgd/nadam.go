package sgd

import "math"

// NAdam is Adam with Nesterov's look ahead and a schedule for the momentum (Dozat
// 2016). With t = 1 in the first step:
//
//	μₜ = β₁(1 − ½·0.96^(tψ)),   Πₜ = μ₁⋯μₜ
//	m ← β₁m + (1−β₁)g
//	v ← β₂v + (1−β₂)g²
//	x ← x − lr·[(1−μₜ)/(1−Πₜ)·g + μₜ₊₁/(1−Πₜμₜ₊₁)·m] / (√(v/(1−β₂ᵗ)) + ε)
//
// as in PyTorch since 2.0 (1.13 multiplies μₜ into the second Π twice). optax has
// no schedule.
type NAdam struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε > 0
	Psi          float64 // ψ, the speed of the momentum schedule

	m, v []float64
	pow  powers     // 0.96^(ψt), β₂ᵗ
	prod [1]float64 // Π
}

var _ Rule = (*NAdam)(nil)

// NewNAdam has β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and ψ = 0.004.
func NewNAdam() *NAdam { return &NAdam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Psi: 0.004} }

// Init implements Rule.
func (r *NAdam) Init(dim int) {
	r.m, r.v = resized(r.m, dim), resized(r.v, dim)
	r.pow, r.prod[0] = onePowers, 1
}

// State returns m, v, 0.96^(ψt) with β₂ᵗ, and Π.
func (r *NAdam) State() [][]float64 { return [][]float64{r.m, r.v, r.pow[:], r.prod[:]} }

// Step implements Rule.
func (r *NAdam) Step(x, grad []float64, lr float64) {
	m, v := r.m, r.v
	if len(x) != len(grad) || len(m) != len(grad) || len(v) != len(grad) {
		panic(badLength)
	}
	q := 0.9998367253526753 // 0.96^0.004
	if r.Psi != 0.004 {
		q = math.Pow(0.96, r.Psi)
	}
	r.pow.next(q, r.Beta2)
	mu := float64(r.Beta1 * (1 - float64(0.5*r.pow[0])))
	ahead := r.Beta1 * (1 - float64(0.5*float64(r.pow[0]*q)))
	if r.prod[0] *= mu; r.prod[0] < 0x1p-1000 {
		r.prod[0] = 0 // see powers
	}
	ofGrad := lr * (1 - mu) / (1 - r.prod[0])
	ofMean := lr * ahead / (1 - float64(r.prod[0]*ahead))
	b1, c1, b2, c2 := r.Beta1, 1-r.Beta1, r.Beta2, 1-r.Beta2
	scale, eps := 1/math.Sqrt(1-r.pow[1]), r.Eps
	for i, g := range grad {
		m[i] = float64(b1*m[i]) + float64(c1*g)
		v[i] = float64(b2*v[i]) + float64(c2*float64(g*g))
		x[i] -= (float64(ofGrad*g) + float64(ofMean*m[i])) / (float64(math.Sqrt(v[i])*scale) + eps)
	}
}

// RAdam is Adam that waits until its mean square is worth dividing by (Liu et al.
// 2020). With t = 1 in the first step and ρ∞ = 2/(1−β₂) − 1:
//
//	m ← β₁m + (1−β₁)g
//	v ← β₂v + (1−β₂)g²
//	ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ)
//	r² = (ρ−4)(ρ−2)ρ∞ / [(ρ∞−4)(ρ∞−2)ρ]
//	x ← x − lr·r·m/(1−β₁ᵗ) · √(1−β₂ᵗ)/(√v + ε)      if ρ > 5
//	x ← x − lr·m/(1−β₁ᵗ)                            otherwise
//
// as in PyTorch; optax takes the first form at ρ = 5 too and corrects v before it
// adds ε.
type RAdam struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε > 0

	m, v []float64
	pow  powers
	t    [1]float64
}

var _ Rule = (*RAdam)(nil)

// NewRAdam has β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
func NewRAdam() *RAdam { return &RAdam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8} }

// Init implements Rule.
func (r *RAdam) Init(dim int) {
	r.m, r.v = resized(r.m, dim), resized(r.v, dim)
	r.pow, r.t[0] = onePowers, 0
}

// State returns m, v, the powers β₁ᵗ, β₂ᵗ, and t.
func (r *RAdam) State() [][]float64 { return [][]float64{r.m, r.v, r.pow[:], r.t[:]} }

// Step implements Rule.
func (r *RAdam) Step(x, grad []float64, lr float64) {
	m, v := r.m, r.v
	if len(x) != len(grad) || len(m) != len(grad) || len(v) != len(grad) {
		panic(badLength)
	}
	r.pow.next(r.Beta1, r.Beta2)
	r.t[0]++
	b1, c1, b2, c2, eps := r.Beta1, 1-r.Beta1, r.Beta2, 1-r.Beta2, r.Eps
	rate := lr / (1 - r.pow[0])
	end := 2/(1-b2) - 1
	rho := end - 2*float64(r.t[0]*r.pow[1])/(1-r.pow[1])
	if rho <= 5 {
		for i, g := range grad {
			m[i] = float64(b1*m[i]) + float64(c1*g)
			v[i] = float64(b2*v[i]) + float64(c2*float64(g*g))
			x[i] -= float64(rate * m[i])
		}
		return
	}
	rate *= math.Sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho) * (1 - r.pow[1]))
	for i, g := range grad {
		m[i] = float64(b1*m[i]) + float64(c1*g)
		v[i] = float64(b2*v[i]) + float64(c2*float64(g*g))
		x[i] -= float64(rate*m[i]) / (math.Sqrt(v[i]) + eps)
	}
}
