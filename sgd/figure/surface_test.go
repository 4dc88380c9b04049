package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// skew is two hills of different height in a bowl, with no symmetry that would leave the
// order of equals to a rounding error.
var skew = fn{2, func(x []float64) float64 {
	hill := func(a, b, h float64) float64 {
		return h * math.Exp(-2*((x[0]-a)*(x[0]-a)+(x[1]-b)*(x[1]-b)))
	}
	return 0.31*x[0]*x[0] + 0.23*x[1]*x[1] + 0.07*x[0] + hill(0.4, -0.7, 1.9) + hill(-0.8, 0.6, 1.2)
}}

// knoll is a hill in the middle of a plain, as high as it is narrow.
var knoll = fn{2, func(x []float64) float64 { return math.Exp(-8 * (x[0]*x[0] + x[1]*x[1])) }}

func TestGoldenSurface(t *testing.T) {
	f := Surface(skew).Window(-2, 2, -1.6, 1.6).
		Path("GD", [][]float64{{-1.7, 1.2}, {-0.6, 1.3}, {0.3, 1.1}, {0.5, 0.6}, {0.1, 0.1}}).Point("end", 0.1, 0.1)
	golden(t, "surface", f.WithContour())
}

// From θ₂ = −1 the hill hides what is behind it, and nothing else.
func TestWhatAHillHides(t *testing.T) {
	f := Surface(knoll).Bowl(9).Window(-1, 1, -1, 1).View(0, 20)
	f.surface.build(f.span())
	for _, c := range []struct {
		x, y float64
		want sight
	}{
		{0, -0.6, plainly}, {0, 0, plainly}, {0, 0.6, behind}, {0, 0.35, behind}, {0.8, 0.6, plainly}, {-0.8, 0, plainly},
		{1, 1, plainly}, {1.01, 0, outside}, {0, -1.2, outside},
	} {
		if _, _, got := f.surface.see(c.x, c.y); got != c.want {
			t.Errorf("(%g, %g): %d, want %d", c.x, c.y, got, c.want)
		}
	}
	f.View(180, 20) // from behind it is the other way round
	if _, _, got := f.surface.see(0, -0.6); got != behind {
		t.Errorf("seen from behind, the front is not hidden: %d", got)
	}
	f.View(0, 90)
	for _, y := range []float64{-0.6, 0.1, 0.6} {
		if _, _, got := f.surface.see(0, y); got != plainly {
			t.Errorf("from above (0, %g) is hidden", y)
		}
	}
}

func mod(v vg.Length) vg.Length { return vg.Length(math.Mod(float64(v), dot)) }

// Facets that overlap on paper lie in layers in their order of depth, and what no dot of
// the paper shows is not painted.
func TestFacetsAreLaidFromTheFarEnd(t *testing.T) {
	f := Surface(knoll).Bowl(9).Window(-1, 1, -1, 1).View(20, 25)
	f.surface.build(f.span())
	w, h := f.Size()
	inner := f.standing()
	c := draw.New(newSketch(w, h))
	rows := facets{f.surface}.lay(c, inner.plot())
	var all []facet
	for _, r := range rows {
		all = append(all, r...)
	}
	unseen, layers := 0, 0
	for i, a := range all {
		if !a.seen {
			unseen++
		}
		layers = max(layers, a.layer)
		middle := a.corner[0].Add(a.corner[2]).Scale(0.5)
		middle.X, middle.Y = middle.X-mod(middle.X-c.Min.X), middle.Y-mod(middle.Y-c.Min.Y) // a dot of the screen
		for _, b := range all[:i] {
			if a.covers(middle) && b.covers(middle) && a.layer <= b.layer {
				t.Fatalf("a facet in layer %d is over one in layer %d", a.layer, b.layer)
			}
		}
	}
	if unseen == 0 || unseen > len(all)/5 {
		t.Errorf("%d of %d facets are hidden", unseen, len(all))
	}
	if layers == 0 || layers > 8 {
		t.Errorf("%d layers", layers+1)
	}
}

func TestSurfacesWithoutNumbers(t *testing.T) {
	for name, f := range map[string]*Figure{
		"flat":      Surface(fn{2, func([]float64) float64 { return 1 }}).Path("a", [][]float64{{0, 0}, {1, 1}}),
		"no number": Surface(fn{2, func([]float64) float64 { return math.NaN() }}).Path("a", [][]float64{{0, 0}, {1, 1}}),
		"half": Surface(fn{2, func(x []float64) float64 { return math.Log(x[0]) }}).Window(-1, 1, -1, 1).
			Path("a", [][]float64{{-1, 0}, {1, 0.4}}).Point("p", -0.5, 0),
		"far":     Surface(bowlLoss).Window(-1, 1, -1, 1).Path("a", [][]float64{{0, 0}, {1e9, -1e9}, {math.NaN(), 0}}).Point("p", 7, 7),
		"one":     Surface(bowlLoss).Path("a", [][]float64{{0, 0}}),
		"ravine":  Surface(rosenbrock).Window(-2, 2, -1, 3).Ravine(7),
		"levels":  Surface(bowlLoss).Window(-1, 1, -1, 1).Levels(0.5, 1),
		"upright": Surface(bowlLoss).Window(-1, 1, -1, 1).View(0, 90).Steady().Path("SGD", [][]float64{{0, 1}, {1, 0}}),
	} {
		t.Run(name, func(t *testing.T) {
			if s := sketched(f); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Errorf("numbers that are none: %.300s", s)
			}
		})
	}
}

// A file of 60 KB holds some 9,000 points.
func TestSurfacesAreSmall(t *testing.T) {
	for name, f := range map[string]*Figure{
		"hills":  Surface(skew).Window(-2, 2, -1.6, 1.6),
		"ravine": Surface(rosenbrock).Window(-2, 2, -1, 3),
	} {
		_, points := parts(sketched(f))
		if n := len(points); n > 9000 {
			t.Errorf("%s: %d points", name, n)
		}
	}
}

func TestSurfaceMisuse(t *testing.T) {
	for name, f := range map[string]func(){
		"one parameter":  func() { Surface(batches{}) },
		"a curve":        func() { sketched(Surface(bowlLoss).Line("a", nil, []float64{1, 2})) },
		"from below":     func() { Surface(bowlLoss).View(0, -3) },
		"view of axes":   func() { New().View(0, 30) },
		"contour of one": func() { Contour(bowlLoss).WithContour() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkSurface(b *testing.B) {
	for b.Loop() {
		f := Surface(rosenbrock).Window(-2, 2, -1, 3).Path("GD", descend(0.02, 0, 200))
		f.Draw(draw.New(blank{newSketch(f.Size())}))
	}
}
