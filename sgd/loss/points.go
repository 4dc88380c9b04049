package loss

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// TwoPoints is the mean of squared distances to two points, the smallest loss
// on which batch and stochastic descent differ:
//
//	f_i(x) = ½ h_i |x − c_i|²,  c_i = P or Q
//
// The examples are stored in order: Copies[0] times P, then Copies[1] times Q.
// Copies are the weights of the points as a sampler sees them; a weight in front
// of an example's loss is the same as a factor in its curvature.
//
// Zero values: Curvature 0 means 2, so that f_i = |x − c_i|² with gradient
// 2(x − c_i). Copies {0, 0} means one of each.
type TwoPoints struct {
	P, Q      []float64  // two points of the same length
	Curvature [2]float64 // h of P and of Q
	Copies    [2]int     // how often P and Q occur among the examples
}

// Dim returns the length of the points.
func (f *TwoPoints) Dim() int { return len(f.P) }

// Len returns the number of examples, 2 unless Copies says otherwise.
func (f *TwoPoints) Len() int {
	n, m := f.copies()
	return n + m
}

func (f *TwoPoints) copies() (int, int) {
	if f.Copies == [2]int{} {
		return 1, 1
	}
	return f.Copies[0], f.Copies[1]
}

// pull returns the curvatures, each times the share of its point in the batch.
func (f *TwoPoints) pull(batch []int) (wp, wq float64) {
	wp, wq = f.Curvature[0], f.Curvature[1]
	if wp == 0 {
		wp = 2
	}
	if wq == 0 {
		wq = 2
	}
	np, nq := f.copies()
	if len(batch) == 1 {
		if batch[0] < np {
			return wp, 0
		}
		return 0, wq
	}
	if batch != nil {
		first := np
		np, nq = 0, 0
		for _, i := range batch {
			if i < first {
				np++
			} else {
				nq++
			}
		}
	}
	n := float64(np + nq)
	return wp * (float64(np) / n), wq * (float64(nq) / n)
}

// Grad stores the gradient of the mean over the batch, Σ w_i (x − c_i), in grad
// and returns the mean.
func (f *TwoPoints) Grad(grad, x []float64, batch []int) float64 {
	check(len(f.P), grad, x, batch)
	wp, wq := f.pull(batch)
	q := f.Q[:len(x)]
	var sum float64
	for j, p := range f.P {
		dp, dq := x[j]-p, x[j]-q[j]
		gp, gq := float64(wp*dp), float64(wq*dq)
		sum += float64(gp*dp) + float64(gq*dq)
		if grad != nil {
			grad[j] = gp + gq
		}
	}
	return sum / 2
}

// Hess stores the Hessian of the full mean in h: a multiple of the identity.
func (f *TwoPoints) Hess(h *mat.SymDense, x []float64) {
	checkHess(f.Dim(), h, x)
	wp, wq := f.pull(nil)
	h.Zero()
	for j := range x {
		h.SetSym(j, j, wp+wq)
	}
}

// Minima returns the one minimiser, the mean of the points weighted by copies
// and curvature: the midpoint unless one of them is unequal.
func (f *TwoPoints) Minima() [][]float64 {
	wp, wq := f.pull(nil)
	m := make([]float64, len(f.P))
	for j, p := range f.P {
		m[j] = (wp*p + wq*f.Q[j]) / (wp + wq)
	}
	return [][]float64{m}
}

// Domain returns a box that holds both points with their distance around them.
func (f *TwoPoints) Domain() (lo, hi []float64) {
	var r float64
	for j, p := range f.P {
		r = max(r, math.Abs(p-f.Q[j]))
	}
	if r == 0 {
		r = 1
	}
	lo, hi = make([]float64, len(f.P)), make([]float64, len(f.P))
	for j, p := range f.P {
		m := (p + f.Q[j]) / 2
		lo[j], hi[j] = m-r, m+r
	}
	return lo, hi
}
