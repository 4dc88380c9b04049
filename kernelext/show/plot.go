package show

import (
	"fmt"
	"hash/fnv"
	"strings"
	"sync"

	"downhill/kernelext/show/wire"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Drawer is a figure: gonum's *plot.Plot, or one of sgd/figure. One that also has
// Size() (w, h vg.Length) says how large it wants to be; others are 14 × 9 cm.
type Drawer interface {
	Draw(draw.Canvas)
}

// Option says something about an output: its caption, its alt text, its size.
type Option func(*settings)

type settings struct {
	caption, alt string
	w, h         vg.Length
}

// Caption sets the line under an output: what it claims, the setting, the seed.
func Caption(text string) Option { return func(s *settings) { s.caption = text } }

// Alt says what somebody sees who looks at the figure, for those who cannot.
func Alt(text string) Option { return func(s *settings) { s.alt = text } }

// Size sets the size of a figure in centimetres.
func Size(width, height float64) Option {
	return func(s *settings) {
		s.w, s.h = vg.Length(width)*vg.Centimeter, vg.Length(height)*vg.Centimeter
	}
}

// MIME types of ours. A notebook stores the JSON beside what people see, for
// programs: the site, graders, tests.
const (
	figureMIME = "application/vnd.downhill.figure+json"
	tableMIME  = "application/vnd.downhill.table+json"
)

// figureData is the content of figureMIME. Sizes are in centimetres.
type figureData struct {
	ID      string  `json:"id"`
	Caption string  `json:"caption"`
	Alt     string  `json:"alt"`
	Width   float64 `json:"width"`
	Height  float64 `json:"height"`
}

// Plot shows a figure in the cell's output. In a program that no notebook runs it
// writes an SVG file and says where. It panics, so that the cell fails, when the
// kernel did not confirm that the figure arrived.
func Plot(d Drawer, opts ...Option) {
	fig := render(d, opts)
	emit(map[string]any{
		"image/svg+xml": fig.svg,
		figureMIME:      mustJSON(fig.figureData),
		"text/html":     fig.html(),
		"text/plain":    plainText(fig.Caption, fig.Alt),
	}, fig.file(".svg"))
}

// SVG returns the drawing that [Plot] shows.
func SVG(d Drawer, opts ...Option) []byte { return []byte(render(d, opts).svg) }

type figure struct {
	svg string
	figureData
}

func render(d Drawer, opts []Option) figure {
	s := settled(d, opts)
	var c *canvas
	var drawn string
	coarsened(figureBudget, func(slack float64) int {
		c = newCanvas(s.w, s.h)
		c.slack = slack
		drawInto(c, d)
		drawn = strings.Join(c.done, "")
		return len(drawn)
	})
	data := figureData{
		ID:      identify(drawn, s.caption, s.alt),
		Caption: s.caption, Alt: s.alt,
		Width: round2(s.w), Height: round2(s.h),
	}
	return figure{svg: c.head(data) + c.paint.sheet("#"+data.ID) + drawn + "</svg>\n", figureData: data}
}

// settled returns the settings of an output whose size d may know.
func settled(d Drawer, opts []Option) settings {
	s := settings{w: 14 * vg.Centimeter, h: 9 * vg.Centimeter}
	if sized, ok := d.(interface{ Size() (w, h vg.Length) }); ok {
		s.w, s.h = sized.Size()
	}
	for _, o := range opts {
		o(&s)
	}
	return s
}

// Budgets in bytes: what a notebook with thirty figures can bear, and a page that
// somebody opens on a telephone. Drawings beyond them are drawn again with coarser
// lines, as far as that helps.
const (
	figureBudget = 57 << 10  // beside the lines there are colours and words: 60 KB in all
	framesBudget = 290 << 10 // and here scripts, too: 300 KB
)

// coarsened draws with more and more slack until what it draws is within the budget.
func coarsened(budget int, draw func(slack float64) (size int)) {
	size := draw(slack)
	for s := 2 * slack; size > budget && s <= coarsest; s *= 1.6 {
		size = draw(s)
	}
}

func drawInto(c *canvas, d Drawer) {
	d.Draw(draw.New(c))
	c.finish()
}

func round2(l vg.Length) float64 { return float64(int(float64(l/vg.Centimeter)*100+0.5)) / 100 }

// head opens an SVG that stands on its own.
func (c *canvas) head(f figureData) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns='http://www.w3.org/2000/svg' id='%s' role='img' aria-labelledby='%s-t %s-d' width='%scm' height='%scm' viewBox='0 0 %s %s'`,
		f.ID, f.ID, f.ID, number(f.Width, 2), number(f.Height, 2), number(float64(c.w), 1), number(float64(c.h), 1))
	if c.family != "" {
		b.WriteString(` font-family='` + c.family + "'")
	}
	title := f.Caption
	if title == "" {
		title = "Figure"
	}
	fmt.Fprintf(&b, ">\n<title id='%s-t'>%s</title>\n<desc id='%s-d'>%s</desc>\n", f.ID, escape(title), f.ID, escape(f.Alt))
	return b.String()
}

var (
	idMu sync.Mutex
	seen = map[string]int{}
)

// identify derives an id from what is shown, so that the same cell gives the same
// file every time; a second copy in one cell gets a number.
func identify(parts ...string) string {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	id := fmt.Sprintf("fig-%012x", h.Sum64()>>16)
	idMu.Lock()
	defer idMu.Unlock()
	seen[id]++
	if n := seen[id]; n > 1 {
		id = fmt.Sprintf("%s-%d", id, n)
	}
	return id
}

func (f figure) html() string {
	alt := f.Alt
	if alt == "" {
		alt = f.Caption
	}
	width := number(f.Width, 2) + "cm"
	return `<figure style="margin:.5em 0 1em"><img alt="` + escape(alt) + `" src="` + dataURI(f.svg) +
		`" style="width:` + width + `;max-width:100%;height:auto">` + figcaption(f.Caption, width) + "</figure>"
}

// figcaption is quieter than the text around it on any page: it fades what colour
// there is, rather than choose one.
func figcaption(text, width string) string {
	if text == "" {
		return ""
	}
	return `<figcaption style="max-width:` + width + `;font-size:90%;opacity:.8;margin-top:.3em">` + escape(text) + `</figcaption>`
}

// dataURI quotes an SVG for a double-quoted src attribute. Percent signs cost less
// than base64 here, and leave the text searchable.
func dataURI(svg string) string {
	return "data:image/svg+xml," + uriQuoter.Replace(svg)
}

var uriQuoter = strings.NewReplacer("%", "%25", "#", "%23", "<", "%3C", ">", "%3E", `"`, "%22", "&", "%26", "\n", "%0A")

func plainText(caption, alt string) string {
	switch {
	case caption == "" && alt == "":
		return "[figure]"
	case caption == "":
		return "[figure] " + alt
	case alt == "":
		return "[figure] " + caption
	}
	return "[figure] " + caption + "\n" + alt
}

func mustJSON(v any) any {
	out, err := wire.JSON(v)
	if err != nil {
		panic("show: " + err.Error())
	}
	return out
}
