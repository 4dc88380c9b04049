package show

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawing is a figure made by a function.
type drawing func(c draw.Canvas)

func (d drawing) Draw(c draw.Canvas) { d(c) }

func rect(x0, y0, x1, y1 vg.Length) vg.Path {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}.Path()
}

func gonumPlot(t *testing.T) *plot.Plot {
	t.Helper()
	p := plot.New()
	p.Title.Text = "a <title> & more"
	l, s, err := plotter.NewLinePoints(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 2}, {X: 2, Y: 1}})
	if err != nil {
		t.Fatal(err)
	}
	p.Add(l, s, plotter.NewGrid())
	p.Y.Label.Text = "turned"
	return p
}

const evil = `"'><script>alert(1)</script>&amp;` + "\x00\x1b\xff"

func TestSVGIsWellFormed(t *testing.T) {
	svg := SVG(gonumPlot(t), Caption(evil), Alt(evil))
	if other := SVG(gonumPlot(t), Size(7, 6)); !bytes.Contains(other, []byte("width='7cm' height='6cm'")) {
		t.Errorf("not 7 × 6 cm: %.200s", other)
	}
	dec := xml.NewDecoder(bytes.NewReader(svg))
	ids, texts := map[string]bool{}, ""
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == "script" {
				t.Error("a caption became a script")
			}
			for _, a := range tok.Attr {
				if a.Name.Local == "id" {
					if ids[a.Value] {
						t.Errorf("id %s twice", a.Value)
					}
					ids[a.Value] = true
				}
			}
		case xml.CharData:
			texts += string(tok)
		}
	}
	for _, want := range []string{"role='img'", "width='14cm'", "height='9cm'", "<title", "<desc", "rotate(-90"} {
		if !bytes.Contains(svg, []byte(want)) {
			t.Errorf("no %s in %s", want, svg)
		}
	}
	if !strings.Contains(texts, "a <title> & more") || !strings.Contains(texts, `"'><script>alert(1)</script>&amp;`) {
		t.Errorf("texts came out as %q", texts)
	}
	labels := regexp.MustCompile(`aria-labelledby='(\S+) (\S+)'`).FindSubmatch(svg)
	if labels == nil || !ids[string(labels[1])] || !ids[string(labels[2])] {
		t.Errorf("labelled by %q, ids are %v", labels, ids)
	}
}

func TestSameFigureSameBytes(t *testing.T) {
	seen = map[string]int{}
	a := SVG(gonumPlot(t), Caption("x"))
	second := SVG(gonumPlot(t), Caption("x"))
	seen = map[string]int{} // the next run of the cell
	b := SVG(gonumPlot(t), Caption("x"))
	if !bytes.Equal(a, b) {
		t.Error("another run gives another file")
	}
	if bytes.Equal(a, second) || !bytes.Equal(regexp.MustCompile(`(fig-[0-9a-f]{12})-2`).ReplaceAll(second, []byte("$1")), a) {
		t.Error("a second copy in one cell must differ in its id, and only there")
	}
}

