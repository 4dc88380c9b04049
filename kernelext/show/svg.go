package show

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// canvas is a vg.Canvas that writes compact SVG: coordinates in tenths of a point,
// relative and simplified; one group for all that shares a style; and colours that
// a style sheet swaps on dark pages. (gonum's vgsvg writes four times as much.)
type canvas struct {
	w, h   vg.Length
	body   bytes.Buffer
	done   []string // the groups that are complete
	open   string   // attributes of the group that is open
	path   []byte   // a path under way: what follows in the same style is appended
	turn   int      // which way the path turns, if it is filled: 1, −1, 0 unknown
	paint  *palette
	slack  float64
	stack  []state
	drawn  bool
	family string // of the first text; it goes to the root
}

type state struct {
	at     [6]float64 // x' = a x + c y + e, y' = b x + d y + f
	colour color.Color
	width  vg.Length
	dash   []vg.Length
	offset vg.Length
}

func newCanvas(w, h vg.Length) *canvas {
	c := &canvas{w: w, h: h, paint: &palette{}, slack: slack, stack: []state{{at: [6]float64{1, 0, 0, 1, 0, 0}}}}
	vg.Initialize(c)
	return c
}

func (c *canvas) Size() (w, h vg.Length)   { return c.w, c.h }
func (c *canvas) top() *state              { return &c.stack[len(c.stack)-1] }
func (c *canvas) SetLineWidth(w vg.Length) { c.top().width = w }
func (c *canvas) SetColor(clr color.Color) { c.top().colour = clr }
func (c *canvas) Push()                    { c.stack = append(c.stack, *c.top()) }
func (c *canvas) Pop()                     { c.stack = c.stack[:len(c.stack)-1] }
func (c *canvas) Rotate(rad float64)       { s, k := math.Sincos(rad); c.apply(k, s, -s, k, 0, 0) }
func (c *canvas) Translate(p vg.Point)     { c.apply(1, 0, 0, 1, float64(p.X), float64(p.Y)) }
func (c *canvas) Scale(x, y float64)       { c.apply(x, 0, 0, y, 0, 0) }
func (c *canvas) SetLineDash(d []vg.Length, o vg.Length) {
	c.top().dash, c.top().offset = d, o
}

func (c *canvas) apply(a, b, cc, d, e, f float64) {
	m := &c.top().at
	*m = [6]float64{
		m[0]*a + m[2]*b, m[1]*a + m[3]*b,
		m[0]*cc + m[2]*d, m[1]*cc + m[3]*d,
		m[0]*e + m[2]*f + m[4], m[1]*e + m[3]*f + m[5],
	}
}

// place maps to SVG's coordinates, where y points down.
func (c *canvas) place(p vg.Point) point {
	m := c.top().at
	x, y := float64(p.X), float64(p.Y)
	return point{m[0]*x + m[2]*y + m[4], float64(c.h) - (m[1]*x + m[3]*y + m[5])}
}

// scale is the mean enlargement of the current transform, for radii and widths.
func (c *canvas) scale() float64 {
	m := c.top().at
	return math.Sqrt(math.Abs(m[0]*m[3] - m[1]*m[2]))
}

func (c *canvas) Stroke(p vg.Path) {
	s := c.top()
	if s.width <= 0 || len(p) == 0 || invisible(s.colour) {
		return
	}
	attr := c.paint.use("stroke", s.colour, strokeContrast) + ` fill='none' stroke-width='` +
		number(float64(s.width)*c.scale(), 2) + "'"
	if len(s.dash) > 0 {
		var d []string
		for _, l := range s.dash {
			d = append(d, number(float64(l)*c.scale(), 1))
		}
		attr += ` stroke-dasharray='` + strings.Join(d, " ") + "'"
		if s.offset != 0 {
			attr += ` stroke-dashoffset='` + number(float64(s.offset)*c.scale(), 1) + "'"
		}
	}
	c.group(attr)
	c.path = c.data(c.path, p)
}

func (c *canvas) Fill(p vg.Path) {
	first := !c.drawn
	c.drawn = true
	clr := c.top().colour
	if len(p) == 0 || invisible(clr) || first && white(clr) && c.covers(p) {
		return // a white sheet under everything would be a white sheet on a dark page
	}
	c.group(c.paint.use("fill", clr, strokeContrast))
	// Two shapes that turn the same way fill as one path what they fill as two, unless
	// paint on paint is darker.
	turn := turning(p)
	if _, alpha := opaque(clr); alpha < 1 || turn == 0 || turn != c.turn {
		c.flush()
	}
	c.turn = turn
	c.path = c.data(c.path, p)
}

