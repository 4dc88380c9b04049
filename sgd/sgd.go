package sgd

const badLength = "sgd: slice lengths differ"

// worth is the least number of parameters that pays for a call of assembly.
const worth = 16

// SGD is gradient descent with momentum (Polyak 1964; Nesterov 1983; Sutskever et
// al. 2013). With g the gradient, lr the step size, μ Momentum, τ Dampening and
// λ WeightDecay:
//
//	g ← g + λx
//	v ← μv + (1−τ)g          (v ← g in the first step)
//	x ← x − lr·v             or, Nesterov:  x ← x − lr·(g + μv)
//
// as PyTorch and optax have it: a change of lr acts at once. With Sutskever set
// the step size goes into the velocity, as in ensmallen, Keras and Optimisers.jl,
//
//	v ← μv − lr·(1−τ)g
//	x ← x + v                or, Nesterov:  x ← x + μv − lr·g
//
// which is the same for a constant lr (and τ = 0) only. The zero value is plain
// gradient descent, x ← x − lr·g.
type SGD struct {
	Momentum    float64 // μ in [0, 1)
	Dampening   float64 // τ
	WeightDecay float64 // λ, coupled (an L2 penalty of λ/2·‖x‖²)
	Nesterov    bool
	Sutskever   bool

	v     []float64
	begun [1]float64 // 1 after the first step
}

var _ Rule = (*SGD)(nil)

// Init implements Rule.
func (r *SGD) Init(dim int) {
	r.begun[0] = 0
	if r.Momentum != 0 {
		r.v = resized(r.v, dim)
	}
}

// State returns the velocity and whether a step was made.
func (r *SGD) State() [][]float64 { return [][]float64{r.v, r.begun[:]} }

// Step implements Rule.
func (r *SGD) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) {
		panic(badLength)
	}
	if r.Momentum == 0 {
		r.plain(x, grad, lr)
		return
	}
	v, mu := r.v, r.Momentum
	if len(x) != len(v) {
		panic(badLength)
	}
	if !r.momentumOnly() {
		r.general(x, grad, lr)
		return
	}
	i := 0
	if len(x) >= worth {
		i = sweepMomentum(x, v, grad, lr, mu)
	}
	heavyBall(x[i:], v[i:], grad[i:], lr, mu)
}

// momentumOnly reports whether a step is that of heavyBall.
func (r *SGD) momentumOnly() bool {
	return r.Momentum != 0 && r.Dampening == 0 && r.WeightDecay == 0 && !r.Nesterov && !r.Sutskever
}

// heavyBall is the step with momentum and nothing else, inlined where it is called.
func heavyBall(x, v, grad []float64, lr, mu float64) {
	x, v = x[:len(grad)], v[:len(grad)]
	for i, g := range grad {
		v[i] = float64(mu*v[i]) + g
		x[i] -= float64(lr * v[i])
	}
}

// plain is the step without momentum.
func (r *SGD) plain(x, grad []float64, lr float64) {
	if r.WeightDecay == 0 {
		i := 0
		if len(x) >= worth {
			i = sweepPlain(x, grad, lr)
		}
		for ; i < len(grad); i++ {
			x[i] -= float64(lr * grad[i])
		}
		return
	}
	for i, g := range grad {
		x[i] -= float64(lr * (g + float64(r.WeightDecay*x[i])))
	}
}

// general is the step with momentum and everything else.
func (r *SGD) general(x, grad []float64, lr float64) {
	v, mu, decay, keep := r.v, r.Momentum, r.WeightDecay, 1-r.Dampening
	if r.begun[0] == 0 {
		keep, r.begun[0] = 1, 1
	}
	switch {
	case r.Sutskever && r.Nesterov:
		for i, g := range grad {
			g += float64(decay * x[i])
			v[i] = float64(mu*v[i]) - float64(lr*float64(keep*g))
			x[i] += float64(mu*v[i]) - float64(lr*g)
		}
	case r.Sutskever:
		for i, g := range grad {
			g += float64(decay * x[i])
			v[i] = float64(mu*v[i]) - float64(lr*float64(keep*g))
			x[i] += v[i]
		}
	case r.Nesterov:
		for i, g := range grad {
			g += float64(decay * x[i])
			v[i] = float64(mu*v[i]) + float64(keep*g)
			x[i] -= float64(lr * (g + float64(mu*v[i])))
		}
	default:
		for i, g := range grad {
			g += float64(decay * x[i])
			v[i] = float64(mu*v[i]) + float64(keep*g)
			x[i] -= float64(lr * v[i])
		}
	}
}
