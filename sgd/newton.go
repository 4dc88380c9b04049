package sgd

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Curved is an Objective that knows its second derivatives: Hess overwrites h with
// those of the full mean at x.
type Curved interface {
	Objective
	Hess(h *mat.SymDense, x []float64)
}

// Newton steps to the minimum of the local parabola,
//
//	(H + λI)·p = g,   x ← x − α·p,
//
// with H the Hessian of F at x (Nocedal and Wright 2006, chapter 3). λ is Damping,
// doubled until the matrix is positive definite, so that p always goes down. α is
// lr, usually 1; with Search it is halved until F falls enough (Armijo's condition
// with constant 1e-4), and x stays where it is if 60 halvings find nothing. A step
// costs a Hessian, dim³/6 multiplications and the losses of the search.
type Newton struct {
	F       Curved
	Damping float64 // λ ≥ 0
	Search  bool

	h       *mat.SymDense
	l       []float64 // lower Cholesky factor, row by row
	p, next []float64
}

var _ Rule = (*Newton)(nil)

// Init implements Rule.
func (r *Newton) Init(dim int) {
	if r.F == nil || r.F.Dim() != dim {
		panic("sgd: Newton.F is not the objective of the descent")
	}
	r.h = mat.NewSymDense(dim, nil)
	r.l = resized(r.l, dim*dim)
	r.p, r.next = resized(r.p, dim), resized(r.next, dim)
}

// State returns nothing: Newton remembers nothing.
func (r *Newton) State() [][]float64 { return nil }

// Step implements Rule.
func (r *Newton) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) || len(r.p) != len(grad) {
		panic(badLength)
	}
	r.F.Hess(r.h, x)
	raw := r.h.RawSymmetric()
	damping := r.Damping
	for !cholesky(r.l, raw.Data, len(x), raw.Stride, damping) {
		if damping = max(2*damping, 1e-3*largest(raw.Data)); !(damping <= math.MaxFloat64) {
			return // a Hessian that is not finite: nothing to go by
		}
	}
	copy(r.p, grad)
	solve(r.l, r.p)
	if !r.Search {
		for i, p := range r.p {
			x[i] -= float64(lr * p)
		}
		return
	}
	slope := 0.0
	for i, p := range r.p {
		slope += float64(p * grad[i])
	}
	here := r.F.Grad(nil, x, nil)
	for range 60 {
		for i, p := range r.p {
			r.next[i] = x[i] - float64(lr*p)
		}
		there := r.F.Grad(nil, r.next, nil)
		if there < here && there <= here-float64(1e-4*lr*slope) {
			copy(x, r.next)
			return
		}
		lr /= 2
	}
}

// cholesky writes the lower factor of a + damping·I into l, row by row, and says
// whether the matrix is positive definite. Of a, the upper triangle is read.
func cholesky(l, a []float64, n, stride int, damping float64) bool {
	for i := range n {
		for j := range i + 1 {
			sum := a[j*stride+i]
			if i == j {
				sum += damping
			}
			for k := range j {
				sum -= float64(l[i*n+k] * l[j*n+k])
			}
			switch {
			case i != j:
				l[i*n+j] = sum / l[j*n+j]
			case sum > 0:
				l[i*n+i] = math.Sqrt(sum)
			default:
				return false
			}
		}
	}
	return true
}

// solve overwrites b with the solution of LLᵀ·p = b.
func solve(l, b []float64) {
	n := len(b)
	for i := range n {
		for k := range i {
			b[i] -= float64(l[i*n+k] * b[k])
		}
		b[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(l[k*n+i] * b[k])
		}
		b[i] /= l[i*n+i]
	}
}

// largest absolute value; 1 for all zeros, so that damping can begin somewhere.
func largest(s []float64) float64 {
	top := 0.0
	for _, v := range s {
		top = max(top, math.Abs(v))
	}
	if top == 0 {
		return 1
	}
	return top
}
