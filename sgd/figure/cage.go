package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// cage is the edges of the box that a surface stands in, with its scales: drawn first,
// so that the surface hides what is behind it.
type cage struct {
	*surface
	fig          *Figure // on whose paper it stands
	xName, yName string
}

func (m cage) Plot(c draw.Canvas, p *plot.Plot) {
	place := func(u, v, w float64) vg.Point {
		x, y := m.project(u, v, w)
		q, _ := at(&c, p, x, y)
		return q
	}
	U, V := m.long[0], m.long[1]
	var edges vg.Path
	edge := func(a, b vg.Point) { edges.Move(a); edges.Line(b) }
	for _, s := range []float64{-1, 1} {
		edge(place(s*U, -V, 0), place(s*U, V, 0))
		edge(place(-U, s*V, 0), place(U, s*V, 0))
	}
	// The nearest corner: there the two scaled edges of the floor meet.
	nu, nv := -U, -V
	if m.sinA < 0 {
		nu = U
	}
	if m.cosA < 0 {
		nv = V
	}
	middle := place(0, 0, 0)
	s := m.grid.span
	m.scale(c, m.xName, s.x0, s.x1, middle, &edges, func(x float64) vg.Point {
		u, _ := m.floor(x, s.y0)
		return place(u, nv, 0)
	})
	m.scale(c, m.yName, s.y0, s.y1, middle, &edges, func(y float64) vg.Point {
		_, v := m.floor(s.x0, y)
		return place(nu, v, 0)
	})
	// The upright edge that is farthest to the left has the scale of the loss.
	lu, lv := U, V
	for _, k := range [][2]float64{{-U, -V}, {-U, V}, {U, -V}} {
		if place(k[0], k[1], 0).X < place(lu, lv, 0).X {
			lu, lv = k[0], k[1]
		}
	}
	if m.cosE > 0.2 {
		foot, top := place(lu, lv, 0), place(lu, lv, tall)
		edge(foot, top)
		style := words(textSize, ink)
		for _, v := range []float64{m.lo, m.hi} {
			q := place(lu, lv, m.height(v))
			edge(q, q.Add(vg.Point{X: -3}))
			number := "0"
			if m.hi > m.lo {
				number = round(v, niceStep((m.hi-m.lo)/50))
			}
			m.write(c, style, q.Add(vg.Point{X: -5 - style.Width(number), Y: -textSize * 0.35}), number)
		}
		name := "loss"
		if m.low > 0 {
			name = "log loss"
		}
		m.write(c, style, vg.Point{X: max(c.Min.X-bareLeft, top.X+6-style.Width(name)), Y: top.Y + 8}, name)
	}
	c.SetLineStyle(draw.LineStyle{Color: frame, Width: thin})
	c.Stroke(edges)
}

// write puts text at a place that no name of a mark shall take.
func (m cage) write(c draw.Canvas, style text.Style, q vg.Point, s string) {
	m.fig.busy = append(m.fig.busy, vg.Rectangle{Min: q, Max: q.Add(vg.Point{X: style.Width(s), Y: textSize})})
	c.FillText(style, q, s)
}

// scale puts numbers and a name along an edge of the floor, on the side away from middle.
func (m cage) scale(c draw.Canvas, name string, lo, hi float64, middle vg.Point, edges *vg.Path, place func(float64) vg.Point) {
	a, b := place(lo), place(hi)
	along := b.Sub(a)
	l := vg.Length(math.Hypot(float64(along.X), float64(along.Y)))
	if l == 0 {
		return
	}
	out := vg.Point{X: -along.Y / l, Y: along.X / l}
	if out.Dot(middle.Sub(a)) > 0 {
		out = out.Scale(-1)
	}
	style := words(textSize, ink)
	label := func(q vg.Point, away vg.Length, s string) {
		w := style.Width(s) / 2
		reach := away + vg.Length(math.Abs(float64(out.X)))*w + vg.Length(math.Abs(float64(out.Y)))*textSize*0.4
		q = q.Add(out.Scale(reach))
		m.write(c, style, vg.Point{X: q.X - w, Y: q.Y - textSize*0.35}, s)
	}
	widest := vg.Length(0)
	for _, t := range (linearTicks{2}).Ticks(lo, hi) {
		q := place(t.Value)
		edges.Move(q)
		edges.Line(q.Add(out.Scale(3)))
		label(q, 5, t.Label)
		widest = max(widest, style.Width(t.Label))
	}
	label(a.Add(along.Scale(0.5)), 8+vg.Length(math.Abs(float64(out.Y)))*textSize+vg.Length(math.Abs(float64(out.X)))*widest, name)
}
