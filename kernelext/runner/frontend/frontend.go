// Package frontend plays the part of the browser for GoNB's widgets, so that a cell with a slider runs where there is
// none. A widget that waits for its first value gets the one it was drawn with, or those that a script holds for it:
//
//	kernel  ── JavaScript that opens a connection ──▶  comm_open
//	program ── JavaScript of a widget, with its address ──▶  comm_msg {address, value}, as often as scripted
//
// It runs no JavaScript: it knows the few lines that GoNB sends.
package frontend

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"time"

	"downhill/kernelext/jupyter"
)

// Frontend is the front end of one kernel.
type Frontend struct {
	send func(msgType string, content any) error

	mu     sync.Mutex
	comm   string            // id of the connection, "" before it is open
	drawn  map[string]string // value of an HTML element by its id
	script [][]any           // values for the widgets of this cell that have not come yet
	stop   chan struct{}     // ends the sending of the cell's later values
}

// pace is the time between two values for one widget: a program that listens sees each.
const pace = 100 * time.Millisecond

// New returns the front end of a kernel to which send sends.
func New(send func(msgType string, content any) error) *Frontend {
	return &Frontend{send: send, drawn: map[string]string{}, stop: make(chan struct{})}
}

// Cell begins a cell. The n-th widget that it shows gets the n-th of the values: a list one after the other, anything
// else once. A number of clicks is what a button gets.
func (f *Frontend) Cell(values []json.RawMessage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.stop)
	f.stop = make(chan struct{})
	f.script = nil
	for _, raw := range values {
		var list []any
		if json.Unmarshal(raw, &list) != nil {
			var one any
			if json.Unmarshal(raw, &one) != nil {
				continue
			}
			list = []any{one}
		}
		f.script = append(f.script, list)
	}
}

// Close ends what is still to be sent.
func (f *Frontend) Close() { f.Cell(nil) }

var (
	kernelID = regexp.MustCompile(`_kernel_id: "([^"]*)"`)
	synced   = regexp.MustCompile(`gonb_comm\.newSyncedVariable\("([^"]+)", ([^)]*)\)`)
	element  = regexp.MustCompile(`getElementById\("([^"]+)"\)`)
	input    = regexp.MustCompile(`<input [^>]*?\bid=\\?"([^"\\]+)\\?"[^>]*?\bvalue=\\?"([^"\\]*)\\?"`)
)

// Hear takes the next message of the kernel.
func (f *Frontend) Hear(m jupyter.Message) {
	switch m.Type {
	case "display_data", "update_display_data":
		var c struct {
			Data      map[string]json.RawMessage `json:"data"`
			Transient struct {
				DisplayID string `json:"display_id"`
			} `json:"transient"`
		}
		var html string
		if json.Unmarshal(m.Content, &c) != nil || json.Unmarshal(c.Data["text/html"], &html) != nil {
			return
		}
		f.hearHTML(c.Transient.DisplayID, html)
	case "comm_msg":
		var c struct {
			CommID string `json:"comm_id"`
			Data   struct{ Address string }
		}
		if json.Unmarshal(m.Content, &c) == nil && c.Data.Address == "#heartbeat/ping" {
			f.value("#heartbeat/pong", true)
		}
	}
}

func (f *Frontend) hearHTML(displayID, html string) {
	for _, in := range input.FindAllStringSubmatch(html, -1) {
		f.mu.Lock()
		f.drawn[in[1]] = in[2]
		f.mu.Unlock()
	}
	if id := kernelID.FindStringSubmatch(html); id != nil && strings.HasPrefix(displayID, "gonb_websocket_") {
		f.mu.Lock()
		f.comm = displayID
		f.mu.Unlock()
		_ = f.send("comm_open", map[string]any{ // a kernel that is gone is noticed by who executes the cell
			"comm_id": displayID, "target_name": "gonb_comm", "kernel_id": id[1], "data": map[string]any{},
		})
		return
	}
	if w := synced.FindStringSubmatch(html); w != nil {
		f.widget(w[1], w[2], element.FindStringSubmatch(html))
	}
}

// widget sends a new widget the values of the script, or else the one it was drawn with.
func (f *Frontend) widget(address, initial string, id []string) {
	f.mu.Lock()
	var values []any
	if len(f.script) > 0 {
		values, f.script = f.script[0], f.script[1:]
	}
	drawn := ""
	if id != nil {
		drawn = f.drawn[id[1]]
	}
	stop := f.stop
	f.mu.Unlock()

	button := !strings.HasSuffix(initial, ".value")
	switch {
	case button:
		values = clicks(values)
	case len(values) == 0 && drawn != "":
		values = []any{drawn}
	case len(values) == 0:
		values = []any{"0"} // a select's first option
	}
	f.value(address, values[0])
	go func() {
		for _, v := range values[1:] {
			select {
			case <-stop:
				return
			case <-time.After(pace):
				f.value(address, v)
			}
		}
	}()
}

// clicks are the values of a button's counter, which starts at 0.
func clicks(values []any) []any {
	counts := []any{0}
	if len(values) > 0 {
		n, _ := values[len(values)-1].(float64)
		for i := 1; i <= min(int(n), 1000); i++ {
			counts = append(counts, i)
		}
	}
	return counts
}

func (f *Frontend) value(address string, v any) {
	f.mu.Lock()
	comm := f.comm
	f.mu.Unlock()
	if comm == "" {
		return
	}
	_ = f.send("comm_msg", map[string]any{"comm_id": comm, "data": map[string]any{"address": address, "value": v}})
}
