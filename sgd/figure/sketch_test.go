package figure

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var update = flag.Bool("update", false, "write testdata/*.svg anew")

// sketch is a canvas for golden files: an SVG with one operation a line, that a
// reviewer can look at and [sameSketch] can compare.
type sketch struct {
	w, h  vg.Length
	out   bytes.Buffer
	stack []pencil
}

type pencil struct {
	colour color.Color
	width  vg.Length
	dash   []vg.Length
	dx, dy vg.Length
	turn   float64
}

func newSketch(w, h vg.Length) *sketch {
	s := &sketch{w: w, h: h, stack: []pencil{{}}}
	fmt.Fprintf(&s.out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0fpt\" height=\"%.0fpt\" viewBox=\"0 0 %.0f %.0f\" font-family=\"Liberation Sans,Arial,sans-serif\">\n",
		float64(w), float64(h), float64(w), float64(h))
	return s
}

func (s *sketch) top() *pencil                            { return &s.stack[len(s.stack)-1] }
func (s *sketch) Size() (w, h vg.Length)                  { return s.w, s.h }
func (s *sketch) SetLineWidth(w vg.Length)                { s.top().width = w }
func (s *sketch) SetLineDash(d []vg.Length, _ vg.Length)  { s.top().dash = d }
func (s *sketch) SetColor(c color.Color)                  { s.top().colour = c }
func (s *sketch) Rotate(rad float64)                      { s.top().turn += rad }
func (s *sketch) Translate(p vg.Point)                    { s.top().dx += p.X; s.top().dy += p.Y }
func (s *sketch) Scale(_, _ float64)                      { panic("figures do not scale") }
func (s *sketch) Push()                                   { s.stack = append(s.stack, *s.top()) }
func (s *sketch) Pop()                                    { s.stack = s.stack[:len(s.stack)-1] }
func (s *sketch) DrawImage(_ vg.Rectangle, _ image.Image) { panic("figures hold no images") }

func (s *sketch) paint() string {
	c := s.top().colour
	if c == nil {
		c = color.Black
	}
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return fmt.Sprintf("rgba(%d,%d,%d,%.2f)", n.R, n.G, n.B, float64(n.A)/255)
}

// at is where p is on paper. Only text is drawn turned, and it stands at its origin.
func (s *sketch) at(p vg.Point) (x, y float64) {
	sin, cos := math.Sincos(s.top().turn)
	return float64(s.top().dx) + float64(p.X)*cos - float64(p.Y)*sin,
		float64(s.h) - float64(s.top().dy) - float64(p.X)*sin - float64(p.Y)*cos
}

func (s *sketch) d(p vg.Path) string {
	var b strings.Builder
	for _, c := range p {
		switch c.Type {
		case vg.MoveComp, vg.LineComp:
			x, y := s.at(c.Pos)
			fmt.Fprintf(&b, "%c%.1f,%.1f", "ML"[c.Type], x, y)
		case vg.ArcComp: // circles, as polygons
			for i := range 13 {
				sin, cos := math.Sincos(c.Start + c.Angle*float64(i)/12)
				x, y := s.at(vg.Point{X: c.Pos.X + c.Radius*vg.Length(cos), Y: c.Pos.Y + c.Radius*vg.Length(sin)})
				fmt.Fprintf(&b, "L%.1f,%.1f", x, y)
			}
		}
	}
	return b.String()
}

func (s *sketch) Stroke(p vg.Path) {
	dash := ""
	for _, d := range s.top().dash {
		dash += fmt.Sprintf("%.1f ", float64(d))
	}
	fmt.Fprintf(&s.out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-dasharray=\"%s\" d=\"%s\"/>\n", s.paint(), float64(s.top().width), dash, s.d(p))
}

func (s *sketch) Fill(p vg.Path) {
	fmt.Fprintf(&s.out, "<path fill=\"%s\" d=\"%s\"/>\n", s.paint(), s.d(p))
}

