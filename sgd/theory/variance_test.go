package theory_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"

	"downhill/sgd"
	"downhill/sgd/loss"
	"downhill/sgd/theory"
)

// sigmas is how many standard errors a simulation may be off.
const sigmas = 5

// withinVar tests a variance formula on independent draws of mean zero. The
// standard error of the mean square is taken from the draws themselves, which
// need not be normal.
func withinVar(t *testing.T, what string, draws []float64, want float64) {
	t.Helper()
	squares := make([]float64, len(draws))
	for i, v := range draws {
		squares[i] = v * v
	}
	got, std := stat.MeanStdDev(squares, nil)
	within(t, what, got, std/math.Sqrt(float64(len(draws))), want)
}

func within(t *testing.T, what string, got, stderr, want float64) {
	t.Helper()
	z := (got - want) / stderr
	if !(math.Abs(z) <= sigmas) {
		t.Errorf("%s: measured %.5g ± %.2g, predicted %.5g: %.1f standard errors", what, got, stderr, want, z)
	}
	if stderr > 0.05*math.Abs(want) {
		t.Errorf("%s: the standard error %.2g is too large to test anything about %.5g", what, stderr, want)
	}
}

// settle runs chains of the rule side by side, one a coordinate, on gradient
// hx + sξ and returns where they are, and the mean of each over the last steps.
func settle(rule sgd.Rule, lr, h, s float64, chains, steps int, seed uint64) (end, mean []float64) {
	r := rand.New(rand.NewPCG(seed, 0))
	x, g := make([]float64, chains), make([]float64, chains)
	mean = make([]float64, chains)
	rule.Init(chains)
	for t := range 2 * steps {
		for i := range g {
			g[i] = h*x[i] + s*r.NormFloat64()
		}
		rule.Step(x, g, lr)
		if t >= steps {
			for i, v := range x {
				mean[i] += v / float64(steps)
			}
		}
	}
	return x, mean
}

func TestStationaryVar(t *testing.T) {
	for _, e := range []struct {
		name        string
		lr, beta, h float64
	}{
		{"SGD, small step", 0.05, 0, 2},
		{"SGD, large step", 0.9, 0, 2},
		{"heavy ball", 0.05, 0.8, 2},
		{"heavy ball, large step", 1.5, 0.9, 2},
	} {
		end, _ := settle(&sgd.SGD{Momentum: e.beta}, e.lr, e.h, 0.7, 4000, 250, 3)
		withinVar(t, e.name, end, theory.HeavyBallVar(e.lr, e.beta, e.h, 0.7))
		if e.beta == 0 {
			withinVar(t, e.name, end, theory.SGDVar(e.lr, e.h, 0.7))
		}
	}
}

// TestWhatIsNotStableHasNoVariance, and no cycle, beside the limit on either side.
func TestWhatIsNotStableHasNoVariance(t *testing.T) {
	const h, beta, off = 2.0, 0.9, 1e-9
	for _, e := range []struct {
		name  string
		f     func(lr float64) float64
		limit float64
	}{
		{"SGDVar", func(lr float64) float64 { return theory.SGDVar(lr, h, 1) }, theory.GDLimit(h)},
		{"HeavyBallVar", func(lr float64) float64 { return theory.HeavyBallVar(lr, beta, h, 1) }, theory.HeavyBallLimit(beta, h)},
		{"TwoPointVar", func(lr float64) float64 { return theory.TwoPointVar(lr, h, 1) }, theory.GDLimit(h)},
		{"TwoPointVarReshuffled", func(lr float64) float64 { return theory.TwoPointVarReshuffled(lr, h, 1) }, theory.GDLimit(h)},
		{"Cycle", func(lr float64) float64 { return theory.Cycle(lr, h, 1) }, theory.GDLimit(h)},
		{"UnequalCycle", func(lr float64) float64 { return theory.UnequalCycle(lr, h, 1, h, -1) }, theory.GDLimit(h)},
	} {
		for _, lr := range []float64{off, e.limit * (1 - off)} {
			if v := e.f(lr); !(v == v && v-v == 0) {
				t.Errorf("%s at %g, stable: %g", e.name, lr, v)
			}
		}
		for _, lr := range []float64{-off, e.limit, e.limit * (1 + off)} {
			if v := e.f(lr); !math.IsInf(v, 1) && !math.IsNaN(v) {
				t.Errorf("%s at %g, not stable: %g", e.name, lr, v)
			}
		}
	}
	// Two curvatures: stable while |(1 − lr h₁)(1 − lr h₂)| < 1, whatever the signs.
	if v := theory.UnequalCycle(1, 2.9, 1, 0.5, -1); v-v != 0 {
		t.Errorf("a rate too large for one point alone, but not for both: %g", v)
	}
	if v := theory.UnequalCycle(1, 3.1, 1, 0.5, -1); !math.IsNaN(v) {
		t.Errorf("a rate too large for both: %g", v)
	}
}

