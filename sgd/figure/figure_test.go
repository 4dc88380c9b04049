package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func TestGoldenFigures(t *testing.T) {
	for name, f := range map[string]*Figure{
		"contour-paths": Contour(ravineLoss).Path("GD", descend(0.07, 0, 40)).Path("momentum", descend(0.02, 0.8, 60)).
			Path("SGD", descend(0.01, 0, 60)).Point("minimum", 0, 0),
		"contour-ravine": Contour(rosenbrock).Window(-2, 2, -1, 3).Point("minimum", 1, 1),
		"steady":         Contour(bowlLoss).Window(-4, 2, -1.5, 1.5).Steady().Path("SGD", descend(0.01, 0, 5)),
		"steady-ball":    Contour(bowlLoss).Window(-4, 2, -1.5, 1.5).Steady().Path("SGD", descend(0.01, 0, 5)).Ball("noise ball", 0, 0, 1, 0.5),
		"fan":            Contour(bowlLoss).Window(-2, 2, -1, 1).Fan("mean", []float64{-1, 0.5}, [][]float64{{-2, 0}, {0, 1}, {-1, 2}}, 0.4),
		"curves": New().LogY().Axes("gradient evaluations", "loss").Band("SGD", nil, scaled(decay(50, 0.9), 0.5), scaled(decay(50, 0.9), 2)).
			Line("SGD", nil, decay(50, 0.9)).Example("SGD", nil, scaled(decay(50, 0.9), 1.3)).Line("batch", nil, decay(50, 0.7)).Predicted("predicted", nil, decay(50, 0.89)),
		"loss": Loss(batches{}, -1, 4).Batches(batches{}, []int{0}, []int{3}).
			Walk("SGD", batches{}, [][]float64{{-0.5}, {0.7}, {2.2}, {1.4}}).At("start", -0.5),
		"histogram": New().Axes("gradient", "density").Histogram("B = 1", []float64{1, 2, 2, 3, 3, 3, 4, 4, 5, 9}, 8).
			Histogram("B = 10", []float64{2.8, 3, 3, 3.1, 3.3}, 4).At("mean", 3.6).Level("", 1),
		"dots": New().LogX().LogY().Dots("measured", []float64{1, 10, 100}, []float64{1, 0.11, 0.009}).
			Predicted("1/B", []float64{1, 100}, []float64{1, 0.01}).Dims(7, 6),
		"field":    New().Equal().Window(-3, 3, -2, 2).Field(ravineLoss).Point("minimum", 0, 0),
		"cobweb":   New().Axes("θ", "next θ").Window(-2, 2, -2, 2).Equal().Cobweb("η = 1.8", func(x float64) float64 { return x - 1.8*x }, 1.8, 12),
		"ball":     Contour(bowlLoss).Window(-2, 2, -1.4, 1.4).Cloud("SGD", scatter(400)).Ball("two deviations", 0, 0, 0.8, 0.8),
		"grains":   New().Axes("r", "x").Cloud("logistic map", doubling()).At("r = 3", 3),
		"outcomes": New().LogX().LogY().Axes("η", "B").Outcomes([]string{"deeper", "stayed", "elsewhere"}, geometric(0.01, 1, 12), geometric(1, 64, 7), shared(12, 7)),
		"heat": New().LogX().Axes("η", "β").Heat("ρ", geometric(0.01, 1, 24), steps(0, 0.95, 14), grown(24, 14)).
			Predicted("border", geometric(0.01, 1, 24), steps(0.1, 0.9, 24)),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, f) })
	}
}

func TestGoldenGrid(t *testing.T) {
	var fs []*Figure
	for _, η := range []float64{0.3, 1, 1.7, 2, 2.2} {
		x, path := -1.0, [][]float64{{-1}}
		for range 6 {
			x -= η * x
			path = append(path, []float64{x})
		}
		half := fn{1, func(x []float64) float64 { return x[0] * x[0] / 2 }}
		fs = append(fs, Loss(half, -3, 3).Window(-3, 3, -0.2, 3).Walk("GD", half, path).Title(fmt.Sprintf("ηh = %g", η)).Dims(5, 4.5))
	}
	golden(t, "grid", Grid(3, fs...))
}

