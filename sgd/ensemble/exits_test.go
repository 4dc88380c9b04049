package ensemble_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/loss"
	"downhill/sgd/theory"
)

func TestWilson(t *testing.T) {
	// Newcombe, Two-sided confidence intervals for the single proportion,
	// Statistics in Medicine 17 (1998), table I, method 3.
	for _, e := range []struct {
		k, n   int
		lo, hi float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		w := ensemble.Wilson(e.k, e.n, 1.959964)
		if math.Abs(w.Lo-e.lo) > 5e-5 || math.Abs(w.Hi-e.hi) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", e.k, e.n, w.Lo, w.Hi, e.lo, e.hi)
		}
	}
	if w := ensemble.Wilson(7, 7, 1.96); w.Hi != 1 || w.Lo > 0.99 {
		t.Errorf("all of them: %+v", w)
	}
	for _, e := range [][2]int{{-1, 3}, {4, 3}, {0, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d of %d: no panic", e[0], e[1])
				}
			}()
			ensemble.Wilson(e[0], e[1], 1.96)
		}()
	}
}

// The trial of 6-mercaptopurine of Freireich et al., Blood 21 (1963), on which every
// textbook of survival analysis does its sums by hand.
var freireich = []ensemble.Exit{
	{6, true}, {6, true}, {6, true}, {6, false}, {7, true}, {9, false}, {10, true}, {10, false}, {11, false}, {13, true}, {16, true},
	{17, false}, {19, false}, {20, false}, {22, true}, {23, true}, {25, false}, {32, false}, {32, false}, {34, false}, {35, false},
}

func TestKaplanMeier(t *testing.T) {
	k, err := ensemble.KaplanMeier(freireich)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]float64{5: 1, 6: 0.857, 7: 0.807, 9: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448, 35: 0.448}
	for at, s := range want {
		if got := k.At(at); math.Abs(got-s) > 5e-4 {
			t.Errorf("S(%d) = %.4f, want %.3f", at, got, s)
		}
	}
	if !math.IsNaN(k.At(36)) {
		t.Errorf("S(36) = %g, of which nothing is known", k.At(36))
	}
	if m, ok := k.Median(); m != 23 || !ok {
		t.Errorf("median %d, %v", m, ok)
	}
	// R's survfit with conf.type = "log-log" gives 0.620 to 0.952 at 6 and 0.188 to
	// 0.680 at 23.
	for at, want := range map[int][2]float64{6: {0.620, 0.952}, 23: {0.188, 0.680}} {
		i := slices.Index(k.T, at)
		if !(math.Abs(k.Lo[i]-want[0]) <= 1e-3 && math.Abs(k.Hi[i]-want[1]) <= 1e-3) {
			t.Errorf("interval at %d: %.4f to %.4f, want %v", at, k.Lo[i], k.Hi[i], want)
		}
	}
	// Nobody left, half left, all left.
	stayed, _ := ensemble.KaplanMeier([]ensemble.Exit{{9, false}})
	if _, ok := stayed.Median(); ok || stayed.At(9) != 1 || !math.IsNaN(stayed.At(10)) {
		t.Errorf("nobody left: %+v", stayed)
	}
	half, _ := ensemble.KaplanMeier([]ensemble.Exit{{4, true}, {9, false}})
	if m, ok := half.Median(); m != 4 || !ok {
		t.Errorf("half left: median %d, %t", m, ok)
	}
	all, _ := ensemble.KaplanMeier([]ensemble.Exit{{4, true}, {9, true}})
	if all.At(9) != 0 || all.At(1000) != 0 || all.Lo[1] != 0 || all.Hi[1] != 0 {
		t.Errorf("all left: %+v", all)
	}
}

