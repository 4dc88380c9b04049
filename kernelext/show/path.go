package show

import (
	"math"

	"gonum.org/v1/plot/vg"
)

type point struct{ x, y float64 }

// slack is how far, in points, a simplified line may be from the drawn one: a tenth
// of a pixel, which nobody sees and which saves two thirds of a contour. A drawing
// that is over its budget may be coarser, up to coarsest.
const (
	slack    = 0.07
	coarsest = 0.7
)

// pen writes SVG path data. Positions are kept in tenths of a point as they were
// written, so that relative moves do not add up rounding errors.
type pen struct {
	out  []byte
	x, y int
	last byte
}

func (p *pen) cmd(op byte) {
	if op != p.last {
		p.out = append(p.out, op)
		p.last = op
		return
	}
}

// num appends v (in tenths), with a separator only where the reader needs one.
func (p *pen) num(v int) {
	if n := len(p.out); v >= 0 && n > 0 && p.out[n-1] >= '0' && p.out[n-1] <= '9' {
		p.out = append(p.out, ' ')
	}
	p.out = append(p.out, number(float64(v)/10, 1)...)
}

func tenths(v float64) int { return int(math.Round(v * 10)) }

func (p *pen) move(q point) {
	x, y := tenths(q.x), tenths(q.y)
	p.last = 0
	p.cmd('M')
	p.num(x)
	p.num(y)
	p.x, p.y, p.last = x, y, 'M'
}

func (p *pen) line(q point) {
	x, y := tenths(q.x), tenths(q.y)
	switch dx, dy := x-p.x, y-p.y; {
	case dx == 0 && dy == 0:
		return
	case dy == 0:
		p.cmd('h')
		p.num(dx)
	case dx == 0:
		p.cmd('v')
		p.num(dy)
	default:
		p.cmd('l')
		p.num(dx)
		p.num(dy)
	}
	p.x, p.y = x, y
}

func (p *pen) curve(op byte, pts ...point) {
	p.cmd(op)
	for _, q := range pts {
		p.num(tenths(q.x) - p.x)
		p.num(tenths(q.y) - p.y)
	}
	end := pts[len(pts)-1]
	p.x, p.y = tenths(end.x), tenths(end.y)
}

func (p *pen) arc(r float64, large, clockwise bool, q point) {
	p.last = 0
	p.cmd('a')
	p.num(tenths(r))
	p.num(tenths(r))
	p.num(0)
	for _, flag := range []bool{large, clockwise} {
		if flag {
			p.out = append(p.out, " 1"...)
		} else {
			p.out = append(p.out, " 0"...)
		}
	}
	x, y := tenths(q.x), tenths(q.y)
	p.num(x - p.x)
	p.num(y - p.y)
	p.x, p.y = x, y
}

// data appends the SVG form of p to out.
func (c *canvas) data(out []byte, p vg.Path) []byte {
	d := pen{out: out}
	var run []point // a polyline under way; run[0] is where the pen is
	var start point
	flush := func() {
		for _, q := range simplify(run, c.slack)[min(1, len(run)):] {
			d.line(q)
		}
		run = run[:0]
	}
	here := func() point { return run[len(run)-1] }
	for _, comp := range p {
		switch comp.Type {
		case vg.MoveComp:
			flush()
			start = c.place(comp.Pos)
			d.move(start)
			run = append(run, start)
		case vg.LineComp:
			q := c.place(comp.Pos)
			if len(run) == 0 {
				d.move(q)
			}
			run = append(run, q)
		case vg.ArcComp:
			sin, cos := math.Sincos(comp.Start)
			from := vg.Point{X: comp.Pos.X + comp.Radius*vg.Length(cos), Y: comp.Pos.Y + comp.Radius*vg.Length(sin)}
			q := c.place(from)
			if len(run) == 0 {
				start = q
				d.move(q)
			} else if math.Hypot(here().x-q.x, here().y-q.y) > slack {
				run = append(run, q)
			}
			flush()
			run = append(run[:0], c.round(&d, comp))
		case vg.CurveComp:
			flush()
			pts := make([]point, 0, 3)
			for _, q := range comp.Control {
				pts = append(pts, c.place(q))
			}
			pts = append(pts, c.place(comp.Pos))
			d.curve([]byte{'l', 'q', 'c'}[len(pts)-1], pts...)
			run = append(run[:0], pts[len(pts)-1])
		case vg.CloseComp:
			flush()
			d.out = append(d.out, 'z')
			d.last, d.x, d.y = 0, tenths(start.x), tenths(start.y)
			run = append(run[:0], start)
		}
	}
	flush()
	return d.out
}

// round draws an arc component in pieces of less than half a turn, since SVG cannot
// draw a whole circle in one, and returns its end.
func (c *canvas) round(d *pen, comp vg.PathComp) point {
	turn := math.Max(-2*math.Pi, math.Min(2*math.Pi, comp.Angle))
	pieces := 1
	if math.Abs(turn) > 3 {
		pieces = int(math.Ceil(math.Abs(turn) / 3.2))
	}
	m := c.top().at
	mirrored := m[0]*m[3]-m[1]*m[2] < 0
	var end point
	for i := 1; i <= pieces; i++ {
		sin, cos := math.Sincos(comp.Start + turn*float64(i)/float64(pieces))
		end = c.place(vg.Point{X: comp.Pos.X + comp.Radius*vg.Length(cos), Y: comp.Pos.Y + comp.Radius*vg.Length(sin)})
		d.arc(float64(comp.Radius)*c.scale(), false, (turn < 0) != mirrored, end)
	}
	return end
}

// turning tells which way a closed path of one piece turns; 0 if it is not so simple.
func turning(p vg.Path) int {
	area := 0.0
	var start, at vg.Point
	for i, comp := range p {
		switch comp.Type {
		case vg.MoveComp:
			if i > 0 {
				return 0
			}
			start, at = comp.Pos, comp.Pos
		case vg.LineComp:
			area += float64(at.X*comp.Pos.Y - at.Y*comp.Pos.X)
			at = comp.Pos
		case vg.ArcComp: // whole circles only
			if math.Abs(comp.Angle) < 6.28 || i > 1 {
				return 0
			}
			area += float64(comp.Radius*comp.Radius) * comp.Angle
		case vg.CloseComp:
			if i < len(p)-1 {
				return 0
			}
		default:
			return 0
		}
	}
	area += float64(at.X*start.Y - at.Y*start.X)
	switch {
	case area > 1e-9:
		return 1
	case area < -1e-9:
		return -1
	}
	return 0
}

// simplify drops the points of a polyline that lie within slack of the line without
// them (Ramer 1972; Douglas and Peucker 1973). The ends stay.
func simplify(line []point, slack float64) []point {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	stack := [][2]int{{0, len(line) - 1}}
	for len(stack) > 0 {
		lo, hi := stack[len(stack)-1][0], stack[len(stack)-1][1]
		stack = stack[:len(stack)-1]
		worst, at := slack, -1
		for i := lo + 1; i < hi; i++ {
			if e := off(line[i], line[lo], line[hi]); e > worst {
				worst, at = e, i
			}
		}
		if at > 0 {
			keep[at] = true
			stack = append(stack, [2]int{lo, at}, [2]int{at, hi})
		}
	}
	out := line[:0:0]
	for i, k := range keep {
		if k {
			out = append(out, line[i])
		}
	}
	return out
}

// off is the distance of p from the segment ab.
func off(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/l))
	}
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}
