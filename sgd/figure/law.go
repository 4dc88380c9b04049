package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// lawPoints is how finely the curve of a function is drawn.
const lawPoints = 300

// Law adds what theory says, y(x), as a dashed dark curve across the window. Unlike a
// Predicted it needs no table of values, and widens the window only where nothing else
// does. Where y is not finite, or a log axis cannot show it, the curve breaks.
func (f *Figure) Law(name string, y func(x float64) float64) *Figure {
	return f.curve(name, curve{of: y, style: foretold}, look{colour: ink})
}

// Graph adds the curve of a function y(x) across the window in the style of name.
func (f *Figure) Graph(name string, y func(x float64) float64) *Figure {
	l := f.lookOf(name)
	return f.curve(name, curve{of: y, style: l.line()}, l)
}

// Border adds a dashed dark curve x(y) up through the window: the step size from which on
// a momentum diverges, say.
func (f *Figure) Border(name string, x func(y float64) float64) *Figure {
	return f.curve(name, curve{of: x, upright: true, style: foretold}, look{colour: ink})
}

// Bell adds the density of the normal law as a dashed dark curve: what a histogram of
// estimates should look like. It panics unless the standard deviation is positive.
func (f *Figure) Bell(name string, mean, sd float64) *Figure {
	if !(sd > 0) {
		panic("figure: a bell curve needs a positive standard deviation")
	}
	return f.Law(name, func(x float64) float64 {
		z := (x - mean) / sd
		return math.Exp(-z*z/2) / (sd * math.Sqrt(2*math.Pi))
	})
}

func (f *Figure) curve(name string, m curve, l look) *Figure {
	f.marks = append(f.marks, m)
	if name != "" {
		f.labels = append(f.labels, label{text: name, colour: l.colour, end: true, curve: &m})
	}
	return f
}

// curve is a function of x, or of y if it is upright, drawn over whatever the window is.
type curve struct {
	of      func(float64) float64
	upright bool
	style   draw.LineStyle
}

func (curve) extent() span { return nothing }

// over lists points of the curve between lo and hi, evenly spaced on that axis.
func (m curve) over(lo, hi float64, log bool) (xs, ys []float64) {
	if log {
		lo, hi = math.Log(lo), math.Log(hi)
	}
	xs, ys = make([]float64, lawPoints+1), make([]float64, lawPoints+1)
	for i := range xs {
		xs[i] = lo + (hi-lo)*float64(i)/lawPoints
		if log {
			xs[i] = math.Exp(xs[i])
		}
		ys[i] = m.of(xs[i])
	}
	if m.upright {
		return ys, xs
	}
	return xs, ys
}

// in is over for the window of p.
func (m curve) in(p *plot.Plot) (xs, ys []float64) {
	axis := p.X
	if m.upright {
		axis = p.Y
	}
	_, log := axis.Scale.(logScale)
	return m.over(axis.Min, axis.Max, log)
}

func (m curve) Plot(c draw.Canvas, p *plot.Plot) {
	xs, ys := m.in(p)
	polyline{xs, ys, m.style}.Plot(c, p)
}

// widen makes room for curves in a direction in which no other mark needs any.
func (f *Figure) widen(s *span, air float64) {
	upright, level := s.x0 > s.x1, s.y0 > s.y1
	was := *s
	for _, k := range f.marks {
		m, ok := k.(curve)
		if !ok || m.upright && !upright || !m.upright && !level {
			continue
		}
		lo, hi, log := was.x0, was.x1, f.x.log
		lo, hi = f.x.limits(lo, hi, air)
		if m.upright {
			log = f.y.log
			lo, hi = f.y.limits(was.y0, was.y1, air)
		}
		xs, ys := m.over(lo, hi, log)
		for i := range xs {
			if m.upright {
				s.add(xs[i], math.NaN())
			} else {
				s.add(math.NaN(), ys[i])
			}
		}
	}
}
