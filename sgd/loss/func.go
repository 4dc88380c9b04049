package loss

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Function is a loss taken as a whole, whatever its examples: every objective is
// one.
type Function interface {
	Dim() int
	Grad(grad, x []float64, batch []int) float64
}

// Func makes a loss of a plain function of n parameters, one of the classics of
// this package or your own:
//
//	bowl := &loss.Func{N: 1, F: func(grad, x []float64) float64 {
//		if grad != nil {
//			grad[0] = x[0]
//		}
//		return x[0] * x[0] / 2
//	}}
//
// Only N and F are needed.
type Func struct {
	N int // number of parameters

	// F returns the value at x and, unless grad is nil, overwrites grad with the
	// gradient. Both have length N.
	F func(grad, x []float64) float64

	// H stores the Hessian at x in h. Where it is nil, Hess takes central
	// differences of F's gradient, which is right to about nine digits.
	H func(h *mat.SymDense, x []float64)

	Min    [][]float64 // where the global minimum is attained; nil: not known or not attained
	Lo, Hi []float64   // the box worth plotting; nil: −1 to 1
}

// Dim returns N.
func (f *Func) Dim() int { return f.N }

// Len returns 1: a plain function has one example, itself.
func (f *Func) Len() int { return 1 }

// Grad stores the gradient in grad and returns the value. The batch makes no
// difference.
func (f *Func) Grad(grad, x []float64, batch []int) float64 {
	check(f.N, grad, x, batch)
	return f.F(grad, x)
}

// Hess stores the Hessian at x in h.
func (f *Func) Hess(h *mat.SymDense, x []float64) {
	checkHess(f.N, h, x)
	if f.H != nil {
		f.H(h, x)
		return
	}
	// The cube root of the rounding unit balances truncation against rounding.
	const cbrtEps = 6e-6
	y := slices.Clone(x)
	up, down := make([]float64, f.N), make([]float64, f.N)
	full := mat.NewDense(f.N, f.N, nil)
	for j := range y {
		d := cbrtEps * max(1, math.Abs(x[j]))
		y[j] = x[j] + d
		f.F(up, y)
		y[j] = x[j] - d
		f.F(down, y)
		y[j] = x[j]
		for i := range up {
			full.Set(i, j, (up[i]-down[i])/(2*d))
		}
	}
	for i := range y {
		for j := i; j < f.N; j++ {
			h.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
}

// Minima returns the points where the global minimum is attained, nil if they
// are not known or there is none.
func (f *Func) Minima() [][]float64 {
	var m [][]float64
	for _, x := range f.Min {
		m = append(m, slices.Clone(x))
	}
	return m
}

// Domain returns the corners of the box worth plotting.
func (f *Func) Domain() (lo, hi []float64) {
	if f.Lo == nil || f.Hi == nil {
		return box(make([]float64, f.N), 1)
	}
	return slices.Clone(f.Lo), slices.Clone(f.Hi)
}

// cube returns n copies of v.
func cube(n int, v float64) []float64 {
	return slices.Repeat([]float64{v}, n)
}