func TestAverageVar(t *testing.T) {
	const steps = 2000
	for _, lr := range []float64{0.2, 0.8} {
		_, mean := settle(&sgd.SGD{}, lr, 2, 0.7, 2000, steps, 5)
		withinVar(t, "mean of the path", mean, theory.AverageVar(2, 0.7, steps))
	}
}

// descents returns the end of many seeded runs on the two points ±c.
func descents(t *testing.T, h, c float64, lr sgd.Schedule, batch func() sgd.Sampler, steps, runs int) []float64 {
	t.Helper()
	f := &loss.TwoPoints{P: []float64{c}, Q: []float64{-c}, Curvature: [2]float64{h, h}}
	ends := make([]float64, runs)
	for i := range ends {
		x := []float64{0}
		d := sgd.Descent{LR: lr, Batch: batch(), Seed: uint64(i)}
		if _, err := d.Run(context.Background(), f, x, steps); err != nil {
			t.Fatal(err)
		}
		ends[i] = x[0]
	}
	return ends
}

func TestTwoPointVar(t *testing.T) {
	const h, c = 1.5, 2
	for _, lr := range []float64{0.1, 0.5} {
		withinVar(t, "with replacement", descents(t, h, c, sgd.Const(lr), func() sgd.Sampler { return sgd.WithReplacement(1) }, 100, 4000),
			theory.TwoPointVar(lr, h, c))
		withinVar(t, "reshuffled", descents(t, h, c, sgd.Const(lr), func() sgd.Sampler { return sgd.Reshuffled(1) }, 100, 4000),
			theory.TwoPointVarReshuffled(lr, h, c))
	}
	// The forms of the course: with h = 2 and distance d = 2c.
	const a = 0.3
	near(t, "(d/2)√(α/(1−α))", math.Sqrt(theory.TwoPointVar(a, 2, 1)), math.Sqrt(a/(1-a)), 1e-14)
	q := 1 - 2*a
	near(t, "(d/2)(1−a)²/√(1−a⁴)", math.Sqrt(theory.TwoPointVarReshuffled(a, 2, 1)), (1-q)*(1-q)/math.Sqrt(1-q*q*q*q), 1e-14)
}

func TestRunningMeanVar(t *testing.T) {
	const h, c, n = 1.5, 2, 30
	ends := descents(t, h, c, func(t int) float64 { return 1 / (h * float64(t+1)) },
		func() sgd.Sampler { return sgd.WithReplacement(1) }, n, 4000)
	withinVar(t, "running mean", ends, theory.RunningMeanVar(c, n))
}

func TestCycles(t *testing.T) {
	for _, lr := range []float64{0.05, 0.3, 0.6} {
		const h1, c1, h2, c2 = 1.0, 3.0, 2.5, -1.5
		f := &loss.TwoPoints{P: []float64{c1}, Q: []float64{c2}, Curvature: [2]float64{h1, h2}}
		x := []float64{0.3}
		d := sgd.Descent{LR: sgd.Const(lr), Batch: sgd.InOrder(1)}
		if _, err := d.Run(context.Background(), f, x, 2000); err != nil {
			t.Fatal(err)
		}
		near(t, "unequal cycle", x[0], theory.UnequalCycle(lr, h1, c1, h2, c2), 1e-12)
		near(t, "minimum", f.Minima()[0][0], theory.WeightedMinimum(h1, c1, h2, c2), 1e-14)

		g := &loss.TwoPoints{P: []float64{-3}, Q: []float64{3}, Curvature: [2]float64{h2, h2}}
		if _, err := d.Run(context.Background(), g, x, 2000); err != nil {
			t.Fatal(err)
		}
		near(t, "cycle", x[0], theory.Cycle(lr, h2, 3), 1e-12)
		near(t, "cycle, as the unequal one", theory.UnequalCycle(lr, h2, -3, h2, 3), theory.Cycle(lr, h2, 3), 1e-12)
	}
	// At lr h = 1 every visit lands on its point, beyond 2 nothing settles.
	near(t, "lr h = 1", theory.Cycle(1, 1, 3), 3, 0)
	if v := theory.Cycle(1, 2.5, 3); !math.IsNaN(v) {
		t.Errorf("a cycle at %g beyond the limit", v)
	}
	if v := theory.UnequalCycle(1, 2.5, 3, 2.5, -3); !math.IsNaN(v) {
		t.Errorf("an unequal cycle at %g beyond the limit", v)
	}
}

