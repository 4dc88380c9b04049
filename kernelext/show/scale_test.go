package show

import (
	"strings"
	"testing"
)

// What the page shows is what at gets: a value by its text, between values any number, of whole numbers whole ones
// only (the page rounds), of words their index; nothing from outside, whatever a page may say.
func TestScaleOfASlider(t *testing.T) {
	for _, c := range []struct {
		values, text string
		want         float64
		ok           bool
	}{
		{"0.1 0.5 0.9", "0.5", 0.5, true},
		{"0.1 0.5 0.9", "0.1234", 0.1234, true},
		{"0.9 0.5 0.1", "0.1234", 0.1234, true},
		{"1e-3 1e-2", "0.00123", 0.00123, true},
		{"0.1 0.5 0.9", "0.91", 0, false},
		{"0.1 0.5 0.9", "NaN", 0, false},
		{"0.1 0.5 0.9", "", 0, false},
		{"1 10 100", "37", 37, true},
		{"SGD momentum Adam", "Adam", 2, true},
		{"SGD momentum Adam", "1.5", 0, false},
		{"SGD 0.9 NaN", "NaN", 2, true},
		{"0.5", "0.5", 0.5, true},
		{"0.5", "0.6", 0, false},
	} {
		values := strings.Fields(c.values)
		got, ok := newScale(values).value(c.text, values)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%q of %s is %v, %v", c.text, c.values, got, ok)
		}
	}
	for values, want := range map[string]scale{
		"1 10 100":    {whole: true, between: 100},
		"0.1 0.2":     {whole: false, between: 200},
		"a b c":       {between: 1},
		"3":           {whole: true, between: 1},
		"1 2 3 4 5.5": {whole: false, between: 50},
	} {
		got := newScale(strings.Fields(values))
		if got.between != want.between || got.between > 1 && got.whole != want.whole {
			t.Errorf("%s: %+v", values, got)
		}
	}
}

// A state is sent without what the page has, and whole when it lacks some of that.
func TestReplyOfALiveCell(t *testing.T) {
	sliders := []Slider{{Label: "x", Values: []string{"10", "20", "30"}}}
	e := explore(sliders, func(i ...int) State { return State{Figure: moving(float64(10+10*i[0]), 7)} }, nil)
	l := &live{exploration: e}
	for name, c := range map[string]struct {
		figure Drawer
		whole  bool
	}{"like the others": {moving(15, 9), false}, "another background": {curve(spiral([]int{1})), true}} {
		r := l.reply(3, State{Figure: c.figure, Note: "n"})
		body := r["state"].(string)
		if r["whole"] != c.whole || r["n"] != 3 || r["note"] != "n" {
			t.Errorf("%s: %v", name, r)
		}
		if !c.whole {
			body = e.Back + body + e.Front
		}
		want := string(SVG(c.figure))
		want = want[strings.Index(want, "</desc>")+8 : strings.LastIndex(want, "</svg>")]
		if stripClasses(body) != stripClasses(want) {
			t.Errorf("%s: the page draws\n%s\nthe figure is\n%s", name, body, want)
		}
	}
}
