package loss

import (
	"math"
	"math/rand/v2"
)

// Noisy makes examples of a plain function, so that a minibatch sees it through
// noise whose mean is known:
//
//	f_i(x) = Scale_i f(x) + Tilt_i · x
//
// Tilts add the same noise to the gradient everywhere, scales make single
// examples bear more of the loss than others. With scales of mean 1 and tilts of
// mean 0 the full mean is f itself. Of is evaluated once a call, whatever the
// batch. The Len of Of is ignored: it is taken as a whole.
type Noisy struct {
	Of    Function
	Scale []float64   // nil: all 1
	Tilt  [][]float64 // nil: all 0; rows of length Dim
}

// NewNoisy returns n examples of f with standard normal tilts, shifted and
// rescaled so that in every coordinate their mean is 0 and their mean square s²
// exactly (to rounding): the gradient of one example has standard deviation s
// about that of f, and a batch of B drawn with replacement s/√B. It needs n ≥ 2.
func NewNoisy(f Function, n int, s float64, seed uint64) *Noisy {
	if n < 2 {
		panic("loss: noise of mean zero needs at least two examples")
	}
	r := rand.New(rand.NewPCG(seed, 0))
	d := f.Dim()
	tilt := make([][]float64, n)
	mean, square := make([]float64, d), make([]float64, d)
	for i := range tilt {
		tilt[i] = make([]float64, d)
		for j := range d {
			tilt[i][j] = r.NormFloat64()
			mean[j] += tilt[i][j] / float64(n)
		}
	}
	for _, t := range tilt {
		for j := range t {
			t[j] -= mean[j]
			square[j] += t[j] * t[j] / float64(n)
		}
	}
	for _, t := range tilt {
		for j := range t {
			t[j] *= s / math.Sqrt(square[j])
		}
	}
	return &Noisy{Of: f, Tilt: tilt}
}

// Dim returns the number of parameters.
func (f *Noisy) Dim() int { return f.Of.Dim() }

// Len returns the number of scales or tilts.
func (f *Noisy) Len() int { return max(len(f.Scale), len(f.Tilt)) }

// Grad stores the mean of Scale_i ∇f + Tilt_i over the batch in grad and returns
// the mean of Scale_i f + Tilt_i·x.
func (f *Noisy) Grad(grad, x []float64, batch []int) float64 {
	check(f.Dim(), grad, x, batch)
	n := count(f.Len(), batch)
	scale := 1.0
	if f.Scale != nil {
		scale = 0
		for j := range n {
			scale += f.Scale[at(batch, j)] / float64(n)
		}
	}
	value := float64(scale * f.Of.Grad(grad, x, nil))
	for i := range grad {
		grad[i] *= scale
	}
	if f.Tilt == nil {
		return value
	}
	w := 1 / float64(n)
	for j := range n {
		for i, t := range f.Tilt[at(batch, j)] {
			t = float64(t * w)
			value += float64(t * x[i])
			if grad != nil {
				grad[i] += t
			}
		}
	}
	return value
}

// Minima returns the minima of the function without noise where it knows them:
// those of the full mean, if the means of scales and tilts are 1 and 0.
func (f *Noisy) Minima() [][]float64 {
	if k, ok := f.Of.(interface{ Minima() [][]float64 }); ok {
		return k.Minima()
	}
	return nil
}

// Domain returns the domain of the function without noise.
func (f *Noisy) Domain() (lo, hi []float64) {
	if k, ok := f.Of.(interface{ Domain() (lo, hi []float64) }); ok {
		return k.Domain()
	}
	return box(make([]float64, f.Dim()), 1)
}
