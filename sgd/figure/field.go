package figure

import (
	"image/color"
	"math"

	"downhill/sgd"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// fieldGap is the distance between the arrows of a field, in points.
const fieldGap = 24

// Field covers the window of a figure of two parameters with arrows along −∇f. Their
// lengths grow with the logarithm of the gradient's: in a ravine the plain ones differ
// so much that half of them could not be seen.
func (f *Figure) Field(obj sgd.Objective) *Figure {
	if obj.Dim() != 2 {
		panic("figure: a field needs an objective of two parameters")
	}
	f.background = append(f.background, field{obj})
	return f
}

type field struct{ f sgd.Objective }

func (m field) extent() span { return nothing }

func (m field) Plot(c draw.Canvas, p *plot.Plot) {
	w, h := c.Max.X-c.Min.X, c.Max.Y-c.Min.Y
	nx, ny := max(2, int(w/fieldGap)), max(2, int(h/fieldGap))
	type gradient struct{ x, y, gx, gy, size float64 }
	var all []gradient
	g, x := make([]float64, 2), make([]float64, 2)
	lo, hi := math.Inf(1), math.Inf(-1)
	for j := range ny {
		for i := range nx {
			x[0] = p.X.Min + (p.X.Max-p.X.Min)*(float64(i)+0.5)/float64(nx)
			x[1] = p.Y.Min + (p.Y.Max-p.Y.Min)*(float64(j)+0.5)/float64(ny)
			m.f.Grad(g, x, nil)
			size := math.Hypot(g[0], g[1])
			if !finite(size) || size == 0 {
				continue
			}
			all = append(all, gradient{x[0], x[1], g[0], g[1], math.Log(size)})
			lo, hi = math.Min(lo, math.Log(size)), math.Max(hi, math.Log(size))
		}
	}
	var shafts vg.Path
	type tipAt struct {
		p     vg.Point
		angle float64
	}
	var tips []tipAt
	for _, a := range all {
		l := 0.8 * fieldGap
		if hi > lo {
			l *= 0.35 + 0.65*(a.size-lo)/(hi-lo)
		}
		tail, _ := at(&c, p, a.x, a.y)
		// The direction on paper, where a unit may be longer one way than the other.
		ux, uy := float64(w)/(p.X.Max-p.X.Min)*a.gx, float64(h)/(p.Y.Max-p.Y.Min)*a.gy
		n := math.Hypot(ux, uy)
		ux, uy = -ux/n, -uy/n
		tail.X -= vg.Length(ux * l / 2)
		tail.Y -= vg.Length(uy * l / 2)
		tip := vg.Point{X: tail.X + vg.Length(ux*l), Y: tail.Y + vg.Length(uy*l)}
		if !c.Contains(tail) || !c.Contains(tip) {
			continue
		}
		shafts.Move(tail)
		shafts.Line(vg.Point{X: tip.X - vg.Length(ux*2), Y: tip.Y - vg.Length(uy*2)})
		tips = append(tips, tipAt{tip, math.Atan2(uy, ux)})
	}
	if shafts != nil {
		c.SetLineStyle(draw.LineStyle{Color: frame, Width: 0.8})
		c.Stroke(shafts)
	}
	for _, t := range tips {
		head(c, frame, t.p, t.angle, 4.5)
	}
}

// Cobweb draws the steps of a one-dimensional map x ← step(x) from x0: the curve of
// the map, the diagonal where it rests, and n steps between them. Without a Window it
// holds the steps.
func (f *Figure) Cobweb(name string, step func(float64) float64, x0 float64, n int) *Figure {
	l := f.lookOf(name)
	xs, ys := []float64{x0}, []float64{x0}
	s := nothing
	s.add(x0, x0)
	for x := x0; n > 0; n-- {
		next := step(x)
		if !finite(next) {
			break
		}
		xs, ys = append(xs, x, next), append(ys, next, next)
		s.add(next, next)
		x = next
	}
	lo, hi := math.Min(s.x0, s.y0), math.Max(s.x1, s.y1)
	if !math.IsNaN(f.x.lo) && !math.IsNaN(f.x.hi) {
		lo, hi = f.x.lo, f.x.hi
	}
	var gx, gy []float64
	for i := range graphPoints + 1 {
		x := lo + (hi-lo)*float64(i)/graphPoints
		gx, gy = append(gx, x), append(gy, step(x))
	}
	f.marks = append(f.marks,
		polyline{[]float64{lo, hi}, []float64{lo, hi}, draw.LineStyle{Color: ring, Width: 1}},
		polyline{gx, gy, draw.LineStyle{Color: ink, Width: 1.6}})
	m := trail{look: l, xs: xs, ys: ys}
	f.marks = append(f.marks, m)
	lab := label{text: name, colour: l.colour, mark: len(f.marks)}
	for _, i := range m.milestones(8) {
		lab.around(xs[i], ys[i])
	}
	f.labels = append(f.labels, lab)
	return f
}

// Ball adds a dashed ellipse with half axes rx and ry: where theory says that the
// noise keeps the iterates.
func (f *Figure) Ball(name string, x, y, rx, ry float64) *Figure {
	xs, ys := ellipse(x, y, func(s, c float64) (float64, float64) { return rx * c, ry * s })
	return f.ring(name, polyline{xs, ys, foretold}, ink)
}

const corners = 90 // of an ellipse

// ellipse is the image of a circle, point by point, around (x, y).
func ellipse(x, y float64, of func(sin, cos float64) (dx, dy float64)) (xs, ys []float64) {
	xs, ys = make([]float64, corners+1), make([]float64, corners+1)
	for i := range xs {
		dx, dy := of(math.Sincos(2 * math.Pi * float64(i) / corners))
		xs[i], ys[i] = x+dx, y+dy
	}
	return xs, ys
}

// ring adds an ellipse and its name.
func (f *Figure) ring(name string, m polyline, c color.RGBA) *Figure {
	f.marks = append(f.marks, m)
	lab := label{text: name, colour: c, mark: len(f.marks)}
	for i := 0; i < corners; i += 9 {
		lab.around(m.xs[i], m.ys[i])
	}
	f.labels = append(f.labels, lab)
	return f
}

// Cloud adds a small faint dot for each of many points: iterates, end points, minima
// of batches. It has no label of its own.
func (f *Figure) Cloud(name string, points [][]float64) *Figure {
	l := f.lookOf(name)
	xs, ys := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		xs[i], ys[i] = p[0], p[1]
	}
	f.marks = append(f.marks, cloud{dots{xs: xs, ys: ys, look: l}})
	return f
}

