package theory_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"

	"downhill/sgd/loss"
	"downhill/sgd/theory"
)

// exits runs noisy descent in the left well of a double well until it first
// reaches the bottom of the right one.
func exits(f *loss.Func, half, lr, s float64, runs int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 0))
	n := make([]float64, runs)
	x, g := []float64{0}, []float64{0}
	for i := range n {
		for x[0] = -half; x[0] < half; n[i]++ {
			f.Grad(g, x, nil)
			x[0] -= lr * (g[0] + s*r.NormFloat64())
		}
	}
	return n
}

// The steps are small (lr h = 0.05) but not infinitely so; what that costs is
// below the standard error of the runs that a test can afford.
func TestExitSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("50 million steps take seconds")
	}
	const half, height, lr = 1.0, 1.0, 0.05 / 8
	f := loss.DoubleWell(height, half)
	value := func(x float64) float64 { return f.Grad(nil, []float64{x}, nil) }
	var sxy, sxx, error2 float64
	for i, e := range []float64{2, 4, 5, 6} { // 2ΔV/(lr s²)
		s := math.Sqrt(2 * height / (lr * e))
		n := exits(f, half, lr, s, 500, uint64(i))
		mean, std := stat.MeanStdDev(n, nil)
		relative := std / mean / math.Sqrt(float64(len(n)))
		within(t, "exit over the barrier", mean, mean*relative, theory.ExitSteps(value, -3, -half, half, lr, s))
		if e >= 4 { // least squares of log steps about the middle one
			sxy += (e - 5) * math.Log(mean)
			sxx += (e - 5) * (e - 5)
			error2 += (e - 5) * (e - 5) * relative * relative
		}
	}
	within(t, "slope of log steps against 2ΔV/(lr s²)", sxy/sxx, math.Sqrt(error2)/sxx, 1)
}

func TestKramersIsTheLimitOfExitSteps(t *testing.T) {
	const half, lr, s = 1.0, 0.01, 1.0
	for height, tol := range map[float64]float64{0.1: 0.06, 0.5: 0.012, 2: 0.004} { // exponents 20, 100, 400
		f := loss.DoubleWell(height, half)
		exact := theory.ExitSteps(func(x float64) float64 { return f.Grad(nil, []float64{x}, nil) }, -3, -half, half, lr, s)
		bottom, top := 8*height, 4*height
		if r := theory.Kramers(lr, s, height, bottom, top) / exact; math.Abs(r-1) > tol {
			t.Errorf("barrier %g: Kramers is %.4f of the exact time", height, r)
		}
	}
}

func TestExitStepsOfPureDrift(t *testing.T) {
	// Without noise to speak of, a constant slope of −1 carries x from 0 to 1 in
	// 1/lr steps; on level ground, diffusion from a wall at 0 to 1 takes 1/(2 D lr).
	near(t, "drift", theory.ExitSteps(func(x float64) float64 { return -x }, -1, 0, 1, 0.01, 0.3), 100, 0.01)
	near(t, "diffusion", theory.ExitSteps(func(float64) float64 { return 0 }, 0, 0, 1, 0.01, 0.3), 1/(2*0.01*0.01*0.09/2), 1e-4)
	near(t, "to the left", theory.ExitSteps(func(x float64) float64 { return x }, 1, 0, -1, 0.01, 0.3), 100, 0.01)
}
