package bridge_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"downhill/sgd"
	"downhill/sgd/bridge"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"
)

// rosenbrock is gonum's own function, with its gradient.
func rosenbrock() optimize.Problem {
	var f functions.ExtendedRosenbrock
	return optimize.Problem{Func: f.Func, Grad: f.Grad}
}

func Example() {
	// Our objective, gonum's L-BFGS. Any loss of package sgd/loss goes the same way.
	f := bridge.Objective(rosenbrock(), 2)
	r, err := optimize.Minimize(bridge.Problem(f), []float64{-1.2, 1}, nil, &optimize.LBFGS{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("L-BFGS: (%.3f, %.3f)\n", r.X[0], r.X[1])
	// Output: L-BFGS: (1.000, 1.000)
}

func TestMethodIsTheSameDescent(t *testing.T) {
	const steps = 50
	f := bridge.Objective(rosenbrock(), 2)
	x := []float64{-1.2, 1}
	want := append([]float64(nil), x...)
	for _, rule := range []func() sgd.Rule{
		func() sgd.Rule { return &sgd.SGD{Momentum: 0.9} },
		func() sgd.Rule { return &sgd.Polyak{Max: 1e-3} },
	} {
		d := sgd.Descent{Rule: rule(), LR: sgd.InverseTime(1e-4, 0.1)}
		copy(want, x)
		if _, err := d.Run(context.Background(), f, want, steps); err != nil {
			t.Fatal(err)
		}
		// Major iterations count the starting point.
		s := &optimize.Settings{MajorIterations: steps + 1, Converger: optimize.NeverTerminate{}}
		r, err := optimize.Minimize(bridge.Problem(f), x, s, &bridge.Method{Rule: rule(), LR: sgd.InverseTime(1e-4, 0.1)})
		if err != nil {
			t.Fatal(err)
		}
		got := r.X
		if r.Stats.MajorIterations != steps+1 {
			t.Fatalf("%d major iterations", r.Stats.MajorIterations)
		}
		// optimize reports the best point; the valley is followed down, so the last.
		if math.Abs(got[0]-want[0]) > 1e-12 || math.Abs(got[1]-want[1]) > 1e-12 {
			t.Errorf("%T: gonum's loop ends at %v, Descent at %v", rule(), got, want)
		}
	}
	if _, err := (&bridge.Method{}).Uses(optimize.Available{}); err == nil {
		t.Error("a problem without a gradient was accepted")
	}
}

func TestCMAESRunsOnOurLosses(t *testing.T) {
	f := bridge.Objective(rosenbrock(), 2)
	r, err := optimize.Minimize(bridge.Problem(f), []float64{-1.2, 1},
		&optimize.Settings{FuncEvaluations: 4000},
		&optimize.CmaEsChol{Src: rand.NewPCG(1, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.X[0]-1) > 0.05 {
		t.Errorf("CMA-ES ends at %v", r.X)
	}
}

func TestHessianGoesThrough(t *testing.T) {
	// Not gonum's Beale: the Hessian it comes with is not that of the function.
	p := rosenbrock()
	p.Hess = func(h *mat.SymDense, x []float64) {
		h.SetSym(0, 0, 2-400*(x[1]-3*x[0]*x[0]))
		h.SetSym(0, 1, -400*x[0])
		h.SetSym(1, 1, 200)
	}
	o, ok := bridge.Objective(p, 2).(sgd.Curved)
	if !ok {
		t.Fatal("the Hessian was lost")
	}
	if bridge.Problem(o).Hess == nil {
		t.Fatal("the Hessian was lost on the way back")
	}
	x := []float64{-1.2, 1}
	d := sgd.Descent{Rule: &sgd.Newton{F: o, Search: true}, LR: sgd.Const(1)}
	if _, err := d.Run(context.Background(), o, x, 30); err != nil || math.Abs(x[0]-1) > 1e-9 || math.Abs(x[1]-1) > 1e-9 {
		t.Errorf("Newton on gonum's valley ends at %v (%v)", x, err)
	}
	if bridge.Problem(bridge.Objective(rosenbrock(), 2)).Hess != nil {
		t.Error("a Hessian out of nothing")
	}
}
