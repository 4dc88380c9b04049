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

// TestADescentBeginsAnew: whatever a rule, sampler, estimator or transform remembers, its
// second descent is the first again.
func TestADescentBeginsAnew(t *testing.T) {
	var all []Descent
	for _, r := range everyRule() {
		all = append(all, Descent{Rule: r, Batch: Reshuffled(2)})
	}
	for _, s := range everySampler() {
		all = append(all, Descent{Batch: s, Pre: everyTransform()[1]})
	}
	for _, e := range []Estimator{&SVRG{Every: 5}, &SARAH{Every: 5}, &SAGA{}, &SAGA{Biased: true}} {
		all = append(all, Descent{Gradient: e, Batch: WithReplacement(2)})
	}
	for _, d := range all {
		d.LR, d.Seed = Const(0.1), 3
		var ends [3][]float64
		for i := range ends {
			ends[i] = []float64{3, -3}
			if _, err := d.Run(context.Background(), sevenPoints(), ends[i], 7); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(ends[0], ends[1]) || !slices.Equal(ends[0], ends[2]) {
			t.Errorf("%T, %T, %T: ends at %v", d.Rule, d.Batch, d.Gradient, ends)
		}
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
	pairs := 0
	for s, err := range (&Descent{LR: Const(21), Limit: 10}).Steps(context.Background(), f, []float64{1}) {
		pairs++
		if !errors.As(err, &diverged) || *diverged != (DivergedError{T: 0, Index: 0, Value: -20}) {
			t.Fatalf("beyond the limit: %+v, %v", s, err)
		}
	}
	if pairs != 1 {
		t.Errorf("beyond the limit: %d pairs, want the error alone", pairs)
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