func TestBatchVar(t *testing.T) {
	const n, b, runs = 12, 5, 20000
	r := rand.New(rand.NewPCG(11, 0))
	pop := make([]float64, n)
	for i := range pop {
		pop[i] = r.ExpFloat64()
	}
	mean := stat.Mean(pop, nil)
	var square float64
	for i := range pop {
		pop[i] -= mean
		square += pop[i] * pop[i] / n
	}
	sigma := math.Sqrt(square)
	with, without, correlated := make([]float64, runs), make([]float64, runs), make([]float64, runs)
	const rho = 0.3
	for k := range runs {
		for range b {
			with[k] += pop[r.IntN(n)] / b
		}
		for _, i := range r.Perm(n)[:b] {
			without[k] += pop[i] / b
		}
		shared := r.NormFloat64()
		for range b {
			correlated[k] += 1.7 * (math.Sqrt(rho)*shared + math.Sqrt(1-rho)*r.NormFloat64()) / b
		}
	}
	withinVar(t, "with replacement", with, theory.BatchVar(sigma, b))
	withinVar(t, "without replacement", without, theory.BatchVarWithout(sigma, b, n))
	withinVar(t, "correlated", correlated, theory.BatchVarCorrelated(1.7, b, rho))
	near(t, "the whole population", theory.BatchVarWithout(sigma, n, n), 0, 0)
	near(t, "a population of one", theory.BatchVarWithout(0, 1, 1), 0, 0)
	near(t, "one of two", theory.BatchVarWithout(1.5, 1, 2), 2.25, 1e-15)
	near(t, "one draw", theory.BatchVarWithout(sigma, 1, n), sigma*sigma, 1e-14)
}

func TestWrongSign(t *testing.T) {
	const g, sigma, b, runs = 0.5, 1.6, 4, 20000
	r := rand.New(rand.NewPCG(13, 0))
	wrong := 0.0
	for range runs {
		var m float64
		for range b {
			m += g + sigma*r.NormFloat64()
		}
		if m < 0 {
			wrong++
		}
	}
	p := theory.WrongSign(g, sigma, b)
	within(t, "wrong sign", wrong/runs, math.Sqrt(p*(1-p)/runs), p)
	near(t, "sign of the slope", theory.WrongSign(-g, sigma, b), p, 0)
}

func TestFirstSteps(t *testing.T) {
	const lr, slope, steps = 0.1, -3.0, 60
	for _, e := range []struct {
		name string
		rule sgd.Rule
		want func(t int) float64
	}{
		{"momentum", &sgd.SGD{Momentum: 0.9}, func(t int) float64 { return theory.MomentumStep(lr, slope, 0.9, t) }},
		{"Adam", &sgd.Adam{Beta1: 0.9, Beta2: 0.999, Eps: 0.5}, func(int) float64 { return theory.AdamStep(lr, slope, 0.5) }},
		{"AdaGrad", &sgd.AdaGrad{Eps: 1e-300}, func(t int) float64 { return theory.AdaGradStep(lr, t) }},
		{"RMSProp", &sgd.RMSProp{Rho: 0.9, Eps: 1e-300}, func(t int) float64 { return theory.RMSPropStep(lr, 0.9, t) }},
	} {
		x, was := []float64{0}, 0.0
		e.rule.Init(1)
		for k := 1; k <= steps; k++ {
			e.rule.Step(x, []float64{slope}, lr)
			near(t, e.name, x[0]-was, e.want(k), 1e-12)
			was = x[0]
		}
	}
	near(t, "momentum 1", theory.MomentumStep(lr, slope, 1, 7), 7*0.3, 1e-14)
}
