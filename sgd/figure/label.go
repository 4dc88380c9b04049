package figure

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// label is a name beside its mark, instead of a legend.
type label struct {
	text    string
	colour  color.RGBA
	anchors []anchor  // in order of preference
	end     bool      // right of the axes, level with its first anchor, unless a scale is there
	mark    int       // the mark that it names, counted from 1; 0: none
	xs, ys  []float64 // a line whose end it names
	curve   *curve    // or one that is known when the window is
}

// anchor is a place for a label: off (x, y) in the direction (dx, dy). Infinite
// coordinates mean an edge of the window.
type anchor struct {
	x, y, dx, dy float64
	away         vg.Length // pt, beside the usual gap
}

// around offers the eight directions from a point.
func (l *label) around(x, y float64) { l.beyond(x, y, 0) }

func (l *label) beyond(x, y float64, away vg.Length) {
	for _, d := range [][2]float64{{1, 1}, {1, 0}, {-1, 1}, {1, -1}, {-1, 0}, {-1, -1}, {0, 1}, {0, -1}} {
		l.anchors = append(l.anchors, anchor{x: x, y: y, dx: d[0], dy: d[1], away: away})
	}
}

// tie is what one place must be better by than another: in a symmetric figure two are as
// good, and rounding, which differs between machines, shall not choose.
const tie = 1e-6

const labelGap = 5 // pt between a mark and its label

// margin is the room right of the axes for labels at line ends.
func (f *Figure) margin() vg.Length {
	m, p := vg.Length(0), f.plot()
	for _, l := range f.labels {
		switch l = settle(p, l); {
		case f.outside(l):
			m = max(m, words(textSize, ink).Width(l.text)+labelGap+2)
		case f.listed(l):
			m = max(m, words(textSize, ink).Width(l.text)+labelGap+keyWidth)
		}
	}
	if f.scale != nil {
		m = max(m, f.scale.scaleMargin())
	}
	for _, k := range f.keys {
		m = max(m, words(textSize, ink).Width(k.name)+labelGap+keyWidth)
	}
	return min(m, f.w*2/5)
}

func (f *Figure) drawLabels(c draw.Canvas, p *plot.Plot) {
	prints := make([][]vg.Point, len(f.marks))
	for i, m := range f.marks {
		if _, moving := m.(trail); !moving || !f.steady {
			prints[i] = footprint(c, p, m)
		}
	}
	labels := make([]label, len(f.labels))
	for i, l := range f.labels {
		labels[i] = settle(p, l)
	}
	f.endLabels(c, p, labels)
	f.list(c)
	for _, l := range labels {
		if f.outside(l) || l.text == "" || f.listed(l) {
			continue
		}
		style := words(textSize, l.colour)
		w, h := style.Width(l.text), vg.Length(textSize)
		best, cost := vg.Rectangle{}, math.Inf(1)
		for rank, a := range l.anchors {
			at, ok := place(c, p, a)
			if !ok || a.dx == 0 && a.dy == 0 {
				continue
			}
			r := beside(at, a, w, h)
			e := float64(rank) * 0.15
			if !inside(r, c.Rectangle) {
				e += 1000
			}
			for _, b := range f.busy {
				if overlap(r, b) {
					e += 400
				}
			}
			wide := vg.Rectangle{Min: vg.Point{X: r.Min.X - 2, Y: r.Min.Y - 2}, Max: vg.Point{X: r.Max.X + 2, Y: r.Max.Y + 2}}
			for i, pts := range prints {
				crowd := 0.0 // other marks close to the anchor make it unclear whose name this is
				for _, q := range pts {
					if contains(wide, q) {
						e += 6
					} else if i+1 != l.mark && l.mark > 0 && dist(q, at) < 14 {
						crowd++
					}
				}
				e += 3 * math.Min(crowd, 4)
			}
			if e < cost-tie {
				best, cost = r, e
			}
		}
		if cost >= 1000 { // no room inside the window: better no label than one over the axes
			continue
		}
		f.busy = append(f.busy, best)
		veil := 0.7
		if f.bare {
			veil = 0.4
		}
		c.SetColor(faded(paper, veil))
		c.Fill(vg.Rectangle{Min: vg.Point{X: best.Min.X - 1, Y: best.Min.Y - 1.5}, Max: vg.Point{X: best.Max.X + 1, Y: best.Max.Y + 1}}.Path())
		c.FillText(style, vg.Point{X: best.Min.X, Y: best.Min.Y + 1}, l.text)
	}
}

