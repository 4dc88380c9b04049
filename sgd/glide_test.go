package sgd

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
)

// A run that nobody can cancel takes a shorter way through its steps: it must come to the
// same bits, also when a schedule changes the rule on its way.
func TestGlidingIsStepping(t *testing.T) {
	for name, rule := range map[string]SGD{
		"plain":     {},
		"momentum":  {Momentum: 0.9},
		"dampened":  {Momentum: 0.9, Dampening: 0.3},
		"decay":     {Momentum: 0.9, WeightDecay: 0.1},
		"Nesterov":  {Momentum: 0.9, Nesterov: true},
		"Sutskever": {Momentum: 0.9, Sutskever: true},
	} {
		for _, dim := range []int{2, 5, worth} {
			for _, change := range []bool{false, true} {
				run := func(ctx context.Context) []float64 {
					r := rule
					d := Descent{Rule: &r, LR: func(t int) float64 {
						if change && t > 20 {
							r.Momentum *= 0.97
						}
						return 0.02 / (1 + 0.01*float64(t))
					}}
					x := make([]float64, dim)
					for i := range x {
						x[i] = 1 / float64(i+1)
					}
					if _, err := d.Run(ctx, bent{dim}, x, 100); err != nil {
						t.Fatal(err)
					}
					return x
				}
				cancellable, cancel := context.WithCancel(context.Background())
				gliding, stepping := run(context.Background()), run(cancellable)
				cancel()
				if !slices.Equal(gliding, stepping) {
					t.Errorf("%s, %d parameters, changed %v: %v, step by step %v", name, dim, change, gliding, stepping)
				}
			}
		}
	}
}

// bent is Σ √(1 + i x_i²).
type bent struct{ dim int }

func (f bent) Dim() int { return f.dim }
func (f bent) Len() int { return 1 }
func (f bent) Grad(g, x []float64, _ []int) (sum float64) {
	for i, v := range x {
		h := float64(i + 1)
		root := math.Sqrt(1 + float64(h*float64(v*v)))
		sum += root
		if g != nil {
			g[i] = h * v / root
		}
	}
	return sum
}

// TestGlidingIsTheSame compares a run that nothing disturbs with one that can be
// cancelled and has a limit far away.
func TestGlidingIsTheSame(t *testing.T) {
	f := sevenPoints()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, lr := range []Schedule{InverseTime(0.1, 0.1), func(t int) float64 { return 0.1 - 0.01*float64(t) }, Const(1e60)} {
		a, b := []float64{1, 1}, []float64{1, 1}
		ra, ea := (&Descent{LR: lr, Rule: &SGD{Momentum: 0.9}}).Run(context.Background(), f, a, 30)
		rb, eb := (&Descent{LR: lr, Rule: &SGD{Momentum: 0.9}}).Run(ctx, f, b, 30)
		if ra != rb || fmt.Sprint(ea) != fmt.Sprint(eb) || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%+v %v %v, want %+v %v %v", ra, a, ea, rb, b, eb)
		}
	}
}
