package sgd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
)

// bowl is f(x) = 1/n Σ_i h/2 ‖x − c_i‖².
type bowl struct {
	h float64
	c [][]float64
}

func (b *bowl) Dim() int { return len(b.c[0]) }
func (b *bowl) Len() int { return len(b.c) }
func (b *bowl) Grad(grad, x []float64, batch []int) float64 {
	clear(grad)
	loss, n := 0.0, len(batch)
	one := func(i int) {
		for j, xj := range x {
			d := xj - b.c[i][j]
			loss += b.h / 2 * d * d
			if grad != nil {
				grad[j] += b.h * d
			}
		}
	}
	if batch == nil {
		n = len(b.c)
		for i := range b.c {
			one(i)
		}
	}
	for _, i := range batch {
		one(i)
	}
	for j := range grad {
		grad[j] /= float64(n)
	}
	return loss / float64(n)
}

func TestSGDByHand(t *testing.T) {
	// Two steps from x = 1 on f = x²/2 (g = x), lr = 1/2, μ = 1/2, worked by hand.
	for _, c := range []struct {
		name string
		rule SGD
		want [2]float64
	}{
		{"plain", SGD{}, [2]float64{0.5, 0.25}},
		{"decay", SGD{WeightDecay: 1}, [2]float64{0, 0}},
		{"momentum", SGD{Momentum: 0.5}, [2]float64{0.5, 0}},                                                   // v: 1, 1
		{"dampened", SGD{Momentum: 0.5, Dampening: 0.5}, [2]float64{0.5, 0.125}},                               // v: 1, .75
		{"nesterov", SGD{Momentum: 0.5, Nesterov: true}, [2]float64{0.25, -0.0625}},                            // v: 1, .75 ; g+μv: 1.5, .5625
		{"sutskever", SGD{Momentum: 0.5, Sutskever: true}, [2]float64{0.5, 0}},                                 // v: −.5, −.5
		{"sutskever nesterov", SGD{Momentum: 0.5, Sutskever: true, Nesterov: true}, [2]float64{0.25, -0.0625}}, // v: −.5, −.375
	} {
		d := Descent{Rule: &c.rule, LR: Const(0.5)}
		tr, err := d.Record(context.Background(), &bowl{1, [][]float64{{0}}}, []float64{1}, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]float64{tr.X[1][0], tr.X[2][0]}; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSamplersVisitEveryExampleOnceAnEpoch(t *testing.T) {
	f := &bowl{1, [][]float64{{0}, {1}, {2}, {3}, {4}}}
	for _, s := range []Sampler{InOrder(2), Reshuffled(2)} {
		d := Descent{LR: Const(0.1), Batch: s, Seed: 3}
		tr, err := d.Record(context.Background(), f, []float64{0}, 6)
		if err != nil {
			t.Fatal(err)
		}
		for epoch := range 2 {
			var seen []int
			for i, b := range tr.Batch {
				if tr.Epoch[i] == epoch {
					seen = append(seen, b...)
				}
			}
			slices.Sort(seen)
			if !slices.Equal(seen, []int{0, 1, 2, 3, 4}) {
				t.Errorf("%T epoch %d saw %v", s, epoch, seen)
			}
		}
		if len(tr.Batch[2]) != 1 {
			t.Errorf("ragged last batch has %d examples, want 1", len(tr.Batch[2]))
		}
	}
}

func TestErrors(t *testing.T) {
	f := &bowl{1, [][]float64{{0}, {1}}}
	ctx := context.Background()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	nan := &bowl{1, [][]float64{{0, 0}, {0, math.NaN()}}}
	var diverged *DivergedError
	var rate *RateError
	var batch *BatchError

	x := []float64{1}
	if _, err := (&Descent{LR: Const(1)}).Run(gone, f, x, 1); !errors.Is(err, context.Canceled) || x[0] != 1 {
		t.Errorf("cancelled: %v, x = %v", err, x)
	}
	if _, err := (&Descent{LR: Const(-1)}).Run(ctx, f, x, 1); !errors.As(err, &rate) || x[0] != 1 {
		t.Errorf("negative rate: %v, x = %v", err, x)
	}
	if _, err := (&Descent{LR: Const(1), Batch: InOrder(3)}).Run(ctx, f, x, 1); !errors.As(err, &batch) || batch.Len != 2 {
		t.Errorf("large batch: %v", err)
	}
	if r, err := (&Descent{LR: Const(3), Limit: 100}).Run(ctx, f, x, 99); !errors.As(err, &diverged) || diverged.Index != 0 && diverged.Index != -1 || r.T > 9 {
		t.Errorf("limit: %v after %d", err, r.T)
	}
	x = []float64{1, 1}
	if r, err := (&Descent{LR: Const(1), Batch: InOrder(1)}).Run(ctx, nan, x, 9); !errors.As(err, &diverged) || r.T != 1 || x[0] != 0 || x[1] != 0 {
		t.Errorf("NaN: %v after %d, x = %v", err, r.T, x)
	}
	if _, err := (&Descent{LR: Const(1)}).Run(ctx, &bowl{1, [][]float64{{}}}, nil, 9); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	f := sevenPoints()
	check := func(d Descent) {
		d.LR = InverseTime(0.1, 0.1)
		w, err := d.begin(f, []float64{1, 1})
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		if n := testing.AllocsPerRun(100, func() { _ = w.advance(ctx, 1) }); n != 0 {
			t.Errorf("%T, %T, %T: %v allocations in a step", d.Rule, d.Batch, d.Gradient, n)
		}
	}
	for _, r := range everyRule() {
		check(Descent{Rule: r, Batch: Reshuffled(2), Pre: []Transform{Noise(1, 0.5), ClipNorm(1), ClipValue(1), L2(1), Centralise(0)}})
	}
	for _, s := range everySampler() {
		check(Descent{Batch: s})
	}
	for _, e := range []Estimator{&SVRG{Every: 5}, &SARAH{Every: 5}, &SAGA{}} {
		check(Descent{Gradient: e, Batch: WithReplacement(2)})
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	for _, r := range everyRule()[1:] {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T: no panic", r)
				}
			}()
			r.Init(2)
			r.Step(make([]float64, 3), make([]float64, 2), 1)
		}()
	}
}

