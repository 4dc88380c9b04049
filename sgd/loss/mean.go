package loss

import "sync"

// Mean makes one loss of several plain functions of the same parameters, one
// example each:
//
//	f(x) = 1/n Σ Of_i(x)
//
// so that anything can be an example: bowls with different centres, one
// observation that alone has a well, losses that look nothing like their mean.
type Mean struct {
	Of      []Function
	scratch sync.Pool // of *[]float64, one gradient each
}

// NewMean returns the mean of the functions, which must have equal dimensions.
func NewMean(of ...Function) *Mean {
	if len(of) == 0 {
		panic("loss: mean of no functions")
	}
	for _, f := range of {
		if f.Dim() != of[0].Dim() {
			panic("loss: mean of functions of different dimensions")
		}
	}
	return &Mean{Of: of}
}

// Dim returns the dimension of the functions.
func (f *Mean) Dim() int { return f.Of[0].Dim() }

// Len returns the number of functions.
func (f *Mean) Len() int { return len(f.Of) }

// Grad stores the mean of the gradients over the batch in grad and returns the
// mean of the values.
func (f *Mean) Grad(grad, x []float64, batch []int) float64 {
	check(f.Dim(), grad, x, batch)
	n := count(f.Len(), batch)
	w := 1 / float64(n)
	var sum float64
	if grad == nil {
		for j := range n {
			sum += f.Of[at(batch, j)].Grad(nil, x, nil)
		}
		return float64(w * sum)
	}
	one := borrow(&f.scratch, f.Dim())
	clear(grad)
	for j := range n {
		sum += f.Of[at(batch, j)].Grad(*one, x, nil)
		for i, g := range *one {
			grad[i] += g
		}
	}
	f.scratch.Put(one)
	for i := range grad {
		grad[i] *= w
	}
	return float64(w * sum)
}
