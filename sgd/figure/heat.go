package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shades of a heat map; so many can still be told from their neighbours.
const shades = 12

// Heat adds a map of values[j][i] at (xs[i], ys[j]), the faintest tint for the lowest
// value and full colour for the highest, with a scale of its own to the right. Cells
// without a number are crossed out. The tints are opacities of one colour, so that
// order survives on dark pages. It panics unless xs and ys have two places at least
// and values their shape.
func (f *Figure) Heat(name string, xs, ys []float64, values [][]float64) *Figure {
	if len(xs) < 2 || len(ys) < 2 || len(values) != len(ys) {
		panic(fmt.Sprintf("figure: a heat map of %d × %d places with %d rows of values", len(xs), len(ys), len(values)))
	}
	m := &heat{name: name, x: edges(xs, f.x.log), y: edges(ys, f.y.log), v: values, look: f.lookOf(name), lo: math.Inf(1), hi: math.Inf(-1)}
	for j, row := range values {
		if len(row) != len(xs) {
			panic(fmt.Sprintf("figure: row %d of a heat map has %d values for %d places", j, len(row), len(xs)))
		}
		for _, v := range row {
			if finite(v) {
				m.lo, m.hi = math.Min(m.lo, v), math.Max(m.hi, v)
			}
		}
	}
	f.marks = append([]mark{m}, f.marks...)
	for i := range f.labels {
		if f.labels[i].mark > 0 {
			f.labels[i].mark++
		}
	}
	f.scale, f.tight = m, true
	return f
}

// Map adds a Heat of the values of a function at every pair of xs and ys.
func (f *Figure) Map(name string, xs, ys []float64, value func(x, y float64) float64) *Figure {
	values := make([][]float64, len(ys))
	for j, y := range ys {
		for _, x := range xs {
			values[j] = append(values[j], value(x, y))
		}
	}
	return f.Heat(name, xs, ys, values)
}

// edges are the borders of cells around places, half way between them. Call LogX or
// LogY before Heat to have them half way in the logarithm.
func edges(at []float64, log bool) []float64 {
	to, from := func(v float64) float64 { return v }, func(v float64) float64 { return v }
	if log {
		to, from = math.Log, math.Exp
	}
	n := len(at)
	out := make([]float64, n+1)
	for i := 1; i < n; i++ {
		out[i] = from((to(at[i-1]) + to(at[i])) / 2)
	}
	out[0] = from(2*to(at[0]) - to(out[1]))
	out[n] = from(2*to(at[n-1]) - to(out[n-1]))
	return out
}

type heat struct {
	name   string
	x, y   []float64 // edges
	v      [][]float64
	look   look
	lo, hi float64
}

func (m *heat) extent() span {
	s := nothing
	for _, x := range m.x {
		s.add(x, m.y[0])
	}
	for _, y := range m.y {
		s.add(m.x[0], y)
	}
	return s
}

// shade is the shade of a value, from 0; −1 if it is no number.
func (m *heat) shade(v float64) int {
	switch {
	case !finite(v):
		return -1
	case m.hi == m.lo:
		return shades - 1
	}
	return min(shades-1, int(shades*(v-m.lo)/(m.hi-m.lo)))
}

func tint(k int) float64 { return 0.03 + 0.95*float64(k)/(shades-1) }

// cell is where the cells from i0 up to i1 of row j lie, as far as they are seen.
func (m *heat) cell(c draw.Canvas, p *plot.Plot, i0, i1, j int) (vg.Rectangle, bool) {
	a, ok := at(&c, p, m.x[i0], m.y[j])
	b, ok2 := at(&c, p, m.x[i1], m.y[j+1])
	r := vg.Rectangle{
		Min: vg.Point{X: max(a.X, c.Min.X), Y: max(a.Y, c.Min.Y)},
		Max: vg.Point{X: min(b.X, c.Max.X), Y: min(b.Y, c.Max.Y)},
	}
	return r, ok && ok2 && r.Min.X < r.Max.X && r.Min.Y < r.Max.Y
}

func (m *heat) Plot(c draw.Canvas, p *plot.Plot) {
	for k := -1; k < shades; k++ {
		var path vg.Path // all cells of a shade; they do not overlap
		for j, row := range m.v {
			for i := 0; i < len(row); {
				end := i + 1
				if m.shade(row[i]) == k {
					for end < len(row) && m.shade(row[end]) == k && k >= 0 {
						end++
					}
					if r, ok := m.cell(c, p, i, end, j); ok {
						path = append(path, m.patch(r, k)...)
					}
				}
				i = end
			}
		}
		switch {
		case path == nil:
		case k < 0:
			c.SetLineStyle(draw.LineStyle{Color: ring, Width: thin})
			c.Stroke(path)
		default:
			c.SetColor(faded(m.look.colour, tint(k)))
			c.Fill(path)
		}
	}
}

// patch is a filled cell, or a cross for one without a number.
func (m *heat) patch(r vg.Rectangle, k int) vg.Path {
	if k >= 0 {
		return r.Path()
	}
	var p vg.Path
	p.Move(r.Min)
	p.Line(r.Max)
	p.Move(vg.Point{X: r.Min.X, Y: r.Max.Y})
	p.Line(vg.Point{X: r.Max.X, Y: r.Min.Y})
	return p
}

const scaleWidth = 12 // pt

// scaleMargin is the room that the scale of a heat map needs right of the axes.
func (m *heat) scaleMargin() vg.Length {
	s := words(textSize, ink)
	return 2*labelGap + scaleWidth + 4 + max(s.Width(m.text(m.lo)), s.Width(m.text(m.hi)), s.Width(m.text((m.lo+m.hi)/2)), s.Width(m.name)-scaleWidth)
}

// text writes a value of the scale, as exactly as the scale can be read.
func (m *heat) text(v float64) string {
	if m.hi == m.lo {
		return short(v)
	}
	return round(v, niceStep((m.hi-m.lo)/50))
}

// drawScale draws the tints from the lowest to the highest value, along the right
// edge below its name.
func (m *heat) drawScale(c draw.Canvas) {
	if m.lo > m.hi {
		return
	}
	x := c.Max.X + 2*labelGap
	top := c.Max.Y - textSize - 6
	h := (top - c.Min.Y) / shades
	s := words(textSize, ink)
	for k := range shades {
		c.SetColor(faded(m.look.colour, tint(k)))
		r := vg.Rectangle{Min: vg.Point{X: x, Y: c.Min.Y + vg.Length(k)*h}, Max: vg.Point{X: x + scaleWidth, Y: c.Min.Y + vg.Length(k+1)*h}}
		c.Fill(r.Path())
	}
	c.SetLineStyle(draw.LineStyle{Color: frame, Width: thin})
	c.Stroke(vg.Rectangle{Min: vg.Point{X: x, Y: c.Min.Y}, Max: vg.Point{X: x + scaleWidth, Y: top}}.Path())
	c.FillText(s, vg.Point{X: x, Y: top + 5}, m.name)
	for _, t := range []struct {
		v float64
		y vg.Length
	}{{m.lo, c.Min.Y}, {(m.lo + m.hi) / 2, (c.Min.Y + top) / 2}, {m.hi, top}} {
		c.FillText(s, vg.Point{X: x + scaleWidth + 4, Y: t.y - textSize*0.35}, m.text(t.v))
	}
}
