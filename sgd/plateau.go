package sgd

import "math"

// Plateau lowers the rate of a rule when the loss has stopped falling. It is a rule
// around a rule and not a Schedule because it must see losses. Each Every losses
// make one observation, their mean, so that with Every = batches an epoch it is
// the epoch's. An observation is better if it is below best·(1−Threshold), or, if
// Absolute, best−Threshold. After more than Patience observations that are not, the
// rate is multiplied by Factor, and Cooldown observations are not counted.
//
//	lr ← max(lr·scale, Min),   scale ← scale·Factor on a plateau
//
// as PyTorch's ReduceLROnPlateau in mode min, for a constant lr.
type Plateau struct {
	Rule      Rule
	Factor    float64 // in (0, 1)
	Patience  int
	Threshold float64
	Absolute  bool
	Cooldown  int
	Min       float64 // the rate never falls below
	Every     int     // losses in an observation; 0: 1

	// scale, best, bad, cooling, sum and count of losses
	s [6]float64
}

var _ Observer = (*Plateau)(nil)

// NewPlateau has PyTorch's Factor 0.1, Patience 10 and Threshold 1e-4.
func NewPlateau(r Rule) *Plateau {
	return &Plateau{Rule: r, Factor: 0.1, Patience: 10, Threshold: 1e-4}
}

// Init implements Rule.
func (r *Plateau) Init(dim int) {
	prepare(r.Rule, dim)
	r.s = [6]float64{0: 1, 1: math.Inf(1)}
}

// State returns the inner rule's and the plateau's counters.
func (r *Plateau) State() [][]float64 { return append(r.Rule.State(), r.s[:]) }

// Scale is the present factor of the learning rate.
func (r *Plateau) Scale() float64 { return r.s[0] }

// Observe takes the loss of one step.
func (r *Plateau) Observe(loss float64) {
	observe(r.Rule, loss)
	r.s[4] += loss
	r.s[5]++
	if int(r.s[5]) < r.Every {
		return
	}
	seen := r.s[4] / r.s[5]
	r.s[4], r.s[5] = 0, 0
	target := r.s[1] - r.Threshold
	if !r.Absolute {
		target = r.s[1] * (1 - r.Threshold)
	}
	if seen < target {
		r.s[1], r.s[2] = seen, 0
	} else {
		r.s[2]++
	}
	if r.s[3] > 0 {
		r.s[3]--
		r.s[2] = 0
	}
	if int(r.s[2]) > r.Patience {
		r.s[0] *= r.Factor
		r.s[3], r.s[2] = float64(r.Cooldown), 0
	}
}

// Step implements Rule.
func (r *Plateau) Step(x, grad []float64, lr float64) {
	r.Rule.Step(x, grad, max(lr*r.s[0], min(lr, r.Min)))
}
