package sgd

import (
	"context"
	"math"
	"slices"
	"testing"
)

// slopes is f_i(x) = h_i/2·(x−c_i)², of unequal curvature; the minimum of the mean is
// Σhc/Σh.
type slopes struct{ h, c []float64 }

func newSlopes() (*slopes, float64) {
	f := &slopes{[]float64{1, 2, 0.5, 3, 1.5}, []float64{0, 1, -2, 0.5, 4}}
	top, bottom := 0.0, 0.0
	for i := range f.h {
		top, bottom = top+f.h[i]*f.c[i], bottom+f.h[i]
	}
	return f, top / bottom
}

func (f *slopes) Dim() int { return 1 }
func (f *slopes) Len() int { return len(f.h) }
func (f *slopes) Grad(grad, x []float64, batch []int) float64 {
	if batch == nil {
		batch = []int{0, 1, 2, 3, 4}
	}
	g, loss := 0.0, 0.0
	for _, i := range batch {
		d := x[0] - f.c[i]
		g += f.h[i] * d / float64(len(batch))
		loss += f.h[i] / 2 * d * d / float64(len(batch))
	}
	if grad != nil {
		grad[0] = g
	}
	return loss
}

func TestVarianceReductionReachesTheMinimumAtAConstantRate(t *testing.T) {
	f, want := newSlopes()
	for _, c := range []struct {
		e     Estimator
		exact bool
	}{
		{nil, false},
		{&SVRG{}, true},
		{&SVRG{Every: 3}, true},
		{&SARAH{Every: 7}, true},
		{&SAGA{}, true},
		{&SAGA{Biased: true}, true},
	} {
		for _, s := range []Sampler{WithReplacement(1), Reshuffled(2)} {
			x := []float64{10}
			d := Descent{Gradient: c.e, LR: Const(0.08), Batch: s, Seed: 4}
			if _, err := d.Run(context.Background(), f, x, 3000); err != nil {
				t.Fatal(err)
			}
			if reached := math.Abs(x[0]-want) < 1e-9; reached != c.exact {
				t.Errorf("%T with %T ends %g from the minimum", c.e, s, x[0]-want)
			}
		}
	}
}

func TestEstimatorsAreUnbiased(t *testing.T) {
	f, _ := newSlopes()
	for _, e := range []Estimator{&SVRG{}, &SAGA{}} {
		// Warm the memory up along some points, then average over all examples.
		g, want, mean := []float64{0}, []float64{0}, 0.0
		e.Init(f)
		for k, i := range []int{3, 0, 3, 1, 4} {
			e.Grad(g, []float64{float64(k)}, []int{i})
		}
		x := []float64{0.3}
		saved := [][]float64{}
		for _, s := range e.State() {
			saved = append(saved, slices.Clone(s))
		}
		for i := range f.h {
			for k, s := range e.State() {
				copy(s, saved[k])
			}
			e.Grad(g, x, []int{i})
			mean += g[0] / float64(len(f.h))
		}
		if f.Grad(want, x, nil); math.Abs(mean-want[0]) > 1e-14 {
			t.Errorf("%T: mean estimate %v, gradient %v", e, mean, want[0])
		}
	}
}

func TestSAGATable(t *testing.T) {
	f, _ := newSlopes()
	e := &SAGA{}
	e.Init(f)
	g := []float64{0}
	e.Grad(g, []float64{1}, []int{1, 1, 4})
	// The table was zero: g = (0 + 0 + 1.5·(1−4))/3 over old rows and mean 0.
	if want := 1.5 * -3 / 3; g[0] != want {
		t.Errorf("estimate %v, want %v", g[0], want)
	}
	e.Grad(g, []float64{2}, []int{1, 1})
	// ∇f₁(2) = 2, old row 0 twice, old mean −4.5/5.
	if want := 2 - 4.5/5; g[0] != want {
		t.Errorf("estimate %v, want %v", g[0], want)
	}
	sum := 0.0
	for _, h := range e.table {
		sum += h
	}
	if math.Abs(sum/5-e.mean[0]) > 1e-15 {
		t.Errorf("mean %v of a table with mean %v", e.mean[0], sum/5)
	}
	if loss := e.Grad(g, []float64{2}, nil); loss != f.Grad(nil, []float64{2}, nil) {
		t.Error("a nil batch is not the full loss")
	}
}

func TestSARAHByHand(t *testing.T) {
	f, _ := newSlopes()
	e := &SARAH{Every: 3}
	e.Init(f)
	full := func(x float64) float64 { g := []float64{0}; f.Grad(g, []float64{x}, nil); return g[0] }
	g := []float64{0}
	e.Grad(g, []float64{1}, []int{0})
	g0 := full(1)
	steps := []float64{g0, g0 + 2*(3-1), g0 + 2*(3-1) + 3*(2-3), full(7)} // f₁ has curvature 2, f₃ 3
	at := []float64{1, 3, 2, 7}
	for k, i := range []int{0, 1, 3, 0} {
		if k > 0 {
			e.Grad(g, at[k:k+1], []int{i})
		}
		if math.Abs(g[0]-steps[k]) > 1e-14 {
			t.Errorf("step %d: %v, want %v", k, g[0], steps[k])
		}
	}
}