type cloud struct{ dots }

func (m cloud) Plot(c draw.Canvas, p *plot.Plot) {
	colour := faded(m.look.colour, 0.6)
	if len(m.xs) > manyDots {
		grains(c, p, m.xs, m.ys, colour)
		return
	}
	var path vg.Path // one path: a dot is then a few bytes
	for i := range m.xs {
		if q, ok := at(&c, p, m.xs[i], m.ys[i]); ok && c.Contains(q) {
			path = append(path, outline(q, 0.9, -1, -1, 1, -1, 1, 1, -1, 1)...)
		}
	}
	if path != nil {
		c.SetColor(colour)
		c.Fill(path)
	}
}

// grain is the size of a dot among thousands, in points.
const grain = 1.1

// grains fills every square of a fine grid that a point lies in, neighbours in one
// stroke: ten thousand points are then no more than the eye can tell, and no more
// bytes than it needs.
func grains(c draw.Canvas, p *plot.Plot, xs, ys []float64, colour color.Color) {
	nx, ny := int((c.Max.X-c.Min.X)/grain)+1, int((c.Max.Y-c.Min.Y)/grain)+1
	full := make([]bool, nx*ny)
	for i := range xs {
		if q, ok := at(&c, p, xs[i], ys[i]); ok && c.Contains(q) {
			full[min(ny-1, int((q.Y-c.Min.Y)/grain))*nx+min(nx-1, int((q.X-c.Min.X)/grain))] = true
		}
	}
	var path vg.Path
	for j := range ny {
		y := c.Min.Y + vg.Length(float64(j)+0.5)*grain
		for i := 0; i < nx; i++ {
			from := i
			for i < nx && full[j*nx+i] {
				i++
			}
			if i > from {
				path.Move(vg.Point{X: c.Min.X + vg.Length(from)*grain, Y: y})
				path.Line(vg.Point{X: c.Min.X + vg.Length(i)*grain, Y: y})
			}
		}
	}
	if path != nil {
		c.SetLineStyle(draw.LineStyle{Color: colour, Width: grain})
		c.Stroke(path)
	}
}
