package show

import (
	"fmt"
	"strings"
)

// framesMIME is the type of what [Frames] and [Explore] show. The content is
//
//	{
//	  "id": "fig-0123456789ab", "caption": …, "alt": …,
//	  "width": 14, "height": 9,                    cm
//	  "sliders": [{"label": "step size η", "values": ["0.1", "0.2"], "start": 0}, …],
//	  "play": true,                                a play button makes sense: one slider
//	  "open": "<svg …><title>…<style>…",           ┐
//	  "back": "<g …>…</g>",                        │ state k, a complete SVG, is
//	  "states": ["<g …>…</g>", …],                 │ open + back + states[k] + front + close
//	  "front": "<g …>…</g>", "close": "</svg>",    ┘
//	  "notes": ["loss 0.25 after 40 steps", …]     what state k says in words; may be missing
//	}
//
// States are in the order of the sliders' values, the last slider's fastest: with
// sliders of n₁ and n₂ values, values i and j make state i·n₂ + j. An empty list or
// text may be missing. A page should show a state as an image (data:image/svg+xml, or
// a Blob), in which no script of a stranger's notebook can run; its colours follow the
// page's color-scheme there. Beside it image/svg+xml holds four of the states as stills.
const framesMIME = "application/vnd.downhill.frames+json"

type framesData struct {
	ID      string   `json:"id"`
	Caption string   `json:"caption"`
	Alt     string   `json:"alt"`
	Width   float64  `json:"width"`
	Height  float64  `json:"height"`
	Sliders []Slider `json:"sliders"`
	Play    bool     `json:"play"`
	Open    string   `json:"open"`
	Back    string   `json:"back"`
	States  []string `json:"states"`
	Front   string   `json:"front"`
	Close   string   `json:"close"`
	Notes   []string `json:"notes,omitempty"`
}

// Slider is one control of [Explore]: what it sets, the values it takes in order, and
// the index of the one it starts at.
type Slider struct {
	Label  string   `json:"label"`
	Values []string `json:"values"`
	Start  int      `json:"start"`
}

// State is what is seen at one setting: a figure and, in a few words or numbers, what
// came of it.
type State struct {
	Figure Drawer
	Note   string
}

// Frames shows 20 to 60 states of one figure, one at a time, under a slider named
// label and a play button; values[i] names state i. It needs no kernel once it is
// shown: every state is in the output. Where scripts are not run (paper, a notebook
// that is not trusted, a forge) four of the states stand side by side.
//
// The states should share their axes and whatever else does not move (a figure's
// Window and Steady), which is then stored once. Outside a notebook the four stills
// become a file. It panics if nothing is to be shown.
func Frames(label string, values []string, at func(i int) State, opts ...Option) {
	Explore([]Slider{{Label: label, Values: values}}, func(i ...int) State { return at(i[0]) }, opts...)
}

// Explore is [Frames] with up to three sliders: at is called once for every
// combination of their values, with an index for each.
//
//	show.Explore([]show.Slider{{Label: "step size η", Values: etas}, {Label: "momentum β", Values: betas}},
//		func(i ...int) show.State {
//			tr := run(eta[i[0]], beta[i[1]])
//			return show.State{Figure: figure.Contour(f).Window(-3, 3, -2, 2).Steady().Path("SGD", tr.X)}
//		}, show.Caption("…"))
func Explore(sliders []Slider, at func(i ...int) State, opts ...Option) {
	e := explore(sliders, at, opts)
	emit(e.bundle(""), e.file())
}

// exploration is what [Explore] shows, and what it takes to draw one more state.
type exploration struct {
	framesData
	stills      string
	back, front []string // the groups that all states begin and end with
	paint       *palette
	set         settings
	slack       float64
}

// bundle is the output. The script, if any, runs after the one that moves the states.
func (e *exploration) bundle(script string) map[string]any {
	return map[string]any{
		framesMIME:      mustJSON(e.framesData),
		"image/svg+xml": e.stills,
		"text/html":     e.html(e.stills) + script,
		"text/plain":    plainText(e.Caption, e.Alt),
	}
}

func (e *exploration) file() file { return file{name: slug(e.Caption) + ".svg", data: e.stills} }

func explore(sliders []Slider, at func(i ...int) State, opts []Option) *exploration {
	total := 1
	for _, s := range sliders {
		total *= len(s.Values)
		if s.Start < 0 || s.Start >= len(s.Values) {
			panic(fmt.Sprintf("show: slider %q starts at value %d of %d", s.Label, s.Start, len(s.Values)))
		}
	}
	if len(sliders) == 0 || len(sliders) > 3 {
		panic(fmt.Sprintf("show: %d sliders; one to three can be shown", len(sliders)))
	}
	d := &exploration{framesData: framesData{Sliders: sliders, Play: len(sliders) == 1, Close: "</svg>\n"}}
	var figures []Drawer
	for k := range total {
		s := at(indices(sliders, k)...)
		figures = append(figures, s.Figure)
		d.Notes = append(d.Notes, s.Note)
	}
	if strings.Join(d.Notes, "") == "" {
		d.Notes = nil
	}
	d.set = settled(figures[0], opts)
	var canvases []*canvas
	coarsened(framesBudget, func(slack float64) int {
		canvases, d.paint, d.slack = nil, &palette{}, slack
		for _, f := range figures {
			canvases = append(canvases, d.draw(f))
		}
		d.share(canvases)
		return d.size()
	})
	d.Caption, d.Alt, d.Width, d.Height = d.set.caption, d.set.alt, round2(d.set.w), round2(d.set.h)
	d.ID = identify(append([]string{d.Back, d.Front, d.Caption, d.Alt}, d.States...)...)
	first := figureData{ID: d.ID, Caption: d.Caption, Alt: d.Alt, Width: d.Width, Height: d.Height}
	d.Open = canvases[0].head(first) + d.paint.sheet("#"+d.ID)
	d.stills = d.still(canvases[0], d.paint)
	return d
}

