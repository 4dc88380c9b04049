package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a set of marks in one pair of axes. Its methods change it and return it.
// It belongs to one goroutine, also while it is drawn.
type Figure struct {
	w, h       vg.Length
	sized      bool // by Dims
	title      string
	x, y       axis
	equal      bool // one unit is as long on both axes
	steady     bool // names stay where they are from frame to frame
	marks      []mark
	labels     []label
	styles     map[string]int
	background []mark // drawn first, over the final window
	scale      *heat  // of which a scale is drawn; the last one wins
	tight      bool   // no air around what is drawn
	keys       []key  // names in a list right of the axes
	surface    *surface
	bare       bool // without axes: paper on which a surface stands

	busy []vg.Rectangle // where labels are, while the figure is drawn
}

type axis struct {
	label  string
	log    bool
	lo, hi float64 // NaN: from the marks
	names  []string
}

// mark is something drawn. Marks with an extent widen the window.
type mark interface {
	plot.Plotter
	extent() span
}

// span is a rectangle of data; an empty one has x0 > x1.
type span struct{ x0, x1, y0, y1 float64 }

var nothing = span{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}

// add widens s to hold the point; coordinates that are not finite are left out.
func (s *span) add(x, y float64) {
	if !math.IsInf(x, 0) && !math.IsNaN(x) {
		s.x0, s.x1 = math.Min(s.x0, x), math.Max(s.x1, x)
	}
	if !math.IsInf(y, 0) && !math.IsNaN(y) {
		s.y0, s.y1 = math.Min(s.y0, y), math.Max(s.y1, y)
	}
}

// New returns a figure with plain axes, 14 × 9 cm.
func New() *Figure {
	free := axis{lo: math.NaN(), hi: math.NaN()}
	return &Figure{
		w: 14 * vg.Centimeter, h: 9 * vg.Centimeter,
		x: free, y: free, styles: map[string]int{},
	}
}

// Axes names the axes.
func (f *Figure) Axes(x, y string) *Figure { f.x.label, f.y.label = x, y; return f }

// Title sets a line above the figure; most figures say it in their caption instead.
func (f *Figure) Title(s string) *Figure { f.title = s; return f }

// Window sets what part of the plane is shown, rather than all that is drawn. A NaN
// leaves that side open.
func (f *Figure) Window(x0, x1, y0, y1 float64) *Figure {
	f.x.lo, f.x.hi, f.y.lo, f.y.hi = x0, x1, y0, y1
	return f
}

// LogX makes the x axis logarithmic; what is not positive is not drawn.
func (f *Figure) LogX() *Figure { f.x.log = true; return f }

// LogY makes the y axis logarithmic; what is not positive is not drawn.
func (f *Figure) LogY() *Figure { f.y.log = true; return f }

// Equal makes a unit as long on the y axis as on the x axis. Contours are so anyway.
func (f *Figure) Equal() *Figure { f.equal = true; return f }

// Steady keeps the names of paths in a list right of the axes, and those of levels and
// points where they are whatever the paths: for frames, in which only what the slider moves
// may move. Such a figure needs a Window, too.
func (f *Figure) Steady() *Figure { f.steady = true; return f }

// Dims sets the size in centimetres; a pair side by side is 7 × 6 each.
func (f *Figure) Dims(width, height float64) *Figure {
	f.w, f.h, f.sized = vg.Length(width)*vg.Centimeter, vg.Length(height)*vg.Centimeter, true
	return f
}

// Size returns the width and height of the figure. Equal axes with a window of their
// own make it as narrow as they need, unless Dims has set it.
func (f *Figure) Size() (w, h vg.Length) {
	if f.sized || !f.equal || f.surface != nil || f.x.open() || f.y.open() {
		return f.w, f.h
	}
	p := f.plot()
	c := f.inside(draw.Canvas{Rectangle: vg.Rectangle{Max: vg.Point{X: f.w, Y: f.h}}})
	d := p.DataCanvas(c)
	room, tall := d.Max.X-d.Min.X, d.Max.Y-d.Min.Y
	need := tall * vg.Length((p.X.Max-p.X.Min)/(p.Y.Max-p.Y.Min))
	if need <= room {
		return f.w - room + need, f.h
	}
	return f.w, f.h - tall + room*tall/need
}

const bareLeft = 30 // pt left of a surface, for the scale of the loss

// inside is c without the margins.
func (f *Figure) inside(c draw.Canvas) draw.Canvas {
	if f.bare { // room for the scales along the floor's edges
		return draw.Crop(c, bareLeft, -8-f.margin(), 26, -16)
	}
	return draw.Crop(c, 2, -3-f.margin(), 2, -4)
}

// Add puts any of gonum's plotters into the figure.
func (f *Figure) Add(ps ...plot.Plotter) *Figure {
	for _, p := range ps {
		f.marks = append(f.marks, foreign{p})
	}
	return f
}

type foreign struct{ plot.Plotter }

func (m foreign) extent() span {
	s := nothing
	if r, ok := m.Plotter.(plot.DataRanger); ok {
		s.x0, s.x1, s.y0, s.y1 = r.DataRange()
	}
	return s
}

