package sgd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSeedsKeepTheirMeaning holds what a seed stands for against stored outcomes: a
// published run can be made again with any later version.
func TestSeedsKeepTheirMeaning(t *testing.T) {
	ctx := context.Background()
	local := &Descent{LR: Const(0.05), Pre: []Transform{Noise(0.5, 0.55)}}
	show := func(b Best, err error) string {
		return fmt.Sprintf("%.6f %.6f %d %d %d %v", b.X[0], b.Loss, b.Tries, b.Accepted, b.Diverged, err)
	}
	order := func(s Sampler) string {
		d := Descent{LR: Const(0.1), Batch: s, Seed: 7}
		tr, err := d.Record(ctx, sevenPoints(), []float64{1, 1}, 7)
		return fmt.Sprint(tr.Batch, err)
	}
	noise := Noise(1, 0.5)
	noise.Init(2)
	noise.Reseed(7)
	g := []float64{0, 0}
	noise.Apply(g, g, 3)
	x := []float64{1}
	for _, c := range []struct{ name, got, want string }{
		{"restarts", show(Restarts{Local: local, Steps: 9, Runs: 30, Lo: []float64{-9}, Hi: []float64{9}, Seed: 4}.Minimize(ctx, wells{})), "-1.024514 -1.253665 30 5 20 <nil>"},
		{"hopping", show(BasinHopping{Local: local, Steps: 9, Hops: 30, Jump: 3, Temperature: 0.4, Seed: 4}.Minimize(ctx, wells{}, x)), "-1.032233 -1.253767 31 18 3 <nil>"},
		{"annealing", show(Annealing{Temperature: Const(0.4), Jump: 0.7, Steps: 30, Seed: 4}.Minimize(ctx, wells{}, x)), "-1.106542 -1.226264 30 11 0 <nil>"},
		{"reshuffled", order(Reshuffled(3)), "[[4 3 2] [5 0 6] [1] [4 3 0] [2 6 5] [1] [6 3 1]] <nil>"},
		{"stratified", order(Stratified(3, []int{1, 1, 2, 2, 2, 2, 1})), "[[1 2 5] [6 4 0] [3] [1 4 3] [0 2 6] [5] [2 0 5]] <nil>"},
		{"noise", fmt.Sprintf("%.9f", g), "[-0.720322801 0.985699651]"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

// TestStepsCountAndStop counts what the loop says of itself: epochs without a sampler, and the
// point that passes the limit in the very step that passes it.
func TestStepsCountAndStop(t *testing.T) {
	f := &bowl{1, [][]float64{{0}}}
	d := Descent{LR: Const(0.1)}
	for s, err := range d.Steps(context.Background(), f, []float64{1}) {
		if err != nil || s.Epoch != s.T || s.Checkpoint().Epoch != s.T+1 {
			t.Fatalf("step %d: epoch %d, %d completed (%v)", s.T, s.Epoch, s.Checkpoint().Epoch, err)
		}
		if s.T == 3 {
			d.From = s.Checkpoint()
			break
		}
	}
	if r, err := d.Run(context.Background(), f, []float64{0}, 2); err != nil || r.T != 6 || r.Epoch != 6 {
		t.Errorf("resumed: %+v, %v", r, err)
	}
	var diverged *DivergedError
	for s, err := range (&Descent{LR: Const(21), Limit: 10}).Steps(context.Background(), f, []float64{1}) {
		if !errors.As(err, &diverged) || *diverged != (DivergedError{T: 0, Index: 0, Value: -20}) {
			t.Fatalf("beyond the limit: %+v, %v", s, err)
		}
	}
	if _, err := (&Descent{LR: Const(1e300)}).Run(context.Background(), f, []float64{1e10}, 1); !errors.As(err, &diverged) || diverged.T != 0 || diverged.Index != 0 {
		t.Errorf("infinite after the last update: %v", err)
	}
	if _, err := (&Descent{LR: Const(0.1), Limit: 0.5}).Run(context.Background(), f, []float64{2}, 1); !errors.As(err, &diverged) || diverged.Index != -1 {
		t.Errorf("a limit below 1: %v", err)
	}
	for _, ctx := range []context.Context{context.Background(), t.Context()} {
		if _, err := (&Descent{LR: Const(1), Limit: 10}).Run(ctx, level{}, []float64{-20}, 1); !errors.As(err, &diverged) || *diverged != (DivergedError{Index: -1, Value: -20}) {
			t.Errorf("a loss below −10: %v", err)
		}
		x := []float64{5}
		if _, err := (&Descent{LR: Const(1), Pre: []Transform{plain(func(g, _ []float64) { g[0] = math.NaN() })}}).Run(ctx, level{}, x, 1); !errors.As(err, &diverged) || !diverged.Gradient || diverged.Index != 0 || x[0] != 5 {
			t.Errorf("a gradient that is not a number: %v", err)
		}
	}
	if r, err := (&Descent{LR: Const(1)}).Run(context.Background(), level{}, []float64{math.NaN()}, 0); err != nil || r.T != 0 {
		t.Errorf("no steps: %v, %v", r, err)
	}
	if _, err := (&Descent{LR: Const(0.1), Batch: Reshuffled(7)}).Run(context.Background(), sevenPoints(), []float64{1, 1}, 2); err != nil {
		t.Errorf("a batch of all: %v", err)
	}
}

// TestImportanceOfABatch is the mean of corrected gradients, worked out by hand.
func TestImportanceOfABatch(t *testing.T) {
	f := &bowl{2, [][]float64{{1}, {-3}, {5}}}
	s := Importance(2, []float64{1, 2, 5}).(*importance)
	s.Reset(3, source1())
	s.batch[0], s.batch[1] = 0, 2
	g, x := []float64{9}, []float64{0.5}
	loss := (&weighted{Objective: f, by: s}).Grad(g, x, s.batch)
	// Losses (x−c)², p = 1/8 and 5/8.
	wantLoss := (0.25*8/3 + 20.25*8/15) / 2
	want := (-1*8.0/3 + -9*8.0/15) / 2
	if math.Abs(g[0]-want) > 1e-14 || math.Abs(loss-wantLoss) > 1e-14 {
		t.Errorf("gradient %v and loss %v, want %v and %v", g[0], loss, want, wantLoss)
	}
}

func TestEpochsOfManyDraws(t *testing.T) {
	s := WithReplacement(3)
	s.Reset(7, source1())
	var ends []bool
	for range 8 { // 3, 6, 9−7, 5, 8−7, 4, 7−7, 3
		_, end := s.Next()
		ends = append(ends, end)
	}
	if want := []bool{false, false, true, false, true, false, true, false}; !slices.Equal(ends, want) {
		t.Errorf("epoch ends %v, want %v", ends, want)
	}
}

// TestASGDBeforeItsStart: until Start the average is the point itself, to the bit.
func TestASGDBeforeItsStart(t *testing.T) {
	r := &ASGD{Lambda: 1, Alpha: 0, Start: 5} // with a rate of 1, x becomes −g
	r.Init(1)
	x := []float64{1}
	for _, g := range []float64{1, 1e-20, -3, 7e-17} {
		if r.Step(x, []float64{g}, 1); x[0] != -g || r.Average()[0] != x[0] {
			t.Errorf("average %v at %v", r.Average()[0], x[0])
		}
	}
}

// TestSingleOptions are two steps with one option beside the momentum, by hand; 1 is
// the value that a slip of the zero it is compared with would leave out.
func TestSingleOptions(t *testing.T) {
	for _, c := range []struct {
		rule Rule
		want float64
	}{
		// From 8 with gradients 2, 2 and a rate of 1/4.
		{&SGD{Momentum: 0.5}, 8 - 0.5 - 0.75},
		{&SGD{Momentum: 1}, 8 - 0.5 - 1},
		{&SGD{Momentum: 0.5, WeightDecay: 0.5}, 8 - 1.5 - 0.25*(3+2+3.25)},
		{&SGD{Momentum: 0.5, WeightDecay: 1}, 8 - 2.5 - 0.25*(5+2+5.5)},
		{&SGD{Momentum: 0.5, Dampening: 1}, 8 - 0.5 - 0.25},
		{&RMSProp{Rho: 0, Eps: 12, EpsInside: true}, 8 - 0.125 - 0.125},
		{&RMSProp{Rho: 0, Eps: 2}, 8 - 0.125 - 0.125},
	} {
		c.rule.Init(1)
		x := []float64{8}
		c.rule.Step(x, []float64{2}, 0.25)
		c.rule.Step(x, []float64{2}, 0.25)
		if x[0] != c.want {
			t.Errorf("%+v: %v, want %v", c.rule, x[0], c.want)
		}
	}
	r := &SignSGD{Beta: 0.75}
	r.Init(1)
	r.Step([]float64{8}, []float64{2}, 1)
	if m := r.State()[0][0]; m != 0.5 {
		t.Errorf("mean of SignSGD %v, want (1−β)·g", m)
	}
	centred := &RMSProp{Rho: 0.75, Eps: 1, Centred: true}
	centred.Init(1)
	centred.Step([]float64{8}, []float64{2}, 1)
	if m := centred.State()[1][0]; m != 0.5 {
		t.Errorf("mean of centred RMSProp %v, want (1−ρ)·g", m)
	}
}

// TestCentraliseRowsOfOne leaves nothing, the last row included.
func TestCentraliseRowsOfOne(t *testing.T) {
	g := []float64{3, -4, 5}
	Centralise(1).Apply(g, nil, 0)
	if !slices.Equal(g, []float64{0, 0, 0}) {
		t.Errorf("%v", g)
	}
}

// level is a slope without curvature.
type level struct{}

func (level) Dim() int { return 1 }
func (level) Len() int { return 1 }
func (level) Grad(grad, x []float64, _ []int) float64 {
	if grad != nil {
		grad[0] = 1
	}
	return x[0]
}
func (level) Hess(h *mat.SymDense, _ []float64) { h.SetSym(0, 0, 0) }

// TestNewtonWithoutCurvature: the damping begins at a thousandth of 1.
func TestNewtonWithoutCurvature(t *testing.T) {
	r := &Newton{F: level{}}
	r.Init(1)
	x := []float64{5}
	if r.Step(x, []float64{1}, 1); math.Abs(x[0]+995) > 1e-9 {
		t.Errorf("x = %v, want 5 − 1/0.001", x[0])
	}
}

func TestPolyakWithoutALossStays(t *testing.T) {
	r := &Polyak{}
	r.Init(1)
	x := []float64{5}
	if r.Step(x, []float64{1}, 1); x[0] != 5 {
		t.Errorf("x = %v", x[0])
	}
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
