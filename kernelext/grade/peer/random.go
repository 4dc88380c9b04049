package peer

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"sync"
	"unsafe"
)

// A generator crosses as the function that draws from it. A call that draws thousands of numbers would then cross
// thousands of times, so a PCG's state goes along: during the call the callee draws from a copy, and says at the end how
// many numbers it drew. The caller skips as many. The callee cannot do more to the generator than draw from it.
type generator struct {
	Fn  uint64 `json:"fn"`
	PCG []byte `json:"pcg,omitempty"`
}

// maxDraws bounds what the caller is willing to skip.
const maxDraws = 100_000_000

func (c *Conn) encodeRand(r *rand.Rand) (generator, error) {
	g := generator{Fn: c.export(reflect.ValueOf(r.Uint64))}
	var err error
	if pcg, ok := sourceOf(r).(*rand.PCG); ok {
		g.PCG, err = pcg.MarshalBinary()
	}
	return g, err
}

func (c *Conn) decodeRand(raw []byte) (*rand.Rand, error) {
	var g generator
	if err := json.Unmarshal(raw, &g); err != nil {
		return nil, err
	}
	s := &drawn{remote: c.imported(g.Fn, reflect.TypeFor[func() uint64]()).Interface().(func() uint64)}
	if g.PCG != nil {
		s.copy = new(rand.PCG)
		if err := s.copy.UnmarshalBinary(g.PCG); err != nil {
			return nil, err
		}
	}
	return rand.New(s), nil
}

// drawn is the callee's source: a copy during the call that it came with, the caller's own afterwards.
type drawn struct {
	mu     sync.Mutex
	copy   *rand.PCG
	n      uint64
	remote func() uint64
}

func (d *drawn) Uint64() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.copy == nil {
		return d.remote()
	}
	d.n++
	return d.copy.Uint64()
}

// draws ends the copy and returns how many numbers were drawn from it.
func draws(r *rand.Rand) uint64 {
	if r == nil {
		return 0
	}
	d, ok := sourceOf(r).(*drawn)
	if !ok {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.copy = nil
	return d.n
}

func skip(r *rand.Rand, n uint64) error {
	if n > maxDraws {
		return errors.New("more random numbers than anybody draws")
	}
	for range n {
		r.Uint64()
	}
	return nil
}

// sourceOf looks inside a rand.Rand, which has no other way to tell its source.
func sourceOf(r *rand.Rand) rand.Source {
	f := reflect.ValueOf(r).Elem().FieldByName("src")
	if !f.IsValid() || f.Type() != reflect.TypeFor[rand.Source]() {
		return nil
	}
	return *(*rand.Source)(unsafe.Pointer(f.UnsafeAddr()))
}
