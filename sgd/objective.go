package sgd

import "math/rand/v2"

// Objective is the mean of Len losses of one parameter vector,
//
//	f(x) = 1/n Σ f_i(x),   n = Len(), x of length Dim().
//
// A plain function is the mean of one loss: Len 1.
type Objective interface {
	// Dim is the number of parameters.
	Dim() int
	// Len is the number of losses (examples) that f averages.
	Len() int
	// Grad overwrites grad with the gradient at x of the mean loss over the
	// examples in batch and returns that mean loss. A nil batch means all
	// examples in stored order; an example may occur twice. A nil grad asks for
	// the loss only. Grad does not change or keep x and batch.
	Grad(grad, x []float64, batch []int) float64
}

// Rule turns a gradient into an update: x becomes the next point. It works in
// place and in one pass, and allocates only in Init.
type Rule interface {
	// Init forgets all earlier steps and prepares for dim parameters.
	Init(dim int)
	// Step updates x, given the gradient at x and the step size of this update.
	Step(x, grad []float64, lr float64)
	// State lists the rule's memory (velocities, moments, counters) as views:
	// what is written into them is what the next Step continues from.
	State() [][]float64
}

// Observer is a Rule that looks at losses too: it is told the loss of the batch at
// x before each Step.
type Observer interface {
	Rule
	Observe(loss float64)
}

// observe tells the loss to a rule that is an Observer.
func observe(r Rule, loss float64) {
	if o, ok := r.(Observer); ok {
		o.Observe(loss)
	}
}

// prepare begins a rule that stands inside another.
func prepare(r Rule, dim int) {
	if r == nil {
		panic("sgd: a rule around another needs one: set its Rule")
	}
	r.Init(dim)
}

// Estimator computes the gradient of a step with a memory of earlier ones: it
// stands between the objective and the transforms.
type Estimator interface {
	// Init forgets all earlier steps and prepares for gradients of f.
	Init(f Objective)
	// Grad overwrites grad with an estimate of the gradient at x from the examples
	// in batch and returns their mean loss.
	Grad(grad, x []float64, batch []int) float64
	// State lists the memory as views, as in Rule.
	State() [][]float64
}

// Seeder is a Transform with chance in it: Descent gives it its seed after Init.
type Seeder interface {
	Transform
	Reseed(seed uint64)
}

// Weigher is a Sampler whose examples do not count alike: Weights returns a factor
// for the gradient of each example of the batch that Next returned last.
type Weigher interface {
	Sampler
	Weights() []float64
}

// Sampler chooses the examples of each step.
type Sampler interface {
	// Reset begins a new descent over n examples; r is the only source of chance.
	Reset(n int, r *rand.Rand)
	// Next returns the examples of the next step, nil for all of them, and whether
	// the step completes an epoch. The slice is valid until the next call.
	Next() (batch []int, epochEnd bool)
}

// Transform changes the gradient before the rule sees it: clipping, noise, decay. One
// with a memory has a method State, as Rule has, so that a Checkpoint keeps it.
type Transform interface {
	// Init forgets all earlier steps and prepares for dim parameters.
	Init(dim int)
	// Apply changes g, the gradient at x of step t, in place.
	Apply(g, x []float64, t int)
}

// resized returns a zeroed slice of length n, reusing s where it is long enough.
func resized(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	s = s[:n]
	clear(s)
	return s
}