// Draw draws the figure into c.
func (f *Figure) Draw(c draw.Canvas) {
	if f.surface != nil {
		f.standing().Draw(c)
		return
	}
	p := f.plot()
	f.busy = nil
	c, name := nameLogs(p, f.inside(c))
	if f.equal {
		c = f.square(p, c)
	}
	for _, m := range f.background {
		p.Add(plain{m})
	}
	for _, m := range f.marks {
		p.Add(plain{m})
	}
	p.Draw(c)
	data := p.DataCanvas(c)
	name(data)
	f.drawLabels(data, p)
	if f.scale != nil {
		f.scale.drawScale(data)
	}
}

// plain hides a mark's range from gonum: the window is settled.
type plain struct{ plot.Plotter }

// plot returns gonum's plot with our axes and window, without marks.
func (f *Figure) plot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.Title.Text, p.Title.Padding = f.title, 6
	p.Title.TextStyle = words(textSize+1, ink)
	p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = draw.XCenter, draw.YTop
	s := f.span()
	f.x.set(&p.X, s.x0, s.x1, f.w)
	f.y.set(&p.Y, s.y0, s.y1, f.h)
	if f.bare {
		p.HideAxes()
	}
	return p
}

// span is the window: what was asked for, else what the marks need and a little air.
func (f *Figure) span() span {
	s := nothing
	for _, m := range f.marks {
		e := m.extent()
		s.add(e.x0, e.y0)
		s.add(e.x1, e.y1)
	}
	air := 0.04
	switch {
	case f.tight:
		air = 0
	case f.equal:
		air = 0.14
	}
	f.widen(&s, air)
	s.x0, s.x1 = f.x.limits(s.x0, s.x1, air)
	s.y0, s.y1 = f.y.limits(s.y0, s.y1, air)
	return s
}

// limits settles an axis whose marks need lo to hi, with air on both sides as a share
// of what they need.
func (a axis) limits(lo, hi, air float64) (float64, float64) {
	if lo > hi {
		lo, hi = -1, 1
		if a.log {
			lo, hi = 0.1, 10
		}
	}
	if a.log {
		if lo <= 0 {
			lo = hi * 1e-12
		}
		if hi <= 0 {
			lo, hi = 0.1, 10
		}
		lo, hi = math.Log(lo), math.Log(hi)
	}
	d := (hi - lo) * air
	if hi == lo {
		d = math.Max(math.Abs(lo)*0.1, 0.5)
	}
	l, h := lo-d, hi+d
	if !a.log && air < 0.1 && lo >= 0 && l < 0 { // a quantity that cannot be negative
		l = 0
	}
	if a.log {
		l, h = math.Exp(l), math.Exp(h)
	}
	if !math.IsNaN(a.lo) {
		l = a.lo
	}
	if !math.IsNaN(a.hi) {
		h = a.hi
	}
	if !(l < h) || a.log && l <= 0 {
		panic(fmt.Sprintf("figure: an axis cannot run from %g to %g", l, h))
	}
	return l, h
}

// set gives gonum's axis our look.
func (a axis) set(g *plot.Axis, lo, hi float64, length vg.Length) {
	g.Min, g.Max = lo, hi
	g.Padding = 0
	g.LineStyle = draw.LineStyle{Color: frame, Width: thin}
	g.Tick.LineStyle = g.LineStyle
	g.Tick.Length = 3.5
	xa, ya := g.Tick.Label.XAlign, g.Tick.Label.YAlign
	g.Tick.Label = words(textSize, ink)
	g.Tick.Label.XAlign, g.Tick.Label.YAlign = xa, ya
	g.Label.Text, g.Label.Padding = a.label, 4
	g.Label.TextStyle = words(textSize+0.5, ink)
	g.Label.TextStyle.XAlign, g.Label.TextStyle.YAlign = draw.XCenter, draw.YBottom
	g.Tick.Marker = linearTicks{max(2, min(5, int(length/45)))}
	if a.log {
		g.Scale, g.Tick.Marker = logScale{}, logTicks{}
	}
	if a.names != nil {
		var t plot.ConstantTicks
		for i, n := range a.names {
			t = append(t, plot.Tick{Value: float64(i), Label: n})
		}
		g.Tick.Marker = t
		g.Tick.Length = 0
	}
}

// square makes units equal: an open window grows to fill the canvas, a fixed one
// leaves a part of the canvas empty.
func (f *Figure) square(p *plot.Plot, c draw.Canvas) draw.Canvas {
	for range 2 { // tick labels may widen when the window does
		d := p.DataCanvas(c)
		w, h := float64(d.Max.X-d.Min.X), float64(d.Max.Y-d.Min.Y)
		ux, uy := (p.X.Max-p.X.Min)/w, (p.Y.Max-p.Y.Min)/h
		switch {
		case ux < uy && f.x.open():
			grow(&p.X, uy*w)
		case uy < ux && f.y.open():
			grow(&p.Y, ux*h)
		case ux < uy:
			c = draw.Crop(c, 0, -vg.Length(w*(1-ux/uy)), 0, 0)
		case uy < ux:
			c = draw.Crop(c, 0, 0, vg.Length(h*(1-uy/ux)), 0)
		}
	}
	return c
}

func (a axis) open() bool { return math.IsNaN(a.lo) || math.IsNaN(a.hi) }

func grow(a *plot.Axis, to float64) {
	mid := (a.Min + a.Max) / 2
	a.Min, a.Max = mid-to/2, mid+to/2
}
