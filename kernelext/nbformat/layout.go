package nbformat

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// layout is how a document is spelled: what new pieces must look like to fit in.
type layout struct {
	newline string // "" when the document is one line
	unit    string // one level of indentation
	colon   []byte
	comma   string // what follows a comma in a document of one line
	level   int    // of the items being laid out; the members of the document are at 1
}

// jupyterLayout is json.dumps(nb, indent=1, separators=(",", ": ")), Jupyter's own.
var jupyterLayout = layout{newline: "\n", unit: " ", colon: []byte(": "), level: 1}

func layoutOf(doc *value) layout {
	l := jupyterLayout
	items := doc.open()
	if len(items) == 0 {
		return l
	}
	lead := string(items[0].lead)
	l.colon = items[0].sep
	at := strings.LastIndexByte(lead, '\n')
	if at < 0 {
		l.newline, l.unit = "", ""
		if len(items) > 1 {
			l.comma = string(items[1].lead)
		}
		return l
	}
	l.newline = "\n"
	if at > 0 && lead[at-1] == '\r' {
		l.newline = "\r\n"
	}
	l.unit = lead[at+1:]
	return l
}

func (l layout) same(m layout) bool {
	return l.newline == m.newline && l.unit == m.unit && l.comma == m.comma && bytes.Equal(l.colon, m.colon)
}

func (l layout) inner() layout { l.level++; return l }

func (l layout) outer() layout { l.level--; return l }

// line is the white space before an item.
func (l layout) line() []byte {
	if l.newline == "" {
		return nil
	}
	return []byte(l.newline + strings.Repeat(l.unit, max(l.level, 0)))
}

// after is the white space before an item that follows items, in their own style: they may stand on one line in a
// document that does not.
func (l layout) after(items []item) []byte {
	lead := items[len(items)-1].lead
	switch {
	case len(items) > 1 || bytes.IndexByte(lead, '\n') >= 0:
		return lead
	case l.newline == "":
		return []byte(l.comma)
	}
	return []byte(" ")
}

// separate writes what stands between two items.
func (l layout) separate(dst []byte, first bool) []byte {
	if !first {
		dst = append(dst, ',')
		if l.newline == "" {
			dst = append(dst, l.comma...)
		}
	}
	return append(dst, l.line()...)
}

// maxDepth bounds the work of format: what is nested deeper keeps its spelling. Python gives up at about 1000.
const maxDepth = 200

// format respells raw, which must be valid JSON, as Jupyter does in layout l: keys sorted, the last of two equal keys
// kept, escapes only where JSON demands them, numbers as they were.
func format(dst []byte, raw []byte, l layout) []byte {
	v := &value{raw: bytes.TrimSpace(raw)}
	if l.level > maxDepth {
		return append(dst, v.raw...)
	}
	switch v.kind() {
	case '"':
		return appendRequoted(dst, v.raw)
	case '{', '[':
	default:
		return append(dst, v.raw...)
	}
	items := v.open()
	if v.isObject() {
		slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.name(), b.name()) })
		kept := items[:0]
		for i := range items {
			if i+1 < len(items) && items[i].name() == items[i+1].name() {
				continue
			}
			kept = append(kept, items[i])
		}
		items = kept
	}
	dst = append(dst, v.kind())
	for i := range items {
		dst = l.separate(dst, i == 0)
		if v.isObject() {
			dst = appendRequoted(dst, items[i].key)
			dst = append(dst, l.colon...)
		}
		dst = format(dst, items[i].val.raw, l.inner())
	}
	if len(items) > 0 {
		dst = append(dst, l.outer().line()...)
	}
	return append(dst, v.kind()+2)
}

// fresh makes a value of x as encoding/json sees it; l is the layout of its items.
func fresh(x any, l layout) (*value, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(x); err != nil {
		return nil, err
	}
	return &value{raw: format(nil, b.Bytes(), l)}, nil
}

// freshText spells text as a list of lines.
func freshText(text string, l layout) *value {
	dst := []byte{'['}
	for i, line := range splitLines(text) {
		dst = l.separate(dst, i == 0)
		dst = appendQuoted(dst, line)
	}
	if text != "" {
		dst = append(dst, l.outer().line()...)
	}
	return &value{raw: append(dst, ']')}
}

// splitLines cuts text after each line end that Python's str.splitlines knows, so that our lists of lines are Jupyter's.
func splitLines(text string) []string {
	var lines []string
	start := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch r {
		case '\r':
			if i < len(text) && text[i] == '\n' {
				i++
			}
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		default:
			continue
		}
		lines = append(lines, text[start:i])
		start = i
	}
	if start < len(text) {
		lines = append(lines, text[start:])
	}
	return lines
}

// appendRequoted respells a quoted string with as few escapes as possible. A lone surrogate has no other spelling than
// its escape, so such a string stays as it is.
func appendRequoted(dst, raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return append(dst, raw...)
	}
	s := unquote(raw)
	if strings.ContainsRune(s, utf8.RuneError) {
		return append(dst, raw...)
	}
	return appendQuoted(dst, s)
}

// appendQuoted spells s as Python's json does with ensure_ascii=False. Invalid UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\r':
			dst = append(dst, '\\', 'r')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r == '\b':
			dst = append(dst, '\\', 'b')
		case r == '\f':
			dst = append(dst, '\\', 'f')
		case r < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
