package sgd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// everyRule is one of each, with every kind of memory switched on.
func everyRule() []Rule {
	return []Rule{
		nil, &SGD{Momentum: 0.9, Dampening: 0.2}, &SGD{Momentum: 0.5, Nesterov: true, Sutskever: true},
		NewQHM(), NewAdaGrad(), &AdaGrad{Eps: 1e-8, Decay: 0.1}, NewAdadelta(), NewRMSProp(),
		&RMSProp{Rho: 0.9, Eps: 1e-3, Centred: true, Momentum: 0.5}, NewAdam(), NewAdamW(0.1),
		&Adam{Beta1: 0.9, Beta2: 0.9, Eps: 1e-8, AMSGrad: true}, NewAdaMax(), NewNAdam(), NewRAdam(),
		NewAdaBelief(), NewYogi(), &SignSGD{Beta: 0.9}, NewLion(), NewRprop(), NewASGD(), NewLARS(1, 1),
		NewLAMB(), &Polyak{Max: 0.1}, &Lookahead{Rule: NewAdam(), K: 4, Alpha: 0.5},
		&Accumulate{Rule: NewAdam(), K: 3}, &Average{Rule: &SGD{}, From: 2}, &EMA{Rule: &SGD{}, Decay: 0.9},
		&Plateau{Rule: &SGD{}, Factor: 0.5, Patience: 1}, &Katyusha{Tau1: 0.3, Tau2: 0.5, Every: 4},
	}
}

func everySampler() []Sampler {
	w := []float64{1, 2, 3, 4, 5, 6, 7}
	return []Sampler{
		nil, Full(), InOrder(3), Reshuffled(2), ShuffledOnce(2), Stratified(3, []int{0, 0, 0, 1, 1, 1, 1}),
		WithReplacement(2), Weighted(2, w), Importance(2, w), Markov(2, 0.5),
	}
}

func sevenPoints() *bowl {
	f := &bowl{h: 1}
	r := rand.New(rand.NewPCG(3, 4))
	for range 7 {
		f.c = append(f.c, []float64{r.NormFloat64(), 2 + r.NormFloat64()})
	}
	return f
}

// smooth is a transform with a memory: the mean of the gradient and those before it.
type smooth struct{ m []float64 }

func (s *smooth) Init(dim int)       { s.m = make([]float64, dim) }
func (s *smooth) State() [][]float64 { return [][]float64{s.m} }
func (s *smooth) Apply(g, _ []float64, _ int) {
	for i := range g {
		s.m[i] = (s.m[i] + g[i]) / 2
		g[i] = s.m[i]
	}
}

// everyTransform is none, one of each and all of them.
func everyTransform() [][]Transform {
	all := []Transform{&smooth{}, Noise(0.1, 0.55), ClipNorm(1), ClipValue(0.5), L2(0.1), Centralise(0)}
	each := [][]Transform{nil, all}
	for i := range all {
		each = append(each, all[i:i+1])
	}
	return each
}

// TestResumeIsExactToTheBit stops every rule with every sampler, estimator and transform in
// the midst of an epoch, of a round and of what a rule counts, and resumes it.
func TestResumeIsExactToTheBit(t *testing.T) {
	const stop, end = 18, 41
	ctx, f := context.Background(), sevenPoints()
	combinations := 0
	for _, r := range everyRule() {
		for _, s := range everySampler() {
			for _, e := range []Estimator{nil, &SVRG{Every: 5}, &SARAH{Every: 5}, &SAGA{}, &SAGA{Biased: true}} {
				_, saga := e.(*SAGA)
				_, weighs := s.(Weigher)
				if _, own := r.(*Katyusha); own && e != nil || saga && weighs {
					continue // these cannot be combined
				}
				for _, pre := range everyTransform() {
					d := Descent{Rule: r, LR: InverseTime(0.05, 0.01), Gradient: e, Pre: pre, Batch: s, Seed: 77}
					name := fmt.Sprintf("%T, %T, %T, %d transforms", r, s, e, len(pre))
					whole, file := []float64{3, -3}, []byte(nil)
					var last float64
					for s, err := range d.Steps(ctx, f, whole) {
						if err != nil {
							t.Fatalf("%s: %v", name, err)
						}
						if s.T+1 == stop {
							file, _ = s.Checkpoint().MarshalBinary()
						}
						if last = s.Loss; s.T+1 == end {
							break
						}
					}
					d.From = new(Checkpoint)
					if err := d.From.UnmarshalBinary(file); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					x := []float64{0, 0}
					res, err := d.Run(ctx, f, x, end-stop)
					if err != nil || res.T != end || !slices.Equal(x, whole) || res.Loss != last {
						t.Fatalf("%s: resumed to %v at %+v, %v; want %v and loss %v", name, x, res, err, whole, last)
					}
					combinations++
				}
			}
		}
	}
	t.Logf("%d combinations", combinations)
}

