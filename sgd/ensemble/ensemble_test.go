package ensemble_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/loss"
	"downhill/sgd/theory"
)

var ctx = context.Background()

// sine is the plan of the lesson on local minima.
func sine(runs, workers int) *ensemble.Plan {
	return &ensemble.Plan{
		Options:   ensemble.Options{Runs: runs, Seed: 5, Workers: workers},
		Objective: loss.LessonSine(),
		Start:     ensemble.Uniform([]float64{0.5}, []float64{1.5}),
		Steps:     200,
		Descent: func() *sgd.Descent {
			return &sgd.Descent{Rule: &sgd.SGD{Momentum: 0.5}, LR: sgd.Const(0.05), Batch: sgd.Reshuffled(10)}
		},
	}
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	type results struct {
		ends   []ensemble.End
		curves *ensemble.Curves
		exits  []ensemble.Exit
		shares []ensemble.Share
		grad   []float64
		loss   float64
	}
	big := loss.NewLogistic(loss.NewLogisticData(3001, []float64{1, -2, 0.5}, 1), 0.1)
	run := func(workers int) (r results) {
		p := sine(37, workers)
		errs := make([]error, 4)
		r.ends, errs[0] = p.Ends(ctx)
		r.curves, errs[1] = p.Curves(ctx, 20, ensemble.FullLoss(p.Objective))
		r.exits, errs[2] = p.Exits(ctx, func(x []float64) bool { return x[0] > 1.15 })
		r.shares, errs[3] = p.Occupancy(ctx, 50, 2, func(x []float64) int {
			if x[0] > 1.15 {
				return 1
			}
			return 0
		})
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		r.grad = make([]float64, 3)
		r.loss = ensemble.Parallel(big, workers).Grad(r.grad, []float64{0.3, 0.2, 0.1}, nil)
		return r
	}
	want := run(1)
	for _, workers := range []int{0, 2, 3, 64} {
		if got := run(workers); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers give other results than one", workers)
		}
	}
	if want.ends[0].X[0] == want.ends[1].X[0] {
		t.Error("two runs are the same run")
	}
	other := sine(37, 0)
	other.Seed++
	if ends, _ := other.Ends(ctx); reflect.DeepEqual(ends, want.ends) {
		t.Error("the seed makes no difference")
	}
}

func TestSeedRepeatsARun(t *testing.T) {
	p := sine(5, 0)
	p.Start = ensemble.At(1)
	ends, err := p.Ends(ctx)
	if err != nil {
		t.Fatal(err)
	}
	d, x := p.Descent(), []float64{1}
	d.Seed = p.SeedOf(3)
	if _, err := d.Run(ctx, p.Objective, x, p.Steps); err != nil {
		t.Fatal(err)
	}
	if x[0] != ends[3].X[0] {
		t.Errorf("run 3 ended at %g, its seed alone leads to %g", ends[3].X[0], x[0])
	}
}