// Every contour line of x² + y² is a closed circle of radius √level.
func TestContourLinesAreTheLevelSets(t *testing.T) {
	g := sample(bowlLoss, span{-1, 1, -1, 1}, 101, 81)
	for _, level := range []float64{0.01, 0.3, 0.9} {
		lines := g.trace(level)
		if len(lines) != 1 {
			t.Fatalf("level %g: %d lines", level, len(lines))
		}
		l := lines[0]
		if l[0] != l[len(l)-1] {
			t.Errorf("level %g: from %v to %v", level, l[0], l[len(l)-1])
		}
		for _, q := range l {
			if r := math.Hypot(q[0], q[1]); math.Abs(r-math.Sqrt(level)) > 2e-3 {
				t.Fatalf("level %g: a point at radius %g", level, r)
			}
		}
	}
	if n := len(g.trace(1.5)); n != 4 {
		t.Errorf("corners: %d arcs, want 4", n)
	}
	if n := len(g.trace(-1)); n != 0 {
		t.Errorf("below the minimum: %d lines", n)
	}
	// A saddle, and a hole where the loss is not a number.
	saddle := sample(fn{2, func(x []float64) float64 { return x[0] * x[1] }}, span{-1, 1, -1, 1}, 20, 20)
	if n := len(saddle.trace(0)); n != 2 {
		t.Errorf("saddle: %d lines, want 2", n)
	}
	holed := sample(fn{2, func(x []float64) float64 { return math.Log(x[0]) }}, span{-1, 1, -1, 1}, 20, 20)
	if n := len(holed.trace(-1)); n != 1 {
		t.Errorf("half a plane: %d lines, want 1", n)
	}
}

func TestBowlLevelsAreEvenRings(t *testing.T) {
	c := &contour{f: bowlLoss, grid: sample(bowlLoss, span{-1, 1, -1, 1}, 101, 101)}
	ls := c.choose()
	gap := math.Sqrt(ls[1]) - math.Sqrt(ls[0])
	for i := 1; i < len(ls); i++ {
		if d := math.Sqrt(ls[i]) - math.Sqrt(ls[i-1]); math.Abs(d-gap) > 1e-9 {
			t.Errorf("rings %d and %d are %g apart, the first two %g", i-1, i, d, gap)
		}
	}
	c = &contour{f: rosenbrock, grid: sample(rosenbrock, span{-2, 2, -1, 3}, 101, 101)}
	ls = c.choose()
	if math.Abs(ls[2]/ls[1]-ls[8]/ls[7]) > 0.3 {
		t.Errorf("a ravine's levels are not geometric: %v", ls)
	}
}