func TestCancelledInMidEpochAndResumed(t *testing.T) {
	f := sevenPoints()
	d := Descent{Rule: NewAdam(), LR: Const(0.1), Batch: Reshuffled(2), Seed: 5}
	whole, err := d.Record(context.Background(), f, []float64{1, 1}, 20)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	x := []float64{1, 1}
	var c *Checkpoint
	steps := 0
	for s, err := range d.Steps(ctx, f, x) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			break
		}
		steps++
		if s.T == 9 { // the second of four batches of the third epoch
			c = s.Checkpoint()
			cancel()
		}
	}
	if steps != 10 || !slices.Equal(x, whole.X[10]) {
		t.Fatalf("%d steps to %v, want 10 to %v", steps, x, whole.X[10])
	}
	d.From = c
	if r, err := d.Run(context.Background(), f, x, 10); err != nil || r.T != 20 || r.Epoch != 5 || !slices.Equal(x, whole.X[20]) {
		t.Errorf("resumed to %v at %+v (%v), want %v", x, r, err, whole.X[20])
	}
}

func TestRecordLeavesTheStartAndCopies(t *testing.T) {
	x := []float64{1, 1}
	d := Descent{LR: InverseTime(0.5, 1), Batch: InOrder(3)}
	tr, err := d.Record(context.Background(), sevenPoints(), x, 7)
	if err != nil || tr.Len() != 7 || len(tr.X) != 8 {
		t.Fatalf("%d updates, %d points: %v", tr.Len(), len(tr.X), err)
	}
	if !slices.Equal(x, []float64{1, 1}) {
		t.Error("the start was changed")
	}
	for i := range tr.Len() {
		for j := range x {
			if want := tr.X[i][j] - float64(tr.LR[i]*tr.Grad[i][j]); tr.X[i+1][j] != want {
				t.Fatalf("X[%d] does not follow from X, LR and Grad before", i+1)
			}
		}
		if loss := sevenPoints().Grad(nil, tr.X[i], tr.Batch[i]); loss != tr.Loss[i] {
			t.Fatalf("Loss[%d] is not that of its batch at its point", i)
		}
	}
	if !slices.Equal(tr.Epoch, []int{0, 0, 0, 1, 1, 1, 2}) {
		t.Errorf("epochs %v", tr.Epoch)
	}
}

func TestNotFinite(t *testing.T) {
	for n := range 20 {
		s := make([]float64, n)
		for i := range s {
			s[i] = math.MaxFloat64
		}
		if excess(s) != 0 {
			t.Fatalf("%d large numbers taken for infinite", n)
		}
		for i := range s {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				s[i] = bad
				if excess(s) == 0 || beyond(s, math.MaxFloat64) != i {
					t.Fatalf("%v at %d of %d not noticed", bad, i, n)
				}
			}
			s[i] = -1
		}
	}
}

// TestGlidingIsTheSame compares a run that nothing disturbs with one that can be
// cancelled and has a limit far away.
func TestGlidingIsTheSame(t *testing.T) {
	f := sevenPoints()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, lr := range []Schedule{InverseTime(0.1, 0.1), func(t int) float64 { return 0.1 - 0.01*float64(t) }, Const(1e60)} {
		a, b := []float64{1, 1}, []float64{1, 1}
		ra, ea := (&Descent{LR: lr, Rule: &SGD{Momentum: 0.9}}).Run(context.Background(), f, a, 30)
		rb, eb := (&Descent{LR: lr, Rule: &SGD{Momentum: 0.9}}).Run(ctx, f, b, 30)
		if ra != rb || fmt.Sprint(ea) != fmt.Sprint(eb) || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%+v %v %v, want %+v %v %v", ra, a, ea, rb, b, eb)
		}
	}
}
