package sgd

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Hess makes valley a Curved.
func (valley) Hess(h *mat.SymDense, x []float64) {
	h.SetSym(0, 0, 2-400*(x[1]-3*x[0]*x[0]))
	h.SetSym(0, 1, -400*x[0])
	h.SetSym(1, 1, 200)
}

// Hess makes slope a Curved.
func (f *slope) Hess(h *mat.SymDense, _ []float64) {
	n := len(f.c)
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, f.a[i*n+j])
		}
	}
}

// hump is cos x, concave around 0.
type hump struct{}

func (hump) Dim() int                          { return 1 }
func (hump) Len() int                          { return 1 }
func (hump) Hess(h *mat.SymDense, x []float64) { h.SetSym(0, 0, -math.Cos(x[0])) }
func (hump) Grad(grad, x []float64, _ []int) float64 {
	if grad != nil {
		grad[0] = -math.Sin(x[0])
	}
	return math.Cos(x[0])
}

func TestNewton(t *testing.T) {
	run := func(f Curved, r *Newton, x []float64, n int) {
		t.Helper()
		d := Descent{Rule: r, LR: Const(1)}
		if _, err := d.Run(context.Background(), f, x, n); err != nil {
			t.Fatal(err)
		}
	}
	f, x := newSlope()
	run(f, &Newton{F: f}, x, 1)
	for i, c := range f.c {
		if math.Abs(x[i]-c) > 1e-13 {
			t.Fatalf("one step on a quadratic ends at x[%d] = %v, want %v", i, x[i], c)
		}
	}
	// From (0, 0) the Hessian of the valley is diag(2, 200): damping of 2 halves the step.
	x = []float64{0, 0}
	run(valley{}, &Newton{F: valley{}, Damping: 2}, x, 1)
	if math.Abs(x[0]-0.5) > 1e-15 || x[1] != 0 {
		t.Errorf("damped step ends at %v, want (0.5, 0)", x)
	}
	x = []float64{-1.2, 1}
	run(valley{}, &Newton{F: valley{}, Search: true}, x, 25)
	if math.Abs(x[0]-1) > 1e-12 || math.Abs(x[1]-1) > 1e-12 {
		t.Errorf("search in the valley ends at %v", x)
	}
	// Where the Hessian is negative, damping must still find the way down.
	x = []float64{0.3}
	run(hump{}, &Newton{F: hump{}, Search: true}, x, 30)
	if math.Cos(x[0]) > -1+1e-12 {
		t.Errorf("from the hump to %v, want an odd multiple of π", x[0])
	}
	// A search that finds nothing stays: uphill is made of a wrong sign.
	r := &Newton{F: valley{}, Search: true}
	r.Init(2)
	x = []float64{0, 0}
	r.Step(x, []float64{2, 0}, 1)
	if x[0] != 0 {
		t.Errorf("search along an ascent moved to %v", x)
	}
}

// tabled is a loss of one variable with gradient 1 and Hessian 1 that is 1 at 0 and
// elsewhere what is stored, or 2.
type tabled struct {
	at    map[float64]float64
	calls *int
}

func (tabled) Dim() int                          { return 1 }
func (tabled) Len() int                          { return 1 }
func (tabled) Hess(h *mat.SymDense, x []float64) { h.SetSym(0, 0, 1) }
func (f tabled) Grad(grad, x []float64, _ []int) float64 {
	*f.calls++
	if grad != nil {
		grad[0] = 1
	}
	if v, ok := f.at[x[0]]; ok {
		return v
	}
	if x[0] == 0 {
		return 1
	}
	return 2
}

func TestNewtonSearch(t *testing.T) {
	for _, c := range []struct {
		at    map[float64]float64
		want  float64
		calls int // the loss at 0 and at each try
	}{
		{map[float64]float64{-1: 1 - 1.0005e-4}, -1, 2},                     // Armijo's decrease is 1e-4·α
		{map[float64]float64{-1: 1 - 0.9995e-4, -0.5: 1 - 0.6e-4}, -0.5, 3}, // not enough, enough
		{map[float64]float64{-0.25: 0}, -0.25, 4},
		{nil, 0, 61},
	} {
		calls := 0
		r := &Newton{F: tabled{c.at, &calls}, Search: true}
		r.Init(1)
		x := []float64{0}
		r.Step(x, []float64{1}, 1)
		if x[0] != c.want || calls != c.calls {
			t.Errorf("%v: to %v with %d losses, want %v with %d", c.at, x[0], calls, c.want, c.calls)
		}
	}
}

func TestNewtonDampsByDoubling(t *testing.T) {
	h := -math.Cos(0.3)
	damping := 1e-3 * -h
	for h+damping <= 0 {
		damping *= 2
	}
	want := 0.3 - -math.Sin(0.3)/(h+damping)
	r := &Newton{F: hump{}}
	r.Init(1)
	x := []float64{0.3}
	r.Step(x, []float64{-math.Sin(0.3)}, 1)
	if math.Abs(x[0]-want) > 1e-12*math.Abs(want) {
		t.Errorf("undamped hump: to %v, want %v", x[0], want)
	}
}

// level is a slope without curvature.
type level struct{}

func (level) Dim() int { return 1 }
func (level) Len() int { return 1 }
func (level) Grad(grad, x []float64, _ []int) float64 {
	if grad != nil {
		grad[0] = 1
	}
	return x[0]
}

func (level) Hess(h *mat.SymDense, _ []float64) { h.SetSym(0, 0, 0) }

// TestNewtonWithoutCurvature: the damping begins at a thousandth of 1.
func TestNewtonWithoutCurvature(t *testing.T) {
	r := &Newton{F: level{}}
	r.Init(1)
	x := []float64{5}
	if r.Step(x, []float64{1}, 1); math.Abs(x[0]+995) > 1e-9 {
		t.Errorf("x = %v, want 5 − 1/0.001", x[0])
	}
}
