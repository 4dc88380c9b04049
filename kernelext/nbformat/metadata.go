package nbformat

import (
	"encoding/json"
	"fmt"
)

// Metadata is the metadata of a notebook or a cell: a JSON object of which everybody may own a key.
type Metadata struct {
	owner  *value
	layout layout // of the items of owner
}

func (m *Metadata) object() *value {
	v := m.owner.get("metadata")
	if v == nil || !v.isObject() {
		return nil
	}
	return v
}

// Get returns the value under key as it is spelled in the document.
func (m *Metadata) Get(key string) (json.RawMessage, bool) {
	v := m.object()
	if v == nil {
		return nil, false
	}
	got := v.get(key)
	if got == nil {
		return nil, false
	}
	return json.RawMessage(got.text()), true
}

// Decode stores the value under key in dst as json.Unmarshal does, and tells whether there was one of that shape.
func (m *Metadata) Decode(key string, dst any) bool {
	raw, ok := m.Get(key)
	return ok && json.Unmarshal(raw, dst) == nil
}

// Set stores x, as encoding/json spells it, under key. A value that is equal already keeps its spelling.
func (m *Metadata) Set(key string, x any) error {
	inner := m.layout.inner()
	val, err := fresh(x, inner.inner())
	if err != nil {
		return fmt.Errorf("nbformat: metadata %q: %w", key, err)
	}
	v := m.object()
	if v == nil {
		v = &value{raw: []byte("{}")}
		m.owner.set("metadata", v, m.layout)
	}
	if old := v.get(key); old != nil && sameJSON(old.text(), val.raw) {
		return nil
	}
	v.set(key, val, inner)
	return nil
}

// Delete removes key; a key that is not there is fine.
func (m *Metadata) Delete(key string) {
	if v := m.object(); v != nil {
		v.remove(key)
	}
}

// sameJSON tells whether two texts differ in nothing but spelling. Numbers must be spelled alike.
func sameJSON(a, b []byte) bool {
	compact := layout{colon: []byte(":")}
	return string(format(nil, a, compact)) == string(format(nil, b, compact))
}
