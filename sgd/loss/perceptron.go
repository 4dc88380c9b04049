package loss

import (
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// Perceptron is a network with one hidden layer,
//
//	h_k = tanh(w_k·a + b_k),  z = v·h + c,
//
// the smallest loss with all the trouble of a deep one: saddles, flats, and every
// minimum 2^hidden·hidden! times over, because hidden units may be swapped and
// turned in sign.
//
// The parameter vector is w_1, b_1, …, w_H, b_H, v, c. The gradient is worked out
// by back-propagation: Rumelhart, Hinton and Williams, Learning representations by
// back-propagating errors, Nature 323 (1986).
type Perceptron struct {
	*Data
	hidden  int
	phi     func(z, y float64) (loss, slope, curvature float64)
	scratch sync.Pool // of *[]float64, the hidden layer
}

// NewPerceptron returns a network for numbers, with loss ½ (z − y)² an example.
func NewPerceptron(d *Data, hidden int) *Perceptron {
	return newPerceptron(d, hidden, func(z, y float64) (float64, float64, float64) {
		e := z - y
		return e * e / 2, e, 1
	})
}

// NewPerceptronClassifier returns a network for classes y = 0 and 1, with the
// logistic loss of its output z.
func NewPerceptronClassifier(d *Data, hidden int) *Perceptron {
	d.classes(2)
	return newPerceptron(d, hidden, logistic)
}

func newPerceptron(d *Data, hidden int, phi func(z, y float64) (loss, slope, curvature float64)) *Perceptron {
	d.fits()
	if hidden < 1 {
		panic("loss: a perceptron needs a hidden unit")
	}
	return &Perceptron{Data: d, hidden: hidden, phi: phi}
}

// Dim returns hidden·(features + 2) + 1.
func (f *Perceptron) Dim() int { return f.hidden*(f.Features+2) + 1 }

// Start returns parameters to start from: weights uniform in ±1/√(inputs of the
// unit), constants zero.
//
// Glorot and Bengio, Understanding the difficulty of training deep feedforward
// neural networks, AISTATS 2010, call this the commonly used heuristic.
func (f *Perceptron) Start(seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]float64, f.Dim())
	d := f.Features
	for k := range f.hidden {
		for j := range d {
			x[k*(d+1)+j] = (2*r.Float64() - 1) / math.Sqrt(float64(d))
		}
		x[f.hidden*(d+1)+k] = (2*r.Float64() - 1) / math.Sqrt(float64(f.hidden))
	}
	return x
}

// Output returns the output z for a row of features.
func (f *Perceptron) Output(x, a []float64) float64 {
	if len(x) != f.Dim() || len(a) != f.Features {
		panic(badX)
	}
	h := borrow(&f.scratch, f.hidden)
	defer f.scratch.Put(h)
	return f.forward(*h, x, a)
}

func (f *Perceptron) forward(h, x, a []float64) float64 {
	d := f.Features
	for k := range h {
		w := x[k*(d+1) : k*(d+1)+d+1]
		h[k] = math.Tanh(floats.Dot(w[:d], a) + w[d])
	}
	v := x[f.hidden*(d+1):]
	return floats.Dot(v[:f.hidden], h) + v[f.hidden]
}

// Grad stores the gradient of the mean loss over the batch in grad and returns
// the mean loss.
func (f *Perceptron) Grad(grad, x []float64, batch []int) float64 {
	check(f.Dim(), grad, x, batch)
	h := borrow(&f.scratch, f.hidden)
	defer f.scratch.Put(h)
	clear(grad)
	n, d := count(len(f.Y), batch), f.Features
	top := f.hidden * (d + 1)
	w := 1 / float64(n)
	var sum float64
	for j := range n {
		f.fetch(batch, j)
		i := at(batch, j)
		a := f.Row(i)
		l, s, _ := f.phi(f.forward(*h, x, a), f.Y[i])
		sum += l
		if grad == nil {
			continue
		}
		s *= w
		for k, u := range *h {
			grad[top+k] += s * u
			back := s * x[top+k] * (1 - u*u) // tanh′ = 1 − tanh²
			floats.AddScaled(grad[k*(d+1):k*(d+1)+d], back, a)
			grad[k*(d+1)+d] += back
		}
		grad[top+f.hidden] += s
	}
	return w * sum
}
