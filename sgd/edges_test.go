package sgd

import (
	"math"
	"slices"
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
	for name, f := range map[string]func(){
		"LARS": func() { NewLARS(1, 2).Init(2) },
		"LAMB": func() { NewLAMB(3).Init(2) },
	} {
		func() {
			defer func() {
				if recover() != badLayers {
					t.Errorf("%s: layers that do not add up are taken", name)
				}
			}()
			f()
		}()
	}
}
