package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// facets is the skin of a surface.
type facets struct{ *surface }

func (facets) extent() span { return nothing }

// facet is the part of the skin above one cell, on paper: its corners in turn, the two
// that are farther away first.
type facet struct {
	corner [4]vg.Point
	tone   int  // −1: a hole
	turn   bool // which way the corners run; below a slope it is the other
	layer  int  // those of a layer do not overlap; a lower one is behind
	seen   bool
}

// Plot paints the layers of facets from the farthest to the nearest, each tone by tone:
// a surface without hills before hills is one layer, and a dozen of paths.
func (m facets) Plot(c draw.Canvas, p *plot.Plot) {
	type coat struct {
		layer, tone int
		turn        bool // outlines that run both ways would cancel where they overlap
	}
	coats, top := map[coat]vg.Path{}, 0
	for _, row := range m.lay(c, p) {
		for i := 0; i < len(row); {
			f, end := row[i], i+1
			k := coat{f.layer, f.tone, f.turn}
			if f.seen {
				for end < len(row) && row[end].seen && k == (coat{row[end].layer, row[end].tone, row[end].turn}) {
					end++
				}
				coats[k] = append(coats[k], strip(row[i:end])...)
				top = max(top, f.layer)
			}
			i = end
		}
	}
	for layer := range top + 1 {
		for tone := range tones {
			for _, turn := range []bool{false, true} {
				if path := coats[coat{layer, tone, turn}]; path != nil {
					c.SetColor(grade(tone))
					c.Fill(path)
				}
			}
		}
	}
}

// lay returns the facets, the farthest row first and of each the farthest facet: one of a
// graph over a plane can hide only those that come before it. Which do overlap is asked of
// a grid of points on the paper.
func (m facets) lay(c draw.Canvas, p *plot.Plot) [][]facet {
	place := func(i, j int) vg.Point {
		u, v := m.long[0]*(2*float64(i)/meshSide-1), m.long[1]*(2*float64(j)/meshSide-1)
		x, y := m.project(u, v, m.w[j*knots+i])
		q, _ := at(&c, p, x, y)
		return q
	}
	rows := make([][]facet, meshSide)
	s := newScreen(c.Rectangle)
	for row := range rows {
		j, far := row, 0
		if m.cosA > 0 {
			j, far = meshSide-1-row, 1
		}
		rows[row] = make([]facet, meshSide)
		for k := range meshSide {
			i, left := k, 0
			if m.sinA > 0 {
				i, left = meshSide-1-k, 1
			}
			f := &rows[row][k]
			f.tone = m.tone(i, j)
			if f.tone < 0 {
				continue
			}
			f.corner = [4]vg.Point{place(i+left, j+far), place(i+1-left, j+far), place(i+1-left, j+1-far), place(i+left, j+1-far)}
			f.turn = turning(f.corner[0], f.corner[1], f.corner[2])+turning(f.corner[0], f.corner[2], f.corner[3]) < 0
			s.put(f)
		}
	}
	for _, f := range s.owner {
		if f != nil {
			f.seen = true
		}
	}
	return rows
}

// tone is the grey of the facet above the cell (i, j): the paler the higher it stands and
// the more it faces the eye. There is no lamp at the side because dark pages turn greys
// over, and a slope lit from the left would be one lit from the right. It is −1 where the
// loss is no number.
func (m *surface) tone(i, j int) int {
	k := j*knots + i
	a, b, c, d := m.w[k], m.w[k+1], m.w[k+knots], m.w[k+knots+1]
	mean := (a + b + c + d) / 4
	if math.IsNaN(mean) {
		return -1
	}
	gu, gv := (b+d-a-c)*meshSide/(4*m.long[0]), (c+d-a-b)*meshSide/(4*m.long[1])
	facing := math.Abs(gu*m.sinA*m.cosE+gv*m.cosA*m.cosE+m.sinE) / math.Sqrt(1+gu*gu+gv*gv)
	t := 0.45*mean/tall + 0.55*facing
	return max(0, min(tones-1, int(tones*t)))
}

// grade is the grey of a tone. All are pale: lines and names must show on them.
func grade(tone int) color.Color {
	g := uint8(0xb4 + (0xfa-0xb4)*tone/(tones-1))
	return color.RGBA{g, g, g, 0xff}
}

