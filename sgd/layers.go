package sgd

import "math"

const badLayers = "sgd: the layers' sizes do not add up to the dimension"

// layers returns sizes that cover dim parameters: those given, or one of all.
func layers(sizes []int, dim int) []int {
	if sizes == nil {
		return []int{dim}
	}
	for _, n := range sizes {
		dim -= n
	}
	if dim != 0 {
		panic(badLayers)
	}
	return sizes
}

// norm is the Euclidean length, added up in order.
func norm(s []float64) float64 {
	sum := 0.0
	for _, v := range s {
		sum += float64(v * v)
	}
	return math.Sqrt(sum)
}

// trust is c·‖x‖/‖u‖, or 1 where either is zero.
func trust(c, x, u float64) float64 {
	if x == 0 || u == 0 {
		return 1
	}
	return c * x / u
}

// LARS gives every layer a step in proportion to its weights (You, Gitman and
// Ginsburg 2017). For each layer of parameters x with gradient g:
//
//	u = g + λx
//	v ← μv + lr·T·‖x‖/‖u‖·u            (factor 1 where a norm is 0)
//	x ← x − v                          or, Nesterov:  x ← x − (μv + lr·T·‖x‖/‖u‖·u)
//
// as in the paper and optax: the rate is inside the velocity.
type LARS struct {
	Momentum    float64 // μ
	WeightDecay float64 // λ
	Trust       float64 // T
	Nesterov    bool
	Layers      []int // sizes of the layers in order; nil: one layer

	sizes []int
	v     []float64
}

var _ Rule = (*LARS)(nil)

// NewLARS has μ = 0.9 and T = 0.001, over the given layers.
func NewLARS(layers ...int) *LARS { return &LARS{Momentum: 0.9, Trust: 0.001, Layers: layers} }

// Init implements Rule.
func (r *LARS) Init(dim int) {
	r.v, r.sizes = resized(r.v, dim), layers(r.Layers, dim)
}

// State returns the velocity.
func (r *LARS) State() [][]float64 { return [][]float64{r.v} }

// Step implements Rule.
func (r *LARS) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) || len(r.v) != len(grad) {
		panic(badLength)
	}
	mu, decay := r.Momentum, r.WeightDecay
	at := 0
	for _, n := range r.sizes {
		w, g, v := x[at:at+n], grad[at:at+n], r.v[at:at+n]
		at += n
		sum := 0.0
		for i, gi := range g {
			u := gi + float64(decay*w[i])
			sum += float64(u * u)
		}
		rate := lr * trust(r.Trust, norm(w), math.Sqrt(sum))
		for i, gi := range g {
			u := float64(rate * (gi + float64(decay*w[i])))
			v[i] = float64(mu*v[i]) + u
			if r.Nesterov {
				w[i] -= float64(mu*v[i]) + u
			} else {
				w[i] -= v[i]
			}
		}
	}
}

// LAMB is Adam with the layerwise steps of LARS (You et al. 2020). For each layer:
//
//	m ← β₁m + (1−β₁)g
//	v ← β₂v + (1−β₂)g²
//	u = m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε) + λx
//	x ← x − lr·‖x‖/‖u‖·u               (factor 1 where a norm is 0)
type LAMB struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	Eps          float64 // ε > 0
	WeightDecay  float64 // λ
	Layers       []int   // sizes of the layers in order; nil: one layer

	sizes   []int
	m, v, u []float64
	pow     powers
}

var _ Rule = (*LAMB)(nil)

// NewLAMB has β₁ = 0.9, β₂ = 0.999 and ε = 1e-6, over the given layers.
func NewLAMB(layers ...int) *LAMB {
	return &LAMB{Beta1: 0.9, Beta2: 0.999, Eps: 1e-6, Layers: layers}
}

// Init implements Rule.
func (r *LAMB) Init(dim int) {
	r.m, r.v, r.u = resized(r.m, dim), resized(r.v, dim), resized(r.u, dim)
	r.pow, r.sizes = onePowers, layers(r.Layers, dim)
}

// State returns m, v and the powers β₁ᵗ, β₂ᵗ.
func (r *LAMB) State() [][]float64 { return [][]float64{r.m, r.v, r.pow[:]} }

// Step implements Rule.
func (r *LAMB) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) || len(r.m) != len(grad) {
		panic(badLength)
	}
	r.pow.next(r.Beta1, r.Beta2)
	b1, c1, b2, c2 := r.Beta1, 1-r.Beta1, r.Beta2, 1-r.Beta2
	unbias, scale := 1/(1-r.pow[0]), 1/math.Sqrt(1-r.pow[1])
	at := 0
	for _, n := range r.sizes {
		w, g := x[at:at+n], grad[at:at+n]
		m, v, u := r.m[at:at+n], r.v[at:at+n], r.u[at:at+n]
		at += n
		for i, gi := range g {
			m[i] = float64(b1*m[i]) + float64(c1*gi)
			v[i] = float64(b2*v[i]) + float64(c2*float64(gi*gi))
			u[i] = float64(m[i]*unbias)/(float64(math.Sqrt(v[i])*scale)+r.Eps) + float64(r.WeightDecay*w[i])
		}
		rate := lr * trust(1, norm(w), norm(u))
		for i := range w {
			w[i] -= float64(rate * u[i])
		}
	}
}