func (c *canvas) FillString(f font.Face, at vg.Point, text string) {
	size := float64(f.Font.Size) * c.scale()
	if size <= 0 || strings.TrimSpace(text) == "" || invisible(c.top().colour) {
		return
	}
	family := fontFamily(f.Font)
	if c.family == "" {
		c.family = family
	}
	attr := c.paint.use("fill", c.top().colour, textContrast) + ` font-size='` + number(size, 2) + "'"
	if family != c.family {
		attr += ` font-family='` + family + "'"
	}
	if f.Font.Weight > 0 {
		attr += ` font-weight='bold'`
	}
	if f.Font.Style != 0 {
		attr += ` font-style='italic'`
	}
	c.group(attr)
	c.flush()
	p := c.place(at)
	x, y := number(p.x, 1), number(p.y, 1)
	fmt.Fprintf(&c.body, `<text x='%s' y='%s'`, x, y)
	if m := c.top().at; m[1] != 0 {
		fmt.Fprintf(&c.body, ` transform='rotate(%s %s %s)'`, number(-math.Atan2(m[1], m[0])*180/math.Pi, 1), x, y)
	}
	c.body.WriteString(">" + escape(text) + "</text>")
}

func (c *canvas) DrawImage(r vg.Rectangle, img image.Image) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		panic("show: a figure's image cannot be a PNG: " + err.Error())
	}
	c.group("")
	c.flush()
	a, b := c.place(r.Min), c.place(r.Max)
	fmt.Fprintf(&c.body, `<image x='%s' y='%s' width='%s' height='%s' preserveAspectRatio='none' image-rendering='pixelated' href='data:image/png;base64,%s'/>`,
		number(math.Min(a.x, b.x), 1), number(math.Min(a.y, b.y), 1), number(math.Abs(b.x-a.x), 1), number(math.Abs(b.y-a.y), 1),
		base64.StdEncoding.EncodeToString(buf.Bytes()))
}

// group makes attr the style of what follows.
func (c *canvas) group(attr string) {
	c.drawn = true
	if attr == c.open {
		return
	}
	c.finish()
	if attr != "" {
		c.body.WriteString("<g " + attr + ">")
	}
	c.open = attr
}

// finish completes the group under way.
func (c *canvas) finish() {
	c.flush()
	if c.open != "" {
		c.body.WriteString("</g>")
	}
	c.open = ""
	if c.body.Len() > 0 {
		c.done = append(c.done, c.body.String()+"\n")
		c.body.Reset()
	}
}

// flush writes the path under way.
func (c *canvas) flush() {
	if len(c.path) > 0 {
		c.body.WriteString("<path d='")
		c.body.Write(c.path)
		c.body.WriteString("'/>")
		c.path = c.path[:0]
	}
}

// covers reports whether p is a rectangle over the whole canvas.
func (c *canvas) covers(p vg.Path) bool {
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, comp := range p {
		switch comp.Type {
		case vg.MoveComp, vg.LineComp:
			q := c.place(comp.Pos)
			lo = point{math.Min(lo.x, q.x), math.Min(lo.y, q.y)}
			hi = point{math.Max(hi.x, q.x), math.Max(hi.y, q.y)}
		case vg.CloseComp:
		default:
			return false
		}
	}
	return lo.x <= 0.1 && lo.y <= 0.1 && hi.x >= float64(c.w)-0.1 && hi.y >= float64(c.h)-0.1
}

func fontFamily(f font.Font) string {
	switch f.Variant {
	case "Sans", "SansSerif":
		return "Liberation Sans,Arial,Helvetica,sans-serif"
	case "Mono":
		return "Liberation Mono,Consolas,Courier New,monospace"
	}
	return "Liberation Serif,Times New Roman,Times,serif"
}

// number prints v with at most digits decimals, and no more than it needs.
func number(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" || s == "" {
		return "0"
	}
	if t, ok := strings.CutPrefix(s, "0."); ok {
		return "." + t
	}
	if t, ok := strings.CutPrefix(s, "-0."); ok {
		return "-." + t
	}
	return s
}

// escape makes text safe in XML and HTML, in elements and in attributes. Control
// characters, which XML cannot hold in any spelling, are dropped.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	return escaper.Replace(s)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
