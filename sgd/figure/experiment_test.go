package figure

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"downhill/sgd"
	"downhill/sgd/ensemble"
)

// leaving is the exits of 40 runs over barriers 1 to 5; those over 4 are given up early,
// over 5 none leaves.
func leaving() (barriers []float64, exits [][]ensemble.Exit) {
	r := rand.New(rand.NewPCG(3, 3))
	for b := 1.0; b <= 5; b++ {
		most := map[bool]int{true: 1 << 30, false: 900}[b < 4]
		es := make([]ensemble.Exit, 40)
		for i := range es {
			steps := int(20*math.Exp(b)*r.ExpFloat64()) + 1
			es[i] = ensemble.Exit{Steps: min(steps, most), Out: steps <= most && b < 5}
		}
		barriers, exits = append(barriers, b), append(exits, es)
	}
	return barriers, exits
}

// noisy is 30 runs that fall at different rates, the last of which diverges.
func noisy() (runs [][]float64) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 30 {
		runs = append(runs, decay(25, 0.85+0.1*r.Float64()))
	}
	runs[29][20] = math.NaN()
	return runs
}

func TestGoldenExperiments(t *testing.T) {
	barriers, exits := leaving()
	values := make([]float64, 500)
	r := rand.New(rand.NewPCG(5, 5))
	for i := range values {
		values[i] = 1 + 0.5*r.NormFloat64()
	}
	for name, f := range map[string]drawing{
		"law": New().LogX().LogY().Axes("B", "deviation").Dots("minibatch", []float64{1, 10, 100}, []float64{1, 0.33, 0.1}).
			Law("1/√B", func(b float64) float64 { return 1 / math.Sqrt(b) }).Graph("1/B", func(b float64) float64 { return 1 / b }),
		"stability": New().Axes("η", "β").Map("ρ", steps(0.1, 4, 20), steps(0, 0.95, 12), func(lr, b float64) float64 {
			if lr > 2.07*(1+b) {
				return math.NaN()
			}
			return math.Max(math.Sqrt(b), math.Abs(1+b-lr)/(1+math.Sqrt(b)))
		}).Border("2(1+β)", func(b float64) float64 { return 2 * (1 + b) }),
		"fates": New().Axes("η", "B").Fates([]string{"stayed", "left"}, steps(0, 1, 6), steps(1, 4, 4), func(x, y float64) []int {
			return []int{0, int(x + 0.55), int(x*y/4 + 0.45)}
		}),
		"bell":      New().Axes("gradient", "density").Histogram("minibatch", values, 12).Bell("σ/√B", 1, 0.5),
		"quantiles": New().LogY().Axes("step", "loss").Quantiles("SGD", nil, noisy()).Law("predicted", func(t float64) float64 { return math.Pow(0.9, t) }),
		"spread":    Contour(bowlLoss).Window(-2, 2, -1.4, 1.3).Cloud("SGD", scatter(300)).Spread("SGD", scatter(300)).Ball("predicted", 0, 0, 0.8, 0.8),
		"schedules": New().Schedule("constant", sgd.Const(0.1), 50).Schedule("cosine", sgd.Cosine(0.1, 0, 50), 50),
		"exits":     New().Axes("barrier", "steps").Exits("SGD", barriers, exits).Law("20 eᵇ", func(b float64) float64 { return 20 * math.Exp(b) }),
		"regimes":   Regimes(2, -1, 6, 0.2, 0.5, 0.8, 1, 1.1),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, f) })
	}
}

// A race counts gradients of examples, not updates.
func TestRaceCountsEvaluations(t *testing.T) {
	for _, c := range []struct {
		batch sgd.Sampler
		log   bool
		xs    []float64
	}{
		{sgd.Full(), false, []float64{0, 4, 8, 12}},
		{sgd.InOrder(3), false, []float64{0, 3, 4, 7}}, // four examples: the second batch is what is left
		{sgd.InOrder(1), true, []float64{1, 2, 3}},     // a log axis has no place for the start
	} {
		d := sgd.Descent{LR: sgd.Const(0.1), Batch: c.batch}
		tr, err := d.Record(context.Background(), slopes{}, []float64{5}, 3)
		if err != nil {
			t.Fatal(err)
		}
		f := New()
		if c.log {
			f.LogX()
		}
		line := f.Race("SGD", slopes{}, tr, 1.25).marks[0].(polyline)
		if !slices.Equal(line.xs, c.xs) {
			t.Errorf("evaluations %v, want %v", line.xs, c.xs)
		}
		last := tr.X[3][0]
		if want := (last-1.5)*(last-1.5) + 1.25 - 1.25; math.Abs(line.ys[len(line.ys)-1]-want) > 1e-12 {
			t.Errorf("loss %g, want %g", line.ys[len(line.ys)-1], want)
		}
		if f.x.label != "gradient evaluations" {
			t.Errorf("axis %q", f.x.label)
		}
	}
}

