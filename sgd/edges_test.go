package sgd

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestEdges is single steps where a formula would divide by zero or has two branches.
func TestEdges(t *testing.T) {
	for _, c := range []struct {
		name       string
		rule       Rule
		loss       float64
		x, g, want []float64
	}{
		{"LARS from the origin", &LARS{Trust: 0.5}, 0, []float64{0, 0}, []float64{3, 4}, []float64{-1.5, -2}},
		{"LARS without a gradient", &LARS{Trust: 0.5}, 0, []float64{3, 4}, []float64{0, 0}, []float64{3, 4}},
		{"LARS, a layer each", &LARS{Trust: 0.5, Layers: []int{1, 1}}, 0, []float64{4, 0}, []float64{2, 2}, []float64{3, -1}},
		{"LAMB from the origin", &LAMB{}, 0, []float64{0, 0}, []float64{3, -4}, []float64{-0.5, 0.5}},
		{"Polyak", &Polyak{Best: 1}, 3, []float64{1, 1}, []float64{2, 0}, []float64{0.5, 1}},
		{"Polyak, bounded", &Polyak{Best: 1, Max: 0.25}, 3, []float64{1, 1}, []float64{2, 0}, []float64{0.75, 1}},
		{"Polyak below the best", &Polyak{Best: 4}, 3, []float64{1, 1}, []float64{2, 0}, []float64{1, 1}},
		{"Polyak without a gradient", &Polyak{}, 3, []float64{1, 1}, []float64{0, 0}, []float64{1, 1}},
		{"sign of zero", &SignSGD{}, 0, []float64{1, 1}, []float64{0, -3}, []float64{1, 1.5}},
		{"Lion at zero", &Lion{}, 0, []float64{1, 1}, []float64{0, 3}, []float64{1, 0.5}},
		{"Rprop at zero", NewRprop(), 0, []float64{1, 1}, []float64{0, 3}, []float64{1, 0.5}},
		{"Yogi at its own square", &Yogi{Eps: 1, Initial: 4, Beta2: 0.5}, 0, []float64{1, 1}, []float64{2, 2},
			// v stays 4, √(4/½) + 1 divides.
			[]float64{1 - 1/(math.Sqrt(8)+1), 1 - 1/(math.Sqrt(8)+1)}},
		{"centred RMSProp without spread", &RMSProp{Eps: 1, Centred: true}, 0, []float64{1, 1}, []float64{2, 0.1}, []float64{0, 0.95}},
	} {
		c.rule.Init(2)
		observe(c.rule, c.loss)
		x, g := slices.Clone(c.x), slices.Clone(c.g)
		c.rule.Step(x, g, 0.5)
		for i := range x {
			if !(math.Abs(x[i]-c.want[i]) <= 1e-15) {
				t.Errorf("%s: %v, want %v", c.name, x, c.want)
				break
			}
		}
		if !slices.Equal(g, c.g) {
			t.Errorf("%s: changed the gradient", c.name)
		}
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
		"negative weight":         func() { Weighted(1, []float64{1, -1}) },
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