func TestPathsKeepTheirPlace(t *testing.T) {
	for _, c := range []struct {
		name string
		draw func(c draw.Canvas)
		want string
	}{
		{"y points down", func(c draw.Canvas) { c.StrokeLine2(draw.LineStyle{Width: 1}, 10, 10, 20, 40) }, `M10 90l10-30'`},
		{"to the nearest tenth", func(c draw.Canvas) { c.StrokeLine2(draw.LineStyle{Width: 1}, 10.06, 10, 20.14, 40) }, `M10.1 90l10-30'`},
		{"same turn, one path", func(c draw.Canvas) { c.SetColor(color.Black); c.Fill(rect(1, 1, 2, 2)); c.Fill(rect(4, 4, 6, 6)) }, `zM4 96`},
		{"against the turn, two", func(c draw.Canvas) {
			c.SetColor(color.Black)
			c.Fill(rect(1, 1, 9, 9))
			c.Fill(rect(6, 4, 4, 6))
		}, `z'/><path d='M6 96`},
		{"paint on paint, two", func(c draw.Canvas) {
			c.SetColor(color.NRGBA{A: 100})
			c.Fill(rect(1, 1, 9, 9))
			c.Fill(rect(4, 4, 6, 6))
		}, `z'/><path d='M4 96`},
		{"level and upright", func(c draw.Canvas) {
			c.StrokeLines(draw.LineStyle{Width: 1}, []vg.Point{{X: 1, Y: 1}, {X: 5, Y: 1}, {X: 5, Y: 9}})
		}, `M1 99h4v-8'`},
		{"straight is straight", func(c draw.Canvas) {
			c.StrokeLines(draw.LineStyle{Width: 1}, []vg.Point{{X: 0, Y: 0}, {X: 1, Y: 1.01}, {X: 2, Y: 2}, {X: 3.5, Y: 3.5}})
		}, `M0 100l3.5-3.5'`},
		{"moved and turned", func(c draw.Canvas) {
			c.Push()
			c.Translate(vg.Point{X: 50, Y: 50})
			c.Rotate(math.Pi / 2)
			c.StrokeLine2(draw.LineStyle{Width: 1}, 0, 0, 10, 0)
			c.Pop()
		}, `M50 50v-10'`},
		{"scaled", func(c draw.Canvas) {
			c.Push()
			c.Scale(2, 2)
			c.StrokeLine2(draw.LineStyle{Width: 1}, 0, 0, 10, 0)
			c.Pop()
		}, `stroke-width='2'`},
		{"a whole circle", func(c draw.Canvas) {
			var p vg.Path
			p.Arc(vg.Point{X: 50, Y: 50}, 10, 0, 2*math.Pi)
			c.SetColor(color.Black)
			c.Fill(p)
		}, `M60 50a10 10 0 0 0-20 0a10 10 0 0 0 20 0'`},
		{"a curve", func(c draw.Canvas) {
			var p vg.Path
			p.Move(vg.Point{})
			p.CubeTo(vg.Point{X: 1}, vg.Point{X: 2, Y: 1}, vg.Point{X: 3, Y: 3})
			c.SetLineWidth(1)
			c.Stroke(p)
		}, `M0 100c1 0 2-1 3-3'`},
	} {
		svg := string(SVG(drawing(c.draw), func(s *settings) { s.w, s.h = 100, 100 }))
		if !strings.Contains(svg, c.want) {
			t.Errorf("%s: no %s in %s", c.name, c.want, svg)
		}
	}
}

func TestSimplifyStaysClose(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var line []point
	p := point{}
	for range 3000 {
		p = point{p.x + r.Float64(), p.y + r.NormFloat64()*0.1}
		line = append(line, p)
	}
	short := simplify(line, slack)
	if len(short) > len(line)*3/4 || short[0] != line[0] || short[len(short)-1] != line[len(line)-1] {
		t.Fatalf("%d of %d points, from %v to %v", len(short), len(line), short[0], short[len(short)-1])
	}
	for _, q := range line {
		near := math.Inf(1)
		for i := 1; i < len(short); i++ {
			near = math.Min(near, off(q, short[i-1], short[i]))
		}
		if near > slack {
			t.Fatalf("%v is %g from the simplified line", q, near)
		}
	}
}

// walk is a figure of a long random walk.
func walk(seed uint64, n int) Drawer {
	r := rand.New(rand.NewPCG(seed, 1))
	pts := []vg.Point{{X: 200, Y: 120}}
	for len(pts) < n {
		q := pts[len(pts)-1]
		pts = append(pts, vg.Point{X: q.X + vg.Length(r.NormFloat64()), Y: q.Y + vg.Length(r.NormFloat64())})
	}
	return drawing(func(c draw.Canvas) { c.StrokeLines(draw.LineStyle{Width: 1}, pts) })
}

