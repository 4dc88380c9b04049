package figure

import (
	"math"
	"slices"

	"downhill/sgd"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Grid points across a contour's window; down it follows from the shape.
const gridWidth = 140

// Contour returns a figure of the level sets of f over its two parameters, with equal
// axes. It is drawn over the final window: that of Window, or else one that holds all
// paths and points with some room. Levels are L_min + c·i², which are evenly spaced
// rings in a bowl, or geometric where most of the window is a valley; Bowl, Ravine and
// Levels choose. It panics if f does not have two parameters.
func Contour(f sgd.Objective) *Figure {
	if f.Dim() != 2 {
		panic("figure: a contour needs an objective of two parameters")
	}
	fig := New().Axes("θ₁", "θ₂").Equal()
	fig.background = append(fig.background, &contour{f: f, fig: fig})
	return fig
}

// Bowl asks for n levels L_min + c·i².
func (f *Figure) Bowl(n int) *Figure { return f.levels(func(c *contour) { c.kind, c.n = bowl, n }) }

// Ravine asks for n levels in geometric progression.
func (f *Figure) Ravine(n int) *Figure { return f.levels(func(c *contour) { c.kind, c.n = ravine, n }) }

// Levels sets the levels themselves.
func (f *Figure) Levels(ls ...float64) *Figure {
	return f.levels(func(c *contour) { c.fixed = ls })
}

func (f *Figure) levels(set func(*contour)) *Figure {
	if f.surface != nil {
		set(f.surface.contour)
		return f
	}
	for _, m := range f.background {
		if c, ok := m.(*contour); ok {
			set(c)
			c.grid = nil
			return f
		}
	}
	panic("figure: levels belong to a Contour or a Surface")
}

type levelKind int

const (
	byShape levelKind = iota
	bowl
	ravine
)

type contour struct {
	f     sgd.Objective
	fig   *Figure
	kind  levelKind
	n     int
	fixed []float64
	grid  *grid
}

func (m *contour) extent() span { return nothing }

// grid holds losses at nx × ny points over a window, row after row from y0.
type grid struct {
	span
	nx, ny int
	v      []float64
}

func sample(f sgd.Objective, s span, nx, ny int) *grid {
	g := &grid{span: s, nx: nx, ny: ny, v: make([]float64, nx*ny)}
	x := make([]float64, 2)
	for j := range ny {
		for i := range nx {
			x[0], x[1] = g.at(float64(i), float64(j))
			g.v[j*nx+i] = f.Grad(nil, x, nil)
		}
	}
	return g
}

func (g *grid) at(i, j float64) (x, y float64) {
	return g.x0 + (g.x1-g.x0)*i/float64(g.nx-1), g.y0 + (g.y1-g.y0)*j/float64(g.ny-1)
}

func (m *contour) Plot(c draw.Canvas, p *plot.Plot) {
	s := span{p.X.Min, p.X.Max, p.Y.Min, p.Y.Max}
	if m.grid == nil || m.grid.span != s {
		ny := int(gridWidth * float64(c.Max.Y-c.Min.Y) / float64(c.Max.X-c.Min.X))
		m.grid = sample(m.f, s, gridWidth, min(max(ny, 8), 2*gridWidth))
	}
	levels := m.fixed
	if levels == nil {
		levels = m.choose()
	}
	style := draw.LineStyle{Color: ring, Width: thin}
	named := m.named(levels)
	for k, level := range levels {
		lines := m.grid.trace(level)
		var drawn [][]vg.Point
		for _, l := range lines {
			pts := make([]vg.Point, len(l))
			for i, q := range l {
				pts[i], _ = at(&c, p, q[0], q[1])
			}
			drawn = append(drawn, pts)
		}
		if named[k] {
			drawn = m.name(c, p, drawn, short(level))
		}
		c.StrokeLines(style, drawn...)
	}
}

// choose returns the levels for what the grid holds.
func (m *contour) choose() []float64 {
	vs := m.grid.sorted()
	if len(vs) == 0 {
		return nil
	}
	lo, hi := vs[0], vs[len(vs)-1]
	n := m.n
	if n == 0 {
		n = 9
	}
	geometric := m.geometric(vs)
	out := make([]float64, n)
	for i := range out {
		k := float64(i + 1)
		if !geometric {
			out[i] = lo + (hi-lo)*(k-0.5)*(k-0.5)/float64(n*n)
		} else {
			// The lowest ring still holds about one grid point in 200.
			low := math.Max(vs[len(vs)/200]-lo, (hi-lo)*1e-8)
			out[i] = lo + low*math.Pow((hi-lo)/low, (k-0.5)/float64(n))
		}
	}
	return out
}

// sorted lists what the grid holds that is a number, in order.
func (g *grid) sorted() []float64 {
	vs := make([]float64, 0, len(g.v))
	for _, v := range g.v {
		if finite(v) {
			vs = append(vs, v)
		}
	}
	slices.Sort(vs)
	return vs
}

// geometric reports whether levels are in geometric progression: where it was asked for,
// or where most of the window, whose sorted losses are vs, is a valley.
func (m *contour) geometric(vs []float64) bool {
	if m.kind != byShape || len(vs) == 0 {
		return m.kind == ravine
	}
	lo, hi := vs[0], vs[len(vs)-1]
	return vs[len(vs)/4]-lo < 0.02*(hi-lo)
}

// named says which levels carry their value: three, from the inside out.
func (m *contour) named(levels []float64) map[int]bool {
	n := len(levels)
	if n < 3 {
		return map[int]bool{0: true, n - 1: true}
	}
	return map[int]bool{1: true, n / 2: true, n - 2: true}
}

// short writes a level with two or three digits.
func short(v float64) string {
	if v == 0 {
		return "0"
	}
	e := math.Floor(math.Log10(math.Abs(v)))
	if e < -3 || e > 4 {
		return scientific(math.Round(v/math.Pow(10, e)*10) / 10 * math.Pow(10, e))
	}
	return round(v, math.Pow(10, math.Min(0, e-1)))
}

// trace returns the lines of the grid at one level (marching squares, linear between
// points, saddles by the mean of the four corners), each as long as it can be.
func (g *grid) trace(level float64) [][][2]float64 {
	next := map[int][]int{}
	where := map[int][2]float64{}
	cross := func(i, j, di, dj int) int { // the crossing on the edge from (i, j) along (di, dj)
		id := 2*(j*g.nx+i) + dj
		if _, ok := where[id]; !ok {
			a, b := g.v[j*g.nx+i], g.v[(j+dj)*g.nx+i+di]
			t := (level - a) / (b - a)
			x, y := g.at(float64(i)+t*float64(di), float64(j)+t*float64(dj))
			where[id] = [2]float64{x, y}
		}
		return id
	}
	join := func(a, b int) { next[a], next[b] = append(next[a], b), append(next[b], a) }
	var order []int
	for j := range g.ny - 1 {
		for i := range g.nx - 1 {
			q := [4]float64{g.v[j*g.nx+i], g.v[j*g.nx+i+1], g.v[(j+1)*g.nx+i+1], g.v[(j+1)*g.nx+i]}
			mask := 0
			for k, v := range q {
				if !finite(v) {
					mask = 0
					break
				}
				if v > level {
					mask |= 1 << k
				}
			}
			if mask == 0 || mask == 15 {
				continue
			}
			// Edges in order: bottom, right, top, left.
			edge := func(k int) int {
				switch k {
				case 0:
					return cross(i, j, 1, 0)
				case 1:
					return cross(i+1, j, 0, 1)
				case 2:
					return cross(i, j+1, 1, 0)
				}
				return cross(i, j, 0, 1)
			}
			var hit []int
			for k := range 4 {
				if (mask>>k)&1 != (mask>>((k+1)%4))&1 {
					hit = append(hit, edge(k))
				}
			}
			if len(hit) == 4 && ((q[0]+q[1]+q[2]+q[3])/4 > level) == (mask&1 == 1) {
				hit = append(hit[1:], hit[0]) // the two high corners are joined
			}
			for k := 0; k+1 < len(hit); k += 2 {
				join(hit[k], hit[k+1])
				order = append(order, hit[k])
			}
		}
	}
	return chain(next, where, order)
}

// chain follows the joints: open lines from their ends first, then the loops.
func chain(next map[int][]int, where map[int][2]float64, order []int) [][][2]float64 {
	used := map[int]bool{}
	var out [][][2]float64
	follow := func(from int) {
		line := [][2]float64{where[from]}
		used[from] = true
		for at := from; ; {
			step := -1
			for _, n := range next[at] {
				if !used[n] {
					step = n
					break
				}
			}
			if step < 0 {
				if len(line) > 2 && slices.Contains(next[at], from) {
					line = append(line, where[from])
				}
				break
			}
			used[step] = true
			line = append(line, where[step])
			at = step
		}
		out = append(out, line)
	}
	for _, ends := range []bool{true, false} {
		for _, id := range order {
			for _, e := range append([]int{id}, next[id]...) {
				if !used[e] && (len(next[e]) == 1) == ends {
					follow(e)
				}
			}
		}
	}
	return out
}
