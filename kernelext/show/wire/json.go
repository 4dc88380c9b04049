package wire

import (
	"encoding/gob"
	"encoding/json"
	"fmt"
)

// JSON returns v as a value for a JSON MIME type in [Display]: maps, slices, strings,
// numbers and booleans only, since the kernel's decoder knows no others. Members that
// are null or an empty list are left out, and elements that are become "", since gob
// has neither.
func JSON(v any) (any, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	return plain(tree), nil
}

// plain makes a decoded JSON tree fit for gob, which has no null, and packs rows of
// numbers, which gob would otherwise tag one by one.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return ""
	case map[string]any:
		for k, e := range v {
			if v[k] = plain(e); v[k] == "" && e != "" {
				delete(v, k)
			}
		}
	case []any:
		if len(v) == 0 {
			return ""
		}
		row := make([]float64, 0, len(v))
		for _, e := range v {
			if x, ok := e.(float64); ok {
				row = append(row, x)
			}
		}
		if len(row) == len(v) {
			return row
		}
		for i, e := range v {
			v[i] = plain(e)
		}
	}
	return v
}

// gob sends the concrete type's name with each interface value; the kernel registers
// these two as well.
func init() {
	gob.Register(map[string]any{})
	gob.Register([]any{})
}
