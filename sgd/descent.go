package sgd

import (
	"context"
	"iter"
	"math"
	"math/rand/v2"
)

// Descent is how to descend: a rule, its rate, what is done to the gradient first
// and which examples each step sees. The same Descent gives the same bits on every
// run and machine, as far as the objective does. A Descent is not safe for
// concurrent use: its rule and sampler hold the state of the run.
type Descent struct {
	Rule     Rule        // nil: &SGD{}
	LR       Schedule    // the learning rate of each step; needed
	Gradient Estimator   // nil: the gradient of the batch itself
	Pre      []Transform // applied to each gradient, in order
	Batch    Sampler     // nil: Full()
	Seed     uint64      // of everything random in the run
	// Limit ends the run when the absolute value of the loss or of a parameter
	// exceeds it. Zero: only values that are not finite do.
	Limit float64
	// From continues an earlier descent: x is overwritten with its point, and the
	// steps count on from its T. nil: begin at x with T = 0.
	From *Checkpoint
}

// Step is one update as the loop over Descent.Steps sees it. The slices are views
// that the next step overwrites: copy to keep.
type Step struct {
	T     int       // number of the update, from 0
	Epoch int       // passes over the examples completed before this step
	Loss  float64   // mean loss of Batch at the point before the update
	LR    float64   // learning rate of the update
	X     []float64 // the point after the update
	Grad  []float64 // the gradient that the rule was given, at the point before
	Batch []int     // the examples; nil: all

	walk *walk
}

// Result says how far a run came.
type Result struct {
	T     int     // updates made since the very start
	Epoch int     // epochs completed
	Loss  float64 // mean loss of the last batch, before the last update
}

// Steps returns the endless sequence of updates of x, which is changed in place.
// The loop ends by break, or with one last pair whose error is not nil: the
// context's, a *DivergedError, *RateError, *BatchError, *CheckpointError or
// ErrEmpty. After an error x is where the last whole update left it. It panics if
// len(x) is not f.Dim() or there is no learning rate.
func (d *Descent) Steps(ctx context.Context, f Objective, x []float64) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		w, err := d.begin(f, x)
		for err == nil {
			if err = w.advance(ctx, 1); err != nil {
				break
			}
			if !yield(w.last(), nil) {
				return
			}
		}
		yield(Step{}, err)
	}
}

// Run makes n updates of x in place and records nothing. The errors are those of
// Steps.
func (d *Descent) Run(ctx context.Context, f Objective, x []float64, n int) (Result, error) {
	w, err := d.begin(f, x)
	if err == nil {
		err = w.advance(ctx, n)
	}
	if err == nil && n > 0 {
		err = far(x, w.limit, w.t-1)
	}
	return Result{T: w.t, Epoch: w.passed, Loss: w.loss}, err
}

// walk is a descent under way.
type walk struct {
	f         Objective
	from      gradient
	estimator Estimator // nil: the objective
	rule      Rule
	watch     Observer // the rule, where it wants losses
	lr        Schedule
	pre       []Transform
	next      Sampler // nil: all examples
	seed      uint64
	limit     float64

	x, g   []float64
	t      int // updates made
	passed int // epochs completed
	// of the last update
	epoch int
	batch []int
	loss  float64
	rate  float64
}

// gradient is what Objective and Estimator have in common.
type gradient interface {
	Grad(grad, x []float64, batch []int) float64
}

func (d *Descent) begin(f Objective, x []float64) (*walk, error) {
	if f == nil {
		panic("sgd: the objective is nil")
	}
	dim, n := f.Dim(), f.Len()
	if len(x) != dim {
		panic("sgd: the starting point has not the objective's dimension")
	}
	if d.LR == nil {
		panic("sgd: Descent.LR is nil; set a schedule such as Const(0.1)")
	}
	w := &walk{f: f, from: f, rule: d.Rule, lr: d.LR, pre: d.Pre, next: d.Batch, seed: d.Seed, x: x, limit: math.MaxFloat64}
	if d.Limit > 0 {
		w.limit = d.Limit
	}
	if dim == 0 || n == 0 {
		return w, ErrEmpty
	}
	if w.rule == nil {
		w.rule = &SGD{}
	}
	if err := w.sample(n); err != nil {
		return w, err
	}
	w.estimate(d.Gradient)
	w.rule.Init(dim)
	w.watch, _ = w.rule.(Observer)
	for _, p := range w.pre {
		p.Init(dim)
		if s, ok := p.(Seeder); ok {
			s.Reseed(d.Seed)
		}
	}
	w.g = make([]float64, dim)
	if d.From != nil {
		return w, w.restore(d.From)
	}
	return w, nil
}

// sample prepares the sampler for n examples.
func (w *walk) sample(n int) error {
	switch s := w.next.(type) {
	case nil:
		return nil
	case full:
		w.next = nil
		return nil
	case *passes:
		if err := s.fits(n); err != nil {
			return err
		}
	case Weigher:
		w.f = &weighted{Objective: w.f, by: s}
		w.from = w.f
	}
	w.next.Reset(n, rand.New(rand.NewPCG(w.seed, 0)))
	return nil
}

// estimate puts an estimator between the objective and the steps.
func (w *walk) estimate(e Estimator) {
	if k, ok := w.rule.(*Katyusha); ok && e == nil {
		e = k.estimator()
	}
	if e != nil {
		e.Init(w.f)
		w.estimator, w.from = e, e
	}
}