func TestErrors(t *testing.T) {
	boom := errors.New("boom")
	o := ensemble.Options{Runs: 50, Seed: 1, Workers: 4}
	for range 20 {
		_, err := ensemble.Map(ctx, o, func(run int, r *rand.Rand) (int, error) {
			if run%7 == 3 {
				return 0, boom
			}
			return run, nil
		})
		var re *ensemble.RunError
		if !errors.As(err, &re) || re.Run != 3 || !errors.Is(err, boom) || re.Seed != o.SeedOf(3) {
			t.Fatalf("got %v, want run 3", err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	_, err := ensemble.Map(cancelled, o, func(run int, r *rand.Rand) (int, error) {
		cancel()
		return 0, cancelled.Err()
	})
	if err != context.Canceled {
		t.Errorf("cancelled: got %v", err)
	}
	if _, err := sine(5, 0).Ends(cancelled); err != context.Canceled {
		t.Errorf("cancelled plan: got %v", err)
	}

	for _, c := range []struct {
		want  string
		spoil func(p *ensemble.Plan)
	}{
		{"Runs", func(p *ensemble.Plan) { p.Runs = 0 }},
		{"Workers", func(p *ensemble.Plan) { p.Workers = -1 }},
		{"Steps", func(p *ensemble.Plan) { p.Steps = 0 }},
		{"Objective", func(p *ensemble.Plan) { p.Objective = nil }},
		{"Descent", func(p *ensemble.Plan) { p.Descent = nil }},
		{"Descent", func(p *ensemble.Plan) { p.Descent = func() *sgd.Descent { return nil } }},
		{"Descent", func(p *ensemble.Plan) { p.Descent = func() *sgd.Descent { return &sgd.Descent{} } }},
		{"Start", func(p *ensemble.Plan) { p.Start = ensemble.At(1, 2) }},
	} {
		p := sine(3, 0)
		c.spoil(p)
		_, err := p.Ends(ctx)
		var pe *ensemble.PlanError
		if !errors.As(err, &pe) || pe.Field != c.want || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", c.want, err)
		}
	}
	p := sine(3, 0)
	var pe *ensemble.PlanError
	if _, err := p.Curves(ctx, 201, ensemble.Loss); !errors.As(err, &pe) {
		t.Errorf("every: got %v", err)
	}
	if _, err := p.Occupancy(ctx, 200, 1, nil); !errors.As(err, &pe) {
		t.Errorf("skip: got %v", err)
	}
	if _, err := p.Occupancy(ctx, 0, 0, nil); !errors.As(err, &pe) {
		t.Errorf("cells: got %v", err)
	}
}

// A run that diverges is told apart, not averaged in.
func TestDivergedRuns(t *testing.T) {
	p := &ensemble.Plan{
		Options:   ensemble.Options{Runs: 4, Seed: 1},
		Objective: loss.Quartic(1),
		Start:     ensemble.Uniform([]float64{1}, []float64{4}), // diverges from |x| > √(2/lr) = 2.6
		Steps:     200,
		Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(0.3)} },
	}
	ends, err := p.Ends(ctx)
	if err != nil {
		t.Fatal(err)
	}
	curves, err := p.Curves(ctx, 1, ensemble.Loss)
	if err != nil {
		t.Fatal(err)
	}
	exits, err := p.Exits(ctx, func([]float64) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	diverged := 0
	for i, e := range ends {
		last := curves.Y[i][199]
		if e.Diverged != nil {
			diverged++
			if exits[i].Steps != e.Diverged.T+1 {
				t.Errorf("run %d: out after %d steps: %v", i, exits[i].Steps, e.Diverged)
			}
		}
		if gone := e.Diverged != nil; math.IsNaN(last) != gone || exits[i].Out != gone {
			t.Errorf("run %d: diverged %v, last loss %g, exit %+v", i, e.Diverged, last, exits[i])
		}
	}
	if diverged == 0 || diverged == 4 {
		t.Fatalf("%d of 4 runs diverged; the test needs both kinds", diverged)
	}
	band := curves.Bands(0, 1)
	if v := band[1][199]; !math.IsInf(v, 1) {
		t.Errorf("the worst of the runs is at %g", v)
	}
	if v := band[0][199]; !(v < 1) {
		t.Errorf("the best of the runs is at %g", v)
	}
	if _, err := p.Occupancy(ctx, 0, 1, func([]float64) int { return 0 }); err == nil {
		t.Error("occupancy of a diverged run")
	}
}

// The noise ball of SGD has a variance that theory knows; the ensemble must find it.
func TestBandsAgainstTheory(t *testing.T) {
	const lr, h, s = 0.2, 1.0, 0.5
	p := &ensemble.Plan{
		Options:   ensemble.Options{Runs: 4000, Seed: 3},
		Objective: loss.NewNoisy(loss.Spectrum(h), 400, s, 1),
		Start:     ensemble.At(0),
		Steps:     60,
		Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(lr), Batch: sgd.WithReplacement(4)} },
	}
	c, err := p.Curves(ctx, 60, ensemble.Coordinate(0))
	if err != nil {
		t.Fatal(err)
	}
	sd := math.Sqrt(theory.SGDVar(lr, h, s/2))
	band := c.Bands(0.1, 0.5, 0.9)
	// A quantile of n normal draws has standard error √(p(1−p)/n)/density.
	for j, want := range []float64{-1.2815515655, 0, 1.2815515655} {
		q := []float64{0.1, 0.5, 0.9}[j]
		density := math.Exp(-want*want/2) / math.Sqrt(2*math.Pi)
		stderr := sd * math.Sqrt(q*(1-q)/4000) / density
		if z := (band[j][0] - want*sd) / stderr; math.Abs(z) > 5 {
			t.Errorf("%g-quantile %g, theory %g: %.1f standard errors", q, band[j][0], want*sd, z)
		}
	}
}

