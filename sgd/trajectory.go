package sgd

import (
	"context"
	"slices"
)

// Trajectory is a descent on record: n updates and the n+1 points they join.
type Trajectory struct {
	X     [][]float64 // n+1 points; X[0] is the start, X[t+1] follows update t
	Loss  []float64   // n: mean loss of Batch[t] at X[t]
	LR    []float64   // n
	Grad  [][]float64 // n: the gradient that the rule was given at X[t]
	Batch [][]int     // n; nil: all examples
	Epoch []int       // n: epochs completed before update t
}

// Len is the number of updates.
func (t *Trajectory) Len() int { return len(t.Loss) }

// Record makes n updates from x, which is left as it is, and keeps them all. After
// an error, which is one of those of Steps, the Trajectory holds what came before.
func (d *Descent) Record(ctx context.Context, f Objective, x []float64, n int) (*Trajectory, error) {
	at := slices.Clone(x)
	tr := &Trajectory{X: [][]float64{slices.Clone(x)}}
	w, err := d.begin(f, at)
	for end := w.t + n; w.t < end && err == nil; {
		made := w.t
		if err = w.advance(ctx, 1); w.t > made {
			tr.add(w.last())
		}
	}
	if err == nil && n > 0 {
		err = far(at, w.limit, w.t-1)
	}
	return tr, err
}

func (t *Trajectory) add(s Step) {
	t.X = append(t.X, slices.Clone(s.X))
	t.Loss = append(t.Loss, s.Loss)
	t.LR = append(t.LR, s.LR)
	t.Grad = append(t.Grad, slices.Clone(s.Grad))
	t.Batch = append(t.Batch, slices.Clone(s.Batch))
	t.Epoch = append(t.Epoch, s.Epoch)
}
