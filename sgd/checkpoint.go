package sgd

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
)

// Checkpoint is all that a descent needs to go on as if it had never stopped, to the
// bit: take one with Step.Checkpoint, give it to an equal Descent as From. Batches
// are not in it; the sampler is played forward from the seed instead.
type Checkpoint struct {
	T     int // updates made
	Epoch int // epochs completed
	Len   int // examples
	Seed  uint64
	X     []float64
	State [][]float64 // of the rule, the estimator and the transforms, in order
}

// CheckpointError says why a checkpoint cannot be read or continued from.
type CheckpointError struct{ Reason string }

func (e *CheckpointError) Error() string {
	return "sgd: checkpoint: " + e.Reason + "; continue with the Descent and objective it was made with"
}

// Checkpoint copies the state of the descent after this step. Call it before the
// loop goes on to the next.
func (s Step) Checkpoint() *Checkpoint {
	w := s.walk
	c := &Checkpoint{T: w.t, Epoch: w.passed, Len: w.f.Len(), Seed: w.seed, X: slices.Clone(w.x)}
	for _, v := range w.state() {
		c.State = append(c.State, slices.Clone(v))
	}
	return c
}

// state lists the memory of all parts as views.
func (w *walk) state() [][]float64 {
	all := w.rule.State()
	if w.estimator != nil {
		all = append(all, w.estimator.State()...)
	}
	for _, p := range w.pre {
		if s, ok := p.(interface{ State() [][]float64 }); ok {
			all = append(all, s.State()...)
		}
	}
	return all
}

// restore makes w, which has just begun, continue from c.
func (w *walk) restore(c *Checkpoint) error {
	state := w.state()
	switch {
	case len(c.X) != len(w.x):
		return &CheckpointError{fmt.Sprintf("it has %d parameters, the objective %d", len(c.X), len(w.x))}
	case c.Len != w.f.Len():
		return &CheckpointError{fmt.Sprintf("it has %d examples, the objective %d", c.Len, w.f.Len())}
	case c.Seed != w.seed:
		return &CheckpointError{fmt.Sprintf("it has seed %d, the descent %d", c.Seed, w.seed)}
	case len(c.State) != len(state):
		return &CheckpointError{"it is from another rule"}
	}
	for i, v := range state {
		if len(c.State[i]) != len(v) {
			return &CheckpointError{"it is from another rule, or one with other options"}
		}
	}
	if w.replay(c.T) != c.Epoch {
		return &CheckpointError{"its epochs are those of another sampler or batch size"}
	}
	for i, v := range state {
		copy(v, c.State[i])
	}
	copy(w.x, c.X)
	w.t, w.passed = c.T, c.Epoch
	return nil
}

// replay draws the batches of the first steps again and returns how many epochs they are.
func (w *walk) replay(steps int) (epochs int) {
	if w.next == nil {
		return steps
	}
	for range steps {
		if _, over := w.next.Next(); over {
			epochs++
		}
	}
	return epochs
}

// magic opens a file of a checkpoint; the digit is the version of the format.
const magic = "sgdcp\x001\n"

// MarshalBinary encodes the checkpoint: magic, then little-endian 64-bit words, then
// a CRC-32 of all before it.
func (c *Checkpoint) MarshalBinary() ([]byte, error) {
	b := []byte(magic)
	for _, v := range []int{c.T, c.Epoch, c.Len} {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	b = binary.LittleEndian.AppendUint64(b, c.Seed)
	b = appendFloats(b, c.X)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(c.State)))
	for _, s := range c.State {
		b = appendFloats(b, s)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

func appendFloats(b []byte, s []float64) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(len(s)))
	for _, v := range s {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// UnmarshalBinary decodes what MarshalBinary wrote, or returns a *CheckpointError.
func (c *Checkpoint) UnmarshalBinary(b []byte) error {
	if len(b) < len(magic)+4 || string(b[:len(magic)]) != magic {
		return &CheckpointError{"not a checkpoint, or of another version"}
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return &CheckpointError{"damaged"}
	}
	r := words(body[len(magic):])
	d := Checkpoint{T: int(r.next()), Epoch: int(r.next()), Len: int(r.next()), Seed: r.next()}
	d.X = r.floats()
	for range min(r.next(), uint64(len(r))) {
		d.State = append(d.State, r.floats())
	}
	if r == nil || len(r) > 0 || d.T < 0 || d.Epoch < 0 {
		return &CheckpointError{"damaged"}
	}
	*c = d
	return nil
}

// words reads 64-bit words; nil once there were too few.
type words []byte

func (w *words) next() uint64 {
	if len(*w) < 8 {
		*w = nil
		return 0
	}
	v := binary.LittleEndian.Uint64(*w)
	*w = (*w)[8:]
	return v
}

func (w *words) floats() []float64 {
	n := w.next()
	if n > uint64(len(*w)/8) {
		*w = nil
		return nil
	}
	s := make([]float64, n)
	for i := range s {
		s[i] = math.Float64frombits(w.next())
	}
	return s
}
