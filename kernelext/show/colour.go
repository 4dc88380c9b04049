package show

import (
	"fmt"
	"image/color"
	"math"
	"strings"
)

// Contrast that a colour must have with the page, after WCAG 2.1: text 4.5 (1.4.3),
// lines and glyphs 3 (1.4.11).
const (
	textContrast   = 4.5
	strokeContrast = 3.0
)

// dark is the darkest page we care for (JupyterLab's dark theme is #111).
var dark = rgb{0x11 / 255.0, 0x11 / 255.0, 0x11 / 255.0}

type rgb [3]float64

// palette hands out a class for each colour and use, and writes the style sheet that
// changes it on dark pages. Without that sheet the attributes still hold: CSS wins
// over attributes where there is CSS.
type palette struct {
	rules []string
	class map[string]string
}

// use returns the attributes that paint what ("fill" or "stroke") with c.
func (p *palette) use(what string, c color.Color, contrast float64) string {
	light, alpha := opaque(c)
	night := invert(light, contrast)
	if contrast == textContrast {
		light = darken(light, contrast)
	}
	key := what + hex(light) + hex(night)
	name, ok := p.class[key]
	if !ok {
		if p.class == nil {
			p.class = map[string]string{}
		}
		name = "c" + fmt.Sprint(len(p.class))
		p.class[key] = name
		if night != light {
			p.rules = append(p.rules, "."+name+"{"+what+":"+hex(night)+"}")
		}
	}
	attr := "class='" + name + "' " + what + "='" + hex(light) + "'"
	if alpha < 0.995 {
		attr += " " + what + "-opacity='" + number(alpha, 2) + "'"
	}
	return attr
}

// sheet returns the style element of a figure, its rules bound to what scope selects
// (the figure's id) so that several figures in one page keep to themselves.
func (p *palette) sheet(scope string) string {
	if len(p.rules) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<style>@media (prefers-color-scheme:dark){")
	for _, r := range p.rules {
		b.WriteString(scope + " " + r)
	}
	b.WriteString("}</style>\n")
	return b.String()
}

// opaque splits c into a colour and its opacity.
func opaque(c color.Color) (rgb, float64) {
	if c == nil {
		return rgb{}, 1
	}
	r, g, b, a := c.RGBA()
	if a == 0 {
		return rgb{}, 0
	}
	f := float64(a)
	return rgb{float64(r) / f, float64(g) / f, float64(b) / f}, f / 0xffff
}

func invisible(c color.Color) bool {
	_, a := opaque(c)
	return a == 0
}

func white(c color.Color) bool {
	l, a := opaque(c)
	return a == 1 && l == rgb{1, 1, 1}
}

func hex(c rgb) string {
	v := [3]int{}
	for i, x := range c {
		v[i] = int(math.Round(x * 255))
	}
	s := fmt.Sprintf("#%02x%02x%02x", v[0], v[1], v[2])
	if s[1] == s[2] && s[3] == s[4] && s[5] == s[6] {
		return "#" + s[1:2] + s[3:4] + s[5:6]
	}
	return s
}

// luminance is WCAG's relative luminance of an sRGB colour.
func luminance(c rgb) float64 {
	lin := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c[0]) + 0.7152*lin(c[1]) + 0.0722*lin(c[2])
}

func contrast(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func mix(a, b rgb, t float64) rgb {
	for i := range a {
		a[i] += t * (b[i] - a[i])
	}
	return a
}

// darken moves c towards black until it can be read on white.
func darken(c rgb, want float64) rgb {
	for t := 0.0; t < 1; t += 0.05 {
		if m := mix(c, rgb{}, t); contrast(m, rgb{1, 1, 1}) >= want {
			return m
		}
	}
	return rgb{}
}

// invert is the colour that does on a dark page what c does on a white one: greys
// turn over, so that faint stays faint and strong strong; hues stay, lightened as
// far as they need to be seen.
func invert(c rgb, want float64) rgb {
	hi, lo := max(c[0], c[1], c[2]), min(c[0], c[1], c[2])
	if hi-lo < 0.04 {
		g := 1 - (hi+lo)/2
		g = dark[0] + g*(0xe8/255.0-dark[0])
		return rgb{g, g, g}
	}
	for t := 0.0; t < 1; t += 0.05 {
		if m := mix(c, rgb{1, 1, 1}, t); contrast(m, dark) >= want+1.5 {
			return m
		}
	}
	return rgb{1, 1, 1}
}
