package show

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	word  = regexp.MustCompile(`[MlhvzL]|-?(?:\d+\.?\d*|\.\d+)`)
	drawn = regexp.MustCompile(`<path d='([^']*)'`)
)

// Polyline reads the points of the last path in a drawing that is in a group with these attributes, in the drawing's
// own units, y down.
func Polyline(t *testing.T, svg, attributes string) (points [][2]float64) {
	t.Helper()
	at := strings.LastIndex(svg, attributes)
	if at < 0 {
		t.Fatalf("nothing with %s in %s", attributes, svg)
	}
	group, _, _ := strings.Cut(svg[at:], "</g>")
	paths := drawn.FindAllStringSubmatch(group, -1)
	if paths == nil {
		t.Fatalf("no path in %s", group)
	}
	var op string
	var args []float64
	var x, y float64
	for _, w := range word.FindAllString(paths[len(paths)-1][1], -1) {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			op, args = w, nil
			continue
		}
		args = append(args, v)
		switch {
		case op == "h":
			x, args = x+v, nil
		case op == "v":
			y, args = y+v, nil
		case len(args) < 2:
			continue
		case op == "M", op == "L":
			x, y, args = args[0], args[1], nil
		default:
			x, y, args = x+args[0], y+args[1], nil
		}
		points = append(points, [2]float64{x, y})
	}
	return points
}

// Farthest is the greatest distance of a point of either line from the other line; both must begin and end together.
func Farthest(a, b [][2]float64) float64 {
	worst := math.Max(dist(a[0], b[0]), dist(a[len(a)-1], b[len(b)-1]))
	for _, pair := range [][2][][2]float64{{a, b}, {b, a}} {
		for _, p := range pair[0] {
			near := math.Inf(1)
			for i := 1; i < len(pair[1]); i++ {
				near = math.Min(near, fromSegment(p, pair[1][i-1], pair[1][i]))
			}
			worst = math.Max(worst, near)
		}
	}
	return worst
}

func dist(a, b [2]float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func fromSegment(p, a, b [2]float64) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l))
	}
	return dist(p, [2]float64{a[0] + t*dx, a[1] + t*dy})
}
