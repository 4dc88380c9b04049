package outputs

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
)

// Cell collects the outputs of one cell.
type Cell struct {
	book    *Book
	entries []*entry
	clear   bool // clear_output(wait=True): clear when the next output comes
	used    int  // bytes
	drop    dropped
	lost    int // bytes that the kernel could not send as text
	stderr  ends
	held    string // the end of stderr, which may be the beginning of the mark
	ended   bool
	count   int
	changed bool
}

// entry is one output; a stream's text is kept as a terminal until it is asked for.
type entry struct {
	cell   *Cell
	out    nbformat.Output
	stream *text
	bytes  int
}

// content holds the fields of every message that makes or changes an output.
type content struct {
	Name      string                     `json:"name"`
	Text      string                     `json:"text"`
	Data      map[string]json.RawMessage `json:"data"`
	Metadata  map[string]json.RawMessage `json:"metadata"`
	Transient struct {
		DisplayID string `json:"display_id"`
	} `json:"transient"`
	ExecutionCount int      `json:"execution_count"`
	EName          string   `json:"ename"`
	EValue         string   `json:"evalue"`
	Traceback      []string `json:"traceback"`
	Wait           bool     `json:"wait"`
}

// Apply takes the next message of the cell, or a late one of an earlier cell. A message that makes no output, or
// whose content is not what its type says, changes nothing.
func (c *Cell) Apply(m jupyter.Message) {
	if m.Late {
		c.book.Late(m)
		return
	}
	if m.ParentID != "" {
		c.book.owner[m.ParentID] = c
	}
	c.apply(m)
}

func (c *Cell) apply(m jupyter.Message) {
	var v content
	switch m.Type {
	case "stream", "display_data", "execute_result", "error", "update_display_data", "clear_output", "execute_input":
		if json.Unmarshal(m.Content, &v) != nil {
			return
		}
	}
	switch m.Type {
	case "execute_input":
		c.count = v.ExecutionCount
	case "stream":
		c.write(v.Name, v.Text)
		if c.book.GoNB {
			c.lost += lostBytes(m.Content)
		}
	case "display_data", "execute_result":
		c.display(m.Type, v)
	case "update_display_data":
		c.book.update(v)
	case "error":
		c.fail(v)
	case "clear_output":
		if v.Wait {
			c.clear = true
		} else {
			c.reset()
		}
	}
}

// write appends to a stream.
func (c *Cell) write(name, s string) {
	c.pending()
	c.changed = true
	if name == "stderr" {
		s = c.withoutMark(s)
		c.stderr.write(s)
	}
	if s == "" {
		return
	}
	e := c.stream(name)
	if e == nil {
		if !c.room(0) {
			c.drop.bytes += len(s)
			return
		}
		e = c.add(nbformat.Output{Type: "stream", Name: name}, 0)
		e.stream = &text{}
	}
	room := c.book.maxBytes() - c.used
	if len(s) > room {
		keep := runeFloor(s, room)
		c.drop.bytes += len(s) - keep
		s = s[:keep]
	}
	before := e.stream.size()
	e.stream.write(s)
	grown := e.stream.size() - before
	e.bytes += grown
	c.used += grown
}

// stream finds the output that a piece of a stream continues.
func (c *Cell) stream(name string) *entry {
	for i := len(c.entries) - 1; i >= 0 && c.entries[i].stream != nil; i-- {
		if c.entries[i].out.Name == name {
			return c.entries[i]
		}
		if !c.book.GoNB {
			break
		}
	}
	return nil
}

func (c *Cell) display(kind string, v content) {
	c.pending()
	c.changed = true
	if v.Transient.DisplayID != "" {
		c.book.update(v) // shown before under this id: those change too
	}
	n := dataBytes(v.Data)
	if !c.room(n) {
		c.drop.outputs++
		c.drop.bytes += n
		return
	}
	out := nbformat.Output{Type: kind, Data: v.Data, Metadata: v.Metadata}
	if kind == "execute_result" {
		out.ExecutionCount = &v.ExecutionCount
	}
	e := c.add(out, n)
	if id := v.Transient.DisplayID; id != "" {
		c.book.shown[id] = append(c.book.shown[id], e)
	}
}

