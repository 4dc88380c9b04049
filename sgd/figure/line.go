package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Line adds a curve through (xs[i], ys[i]), labelled at its end. A nil xs counts 0, 1, …
// Points that are not finite, or that a log axis cannot show, break it.
func (f *Figure) Line(name string, xs, ys []float64) *Figure {
	xs = counted(xs, len(ys))
	l := f.lookOf(name)
	f.marks = append(f.marks, polyline{xs, ys, l.line()})
	f.endLabel(name, l.colour, xs, ys)
	return f
}

// Example adds a thin curve in the style of name, without a label: one run beside the
// band of all.
func (f *Figure) Example(name string, xs, ys []float64) *Figure {
	l := f.lookOf(name)
	f.marks = append(f.marks, polyline{counted(xs, len(ys)), ys,
		draw.LineStyle{Color: faded(l.colour, 0.75), Width: thin}})
	return f
}

// Band fills between lo and hi in the colour of name: a range of quantiles, say.
func (f *Figure) Band(name string, xs, lo, hi []float64) *Figure {
	f.marks = append(f.marks, band{counted(xs, len(lo)), lo, hi, faded(f.lookOf(name).colour, 0.22)})
	return f
}

// Predicted adds what theory says as a dashed dark curve.
func (f *Figure) Predicted(name string, xs, ys []float64) *Figure {
	xs = counted(xs, len(ys))
	f.marks = append(f.marks, polyline{xs, ys, foretold})
	f.endLabel(name, ink, xs, ys)
	return f
}

// Level adds a dashed horizontal line at y: a predicted value, a minimum.
func (f *Figure) Level(name string, y float64) *Figure {
	f.marks = append(f.marks, rule{at: y, style: foretold})
	f.labels = append(f.labels, label{text: name, colour: ink, end: true, anchors: []anchor{
		{x: math.Inf(1), y: y}, {x: math.Inf(1), y: y, dx: -1, dy: 1}, {x: math.Inf(1), y: y, dx: -1, dy: -1},
		{x: math.Inf(-1), y: y, dx: 1, dy: 1}, {x: math.Inf(-1), y: y, dx: 1, dy: -1},
	}})
	return f
}

// At adds a dashed vertical line at x: a stability limit, a start.
func (f *Figure) At(name string, x float64) *Figure {
	f.marks = append(f.marks, rule{at: x, upright: true, style: foretold})
	f.labels = append(f.labels, label{text: name, colour: ink, anchors: []anchor{
		{x: x, y: math.Inf(1), dx: 1, dy: -1}, {x: x, y: math.Inf(1), dx: -1, dy: -1},
		{x: x, y: math.Inf(-1), dx: 1, dy: 1}, {x: x, y: math.Inf(-1), dx: -1, dy: 1},
	}})
	return f
}

// manyDots is from how many on glyphs become grains.
const manyDots = 1000

// Dots adds one glyph for each (xs[i], ys[i]); a nil xs counts 0, 1, …
func (f *Figure) Dots(name string, xs, ys []float64) *Figure {
	xs = counted(xs, len(ys))
	l := f.lookOf(name)
	r := vg.Length(2.2)
	if len(xs) > 200 {
		r = 1.4
	}
	f.marks = append(f.marks, dots{xs, ys, l, r})
	f.endLabel(name, l.colour, xs, ys)
	return f
}

var foretold = draw.LineStyle{Color: ink, Width: 1, Dashes: []vg.Length{4, 3}}

func counted(xs []float64, n int) []float64 {
	if xs != nil {
		if len(xs) != n {
			panic("figure: xs and ys differ in length")
		}
		return xs
	}
	xs = make([]float64, n)
	for i := range xs {
		xs[i] = float64(i)
	}
	return xs
}

// endLabel names a line at its end, or where it leaves the window.
func (f *Figure) endLabel(name string, c color.RGBA, xs, ys []float64) {
	if name != "" {
		f.labels = append(f.labels, label{text: name, colour: c, end: true, xs: xs, ys: ys})
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

type polyline struct {
	xs, ys []float64
	style  draw.LineStyle
}

func (m polyline) extent() span {
	s := nothing
	for i := range m.xs {
		s.add(m.xs[i], m.ys[i])
	}
	return s
}

func (m polyline) Plot(c draw.Canvas, p *plot.Plot) {
	var run []vg.Point
	flush := func() {
		if len(run) > 1 {
			c.StrokeLines(m.style, c.ClipLinesXY(run)...)
		}
		run = nil
	}
	for i := range m.xs {
		q, ok := at(&c, p, m.xs[i], m.ys[i])
		if !ok {
			flush()
			continue
		}
		run = append(run, q)
	}
	flush()
}

// at is where a data point lies on the canvas. Far outside it is brought to within a
// few thousand points, so that clipping stays exact.
func at(c *draw.Canvas, p *plot.Plot, x, y float64) (vg.Point, bool) {
	u, v := p.X.Norm(x), p.Y.Norm(y)
	if math.IsNaN(u) || math.IsNaN(v) {
		return vg.Point{}, false
	}
	far := func(t float64) float64 { return math.Max(-20, math.Min(20, t)) }
	return vg.Point{X: c.X(far(u)), Y: c.Y(far(v))}, true
}

type band struct {
	xs, lo, hi []float64
	colour     color.Color
}

func (m band) extent() span {
	s := nothing
	for i := range m.xs {
		s.add(m.xs[i], m.lo[i])
		s.add(m.xs[i], m.hi[i])
	}
	return s
}

func (m band) Plot(c draw.Canvas, p *plot.Plot) {
	var over, under []vg.Point
	for i := range m.xs {
		a, ok := at(&c, p, m.xs[i], m.hi[i])
		b, low := at(&c, p, m.xs[i], m.lo[i])
		if !ok {
			continue
		}
		if !low { // a log axis: as far down as there is paper
			b = vg.Point{X: a.X, Y: c.Min.Y}
		}
		over, under = append(over, a), append(under, b)
	}
	for i := len(under) - 1; i >= 0; i-- {
		over = append(over, under[i])
	}
	c.FillPolygon(m.colour, c.ClipPolygonXY(over))
}

type rule struct {
	at      float64
	upright bool
	style   draw.LineStyle
}

func (m rule) extent() span {
	s := nothing
	if m.upright {
		s.x0, s.x1 = m.at, m.at
	} else {
		s.y0, s.y1 = m.at, m.at
	}
	return s
}

func (m rule) Plot(c draw.Canvas, p *plot.Plot) {
	if m.upright {
		if x := c.X(p.X.Norm(m.at)); c.ContainsX(x) {
			c.StrokeLine2(m.style, x, c.Min.Y, x, c.Max.Y)
		}
	} else if y := c.Y(p.Y.Norm(m.at)); c.ContainsY(y) {
		c.StrokeLine2(m.style, c.Min.X, y, c.Max.X, y)
	}
}

type dots struct {
	xs, ys []float64
	look   look
	r      vg.Length
}

func (m dots) extent() span { return polyline{xs: m.xs, ys: m.ys}.extent() }

func (m dots) Plot(c draw.Canvas, p *plot.Plot) {
	if len(m.xs) > manyDots {
		grains(c, p, m.xs, m.ys, m.look.colour)
		return
	}
	for i := range m.xs {
		if q, ok := at(&c, p, m.xs[i], m.ys[i]); ok {
			m.look.mark(&c, q, m.r)
		}
	}
}
