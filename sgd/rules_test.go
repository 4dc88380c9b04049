package sgd

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"
)

func TestSGDByHand(t *testing.T) {
	// Two steps from x = 1 on f = x²/2 (g = x), lr = 1/2, μ = 1/2, worked by hand.
	for _, c := range []struct {
		name string
		rule SGD
		want [2]float64
	}{
		{"plain", SGD{}, [2]float64{0.5, 0.25}},
		{"decay", SGD{WeightDecay: 1}, [2]float64{0, 0}},
		{"momentum", SGD{Momentum: 0.5}, [2]float64{0.5, 0}},                                                   // v: 1, 1
		{"dampened", SGD{Momentum: 0.5, Dampening: 0.5}, [2]float64{0.5, 0.125}},                               // v: 1, .75
		{"nesterov", SGD{Momentum: 0.5, Nesterov: true}, [2]float64{0.25, -0.0625}},                            // v: 1, .75 ; g+μv: 1.5, .5625
		{"sutskever", SGD{Momentum: 0.5, Sutskever: true}, [2]float64{0.5, 0}},                                 // v: −.5, −.5
		{"sutskever nesterov", SGD{Momentum: 0.5, Sutskever: true, Nesterov: true}, [2]float64{0.25, -0.0625}}, // v: −.5, −.375
	} {
		d := Descent{Rule: &c.rule, LR: Const(0.5)}
		tr, err := d.Record(context.Background(), &bowl{1, [][]float64{{0}}}, []float64{1}, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]float64{tr.X[1][0], tr.X[2][0]}; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestSingleOptions are two steps with one option beside the momentum, by hand; 1 is
// the value that a slip of the zero it is compared with would leave out.
func TestSingleOptions(t *testing.T) {
	for _, c := range []struct {
		rule Rule
		want float64
	}{
		// From 8 with gradients 2, 2 and a rate of 1/4.
		{&SGD{Momentum: 0.5}, 8 - 0.5 - 0.75},
		{&SGD{Momentum: 1}, 8 - 0.5 - 1},
		{&SGD{Momentum: 0.5, WeightDecay: 0.5}, 8 - 1.5 - 0.25*(3+2+3.25)},
		{&SGD{Momentum: 0.5, WeightDecay: 1}, 8 - 2.5 - 0.25*(5+2+5.5)},
		{&SGD{Momentum: 0.5, Dampening: 1}, 8 - 0.5 - 0.25},
		{&RMSProp{Rho: 0, Eps: 12, EpsInside: true}, 8 - 0.125 - 0.125},
		{&RMSProp{Rho: 0, Eps: 2}, 8 - 0.125 - 0.125},
	} {
		c.rule.Init(1)
		x := []float64{8}
		c.rule.Step(x, []float64{2}, 0.25)
		c.rule.Step(x, []float64{2}, 0.25)
		if x[0] != c.want {
			t.Errorf("%+v: %v, want %v", c.rule, x[0], c.want)
		}
	}
	r := &SignSGD{Beta: 0.75}
	r.Init(1)
	r.Step([]float64{8}, []float64{2}, 1)
	if m := r.State()[0][0]; m != 0.5 {
		t.Errorf("mean of SignSGD %v, want (1−β)·g", m)
	}
	centred := &RMSProp{Rho: 0.75, Eps: 1, Centred: true}
	centred.Init(1)
	centred.Step([]float64{8}, []float64{2}, 1)
	if m := centred.State()[1][0]; m != 0.5 {
		t.Errorf("mean of centred RMSProp %v, want (1−ρ)·g", m)
	}
}

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

// TestASGDBeforeItsStart: until Start the average is the point itself, to the bit.
func TestASGDBeforeItsStart(t *testing.T) {
	r := &ASGD{Lambda: 1, Alpha: 0, Start: 5} // with a rate of 1, x becomes −g
	r.Init(1)
	x := []float64{1}
	for _, g := range []float64{1, 1e-20, -3, 7e-17} {
		if r.Step(x, []float64{g}, 1); x[0] != -g || r.Average()[0] != x[0] {
			t.Errorf("average %v at %v", r.Average()[0], x[0])
		}
	}
}

func TestPolyakWithoutALossStays(t *testing.T) {
	r := &Polyak{}
	r.Init(1)
	x := []float64{5}
	if r.Step(x, []float64{1}, 1); x[0] != 5 {
		t.Errorf("x = %v", x[0])
	}
}

func TestDefaults(t *testing.T) {
	for _, c := range []struct{ got, want Rule }{
		{NewQHM(), &QHM{Beta: 0.999, Nu: 0.7}},
		{NewAdaGrad(), &AdaGrad{Eps: 1e-10}},
		{NewAdadelta(), &Adadelta{Rho: 0.9, Eps: 1e-6}},
		{NewRMSProp(), &RMSProp{Rho: 0.99, Eps: 1e-8}},
		{NewAdam(), &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}},
		{NewAdamW(0.3), &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.3, Decoupled: true}},
		{NewAdaMax(), &AdaMax{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}},
		{NewNAdam(), &NAdam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Psi: 0.004}},
		{NewRAdam(), &RAdam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}},
		{NewAdaBelief(), &AdaBelief{Beta1: 0.9, Beta2: 0.999, Eps: 1e-16, EpsInside: 1e-16}},
		{NewYogi(), &Yogi{Beta1: 0.9, Beta2: 0.999, Eps: 1e-3, Initial: 1e-6}},
		{NewLion(), &Lion{Beta1: 0.9, Beta2: 0.99}},
		{NewRprop(), &Rprop{Up: 1.2, Down: 0.5, Min: 1e-6, Max: 50}},
		{NewASGD(), &ASGD{Lambda: 1e-4, Alpha: 0.75, Start: 1e6}},
		{NewLARS(1, 2), &LARS{Momentum: 0.9, Trust: 0.001, Layers: []int{1, 2}}},
		{NewLAMB(), &LAMB{Beta1: 0.9, Beta2: 0.999, Eps: 1e-6}},
		{NewPlateau(nil), &Plateau{Factor: 0.1, Patience: 10, Threshold: 1e-4}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%+v, want %+v", c.got, c.want)
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	for _, r := range everyRule()[1:] {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T: no panic", r)
				}
			}()
			r.Init(2)
			r.Step(make([]float64, 3), make([]float64, 2), 1)
		}()
	}
}