// fail stores an error. It is what the reader needs most, so the limits do not apply to it.
func (c *Cell) fail(v content) {
	c.pending()
	c.changed = true
	if hidden := c.book.Hidden; hidden != "" {
		v.EValue = without(v.EValue, hidden)
		for i, s := range v.Traceback {
			v.Traceback[i] = without(s, hidden)
		}
	}
	c.add(nbformat.Output{Type: "error", EName: v.EName, EValue: v.EValue, Traceback: v.Traceback}, 0)
}

// update gives every output with this display id the new data.
func (b *Book) update(v content) {
	for _, e := range b.shown[v.Transient.DisplayID] {
		n := dataBytes(v.Data)
		if e.cell.used-e.bytes+n > b.maxBytes() {
			e.cell.drop.bytes += n
			continue
		}
		e.cell.used += n - e.bytes
		e.bytes = n
		e.out.Data, e.out.Metadata = v.Data, v.Metadata
		e.cell.changed = true
	}
}

func (c *Cell) add(o nbformat.Output, bytes int) *entry {
	e := &entry{cell: c, out: o, bytes: bytes}
	c.entries = append(c.entries, e)
	c.used += bytes
	return e
}

func (c *Cell) room(n int) bool {
	return len(c.entries) < c.book.maxCount() && c.used+n <= c.book.maxBytes()
}

func (c *Cell) pending() {
	if c.clear {
		c.reset()
	}
}

func (c *Cell) reset() {
	for id, shown := range c.book.shown {
		kept := shown[:0]
		for _, e := range shown {
			if e.cell != c {
				kept = append(kept, e)
			}
		}
		c.book.shown[id] = kept
	}
	c.entries, c.used, c.drop, c.lost, c.clear, c.changed = nil, 0, dropped{}, 0, false, true
}

// Outputs returns what is to be stored, with a notice for what was dropped or lost.
func (c *Cell) Outputs() []nbformat.Output {
	entries := c.entries
	if c.book.GoNB {
		entries = stdoutFirst(entries)
	}
	var outs []nbformat.Output
	for _, e := range entries {
		o := e.out
		if e.stream != nil {
			o.Text = e.stream.String()
			if o.Text == "" {
				continue
			}
		}
		if c.book.GoNB {
			if isEmpty(o) {
				continue
			}
			withoutFolder(&o)
		}
		outs = append(outs, o)
	}
	if s := c.Notice(); s != "" {
		outs = append(outs, nbformat.Output{Type: "stream", Name: "stderr", Text: s})
	}
	return outs
}

// Notice says what is missing from the outputs; empty when nothing is.
func (c *Cell) Notice() string {
	return c.drop.notice(c.book.Limits) + lostNotice(c.lost)
}

// Stderr returns what the cell wrote to its standard error, whatever was cleared or dropped since; of a very long text
// the first and the last part.
func (c *Cell) Stderr() string { return c.stderr.String() }

// ExecutionCount is the count that the kernel announced, 0 before.
func (c *Cell) ExecutionCount() int { return c.count }

// DisplayIDs lists the names by which later cells can change what this one shows.
func (c *Cell) DisplayIDs() (ids []string) {
	for id, shown := range c.book.shown {
		if slices.ContainsFunc(shown, func(e *entry) bool { return e.cell == c }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// TakeChanged tells whether the outputs changed since it was last asked.
func (c *Cell) TakeChanged() bool {
	was := c.changed
	c.changed = false
	return was
}

func dataBytes(data map[string]json.RawMessage) (n int) {
	for _, v := range data {
		n += len(v)
	}
	return n
}

// runeFloor returns the largest n ≤ limit at which s can be cut without splitting a rune.
func runeFloor(s string, limit int) int {
	n := max(0, min(limit, len(s)))
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}

// Fail stores an error that the kernel did not send.
func (c *Cell) Fail(name, text string) {
	c.fail(content{EName: name, EValue: text, Traceback: []string{text}})
}
