package nbformat

import (
	"bytes"
	"encoding/json"
	"slices"
)

// value is one JSON value with the spelling it has in the document. An object or array is split into its items on first
// use; what nobody looks into stays one piece of text, which makes reading cheap and writing exact.
type value struct {
	raw   []byte // the spelling; of no meaning once split
	split bool
	items []item
	tail  []byte // white space inside an empty object or array
}

// item is a member of an object or an element of an array with every byte around it:
//
//	lead "key" sep value trail ,
type item struct {
	lead  []byte
	key   []byte // with its quotes; nil in an array
	sep   []byte // the colon and the space around it
	val   *value
	trail []byte // before the comma or the closing bracket
}

func (v *value) kind() byte { return v.raw[0] }

func (v *value) isObject() bool { return v.kind() == '{' }

func (v *value) isArray() bool { return v.kind() == '[' }

// open splits v, whose text must be valid JSON, and returns its items. A scalar has none.
func (v *value) open() []item {
	if v.split || !v.isObject() && !v.isArray() {
		return v.items
	}
	v.split = true
	s := v.raw
	i := 1
	space := func() []byte {
		from := i
		for s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t' {
			i++
		}
		return s[from:i]
	}
	lead := space()
	if s[i] == '}' || s[i] == ']' {
		v.tail = lead
		return nil
	}
	for {
		it := item{lead: lead}
		if v.isObject() {
			end := valueEnd(s, i)
			it.key = s[i:end]
			i = end
			from := i
			space()
			i++ // the colon
			space()
			it.sep = s[from:i]
		}
		end := valueEnd(s, i)
		it.val = &value{raw: s[i:end]}
		i = end
		it.trail = space()
		v.items = append(v.items, it)
		if s[i] != ',' {
			return v.items
		}
		i++
		lead = space()
	}
}

// valueEnd returns the index after the value that begins at s[i]. It does not recurse: depth costs nothing.
func valueEnd(s []byte, i int) int {
	depth := 0
	for {
		switch s[i] {
		case '"':
			for i++; s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			i++
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\r', '\t':
			i++
		default: // number, true, false, null
			for i < len(s) && bytes.IndexByte([]byte(",:]} \n\r\t"), s[i]) < 0 {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
}

// appendTo writes v with the spelling it was read in, or was given since.
func (v *value) appendTo(dst []byte) []byte {
	if !v.split {
		return append(dst, v.raw...)
	}
	dst = append(dst, v.raw[0])
	for i, it := range v.items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, it.lead...)
		dst = append(dst, it.key...)
		dst = append(dst, it.sep...)
		dst = it.val.appendTo(dst)
		dst = append(dst, it.trail...)
	}
	if len(v.items) == 0 {
		dst = append(dst, v.tail...)
	}
	return append(dst, v.raw[0]+2) // '{'+2 is '}', '['+2 is ']'
}

func (v *value) text() []byte {
	if !v.split {
		return v.raw
	}
	return v.appendTo(nil)
}

// index is the place of the member called name, or -1. Of two with one name the last counts, as in Python and Go.
func (v *value) index(name string) int {
	items := v.open()
	for i := len(items) - 1; i >= 0; i-- {
		if items[i].name() == name {
			return i
		}
	}
	return -1
}

// get returns the member called name, or nil.
func (v *value) get(name string) *value {
	if !v.isObject() {
		return nil
	}
	if i := v.index(name); i >= 0 {
		return v.items[i].val
	}
	return nil
}

func (it *item) name() string {
	key := it.key[1 : len(it.key)-1]
	if bytes.IndexByte(key, '\\') < 0 {
		return string(key)
	}
	return unquote(it.key)
}

// set gives the member called name a new value. A new member goes to its sorted place when the members are sorted, as
// Jupyter's are, and to the end otherwise.
func (v *value) set(name string, val *value, l layout) {
	if i := v.index(name); i >= 0 {
		v.items[i].val = val
		return
	}
	at, sorted := len(v.items), true
	for i := len(v.items) - 1; i >= 0; i-- {
		if i > 0 && v.items[i-1].name() > v.items[i].name() {
			sorted = false
		}
		if v.items[i].name() > name {
			at = i
		}
	}
	if !sorted {
		at = len(v.items)
	}
	v.insert(at, item{key: appendQuoted(nil, name), sep: l.colon, val: val}, l)
}

// insert puts it at place at and lays out the white space around it; l is the layout of v's items.
func (v *value) insert(at int, it item, l layout) {
	items := v.open()
	switch n := len(items); {
	case n == 0:
		it.lead, it.trail = l.line(), l.outer().line()
	case at == 0:
		it.lead, items[0].lead = items[0].lead, l.after(items[:min(n, 2)])
	case at == n:
		last := &items[n-1]
		it.lead, it.trail, last.trail = l.after(items), last.trail, nil
	default:
		it.lead = items[at].lead
	}
	v.items = slices.Insert(items, at, it)
}

// remove deletes every member called name.
func (v *value) remove(name string) {
	for i := v.index(name); i >= 0; i = v.index(name) {
		gone := v.items[i]
		v.items = slices.Delete(v.items, i, i+1)
		switch {
		case len(v.items) == 0:
			v.tail = nil
		case i == len(v.items):
			v.items[i-1].trail = gone.trail
		}
	}
}

// str returns the text of a string or of a list of strings, the two forms in which the format spells text.
func (v *value) str() (string, bool) {
	switch v.kind() {
	case '"':
		return unquote(v.raw), true
	case '[':
		var lines []string
		if json.Unmarshal(v.text(), &lines) != nil {
			return "", false
		}
		return join(lines), true
	}
	return "", false
}

// number returns a whole number.
func (v *value) number() (int, bool) {
	var n int
	if v.kind() == 'n' || json.Unmarshal(v.text(), &n) != nil {
		return 0, false
	}
	return n, true
}

func unquote(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		panic("nbformat: a string that is none: " + string(raw)) // Parse has checked the whole document
	}
	return s
}

func join(lines []string) string {
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(l)
	}
	return b.String()
}
