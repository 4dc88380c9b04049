package peer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
)

func (c *Conn) decodeAll(raw json.RawMessage, types []reflect.Type) ([]reflect.Value, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	if len(parts) != len(types) {
		return nil, fmt.Errorf("%d values instead of %d", len(parts), len(types))
	}
	out := make([]reflect.Value, len(types))
	for i, t := range types {
		out[i] = reflect.New(t).Elem()
		if err := c.decode(parts[i], out[i], 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *Conn) decode(raw []byte, v reflect.Value, depth int) error {
	if depth > maxDepth {
		return errors.New("a value is nested too deeply")
	}
	null := bytes.Equal(raw, []byte("null"))
	switch v.Type() {
	case errorType:
		var text string
		if null {
			return nil
		}
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
		v.Set(reflect.ValueOf(errors.New(text)))
		return nil
	case randType:
		if null {
			return nil
		}
		r, err := c.decodeRand(raw)
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(r))
		return nil
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return decodeFloat(raw, v)
	case reflect.Func:
		if null {
			return nil
		}
		var h handle
		if err := json.Unmarshal(raw, &h); err != nil {
			return err
		}
		v.Set(c.imported(h.Fn, v.Type()))
		return nil
	case reflect.Slice, reflect.Array, reflect.Struct, reflect.Pointer, reflect.Map:
		if null {
			return nil
		}
		return c.decodeList(raw, v, depth)
	}
	if null {
		return fmt.Errorf("null is not a %v", v.Type())
	}
	return json.Unmarshal(raw, v.Addr().Interface())
}

func decodeFloat(raw []byte, v reflect.Value) error {
	switch string(raw) {
	case `"NaN"`:
		v.SetFloat(math.NaN())
	case `"+Inf"`:
		v.SetFloat(math.Inf(1))
	case `"-Inf"`:
		v.SetFloat(math.Inf(-1))
	default:
		var x *float64
		if err := json.Unmarshal(raw, &x); err != nil {
			return err
		}
		if x == nil {
			return errors.New("null is not a number")
		}
		v.SetFloat(*x)
	}
	return nil
}

func (c *Conn) decodeList(raw []byte, v reflect.Value, depth int) error {
	if v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[float64]() && !bytes.ContainsAny(raw, `"n`) {
		return json.Unmarshal(raw, v.Addr().Interface()) // the usual message: plain numbers
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return err
	}
	wrong := func(n int) error { return fmt.Errorf("%d values instead of %d in a %v", len(parts), n, v.Type()) }
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), len(parts), len(parts)))
		for i := range parts {
			if err := c.decode(parts[i], v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Array:
		if len(parts) != v.Len() {
			return wrong(v.Len())
		}
		for i := range parts {
			if err := c.decode(parts[i], v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Struct:
		if len(parts) != v.NumField() {
			return wrong(v.NumField())
		}
		for i := range parts {
			if err := c.decode(parts[i], v.Field(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Pointer:
		if len(parts) != 1 {
			return wrong(1)
		}
		v.Set(reflect.New(v.Type().Elem()))
		return c.decode(parts[0], v.Elem(), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, p := range parts {
			pair, err := c.decodeAll(p, []reflect.Type{v.Type().Key(), v.Type().Elem()})
			if err != nil {
				return err
			}
			v.SetMapIndex(pair[0], pair[1])
		}
	}
	return nil
}

// shared tells whether a callee can change what the caller holds.
func shared(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return true
	}
	return false
}

// copyBack writes what the callee left in its copy into the caller's own memory.
func copyBack(dst, src reflect.Value) {
	switch dst.Kind() {
	case reflect.Slice:
		for i := range min(dst.Len(), src.Len()) {
			if shared(dst.Type().Elem()) && !dst.Index(i).IsNil() && !src.Index(i).IsNil() {
				copyBack(dst.Index(i), src.Index(i))
			} else if dst.Type().Elem().Kind() != reflect.Func {
				dst.Index(i).Set(src.Index(i))
			}
		}
	case reflect.Pointer:
		if !dst.IsNil() && !src.IsNil() {
			dst.Elem().Set(src.Elem())
		}
	case reflect.Map:
		if !dst.IsNil() && !src.IsNil() {
			dst.Clear()
			for it := src.MapRange(); it.Next(); {
				dst.SetMapIndex(it.Key(), it.Value())
			}
		}
	}
}
