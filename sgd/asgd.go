package sgd

import "math"

// ASGD is averaged stochastic gradient descent with its own decaying rate (Polyak
// and Juditsky 1992; the schedule of Bottou's sgd). With t = 1 in the first step:
//
//	x ← (1 − λη)x − ηg,      η = lr in the first step
//	a ← a + μ(x − a),        μ = 1/max(1, t−1−Start)
//	η ← lr/(1 + λ·lr·t)^α
//
// as in PyTorch. For an average around any rule see Average.
type ASGD struct {
	Lambda float64 // λ, decay term
	Alpha  float64 // α, power of the decaying rate
	Start  float64 // the step from which on x is averaged

	a    []float64
	next [2]float64 // t, and η for the next step
}

var _ Rule = (*ASGD)(nil)

// NewASGD has λ = 1e-4, α = 0.75 and Start 1e6.
func NewASGD() *ASGD { return &ASGD{Lambda: 1e-4, Alpha: 0.75, Start: 1e6} }

// Init implements Rule.
func (r *ASGD) Init(dim int) { r.a, r.next = resized(r.a, dim), [2]float64{} }

// State returns the average and t with η.
func (r *ASGD) State() [][]float64 { return [][]float64{r.a, r.next[:]} }

// Average returns a view of the averaged point.
func (r *ASGD) Average() []float64 { return r.a }

// Step implements Rule.
func (r *ASGD) Step(x, grad []float64, lr float64) {
	a := r.a
	if len(x) != len(grad) || len(a) != len(grad) {
		panic(badLength)
	}
	t, eta := r.next[0], r.next[1]
	if t == 0 {
		eta = lr
	}
	shrink, mu := 1-float64(r.Lambda*eta), 1/max(1, t-r.Start)
	for i, g := range grad {
		x[i] = float64(shrink*x[i]) - float64(eta*g)
		if mu == 1 {
			a[i] = x[i]
		} else {
			a[i] += float64(mu * (x[i] - a[i]))
		}
	}
	t++
	r.next = [2]float64{t, lr / power(1+float64(float64(r.Lambda*lr)*t), r.Alpha)}
}

// power is aᵖ; with p = 3/4 it has the same bits on every architecture, which
// math.Pow has not.
func power(a, p float64) float64 {
	if p == 0.75 {
		root := math.Sqrt(a)
		return root * math.Sqrt(root)
	}
	return math.Pow(a, p)
}