// draw draws a state in the colours that all of them share.
func (e *exploration) draw(f Drawer) *canvas {
	c := newCanvas(e.set.w, e.set.h)
	c.paint, c.slack = e.paint, e.slack
	drawInto(c, f)
	return c
}

// indices are the values of the sliders in state k.
func indices(sliders []Slider, k int) []int {
	out := make([]int, len(sliders))
	for i := len(sliders) - 1; i >= 0; i-- {
		n := len(sliders[i].Values)
		out[i], k = k%n, k/n
	}
	return out
}

// share stores what the states have in common once: the groups that all of them begin
// with, and those that all end with.
func (e *exploration) share(cs []*canvas) {
	e.back, e.front = cs[0].done, cs[0].done
	for _, c := range cs[1:] {
		e.back = e.back[:begin(e.back, c.done)]
	}
	for _, c := range cs {
		rest := c.done[len(e.back):]
		e.front = e.front[len(e.front)-end(e.front, rest):]
	}
	e.Back, e.Front, e.States = strings.Join(e.back, ""), strings.Join(e.front, ""), nil
	for _, c := range cs {
		e.States = append(e.States, strings.Join(c.done[len(e.back):len(c.done)-len(e.front)], ""))
	}
}

// begin counts the elements with which a and b both begin, end those with which they end.
func begin(a, b []string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func end(a, b []string) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// size is what the drawings take of the output: the data and the script's copy of
// them, the stills and the copy in HTML, where < and > are spelled with three letters.
func (d framesData) size() int {
	shared := len(d.Back) + len(d.Front)
	all, stills := shared, shared
	for _, s := range d.States {
		all += len(s)
	}
	for _, k := range d.pick() {
		stills += len(d.States[k])
	}
	return 2*all + 9*stills/4
}

// pick chooses the four states that stand for all: along the slider, or where there
// are several the extremes of the first two.
func (d framesData) pick() []int {
	n := len(d.States)
	if len(d.Sliders) == 1 {
		return []int{0, (n - 1) / 3, 2 * (n - 1) / 3, n - 1}
	}
	a, b := len(d.Sliders[0].Values), len(d.Sliders[1].Values)
	base := make([]int, len(d.Sliders))
	for i, s := range d.Sliders {
		base[i] = s.Start
	}
	var pick []int
	for _, ij := range [][2]int{{0, 0}, {0, b - 1}, {a - 1, 0}, {a - 1, b - 1}} {
		at := append([]int{ij[0], ij[1]}, base[2:]...)
		k := 0
		for i, s := range d.Sliders {
			k = k*len(s.Values) + at[i]
		}
		pick = append(pick, k)
	}
	return pick
}

// still draws four states in one SVG, two by two.
func (d framesData) still(c *canvas, paint *palette) string {
	const band = 30 // pt above each still, for what it is
	w, h := float64(c.w), float64(c.h)
	var b strings.Builder
	wide := *c
	wide.w, wide.h = 2*c.w, 2*(c.h+band)
	id := d.ID + "-stills"
	title := figureData{ID: id, Caption: d.Caption, Alt: d.Alt, Width: d.Width * 1.4, Height: d.Width * 1.4 * float64(wide.h/wide.w)}
	// What is used is a tree of its own to style sheets: the scope has to be inside it.
	b.WriteString(wide.head(title) + paint.sheet("."+id))
	fmt.Fprintf(&b, "<defs><g id='%s-b'><g class='%s'>%s</g></g><g id='%s-f'><g class='%s'>%s</g></g></defs>\n", id, id, d.Back, id, id, d.Front)
	for i, k := range d.pick() {
		x, y := float64(i%2)*w, float64(i/2)*(h+band)
		fmt.Fprintf(&b, "<g transform='translate(%s %s)'><text x='6' y='22' font-size='17' %s>%s</text><g transform='translate(0 %d)' class='%s'><use href='#%s-b'/>%s<use href='#%s-f'/></g></g>\n",
			number(x, 1), number(y, 1), "fill='#767676'", escape(d.name(k)), band, id, id, d.States[k], id)
	}
	b.WriteString(d.Close)
	return b.String()
}

// name says where the sliders are in state k.
func (d framesData) name(k int) string {
	var parts []string
	for i, j := range indices(d.Sliders, k) {
		parts = append(parts, d.Sliders[i].Label+" = "+d.Sliders[i].Values[j])
	}
	return strings.Join(parts, ", ")
}
