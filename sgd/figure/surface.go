package figure

import (
	"math"

	"downhill/sgd"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	meshSide = 36 // cells along each side of a surface
	knots    = meshSide + 1
	finer    = 3  // times as fine is the grid that levels are traced on
	tones    = 10 // greys of its facets
	// What is on the surface is drawn in pieces as long as this part of a cell.
	drapeStep = 0.5
)

// Surface returns a figure of the graph of f over its two parameters, seen in parallel
// projection. Paths and points lie on it; what a hill hides of a path is faint. Lines at
// the levels of a [Contour] run over it, and height is the loss, or its logarithm where
// those levels are geometric (then the upright axis says so). View turns it, WithContour
// puts the level sets beside it. It panics if f does not have two parameters, and when it
// is drawn if it holds marks other than paths and points.
func Surface(f sgd.Objective) *Figure {
	if f.Dim() != 2 {
		panic("figure: a surface needs an objective of two parameters")
	}
	fig := New().Axes("θ₁", "θ₂").Equal()
	fig.w = 10.5 * vg.Centimeter
	fig.surface = &surface{contour: &contour{f: f, fig: fig}}
	return fig.View(-35, 35)
}

// View sets from where a Surface is seen, in degrees: turned by azimuth about the upright
// axis, 0 with θ₂ pointing away, and from elevation above the horizon, 5 to 90.
func (f *Figure) View(azimuth, elevation float64) *Figure {
	if f.surface == nil {
		panic("figure: a view belongs to a Surface")
	}
	if !(elevation >= 5 && elevation <= 90) {
		panic("figure: a surface is seen from 5 to 90 degrees above the horizon")
	}
	f.surface.sinA, f.surface.cosA = math.Sincos(azimuth * math.Pi / 180)
	f.surface.sinE, f.surface.cosE = math.Sincos(elevation * math.Pi / 180)
	return f
}

// WithContour returns a Surface and, to its right, the level sets over the same window
// with the same marks.
func (f *Figure) WithContour() *Tiles {
	if f.surface == nil {
		panic("figure: WithContour belongs to a Surface")
	}
	s := f.span()
	flat := *f
	flat.surface = nil
	level := *f.surface.contour
	level.fig, level.grid = &flat, nil
	flat.background = []mark{&level}
	flat.x.lo, flat.x.hi, flat.y.lo, flat.y.hi = s.x0, s.x1, s.y0, s.y1
	return Grid(2, f, &flat)
}

// surface is a loss over a window as a solid thing. Its own coordinates are u and v on
// the floor, at most ½ from the middle, and the height w from 0 to tall.
type surface struct {
	*contour
	sinA, cosA, sinE, cosE float64

	long   [2]float64 // half lengths of the floor's sides
	w      []float64  // heights of the mesh
	lo, hi float64    // the loss at heights 0 and tall
	low    float64    // what is added under the logarithm; 0: heights are linear
	levels []float64
}

// tall is the height of a surface whose floor's longer side is 1.
const tall = 0.5

// project maps a place in space to paper.
func (m *surface) project(u, v, w float64) (x, y float64) {
	return u*m.cosA - v*m.sinA, (u*m.sinA+v*m.cosA)*m.sinE + w*m.cosE
}

// height is how high a loss stands.
func (m *surface) height(v float64) float64 {
	if m.hi == m.lo {
		return 0
	}
	t := (v - m.lo) / (m.hi - m.lo)
	if m.low > 0 {
		t = math.Log((v-m.lo)/m.low+1) / math.Log((m.hi-m.lo)/m.low+1)
	}
	return tall * math.Max(0, math.Min(1, t))
}

// floor maps parameters to the floor.
func (m *surface) floor(x, y float64) (u, v float64) {
	s := m.grid.span
	return m.long[0] * (2*(x-s.x0)/(s.x1-s.x0) - 1), m.long[1] * (2*(y-s.y0)/(s.y1-s.y0) - 1)
}

// build samples the mesh over a window.
func (m *surface) build(s span) {
	m.grid = sample(m.f, s, finer*meshSide+1, finer*meshSide+1)
	longer := math.Max(s.x1-s.x0, s.y1-s.y0)
	m.long = [2]float64{(s.x1 - s.x0) / longer / 2, (s.y1 - s.y0) / longer / 2}
	m.lo, m.hi, m.low = 0, 0, 0
	vs := m.grid.sorted()
	if len(vs) > 0 {
		m.lo, m.hi = vs[0], vs[len(vs)-1]
	}
	m.levels = m.fixed
	if m.levels == nil {
		m.levels = m.choose()
	}
	if m.geometric(vs) && len(m.levels) > 0 && m.levels[0] > m.lo {
		m.low = m.levels[0] - m.lo
	}
	m.w = make([]float64, 0, knots*knots)
	for j := range knots {
		for i := range knots {
			m.w = append(m.w, m.mean(finer*i, finer*j))
		}
	}
}

