package figure

import (
	"fmt"
	"math"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/theory"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Quantiles adds what many runs have in common: the median as a curve, the band from the
// 10 % to the 90 % quantile, and the first run as a thin example. runs[i][k] is the value
// of run i at xs[k]; a nil xs counts 0, 1, … NaN, a run that has diverged, counts as larger
// than any number.
func (f *Figure) Quantiles(name string, xs []float64, runs [][]float64) *Figure {
	if len(runs) == 0 {
		panic("figure: quantiles of no runs")
	}
	c := ensemble.Curves{T: make([]int, len(runs[0])), Y: runs}
	q := c.Bands(0.1, 0.5, 0.9)
	return f.Band(name, xs, q[0], q[2]).Example(name, xs, runs[0]).Line(name, xs, q[1])
}

// racePoints is at how many steps, at most, the loss of a whole trajectory is asked for.
const racePoints = 250

// Race adds the loss of a descent above least, over all examples, against the number of
// gradients of single examples that it has taken: what methods that see batches of
// different sizes can be compared by. Axes that have no names yet are named so; call LogX
// before. What an estimator of the gradient evaluates besides its batch is not counted.
func (f *Figure) Race(name string, obj sgd.Objective, tr *sgd.Trajectory, least float64) *Figure {
	if f.x.label == "" && f.y.label == "" {
		f.Axes("gradient evaluations", "excess loss")
	}
	var xs, ys []float64
	cost, want := 0, f.milestones(len(tr.X)-1, racePoints)
	for t, x := range tr.X {
		if t > 0 {
			if b := tr.Batch[t-1]; b != nil {
				cost += len(b)
			} else {
				cost += obj.Len()
			}
		}
		if len(want) > 0 && want[0] == t {
			want = want[1:]
			if cost == 0 && f.x.log {
				continue
			}
			xs, ys = append(xs, float64(cost)), append(ys, obj.Grad(nil, x, nil)-least)
		}
	}
	return f.Line(name, xs, ys)
}

// milestones lists at most n numbers from 0 to last, both among them: evenly spaced, or on
// a log axis in geometric progression.
func (f *Figure) milestones(last, n int) []int {
	var out []int
	for k := range n {
		t := float64(k) / float64(n-1)
		i := int(math.Round(t * float64(last)))
		if f.x.log {
			i = int(math.Round(math.Pow(float64(last)+1, t))) - 1
		}
		if len(out) == 0 || i > out[len(out)-1] {
			out = append(out, i)
		}
	}
	return out
}

// Schedule adds the learning rate of n updates, numbered from 1. Axes that have no names
// yet are named so.
func (f *Figure) Schedule(name string, s sgd.Schedule, n int) *Figure {
	if n < 1 {
		panic("figure: a schedule of no updates")
	}
	if f.x.label == "" && f.y.label == "" {
		f.Axes("update", "learning rate")
	}
	var xs, ys []float64
	for _, t := range f.milestones(n-1, lawPoints) {
		xs, ys = append(xs, float64(t+1)), append(ys, s(t))
	}
	return f.Line(name, xs, ys)
}

// Spread adds the ellipse of two standard deviations around the mean of points: where they
// are, to be held against the Ball of where they should be. Fewer than three points have
// none.
func (f *Figure) Spread(name string, points [][]float64) *Figure {
	if len(points) < 3 {
		return f
	}
	n := float64(len(points))
	var mx, my, xx, xy, yy float64
	for _, p := range points {
		mx, my = mx+p[0]/n, my+p[1]/n
	}
	for _, p := range points {
		dx, dy := p[0]-mx, p[1]-my
		xx, xy, yy = xx+dx*dx/(n-1), xy+dx*dy/(n-1), yy+dy*dy/(n-1)
	}
	// The lower triangle L of the covariance, Σ = LLᵀ, maps a circle to the ellipse.
	a := math.Sqrt(xx)
	b, c := 0.0, math.Sqrt(yy)
	if a > 0 {
		b = xy / a
		c = math.Sqrt(math.Max(0, yy-b*b))
	}
	xs, ys := ellipse(mx, my, func(s, k float64) (float64, float64) { return 2 * a * k, 2 * (b*k + c*s) })
	l := f.lookOf(name)
	return f.ring(name, polyline{xs, ys, l.line()}, l.colour)
}

// Exits adds mean exit times, exits[k] of the runs over barriers[k], on a logarithmic axis:
// a glyph and its 95 % interval each, open where some runs had not left when they were
// given up, an arrow up where none left; and the line fitted to them, whose slope is added
// to the name. A Law beside it says what slope to expect.
func (f *Figure) Exits(name string, barriers []float64, exits [][]ensemble.Exit) *Figure {
	f.LogY()
	l := f.lookOf(name)
	m := whiskers{look: l, xs: barriers}
	for _, e := range exits {
		t, err := ensemble.MeanExit(e)
		if err != nil {
			panic("figure: a barrier without runs")
		}
		m.t = append(m.t, t)
	}
	fit, err := ensemble.FitExits(barriers, exits)
	if err == nil {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, b := range barriers {
			lo, hi = math.Min(lo, b), math.Max(hi, b)
		}
		line := []float64{fit.At(lo), fit.At(hi)}
		f.marks = append(f.marks, polyline{[]float64{lo, hi}, line, draw.LineStyle{Color: l.colour, Width: 0.8}})
		if name != "" {
			name = fmt.Sprintf("%s, slope %.2f", name, fit.Slope)
		}
		f.endLabel(name, l.colour, []float64{lo, hi}, line)
	}
	f.marks = append(f.marks, m)
	return f
}

type whiskers struct {
	look look
	xs   []float64
	t    []ensemble.ExitTime
}

func (m whiskers) extent() span {
	s := nothing
	for i, t := range m.t {
		s.add(m.xs[i], t.Lo)
		s.add(m.xs[i], t.Mean)
		s.add(m.xs[i], t.Hi)
		if t.Out == 0 {
			s.add(m.xs[i], 2*t.Lo)
		}
	}
	return s
}

func (m whiskers) Plot(c draw.Canvas, p *plot.Plot) {
	for i, t := range m.t {
		lo, ok := at(&c, p, m.xs[i], t.Lo)
		if !ok || !c.ContainsX(lo.X) {
			continue
		}
		style := draw.LineStyle{Color: m.look.colour, Width: thin}
		if t.Out == 0 { // longer than this
			top := lo.Add(vg.Point{Y: 14})
			c.StrokeLines(style, c.ClipLinesXY([]vg.Point{lo, top})...)
			if c.Contains(top) {
				head(c, m.look.colour, top, math.Pi/2, 6)
			}
			c.StrokeLine2(style, lo.X-3, lo.Y, lo.X+3, lo.Y)
			continue
		}
		hi, _ := at(&c, p, m.xs[i], t.Hi)
		q, _ := at(&c, p, m.xs[i], t.Mean)
		c.StrokeLines(style, c.ClipLinesXY([]vg.Point{lo, hi})...)
		if !c.Contains(q) {
			continue
		}
		m.look.mark(&c, q, 3)
		if t.Out < t.Runs {
			c.DrawGlyph(draw.GlyphStyle{Color: paper, Radius: 1.8, Shape: m.look.glyph}, q)
		}
	}
}

// Regimes returns what gradient descent does on ½hθ² from start with each of the step
// sizes: a tile each, titled with ηh and the name of its regime.
func Regimes(h, start float64, steps int, rates ...float64) *Tiles {
	var tiles []*Figure
	f := parabola(h)
	wide := 1.5 * math.Abs(start)
	for _, lr := range rates {
		x, path := start, [][]float64{{start}}
		for range steps {
			x -= lr * h * x
			path = append(path, []float64{x})
		}
		tiles = append(tiles, Loss(f, -wide, wide).Window(-wide, wide, 0, h*wide*wide/2).Dims(5, 4.5).Walk("GD", f, path).
			Title(fmt.Sprintf("ηh = %.3g: %v", lr*h, theory.RegimeOf(lr, h))))
	}
	return Grid(min(3, max(1, len(tiles))), tiles...)
}

// parabola is ½hθ², h being its value.
type parabola float64

func (parabola) Dim() int { return 1 }
func (parabola) Len() int { return 1 }
func (h parabola) Grad(grad, x []float64, _ []int) float64 {
	if grad != nil {
		grad[0] = float64(h) * x[0]
	}
	return float64(h) * x[0] * x[0] / 2
}