func TestOccupancyAgainstGibbs(t *testing.T) {
	// Two wells of equal depth, one twice as wide: with small steps the density is
	// exp(−f/D), and the wide one has twice the share.
	f := &loss.Terrain{X: []float64{0, 1, 3}, Y: []float64{0, 0.18, 0}}
	p := &ensemble.Plan{
		Options:   ensemble.Options{Runs: 200, Seed: 3},
		Objective: loss.NewNoisy(f, 400, 3, 1),
		Start:     ensemble.At(0),
		Steps:     20000,
		Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(0.04), Batch: sgd.WithReplacement(1)} },
	}
	shares, err := p.Occupancy(ctx, 4000, 2, func(x []float64) int {
		if x[0] < 1 {
			return 0
		}
		return 1
	})
	if err != nil {
		t.Fatal(err)
	}
	var z [2]float64
	for i := range 200000 {
		x := -3 + 10*float64(i)/200000
		k := 0
		if x >= 1 {
			k = 1
		}
		z[k] += math.Exp(-f.Grad(nil, []float64{x}, nil) / (0.04 * 9 / 2))
	}
	want := z[1] / (z[0] + z[1])
	if e := (shares[1].Mean - want) / shares[1].StdErr; math.Abs(e) > 5 || shares[1].StdErr > 0.01 {
		t.Errorf("share of the wide well %.4f ± %.4f, Gibbs says %.4f", shares[1].Mean, shares[1].StdErr, want)
	}
	if sum := shares[0].Mean + shares[1].Mean; math.Abs(sum-1) > 1e-12 {
		t.Errorf("the shares add up to %g", sum)
	}
}

func TestParallelIsTheGradient(t *testing.T) {
	d := loss.NewLogisticData(5000, []float64{1, -2, 0.5, 0}, 1)
	f := loss.NewLogistic(d, 0.1)
	p := ensemble.Parallel(f, 2)
	x := []float64{0.1, 0.2, 0.3, 0.4}
	order := rand.New(rand.NewPCG(1, 1)).Perm(5000)
	for name, batch := range map[string][]int{"all": nil, "small": order[:10], "ragged": order[:1025], "large": order[:4999]} {
		want, got := make([]float64, 4), []float64{9, 9, 9, 9}
		l := f.Grad(want, x, batch)
		if m := p.Grad(got, x, batch); math.Abs(m-l) > 1e-12 || math.Abs(p.Grad(nil, x, batch)-l) > 1e-12 {
			t.Errorf("%s: loss %g, want %g", name, m, l)
		}
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Errorf("%s: gradient %v, want %v", name, got, want)
			}
		}
	}
}

func TestRunsAreIndependent(t *testing.T) {
	draws, err := ensemble.Map(ctx, ensemble.Options{Runs: 20000, Seed: 0}, func(_ int, r *rand.Rand) (float64, error) {
		return r.NormFloat64(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := math.Sqrt(float64(len(draws)))
	if m := stat.Mean(draws, nil) * n; math.Abs(m) > 5 {
		t.Errorf("the first draws of the runs have mean %g standard errors", m)
	}
	if c := stat.Correlation(draws[1:], draws[:len(draws)-1], nil) * n; math.Abs(c) > 5 {
		t.Errorf("neighbouring runs are correlated: %g standard errors", c)
	}
}

func ExampleMap() {
	// How often does the mean of four draws have the wrong sign?
	wrong, err := ensemble.Map(ctx, ensemble.Options{Runs: 10000, Seed: 1}, func(_ int, r *rand.Rand) (int, error) {
		var sum float64
		for range 4 {
			sum += 0.5 + r.NormFloat64()
		}
		if sum < 0 {
			return 1, nil
		}
		return 0, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	k := 0
	for _, w := range wrong {
		k += w
	}
	p := ensemble.Wilson(k, len(wrong), 1.96)
	fmt.Printf("%.3f, predicted %.3f\n", p.P, theory.WrongSign(0.5, 1, 4))
	// Output:
	// 0.160, predicted 0.159
}
