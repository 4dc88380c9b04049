package loss

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Linear is a regression on the score z_i = a_i·x of every row a_i of a table,
//
//	f(x) = 1/n Σ φ(a_i·x, y_i) + ½ l2 |x|²
//
// Make one with NewLeastSquares, NewRidge, NewLogistic, NewHuber or NewHinge. The
// penalty belongs to every example, so that a batch has the same one as the
// whole; it applies to all parameters, a constant term among them.
type Linear struct {
	*Data
	l2  float64
	phi func(z, y float64) (loss, slope, curvature float64)
}

// NewLeastSquares returns linear regression, φ = ½ (z − y)², on a table, which
// it keeps. Its Hessian is AᵀA/n.
func NewLeastSquares(d *Data) *Linear { return NewRidge(d, 0) }

// NewRidge returns linear regression with the penalty ½ l2 |x|².
//
// Hoerl and Kennard, Ridge regression, Technometrics 12 (1970).
func NewRidge(d *Data, l2 float64) *Linear {
	return newLinear(d, l2, func(z, y float64) (float64, float64, float64) {
		e := z - y
		return e * e / 2, e, 1
	})
}

// NewLogistic returns logistic regression for classes y = 0 and 1:
//
//	φ = log(1 + eᶻ) − yz,  φ′ = 1/(1 + e⁻ᶻ) − y
//
// Without a penalty and with classes that a plane parts there is no minimum: the
// loss falls for ever as the parameters grow.
func NewLogistic(d *Data, l2 float64) *Linear {
	d.classes(2)
	return newLinear(d, l2, logistic)
}

// logistic never takes the exponential of a positive number, so it overflows
// nowhere.
func logistic(z, y float64) (loss, slope, curvature float64) {
	e := math.Exp(-math.Abs(z))
	p := 1 / (1 + e)
	q := e * p
	loss = math.Log1p(e) - y*z
	if z > 0 {
		return loss + z, p - y, p * q
	}
	return loss, q - y, p * q
}

// NewHuber returns linear regression that outliers cannot pull harder than
// delta:
//
//	φ = ½ e²  for |e| ≤ delta,  delta (|e| − ½ delta) beyond,  e = z − y
//
// Huber, Robust estimation of a location parameter, The Annals of Mathematical
// Statistics 35 (1964).
func NewHuber(d *Data, delta float64) *Linear {
	if !(delta > 0) {
		panic("loss: Huber's delta must be positive")
	}
	return newLinear(d, 0, func(z, y float64) (float64, float64, float64) {
		e := z - y
		if a := math.Abs(e); a > delta {
			return delta * (a - delta/2), math.Copysign(delta, e), 0
		}
		return e * e / 2, e, 1
	})
}

// NewHinge returns the linear support vector machine for classes y = 0 and 1,
// with s = 2y − 1:
//
//	φ = max(0, 1 − sz)
//
// At the kink sz = 1 the slope is taken as 0.
//
// Shalev-Shwartz, Singer and Srebro, Pegasos, ICML 2007.
func NewHinge(d *Data, l2 float64) *Linear {
	d.classes(2)
	return newLinear(d, l2, func(z, y float64) (float64, float64, float64) {
		s := 2*y - 1
		if m := 1 - s*z; m > 0 {
			return m, -s, 0
		}
		return 0, 0, 0
	})
}

func newLinear(d *Data, l2 float64, phi func(z, y float64) (loss, slope, curvature float64)) *Linear {
	d.fits()
	if !(l2 >= 0) {
		panic("loss: the penalty must not be negative")
	}
	return &Linear{d, l2, phi}
}

// Dim returns the number of features.
func (f *Linear) Dim() int { return f.Features }

// Grad stores the gradient of the mean loss over the batch in grad and returns
// the mean loss.
func (f *Linear) Grad(grad, x []float64, batch []int) float64 {
	check(f.Features, grad, x, batch)
	var value float64
	switch {
	case grad == nil:
		value = f.value(x, batch)
	case len(batch) == 1:
		f.fetch(batch, 0)
		a := f.Row(batch[0])
		l, s, _ := f.phi(floats.Dot(a, x), f.Y[batch[0]])
		floats.ScaleTo(grad, s, a)
		value = l
	default:
		value = f.sum(grad, x, batch)
	}
	if f.l2 != 0 {
		value += f.l2 / 2 * floats.Dot(x, x)
		if grad != nil {
			floats.AddScaled(grad, f.l2, x)
		}
	}
	return value
}

func (f *Linear) value(x []float64, batch []int) float64 {
	n := count(len(f.Y), batch)
	var sum float64
	for j := range n {
		f.fetch(batch, j)
		i := at(batch, j)
		l, _, _ := f.phi(floats.Dot(f.Row(i), x), f.Y[i])
		sum += l
	}
	return sum / float64(n)
}

func (f *Linear) sum(grad, x []float64, batch []int) float64 {
	clear(grad)
	n := count(len(f.Y), batch)
	w := 1 / float64(n)
	var sum float64
	for j := range n {
		f.fetch(batch, j)
		i := at(batch, j)
		a := f.Row(i)
		l, s, _ := f.phi(floats.Dot(a, x), f.Y[i])
		sum += l
		// The row is still in the first-level cache from the product above.
		floats.AddScaled(grad, w*s, a)
	}
	return w * sum
}

// Hess stores 1/n Σ φ″ a_i a_iᵀ + l2 I in h; at a kink, φ″ is 0.
func (f *Linear) Hess(h *mat.SymDense, x []float64) {
	checkHess(f.Features, h, x)
	h.Zero()
	w := 1 / float64(f.Len())
	for i, y := range f.Y {
		a := f.Row(i)
		if _, _, c := f.phi(floats.Dot(a, x), y); c != 0 {
			h.SymRankOne(h, w*c, mat.NewVecDense(len(a), a))
		}
	}
	for i := range f.Features {
		h.SetSym(i, i, h.At(i, i)+f.l2)
	}
}

// Minima returns the minimiser, found by at most 100 Newton steps: one is enough
// for least squares and ridge. It returns none where they do not arrive, because
// the minimum is not unique or not attained, or the loss has kinks.
func (f *Linear) Minima() [][]float64 {
	d := f.Features
	x, g := make([]float64, d), make([]float64, d)
	h := mat.NewSymDense(d, nil)
	var c mat.Cholesky
	step := mat.NewVecDense(d, nil)
	for range 100 {
		f.Grad(g, x, nil)
		f.Hess(h, x)
		if !c.Factorize(h) || c.Cond() > 1e12 {
			return nil
		}
		if c.SolveVecTo(step, mat.NewVecDense(d, g)) != nil {
			return nil
		}
		floats.Sub(x, step.RawVector().Data)
		if floats.Norm(step.RawVector().Data, 2) <= 1e-12*(1+floats.Norm(x, 2)) {
			return [][]float64{x}
		}
	}
	return nil
}

// Domain returns a box of half-width 3 around the minimum, or the origin.
func (f *Linear) Domain() (lo, hi []float64) {
	if m := f.Minima(); m != nil {
		return box(m[0], 3)
	}
	return box(make([]float64, f.Features), 3)
}
