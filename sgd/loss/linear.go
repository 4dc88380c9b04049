package loss

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// model is a loss of the scores z_i = a_i·x of the rows a_i of a table: all the
// regressions of this package. An example costs φ(z_i, y_i), its gradient is
// φ′(z_i, y_i) a_i.
type model struct {
	*Data
	phi func(z, y float64) (loss, slope float64)
}

// Dim returns the number of features.
func (f *model) Dim() int { return f.Features }

// Grad stores the gradient of the mean loss over the batch in grad and returns
// the mean loss.
func (f *model) Grad(grad, x []float64, batch []int) float64 {
	check(f.Features, grad, x, batch)
	if len(batch) == 1 && grad != nil {
		a := f.Row(batch[0])
		l, s := f.phi(floats.Dot(a, x), f.Y[batch[0]])
		floats.ScaleTo(grad, s, a)
		return l
	}
	n := f.Len()
	if batch != nil {
		n = len(batch)
	}
	clear(grad)
	w := 1 / float64(n)
	var sum float64
	for j := range n {
		i := j
		if batch != nil {
			i = batch[j]
		}
		a := f.Row(i)
		l, s := f.phi(floats.Dot(a, x), f.Y[i])
		sum += l
		if grad != nil {
			// The row is still in the first-level cache from the product above.
			floats.AddScaled(grad, w*s, a)
		}
	}
	return w * sum
}

// LeastSquares is linear regression,
//
//	f(x) = 1/n Σ ½ (a_i·x − y_i)²
//
// with Hessian AᵀA/n.
type LeastSquares struct{ model }

// NewLeastSquares returns the least-squares loss of a table, which it keeps.
func NewLeastSquares(d *Data) *LeastSquares {
	d.fits()
	return &LeastSquares{model{d, func(z, y float64) (float64, float64) {
		e := z - y
		return e * e / 2, e
	}}}
}

// Hess stores AᵀA/n in h.
func (f *LeastSquares) Hess(h *mat.SymDense, x []float64) {
	checkHess(f.Features, h, x)
	a := mat.NewDense(f.Len(), f.Features, f.X)
	h.SymOuterK(1/float64(f.Len()), a.T())
}

// Minima returns the solution of the normal equations by a QR factorisation, and
// none when the columns of the table are dependent.
func (f *LeastSquares) Minima() [][]float64 {
	if f.Len() < f.Features {
		return nil
	}
	var w mat.VecDense
	a := mat.NewDense(f.Len(), f.Features, f.X)
	if err := w.SolveVec(a, mat.NewVecDense(f.Len(), f.Y)); err != nil {
		return nil
	}
	return [][]float64{append([]float64(nil), w.RawVector().Data...)}
}

// Domain returns a box of half-width 3 around the minimum, or the origin.
func (f *LeastSquares) Domain() (lo, hi []float64) {
	if m := f.Minima(); m != nil {
		return box(m[0], 3)
	}
	return box(make([]float64, f.Features), 3)
}
