package show

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"downhill/kernelext/internal/parts"
)

// In a browser, with nothing but the page: each slider shows the state that its values
// name; on paper and without scripts there are stills.
func TestFramesInABrowser(t *testing.T) {
	py := parts.Browser(t, "playwright")
	for _, sliders := range [][]Slider{
		{{Label: "steps", Values: strings.Fields("1 2 3 4 5 6 7 8")}},
		{{Label: "η", Values: []string{"a", "b", "c"}, Start: 1}, {Label: "β", Values: []string{"x", "y"}}},
	} {
		t.Run(fmt.Sprint(len(sliders)), func(t *testing.T) {
			dir := t.TempDir()
			d := explore(sliders, func(i ...int) State {
				return State{Figure: curve(spiral(i)), Note: fmt.Sprint("setting ", i)}
			}, []Option{Caption("A </script> line."), Alt("A line.")})
			page := filepath.Join(dir, "page.html")
			doc := "<!doctype html><meta charset=utf-8><title>t</title>" + d.html(d.stills)
			if err := os.WriteFile(page, []byte(doc), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(py, "testdata/frames_browser.py", page, dir)
			cmd.WaitDelay = 5 * time.Second
			timer := time.AfterFunc(3*time.Minute, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			raw, err := os.ReadFile(filepath.Join(dir, "saw.json"))
			if err != nil {
				t.Fatal(err)
			}
			type picture struct {
				SVG    string
				Loaded bool
			}
			var saw struct {
				Errors, Requests []string
				Sliders          int
				States           []struct {
					At    []int
					Shown []picture
					Text  string
				}
				Print    []picture
				NoScript bool `json:"no script"`
			}
			if err := json.Unmarshal(raw, &saw); err != nil {
				t.Fatal(err)
			}
			if len(saw.Errors)+len(saw.Requests) > 0 {
				t.Errorf("errors %v, requests %v", saw.Errors, saw.Requests)
			}
			if saw.Sliders != len(sliders) || len(saw.States) != 1+len(sliders)+btoi(d.Play) {
				t.Fatalf("%d sliders, %d states", saw.Sliders, len(saw.States))
			}
			last := -1
			for n, s := range saw.States {
				k := 0
				for i := range sliders {
					k = k*len(sliders[i].Values) + s.At[i]
				}
				if len(s.Shown) != 1 || s.Shown[0].SVG != d.svg(k) || !s.Shown[0].Loaded {
					t.Errorf("look %d at %v shows %d pictures, not state %d", n, s.At, len(s.Shown), k)
				}
				if len(s.Shown) == 1 {
					var want [][2]float64
					for _, p := range spiral(s.At) {
						want = append(want, [2]float64{float64(p.X), float64(d.set.h) - float64(p.Y)})
					}
					// Half a tenth in x and in y for the rounding of each point, and the slack.
					if off := Farthest(want, Polyline(t, s.Shown[0].SVG, "stroke-width='2.5'")); off > slack+0.08 {
						t.Errorf("look %d at %v: the line is up to %.3g pt from the function", n, s.At, off)
					}
				}
				if k <= last {
					t.Errorf("look %d: state %d after %d; the slider did not move", n, k, last)
				}
				last = k
				if !strings.Contains(s.Text, d.Notes[k]) {
					t.Errorf("look %d: no %q in %q", n, d.Notes[k], s.Text)
				}
			}
			if len(saw.Print) != 1 || saw.Print[0].SVG != d.stills {
				t.Errorf("on paper: %d pictures", len(saw.Print))
			}
			if !saw.NoScript {
				t.Error("no stills without scripts")
			}
			if keep := os.Getenv("DOWNHILL_SCREENSHOTS"); keep != "" {
				for _, f := range []string{"screen", "print", "plain"} {
					b, err := os.ReadFile(filepath.Join(dir, f+".png"))
					if err == nil {
						err = os.WriteFile(filepath.Join(keep, fmt.Sprintf("frames-%d-%s.png", len(sliders), f)), b, 0o644)
					}
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

// spiral is the path that stands under a setting of the sliders.
func spiral(setting []int) (pts []vg.Point) {
	shrink := 0.99 - 0.01*float64(setting[0])
	turn := 0.2 + 0.1*float64(setting[len(setting)-1])
	for t := range 40 {
		r := 110 * math.Pow(shrink, float64(t))
		pts = append(pts, vg.Point{X: vg.Length(200 + r*math.Cos(turn*float64(t))), Y: vg.Length(130 + r*math.Sin(turn*float64(t)))})
	}
	return pts
}

func curve(pts []vg.Point) Drawer {
	return drawing(func(c draw.Canvas) {
		c.StrokeLine2(draw.LineStyle{Width: 1}, 0, 130, 390, 130)
		c.StrokeLines(draw.LineStyle{Width: 2.5}, pts)
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
