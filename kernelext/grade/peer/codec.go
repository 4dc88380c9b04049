package peer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
)

// maxDepth bounds nested values; a cyclic one is an error instead of an endless message.
const maxDepth = 32

var (
	errorType = reflect.TypeFor[error]()
	randType  = reflect.TypeFor[*rand.Rand]()
)

// Portable says why values of type t cannot travel between the two processes, or nil.
func Portable(t reflect.Type) error { return portable(t, 0) }

func portable(t reflect.Type, depth int) error {
	switch {
	case t == errorType, t == randType:
		return nil
	case depth > maxDepth:
		return fmt.Errorf("type %v refers to itself", t)
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return portable(t.Elem(), depth+1)
	case reflect.Map:
		return errors.Join(portable(t.Key(), depth+1), portable(t.Elem(), depth+1))
	case reflect.Struct:
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				return fmt.Errorf("type %v has the unexported field %s, which cannot cross to another process", t, t.Field(i).Name)
			}
			if err := portable(t.Field(i).Type, depth+1); err != nil {
				return err
			}
		}
		return nil
	case reflect.Func:
		for i := range t.NumIn() {
			if err := portable(t.In(i), depth+1); err != nil {
				return err
			}
		}
		for i := range t.NumOut() {
			if err := portable(t.Out(i), depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("a value of type %v cannot cross to another process", t)
}

// handle is a function value on its way.
type handle struct {
	Fn uint64 `json:"fn"`
}

func (c *Conn) encodeAll(vs []reflect.Value) (json.RawMessage, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, v := range vs {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := c.encode(&b, v, 0); err != nil {
			return nil, err
		}
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

func (c *Conn) encode(b *bytes.Buffer, v reflect.Value, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("a value of type %v is nested too deeply", v.Type())
	}
	switch v.Type() {
	case errorType:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return writeJSON(b, v.Interface().(error).Error())
	case randType:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		g, err := c.encodeRand(v.Interface().(*rand.Rand))
		if err != nil {
			return err
		}
		return writeJSON(b, g)
	}
	switch v.Kind() {
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		b.Write(strconv.AppendInt(b.AvailableBuffer(), v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		b.Write(strconv.AppendUint(b.AvailableBuffer(), v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		encodeFloat(b, v.Float())
	case reflect.String:
		return writeJSON(b, v.String())
	case reflect.Func:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return writeJSON(b, handle{c.export(v)})
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return encodeList(b, v.Len(), func(i int) error { return c.encode(b, v.Index(i), depth+1) })
	case reflect.Struct:
		return encodeList(b, v.NumField(), func(i int) error { return c.encode(b, v.Field(i), depth+1) })
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return encodeList(b, 1, func(int) error { return c.encode(b, v.Elem(), depth+1) })
	case reflect.Map:
		return c.encodeMap(b, v, depth)
	default:
		return Portable(v.Type())
	}
	return nil
}

func encodeFloat(b *bytes.Buffer, x float64) {
	switch {
	case math.IsNaN(x):
		b.WriteString(`"NaN"`)
	case math.IsInf(x, 1):
		b.WriteString(`"+Inf"`)
	case math.IsInf(x, -1):
		b.WriteString(`"-Inf"`)
	default:
		b.Write(strconv.AppendFloat(b.AvailableBuffer(), x, 'g', -1, 64))
	}
}

func encodeList(b *bytes.Buffer, n int, element func(i int) error) error {
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := element(i); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

// encodeMap writes pairs in the order of their spelled keys: the same map is the same message.
func (c *Conn) encodeMap(b *bytes.Buffer, v reflect.Value, depth int) error {
	if v.IsNil() {
		b.WriteString("null")
		return nil
	}
	var pairs []string
	for it := v.MapRange(); it.Next(); {
		var p bytes.Buffer
		err := encodeList(&p, 2, func(i int) error {
			return c.encode(&p, []reflect.Value{it.Key(), it.Value()}[i], depth+1)
		})
		if err != nil {
			return err
		}
		pairs = append(pairs, p.String())
	}
	slices.Sort(pairs)
	return encodeList(b, len(pairs), func(i int) error {
		b.WriteString(pairs[i])
		return nil
	})
}

func writeJSON(b *bytes.Buffer, x any) error {
	text, err := json.Marshal(x)
	b.Write(text)
	return err
}
