package sgd

import (
	"context"
	"errors"
	"math"
	"testing"
)

// wells is x⁴ − 2x² + x/4: its lower minimum is near −1.03, the other near 0.97.
type wells struct{}

func (wells) Dim() int { return 1 }
func (wells) Len() int { return 1 }
func (wells) Grad(grad, x []float64, _ []int) float64 {
	v := x[0]
	if grad != nil {
		grad[0] = 4*v*v*v - 4*v + 0.25
	}
	return v*v*v*v - 2*v*v + v/4
}

func TestGlobal(t *testing.T) {
	ctx := context.Background()
	local := &Descent{LR: Const(0.05)}
	low := -1.0298
	check := func(name string, b Best, err error, tol float64) {
		t.Helper()
		if err != nil || len(b.X) != 1 || math.Abs(b.X[0]-low) > tol || math.Abs(b.Loss-(wells{}).Grad(nil, b.X, nil)) > 1e-12 {
			t.Errorf("%s: %+v, %v; want x near %v", name, b, err, low)
		}
	}
	b, err := Restarts{Local: local, Steps: 200, Runs: 20, Lo: []float64{0.2}, Hi: []float64{1.5}, Seed: 1}.Minimize(ctx, wells{})
	if err != nil || math.Abs(b.X[0]-0.967) > 0.01 {
		t.Errorf("restarts on the right end at %v (%v)", b.X, err)
	}
	b, err = Restarts{Local: local, Steps: 200, Runs: 40, Lo: []float64{-9}, Hi: []float64{9}, Seed: 1}.Minimize(ctx, wells{})
	check("restarts", b, err, 1e-3)
	if b.Diverged == 0 || b.Tries != 40 {
		t.Errorf("restarts from ±9 at rate 0.05: %d of %d diverged, want some", b.Diverged, b.Tries)
	}
	x := []float64{1}
	b, err = BasinHopping{Local: local, Steps: 200, Hops: 20, Jump: 1.5, Temperature: 0.5, Seed: 2}.Minimize(ctx, wells{}, x)
	check("basin hopping", b, err, 1e-3)
	if x[0] != 1 || b.Tries != 21 {
		t.Errorf("basin hopping moved the start to %v, made %d tries", x, b.Tries)
	}
	b, _ = BasinHopping{Local: local, Steps: 200, Hops: 20, Jump: 0.1, Seed: 2}.Minimize(ctx, wells{}, x)
	if b.X[0] < 0 {
		t.Error("jumps of 0.1 crossed a barrier of width 2")
	}
	b, err = Annealing{Temperature: Exponential(2, 0.999), Jump: 0.3, Steps: 5000, Seed: 3}.Minimize(ctx, wells{}, x)
	check("annealing", b, err, 1e-2)
	cold, _ := Annealing{Temperature: Const(0), Jump: 0.1, Steps: 5000, Seed: 3}.Minimize(ctx, wells{}, x)
	if math.Abs(cold.X[0]-0.967) > 0.01 {
		t.Errorf("annealing at temperature 0 left its well: %v", cold.X)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for name, f := range map[string]func() (Best, error){
		"restarts": func() (Best, error) {
			return Restarts{Local: local, Runs: 9, Steps: 1, Lo: x, Hi: x}.Minimize(gone, wells{})
		},
		"hopping":   func() (Best, error) { return BasinHopping{Local: local, Hops: 9, Steps: 1}.Minimize(gone, wells{}, x) },
		"annealing": func() (Best, error) { return Annealing{Temperature: Const(1), Steps: 9}.Minimize(gone, wells{}, x) },
	} {
		if _, err := f(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want cancelled", name, err)
		}
	}
}

// TestMetropolis holds the walk against the distribution it must settle in: on x²/2
// the variance is the temperature.
func TestMetropolis(t *testing.T) {
	for _, temperature := range []float64{1, 0.5} {
		sum, n := 0.0, 200000
		at, r := 0.0, source1()
		for range n {
			next := at + 2*(2*r.Float64()-1)
			if accept((next*next-at*at)/2, temperature, r) {
				at = next
			}
			sum += at * at
		}
		if got := sum / float64(n); math.Abs(got-temperature) > 0.05*temperature {
			t.Errorf("variance %v, want %v", got, temperature)
		}
	}
}