func TestBudgets(t *testing.T) {
	field := make(plotter.XYs, 0)
	for i := range 400 {
		field = append(field, plotter.XY{X: math.Cos(float64(i)), Y: math.Sin(1.1 * float64(i))})
	}
	p := gonumPlot(t)
	s, err := plotter.NewScatter(field)
	if err != nil {
		t.Fatal(err)
	}
	p.Add(s)
	for name, f := range map[string]Drawer{"scatter": p, "walk of 1,000": walk(1, 1000), "walk of 10,000": walk(2, 10000)} {
		if n := len(SVG(f)); n > 60<<10 {
			t.Errorf("%s: %d bytes", name, n)
		} else {
			t.Logf("%s: %d bytes", name, n)
		}
	}
	d := explore([]Slider{{Label: "η", Values: make([]string, 8)}, {Label: "β", Values: make([]string, 8)}}, func(i ...int) State {
		return State{Figure: walk(uint64(i[0]*8+i[1]), 400)}
	}, nil)
	raw, err := json.Marshal(d.framesData)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(raw) + len(d.stills) + len(d.html(d.stills)); n > 300<<10 {
		t.Errorf("an explorable of 64 walks has %d bytes", n)
	} else {
		t.Logf("an explorable of 64 walks has %d bytes", n)
	}
}

func TestColoursCanBeReadOnBothPages(t *testing.T) {
	paper := rgb{1, 1, 1}
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		c := rgb{r.Float64(), r.Float64(), r.Float64()}
		if got := contrast(darken(c, textContrast), paper); got < textContrast {
			t.Errorf("text in %v: %.2f on white", c, got)
		}
		if got := contrast(invert(c, textContrast), dark); got < textContrast {
			t.Errorf("text in %v: %.2f on dark", c, got)
		}
	}
	if got := contrast(rgb{}, paper); math.Abs(got-21) > 1e-9 {
		t.Errorf("black on white is %g, not 21", got)
	}
	var svg = string(SVG(drawing(func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(rect(0, 0, 400, 300)) // the sheet
		c.SetColor(color.Black)
		c.Fill(rect(10, 10, 20, 20))
		c.SetColor(color.White)
		c.Fill(rect(10, 10, 12, 12))
	})))
	if n := strings.Count(svg, "<path"); n != 2 {
		t.Errorf("%d paths; the white sheet is to go and the white dot to stay: %s", n, svg)
	}
	id := regexp.MustCompile(`id='(fig-[^']+)'`).FindStringSubmatch(svg)[1]
	for _, rule := range regexp.MustCompile(`[^{}]+\{(fill|stroke):`).FindAllString(svg, -1) {
		if !strings.HasPrefix(rule, "#"+id+" .") {
			t.Errorf("rule %q reaches other figures", rule)
		}
	}
}

func TestImageInHTMLIsTheSVG(t *testing.T) {
	f := render(gonumPlot(t), []Option{Caption("100% of <b> #1"), Alt("a 'quoted' \"alt\"")})
	src := regexp.MustCompile(`src="data:image/svg\+xml,([^"]*)"`).FindStringSubmatch(f.html())
	if src == nil {
		t.Fatal(f.html())
	}
	back, err := url.PathUnescape(src[1])
	if err != nil {
		t.Fatal(err)
	}
	if back != f.svg {
		t.Errorf("the image is\n%s\nthe SVG\n%s", back, f.svg)
	}
	if !strings.Contains(f.html(), `alt="a &#39;quoted&#39; &#34;alt&#34;"`) {
		t.Error(f.html())
	}
}

func TestFilesOutsideANotebook(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "figures")
	t.Setenv("DOWNHILL_FIGURES", dir)
	written = 0
	Plot(gonumPlot(t), Caption("SGD zig-zags: α = 0.4, ../../etc"))
	Plot(gonumPlot(t))
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if fmt.Sprint(names) != "[01-sgd-zig-zags-0-4-etc.svg 02-figure.svg]" {
		t.Errorf("files are %v", names)
	}
	t.Setenv("DOWNHILL_FIGURES", filepath.Join(dir, names[0]))
	Plot(gonumPlot(t)) // a folder that cannot be: a line on stderr and no panic
}

func TestTableRefusesLongRows(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a row of two cells fits one column")
		}
	}()
	Table([]string{"a"}, []Row{{1, 2}})
}
