package nbformat

import "slices"

// The types of cells that Jupyter knows.
const (
	Code     = "code"
	Markdown = "markdown"
	Raw      = "raw"
)

// Cell is one cell of a notebook. ID and Type may be assigned; everything else has a method.
type Cell struct {
	ID   string // "" when it has none
	Type string

	obj     *value
	layout  layout // of the document that obj is spelled for
	source  string
	outputs []Output
	count   *int
}

// NewCell returns a cell without outputs, to be put into a notebook's Cells. Its id follows from its text; call
// Notebook.AddIDs when two new cells might be alike.
func NewCell(kind, source string) *Cell {
	c := &Cell{ID: cellID(kind, source, 0), Type: kind, layout: jupyterLayout}
	doc := `{"cell_type":"","metadata":{}}`
	if kind == Code {
		doc = `{"cell_type":"","execution_count":null,"metadata":{},"outputs":[]}`
	}
	l := c.members()
	c.obj = &value{raw: format(nil, []byte(doc), l)}
	c.obj.set("source", freshText("", l.inner()), l)
	c.SetSource(source)
	return c
}

func readCell(p *parser, v *value, l layout) *Cell {
	c := &Cell{obj: v, layout: l}
	if !v.isObject() {
		p.fail(v, "a cell must be an object")
		return c
	}
	text := func(key string) string {
		m := v.get(key)
		if m == nil {
			return ""
		}
		s, ok := m.str()
		if !ok {
			p.fail(m, "the cell's %s must be text", key)
		}
		return s
	}
	c.ID, c.source = text("id"), text("source")
	if c.Type = text("cell_type"); c.Type == "" {
		p.fail(v, "a cell must have a cell_type")
	}
	if m := v.get("metadata"); m != nil && !m.isObject() {
		p.fail(m, "the cell's metadata must be an object")
	}
	if m := v.get("execution_count"); m != nil && m.kind() != 'n' {
		n, ok := m.number()
		if !ok {
			p.fail(m, "execution_count must be a whole number or null")
		}
		c.count = &n
	}
	if m := v.get("outputs"); m != nil {
		if !m.isArray() {
			p.fail(m, "the cell's outputs must be a list")
			return c
		}
		for _, it := range m.open() {
			c.outputs = append(c.outputs, readOutput(p, it.val))
		}
	}
	return c
}

// members is the layout of the members of a cell: document, cells, cell, member.
func (c *Cell) members() layout {
	l := c.layout
	l.level = 3
	return l
}

// adopt respells a cell that comes from a document of another style, or from none.
func (c *Cell) adopt(l layout) {
	if !c.layout.same(l) {
		c.layout = l
		*c.obj = value{raw: format(nil, c.obj.text(), c.members())}
	}
}

// sync writes the assignable fields to the tree.
func (c *Cell) sync(minor int) {
	for _, f := range []struct{ key, now string }{{"id", c.ID}, {"cell_type", c.Type}} {
		old := ""
		if m := c.obj.get(f.key); m != nil {
			old, _ = m.str()
		}
		switch {
		case old == f.now:
		case f.now == "":
			c.obj.remove(f.key)
		case f.key == "id" && old == "" && minor < 5: // the format has no ids yet
		default:
			c.obj.set(f.key, &value{raw: appendQuoted(nil, f.now)}, c.members())
		}
	}
}

// Source returns the cell's text.
func (c *Cell) Source() string { return c.source }

// SetSource replaces the cell's text.
func (c *Cell) SetSource(text string) {
	if text == c.source {
		return
	}
	c.source = text
	l := c.members()
	c.obj.set("source", freshText(text, l.inner()), l)
}

// Metadata returns the cell's metadata.
func (c *Cell) Metadata() *Metadata { return &Metadata{owner: c.obj, layout: c.members()} }

// Tags returns metadata.tags.
func (c *Cell) Tags() []string {
	var tags []string
	c.Metadata().Decode("tags", &tags)
	return tags
}

// HasTag tells whether tag is one of the cell's tags.
func (c *Cell) HasTag(tag string) bool { return slices.Contains(c.Tags(), tag) }

// ExecutionCount returns the number Jupyter shows beside the cell, and false when it was not executed.
func (c *Cell) ExecutionCount() (int, bool) {
	if c.count == nil {
		return 0, false
	}
	return *c.count, true
}

// SetExecutionCount stores n; 0 stands for not executed.
func (c *Cell) SetExecutionCount(n int) {
	if old, ok := c.ExecutionCount(); ok == (n != 0) && old == n && c.obj.get("execution_count") != nil {
		return
	}
	c.count = nil
	if n != 0 {
		c.count = &n
	}
	val, err := fresh(c.count, c.members())
	if err != nil {
		panic(err) // a *int always has a spelling
	}
	c.obj.set("execution_count", val, c.members())
}

// Attachments returns the pictures that a Markdown cell carries: file name → MIME type → data (base64 for pictures).
func (c *Cell) Attachments() map[string]map[string]string {
	m := c.obj.get("attachments")
	if m == nil || !m.isObject() {
		return nil
	}
	files := map[string]map[string]string{}
	for _, file := range m.open() {
		if !file.val.isObject() {
			continue
		}
		bundle := map[string]string{}
		for _, it := range file.val.open() {
			if s, ok := it.val.str(); ok {
				bundle[it.name()] = s
			}
		}
		files[file.name()] = bundle
	}
	return files
}