// mean is the height about a point of the fine grid, averaged so that a ravine narrower
// than a cell is a shallow furrow rather than a row of pits.
func (m *surface) mean(i, j int) float64 {
	if !finite(m.grid.v[j*m.grid.nx+i]) {
		return math.NaN()
	}
	sum, n := 0.0, 0.0
	for b := max(0, j-1); b <= min(m.grid.ny-1, j+1); b++ {
		for a := max(0, i-1); a <= min(m.grid.nx-1, i+1); a++ {
			if v := m.grid.v[b*m.grid.nx+a]; finite(v) {
				sum, n = sum+m.height(v), n+1
			}
		}
	}
	return sum / n
}

// on is the height of the mesh at a place on the floor; NaN where there is none.
func (m *surface) on(u, v float64) float64 {
	a, b := meshSide*(u/m.long[0]+1)/2, meshSide*(v/m.long[1]+1)/2
	const rim = 1e-9
	if !(a >= -rim && a <= meshSide+rim && b >= -rim && b <= meshSide+rim) {
		return math.NaN()
	}
	i, j := max(0, min(meshSide-1, int(a))), max(0, min(meshSide-1, int(b)))
	a, b = a-float64(i), b-float64(j)
	k := j*knots + i
	return (1-b)*((1-a)*m.w[k]+a*m.w[k+1]) + b*((1-a)*m.w[k+knots]+a*m.w[k+knots+1])
}

// hidden reports whether the surface stands between a place on it and the eye: whether
// it is anywhere higher than the line of sight.
func (m *surface) hidden(u, v, w float64) bool {
	const step = 0.4 / meshSide
	du, dv, dw := -m.sinA*m.cosE, -m.cosA*m.cosE, m.sinE
	for t := 1.5 * step; w+t*dw <= tall; t += step {
		h := m.on(u+t*du, v+t*dv)
		if math.IsNaN(h) && (math.Abs(u+t*du) > m.long[0] || math.Abs(v+t*dv) > m.long[1]) {
			return false
		}
		if h > w+t*dw+0.003*tall {
			return true
		}
	}
	return false
}

// sight says how a piece of a path is seen.
type sight uint8

const (
	plainly sight = iota
	behind
	outside
)

// see returns where a place on the surface is on paper and how it is seen.
func (m *surface) see(x, y float64) (px, py float64, s sight) {
	u, v := m.floor(x, y)
	w := m.on(u, v)
	if math.IsNaN(w) {
		px, py = m.project(u, v, 0)
		return px, py, outside
	}
	px, py = m.project(u, v, w)
	if m.hidden(u, v, w) {
		s = behind
	}
	return px, py, s
}

// drape lays a path onto the surface.
func (m *surface) drape(flat trail) trail {
	out := trail{look: flat.look, steps: len(flat.xs)}
	add := func(x, y float64) {
		px, py, s := m.see(x, y)
		out.xs, out.ys, out.sights = append(out.xs, px), append(out.ys, py), append(out.sights, s)
	}
	s := m.grid.span
	for i := range flat.xs {
		if i > 0 {
			dx, dy := flat.xs[i]-flat.xs[i-1], flat.ys[i]-flat.ys[i-1]
			n := math.Ceil(meshSide / drapeStep * math.Max(math.Abs(dx)/(s.x1-s.x0), math.Abs(dy)/(s.y1-s.y0)))
			n = math.Min(n, 4*meshSide)
			for k := 1.0; k < n; k++ {
				add(flat.xs[i-1]+dx*k/n, flat.ys[i-1]+dy*k/n)
			}
		}
		add(flat.xs[i], flat.ys[i])
	}
	return out
}

// standing is the figure on paper of a Surface: all marks are laid onto it.
func (f *Figure) standing() *Figure {
	m := f.surface
	m.build(f.span())
	out := New()
	out.w, out.h, out.title, out.styles, out.steady = f.w, f.h, f.title, f.styles, f.steady
	out.bare, out.equal, out.tight = true, true, true
	out.background = []mark{cage{m, out, f.x.label, f.y.label}, facets{m}, rings{m}}
	corners := nothing
	for i := range 8 {
		corners.add(m.project(m.long[0]*float64(i&1*2-1), m.long[1]*float64(i&2-1), tall*float64(i>>2)))
	}
	out.marks = append(out.marks, room(corners))
	for _, k := range f.marks {
		switch k := k.(type) {
		case trail:
			out.marks = append(out.marks, m.drape(k))
		case spot:
			if x, y, s := m.see(k.x, k.y); s != outside {
				out.marks = append(out.marks, spot{x, y, s})
			} else {
				out.marks = append(out.marks, room(nothing)) // labels count marks
			}
		default:
			panic("figure: a surface shows paths and points only")
		}
	}
	for _, l := range f.labels {
		if l.mark > 0 {
			l.mark++
		}
		anchors := l.anchors
		l.anchors = nil
		for _, a := range anchors {
			var s sight
			if a.x, a.y, s = m.see(a.x, a.y); s != outside {
				l.anchors = append(l.anchors, a)
			}
		}
		out.labels = append(out.labels, l)
	}
	return out
}

// room is a mark that only needs room.
type room span

func (m room) extent() span               { return span(m) }
func (room) Plot(draw.Canvas, *plot.Plot) {}
