package loss_test

import (
	"math"
	"testing"

	"downhill/sgd/loss"
)

// At every point of a terrain, and just beside it, the height is the one that was
// asked for and the slope is zero.
func TestTerrainPassesThroughItsPoints(t *testing.T) {
	for name, f := range map[string]*loss.Terrain{
		"hole":      loss.Hole(2, 0.8),
		"staircase": loss.Staircase(4, 0.3, 1, 2),
		"uneven":    {X: []float64{-1, 0.5, 1, 4}, Y: []float64{2, -1, 3, 0}},
		"wall":      {X: []float64{0, 1, 3}, Y: []float64{0, 10, 4}, Wall: 2},
	} {
		g := []float64{0}
		for i, x := range f.X {
			for _, d := range []float64{-1e-9, 0, 1e-9} {
				near(t, name+": height", f.Grad(g, []float64{x + d}, nil), f.Y[i], 1e-12)
				near(t, name+": slope", g[0], 0, 1e-5)
			}
			if i > 0 {
				mid := (f.X[i-1] + x) / 2
				rise, run := f.Y[i]-f.Y[i-1], x-f.X[i-1]
				near(t, name+": height halfway", f.Grad(g, []float64{mid}, nil), f.Y[i]-rise/2, 1e-12)
				near(t, name+": slope halfway", g[0], math.Pi/2*rise/run, 1e-12)
			}
		}
	}
	f := loss.Hole(2, 0.8)
	near(t, "half the width to the left", f.X[0], -0.4, 0)
	near(t, "half the width to the right", f.X[2], 0.4, 0)
}

func TestGeometric(t *testing.T) {
	for i, v := range loss.Geometric(4, 0.5, 500) {
		near(t, "spectrum", v, []float64{0.5, 5, 50, 500}[i], 1e-12)
	}
	near(t, "a single one", loss.Geometric(1, 3, 9)[0], 3, 0)
}

// A picture of a loss must show what it is about.
func TestDomains(t *testing.T) {
	for _, e := range []struct {
		name   string
		f      known
		lo, hi []float64
	}{
		{"two points and their distance around them", &loss.TwoPoints{P: []float64{1, 2}, Q: []float64{4, 3}}, []float64{-0.5, -0.5}, []float64{5.5, 5.5}},
		{"three wells", loss.Cosine(1, 4), []float64{-6}, []float64{6}},
		{"both wells and their walls", loss.DoubleWell(1, 3), []float64{-6}, []float64{6}},
		{"the rim and some plain", loss.HalfSphere(1, 4), []float64{-5}, []float64{5}},
		{"a hole and some plain", loss.Hole(1, 4), []float64{-3}, []float64{3}},
	} {
		lo, hi := e.f.Domain()
		for i := range lo {
			near(t, e.name, lo[i], e.lo[i], 1e-12)
			near(t, e.name, hi[i], e.hi[i], 1e-12)
		}
	}
}

// TestHills: between two valleys is a hill; ends are neither.
func TestHills(t *testing.T) {
	f := loss.Staircase(3, 0.2, 1, 4)
	valleys, hills := loss.Valleys(f, -1, 9, 100), loss.Hills(f, -1, 9, 100)
	if len(valleys) != 3 || len(hills) != 2 {
		t.Fatalf("valleys %v, hills %v", valleys, hills)
	}
	for i, x := range valleys {
		near(t, "valley", x, 4*float64(i), 1e-12)
	}
	for i, x := range hills {
		near(t, "hill", x, 4*float64(i)+2, 1e-12)
	}
	if at := loss.Hills(loss.DoubleWell(1, 1), 0.5, 2, 10); at != nil {
		t.Errorf("hills in a valley: %v", at)
	}
}
