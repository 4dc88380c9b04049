package sgd

import (
	"context"
	"fmt"
	"math"
	"testing"
)

// points runs a rule on the bowl and returns the points after each step.
func points(t *testing.T, r Rule, n int) []float64 {
	t.Helper()
	d := Descent{Rule: r, LR: Const(0.3), Batch: WithReplacement(1), Seed: 2}
	tr, err := d.Record(context.Background(), &bowl{1, [][]float64{{0}, {1}, {4}}}, []float64{5}, n)
	if err != nil {
		t.Fatal(err)
	}
	var x []float64
	for _, p := range tr.X[1:] {
		x = append(x, p[0])
	}
	return x
}

func TestAverages(t *testing.T) {
	const n = 20
	x := points(t, &SGD{}, n)
	mean := func(keep func(step int) bool) float64 {
		sum, count := 0.0, 0.0
		for i, v := range x {
			if keep(i + 1) {
				sum, count = sum+v, count+1
			}
		}
		return sum / count
	}
	for _, c := range []struct {
		name        string
		from, every int
		want        float64
		points      int
	}{
		{"Polyak", 0, 1, mean(func(int) bool { return true }), 20},
		{"tail", 15, 0, mean(func(s int) bool { return s > 15 }), 5},
		{"SWA", 8, 4, mean(func(s int) bool { return s == 12 || s == 16 || s == 20 }), 3},
	} {
		a := &Average{Rule: &SGD{}, From: c.from, Every: c.every}
		if got := points(t, a, n); fmt.Sprint(got) != fmt.Sprint(x) {
			t.Errorf("%s disturbs the descent", c.name)
		}
		if m, k := a.Mean(); k != c.points || math.Abs(m[0]-c.want) > 1e-14 {
			t.Errorf("%s: mean %v of %d points, want %v of %d", c.name, m[0], k, c.want, c.points)
		}
	}
	for _, debias := range []bool{false, true} {
		a, want := &EMA{Rule: &SGD{}, Decay: 0.8, Debias: debias}, x[0]
		if got := points(t, a, n); fmt.Sprint(got) != fmt.Sprint(x) {
			t.Error("EMA disturbs the descent")
		}
		top, bottom := 0.0, 0.0
		for i, v := range x {
			if i > 0 {
				want = 0.8*want + 0.2*v
			}
			top, bottom = 0.8*top+0.2*v, 0.8*bottom+0.2
		}
		if debias {
			want = top / bottom
		}
		if got := a.Mean()[0]; math.Abs(got-want) > 1e-14 {
			t.Errorf("EMA, debias %t: %v, want %v", debias, got, want)
		}
		// δᵗ is zero after some 400 steps; the average must not begin again.
		a.Decay = 0.125
		points(t, a, 500)
		before := a.Mean()[0]
		a.Step([]float64{before + 8}, []float64{0}, 0)
		if got := a.Mean()[0]; math.Abs(got-before-7) > 1e-14 {
			t.Errorf("EMA, debias %t: begins again when δᵗ is gone", debias)
		}
	}
}

func TestAccumulateIsALargerBatch(t *testing.T) {
	f := &bowl{1, [][]float64{{0}, {1}, {4}, {-3}, {2}, {8}}}
	end := func(r Rule, b, n int) float64 {
		x := []float64{5}
		d := Descent{Rule: r, LR: Const(0.25), Batch: InOrder(b)}
		if _, err := d.Run(context.Background(), f, x, n); err != nil {
			t.Fatal(err)
		}
		return x[0]
	}
	got := end(&Accumulate{Rule: &SGD{Momentum: 0.5}, K: 3}, 1, 12)
	want := end(&SGD{Momentum: 0.5}, 3, 4)
	if math.Abs(got-want) > 1e-14 {
		t.Errorf("accumulated %v, batch of three %v", got, want)
	}
}

func TestObserversAroundObservers(t *testing.T) {
	// Every wrapper passes the loss on to a Polyak step inside: f = x²/2 from 5 has
	// loss 12.5 and ‖g‖² 25, half way to the minimum.
	for _, r := range []Rule{
		&Polyak{}, &Lookahead{Rule: &Polyak{}, K: 1, Alpha: 1}, &Lookahead{Rule: &Polyak{}, K: 9, Alpha: 1}, &Accumulate{Rule: &Polyak{}, K: 1},
		&Average{Rule: &Polyak{}}, &EMA{Rule: &Polyak{}}, &Plateau{Rule: &Polyak{}, Patience: 9},
	} {
		x := []float64{5}
		d := Descent{Rule: r, LR: Const(1)}
		if _, err := d.Run(context.Background(), &bowl{1, [][]float64{{0}}}, x, 1); err != nil || x[0] != 2.5 {
			t.Errorf("%T: x = %v, want 2.5", r, x[0])
		}
	}
}

func TestPlateauObservesEpochs(t *testing.T) {
	r := NewPlateau(&SGD{})
	r.Patience, r.Every = 0, 2
	r.Init(1)
	for i, c := range []struct{ loss, scale float64 }{{4, 1}, {2, 1}, {1, 1}, {1, 1}, {0, 1}, {9, 0.1}} {
		if r.Observe(c.loss); r.Scale() != c.scale {
			t.Errorf("after loss %d the scale is %v, want %v", i, r.Scale(), c.scale)
		}
	}
}

func TestPlateauWantsLess(t *testing.T) {
	r := &Plateau{Rule: &SGD{}, Factor: 0.5}
	r.Init(1)
	for i, c := range []struct{ loss, scale float64 }{{1, 1}, {0.5, 1}, {0.5, 0.5}, {0.4, 0.5}, {0.4, 0.25}} {
		if r.Observe(c.loss); r.Scale() != c.scale {
			t.Errorf("after loss %d the scale is %v, want %v", i, r.Scale(), c.scale)
		}
	}
}

func TestPlateauObservesMeans(t *testing.T) {
	r := &Plateau{Rule: &SGD{}, Factor: 0.5, Threshold: 1.2, Absolute: true, Every: 2}
	r.Init(1)
	for i, c := range []struct{ loss, scale float64 }{{4, 1}, {2, 1}, {1.9, 1}, {1.9, 0.5}} { // means 3 and 1.9
		if r.Observe(c.loss); r.Scale() != c.scale {
			t.Errorf("after loss %d the scale is %v, want %v", i, r.Scale(), c.scale)
		}
	}
}
