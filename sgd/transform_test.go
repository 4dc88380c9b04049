package sgd

import (
	"context"
	"math"
	"slices"
	"testing"
)

func TestTransforms(t *testing.T) {
	for _, c := range []struct {
		name string
		f    Transform
		want []float64
	}{
		{"clip value", ClipValue(2), []float64{2, -2, 0, 1}},
		{"clip norm", ClipNorm(2.5), []float64{1.5, -2, 0, 0}},
		{"clip long norm", ClipNorm(6), []float64{3, -4, 0, 0}},
		{"L2", L2(0.5), []float64{3.5, -3, 1.5, 2}},
		{"centralise all", Centralise(0), []float64{3.25, -3.75, 0.25, 0.25}},
		{"centralise rows", Centralise(2), []float64{3.5, -3.5, 0, 0}},
	} {
		g := []float64{3, -4, 0, 0}
		if c.name == "clip value" {
			g[3] = 1
		}
		x := []float64{1, 2, 3, 4}
		c.f.Init(4)
		c.f.Apply(g, x, 0)
		if !slices.Equal(g, c.want) {
			t.Errorf("%s: %v, want %v", c.name, g, c.want)
		}
		if !slices.Equal(x, []float64{1, 2, 3, 4}) {
			t.Errorf("%s changed x", c.name)
		}
	}
}

func TestNoise(t *testing.T) {
	const n = 20000
	n1 := Noise(4, 1)
	n1.Init(n)
	n1.Reseed(5)
	g := make([]float64, n)
	for step, want := range []float64{4, 2} {
		clear(g)
		n1.Apply(g, nil, step)
		mean, square := 0.0, 0.0
		for _, v := range g {
			mean += v / n
			square += v * v / n
		}
		// The variance of a sample variance is 2σ⁴/n.
		if math.Abs(mean) > 5*math.Sqrt(want/n) || math.Abs(square-want) > 5*want*math.Sqrt(2.0/n) {
			t.Errorf("step %d: mean %g, variance %g; want 0, %g", step, mean, square, want)
		}
	}
	even, odd := Noise(4, 0), Noise(0, 0) // no decay, and none at all
	a, b, none := make([]float64, 2), make([]float64, 2), make([]float64, 2)
	for _, n := range []Seeder{n1, even, odd} {
		n.Init(2)
		n.Reseed(5)
	}
	n1.Apply(a, nil, 0)
	even.Apply(b, nil, 0)
	odd.Apply(none, nil, 0)
	if !slices.Equal(a, b) || none[0] != 0 || none[1] != 0 {
		t.Errorf("the first noise with decay %v, without %v, of variance 0 %v", a, b, none)
	}
	first := slices.Clone(g)
	clear(g)
	n1.Apply(g, nil, 1)
	if !slices.Equal(first, g) {
		t.Error("the same step and seed gave other noise")
	}
	n1.Reseed(6)
	clear(g)
	n1.Apply(g, nil, 1)
	if slices.Equal(first, g) {
		t.Error("another seed gave the same noise")
	}
}

func TestDescentSeedsNoise(t *testing.T) {
	end := func(seed uint64) float64 {
		x := []float64{1}
		d := Descent{LR: Const(0.1), Pre: []Transform{Noise(1, 0)}, Seed: seed}
		if _, err := d.Run(context.Background(), &bowl{1, [][]float64{{0}}}, x, 3); err != nil {
			t.Fatal(err)
		}
		return x[0]
	}
	if end(1) != end(1) || end(1) == end(2) {
		t.Error("noise does not follow Descent.Seed")
	}
}

func shifted(s Schedule, by int) Schedule { return func(t int) float64 { return s(t + by) } }

func TestOtherSchedules(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Schedule
		want []float64
	}{
		{"const", Const(0.5), []float64{0.5, 0.5}},
		{"1/t", InverseTime(1, 1), []float64{1, 1.0 / 2, 1.0 / 3}},
		{"1/√t", InverseSqrt(2, 1), []float64{2, 2 / math.Sqrt(2), 2 / math.Sqrt(3)}},
		{"warm-up", Warmup(4, Const(2)), []float64{0.5, 1, 1.5, 2, 2}},
		{"join", Join([]int{2, 3}, Const(1), Linear(5, 6, 1), InverseTime(1, 1)), []float64{1, 1, 5, 1, 0.5}},
		{"scale", Scale(3, InverseTime(1, 1)), []float64{3, 1.5}},
		{"polynomial", Polynomial(5, 1, 2, 2), []float64{5, 2, 1, 1}},
		{"cosine stays", Cosine(4, 2, 2), []float64{4, 3, 2, 2, 2}},
		{"linear stays", Linear(1, 3, 2), []float64{1, 2, 3, 3}},
		{"one cycle stays", Join([]int{1, 2, 3}, OneCycle(1, 20), shifted(OneCycle(1, 20), 5), shifted(OneCycle(1, 20), 19), shifted(OneCycle(1, 20), 90)), []float64{0.04, 1, 4e-6, 4e-6}},
	} {
		for step, want := range c.want {
			if got := c.s(step); math.Abs(got-want) > 1e-15*math.Abs(want)+1e-21 {
				t.Errorf("%s: lr(%d) = %v, want %v", c.name, step, got, want)
			}
		}
	}
}

// TestCentraliseRowsOfOne leaves nothing, the last row included.
func TestCentraliseRowsOfOne(t *testing.T) {
	g := []float64{3, -4, 5}
	Centralise(1).Apply(g, nil, 0)
	if !slices.Equal(g, []float64{0, 0, 0}) {
		t.Errorf("%v", g)
	}
}