func TestMeanExit(t *testing.T) {
	m, err := ensemble.MeanExit(freireich)
	if err != nil {
		t.Fatal(err)
	}
	if want := 359. / 9; m.Out != 9 || m.Mean != want || !(m.Lo < want && want < m.Hi) {
		t.Errorf("got %+v, want 359 weeks over 9", m)
	}
	// With one exit the upper end is that of an exponential law.
	m, _ = ensemble.MeanExit([]ensemble.Exit{{40, true}, {100, false}})
	if want := 140 / -math.Log(0.975); math.Abs(m.Hi-want) > 1e-9*want || m.Mean != 140 {
		t.Errorf("one left: %+v, want up to %g", m, want)
	}
	m, _ = ensemble.MeanExit([]ensemble.Exit{{100, false}, {100, false}})
	if !math.IsInf(m.Mean, 1) || !math.IsInf(m.Hi, 1) || math.Abs(m.Lo-200/-math.Log(0.025)) > 1e-9 {
		t.Errorf("nobody left: %+v", m)
	}
}

// With censoring at about a mean lifetime, the estimate is right and its interval
// covers the truth as often as it says; the mean of those that left is far off.
func TestMeanExitIsUnbiased(t *testing.T) {
	const truth, limit, n, times = 300, 250, 60, 2000
	r := rand.New(rand.NewPCG(1, 1))
	var sum, naive float64
	covered := 0
	for range times {
		exits := make([]ensemble.Exit, n)
		var left, steps float64
		for i := range exits {
			exits[i] = ensemble.Exit{Steps: limit}
			if s := int(math.Ceil(math.Log(1-r.Float64()) / math.Log(1-1./truth))); s <= limit {
				exits[i] = ensemble.Exit{Steps: s, Out: true}
				left++
				steps += float64(s)
			}
		}
		m, err := ensemble.MeanExit(exits)
		if err != nil {
			t.Fatal(err)
		}
		sum += math.Log(m.Mean) / times
		naive += steps / left / times
		if m.Lo <= truth && truth <= m.Hi {
			covered++
		}
	}
	if got := math.Exp(sum); math.Abs(got-truth) > 6 {
		t.Errorf("mean %g, want %d", got, truth)
	}
	if naive > truth/2 {
		t.Errorf("the mean of the runs that left is %g; it should be far too short", naive)
	}
	if w := ensemble.Wilson(covered, times, 5); w.Hi < 0.95 || w.Lo > 0.98 {
		t.Errorf("the interval covers in %.3f of the cases", w.P)
	}
}

func TestEscapeProbability(t *testing.T) {
	p, err := ensemble.EscapeProbability(freireich, 6)
	if err != nil || p.K != 3 || p.N != 21 {
		t.Errorf("got %+v, %v", p, err)
	}
	var ce *ensemble.CensoredError
	if _, err := ensemble.EscapeProbability(freireich, 7); !errors.As(err, &ce) || ce.Steps != 6 {
		t.Errorf("beyond the first run that was given up: %v", err)
	}
	for _, err := range []error{
		func() error { _, err := ensemble.EscapeProbability(nil, 1); return err }(),
		func() error { _, err := ensemble.MeanExit(nil); return err }(),
		func() error { _, err := ensemble.KaplanMeier(nil); return err }(),
	} {
		if err != ensemble.ErrNoRuns {
			t.Errorf("no runs: %v", err)
		}
	}
}

// The whole chain: noise of a batch of B in a well of chosen depth, exit times with
// runs given up, and what the diffusion with D = lr s²/(2B) says.
func TestExitsAgainstTheory(t *testing.T) {
	const height, half, lr, exponent = 1.0, 1.0, 0.05 / 8, 4.0
	well := loss.DoubleWell(height, half)
	s := math.Sqrt(2 * height / (lr * exponent))
	want := theory.ExitSteps(func(x float64) float64 { return well.Grad(nil, []float64{x}, nil) }, -3, -half, half, lr, s)
	for _, batch := range []int{1, 4} {
		p := &ensemble.Plan{
			Options:   ensemble.Options{Runs: 800, Seed: 2},
			Objective: loss.NewNoisy(well, 1000, s*math.Sqrt(float64(batch)), 1),
			Start:     ensemble.At(-half),
			Steps:     int(want), // about a third of the runs is given up
			Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(lr), Batch: sgd.WithReplacement(batch)} },
		}
		exits, err := p.Exits(ctx, func(x []float64) bool { return x[0] > half })
		if err != nil {
			t.Fatal(err)
		}
		m, err := ensemble.MeanExit(exits)
		if err != nil {
			t.Fatal(err)
		}
		stderr := m.Mean / math.Sqrt(float64(m.Out))
		if z := (m.Mean - want) / stderr; math.Abs(z) > 5 || m.Out < 400 || m.Out == m.Runs {
			t.Errorf("batch %d: mean exit %.0f ± %.0f (%d of %d out), theory %.0f: %.1f standard errors", batch, m.Mean, stderr, m.Out, m.Runs, want, z)
		}
		k, err := ensemble.KaplanMeier(exits)
		if err != nil {
			t.Fatal(err)
		}
		if s := k.At(p.Steps / 2); math.Abs(s-math.Exp(-0.5)) > 0.1 {
			t.Errorf("batch %d: %.3f still in after half a mean exit time, an exponential law says %.3f", batch, s, math.Exp(-0.5))
		}
	}
}

