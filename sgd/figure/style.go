package figure

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Okabe and Ito's palette, "Color Universal Design" (2008): told apart with every
// common kind of colour vision.
var (
	vermillion = color.RGBA{0xD5, 0x5E, 0x00, 0xff}
	blue       = color.RGBA{0x00, 0x72, 0xB2, 0xff}
	green      = color.RGBA{0x00, 0x9E, 0x73, 0xff}
	purple     = color.RGBA{0xCC, 0x79, 0xA7, 0xff}
	orange     = color.RGBA{0xE6, 0x9F, 0x00, 0xff}
	sky        = color.RGBA{0x56, 0xB4, 0xE9, 0xff}

	ink   = color.RGBA{0x33, 0x33, 0x33, 0xff} // text, dots, predicted values
	frame = color.RGBA{0x77, 0x77, 0x77, 0xff} // axes
	ring  = color.RGBA{0xb4, 0xb4, 0xb4, 0xff} // contours
	grey  = color.RGBA{0x76, 0x76, 0x76, 0xff} // labels of contours
	paper = color.RGBA{0xff, 0xff, 0xff, 0xff} // inside of open glyphs
)

const (
	textSize  = 10 // pt
	pathWidth = 1.2
	thin      = 0.6
)

// look is how the marks of one method are drawn.
type look struct {
	colour color.RGBA
	dash   []vg.Length
	glyph  draw.GlyphDrawer
}

var looks = []look{
	{vermillion, nil, disc{}},
	{blue, []vg.Length{7, 2.5}, box{}},
	{green, []vg.Length{8, 2, 1.5, 2}, wedge{}},
	{purple, []vg.Length{3, 2}, diamond{}},
	{orange, []vg.Length{10, 2, 3, 2}, kite{}},
	{sky, []vg.Length{1.5, 2}, cross{}},
	{ink, []vg.Length{5, 5}, plus{}},
}

// Methods lists the words that give a curve or path its style in every figure of the
// course; the first that a name contains counts.
var Methods = []struct {
	Word string
	look int
}{
	{"nesterov", 3}, {"momentum", 2}, {"heavy ball", 2}, {"adam", 4}, {"newton", 6},
	{"minibatch", 5}, {"mini-batch", 5}, {"sgd", 0}, {"stochastic", 0},
	{"batch", 1}, {"gd", 1}, {"gradient descent", 1},
}

// lookOf returns the style of a name: the same one each time in a figure, its
// method's if that is free.
func (f *Figure) lookOf(name string) look {
	if i, ok := f.styles[name]; ok {
		return looks[i]
	}
	taken := make([]bool, len(looks))
	for _, i := range f.styles {
		taken[i] = true
	}
	pick := -1
	lower := strings.ToLower(name)
	for _, m := range Methods {
		if strings.Contains(lower, m.Word) {
			if !taken[m.look] {
				pick = m.look
			}
			break
		}
	}
	for i := 0; pick < 0 && i < len(looks); i++ {
		if !taken[i] {
			pick = i
		}
	}
	if pick < 0 {
		pick = len(f.styles) % len(looks)
	}
	f.styles[name] = pick
	return looks[pick]
}

func face(size float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
}

func words(size float64, c color.Color) text.Style {
	return text.Style{Color: c, Font: face(size), Handler: plot.DefaultTextHandler}
}

func (l look) line() draw.LineStyle {
	return draw.LineStyle{Color: l.colour, Width: pathWidth, Dashes: l.dash}
}

// faded is c with an opacity.
func faded(c color.RGBA, alpha float64) color.Color {
	return color.NRGBA{c.R, c.G, c.B, uint8(alpha*255 + 0.5)}
}

// The glyphs. gonum's own are outlines for some shapes and filled for others; these
// are all filled, so that an open one can mean a start.
type (
	disc    struct{}
	box     struct{}
	wedge   struct{}
	diamond struct{}
	kite    struct{}
	cross   struct{}
	plus    struct{}
)

func outline(at vg.Point, r vg.Length, corners ...float64) vg.Path {
	var p vg.Path
	for i := 0; i < len(corners); i += 2 {
		q := vg.Point{X: at.X + r*vg.Length(corners[i]), Y: at.Y + r*vg.Length(corners[i+1])}
		if i == 0 {
			p.Move(q)
		} else {
			p.Line(q)
		}
	}
	p.Close()
	return p
}

func (disc) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) { c.Fill(discPath(at, s.Radius)) }
func (box) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.Fill(outline(at, s.Radius, -.88, -.88, .88, -.88, .88, .88, -.88, .88))
}
func (wedge) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.Fill(outline(at, s.Radius, 0, 1.2, -1.1, -.8, 1.1, -.8))
}
func (diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.Fill(outline(at, s.Radius, 0, 1.25, -1.25, 0, 0, -1.25, 1.25, 0))
}
func (kite) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.Fill(outline(at, s.Radius, 0, -1.2, -1.1, .8, 1.1, .8))
}
func (cross) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.Fill(outline(at, s.Radius, -1, -.6, -.6, -1, 0, -.4, .6, -1, 1, -.6, .4, 0, 1, .6, .6, 1, 0, .4, -.6, 1, -1, .6, -.4, 0))
}
func (plus) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.Fill(outline(at, s.Radius, -.3, -1.1, .3, -1.1, .3, -.3, 1.1, -.3, 1.1, .3, .3, .3, .3, 1.1, -.3, 1.1, -.3, .3, -1.1, .3, -1.1, -.3, -.3, -.3))
}

func discPath(at vg.Point, r vg.Length) vg.Path {
	var p vg.Path
	p.Move(vg.Point{X: at.X + r, Y: at.Y})
	p.Arc(at, r, 0, 2*3.141592653589793)
	p.Close()
	return p
}

// glyph draws a filled glyph.
func (l look) mark(c *draw.Canvas, at vg.Point, r vg.Length) {
	c.DrawGlyph(draw.GlyphStyle{Color: l.colour, Radius: r, Shape: l.glyph}, at)
}
