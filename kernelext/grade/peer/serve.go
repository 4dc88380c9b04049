package peer

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"path"
	"reflect"
	"runtime"
	"strings"
)

// Ready is what a candidate writes before anything else, when it is confined and no line of the student's code has run:
// whatever ends it later is the student's own doing, and whatever ended it before is not.
const Ready = "ready\n"

// Serve answers requests for the functions until in ends. It is the candidate's end: every call has a goroutine of its
// own, so the functions may call back from as many as they like.
func Serve(in io.Reader, out io.Writer, functions map[string]any) error {
	c := New(in, out)
	c.in = bufio.NewReaderSize(in, 64<<10)
	c.waiting = map[uint64]chan message{}
	c.functions = map[string]reflect.Value{}
	for name, f := range functions {
		c.functions[name] = reflect.ValueOf(f)
	}
	for {
		m, err := c.receive()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case m.Re != 0:
			c.mu.Lock()
			answer := c.waiting[m.Re]
			delete(c.waiting, m.Re)
			c.mu.Unlock()
			if answer != nil {
				answer <- m
			}
		default:
			go func() {
				answer := message{Re: m.ID, Kind: Panic, Panic: "runtime.Goexit: the function ended its goroutine instead of returning"}
				defer func() { _ = c.send(answer) }()
				answer = c.serve(m)
			}()
		}
	}
}

// serve runs one request and returns its answer.
func (c *Conn) serve(m message) (answer message) {
	answer.Re = m.ID
	f, ok := c.functions[m.Call]
	if m.Call == "" {
		c.mu.Lock()
		f, ok = c.exports[m.Fn]
		c.mu.Unlock()
	}
	if !ok {
		answer.Kind, answer.Panic = Missing, "there is no function "+m.Call
		return answer
	}
	t := f.Type()
	types := make([]reflect.Type, t.NumIn())
	for i := range types {
		types[i] = t.In(i)
	}
	args, err := c.decodeAll(m.Args, types)
	if err != nil {
		answer.Kind, answer.Panic = Garbage, err.Error()
		return answer
	}
	defer func() {
		if v := recover(); v != nil {
			if lost, ok := v.(*Failure); ok && c.waiting == nil {
				panic(lost) // the examiner lost the candidate while it served it: nobody is there to be answered
			}
			answer = message{Re: m.ID, Kind: Panic, Panic: panicText(v)}
			answer.File, answer.Line = place()
		}
	}()
	ret, mallocs := invoke(f, args, m.Measure)
	answer.Mallocs = mallocs
	if answer.Ret, err = c.encodeAll(ret); err != nil {
		return message{Re: m.ID, Kind: Garbage, Panic: err.Error()}
	}
	_, held := sharedArgs(t)
	var out []reflect.Value
	for _, at := range held {
		if r, ok := args[at].Interface().(*rand.Rand); ok {
			out = append(out, reflect.ValueOf(draws(r)))
		} else {
			out = append(out, args[at])
		}
	}
	if answer.Out, err = c.encodeAll(out); err != nil {
		return message{Re: m.ID, Kind: Garbage, Panic: err.Error()}
	}
	return answer
}

func invoke(f reflect.Value, args []reflect.Value, measure bool) (ret []reflect.Value, mallocs uint64) {
	call := f.Call
	if f.Type().IsVariadic() {
		call = f.CallSlice
	}
	if !measure {
		return call(args), 0
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ret = call(args)
	runtime.ReadMemStats(&after)
	return ret, after.Mallocs - before.Mallocs
}

func panicText(v any) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("a %T whose text panics itself", v)
		}
	}()
	switch v := v.(type) {
	case *Failure:
		return v.Text
	case runtime.Error:
		return v.Error()
	case error:
		return v.Error()
	case string:
		return v
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprintf("%v", v)
}

// place finds the innermost line of a notebook cell on the panicking stack. Cells are compiled as cellN.go.
func place() (file string, line int) {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if base := path.Base(f.File); strings.HasPrefix(base, "cell") {
			return base, f.Line
		}
		if !more {
			return "", 0
		}
	}
}
