package sgd

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	f := &bowl{1, [][]float64{{0}, {1}}}
	ctx := context.Background()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	nan := &bowl{1, [][]float64{{0, 0}, {0, math.NaN()}}}
	var diverged *DivergedError
	var rate *RateError
	var batch *BatchError

	x := []float64{1}
	if _, err := (&Descent{LR: Const(1)}).Run(gone, f, x, 1); !errors.Is(err, context.Canceled) || x[0] != 1 {
		t.Errorf("cancelled: %v, x = %v", err, x)
	}
	if _, err := (&Descent{LR: Const(-1)}).Run(ctx, f, x, 1); !errors.As(err, &rate) || x[0] != 1 {
		t.Errorf("negative rate: %v, x = %v", err, x)
	}
	if _, err := (&Descent{LR: Const(1), Batch: InOrder(3)}).Run(ctx, f, x, 1); !errors.As(err, &batch) || batch.Len != 2 {
		t.Errorf("large batch: %v", err)
	}
	if r, err := (&Descent{LR: Const(3), Limit: 100}).Run(ctx, f, x, 99); !errors.As(err, &diverged) || diverged.Index != 0 && diverged.Index != -1 || r.T > 9 {
		t.Errorf("limit: %v after %d", err, r.T)
	}
	x = []float64{1, 1}
	if r, err := (&Descent{LR: Const(1), Batch: InOrder(1)}).Run(ctx, nan, x, 9); !errors.As(err, &diverged) || r.T != 1 || x[0] != 0 || x[1] != 0 {
		t.Errorf("NaN: %v after %d, x = %v", err, r.T, x)
	}
	if _, err := (&Descent{LR: Const(1)}).Run(ctx, &bowl{1, [][]float64{{}}}, nil, 9); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
}

// TestMisuse: what cannot be meant is a panic that says what was wrong, of sgd's own.
func TestMisuse(t *testing.T) {
	ctx, f, x := context.Background(), sevenPoints(), []float64{1, 1}
	local, lr := &Descent{LR: Const(0.1)}, Const(0.1)
	run := func(d Descent, f Objective, x []float64) func() {
		return func() { d.Run(ctx, f, x, 1) }
	}
	around := func(r Rule) func() { return run(Descent{Rule: r, LR: lr}, f, x) }
	for name, f := range map[string]func(){
		"no rate":                 run(Descent{}, f, x),
		"no objective":            run(Descent{LR: lr}, nil, x),
		"another dimension":       run(Descent{LR: lr}, f, x[:1]),
		"no batch":                func() { Reshuffled(0) },
		"no draws":                func() { WithReplacement(0) },
		"certain to stay":         func() { Markov(1, 1) },
		"negative weight":         func() { Weighted(1, []float64{2, -1}) },
		"infinite weight":         func() { Weighted(1, []float64{2, math.Inf(1)}) },
		"no weight":               func() { Weighted(1, []float64{0, 0}) },
		"weights do not fit":      run(Descent{LR: lr, Batch: Weighted(1, []float64{1})}, f, x),
		"strata do not fit":       run(Descent{LR: lr, Batch: Stratified(1, []int{1})}, f, x),
		"weighted SAGA":           run(Descent{LR: lr, Batch: Importance(2, []float64{1, 1, 1, 1, 1, 1, 1}), Gradient: &SAGA{}}, f, x),
		"LARS's layers":           around(NewLARS(1, 2)),
		"LAMB's layers":           around(NewLAMB(3)),
		"Lookahead around none":   around(&Lookahead{K: 1}),
		"Accumulate around none":  around(&Accumulate{K: 1}),
		"Average around none":     around(&Average{}),
		"EMA around none":         around(&EMA{}),
		"Plateau around none":     around(&Plateau{}),
		"Lookahead of no steps":   around(&Lookahead{Rule: &SGD{}}),
		"Accumulate no gradients": around(&Accumulate{Rule: &SGD{}}),
		"Katyusha in Average":     around(&Average{Rule: &Katyusha{}}),
		"Katyusha in Average, later": func() {
			k := &Katyusha{Tau1: 0.3, Tau2: 0.5}
			if _, err := (&Descent{Rule: k, LR: lr}).Run(ctx, f, slices.Clone(x), 1); err == nil {
				around(&Average{Rule: k})()
			}
		},
		"Katyusha with SVRG":      run(Descent{LR: lr, Rule: &Katyusha{}, Gradient: &SVRG{}}, f, x),
		"Newton's other function": around(&Newton{}),
		"rows too long":           func() { Centralise(3).Apply(x, x, 0) },
		"rows of less than none":  func() { Centralise(-1).Apply(x, x, 0) },
		"negative norm":           func() { ClipNorm(-1) },
		"negative value":          func() { ClipValue(math.NaN()) },
		"negative variance":       func() { Noise(-1, 0) },
		"no step down":            func() { EverySteps(1, 0, 0.5) },
		"no restart":              func() { WarmRestarts(1, 0, 0, 1) },
		"shrinking restarts":      func() { WarmRestarts(1, 0, 1, 0) },
		"no cosine":               func() { Cosine(1, 0, 0) },
		"no line":                 func() { Linear(1, 0, 0) },
		"no polynomial":           func() { Polynomial(1, 0, 2, 0) },
		"no cycle":                func() { OneCycle(1, 0) },
		"falling milestones":      func() { Milestones(1, 0.1, 50, 20) },
		"falling joints":          func() { Join([]int{5, 2}, lr, lr, lr) },
		"one joint too many":      func() { Join([]int{1}, lr) },
		"no restarts":             func() { Restarts{Local: local, Lo: x, Hi: x}.Minimize(ctx, f) },
		"nothing to restart":      func() { Restarts{Runs: 1, Lo: x, Hi: x}.Minimize(ctx, f) },
		"half a box":              func() { Restarts{Local: local, Runs: 1, Lo: x}.Minimize(ctx, f) },
		"no temperature":          func() { Annealing{Steps: 1}.Minimize(ctx, f, x) },
		"half a point":            func() { Annealing{Temperature: lr}.Minimize(ctx, f, x[:1]) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "sgd: ") {
					t.Errorf("%s: %q", name, s)
				}
			}()
			f()
		}()
	}
}

func TestNotFinite(t *testing.T) {
	for n := range 20 {
		s := make([]float64, n)
		for i := range s {
			s[i] = math.MaxFloat64
		}
		if excess(s) != 0 {
			t.Fatalf("%d large numbers taken for infinite", n)
		}
		for i := range s {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				s[i] = bad
				if excess(s) == 0 || beyond(s, math.MaxFloat64) != i {
					t.Fatalf("%v at %d of %d not noticed", bad, i, n)
				}
			}
			s[i] = -1
		}
	}
}