// TestPowersEndAtZero and are never denormal numbers, with which steps would take a hundred
// times as long.
func TestPowersEndAtZero(t *testing.T) {
	p := onePowers
	for p != (powers{}) {
		before := p
		p.next(0.9, 0.99)
		if p == before || p[0] > 0 && p[0] < 0x1p-1022 || p[1] > 0 && p[1] < 0x1p-1022 {
			t.Fatalf("%g after %g", p, before)
		}
	}
	r, x := NewNAdam(), []float64{1}
	r.Init(1)
	for range 20_000 {
		r.Step(x, []float64{0}, 0.1)
	}
	if r.prod[0] != 0 {
		t.Errorf("NAdam's product is %g", r.prod[0])
	}
}

// TestRAdamWaitsUntilRhoIs5: beside the border, plain on one side and adapted on the other.
func TestRAdamWaitsUntilRhoIs5(t *testing.T) {
	const steps = 7
	rho := func(b2 float64) float64 {
		p := math.Pow(b2, steps)
		return 2/(1-b2) - 1 - 2*steps*p/(1-p)
	}
	lo, hi := 0.5, 0.999 // rho grows with b2
	for range 100 {
		if mid := (lo + hi) / 2; rho(mid) > 5 {
			hi = mid
		} else {
			lo = mid
		}
	}
	for _, c := range []struct {
		b2    float64
		plain bool
	}{{lo - 1e-6, true}, {hi + 1e-6, false}} {
		r, x := &RAdam{Beta1: 0, Beta2: c.b2, Eps: 1e-8}, []float64{0}
		r.Init(1)
		for range steps {
			x[0] = 0
			r.Step(x, []float64{100}, 1) // β₁ = 0: plain is the gradient itself
		}
		if plain := x[0] == -100; plain != c.plain {
			t.Errorf("ρ = %.6f: a step of %g", rho(c.b2), x[0])
		}
	}
}