// advance makes n updates, or fewer and says why. What it reads and writes in every
// step is in local variables: a step of two parameters is over in some fifty cycles.
func (w *walk) advance(ctx context.Context, n int) (err error) {
	from, rule, lr, x, g, limit := w.from, w.rule, w.lr, w.x, w.g, w.limit
	t, epoch, passed := w.t, w.epoch, w.passed
	batch, loss, rate := w.batch, w.loss, w.rate
	cancellable := ctx.Done() != nil
	if !cancellable && w.next == nil && w.pre == nil && w.watch == nil && limit == math.MaxFloat64 {
		return w.glide(n)
	}
	for end := t + n; t < end; {
		if cancellable {
			if err = ctx.Err(); err != nil {
				break
			}
		}
		var b []int
		over := true
		if w.next != nil {
			b, over = w.next.Next()
		}
		r := lr(t)
		if !(r >= 0 && r <= math.MaxFloat64) {
			err = &RateError{T: t, Value: r}
			break
		}
		l := from.Grad(g, x, b)
		for _, p := range w.pre {
			p.Apply(g, x, t)
		}
		if !(math.Abs(l) <= limit) || excess(g) != 0 {
			err = stray(l, limit, g, t)
			break
		}
		if w.watch != nil {
			w.watch.Observe(l)
		}
		rule.Step(x, g, r)
		batch, loss, rate, epoch = b, l, r, passed
		t++
		if over {
			passed++
		}
		if limit < math.MaxFloat64 {
			if err = far(x, limit, t-1); err != nil {
				break
			}
		}
	}
	w.t, w.epoch, w.passed = t, epoch, passed
	w.batch, w.loss, w.rate = batch, loss, rate
	return err
}

// glide is advance where nobody but objective, schedule and rule takes part: every
// step is an epoch. Leaving the other questions out saves a seventh of the time of a
// step in two dimensions; reading w afresh is quicker than local variables, which the
// calls would push out of the registers and the compiler fetch back twice. The call of
// momentum's Step for a few parameters would be a tenth of it; its loop stands here.
func (w *walk) glide(n int) (err error) {
	var brief *SGD
	if len(w.x) < worth {
		brief, _ = w.rule.(*SGD)
	}
	began := w.t
	for t := began; t < began+n; t++ {
		r := w.lr(t)
		if !(r >= 0 && r <= math.MaxFloat64) {
			err = &RateError{T: t, Value: r}
			break
		}
		l := w.from.Grad(w.g, w.x, nil)
		if excess(w.g)+(l-l) != 0 {
			err = stray(l, math.MaxFloat64, w.g, t)
			break
		}
		if brief != nil && brief.momentumOnly() {
			heavyBall(w.x, brief.v, w.g, r, brief.Momentum)
		} else {
			w.rule.Step(w.x, w.g, r)
		}
		w.t, w.loss, w.rate = t+1, l, r
	}
	w.passed += w.t - began
	w.epoch = w.passed - 1
	return err
}

// stray is the error of step t, whose loss or gradient is out of bounds.
func stray(loss, limit float64, g []float64, t int) error {
	if !(math.Abs(loss) <= limit) {
		return &DivergedError{T: t, Index: -1, Value: loss}
	}
	i := beyond(g, math.MaxFloat64)
	return &DivergedError{T: t, Index: i, Gradient: true, Value: g[i]}
}

// far is an error if update t led to a point beyond the limit.
func far(x []float64, limit float64, t int) error {
	if i := beyond(x, limit); i >= 0 {
		return &DivergedError{T: t, Index: i, Value: x[i]}
	}
	return nil
}

func (w *walk) last() Step {
	return Step{T: w.t - 1, Epoch: w.epoch, Loss: w.loss, LR: w.rate, X: w.x, Grad: w.g, Batch: w.batch, walk: w}
}

// excess is 0 if all entries are finite and NaN if not: v−v is 0 for every finite
// number and for no other. It is just short enough to be inlined; TestNothingIsFused
// watches that it is.
func excess(s []float64) (sum float64) {
	if len(s) > 8 {
		return excessLong(s)
	}
	for _, v := range s {
		sum += v - v
	}
	return sum
}

// excessLong has four sums that do not wait for each other.
func excessLong(s []float64) float64 {
	var a, b, c, d float64
	for ; len(s) >= 4; s = s[4:] {
		a += s[0] - s[0]
		b += s[1] - s[1]
		c += s[2] - s[2]
		d += s[3] - s[3]
	}
	return a + b + (c + d) + excess(s)
}

// beyond returns the first index whose value is NaN or larger than limit, or −1.
func beyond(s []float64, limit float64) int {
	for i, v := range s {
		if !(math.Abs(v) <= limit) {
			return i
		}
	}
	return -1
}

// weighted is an objective whose examples a Weigher gives factors to.
type weighted struct {
	Objective
	by  Weigher
	one []float64
}

// Grad asks for the examples of a batch one by one.
func (f *weighted) Grad(grad, x []float64, batch []int) float64 {
	if batch == nil {
		return f.Objective.Grad(grad, x, nil)
	}
	factor := f.by.Weights()
	if len(factor) != len(batch) {
		panic("sgd: weights fit the sampler's whole batches only; SAGA cannot use them")
	}
	if f.one == nil {
		f.one = make([]float64, len(x))
	}
	var one []float64
	if grad != nil {
		one = f.one
		clear(grad)
	}
	loss := 0.0
	for k := range batch {
		c := factor[k] / float64(len(batch))
		loss += float64(c * f.Objective.Grad(one, x, batch[k:k+1]))
		for j, v := range one {
			grad[j] += float64(c * v)
		}
	}
	return loss
}
