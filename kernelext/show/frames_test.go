package show

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// svg is state k as an SVG of its own, put together as a page does it.
func (d *exploration) svg(k int) string { return d.Open + d.Back + d.States[k] + d.Front + d.Close }

// moving is a figure with a fixed back and front, and a line that ends at (x, y).
func moving(x, y float64) Drawer {
	return drawing(func(c draw.Canvas) {
		c.StrokeLine2(draw.LineStyle{Width: 2}, 0, 0, 300, 0)
		c.StrokeLine2(draw.LineStyle{Width: 1, Color: color.RGBA{0xd5, 0x5e, 0, 0xff}}, 0, 0, vg.Length(x), vg.Length(y))
		c.StrokeLine2(draw.LineStyle{Width: 3}, 0, 0, 0, 200)
	})
}

func TestExploreStatesAreTheFigures(t *testing.T) {
	sliders := []Slider{
		{Label: "η", Values: []string{"1", "2", "3"}, Start: 1},
		{Label: "β", Values: []string{"a", "b"}},
		{Label: "B", Values: []string{"x", "y"}},
	}
	at := func(i ...int) Drawer { return moving(float64(10+100*i[0]), float64(10+10*i[1]+50*i[2])) }
	d := explore(sliders, func(i ...int) State {
		return State{Figure: at(i...), Note: fmt.Sprint(i)}
	}, []Option{Caption(evil), Alt(evil)})
	if len(d.States) != 12 {
		t.Fatalf("%d states", len(d.States))
	}
	for k := range d.States {
		i := []int{k / 4, k / 2 % 2, k % 2}
		if d.Notes[k] != fmt.Sprint(i) {
			t.Errorf("state %d is %s, want %v", k, d.Notes[k], i)
		}
		want := string(SVG(at(i...)))
		want = want[strings.Index(want, "</desc>"):]
		got := d.svg(k)
		wellFormed(t, got)
		if got = got[strings.Index(got, "</desc>"):]; stripClasses(got) != stripClasses(want) {
			t.Errorf("state %v is\n%s\nits figure\n%s", i, got, want)
		}
	}
	if !strings.Contains(d.Back, "stroke-width='2'") || !strings.Contains(d.Front, "stroke-width='3'") || strings.Contains(strings.Join(d.States, ""), "stroke-width='2'") {
		t.Errorf("what does not move is not shared: back %q, state %q, front %q", d.Back, d.States[0], d.Front)
	}
	wellFormed(t, d.stills)
	if n := strings.Count(d.stills, "<use"); n != 8 {
		t.Errorf("%d uses in the stills, want 8", n)
	}
	html := d.html(d.stills)
	if strings.Count(html, "</script") != 1 || strings.Contains(html, "<!") {
		t.Errorf("a caption ends the script: %s", html)
	}
	arg := html[strings.LastIndex(html, "})(")+3 : strings.LastIndex(html, ")</script>")]
	var back exploration
	if err := json.Unmarshal([]byte(arg), &back); err != nil {
		t.Fatalf("%v in %s", err, arg)
	}
	if back.svg(5) != d.svg(5) || back.Sliders[0].Start != 1 {
		t.Error("the script's data are not the states")
	}
}

func TestFramesOfOne(t *testing.T) {
	for _, n := range []int{1, 2, 3, 60} {
		d := explore([]Slider{{Label: "t", Values: make([]string, n)}}, func(i ...int) State {
			return State{Figure: moving(float64(10+i[0]), 10)}
		}, nil)
		if len(d.States) != n || d.Notes != nil {
			t.Errorf("%d states, notes %v, want %d and none", len(d.States), d.Notes, n)
		}
		wellFormed(t, d.svg(n-1))
		wellFormed(t, d.stills)
	}
}

func TestExploreRefuses(t *testing.T) {
	one := Slider{Label: "t", Values: []string{"1"}}
	for name, sliders := range map[string][]Slider{
		"none":            nil,
		"four":            {one, one, one, one},
		"no values":       {{Label: "t"}},
		"start after end": {{Label: "t", Values: []string{"1"}, Start: 1}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			explore(sliders, func(...int) State { return State{Figure: moving(1, 1)} }, nil)
		}()
	}
}

// stripClasses takes away the style sheet and the names of classes, which figures that
// share a sheet number through.
func stripClasses(svg string) string {
	if i, j := strings.Index(svg, "<style>"), strings.Index(svg, "</style>"); i >= 0 {
		svg = svg[:i] + svg[j+len("</style>\n"):]
	}
	return regexp.MustCompile(`class='c\d+' `).ReplaceAllString(svg, "")
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}
