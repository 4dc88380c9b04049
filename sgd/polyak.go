package sgd

// Polyak takes the step that would reach the known minimum of a linear loss (Polyak
// 1987; Loizou et al. 2021 for the bounded, stochastic form).
//
//	x ← x − lr·min(Max, (f(x) − Best)/‖g‖²)·g
//
// with the loss of the batch for f. It needs the loss beside the gradient, which
// Descent gives to it; lr is a factor, usually 1.
type Polyak struct {
	Best float64 // the least loss a batch can have; 0 for interpolating models
	Max  float64 // the longest step; 0: no bound

	loss [1]float64
}

var _ Observer = (*Polyak)(nil)

// Init implements Rule.
func (r *Polyak) Init(int) { r.loss[0] = 0 }

// State returns the loss observed last.
func (r *Polyak) State() [][]float64 { return [][]float64{r.loss[:]} }

// Observe takes the loss at the point of the next step.
func (r *Polyak) Observe(loss float64) { r.loss[0] = loss }

// Step implements Rule.
func (r *Polyak) Step(x, grad []float64, lr float64) {
	if len(x) != len(grad) {
		panic(badLength)
	}
	square := 0.0
	for _, g := range grad {
		square += float64(g * g)
	}
	if square == 0 {
		return
	}
	step := max(r.loss[0]-r.Best, 0) / square
	if r.Max > 0 {
		step = min(step, r.Max)
	}
	step *= lr
	for i, g := range grad {
		x[i] -= float64(step * g)
	}
}