// katyusha is Algorithm 1 of Allen-Zhu (2017), as printed, in one dimension.
func katyusha(f *slopes, x0, alpha, tau1, tau2, sigma float64, m int, draw func() int, steps int) []float64 {
	one := func(i int, x float64) float64 { return f.h[i] * (x - f.c[i]) }
	full := func(x float64) float64 { g := []float64{0}; f.Grad(g, []float64{x}, nil); return g[0] }
	y, z, snap := x0, x0, x0
	var xs []float64
	for len(xs) < steps {
		mu := full(snap)
		top, bottom, weight := 0.0, 0.0, 1.0
		for range m {
			x := tau1*z + tau2*snap + (1-tau1-tau2)*y
			xs = append(xs, x)
			i := draw()
			g := mu + one(i, x) - one(i, snap)
			next := z - alpha*g
			y = x + tau1*(next-z)
			z = next
			top, bottom = top+weight*y, bottom+weight
			weight *= 1 + alpha*sigma
		}
		snap = top / bottom
	}
	return xs[:steps]
}

func TestKatyushaIsThePublishedAlgorithm(t *testing.T) {
	f, want := newSlopes()
	// A Record has no rounds longer than steps: 4 rounds of 6.
	rule, lr := NewKatyusha(3, 0.25, 6)
	d := Descent{Rule: rule, LR: Const(lr), Batch: WithReplacement(1), Seed: 9}
	tr, err := d.Record(context.Background(), f, []float64{10}, 24)
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	draw := func() int { k++; return tr.Batch[k-1][0] }
	tau := math.Sqrt(6 * 0.25 / 9)
	if math.Abs(rule.Tau1-tau) > 1e-15 || math.Abs(lr-1/(9*tau)) > 1e-15 {
		t.Errorf("τ₁ = %v, lr = %v", rule.Tau1, lr)
	}
	for i, x := range katyusha(f, 10, lr, tau, 0.5, 0.25, 6, draw, 24) {
		if math.Abs(tr.X[i][0]-x) > 1e-13*(1+math.Abs(x)) {
			t.Fatalf("x at step %d is %v, want %v", i, tr.X[i][0], x)
		}
	}
	x := []float64{10}
	if _, err := d.Run(context.Background(), f, x, 600); err != nil || math.Abs(rule.Snapshot()[0]-want) > 1e-9 {
		t.Errorf("snapshot ends %g from the minimum (%v)", rule.Snapshot()[0]-want, err)
	}
	if k, _ := NewKatyusha(1, 1, 100); k.Tau1 != 0.5 {
		t.Errorf("τ₁ = %v, want at most ½", k.Tau1)
	}
}

func TestRoundsHaveTheirLength(t *testing.T) {
	f, _ := newSlopes()
	for _, c := range []struct {
		e    Estimator
		long int
		full func(e Estimator) float64 // where the round began
	}{
		{&SVRG{Every: 3}, 3, func(e Estimator) float64 { return e.(*SVRG).y[0] }},
		{&SVRG{}, 10, func(e Estimator) float64 { return e.(*SVRG).y[0] }},
		{&SARAH{Every: 3}, 3, nil},
		{&SARAH{}, 10, nil},
	} {
		c.e.Init(f)
		for k := range c.long + 1 {
			g, full := []float64{0}, []float64{0}
			x := []float64{float64(k)}
			c.e.Grad(g, x, []int{3 * (k % 2)})
			f.Grad(full, x, nil)
			if began := math.Abs(g[0]-full[0]) < 1e-12; began != (k%c.long == 0) {
				t.Errorf("%T of %d: step %d begins a round: %t", c.e, c.long, k, began)
			}
			if c.full != nil && k < c.long && c.full(c.e) != 0 {
				t.Errorf("%T of %d: snapshot moved at step %d", c.e, c.long, k)
			}
		}
	}
}

// TestSAGAInSeveralDimensions holds it against a table kept the obvious way.
func TestSAGAInSeveralDimensions(t *testing.T) {
	f := &bowl{2, [][]float64{{1, 2, 3}, {-3, 4, 0}, {5, -6, 1}, {0, 1, -1}}}
	for _, biased := range []bool{false, true} {
		e := &SAGA{Biased: biased}
		e.Init(f)
		var table [4][3]float64
		g, one := make([]float64, 3), make([]float64, 3)
		for k, batch := range [][]int{{2}, {0, 3}, {1, 2, 3}, {2, 0}, {1}} {
			x := []float64{float64(k), 1 - float64(k), 0.5 * float64(k*k)}
			var want, mean [3]float64
			for j := range mean {
				for i := range table {
					mean[j] += table[i][j] / 4
				}
			}
			want = mean
			wantLoss := 0.0
			for _, i := range batch {
				wantLoss += f.Grad(one, x, []int{i}) / float64(len(batch))
				for j, v := range one {
					want[j] += (v - table[i][j]) / float64(len(batch))
					mean[j] += (v - table[i][j]) / 4
					table[i][j] = v
				}
			}
			if biased {
				want = mean
			}
			loss := e.Grad(g, x, batch)
			if math.Abs(loss-wantLoss) > 1e-12 {
				t.Errorf("biased %t, batch %v: loss %v, want %v", biased, batch, loss, wantLoss)
			}
			for j := range g {
				if math.Abs(g[j]-want[j]) > 1e-12 {
					t.Fatalf("biased %t, batch %v: %v, want %v", biased, batch, g, want)
				}
			}
		}
	}
}
