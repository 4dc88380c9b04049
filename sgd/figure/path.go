package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Path adds a trajectory over two parameters: a shaft that darkens with age's end,
// arrow heads every few steps, an open glyph at the start, a filled one at the end.
// points[t] is the position after t steps, as in a Trajectory's X; those that are not
// finite end the path.
func (f *Figure) Path(name string, points [][]float64) *Figure {
	l := f.lookOf(name)
	m := trail{look: l}
	for _, p := range points {
		if len(p) != 2 {
			panic("figure: a path needs points of two coordinates")
		}
		if !finite(p[0]) || !finite(p[1]) {
			break
		}
		m.xs, m.ys = append(m.xs, p[0]), append(m.ys, p[1])
	}
	f.marks = append(f.marks, m)
	if n := len(m.xs); n > 0 {
		lab := label{text: name, colour: l.colour, mark: len(f.marks)}
		for _, i := range m.milestones(14) {
			lab.around(m.xs[i], m.ys[i])
		}
		f.labels = append(f.labels, lab)
	}
	return f
}

// Point adds a labelled star at a place that matters: a minimum, an example.
func (f *Figure) Point(name string, x, y float64) *Figure {
	f.marks = append(f.marks, spot{x: x, y: y})
	lab := label{text: name, colour: ink}
	for _, away := range []vg.Length{0, 12, 24} {
		lab.beyond(x, y, away)
	}
	f.labels = append(f.labels, lab)
	return f
}

// Arrow adds an arrow from (x, y) along (dx, dy).
func (f *Figure) Arrow(name string, x, y, dx, dy float64) *Figure {
	return f.arrow(name, f.lookOf(name).colour, pathWidth, x, y, dx, dy)
}

func (f *Figure) arrow(name string, c color.RGBA, width vg.Length, x, y, dx, dy float64) *Figure {
	f.marks = append(f.marks, arrow{x, y, dx, dy, draw.LineStyle{Color: c, Width: width}})
	if name != "" {
		lab := label{text: name, colour: c}
		lab.around(x+dx, y+dy)
		lab.around(x+0.6*dx, y+0.6*dy)
		f.labels = append(f.labels, lab)
	}
	return f
}

// Fan adds arrows from one parameter vector at, thin for each of grads and thick for
// their mean: what single examples want, and what they want together. The arrows are
// −grad·scale; the mean is labelled.
func (f *Figure) Fan(mean string, at []float64, grads [][]float64, scale float64) *Figure {
	var sx, sy float64
	for _, g := range grads {
		f.arrow("", frame, 0.9, at[0], at[1], -scale*g[0], -scale*g[1])
		sx, sy = sx+g[0], sy+g[1]
	}
	n := float64(len(grads))
	f.arrow(mean, f.lookOf(mean).colour, 2.4, at[0], at[1], -scale*sx/n, -scale*sy/n)
	return f
}

type trail struct {
	look   look
	xs, ys []float64
	sights []sight // on a surface: how each point is seen; nil: plainly
	steps  int     // on a surface: of the descent, before they were laid onto it
}

func (m trail) extent() span { return polyline{xs: m.xs, ys: m.ys}.extent() }

// milestones returns the indices of about n points that are evenly far apart along
// the path, the first and the last among them.
func (m trail) milestones(n int) []int {
	total := 0.0
	for i := 1; i < len(m.xs); i++ {
		total += math.Hypot(m.xs[i]-m.xs[i-1], m.ys[i]-m.ys[i-1])
	}
	out, run := []int{0}, 0.0
	for i := 1; i < len(m.xs); i++ {
		run += math.Hypot(m.xs[i]-m.xs[i-1], m.ys[i]-m.ys[i-1])
		if run >= total/float64(n) || i == len(m.xs)-1 {
			out, run = append(out, i), 0
		}
	}
	return out
}

// Heads and fading: at most this many of each along a path.
const (
	maxHeads = 9
	ages     = 5
)

