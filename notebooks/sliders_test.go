package notebooks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"downhill/kernelext/site"
	"downhill/sgd"
	"downhill/sgd/loss"
)

// slack is how far a drawn path may be from the numbers, in points: show draws a path to a third of a point, and rounds to a tenth.
const slack = 0.5

// steered is a figure of the course with sliders, and the path that the library takes at a setting of them.
type steered struct {
	page, cell string // the cell by its id
	colour     string // of the path
	at         [][]int
	path       func(at []int) (x [][]float64, note string)
}

func descend(t *testing.T, d sgd.Descent, f sgd.Objective, start []float64, steps int) [][]float64 {
	t.Helper()
	tr, err := d.Record(context.Background(), f, start, steps)
	if err != nil {
		t.Fatal(err)
	}
	return tr.X
}

func distance(a, b []float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func figures(t *testing.T) []steered {
	valley := loss.Spectrum(1, 6).Rotate(0.5)
	points := &loss.TwoPoints{P: []float64{1, 1}, Q: []float64{5, 3}}
	ravine := loss.Spectrum(1, 100)
	return []steered{
		{"00-start", "first-descent", "#0072b2", [][]int{{0}, {17}, {32}}, func(at []int) ([][]float64, string) {
			x := descend(t, sgd.Descent{LR: sgd.Const(0.01 * float64(at[0]+1))}, valley, []float64{-2.5, 0.5}, 25)
			return x, fmt.Sprintf("after 25 steps %.3g from the minimum", math.Hypot(x[25][0], x[25][1]))
		}},
		{"02-two-points", "slider", "#d55e00", [][]int{{0}, {4}, {9}, {13}, {18}}, func(at []int) ([][]float64, string) {
			α := 0.05 * float64(at[0]+1)
			x := descend(t, sgd.Descent{LR: sgd.Const(α), Batch: sgd.InOrder(1)}, points, []float64{2, 6}, 4000)
			return x[:31], fmt.Sprintf("after 4,000 steps: %.3f from the midpoint;", distance(x[4000], []float64{3, 2}))
		}},
		{"05-learning-rate", "regimes", "#0072b2", [][]int{{0}, {4}, {9}, {16}, {19}, {20}}, func(at []int) ([][]float64, string) {
			x := descend(t, sgd.Descent{LR: sgd.Const(0.1 * float64(at[0]+1))}, loss.Spectrum(1), []float64{1}, 20)
			var walk [][]float64
			for _, θ := range x {
				walk = append(walk, []float64{θ[0], θ[0] * θ[0] / 2})
			}
			return walk, fmt.Sprintf("after 20 steps θ = %.3g", x[20][0])
		}},
		{"07-momentum", "slider", "#009e73", [][]int{{0}, {10}, {18}, {24}}, func(at []int) ([][]float64, string) {
			d := sgd.Descent{Rule: &sgd.SGD{Momentum: 0.04 * float64(at[0])}, LR: sgd.Const(0.015)}
			x := descend(t, d, ravine, []float64{10, 1}, 60)
			return x, fmt.Sprintf("after 60 steps %.3f from the minimum", math.Hypot(x[60][0], x[60][1]))
		}},
	}
}

// The path under a slider is the one that the library takes at that setting: on the page that a reader has, opened from
// a file, with the network off and no kernel anywhere.
func TestSlidersShowTheLibrarysNumbers(t *testing.T) {
	pages, dir := course(t), t.TempDir()
	if err := site.Write(dir, "downhill", pages); err != nil {
		t.Fatal(err)
	}
	var requests bytes.Buffer
	steer := map[string]steered{}
	asked := 0
	for _, s := range figures(t) {
		asked += len(s.at)
		steer[s.page+".html"] = s
		request := map[string]any{"page": s.page + ".html", "cell": cellOf(pages, s.page, s.cell), "at": s.at}
		if err := json.NewEncoder(&requests).Encode(request); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	for _, line := range inBrowser(t, requests.String(), "testdata/sliders.py", dir, t.ArtifactDir()) {
		var drawn struct {
			Page, Note, SVG string
			At              []int
			Says            []string
		}
		if err := json.Unmarshal(line, &drawn); err != nil {
			t.Fatalf("%v: %.300s", err, line)
		}
		seen++
		want, note := steer[drawn.Page].path(drawn.At)
		where := fmt.Sprintf("%s at %v", drawn.Page, drawn.Says)
		if !strings.Contains(drawn.Note, note) {
			t.Errorf("%s: the page says %q, the library %q", where, drawn.Note, note)
		}
		got, err := readDrawing(drawn.SVG, steer[drawn.Page].colour)
		if err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		if far, why := got.far(want); far > slack {
			t.Errorf("%s: %s", where, why)
		}
		if off, _ := got.far(nudged(want)); off <= slack {
			t.Errorf("%s: a path that ends elsewhere would pass too", where)
		}
	}
	if seen != asked {
		t.Errorf("%d settings were looked at, want %d", seen, asked)
	}
}

// nudged is the path with one place of it somewhere else.
func nudged(path [][]float64) [][]float64 {
	other := append([][]float64(nil), path...)
	other[1] = []float64{path[1][0] + 0.3, path[1][1] + 0.1}
	return other
}

func cellOf(pages []site.Page, page, id string) string {
	for _, p := range pages {
		for i, c := range p.Notebook.Cells {
			if p.Path == page+".ipynb" && c.ID == id {
				return fmt.Sprintf("cell-%d", i+1)
			}
		}
	}
	return "no-such-cell"
}

// drawing is a path as it was drawn, in points, and the axes around it.
type drawing struct {
	x, y     axis
	segments [][2][2]float64
}

// axis maps numbers to points: the labels under the ticks say which.
type axis struct{ scale, offset, low, high float64 }

func (a axis) of(v float64) float64 { return a.scale*v + a.offset }

// far is the largest distance between the path that was drawn and one of numbers, as far as it is inside of the axes.
func (d drawing) far(path [][]float64) (float64, string) {
	var want [][2][2]float64
	worst, why := 0.0, ""
	note := func(distance float64, format string, args ...any) {
		if distance > worst {
			worst, why = distance, fmt.Sprintf(format, args...)
		}
	}
	for t, v := range path {
		at := [2]float64{d.x.of(v[0]), d.y.of(v[1])}
		if t > 0 {
			want = append(want, [2][2]float64{{d.x.of(path[t-1][0]), d.y.of(path[t-1][1])}, at})
		}
		if d.inside(at) {
			far := nearest(d.segments, at)
			note(far, "point %d of the library, (%.4g, %.4g), is %.2f pt from the path that is drawn", t, v[0], v[1], far)
		}
	}
	for _, s := range d.segments {
		for _, at := range s {
			far := nearest(want, at)
			note(far, "a point that is drawn, (%.4g, %.4g), is %.2f pt from the library's path",
				(at[0]-d.x.offset)/d.x.scale, (at[1]-d.y.offset)/d.y.scale, far)
		}
	}
	return worst, why
}

func (d drawing) inside(at [2]float64) bool {
	return at[0] > d.x.low && at[0] < d.x.high && at[1] > d.y.low && at[1] < d.y.high
}

// nearest is the distance of a point to the nearest of the segments.
func nearest(segments [][2][2]float64, p [2]float64) float64 {
	best := math.Inf(1)
	for _, s := range segments {
		dx, dy := s[1][0]-s[0][0], s[1][1]-s[0][1]
		along := 0.0
		if length := dx*dx + dy*dy; length > 0 {
			along = min(1, max(0, ((p[0]-s[0][0])*dx+(p[1]-s[0][1])*dy)/length))
		}
		best = min(best, math.Hypot(s[0][0]+along*dx-p[0], s[0][1]+along*dy-p[1]))
	}
	return best
}

// group is a <g> of a figure of show: drawings of one colour, or labels.
type group struct {
	Stroke string `xml:"stroke,attr"`
	Width  string `xml:"stroke-width,attr"`
	Path   struct {
		D string `xml:"d,attr"`
	} `xml:"path"`
	Text []struct {
		X    float64 `xml:"x,attr"`
		Y    float64 `xml:"y,attr"`
		Says string  `xml:",chardata"`
	} `xml:"text"`
}

// readDrawing finds the axes of a figure and the path in a colour.
func readDrawing(svg, colour string) (drawing, error) {
	var root struct {
		Groups []group `xml:"g"`
	}
	if err := xml.Unmarshal([]byte(svg), &root); err != nil {
		return drawing{}, err
	}
	var d drawing
	var axes []axis
	for i, g := range root.Groups {
		switch {
		case len(axes) < 2 && i > 0 && len(g.Text) == 0 && len(root.Groups[i-1].Text) > 1:
			a, err := readAxis(root.Groups[i-1], pathOf(g.Path.D), len(axes))
			if err != nil {
				return drawing{}, err
			}
			axes = append(axes, a)
		case g.Stroke == colour && g.Width == "1.2" && !strings.Contains(g.Path.D, "a"): // a: a mark, round
			for _, s := range pathOf(g.Path.D) {
				if len(axes) == 2 && s[0][0] <= axes[0].high+slack { // the key is beside the figure
					d.segments = append(d.segments, s)
				}
			}
		}
	}
	if len(axes) != 2 || len(d.segments) == 0 {
		return drawing{}, fmt.Errorf("%d axes and %d pieces of a path in %s: %.300s", len(axes), len(d.segments), colour, svg)
	}
	d.x, d.y = axes[0], axes[1]
	return d, nil
}

// readAxis fits the map from the first and the last label to the ticks, which are followed by the line of the axis.
func readAxis(labels group, lines [][2][2]float64, dim int) (axis, error) {
	n := len(labels.Text)
	if len(lines) != n+1 {
		return axis{}, fmt.Errorf("%d labels and %d ticks", n, len(lines)-1)
	}
	number := func(i int) float64 {
		v, err := strconv.ParseFloat(strings.ReplaceAll(labels.Text[i].Says, "−", "-"), 64)
		if err != nil {
			return math.NaN()
		}
		return v
	}
	first, last, line := lines[0][0][dim], lines[n-1][0][dim], lines[n]
	a := axis{low: min(line[0][dim], line[1][dim]), high: max(line[0][dim], line[1][dim])}
	a.scale = (last - first) / (number(n-1) - number(0))
	a.offset = first - a.scale*number(0)
	if math.IsNaN(a.offset) || a.scale == 0 {
		return axis{}, fmt.Errorf("labels %v are no numbers", labels.Text)
	}
	return a, nil
}

var pathPiece = regexp.MustCompile(`[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)`)

// pathOf reads the straight lines of an SVG path in the commands that show writes.
func pathOf(d string) (segments [][2][2]float64) {
	var at [2]float64
	command := ""
	words := pathPiece.FindAllString(d, -1)
	for i := 0; i < len(words); {
		if c := words[i][0]; c >= 'A' {
			command = words[i]
			i++
			continue
		}
		next := func() float64 {
			if i >= len(words) {
				return math.NaN()
			}
			v, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return math.NaN()
			}
			i++
			return v
		}
		from := at
		switch command {
		case "M":
			at = [2]float64{next(), next()}
			continue
		case "l":
			at = [2]float64{at[0] + next(), at[1] + next()}
		case "h":
			at[0] += next()
		case "v":
			at[1] += next()
		}
		if from == at && command != "h" && command != "v" && command != "l" || math.IsNaN(at[0]+at[1]) {
			return nil // no line that show draws: whoever asked will miss it
		}
		segments = append(segments, [2][2]float64{from, at})
	}
	return segments
}
