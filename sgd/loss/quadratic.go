package loss

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Quadratic is a bowl, or a saddle, of constant curvature:
//
//	f(x) = ½ (x − m)ᵀ H (x − m)
//
// Its eigenvalues are what every statement about step sizes is made of: gradient
// descent is stable for lr < 2/λ_max and its speed is set by λ_max/λ_min.
// Make one with NewQuadratic from a Hessian, or with Spectrum from its
// eigenvalues, turned by Rotate or RandomRotation.
type Quadratic struct {
	min  []float64
	hess []float64 // row-major, symmetric; nil where diag is all there is
	diag []float64
}

// NewQuadratic returns the quadratic with Hessian h, n rows of n, and its
// stationary point m, nil for the origin. It panics when h is not square,
// not symmetric, or does not fit m.
func NewQuadratic(h [][]float64, m []float64) *Quadratic {
	n := len(h)
	if m == nil {
		m = make([]float64, n)
	}
	if len(m) != n {
		panic(badX)
	}
	f := &Quadratic{min: append([]float64(nil), m...), hess: make([]float64, 0, n*n), diag: make([]float64, n)}
	diagonal := true
	for i, row := range h {
		if len(row) != n {
			panic("loss: Hessian is not square")
		}
		for j, v := range row {
			if v != h[j][i] {
				panic("loss: Hessian is not symmetric")
			}
			diagonal = diagonal && (i == j || v == 0)
		}
		f.hess = append(f.hess, row...)
		f.diag[i] = row[i]
	}
	if diagonal {
		f.hess = nil
	}
	return f
}

// Spectrum returns the quadratic with the given eigenvalues along the axes and
// its stationary point at the origin.
func Spectrum(eigenvalues ...float64) *Quadratic {
	return &Quadratic{min: make([]float64, len(eigenvalues)), diag: append([]float64(nil), eigenvalues...)}
}

// Geometric returns n eigenvalues from low to high with a constant ratio, the
// usual spectrum for a chosen condition number high/low.
func Geometric(n int, low, high float64) []float64 {
	e := make([]float64, n)
	for i := range e {
		e[i] = low
		if n > 1 {
			e[i] = low * math.Pow(high/low, float64(i)/float64(n-1))
		}
	}
	return e
}

// At returns the same quadratic with its stationary point at m.
func (f *Quadratic) At(m ...float64) *Quadratic {
	if len(m) != f.Dim() {
		panic(badX)
	}
	return &Quadratic{min: append([]float64(nil), m...), hess: f.hess, diag: f.diag}
}

// Rotate returns the quadratic turned by an angle, in radians and
// counter-clockwise, in the plane of the first two coordinates, about its
// stationary point. The eigenvalues stay.
func (f *Quadratic) Rotate(angle float64) *Quadratic {
	n := f.Dim()
	if n < 2 {
		panic("loss: a rotation needs two dimensions")
	}
	q := mat.NewDense(n, n, nil)
	for i := range n {
		q.Set(i, i, 1)
	}
	s, c := math.Sincos(angle)
	q.Set(0, 0, c)
	q.Set(0, 1, -s)
	q.Set(1, 0, s)
	q.Set(1, 1, c)
	return f.turn(q)
}

// RandomRotation returns the quadratic turned by a rotation or reflection drawn
// uniformly (Haar) from the seed: the Q of a Gaussian matrix with the signs of
// R's diagonal moved into it.
//
// Mezzadri, How to generate random matrices from the classical compact groups,
// Notices of the AMS 54 (2007).
func (f *Quadratic) RandomRotation(seed uint64) *Quadratic {
	n := f.Dim()
	r := rand.New(rand.NewPCG(seed, 0))
	a := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			a.Set(i, j, r.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(a)
	var q, rr mat.Dense
	qr.QTo(&q)
	qr.RTo(&rr)
	for j := range n {
		if rr.At(j, j) < 0 {
			for i := range n {
				q.Set(i, j, -q.At(i, j))
			}
		}
	}
	return f.turn(&q)
}

// turn returns the quadratic with Hessian q H qᵀ.
func (f *Quadratic) turn(q *mat.Dense) *Quadratic {
	n := f.Dim()
	h := mat.NewSymDense(n, nil)
	f.Hess(h, f.min)
	var t, full mat.Dense
	t.Mul(q, h)
	full.Mul(&t, q.T())
	g := &Quadratic{min: f.min, hess: make([]float64, n*n), diag: make([]float64, n)}
	for i := range n {
		for j := range n {
			g.hess[i*n+j] = (full.At(i, j) + full.At(j, i)) / 2
		}
		g.diag[i] = g.hess[i*n+i]
	}
	return g
}

// Dim returns the number of parameters.
func (f *Quadratic) Dim() int { return len(f.min) }

// Len returns 1: a plain function has one example, itself.
func (f *Quadratic) Len() int { return 1 }

// Grad stores H(x − m) in grad and returns ½ (x − m)ᵀ H (x − m).
func (f *Quadratic) Grad(grad, x []float64, batch []int) float64 {
	n := len(f.min)
	check(n, grad, x, batch)
	m := f.min
	var sum float64
	if f.hess == nil {
		for i, h := range f.diag {
			d := x[i] - m[i]
			g := h * d
			sum += float64(g * d)
			if grad != nil {
				grad[i] = g
			}
		}
		return sum / 2
	}
	for i := range n {
		row := f.hess[i*n : i*n+n]
		var g float64
		for j, h := range row {
			g += float64(h * (x[j] - m[j]))
		}
		sum += float64(g * (x[i] - m[i]))
		if grad != nil {
			grad[i] = g
		}
	}
	return sum / 2
}

// Hess stores the Hessian, the same everywhere, in h.
func (f *Quadratic) Hess(h *mat.SymDense, x []float64) {
	n := f.Dim()
	checkHess(n, h, x)
	h.Zero()
	for i := range n {
		h.SetSym(i, i, f.diag[i])
		if f.hess == nil {
			continue
		}
		for j := i + 1; j < n; j++ {
			h.SetSym(i, j, f.hess[i*n+j])
		}
	}
}

// Eigenvalues returns the eigenvalues of the Hessian in ascending order.
func (f *Quadratic) Eigenvalues() []float64 {
	h := mat.NewSymDense(f.Dim(), nil)
	f.Hess(h, f.min)
	var e mat.EigenSym
	if !e.Factorize(h, false) {
		panic("loss: the Hessian has no finite eigenvalues")
	}
	return e.Values(nil)
}

// Minima returns the stationary point where all eigenvalues are positive or
// zero, and none where the quadratic is unbounded below.
func (f *Quadratic) Minima() [][]float64 {
	// A zero eigenvalue comes back as a rounding error of the largest one.
	e := f.Eigenvalues()
	if e[0] < -1e-12*math.Abs(e[len(e)-1]) {
		return nil
	}
	return [][]float64{append([]float64(nil), f.min...)}
}

// Domain returns a box of half-width 3 around the stationary point.
func (f *Quadratic) Domain() (lo, hi []float64) { return box(f.min, 3) }