func ExamplePlan_Exits() {
	border := loss.Hills(loss.LessonSine(), 1, 1.5, 100)[0]
	for _, lr := range []float64{0.02, 0.05, 0.1} {
		p := ensemble.Plan{
			Options:   ensemble.Options{Runs: 200, Seed: 1},
			Objective: loss.LessonSine(),
			Start:     ensemble.At(0.9),
			Steps:     500,
			Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(lr), Batch: sgd.Reshuffled(10)} },
		}
		exits, err := p.Exits(ctx, func(x []float64) bool { return x[0] > border })
		if err != nil {
			fmt.Println(err)
			return
		}
		out, _ := ensemble.EscapeProbability(exits, 500)
		mean, _ := ensemble.MeanExit(exits)
		fmt.Printf("lr %.2f: %3d of %d out, P = %.2f [%.2f, %.2f], mean exit %.3g steps\n",
			lr, out.K, out.N, out.P, out.Lo, out.Hi, mean.Mean)
	}
	// Output:
	// lr 0.02:   0 of 200 out, P = 0.00 [0.00, 0.02], mean exit +Inf steps
	// lr 0.05:  25 of 200 out, P = 0.12 [0.09, 0.18], mean exit 3.74e+03 steps
	// lr 0.10: 199 of 200 out, P = 0.99 [0.97, 1.00], mean exit 26.1 steps
}

func ExampleCurves_Bands() {
	p := ensemble.Plan{
		Options:   ensemble.Options{Runs: 100, Seed: 1},
		Objective: &loss.TwoPoints{P: []float64{-1}, Q: []float64{1}},
		Start:     ensemble.At(5),
		Steps:     100,
		Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(0.05), Batch: sgd.WithReplacement(1)} },
	}
	c, err := p.Curves(ctx, 25, ensemble.FullLoss(p.Objective))
	if err != nil {
		fmt.Println(err)
		return
	}
	band := c.Bands(0.1, 0.5, 0.9)
	for k, t := range c.T {
		fmt.Printf("after %3d steps: %.2f (%.2f to %.2f)\n", t, band[1][k], band[0][k], band[2][k])
	}
	// Output:
	// after  25 steps: 1.15 (1.02 to 1.44)
	// after  50 steps: 1.02 (1.00 to 1.14)
	// after  75 steps: 1.03 (1.00 to 1.14)
	// after 100 steps: 1.02 (1.00 to 1.12)
}

func ExampleKaplanMeier() {
	exits := []ensemble.Exit{{3, true}, {5, false}, {8, true}, {10, false}}
	k, err := ensemble.KaplanMeier(exits)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range k.T {
		fmt.Printf("after step %d: %.3f still in, of %d watched\n", t, k.S[i], k.AtRisk[i])
	}
	mean, _ := ensemble.MeanExit(exits)
	fmt.Printf("mean exit %.1f steps, not %.1f\n", mean.Mean, (3+8)/2.)
	// Output:
	// after step 3: 0.750 still in, of 4 watched
	// after step 8: 0.375 still in, of 2 watched
	// mean exit 13.0 steps, not 5.5
}
