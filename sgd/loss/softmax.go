package loss

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// Softmax is logistic regression for any number K of classes y = 0 … K−1:
//
//	z = W a,  f_i(W) = log Σ_k exp z_k − z_y,  + ½ l2 |W|²
//
// The parameter vector is W row by row, one row of weights a class.
type Softmax struct {
	*Data
	k       int
	l2      float64
	scratch sync.Pool // of *[]float64, one score a class
}

// NewSoftmax returns the loss of a table with classes 0 … classes−1, which it
// keeps.
func NewSoftmax(d *Data, classes int, l2 float64) *Softmax {
	d.fits()
	d.classes(classes)
	if !(l2 >= 0) {
		panic("loss: the penalty must not be negative")
	}
	return &Softmax{Data: d, k: classes, l2: l2}
}

// Dim returns classes times features.
func (f *Softmax) Dim() int { return f.k * f.Features }

// Grad stores the mean of (softmax(z) − e_y) aᵀ over the batch in grad, row by
// row, and returns the mean loss.
func (f *Softmax) Grad(grad, x []float64, batch []int) float64 {
	check(f.Dim(), grad, x, batch)
	z := borrow(&f.scratch, f.k)
	defer f.scratch.Put(z)
	clear(grad)
	n, d := count(len(f.Y), batch), f.Features
	w := 1 / float64(n)
	var sum float64
	for j := range n {
		f.fetch(batch, j)
		i := at(batch, j)
		a, y := f.Row(i), int(f.Y[i])
		for k := range *z {
			(*z)[k] = floats.Dot(x[k*d:k*d+d], a)
		}
		total := floats.LogSumExp(*z)
		sum += total - (*z)[y]
		if grad == nil {
			continue
		}
		for k, s := range *z {
			p := math.Exp(s - total)
			if k == y {
				p--
			}
			floats.AddScaled(grad[k*d:k*d+d], w*p, a)
		}
	}
	sum *= w
	if f.l2 != 0 {
		sum += f.l2 / 2 * floats.Dot(x, x)
		if grad != nil {
			floats.AddScaled(grad, f.l2, x)
		}
	}
	return sum
}

// borrow takes a slice of length n from a pool, whose slices all have length n.
func borrow(p *sync.Pool, n int) *[]float64 {
	if s, ok := p.Get().(*[]float64); ok {
		return s
	}
	s := make([]float64, n)
	return &s
}
