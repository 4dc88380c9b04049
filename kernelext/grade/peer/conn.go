package peer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"sync"
)

// MaxMessage bounds one message in bytes.
const MaxMessage = 16 << 20

// Kinds of a Failure.
const (
	Panic   = "panic"   // the other side's function panicked
	Gone    = "gone"    // the other process ended, or was ended, before it answered
	Garbage = "garbage" // what arrived is not this protocol, or not a value of the type asked for
	Missing = "missing" // the other side has no function of that name
)

// Failure is the panic value of a call that came to nothing.
type Failure struct {
	Kind string
	Text string
	File string // of a panic, when known
	Line int
}

func (f *Failure) Error() string { return f.Kind + ": " + f.Text }

// message is one line. An id makes it a request, re an answer to the receiver's request of that id.
type message struct {
	ID      uint64          `json:"id,omitempty"`
	Re      uint64          `json:"re,omitempty"`
	Call    string          `json:"call,omitempty"`
	Fn      uint64          `json:"fn,omitempty"`
	Args    json.RawMessage `json:"args,omitempty"`
	Ret     json.RawMessage `json:"ret,omitempty"`
	Out     json.RawMessage `json:"out,omitempty"`
	Measure bool            `json:"measure,omitempty"` // count what the call allocates
	Mallocs uint64          `json:"mallocs,omitempty"`
	Kind    string          `json:"kind,omitempty"` // of a failure
	Panic   string          `json:"panic,omitempty"`
	File    string          `json:"file,omitempty"`
	Line    int             `json:"line,omitempty"`
}

// Conn is one end of the wall.
type Conn struct {
	in  *bufio.Reader
	out io.Writer

	functions map[string]reflect.Value // what the other side may call by name

	writing sync.Mutex // apart from mu: a writer may wait until the reader, who needs mu, has read

	mu      sync.Mutex
	exports map[uint64]reflect.Value // what it may call because it was handed over
	waiting map[uint64]chan message  // nil on the examiner's side, which reads while it waits
	answers map[uint64]message       // examiner: answers to outer calls that came during an inner one
	last    uint64

	measure bool
	mallocs uint64
}

// New returns the examiner's end: calls are made from one goroutine, and what the other side calls meanwhile runs on it.
func New(in io.Reader, out io.Writer) *Conn {
	return &Conn{in: bufio.NewReaderSize(in, 64<<10), out: out, exports: map[uint64]reflect.Value{}, answers: map[uint64]message{}}
}

func (c *Conn) export(f reflect.Value) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	c.exports[c.last] = f
	return c.last
}

// imported returns a function of type t that calls the other side's function n.
func (c *Conn) imported(n uint64, t reflect.Type) reflect.Value {
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value { return c.call(message{Fn: n}, t, args) })
}

// Call calls the other side's function of that name. It panics with a *Failure when no answer of the right type comes.
func (c *Conn) Call(name string, t reflect.Type, args []reflect.Value) []reflect.Value {
	return c.call(message{Call: name}, t, args)
}

// Mallocs calls f and returns how many objects the other side's functions allocated meanwhile, as it says itself.
func (c *Conn) Mallocs(f func()) uint64 {
	c.measure, c.mallocs = true, 0
	defer func() { c.measure = false }()
	f()
	return c.mallocs
}

func (c *Conn) call(m message, t reflect.Type, args []reflect.Value) []reflect.Value {
	var err error
	if m.Args, err = c.encodeAll(args); err != nil {
		panic(&Failure{Kind: Garbage, Text: err.Error()})
	}
	m.Measure = c.measure
	answer := c.request(m)
	if c.measure {
		c.mallocs += answer.Mallocs
	}
	if answer.Kind != "" {
		panic(&Failure{Kind: answer.Kind, Text: answer.Panic, File: answer.File, Line: answer.Line})
	}
	ret, err := c.decodeAll(answer.Ret, outs(t))
	if err != nil {
		panic(&Failure{Kind: Garbage, Text: "the answer is not what the function returns: " + err.Error()})
	}
	types, held := sharedArgs(t)
	out, err := c.decodeAll(answer.Out, types)
	if err != nil {
		panic(&Failure{Kind: Garbage, Text: "the arguments after the call are not of their types: " + err.Error()})
	}
	for i, at := range held {
		if r, ok := args[at].Interface().(*rand.Rand); !ok {
			copyBack(args[at], out[i])
		} else if r != nil {
			if err := skip(r, out[i].Uint()); err != nil {
				panic(&Failure{Kind: Garbage, Text: err.Error()})
			}
		}
	}
	return ret
}

func (c *Conn) request(m message) message {
	c.mu.Lock()
	c.last++
	m.ID = c.last
	var answer chan message
	if c.waiting != nil {
		answer = make(chan message, 1)
		c.waiting[m.ID] = answer
	}
	c.mu.Unlock()
	if err := c.send(m); err != nil {
		panic(&Failure{Kind: Gone, Text: err.Error()})
	}
	if answer != nil {
		return <-answer
	}
	for {
		if a, ok := c.answers[m.ID]; ok {
			delete(c.answers, m.ID)
			return a
		}
		in, err := c.receive()
		switch {
		case err != nil:
			panic(failure(err))
		case in.Re != 0:
			if in.Re > c.last {
				panic(&Failure{Kind: Garbage, Text: "an answer to a question that was not asked"})
			}
			c.answers[in.Re] = in
		default:
			_ = c.send(c.serve(in))
		}
	}
}

func failure(err error) *Failure {
	if errors.Is(err, errGarbage) {
		return &Failure{Kind: Garbage, Text: err.Error()}
	}
	return &Failure{Kind: Gone, Text: err.Error()}
}

var errGarbage = errors.New("not a message")

func (c *Conn) receive() (message, error) {
	var line []byte
	for {
		part, err := c.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > MaxMessage:
			return message{}, fmt.Errorf("%w: longer than %d MB", errGarbage, MaxMessage>>20)
		case err == nil:
			var m message
			d := json.NewDecoder(bytes.NewReader(line))
			d.DisallowUnknownFields()
			if err := d.Decode(&m); err != nil || (m.ID == 0) == (m.Re == 0) {
				return message{}, fmt.Errorf("%w of this protocol", errGarbage)
			}
			return m, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return message{}, err
		}
	}
}

func (c *Conn) send(m message) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if len(line) > MaxMessage {
		return fmt.Errorf("a message longer than %d MB", MaxMessage>>20)
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	_, err = c.out.Write(append(line, '\n'))
	return err
}

func outs(t reflect.Type) []reflect.Type {
	types := make([]reflect.Type, t.NumOut())
	for i := range types {
		types[i] = t.Out(i)
	}
	return types
}

// sharedArgs lists the parameters that the callee may write through, as what comes back of them, and where they stand.
// Of a generator it is how many numbers were drawn.
func sharedArgs(t reflect.Type) (types []reflect.Type, at []int) {
	for i := range t.NumIn() {
		switch {
		case t.In(i) == randType:
			types, at = append(types, reflect.TypeFor[uint64]()), append(at, i)
		case shared(t.In(i)):
			types, at = append(types, t.In(i)), append(at, i)
		}
	}
	return types, at
}
