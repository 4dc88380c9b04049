package sgd

const badK = "sgd: Lookahead and Accumulate need K of at least 1"

// Lookahead lets another rule run ahead for K steps, then goes part of the way
// after it and calls it back (Zhang et al. 2019).
//
//	every K steps:  y ← y + α(x − y),  x ← y
//
// As in optax, the inner rule keeps its memory when it is called back.
type Lookahead struct {
	Rule  Rule
	K     int     // steps between synchronisations, at least 1
	Alpha float64 // α in (0, 1]

	slow  []float64
	steps [1]float64
}

var _ Observer = (*Lookahead)(nil)

// Init implements Rule.
func (r *Lookahead) Init(dim int) {
	if r.K < 1 {
		panic(badK)
	}
	prepare(r.Rule, dim)
	r.slow, r.steps[0] = resized(r.slow, dim), 0
}

// State returns the inner rule's, the slow point and the number of steps made.
func (r *Lookahead) State() [][]float64 { return append(r.Rule.State(), r.slow, r.steps[:]) }

// Observe tells the inner rule.
func (r *Lookahead) Observe(loss float64) { observe(r.Rule, loss) }

// Step implements Rule.
func (r *Lookahead) Step(x, grad []float64, lr float64) {
	slow := r.slow
	if len(x) != len(slow) {
		panic(badLength)
	}
	if r.steps[0] == 0 {
		copy(slow, x)
	}
	r.Rule.Step(x, grad, lr)
	r.steps[0]++
	if int(r.steps[0])%r.K != 0 {
		return
	}
	for i, s := range slow {
		s += float64(r.Alpha * (x[i] - s))
		slow[i], x[i] = s, s
	}
}

// Accumulate collects the gradients of K steps and lets the inner rule step once,
// with their mean and the rate of the last: a batch K times larger in memory for
// one.
type Accumulate struct {
	Rule Rule
	K    int // at least 1

	sum   []float64
	steps [1]float64
}

var _ Observer = (*Accumulate)(nil)

// Init implements Rule.
func (r *Accumulate) Init(dim int) {
	if r.K < 1 {
		panic(badK)
	}
	prepare(r.Rule, dim)
	r.sum, r.steps[0] = resized(r.sum, dim), 0
}

// State returns the inner rule's, the gradients collected and how many they are.
func (r *Accumulate) State() [][]float64 { return append(r.Rule.State(), r.sum, r.steps[:]) }

// Observe tells the inner rule.
func (r *Accumulate) Observe(loss float64) { observe(r.Rule, loss) }

// Step implements Rule.
func (r *Accumulate) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) || len(r.sum) != len(grad) {
		panic(badLength)
	}
	for i, g := range grad {
		r.sum[i] += g
	}
	r.steps[0]++
	if int(r.steps[0]) < r.K {
		return
	}
	for i := range r.sum {
		r.sum[i] /= r.steps[0]
	}
	r.Rule.Step(x, r.sum, lr)
	clear(r.sum)
	r.steps[0] = 0
}
