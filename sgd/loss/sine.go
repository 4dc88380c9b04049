package loss

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Sine is the regression of a sine of unknown frequency,
//
//	J(k) = 1/n Σ (sin(k x_i) − y_i)²
//
// one parameter and many local minima. It is the loss of the question "How does
// stochastic gradient descent avoid local minima?" whose pictures this course
// redraws: the full loss is a solid curve, the loss of each batch a dotted one.
type Sine struct {
	X, Y []float64
}

// NewSine draws n examples: x uniform in [−width, width], y = sin(k x) + noise·ξ
// with ξ standard normal.
func NewSine(n int, k, width, noise float64, seed uint64) *Sine {
	r := rand.New(rand.NewPCG(seed, 0))
	f := &Sine{X: make([]float64, n), Y: make([]float64, n)}
	for i := range n {
		f.X[i] = width * (2*r.Float64() - 1)
		f.Y[i] = math.Sin(k*f.X[i]) + noise*r.NormFloat64()
	}
	return f
}

// LessonSine returns the data of the course's lesson on local minima: 100
// examples whose loss has its lowest minimum at 3.2 and five others around it.
// Gradient descent from k = 1 with a small step settles at 0.90, the nearest and
// the highest of them; to the right a low hill parts it from a deeper one at 1.56.
func LessonSine() *Sine { return NewSine(100, 3.2, 4.5, 0.3, 78) }

// Dim returns 1.
func (f *Sine) Dim() int { return 1 }

// Len returns the number of examples.
func (f *Sine) Len() int { return len(f.X) }

// Grad stores the mean of 2(sin(k x) − y) x cos(k x) in grad and returns the
// mean of (sin(k x) − y)² over the batch.
func (f *Sine) Grad(grad, x []float64, batch []int) float64 {
	check(1, grad, x, batch)
	k := x[0]
	n := count(len(f.X), batch)
	var sum, slope float64
	for j := range n {
		i := at(batch, j)
		s, c := math.Sincos(k * f.X[i])
		e := s - f.Y[i]
		sum += float64(e * e)
		slope += float64(e * c * f.X[i])
	}
	if grad != nil {
		grad[0] = 2 * slope / float64(n)
	}
	return sum / float64(n)
}

// Hess stores the mean of 2x²(cos² − sin² + y sin)(k x) in h.
func (f *Sine) Hess(h *mat.SymDense, x []float64) {
	checkHess(1, h, x)
	var sum float64
	for i, v := range f.X {
		s, c := math.Sincos(x[0] * v)
		sum += v * v * (c*c - s*s + f.Y[i]*s)
	}
	h.SetSym(0, 0, 2*sum/float64(len(f.X)))
}

// Minima returns the lowest of the local minima in the domain.
func (f *Sine) Minima() [][]float64 {
	lo, hi := f.Domain()
	all := Valleys(f, lo[0], hi[0], 2000)
	var best []float64
	for _, k := range all {
		if best == nil || f.Grad(nil, []float64{k}, nil) < f.Grad(nil, best, nil) {
			best = []float64{k}
		}
	}
	if best == nil {
		return nil
	}
	return [][]float64{best}
}

// Domain returns −1 to 5.5.
func (f *Sine) Domain() (lo, hi []float64) { return []float64{-1}, []float64{5.5} }
