package loss

import "math"

// NonAdditive is a cost of one parameter θ that combines the errors x_i − θ of
// its examples in another way than by a mean, and so breaks the promise of this
// package on purpose: the mean of the gradients of its batches is not the
// gradient of the whole. It is here to be caught at it.
type NonAdditive struct {
	X []float64
	// of returns the cost and its slope by θ.
	of func(x []float64, batch []int, theta float64) (cost, slope float64)
}

// RMSE is the root of the mean squared error, √(1/n Σ (x_i − θ)²). For x = 1, 3
// and θ = 0 its slope is −2/√5, while that of both examples alone is −1.
func RMSE(x ...float64) *NonAdditive {
	return &NonAdditive{X: x, of: func(x []float64, batch []int, theta float64) (float64, float64) {
		n := count(len(x), batch)
		var square, sum float64
		for j := range n {
			e := x[at(batch, j)] - theta
			square += float64(e * e)
			sum += e
		}
		root := math.Sqrt(square / float64(n))
		if root == 0 {
			return 0, 0
		}
		return root, -sum / float64(n) / root
	}}
}

// Product is the product of the squared errors, Π (x_i − θ)²: 0 as soon as one
// example is fitted.
func Product(x ...float64) *NonAdditive {
	return &NonAdditive{X: x, of: func(x []float64, batch []int, theta float64) (float64, float64) {
		cost, slope := 1.0, 0.0
		for j := range count(len(x), batch) {
			e := x[at(batch, j)] - theta
			slope = float64(slope*e*e) - float64(2*cost*e)
			cost *= e * e
		}
		return cost, slope
	}}
}

// Max is the largest squared error, max (x_i − θ)²: its minimiser is the middle
// of the extremes, not the mean.
func Max(x ...float64) *NonAdditive {
	return &NonAdditive{X: x, of: func(x []float64, batch []int, theta float64) (cost, slope float64) {
		for j := range count(len(x), batch) {
			e := x[at(batch, j)] - theta
			if e*e > cost {
				cost, slope = e*e, -2*e
			}
		}
		return cost, slope
	}}
}

// Dim returns 1.
func (f *NonAdditive) Dim() int { return 1 }

// Len returns the number of examples.
func (f *NonAdditive) Len() int { return len(f.X) }

// Grad stores the slope of the cost of the batch in grad and returns the cost.
func (f *NonAdditive) Grad(grad, x []float64, batch []int) float64 {
	check(1, grad, x, batch)
	cost, slope := f.of(f.X, batch, x[0])
	if grad != nil {
		grad[0] = slope
	}
	return cost
}
