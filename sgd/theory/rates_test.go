package theory_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"downhill/sgd"
	"downhill/sgd/loss"
	"downhill/sgd/theory"
)

// spectralRadius works the rate out the long way: the matrix of one step of a
// linear rule on diag(curvatures), column by column from the rule itself, and its
// eigenvalues.
func spectralRadius(beta float64, nesterov bool, lr float64, curvatures ...float64) float64 {
	var radius float64
	for _, h := range curvatures {
		m := mat.NewDense(2, 2, nil)
		for j, state := range [][2]float64{{1, 0}, {0, 1}} {
			x, v := state[0], state[1]
			g := h * x
			v = beta*v + g
			if nesterov {
				x -= lr * (g + beta*v)
			} else {
				x -= lr * v
			}
			m.Set(0, j, x)
			m.Set(1, j, v)
		}
		var e mat.Eigen
		e.Factorize(m, mat.EigenNone)
		for _, z := range e.Values(nil) {
			radius = max(radius, cmplx.Abs(z))
		}
	}
	return radius
}

// measuredRate runs the library's rule for n steps and returns the mean factor of
// the second half.
func measuredRate(rule sgd.Rule, lr float64, n int, curvatures ...float64) float64 {
	f := loss.Spectrum(curvatures...)
	d := len(curvatures)
	x, g := make([]float64, d), make([]float64, d)
	for i := range x {
		x[i] = 1
	}
	rule.Init(d)
	size := make([]float64, n)
	for t := range n {
		f.Grad(g, x, nil)
		rule.Step(x, g, lr)
		size[t] = floats.Norm(x, 2)
	}
	// Oscillation makes single ratios meaningless: compare the largest of two
	// stretches.
	q := n / 4
	return math.Pow(floats.Max(size[n-q:])/floats.Max(size[n-2*q:n-q]), 1/float64(q))
}

func TestRates(t *testing.T) {
	const mu, l = 0.5, 20.0
	gdLR, gdRate := theory.BestGD(mu, l)
	hbLR, hbBeta, hbRate := theory.BestHeavyBall(mu, l)
	neLR, neBeta, neRate := theory.NesterovStandard(mu, l)
	for _, e := range []struct {
		name     string
		lr, beta float64
		nesterov bool
		formula  float64
		double   bool // a double root: t ρᵗ, which 400 steps do not tell from ρᵗ
	}{
		{"GD", 0.03, 0, false, theory.GDRate(0.03, mu, l), false},
		{"GD, best", gdLR, 0, false, gdRate, false},
		{"GD, oscillating", 0.098, 0, false, theory.GDRate(0.098, mu, l), false},
		{"heavy ball", 0.05, 0.7, false, theory.HeavyBallRate(0.05, 0.7, mu, l), false},
		{"heavy ball, best", hbLR, hbBeta, false, hbRate, true},
		{"heavy ball, best, as a rate", hbLR, hbBeta, false, theory.HeavyBallRate(hbLR, hbBeta, mu, l), true},
		{"Nesterov", 0.03, 0.6, true, theory.NesterovRate(0.03, 0.6, mu, l), false},
		{"Nesterov, standard", neLR, neBeta, true, neRate, true},
		{"Nesterov, standard, as a rate", neLR, neBeta, true, theory.NesterovRate(neLR, neBeta, mu, l), true},
	} {
		tol := 1e-9
		if e.double {
			tol = 3e-7 // a double root carries the root of the rounding error
		}
		near(t, e.name+": spectral radius", spectralRadius(e.beta, e.nesterov, e.lr, mu, 3, l), e.formula, tol)
		tol = 2e-3
		if e.double {
			tol = 1e-2
		}
		near(t, e.name+": measured", measuredRate(&sgd.SGD{Momentum: e.beta, Nesterov: e.nesterov}, e.lr, 800, mu, 3, l), e.formula, tol)
	}
}

func TestBestIsBest(t *testing.T) {
	const mu, l = 0.5, 20.0
	lr, rate := theory.BestGD(mu, l)
	hlr, beta, hrate := theory.BestHeavyBall(mu, l)
	for _, f := range []float64{0.97, 0.99, 1.01, 1.03} {
		if r := theory.GDRate(f*lr, mu, l); r <= rate {
			t.Errorf("GD: lr × %g has rate %g, no worse than the best %g", f, r, rate)
		}
		if r := theory.HeavyBallRate(f*hlr, beta, mu, l); r <= hrate {
			t.Errorf("heavy ball: lr × %g has rate %g, no worse than the best %g", f, r, hrate)
		}
		if r := theory.HeavyBallRate(hlr, math.Min(f*beta, 1), mu, l); r <= hrate {
			t.Errorf("heavy ball: β × %g has rate %g, no worse than the best %g", f, r, hrate)
		}
	}
}

func TestLimits(t *testing.T) {
	const h = 3.0
	for _, beta := range []float64{0, 0.3, 0.9} {
		for _, e := range []struct {
			name     string
			nesterov bool
			limit    float64
		}{
			{"GD", false, theory.GDLimit(h)},
			{"heavy ball", false, theory.HeavyBallLimit(beta, h)},
			{"Nesterov", true, theory.NesterovLimit(beta, h)},
		} {
			b := beta
			if e.name == "GD" {
				b = 0
			}
			for _, stable := range []bool{true, false} {
				at := func(off float64) float64 {
					if stable {
						off = -off
					}
					return e.limit * (1 + off)
				}
				name := fmt.Sprintf("%s β=%g, stable %t", e.name, b, stable)
				if r := spectralRadius(b, e.nesterov, at(1e-9), h); (r < 1) != stable {
					t.Errorf("%s: spectral radius %g", name, r)
				}
				if r := measuredRate(&sgd.SGD{Momentum: b, Nesterov: e.nesterov}, at(1e-3), 2000, h); (r < 1) != stable {
					t.Errorf("%s: measured rate %g", name, r)
				}
			}
		}
	}
}

func TestLineSearch(t *testing.T) {
	for _, gamma := range []float64{2, 10, 100} {
		f := loss.Spectrum(1, gamma)
		x, g := []float64{gamma, 1}, make([]float64, 2)
		for k := range 40 {
			a, b := theory.LineSearch(gamma, k)
			near(t, "x1", x[0], a, 1e-10*gamma)
			near(t, "x2", x[1], b, 1e-10)
			f.Grad(g, x, nil)
			// The exact step on a quadratic is gᵀg / gᵀHg.
			lr := floats.Dot(g, g) / (g[0]*g[0] + gamma*g[1]*g[1])
			floats.AddScaled(x, -lr, g)
		}
	}
}

func TestRegimes(t *testing.T) {
	const h = 4.0
	for lr, want := range map[float64]theory.Regime{
		0.1: theory.Monotone, 0.25: theory.OneStep, 0.4: theory.Oscillating, 0.5: theory.TwoCycle, 0.51: theory.Diverging, -0.1: theory.Diverging,
	} {
		x0, x1 := 1.0, 1-lr*h
		x2 := x1 - lr*h*x1
		var got theory.Regime
		switch {
		case x1 == 0:
			got = theory.OneStep
		case x2 == x0:
			got = theory.TwoCycle
		case math.Abs(x1) > math.Abs(x0):
			got = theory.Diverging
		case x1 < 0:
			got = theory.Oscillating
		}
		if r := theory.RegimeOf(lr, h); r != want || r != got {
			t.Errorf("lr=%g: %v, want %v, seen %v", lr, r, want, got)
		}
	}
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}
