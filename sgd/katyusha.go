package sgd

import "math"

// Katyusha is accelerated SVRG (Allen-Zhu 2017): Nesterov's coupling of two
// sequences with a third that pulls back to the snapshot. It is a rule and its own
// estimator at once: give it to Descent as the Rule, with nothing around it and no
// Gradient. With snapshot s, renewed every Every steps, and g the estimate of SVRG
// at x:
//
//	z ← z − lr·g
//	y ← x − τ₁·lr·g
//	x ← τ₁z + τ₂s + (1−τ₁−τ₂)y
//	s ← Σ θʲyⱼ / Σ θʲ  over the round, j from 0,   θ = 1 + lr·Sigma
//
// For L-smooth, Sigma-strongly convex losses the paper takes τ₂ = ½,
// τ₁ = min(√(m·Sigma/3L), ½) for rounds of m and lr = 1/(3τ₁L).
type Katyusha struct {
	Tau1, Tau2 float64
	Sigma      float64 // strong convexity; 0: the snapshot is the plain mean
	Every      int     // steps of a round; 0: 2n

	est       SVRG
	ready     bool // est has been told of the objective
	y, z, sum []float64
	// weight of the next y, sum of weights, and steps of this round
	round [3]float64
}

var (
	_ Rule      = (*Katyusha)(nil)
	_ Estimator = (*katyushaGradient)(nil)
)

// NewKatyusha has the paper's constants for L-smooth, sigma-strongly convex losses
// in rounds of m steps, and the learning rate that goes with them; sigma > 0.
func NewKatyusha(smooth, sigma float64, m int) (k *Katyusha, lr float64) {
	tau := min(math.Sqrt(float64(m)*sigma/(3*smooth)), 0.5)
	return &Katyusha{Tau1: tau, Tau2: 0.5, Sigma: sigma, Every: m}, 1 / (3 * tau * smooth)
}

// Init implements Rule.
func (k *Katyusha) Init(dim int) {
	if !k.ready {
		panic("sgd: Katyusha brings its own gradient: give it to Descent as the Rule, nothing around it, and no Gradient")
	}
	k.ready = false
	k.y, k.z, k.sum = resized(k.y, dim), resized(k.z, dim), resized(k.sum, dim)
	k.round = [3]float64{}
}

// State returns the sequences, the weights and the snapshot.
func (k *Katyusha) State() [][]float64 {
	return append(k.est.State(), k.y, k.z, k.sum, k.round[:])
}

// Snapshot returns a view of the point s, the one to keep at the end.
func (k *Katyusha) Snapshot() []float64 { return k.est.y }

// estimator is what Descent takes gradients from.
func (k *Katyusha) estimator() Estimator { return &katyushaGradient{k} }

type katyushaGradient struct{ k *Katyusha }

func (e *katyushaGradient) Init(f Objective) {
	e.k.est.Every, e.k.ready = e.k.Every, true
	e.k.est.Init(f)
}

func (e *katyushaGradient) State() [][]float64 { return nil }

func (e *katyushaGradient) Grad(grad, x []float64, batch []int) float64 {
	k := e.k
	if k.round[1] == 0 && k.round[2] == 0 { // the very first step
		copy(k.est.y, x)
		copy(k.z, x)
		k.est.f.Grad(k.est.mu, x, nil)
	} else if k.round[2] == 0 {
		k.est.f.Grad(k.est.mu, k.est.y, nil)
	}
	return k.est.estimate(grad, x, batch)
}

// Step implements Rule.
func (k *Katyusha) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) || len(k.z) != len(grad) || len(k.est.y) != len(grad) {
		panic(badLength)
	}
	if k.round[2] == 0 {
		clear(k.sum)
		k.round[0], k.round[1] = 1, 0
	}
	w := k.round[0]
	short := k.Tau1 * lr
	for i, g := range grad {
		k.z[i] -= float64(lr * g)
		k.y[i] = x[i] - float64(short*g)
		k.sum[i] += float64(w * k.y[i])
	}
	k.round[1] += w
	k.round[0] = w * (1 + float64(lr*k.Sigma))
	k.round[2]++
	snap := k.est.y
	if int(k.round[2]) == k.est.every {
		k.round[2] = 0
		for i, s := range k.sum {
			snap[i] = s / k.round[1]
		}
	}
	rest := 1 - k.Tau1 - k.Tau2
	for i := range x {
		x[i] = float64(k.Tau1*k.z[i]) + float64(k.Tau2*snap[i]) + float64(rest*k.y[i])
	}
}
