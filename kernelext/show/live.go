package show

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"downhill/kernelext/show/wire"
)

// Live is [Explore] with the cell itself behind the sliders: in JupyterLab they take
// all values between those of the sliders too, and every setting is computed when
// somebody moves to it.
//
//	show.Live([]show.Slider{{Label: "step size η", Values: []string{"0.1", "0.5", "0.9"}}},
//		func(v ...float64) show.State {
//			tr := run(v[0])
//			return show.State{Figure: figure.Contour(f).Window(-3, 3, -2, 2).Steady().Path("SGD", tr.X)}
//		}, show.Caption("…"))
//
// at gets a number for each slider, as exactly as the page shows it; between whole
// numbers it gets whole numbers; and the index of the value, from 0, of a slider whose
// values are not all numbers, which takes no others.
//
// What stays in the notebook, and all that is seen in a page with no kernel, is what
// [Explore] shows of the sliders' own values. The cell runs until somebody presses its
// Stop button or interrupts it, or until it was left alone: half a minute before the
// first move, so that Run All goes on, ten minutes after one. After an interrupt the
// kernel grants the rest of the cell five seconds.
//
// Where no page answers within five seconds, Live ends. It does not wait at all in a
// kernel that no Jupyter server started, as in headless runs. DOWNHILL_LIVE_WAIT is
// another time to wait, such as 20s, or 0s.
func Live(sliders []Slider, at func(v ...float64) State, opts ...Option) {
	scales := make([]scale, len(sliders))
	for n, s := range sliders {
		scales[n] = newScale(s.Values)
	}
	e := explore(sliders, func(i ...int) State {
		v := make([]float64, len(i))
		for n, k := range i {
			v[n] = scales[n].marks[k]
		}
		return at(v...)
	}, opts)
	kernel, wait := os.Getenv("GONB_JUPYTER_KERNEL_ID"), pageWait()
	if !wire.InNotebook() || kernel == "" || wait == 0 {
		emit(e.bundle(""), e.file())
		return
	}
	l := &live{exploration: e, scales: scales, at: at, address: "/downhill/live/" + once()}
	emitAs(l.address, e.bundle(l.script(kernel)), file{})
	// Last the script goes: the same cell leaves the same output, here as anywhere.
	defer emitAs(l.address, e.bundle(""), file{})
	l.run(wait)
}

// Times after which a cell that nobody attends to ends. A page says every five
// seconds that it is there; one in the background may say so once a minute.
const (
	untouched = 30 * time.Second
	idle      = 10 * time.Minute
	silent    = 2 * time.Minute
)

// pageWait is how long a page has to answer.
func pageWait() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("DOWNHILL_LIVE_WAIT")); err == nil {
		return d
	}
	// Whatever starts a kernel for a browser is in this variable. (GoNB looks there too.)
	if os.Getenv("JPY_PARENT_PID") == "" {
		return 0
	}
	return 5 * time.Second
}

// once is a name that no other run has.
func once() string { return fmt.Sprintf("%x-%x", os.Getpid(), time.Now().UnixNano()) }

// scale is what a slider stands for.
type scale struct {
	marks   []float64 // its values, or their indices
	whole   bool      // between whole numbers are whole numbers
	between int       // steps from one value to the next
}

// newScale makes a slider fine enough for the eye: about 200 steps in all.
func newScale(values []string) scale {
	s := scale{marks: make([]float64, len(values)), whole: true, between: 1}
	numbers := true
	for i, text := range values {
		v, err := strconv.ParseFloat(text, 64)
		numbers = numbers && err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
		s.whole = s.whole && v == math.Trunc(v)
		s.marks[i] = v
	}
	if !numbers {
		for i := range s.marks {
			s.marks[i] = float64(i)
		}
		return s
	}
	if gaps := len(values) - 1; gaps > 0 {
		s.between = (200 + gaps - 1) / gaps
	}
	return s
}

