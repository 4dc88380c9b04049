// Package bridge joins package sgd and gonum's optimize, in both directions:
//
//	Problem    an sgd.Objective as an optimize.Problem: gonum's L-BFGS, CMA-ES
//	           and Nelder–Mead on our losses
//	Objective  an optimize.Problem as an sgd.Objective: our rules on gonum's
//	           functions
//	Method     an sgd.Rule as an optimize.Method: our rules in gonum's loop, with
//	           its settings, recorders and convergence tests
//
// It is a package of its own because optimize is heavy to link and most programs
// do without. gonum's loop hands every evaluation over channels, which takes
// microseconds; Descent takes nanoseconds.
package bridge

import (
	"downhill/sgd"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Problem is f, the mean over all examples, for optimize.Minimize. It has a Hessian
// where f is an sgd.Curved.
func Problem(f sgd.Objective) optimize.Problem {
	p := optimize.Problem{
		Func: func(x []float64) float64 { return f.Grad(nil, x, nil) },
		Grad: func(grad, x []float64) { f.Grad(grad, x, nil) },
	}
	if c, ok := f.(sgd.Curved); ok {
		p.Hess = func(h *mat.SymDense, x []float64) { c.Hess(h, x) }
	}
	return p
}

// Objective is p, a function of dim variables, as the mean of one loss. It panics if
// p has no Func or no Grad.
func Objective(p optimize.Problem, dim int) sgd.Objective {
	if p.Func == nil || p.Grad == nil {
		panic("bridge: the problem needs Func and Grad")
	}
	if p.Hess != nil {
		return curved{problem{p, dim}}
	}
	return problem{p, dim}
}

type problem struct {
	optimize.Problem
	dim int
}

func (p problem) Dim() int { return p.dim }
func (p problem) Len() int { return 1 }
func (p problem) Grad(grad, x []float64, _ []int) float64 {
	if grad != nil {
		p.Problem.Grad(grad, x)
	}
	return p.Func(x)
}

type curved struct{ problem }

func (p curved) Hess(h *mat.SymDense, x []float64) { p.Problem.Hess(h, x) }

// Method runs a rule as an optimize.Method: every update is a major iteration. The
// limits are those of optimize.Settings; a gradient below its threshold ends it too.
type Method struct {
	Rule sgd.Rule
	LR   sgd.Schedule
}

var _ optimize.Method = (*Method)(nil)

// Init implements optimize.Method: one task, nothing in parallel.
func (m *Method) Init(dim, _ int) int {
	m.Rule.Init(dim)
	return 1
}

// Uses implements optimize.Method.
func (m *Method) Uses(has optimize.Available) (optimize.Available, error) {
	if !has.Grad {
		return optimize.Available{}, optimize.ErrMissingGrad
	}
	return optimize.Available{Grad: true}, nil
}

// Run implements optimize.Method.
func (m *Method) Run(operation chan<- optimize.Task, result <-chan optimize.Task, tasks []optimize.Task) {
	task, t := tasks[0], 0
	task.Op = optimize.FuncEvaluation | optimize.GradEvaluation
	for {
		operation <- task
		task = <-result
		switch task.Op {
		case optimize.PostIteration:
			for range result { // until optimize closes it
			}
			close(operation)
			return
		case optimize.MajorIteration:
			if o, ok := m.Rule.(sgd.Observer); ok {
				o.Observe(task.F)
			}
			m.Rule.Step(task.X, task.Gradient, m.LR(t))
			t++
			task.Op = optimize.FuncEvaluation | optimize.GradEvaluation
		default:
			task.Op = optimize.MajorIteration
		}
	}
}
