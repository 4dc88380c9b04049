package nbformat

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// The types of outputs.
const (
	Stream        = "stream"
	DisplayData   = "display_data"
	ExecuteResult = "execute_result"
	Error         = "error"
)

// Output is one output of a code cell. Which fields mean something depends on Type. A display_id is not part of a
// document: whoever runs the cell follows it.
type Output struct {
	Type string

	Name string // stream: stdout or stderr
	Text string // stream

	Data           map[string]json.RawMessage // display_data, execute_result: MIME type → value; text is one JSON string
	Metadata       map[string]json.RawMessage // display_data, execute_result
	ExecutionCount *int                       // execute_result

	EName, EValue string   // error
	Traceback     []string // error
}

// MIME returns the data of one MIME type: text joined to one string, JSON as it is spelled.
func (o *Output) MIME(mime string) (string, bool) {
	raw, ok := o.Data[mime]
	if !ok {
		return "", false
	}
	v := &value{raw: raw}
	if len(raw) > 0 && !jsonMIME(mime) {
		if s, ok := v.str(); ok {
			return s, true
		}
	}
	return string(raw), true
}

// jsonMIME tells whether a list of strings under this MIME type is data and not the lines of a text.
func jsonMIME(mime string) bool {
	return mime == "application/json" || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

// linesMIME tells whether Jupyter writes text of this MIME type as a list of lines.
func linesMIME(mime string) bool {
	return strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml"
}

func readOutput(p *parser, v *value) Output {
	var o Output
	if !v.isObject() {
		p.fail(v, "an output must be an object")
		return o
	}
	text := func(key string) string {
		m := v.get(key)
		if m == nil {
			return ""
		}
		s, ok := m.str()
		if !ok {
			p.fail(m, "the output's %s must be text", key)
		}
		return s
	}
	if o.Type = text("output_type"); o.Type == "" {
		p.fail(v, "an output must have an output_type")
		return o
	}
	switch o.Type {
	case Stream:
		o.Name, o.Text = text("name"), text("text")
	case DisplayData, ExecuteResult:
		o.Data = readBundle(p, v.get("data"), true)
		o.Metadata = readBundle(p, v.get("metadata"), false)
		if m := v.get("execution_count"); m != nil && m.kind() != 'n' {
			n, ok := m.number()
			if !ok {
				p.fail(m, "execution_count must be a whole number or null")
			}
			o.ExecutionCount = &n
		}
	case Error:
		o.EName, o.EValue = text("ename"), text("evalue")
		if m := v.get("traceback"); m != nil && json.Unmarshal(m.text(), &o.Traceback) != nil {
			p.fail(m, "the traceback must be a list of strings")
		}
	}
	return o
}

func readBundle(p *parser, v *value, data bool) map[string]json.RawMessage {
	if v == nil {
		return nil
	}
	if !v.isObject() {
		p.fail(v, "the output's data and metadata must be objects")
		return nil
	}
	bundle := map[string]json.RawMessage{}
	for _, it := range v.open() {
		key, raw := it.name(), it.val.raw
		if data && it.val.isArray() && !jsonMIME(key) {
			if s, ok := it.val.str(); ok {
				raw = appendQuoted(nil, s)
			}
		}
		bundle[key] = slices.Clip(raw)
	}
	return bundle
}

// Outputs returns the cell's outputs. The slice is the caller's; the maps inside are not to be changed.
func (c *Cell) Outputs() []Output { return slices.Clone(c.outputs) }

// clean makes every value of a bundle JSON and UTF-8: kernels send what they like, a document must stay readable.
func clean(bundle map[string]json.RawMessage) map[string]json.RawMessage {
	out := maps.Clone(bundle)
	for key, raw := range out {
		if raw = bytes.ToValidUTF8(raw, []byte("\uFFFD")); !json.Valid(raw) {
			raw = appendQuoted(nil, string(raw))
		}
		out[key] = raw
	}
	return out
}

// SetOutputs replaces the cell's outputs. One that is equal to the output before at the same place keeps its bytes.
func (c *Cell) SetOutputs(outputs []Output) {
	l := c.members()
	old := c.obj.get("outputs")
	var kept []item
	if old != nil {
		kept = old.open()
	}
	list := &value{raw: []byte("[]"), split: true}
	same := old != nil && len(kept) == len(outputs)
	outputs = slices.Clone(outputs)
	for i := range outputs {
		o := &outputs[i]
		o.Data, o.Metadata = clean(o.Data), clean(o.Metadata)
		val := (*value)(nil)
		if i < len(kept) && i < len(c.outputs) && o.equal(c.outputs[i]) {
			val = kept[i].val
		} else {
			val = o.spell(l.inner().inner())
			same = false
		}
		list.insert(len(list.items), item{val: val}, l.inner())
	}
	c.outputs = outputs
	if !same {
		c.obj.set("outputs", list, l)
	}
}

func (o *Output) equal(p Output) bool {
	sameCount := o.ExecutionCount == p.ExecutionCount ||
		o.ExecutionCount != nil && p.ExecutionCount != nil && *o.ExecutionCount == *p.ExecutionCount
	same := func(a, b json.RawMessage) bool { return sameJSON(a, b) }
	return o.Type == p.Type && o.Name == p.Name && o.Text == p.Text && o.EName == p.EName && o.EValue == p.EValue &&
		sameCount && slices.Equal(o.Traceback, p.Traceback) &&
		maps.EqualFunc(o.Data, p.Data, same) && maps.EqualFunc(o.Metadata, p.Metadata, same)
}

// spell writes o as Jupyter would; l is the layout of its members.
func (o *Output) spell(l layout) *value {
	v := &value{raw: []byte("{}")}
	set := func(key string, x any) {
		val, err := fresh(x, l.inner())
		if err != nil {
			panic("nbformat: output " + key + ": " + err.Error()) // only a RawMessage that is no JSON
		}
		v.set(key, val, l)
	}
	set("output_type", o.Type)
	switch o.Type {
	case Stream:
		set("name", o.Name)
		v.set("text", freshText(o.Text, l.inner()), l)
	case DisplayData, ExecuteResult:
		data := &value{raw: []byte("{}")}
		for _, mime := range slices.Sorted(maps.Keys(o.Data)) {
			raw := &value{raw: format(nil, o.Data[mime], l.inner().inner())}
			if linesMIME(mime) {
				if s, ok := raw.str(); ok {
					raw = freshText(s, l.inner().inner())
				}
			}
			data.set(mime, raw, l.inner())
		}
		v.set("data", data, l)
		meta := o.Metadata
		if meta == nil {
			meta = map[string]json.RawMessage{}
		}
		set("metadata", meta)
		if o.Type == ExecuteResult {
			set("execution_count", o.ExecutionCount)
		}
	case Error:
		set("ename", o.EName)
		set("evalue", o.EValue)
		set("traceback", append([]string{}, o.Traceback...))
	}
	return v
}