func (s *sketch) FillString(f font.Face, p vg.Point, text string) {
	x, y := s.at(p)
	fmt.Fprintf(&s.out, "<text fill=\"%s\" font-size=\"%.1f\" transform=\"translate(%.1f,%.1f) rotate(%.0f)\">%s</text>\n",
		s.paint(), float64(f.Font.Size), x, y, -s.top().turn*180/math.Pi, strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text))
}

// drawing is a Figure or Tiles.
type drawing interface {
	Draw(draw.Canvas)
	Size() (w, h vg.Length)
}

func sketched(f drawing) string {
	s := newSketch(f.Size())
	f.Draw(draw.New(s))
	return s.out.String() + "</svg>\n"
}

// golden compares a figure with testdata/name.svg.
func golden(t *testing.T, name string, f drawing) {
	t.Helper()
	got, path := sketched(f), filepath.Join("testdata", name+".svg")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v; look at the figure and run go test -update", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := sameSketch(got, string(want)); err != nil {
		t.Errorf("%s: %v; look at it, and if it is better run go test -update", path, err)
	}
}

// paperSlack is how far apart, in points, two drawings of the same line may be: sums and
// sines differ in their last bits between machines, and a tenth is lost in printing.
const paperSlack = 0.6

// sameSketch compares two sketches operation by operation: the same styles and texts,
// and lines that run within paperSlack of each other.
func sameSketch(got, want string) error {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(g) != len(w) {
		return fmt.Errorf("%d operations, want %d", len(g), len(w))
	}
	for i := range g {
		gs, gp := parts(g[i])
		ws, wp := parts(w[i])
		if gs != ws {
			return fmt.Errorf("line %d is %s, want %s", i+1, gs, ws)
		}
		if d := math.Max(astray(gp, wp), astray(wp, gp)); d > paperSlack {
			return fmt.Errorf("line %d is %.1f pt off: %.200s, want %.200s", i+1, d, g[i], w[i])
		}
	}
	return nil
}

var (
	places = regexp.MustCompile(` d="[^"]*"|translate\([^)]*\)`)
	pair   = regexp.MustCompile(`(-?[\d.]+),(-?[\d.]+)`)
)

// parts splits an operation into its style and its points.
func parts(op string) (style string, points []vg.Point) {
	for _, p := range places.FindAllString(op, -1) {
		for _, m := range pair.FindAllStringSubmatch(p, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			points = append(points, vg.Point{X: vg.Length(x), Y: vg.Length(y)})
		}
	}
	return places.ReplaceAllString(op, ""), points
}

// astray is how far the points of a are from the line through b, at most.
func astray(a, b []vg.Point) float64 {
	worst := 0.0
	for _, p := range a {
		near := math.Inf(1)
		for i := range b {
			q := b[max(i-1, 0)]
			d := b[i].Sub(q)
			t := 0.0
			if l := float64(d.Dot(d)); l > 0 {
				t = math.Max(0, math.Min(1, float64(p.Sub(q).Dot(d))/l))
			}
			near = math.Min(near, dist(p, q.Add(d.Scale(vg.Length(t)))))
		}
		worst = math.Max(worst, near)
	}
	return worst
}

func TestSketchesThatDiffer(t *testing.T) {
	base := sketched(New().Line("SGD", nil, []float64{1, 2, 3}))
	for name, f := range map[string]*Figure{
		"colour": New().Line("momentum", nil, []float64{1, 2, 3}),
		"shape":  New().Line("SGD", nil, []float64{1, 2.05, 3}),
		"more":   New().Line("SGD", nil, []float64{1, 2, 3}).Level("", 2),
		"label":  New().Line("SGD", nil, []float64{1, 2, 3}).Axes("x", ""),
	} {
		if err := sameSketch(sketched(f), base); err == nil {
			t.Errorf("%s: not seen", name)
		}
	}
	if err := sameSketch(sketched(New().Line("SGD", nil, []float64{1, 2.001, 3})), base); err != nil {
		t.Error(err)
	}
}