// value is what the slider shows as text; an index if its values are words.
func (s scale) value(text string, values []string) (float64, bool) {
	for i, v := range values {
		if v == text {
			return s.marks[i], true
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && s.between > 1 && inside(v, s.marks)
}

// inside reports whether v lies between the least and the greatest of the marks.
func inside(v float64, marks []float64) bool {
	lo, hi := marks[0], marks[0]
	for _, m := range marks {
		lo, hi = min(lo, m), max(hi, m)
	}
	return lo <= v && v <= hi
}

//go:embed live.js
var liveScript string

type live struct {
	*exploration
	scales  []scale
	at      func(v ...float64) State
	address string // where page and program hear each other; also the output's id
	done    int    // the number of the last setting that was computed
}

// script connects the page's sliders with this program.
func (l *live) script(kernel string) string {
	t := map[string]any{"id": l.ID, "kernel": kernel, "address": l.address}
	var marks [][]float64
	var whole []bool
	var between []int
	for _, s := range l.scales {
		marks, whole, between = append(marks, s.marks), append(whole, s.whole), append(between, s.between)
	}
	t["marks"], t["whole"], t["between"] = marks, whole, between
	raw, err := json.Marshal(t)
	must(err)
	return fmt.Sprintf("<script>(%s)(%s)</script>", strings.TrimSpace(liveScript), inScript(string(raw)))
}

// run answers the page. They say to each other
//
//	page → cell   hello | n, tab, value, tab, value … | here | stop | bye
//	cell → page   {"live": true} | {"n": n, "state": …, "note": …} | {"end": true}
//
// n counts the settings. The page asks for one at a time, and again if an answer does
// not come.
func (l *live) run(wait time.Duration) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	defer signal.Stop(stop)
	said, err := wire.Listen(l.address)
	must(err)
	met := false
	defer func() {
		if met {
			l.tell(map[string]any{"end": true})
			await("bye", said)
		}
		must(wire.Unlisten(l.address))
	}()
	begun := time.Now()
	heard, moved := begun, time.Time{}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case text := <-said:
			heard = time.Now()
			switch text = newest(text, said); text {
			case "hello":
				if !met {
					met, begun = true, heard
				}
				l.done = 0 // it may be another page, or the same loaded again
				l.tell(map[string]any{"live": true})
			case "stop":
				return
			case "here":
			default:
				if n, ok := l.answer(text); ok && n > 1 { // the first is where the sliders stand
					moved = time.Now()
				}
			}
		case now := <-tick.C:
			switch {
			case !met && now.Sub(begun) > wait,
				met && moved.IsZero() && now.Sub(begun) > untouched,
				met && !moved.IsZero() && now.Sub(moved) > idle,
				met && now.Sub(heard) > silent:
				return
			}
		}
	}
}

// newest skips what has been overtaken while the last setting was computed.
func newest(text string, said <-chan string) string {
	for text != "stop" {
		select {
		case next := <-said:
			if next != "here" {
				text = next
			}
		default:
			return text
		}
	}
	return text
}

// await waits a moment for the page's last word.
func await(word string, said <-chan string) {
	late := time.After(time.Second)
	for {
		select {
		case text := <-said:
			if text == word {
				return
			}
		case <-late:
			return
		}
	}
}

// answer computes a setting and sends what is seen there.
func (l *live) answer(text string) (n int, ok bool) {
	words := strings.Split(text, "\t")
	n, err := strconv.Atoi(words[0])
	if err != nil || n < l.done || len(words) != len(l.scales)+1 {
		return 0, false
	}
	v := make([]float64, len(l.scales))
	for i, s := range l.scales {
		if v[i], ok = s.value(words[i+1], l.Sliders[i].Values); !ok {
			return 0, false
		}
	}
	s := l.at(v...)
	l.tell(l.reply(n, s))
	l.done = n
	return n, true
}

// reply leaves out what the page has: what all states begin and end with.
func (l *live) reply(n int, s State) map[string]any {
	groups := l.draw(s.Figure).done
	whole := begin(l.back, groups) < len(l.back) || end(l.front, groups[len(l.back):]) < len(l.front)
	if !whole {
		groups = groups[len(l.back) : len(groups)-len(l.front)]
	}
	return map[string]any{"n": n, "state": strings.Join(groups, ""), "whole": whole, "note": s.Note}
}

func (l *live) tell(message map[string]any) {
	raw, err := json.Marshal(message)
	must(err)
	must(wire.Send(l.address, string(raw)))
}

func must(err error) {
	if err != nil {
		panic("show: " + err.Error())
	}
}
