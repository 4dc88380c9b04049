package nbformat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxSize bounds a document. The largest notebooks met in the wild, full of embedded pictures, are a tenth of it.
const maxSize = 256 << 20

// Notebook is one document. Cells may be changed, inserted, removed and reordered freely. Reading splits the tree as it
// goes, so even readers must not share a Notebook between goroutines.
type Notebook struct {
	Minor int // the y of format 4.y; read-only
	Cells []*Cell

	before, after []byte // around the outermost brackets: byte order mark, white space
	doc           *value
	layout        layout
}

// New returns an empty notebook of format 4.5.
func New() *Notebook {
	doc := `{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}`
	n := &Notebook{Minor: 5, layout: jupyterLayout, after: []byte("\n")}
	n.doc = &value{raw: format(nil, []byte(doc), n.layout)}
	return n
}

// Read reads the notebook at path. An error is a *FormatError or the file system's.
func Read(path string) (*Notebook, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, err
	}
	n, err := Parse(data)
	if bad, ok := errors.AsType[*FormatError](err); ok {
		bad.Path = path
	}
	return n, err
}

// Parse reads a notebook of any format 4.y. An error is a *FormatError.
func Parse(data []byte) (*Notebook, error) {
	if len(data) > maxSize {
		return nil, errorAt(nil, 0, "larger than %d MB: clear its outputs first", maxSize>>20)
	}
	if err := checkText(data); err != nil {
		return nil, err
	}
	data = bytes.Clone(data) // the tree refers to it
	from := len(data) - len(bytes.TrimLeft(data, "\uFEFF \t\r\n"))
	to := len(bytes.TrimRight(data, " \t\r\n"))
	n := &Notebook{before: data[:from], after: data[to:], doc: &value{raw: data[from:to:to]}}
	p := parser{data: data[:to]}
	n.read(&p)
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

// checkText makes sure that data is UTF-8 and JSON, which is what the value tree relies on.
func checkText(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errorAt(data, 0, "the file is empty: it is no notebook; restore it or delete it")
	}
	if !utf8.Valid(data) {
		at := 0
		for at < len(data) {
			r, n := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		return errorAt(data, at, "byte 0x%02x is not UTF-8: save the file as UTF-8", data[at])
	}
	text := bytes.TrimPrefix(data, []byte("\uFEFF"))
	var whole json.RawMessage
	err := json.Unmarshal(text, &whole)
	if err == nil {
		return nil
	}
	at := len(data)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = int(syntax.Offset) + len(data) - len(text)
		if !strings.Contains(err.Error(), "unexpected end") {
			at-- // Offset counts the offending byte
		}
	}
	what := strings.TrimPrefix(err.Error(), "json: ")
	return errorAt(data, at, "broken JSON: %s: repair this place or restore the file (a merge conflict?)", what)
}

// parser collects the first fault in the shape of a document.
type parser struct {
	data []byte
	err  error
}

func (p *parser) fail(at *value, format string, args ...any) {
	if p.err != nil {
		return
	}
	// Every value shares the document's memory, so its place follows from what is left behind it.
	p.err = errorAt(p.data, len(p.data)-cap(at.raw), format, args...)
}

func (n *Notebook) read(p *parser) {
	if !n.doc.isObject() {
		p.fail(n.doc, "not a notebook: the outermost value must be an object")
		return
	}
	n.layout = layoutOf(n.doc)
	if !n.readVersion(p) {
		return
	}
	if m := n.doc.get("metadata"); m != nil && !m.isObject() {
		p.fail(m, "metadata must be an object")
	}
	cells := n.doc.get("cells")
	if cells == nil || !cells.isArray() {
		p.fail(n.doc, "not a notebook: it has no list of cells")
		return
	}
	for _, it := range cells.open() {
		n.Cells = append(n.Cells, readCell(p, it.val, n.layout))
		if p.err != nil {
			return
		}
	}
}

func (n *Notebook) readVersion(p *parser) bool {
	major := n.doc.get("nbformat")
	if major == nil {
		p.fail(n.doc, "not a notebook: it has no nbformat number")
		return false
	}
	v, ok := major.number()
	switch {
	case !ok:
		p.fail(major, "nbformat must be a whole number")
	case v < 4:
		p.fail(major, "notebook format %d is too old: save it once in Jupyter, or run jupyter nbconvert --to notebook --inplace", v)
	case v > 4:
		p.fail(major, "notebook format %d is newer than the 4 that is known here: update downhill", v)
	}
	if minor := n.doc.get("nbformat_minor"); minor != nil {
		if n.Minor, ok = minor.number(); !ok || n.Minor < 0 {
			p.fail(minor, "nbformat_minor must be a whole number")
		}
	}
	return p.err == nil
}

// Metadata returns the notebook's own metadata.
func (n *Notebook) Metadata() *Metadata { return &Metadata{owner: n.doc, layout: n.layout} }

// Bytes returns the document as it stands now.
func (n *Notebook) Bytes() []byte {
	cells := n.doc.get("cells")
	l := n.layout.inner()
	if !slices.EqualFunc(cells.open(), n.Cells, func(it item, c *Cell) bool { return it.val == c.obj }) {
		cells.items = nil
		for _, c := range n.Cells {
			c.adopt(n.layout)
			cells.insert(len(cells.items), item{val: c.obj}, l)
		}
	}
	for _, c := range n.Cells {
		c.sync(n.Minor)
	}
	out := bytes.Clone(n.before)
	out = n.doc.appendTo(out)
	return append(out, n.after...)
}

// AddIDs gives an id to every cell that has none and to every later cell with an id that came before, where the format
// has ids (4.5 and later). Ids follow from the cells' text and place, so that two runs give the same.
func (n *Notebook) AddIDs() {
	if n.Minor < 5 {
		return
	}
	used := make(map[string]bool, len(n.Cells))
	for _, c := range n.Cells {
		if used[c.ID] {
			c.ID = ""
		}
		if c.ID != "" {
			used[c.ID] = true
		}
	}
	for i, c := range n.Cells {
		for salt := i; c.ID == ""; salt += len(n.Cells) {
			if id := cellID(c.Type, c.Source(), salt); !used[id] {
				used[id] = true
				c.ID = id
			}
		}
	}
}

func cellID(kind, source string, salt int) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s\x00%s\x00%d", kind, source, salt)
	return fmt.Sprintf("%08x", h.Sum32())
}