// settle finds where the line of an end label is last seen. If that is not at the
// right edge the label goes beside it, into the axes.
func settle(p *plot.Plot, l label) label {
	if l.curve != nil {
		l.xs, l.ys = l.curve.in(p)
	}
	if l.xs == nil {
		return l
	}
	seen := func(v float64) bool { return v >= -1e-9 && v <= 1+1e-9 }
	for i := len(l.xs) - 1; i >= 0; i-- {
		if u := p.X.Norm(l.xs[i]); seen(u) && seen(p.Y.Norm(l.ys[i])) {
			l.anchors = []anchor{{x: l.xs[i], y: l.ys[i]}}
			l.end = u > 5./6
			for _, k := range []int{i, i * 9 / 10, i * 3 / 4, i / 2, i / 4} {
				l.around(l.xs[k], l.ys[k])
			}
			return l
		}
	}
	l.text = "" // nothing of it is seen
	return l
}

// endLabels writes the names of lines right of the axes, level with their ends and
// pushed apart where they would overlap.
func (f *Figure) endLabels(c draw.Canvas, p *plot.Plot, labels []label) {
	type end struct {
		label
		y vg.Length
	}
	var ends []end
	for _, l := range labels {
		if !f.outside(l) || l.text == "" {
			continue
		}
		v := p.Y.Norm(l.anchors[0].y)
		if math.IsNaN(v) {
			v = 0
		}
		ends = append(ends, end{l, c.Y(math.Max(0, math.Min(1, v)))})
	}
	slices.SortStableFunc(ends, func(a, b end) int {
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	})
	const pitch = textSize + 2.5
	for range 60 { // relax: neighbours push each other half way
		moved := false
		for i := 1; i < len(ends); i++ {
			if d := pitch - (ends[i].y - ends[i-1].y); d > 0.05 {
				ends[i].y += d / 2
				ends[i-1].y -= d / 2
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	if n := len(ends); n > 0 { // the topmost stays level with the axes if there is room below
		if over := ends[n-1].y - c.Max.Y; over > 0 {
			for i := n - 1; i >= 0 && (i == n-1 || ends[i+1].y-ends[i].y < pitch); i-- {
				ends[i].y -= over
			}
		}
	}
	for _, e := range ends {
		s := words(textSize, e.colour)
		c.FillText(s, vg.Point{X: c.Max.X + labelGap, Y: e.y - textSize*0.35}, e.text)
	}
}

const keyWidth = 24 // pt of a path's sample before its name in a list

// outside reports whether a label goes beside the axes.
func (f *Figure) outside(l label) bool { return l.end && f.scale == nil && len(f.keys) == 0 }

// listed reports whether a label goes to the list of a steady figure: those of paths do.
func (f *Figure) listed(l label) bool {
	if !f.steady || l.mark == 0 {
		return false
	}
	_, path := f.marks[l.mark-1].(trail)
	return path
}

// list writes names right of the axes, each after a sample of its style.
func (f *Figure) list(c draw.Canvas) {
	keys := f.keys
	for _, l := range f.labels {
		if f.listed(l) {
			keys = append(keys, key{l.text, f.marks[l.mark-1].(trail).look})
		}
	}
	everywhere := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{Max: vg.Point{X: 1e4, Y: 1e4}}}
	y := c.Max.Y - textSize/2
	for _, k := range keys {
		x := c.Max.X + labelGap
		c.StrokeLine2(k.look.line(), x, y, x+keyWidth-6, y)
		k.look.mark(&everywhere, vg.Point{X: x + (keyWidth-6)/2, Y: y}, 3)
		c.FillText(words(textSize, k.look.colour), vg.Point{X: x + keyWidth - 2, Y: y - textSize*0.35}, k.name)
		y -= textSize + 4
	}
}

// footprint lists canvas points that a mark covers, dense enough to feel for room.
func footprint(c draw.Canvas, p *plot.Plot, m mark) []vg.Point {
	var xs, ys []float64
	joined := true
	switch m := m.(type) {
	case trail:
		xs, ys = m.xs, m.ys
	case polyline:
		xs, ys = m.xs, m.ys
	case curve:
		xs, ys = m.in(p)
	case dots:
		xs, ys, joined = m.xs, m.ys, false
	case rule:
		if a, ok := at(&c, p, m.at, p.Y.Min); ok && m.upright {
			return line(vg.Point{X: a.X, Y: c.Min.Y}, vg.Point{X: a.X, Y: c.Max.Y})
		}
		if a, ok := at(&c, p, p.X.Min, m.at); ok && !m.upright {
			return line(vg.Point{X: c.Min.X, Y: a.Y}, vg.Point{X: c.Max.X, Y: a.Y})
		}
	case cloud:
		xs, ys, joined = m.xs, m.ys, false
	case spot:
		xs, ys = []float64{m.x}, []float64{m.y}
	case arrow:
		xs, ys = []float64{m.x, m.x + m.dx}, []float64{m.y, m.y + m.dy}
	}
	var out []vg.Point
	for i := range xs {
		q, ok := at(&c, p, xs[i], ys[i])
		if !ok {
			continue
		}
		if n := len(out); n > 0 && i > 0 && joined {
			out = append(out, line(out[n-1], q)...)
		}
		out = append(out, q)
		if len(out) > 4000 {
			break
		}
	}
	return out
}

// line lists points between a and b, some four points apart, neither end among them.
func line(a, b vg.Point) (out []vg.Point) {
	for k, steps := 1, int(math.Min(80, dist(a, b)/4)); k < steps; k++ {
		out = append(out, a.Add(b.Sub(a).Scale(vg.Length(k)/vg.Length(steps))))
	}
	return out
}

func place(c draw.Canvas, p *plot.Plot, a anchor) (vg.Point, bool) {
	coord := func(v float64, axis *plot.Axis, to func(float64) vg.Length) (vg.Length, bool) {
		switch {
		case math.IsInf(v, 1):
			return to(1), true
		case math.IsInf(v, -1):
			return to(0), true
		}
		n := axis.Norm(v)
		return to(n), n >= 0 && n <= 1
	}
	x, ok := coord(a.x, &p.X, c.X)
	y, ok2 := coord(a.y, &p.Y, c.Y)
	return vg.Point{X: x, Y: y}, ok && ok2
}

// beside is the rectangle of a w × h label at an anchor.
func beside(at vg.Point, a anchor, w, h vg.Length) vg.Rectangle {
	reach := labelGap + a.away
	if a.dx != 0 && a.dy != 0 {
		reach *= 0.75
	}
	min := vg.Point{X: at.X - w/2, Y: at.Y - h/2}
	min.X += vg.Length(a.dx) * (w/2 + reach)
	min.Y += vg.Length(a.dy) * (h/2 + reach)
	return vg.Rectangle{Min: min, Max: vg.Point{X: min.X + w, Y: min.Y + h}}
}

func inside(r, of vg.Rectangle) bool {
	return r.Min.X >= of.Min.X && r.Max.X <= of.Max.X && r.Min.Y >= of.Min.Y && r.Max.Y <= of.Max.Y
}

func contains(r vg.Rectangle, p vg.Point) bool {
	return p.X >= r.Min.X && p.X <= r.Max.X && p.Y >= r.Min.Y && p.Y <= r.Max.Y
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

// name writes text into a gap of the longest of lines, level with it where it runs
// most nearly level, away from the marks; it returns the lines with the gap cut out.
func (m *contour) name(c draw.Canvas, p *plot.Plot, lines [][]vg.Point, text string) [][]vg.Point {
	style := words(textSize, grey)
	w, h := style.Width(text)+4, vg.Length(textSize+1)
	var taken []vg.Point
	for _, k := range m.fig.marks {
		if m.fig.steady {
			break
		}
		taken = append(taken, footprint(c, p, k)...)
	}
	bestLine, best, cost := -1, vg.Point{}, math.Inf(1)
	for n, l := range lines {
		if len(l) < 12 {
			continue
		}
		for i := 3; i < len(l)-3; i += 2 {
			q := l[i]
			r := vg.Rectangle{Min: vg.Point{X: q.X - w/2 - 4, Y: q.Y - h/2 - 4}, Max: vg.Point{X: q.X + w/2 + 4, Y: q.Y + h/2 + 4}}
			if !inside(r, c.Rectangle) {
				continue
			}
			d := l[i+3].Sub(l[i-3])
			e := math.Abs(math.Atan2(math.Abs(float64(d.Y)), math.Abs(float64(d.X)))) + 0.002*math.Abs(float64(q.X-c.Center().X))
			for _, t := range taken {
				if contains(r, t) {
					e += 3
				}
			}
			if e < cost-tie {
				bestLine, best, cost = n, q, e
			}
		}
	}
	if bestLine < 0 || cost > 3 {
		return lines
	}
	gap := vg.Rectangle{Min: vg.Point{X: best.X - w/2, Y: best.Y - h/2}, Max: vg.Point{X: best.X + w/2, Y: best.Y + h/2}}
	m.fig.busy = append(m.fig.busy, gap)
	style.XAlign, style.YAlign = draw.XCenter, draw.YAlignment(0)
	c.FillText(style, vg.Point{X: best.X, Y: best.Y - textSize*0.35}, text)
	var out [][]vg.Point
	for _, l := range lines {
		var run []vg.Point
		for _, q := range l {
			if contains(gap, q) {
				out, run = append(out, run), nil
				continue
			}
			run = append(run, q)
		}
		out = append(out, run)
	}
	return slices.DeleteFunc(out, func(l []vg.Point) bool { return len(l) < 2 })
}
