package sgd

// QHM is quasi-hyperbolic momentum (Ma and Yarats 2019): a mixture of the
// gradient and of its running mean.
//
//	v ← βv + (1−β)g
//	x ← x − lr·[(1−ν)g + νv]
//
// ν = 0 is plain gradient descent, ν = 1 momentum with its step divided by 1/(1−β).
type QHM struct {
	Beta float64 // β in [0, 1)
	Nu   float64 // ν in [0, 1]

	v []float64
}

var _ Rule = (*QHM)(nil)

// NewQHM has the paper's β = 0.999 and ν = 0.7.
func NewQHM() *QHM { return &QHM{Beta: 0.999, Nu: 0.7} }

// Init implements Rule.
func (r *QHM) Init(dim int) { r.v = resized(r.v, dim) }

// State returns the running mean of the gradient.
func (r *QHM) State() [][]float64 { return [][]float64{r.v} }

// Step implements Rule.
func (r *QHM) Step(x, grad []float64, lr float64) {
	v := r.v
	if len(x) != len(grad) || len(v) != len(grad) {
		panic(badLength)
	}
	beta, fresh, nu, plain := r.Beta, 1-r.Beta, r.Nu, 1-r.Nu
	for i, g := range grad {
		v[i] = float64(beta*v[i]) + float64(fresh*g)
		x[i] -= float64(lr * (float64(plain*g) + float64(nu*v[i])))
	}
}