func (m trail) Plot(c draw.Canvas, p *plot.Plot) {
	n := len(m.xs)
	if n == 0 {
		return
	}
	pts := make([]vg.Point, 0, n)
	for i := range m.xs {
		if q, ok := at(&c, p, m.xs[i], m.ys[i]); ok {
			pts = append(pts, q)
		}
	}
	width := m.width()
	steps := len(pts) - 1
	for k := range ages {
		lo, hi := k*steps/ages, (k+1)*steps/ages
		if hi <= lo {
			continue
		}
		opacity := 0.55 + 0.45*float64(k+1)/ages
		for from := lo; from < hi; {
			to := from + 1
			for to < hi && m.seen(to, to+1) == m.seen(from, from+1) {
				to++
			}
			s := draw.LineStyle{Color: faded(m.look.colour, opacity), Width: width, Dashes: m.look.dash}
			switch m.seen(from, from+1) {
			case behind:
				s.Color = faded(m.look.colour, faint)
				fallthrough
			case plainly:
				c.StrokeLines(s, c.ClipLinesXY(pts[from:to+1])...)
			}
			from = to
		}
	}
	m.heads(c, pts)
	if len(pts) == 0 {
		return
	}
	if first := pts[0]; c.Contains(first) && m.seen(0, 0) == plainly {
		c.SetColor(paper)
		c.Fill(discPath(first, 3))
		c.SetLineStyle(draw.LineStyle{Color: m.look.colour, Width: 1.2})
		c.Stroke(discPath(first, 3))
	}
	if last := len(pts) - 1; m.seen(last, last) == plainly {
		m.look.mark(&c, pts[last], 3.2)
	}
}

// faint is the opacity of what stands behind a surface.
const faint = 0.3

// seen says how the piece between points i and j is seen.
func (m trail) seen(i, j int) sight {
	if m.sights == nil {
		return plainly
	}
	return max(m.sights[i], m.sights[j])
}

func (m trail) width() vg.Length {
	if m.steps > 400 || m.steps == 0 && len(m.xs) > 400 {
		return 0.8
	}
	return pathWidth
}

// heads puts arrow heads at steps that are far enough apart to be told apart.
func (m trail) heads(c draw.Canvas, pts []vg.Point) {
	total := 0.0
	for i := 1; i < len(pts); i++ {
		total += dist(pts[i-1], pts[i])
	}
	gap := math.Max(14, total/maxHeads)
	run := gap * 0.6
	for i := 1; i < len(pts); i++ {
		d := dist(pts[i-1], pts[i])
		if run += d; run < gap || d < 0.5 {
			continue
		}
		a, b := pts[i-1], pts[i]
		tip := vg.Point{X: (a.X + 1.2*b.X) / 2.2, Y: (a.Y + 1.2*b.Y) / 2.2}
		if d < 14 {
			tip = b
		}
		if c.Contains(tip) && (i < len(pts)-1 || d > 14) && m.seen(i-1, i) == plainly {
			head(c, m.look.colour, tip, math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X)), 6)
			run = 0
		}
	}
}

func dist(a, b vg.Point) float64 { return math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)) }

// head fills an arrow head of the given length whose tip is at p.
func head(c draw.Canvas, colour color.Color, p vg.Point, angle, length float64) {
	back := func(turn, l float64) vg.Point {
		s, k := math.Sincos(angle + turn)
		return vg.Point{X: p.X - vg.Length(l*k), Y: p.Y - vg.Length(l*s)}
	}
	c.FillPolygon(colour, []vg.Point{p, back(0.38, length), back(0, 0.72*length), back(-0.38, length)})
}

type arrow struct {
	x, y, dx, dy float64
	style        draw.LineStyle
}

func (m arrow) extent() span {
	s := nothing
	s.add(m.x, m.y)
	s.add(m.x+m.dx, m.y+m.dy)
	return s
}

func (m arrow) Plot(c draw.Canvas, p *plot.Plot) {
	a, ok := at(&c, p, m.x, m.y)
	b, ok2 := at(&c, p, m.x+m.dx, m.y+m.dy)
	d := dist(a, b)
	if !ok || !ok2 || d < 0.3 {
		return
	}
	size := math.Min(4+2.2*float64(m.style.Width), d)
	angle := math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))
	s, k := math.Sincos(angle)
	end := vg.Point{X: b.X - vg.Length(0.7*size*k), Y: b.Y - vg.Length(0.7*size*s)}
	c.StrokeLines(m.style, c.ClipLinesXY([]vg.Point{a, end})...)
	if c.Contains(b) {
		head(c, m.style.Color, b, angle, size)
	}
}

type spot struct {
	x, y float64
	seen sight
}

func (m spot) extent() span { s := nothing; s.add(m.x, m.y); return s }

func (m spot) Plot(c draw.Canvas, p *plot.Plot) {
	q, ok := at(&c, p, m.x, m.y)
	if !ok || !c.Contains(q) {
		return
	}
	corners := make([]float64, 0, 20)
	for i := range 10 {
		r := 1.5
		if i%2 == 1 {
			r = 0.62
		}
		s, k := math.Sincos(math.Pi/2 + float64(i)*math.Pi/5)
		corners = append(corners, r*k, r*s)
	}
	c.SetColor(ink)
	if m.seen == behind {
		c.SetColor(faded(ink, faint))
	}
	c.Fill(outline(q, 3.4, corners...))
}