// strip is the outline of neighbours in a row. It reaches a little under the next nearer
// ones, or the page would shine through.
func strip(fs []facet) vg.Path {
	const under = 0.1
	reach := func(a, b vg.Point) vg.Point { return b.Add(b.Sub(a).Scale(under)) }
	n := len(fs)
	upper, lower := make([]vg.Point, n+1), make([]vg.Point, n+1)
	upper[0], lower[0] = fs[0].corner[0], fs[0].corner[3]
	for i, f := range fs {
		upper[i+1], lower[i+1] = f.corner[1], f.corner[2]
	}
	for i := range lower {
		lower[i] = reach(upper[i], lower[i])
	}
	upper[n], lower[n] = reach(upper[n-1], upper[n]), reach(lower[n-1], lower[n])
	var p vg.Path
	p.Move(upper[0])
	for _, q := range upper[1:] {
		p.Line(q)
	}
	for i := n; i >= 0; i-- {
		p.Line(lower[i])
	}
	p.Close()
	return p
}

func turning(a, b, d vg.Point) vg.Length {
	p, q := b.Sub(a), d.Sub(a)
	return p.X*q.Y - p.Y*q.X
}

// dot is how fine a screen is, in points.
const dot = 0.5

// screen remembers which facet is in front at each of its dots.
type screen struct {
	from   vg.Point
	nx, ny int
	owner  []*facet
}

func newScreen(r vg.Rectangle) *screen {
	nx, ny := int((r.Max.X-r.Min.X)/dot)+1, int((r.Max.Y-r.Min.Y)/dot)+1
	return &screen{r.Min, nx, ny, make([]*facet, nx*ny)}
}

// put draws a facet over those before it and sets its layer.
func (s *screen) put(f *facet) {
	lo, hi := f.corner[0], f.corner[0]
	for _, q := range f.corner[1:] {
		lo, hi = vg.Point{X: min(lo.X, q.X), Y: min(lo.Y, q.Y)}, vg.Point{X: max(hi.X, q.X), Y: max(hi.Y, q.Y)}
	}
	cell := func(v, from vg.Length) int { return int(math.Ceil(float64((v - from) / dot))) }
	var mine []int
	for j := max(0, cell(lo.Y, s.from.Y)); j < min(s.ny, cell(hi.Y, s.from.Y)); j++ {
		for i := max(0, cell(lo.X, s.from.X)); i < min(s.nx, cell(hi.X, s.from.X)); i++ {
			q := s.from.Add(vg.Point{X: vg.Length(i) * dot, Y: vg.Length(j) * dot})
			if !f.covers(q) {
				continue
			}
			k := j*s.nx + i
			if o := s.owner[k]; o != nil {
				f.layer = max(f.layer, o.layer+1)
			}
			mine = append(mine, k)
		}
	}
	for _, k := range mine {
		s.owner[k] = f
	}
}

// covers reports whether a point lies in one of the facet's two triangles. Of an edge that
// two facets share just one has the points.
func (f *facet) covers(q vg.Point) bool {
	in := false
	for i, a := range f.corner {
		b := f.corner[(i+1)%4]
		if (a.Y > q.Y) != (b.Y > q.Y) && q.X < a.X+(b.X-a.X)*(q.Y-a.Y)/(b.Y-a.Y) {
			in = !in
		}
	}
	return in
}

// rings are the level lines on a surface, as far as they are seen.
type rings struct{ *surface }

func (rings) extent() span { return nothing }

// speck is how long a piece of a ring must be, in points, to be more than dirt: behind many
// hills a ring falls into crumbs, which say nothing and cost a third of the drawing.
const speck = 4

func (m rings) Plot(c draw.Canvas, p *plot.Plot) {
	var lines, piece vg.Path
	long := 0.0
	finish := func() {
		if long >= speck {
			lines = append(lines, piece...)
		}
		piece, long = piece[:0], 0
	}
	for _, level := range m.levels {
		for _, l := range m.grid.trace(level) {
			for _, q := range l {
				x, y, how := m.see(q[0], q[1])
				q, ok := at(&c, p, x, y)
				switch {
				case !ok || how != plainly:
					finish()
				case len(piece) == 0:
					piece.Move(q)
				default:
					long += dist(q, piece[len(piece)-1].Pos)
					piece.Line(q)
				}
			}
			finish()
		}
	}
	if lines != nil {
		c.SetLineStyle(draw.LineStyle{Color: frame, Width: thin})
		c.Stroke(lines)
	}
}