// slopes is batches with its gradient.
type slopes struct{ batches }

func (o slopes) Grad(g, x []float64, batch []int) float64 {
	if g != nil {
		g[0] = 2 * x[0]
		n := batch
		if batch == nil {
			n = []int{0, 1, 2, 3}
		}
		for _, i := range n {
			g[0] -= 2 * float64(i) / float64(len(n))
		}
	}
	return o.batches.Grad(nil, x, batch)
}

func TestMilestones(t *testing.T) {
	for _, c := range []struct {
		log     bool
		last, n int
		want    []int
	}{
		{false, 3, 10, []int{0, 1, 2, 3}},
		{false, 100, 5, []int{0, 25, 50, 75, 100}},
		{true, 999, 4, []int{0, 9, 99, 999}},
		{true, 0, 4, []int{0}},
	} {
		f := New()
		f.x.log = c.log
		if got := f.milestones(c.last, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// The spread of points on an ellipse at √2 times its half axes is that ellipse twice.
func TestSpreadIsTwoDeviations(t *testing.T) {
	var points [][]float64
	for i := range 1000 {
		s, c := math.Sincos(2 * math.Pi * float64(i) / 1000)
		points = append(points, []float64{1 + math.Sqrt2*3*c, 2 + math.Sqrt2*(c+0.5*s)})
	}
	m := New().Spread("SGD", points).marks[0].(polyline)
	for i := range m.xs {
		// Mahalanobis' distance from the mean, with Σ = [[9, 3], [3, 1.25]].
		u, v := m.xs[i]-1, m.ys[i]-2
		a := u / 3
		b := (v - a) / 0.5
		if d := math.Hypot(a, b); math.Abs(d-2) > 5e-3 {
			t.Fatalf("a point at %g deviations", d)
		}
	}
	line := New().Spread("SGD", [][]float64{{1, 1}, {1, 2}, {1, 3}}).marks[0].(polyline)
	for i := range line.xs {
		if line.xs[i] != 1 || math.Abs(line.ys[i]-2) > 2+1e-12 {
			t.Fatalf("points on a line: (%g, %g)", line.xs[i], line.ys[i])
		}
	}
	if n := len(New().Spread("SGD", points[:2]).marks); n != 0 {
		t.Errorf("two points have %d ellipses", n)
	}
}

func TestLawsFillTheWindow(t *testing.T) {
	square := func(x float64) float64 { return x * x }
	for _, c := range []struct {
		name string
		f    *Figure
		want span
	}{
		{"alone", New().Window(0, 2, math.NaN(), math.NaN()).Law("", square), span{0, 2, 0, 4.16}},
		{"beside dots", New().Dots("a", []float64{0, 10}, []float64{0, 1}).Law("", square), span{0, 10.4, 0, 1.04}},
		{"border", New().Window(math.NaN(), math.NaN(), 0, 3).Border("", square), span{0, 9.36, 0, 3}},
	} {
		s := c.f.span()
		if math.Abs(s.x0-c.want.x0)+math.Abs(s.x1-c.want.x1)+math.Abs(s.y0-c.want.y0)+math.Abs(s.y1-c.want.y1) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, s, c.want)
		}
	}
	p := New().LogX().Window(1, 100, 0, 1).plot()
	if xs, _ := (curve{of: square}).in(p); math.Abs(xs[lawPoints/2]-10) > 1e-9 {
		t.Errorf("half way from 1 to 100 on a log axis is %g", xs[lawPoints/2])
	}
}

// The slope in the name of a fit is that of ensemble.FitExits.
func TestExitsNameTheirSlope(t *testing.T) {
	barriers, exits := leaving()
	fit, err := ensemble.FitExits(barriers, exits)
	if err != nil {
		t.Fatal(err)
	}
	s := sketched(New().Exits("SGD", barriers, exits))
	if want := fmt.Sprintf("SGD, slope %.2f", fit.Slope); !strings.Contains(s, want) {
		t.Errorf("no %q", want)
	}
	nobody := [][]ensemble.Exit{{{Steps: 9}}, {{Steps: 9}}}
	if s := sketched(New().Exits("SGD", []float64{1, 2}, nobody)); strings.Contains(s, "NaN") || strings.Contains(s, "slope") {
		t.Errorf("nobody left: %s", s)
	}
}