func TestEqualAxesAreEqual(t *testing.T) {
	for name, f := range map[string]*Figure{
		"open":  Contour(bowlLoss).Path("a", [][]float64{{0, 0}, {5, 1}}),
		"tall":  Contour(bowlLoss).Path("a", [][]float64{{0, 0}, {0.1, 9}}),
		"fixed": Contour(bowlLoss).Window(0, 1, 0, 3),
		"sized": Contour(bowlLoss).Window(0, 1, 0, 3).Dims(14, 4),
		"wide":  Contour(bowlLoss).Window(0, 9, 0, 1),
	} {
		w, h := f.Size()
		c := draw.New(newSketch(w, h))
		p := f.plot()
		c = f.inside(c)
		c = f.square(p, c)
		d := p.DataCanvas(c)
		ux := (p.X.Max - p.X.Min) / float64(d.Max.X-d.Min.X)
		uy := (p.Y.Max - p.Y.Min) / float64(d.Max.Y-d.Min.Y)
		if math.Abs(ux/uy-1) > 0.01 {
			t.Errorf("%s: a unit is %g pt wide and %g high", name, 1/ux, 1/uy)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		log    bool
		n      int
		want   string
	}{
		{-4, 4, false, 2, "−4 −2 0 2 4"},
		{0, 1, false, 5, "0 0.2 0.4 0.6 0.8 1.0"},
		{-3.2, 3.1, false, 5, "−3 −2 −1 0 1 2 3"},
		{-0.011, 0.011, false, 5, "−0.010 −0.005 0 0.005 0.010"},
		{0, 5e7, false, 5, "0 10⁷ 2·10⁷ 3·10⁷ 4·10⁷ 5·10⁷"},
		{0, 3e-7, false, 5, "0 5·10⁻⁸ 10⁻⁷ 1.5·10⁻⁷ 2·10⁻⁷ 2.5·10⁻⁷ 3·10⁻⁷"},
		{1, 1e4, true, 5, "10⁰ 10¹ 10² 10³ 10⁴"},
		{1e-16, 10, true, 5, "10⁻¹⁵ 10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 10⁰"},
		{0.5, 20, true, 5, "0.5 1 2 5 10 20"},
		{1.4, 80, true, 5, "2 5 10 20 50"},
		{1800, 3e4, true, 5, "2000 5000 10000 20000"},
		{2e-6, 3e-5, true, 5, "2·10⁻⁶ 5·10⁻⁶ 10⁻⁵ 2·10⁻⁵"},
	} {
		var ticks []plot.Tick
		if c.log {
			ticks = logTicks{}.Ticks(c.lo, c.hi)
		} else {
			ticks = linearTicks{c.n}.Ticks(c.lo, c.hi)
		}
		var labels []string
		for _, k := range ticks {
			if k.Label != "" {
				labels = append(labels, k.Label)
			}
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("%g to %g: %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
}

func TestOneStyleForAMethod(t *testing.T) {
	f := New()
	for _, c := range []struct {
		name string
		want int
	}{
		{"SGD, η = 0.1", 0}, {"batch GD", 1}, {"SGD with momentum", 2}, {"Nesterov momentum", 3}, {"Adam", 4}, {"minibatch of 10", 5},
		{"batch GD", 1}, {"another", 6}, {"one too many", 0},
	} {
		if f.lookOf(c.name); f.styles[c.name] != c.want {
			t.Errorf("%s: style %d, want %d", c.name, f.styles[c.name], c.want)
		}
	}
}

// What no axis can show costs a mark, never the figure.
func TestNothingPanics(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, f := range map[string]*Figure{
		"empty":           New(),
		"zero on log":     New().LogY().LogX().Line("a", []float64{0, 1, 2}, []float64{1, 0, -1}).Level("l", 0),
		"all zero":        New().LogY().Line("a", nil, []float64{0, 0}),
		"not finite":      New().Line("a", nil, []float64{nan, inf, 1}).Band("a", nil, []float64{nan, 1, 1}, []float64{2, inf, 2}),
		"one point":       New().Line("a", nil, []float64{3}),
		"huge":            Contour(bowlLoss).Window(-1, 1, -1, 1).Path("a", [][]float64{{0, 0}, {1e300, -1e300}, {nan, 0}}),
		"no points":       Contour(bowlLoss).Path("a", nil),
		"flat":            Contour(fn{2, func([]float64) float64 { return 1 }}),
		"no values":       New().Histogram("h", []float64{nan}, 5).Histogram("h2", nil, 5),
		"equal values":    New().Histogram("h", []float64{2, 2}, 5),
		"long name":       New().Line(strings.Repeat("long name ", 20), nil, []float64{1, 2}),
		"gonum's own":     New().Add(plotter.NewGrid()),
		"lost batches":    Loss(batches{}, 0, 1).Walk("w", batches{}, [][]float64{{0}, {nan}}),
		"arrow to itself": New().Arrow("a", 0, 0, 0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			if s := sketched(f); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Errorf("numbers that are none: %s", s)
			}
		})
	}
}

// From frame to frame only the path may differ.
func TestSteadyFiguresDifferInTheirPathsOnly(t *testing.T) {
	frame := func(path ...[]float64) []string {
		s := sketched(Contour(ravineLoss).Window(-4, 2, -1.5, 1.5).Steady().Path("GD", path).Point("minimum", 0, 0))
		var rest []string
		for _, op := range strings.Split(s, "\n") {
			if !strings.Contains(op, "rgba(0,114,178") || strings.Contains(op, "<text") { // not in the path's blue
				rest = append(rest, op)
			}
		}
		return rest
	}
	a := frame([]float64{-3, 0.9}, []float64{-2, 0.4})
	b := frame([]float64{-3, 0.9}, []float64{1.5, 0.2}, []float64{0.1, 0.1}) // through where the name stands
	if !slices.Equal(a, b) {
		t.Errorf("more than the path moved:\n%v\n%v", a, b)
	}
}

func TestLabelsDoNotCover(t *testing.T) {
	f := New()
	for i := range 9 {
		f.Line(fmt.Sprint("curve ", i), nil, []float64{0, float64(i) * 1e-3})
	}
	c := Contour(bowlLoss).Window(-1, 1, -1, 1)
	for i := range 6 {
		c.Point(fmt.Sprint("point ", i), 0.02*float64(i), 0)
	}
	for _, f := range []*Figure{f, c} {
		s := &boxes{sketch: newSketch(f.Size())}
		f.Draw(draw.New(s))
		for i, a := range s.texts {
			for _, b := range s.texts[:i] {
				if overlap(a, b) {
					t.Errorf("labels at %v and %v overlap", a, b)
				}
			}
		}
	}
}

// boxes notes where names of marks are written.
type boxes struct {
	*sketch
	texts []vg.Rectangle
}

func (s *boxes) FillString(f font.Face, p vg.Point, text string) {
	if strings.Contains(text, "curve") || strings.Contains(text, "point") {
		s.texts = append(s.texts, vg.Rectangle{Min: p, Max: vg.Point{X: p.X + f.Width(text), Y: p.Y + f.Font.Size*0.8}})
	}
}

// The budget of a contour with four paths is 60 ms, the writing of its file included.
func BenchmarkContour(b *testing.B) {
	for b.Loop() {
		f := Contour(ravineLoss).Point("minimum", 0, 0)
		for _, name := range []string{"SGD", "GD", "momentum", "Nesterov"} {
			f.Path(name, descend(0.03+0.01*float64(len(name)), 0, 200))
		}
		f.Draw(draw.New(blank{newSketch(f.Size())}))
	}
}

// blank is a canvas that takes no time.
type blank struct{ *sketch }

func (blank) Stroke(vg.Path)                         {}
func (blank) Fill(vg.Path)                           {}
func (blank) FillString(font.Face, vg.Point, string) {}