func TestDamagedOrForeignCheckpoints(t *testing.T) {
	f := sevenPoints()
	d := Descent{Rule: NewAdam(), LR: Const(0.1), Seed: 1}
	var c *Checkpoint
	for s, err := range d.Steps(context.Background(), f, []float64{1, 1}) {
		if err != nil {
			t.Fatal(err)
		}
		if c = s.Checkpoint(); s.T == 2 {
			break
		}
	}
	file, _ := c.MarshalBinary()
	var bad *CheckpointError
	for i := range file {
		broken := append([]byte(nil), file...)
		broken[i] ^= 0x41
		if err := new(Checkpoint).UnmarshalBinary(broken); !errors.As(err, &bad) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if err := new(Checkpoint).UnmarshalBinary(file[:i]); !errors.As(err, &bad) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	for name, d := range map[string]Descent{
		"another rule":    {Rule: &SGD{Momentum: 0.9}, LR: Const(0.1), Seed: 1, From: c},
		"another option":  {Rule: &Adam{Beta1: 0.9, Beta2: 0.9, Eps: 1, AMSGrad: true}, LR: Const(0.1), Seed: 1, From: c},
		"another seed":    {Rule: NewAdam(), LR: Const(0.1), Seed: 2, From: c},
		"another sampler": {Rule: NewAdam(), LR: Const(0.1), Seed: 1, From: c, Batch: Reshuffled(3)},
		"fewer examples":  {Rule: NewAdam(), LR: Const(0.1), Seed: 1, From: &Checkpoint{Len: 6, Seed: 1, X: c.X, State: c.State}},
		"more parameters": {Rule: NewAdam(), LR: Const(0.1), Seed: 1, From: &Checkpoint{Len: 7, Seed: 1, X: []float64{1}, State: c.State}},
	} {
		x := []float64{5, 6}
		if _, err := d.Run(context.Background(), f, x, 1); !errors.As(err, &bad) || x[0] != 5 {
			t.Errorf("%s: %v, x = %v", name, err, x)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	c := Checkpoint{T: 3, Epoch: 1, Len: 7, Seed: 5, X: []float64{1, math.Inf(1)}, State: [][]float64{nil, {2}}}
	file, _ := c.MarshalBinary()
	f.Add(file)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Checkpoint
		if c.UnmarshalBinary(b) == nil {
			if again, _ := c.MarshalBinary(); string(again) != string(b) {
				t.Error("a checkpoint changed on its way through")
			}
		}
	})
}

// TestForgedCheckpoints are files with a right sum around wrong contents.
func TestForgedCheckpoints(t *testing.T) {
	seal := func(tail string, words ...int) []byte {
		b := []byte(magic)
		for _, w := range words {
			b = binary.LittleEndian.AppendUint64(b, uint64(w))
		}
		b = append(b, tail...)
		return slices.Clip(binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
	}
	// T, Epoch, Len, Seed, length of X, number of states
	if err := new(Checkpoint).UnmarshalBinary(seal("", 0, 0, 0, 0, 0, 0)); err != nil {
		t.Errorf("the smallest: %v", err)
	}
	var bad *CheckpointError
	for name, b := range map[string][]byte{
		"negative step":   seal("", -1, 0, 0, 0, 0, 0),
		"negative epoch":  seal("", 0, -1, 0, 0, 0, 0),
		"a byte too many": seal("x", 0, 0, 0, 0, 0, 0),
		"a word too many": seal("", 0, 0, 0, 0, 0, 0, 0),
		"a word too few":  seal("", 0, 0, 0, 0, 0),
		"X too long":      seal("", 0, 0, 0, 0, 9, 0),
		"half the magic":  slices.Clip([]byte(magic)[:5]),
	} {
		if err := new(Checkpoint).UnmarshalBinary(b); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
