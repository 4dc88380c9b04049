package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"downhill/sgd"
	"downhill/sgd/loss"
)

type objective = sgd.Objective

// Newton's method takes them as they are.
var (
	_ sgd.Curved = (*loss.TwoPoints)(nil)
	_ sgd.Curved = (*loss.Quadratic)(nil)
	_ sgd.Curved = (*loss.Sine)(nil)
	_ sgd.Curved = (*loss.Func)(nil)
	_ sgd.Curved = (*loss.Terrain)(nil)
	_ sgd.Curved = (*loss.Linear)(nil)
)

type hessian interface {
	Hess(h *mat.SymDense, x []float64)
}

type known interface {
	Minima() [][]float64
	Domain() (lo, hi []float64)
}

// every is the table of all losses that the tests below go through.
var every = []struct {
	name string
	f    objective
}{
	{"two points", &loss.TwoPoints{P: []float64{-1, 0.5}, Q: []float64{2, 1}}},
	{"two points, unequal", &loss.TwoPoints{P: []float64{-1}, Q: []float64{2}, Curvature: [2]float64{1, 3}, Copies: [2]int{3, 2}}},
	{"diagonal quadratic", loss.Spectrum(1, 10).At(1, -1)},
	{"rotated quadratic", loss.Spectrum(1, 10, 3).Rotate(0.4)},
	{"random quadratic", loss.Spectrum(loss.Geometric(7, 1, 100)...).RandomRotation(3)},
	{"saddle", loss.NewQuadratic([][]float64{{1, 2}, {2, -1}}, nil)},
	{"sine", loss.LessonSine()},
	{"Rosenbrock", loss.Rosenbrock(4)},
	{"Booth", loss.Booth()},
	{"Matyas", loss.Matyas()},
	{"Beale", loss.Beale()},
	{"Himmelblau", loss.Himmelblau()},
	{"three-hump camel", loss.ThreeHumpCamel()},
	{"Goldstein-Price", loss.GoldsteinPrice()},
	{"monkey saddle", loss.MonkeySaddle()},
	{"quartic", loss.Quartic(2)},
	{"Rastrigin", loss.Rastrigin(3)},
	{"Ackley", loss.Ackley(3)},
	{"Styblinski-Tang", loss.StyblinskiTang(3)},
	{"Lévi 13", loss.Levi13()},
	{"Easom", loss.Easom()},
	{"cosine", loss.Cosine(0.7, 1.3)},
	{"double well", loss.DoubleWell(0.7, 1.3)},
	{"hole", loss.Hole(2, 0.8)},
	{"staircase", loss.Staircase(4, 0.3, 1, 2)},
	{"terrain with a wall", &loss.Terrain{X: []float64{0, 1, 3}, Y: []float64{0, 10, 4}, Wall: 2}},
	{"half-sphere", loss.HalfSphere(2, 1.5)},
	{"noisy", loss.NewNoisy(loss.Beale(), 9, 0.5, 1)},
	{"noisy scales", &loss.Noisy{Of: loss.DoubleWell(1, 1), Scale: []float64{4, 0, 0, 0}}},
	{"mean", loss.NewMean(loss.Spectrum(1, 2), loss.Booth(), loss.Beale())},
	{"least squares", loss.NewLeastSquares(loss.NewLinearData(20, []float64{1, -2, 0.5}, 0.1, 1))},
	{"ridge", loss.NewRidge(loss.NewLinearData(20, []float64{1, -2, 0.5}, 0.1, 1).WithIntercept(), 0.3)},
	{"logistic", loss.NewLogistic(loss.NewLogisticData(40, []float64{1, -2, 0.5}, 1), 0)},
	{"logistic with penalty", loss.NewLogistic(loss.NewXOR(12, 0.2, 1), 0.1)},
	{"Huber", loss.NewHuber(loss.NewLinearData(20, []float64{1, -2}, 3, 1), 0.7)},
	{"hinge", loss.NewHinge(loss.NewLogisticData(20, []float64{1, -2}, 1), 0.1)},
	{"softmax", loss.NewSoftmax(loss.NewBlobs(12, 3, 0.3, 1).WithIntercept(), 3, 0.1)},
	{"perceptron", loss.NewPerceptron(loss.NewXOR(8, 0.1, 1), 3)},
	{"perceptron classifier", loss.NewPerceptronClassifier(loss.NewXOR(8, 0.1, 1), 3)},
}

// gradientError returns how far the gradient at x of the mean over a batch is
// from a finite difference, relative to its size or 1.
func gradientError(f objective, x []float64, batch []int) float64 {
	g := make([]float64, f.Dim())
	f.Grad(g, x, batch)
	want := fd.Gradient(nil, func(x []float64) float64 { return f.Grad(nil, x, batch) }, x,
		&fd.Settings{Formula: fd.Central})
	var worst, size float64
	for i := range g {
		worst = max(worst, math.Abs(g[i]-want[i]))
		size = max(size, math.Abs(want[i]))
	}
	if math.IsNaN(worst) {
		return math.Inf(1)
	}
	return worst / max(size, 1)
}

func points(f objective, n int) [][]float64 {
	r := rand.New(rand.NewPCG(7, 7))
	lo, hi := make([]float64, f.Dim()), make([]float64, f.Dim())
	for i := range lo {
		lo[i], hi[i] = -1, 1
	}
	if k, ok := f.(known); ok {
		lo, hi = k.Domain()
	}
	p := make([][]float64, n)
	for i := range p {
		p[i] = make([]float64, f.Dim())
		for j := range p[i] {
			p[i][j] = lo[j] + (hi[j]-lo[j])*r.Float64()
		}
	}
	return p
}

func batches(f objective) [][]int {
	n := f.Len()
	return [][]int{nil, {0}, {n - 1}, {0, n - 1, 0, n / 2}}
}

const tolerance = 2e-7

func TestGradient(t *testing.T) {
	for _, e := range every {
		for _, x := range points(e.f, 10) {
			for _, b := range batches(e.f) {
				if d := gradientError(e.f, x, b); d > tolerance {
					t.Errorf("%s at %.3g, batch %v: gradient off by %.2g of its size", e.name, x, b, d)
				}
			}
		}
	}
}

// wrong is a loss whose gradient has one small mistake.
type wrong struct {
	objective
	spoil func(g, x []float64)
}

func (w wrong) Grad(grad, x []float64, batch []int) float64 {
	l := w.objective.Grad(grad, x, batch)
	if grad != nil {
		w.spoil(grad, x)
	}
	return l
}

func TestGradientTestRefuses(t *testing.T) {
	for name, spoil := range map[string]func(g, x []float64){
		"sign":          func(g, _ []float64) { g[0] = -g[0] },
		"factor":        func(g, _ []float64) { g[0] *= 1.0001 },
		"offset":        func(g, _ []float64) { g[len(g)-1] += 0.01 },
		"NaN":           func(g, _ []float64) { g[0] = math.NaN() },
		"twice the sum": func(g, _ []float64) { g[0] *= 2 },
	} {
		for _, e := range every {
			refused := false
			for _, x := range points(e.f, 10) {
				refused = refused || gradientError(wrong{e.f, spoil}, x, nil) > tolerance
			}
			if !refused {
				t.Errorf("%s: a gradient wrong in its %s was accepted", e.name, name)
			}
		}
	}
}

func TestMeanOfExamples(t *testing.T) {
	for _, e := range every {
		n, d := e.f.Len(), e.f.Dim()
		x := points(e.f, 1)[0]
		full, one, mean := make([]float64, d), make([]float64, d), make([]float64, d)
		want := e.f.Grad(full, x, nil)
		var sum float64
		for i := range n {
			sum += e.f.Grad(one, x, []int{i}) / float64(n)
			for j := range mean {
				mean[j] += one[j] / float64(n)
			}
		}
		near(t, e.name+": mean of the example losses", sum, want, 1e-12)
		for j := range mean {
			near(t, e.name+": mean of the example gradients", mean[j], full[j], 1e-12)
		}
	}
}

func TestHessian(t *testing.T) {
	for _, e := range every {
		f, ok := e.f.(hessian)
		if !ok {
			continue
		}
		d := e.f.Dim()
		got, want := mat.NewSymDense(d, nil), mat.NewDense(d, d, nil)
		for _, x := range points(e.f, 5) {
			for i := range got.RawSymmetric().Data {
				got.RawSymmetric().Data[i] = 1e9 // overwritten, not added to
			}
			f.Hess(got, x)
			fd.Jacobian(want, func(y, x []float64) { e.f.Grad(y, x, nil) }, x, &fd.JacobianSettings{Formula: fd.Central})
			for i := range d {
				for j := range d {
					if math.Abs(got.At(i, j)-want.At(i, j)) > 1e-6*max(1, mat.Norm(want, 2)) {
						t.Errorf("%s at %.3g: H[%d,%d] = %g, differences of the gradient say %g", e.name, x, i, j, got.At(i, j), want.At(i, j))
					}
				}
			}
		}
	}
}

// unknown names the losses whose Minima are none: two have none, and the hinge's kinks are
// not for Newton.
var unknown = map[string]bool{"saddle": true, "monkey saddle": true, "hinge": true}

func TestMinima(t *testing.T) {
	for _, e := range every {
		f, ok := e.f.(known)
		if !ok {
			continue
		}
		g := make([]float64, e.f.Dim())
		lo, hi := f.Domain()
		if len(lo) != len(g) || len(hi) != len(g) {
			t.Errorf("%s: domain %v to %v of a loss of %d parameters", e.name, lo, hi, len(g))
			continue
		}
		if got := len(f.Minima()) == 0; got != unknown[e.name] {
			t.Errorf("%s: no minima is %t", e.name, got)
		}
		for i, m := range f.Minima() {
			best := e.f.Grad(g, m, nil)
			near(t, e.name+": all minima are equally deep", best, e.f.Grad(nil, f.Minima()[0], nil), 1e-9)
			for j, v := range g {
				if !(math.Abs(v) < 1e-6) {
					t.Errorf("%s: minimum %d has slope %g along %d", e.name, i, v, j)
				}
				if m[j] < lo[j] || m[j] > hi[j] {
					t.Errorf("%s: minimum %d = %g is outside the domain", e.name, i, m)
				}
			}
			for _, x := range points(e.f, 200) {
				if l := e.f.Grad(nil, x, nil); l < best-1e-9 {
					t.Errorf("%s: %g at %g is below the minimum %g", e.name, l, x, best)
				}
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	if underRace {
		t.Skip("pools allocate under the race detector")
	}
	for _, e := range every {
		x := points(e.f, 1)[0]
		g := make([]float64, e.f.Dim())
		b := []int{0, e.f.Len() - 1}
		if n := testing.AllocsPerRun(20, func() {
			e.f.Grad(g, x, nil)
			e.f.Grad(g, x, b)
			e.f.Grad(nil, x, b[:1])
		}); n != 0 {
			t.Errorf("%s: %v allocations in three calls of Grad", e.name, n)
		}
	}
}

func TestLeavesInputsAlone(t *testing.T) {
	for _, e := range every {
		x := points(e.f, 1)[0]
		was := slices.Clone(x)
		b := []int{e.f.Len() - 1, 0}
		g := make([]float64, e.f.Dim())
		e.f.Grad(g, x, b)
		again := make([]float64, e.f.Dim())
		for i := range again {
			again[i] = 1e9 // overwritten, not added to
		}
		e.f.Grad(again, x, b)
		if !slices.Equal(x, was) || b[0] != e.f.Len()-1 || !slices.Equal(g, again) {
			t.Errorf("%s: Grad changed its input or depends on what was in grad", e.name)
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, e := range every {
		d := e.f.Dim()
		for name, f := range map[string]func(){
			"short x":     func() { e.f.Grad(nil, make([]float64, d-1), nil) },
			"long grad":   func() { e.f.Grad(make([]float64, d+1), make([]float64, d), nil) },
			"empty batch": func() { e.f.Grad(nil, make([]float64, d), []int{}) },
		} {
			refused(t, e.name+", "+name, f)
		}
		if f, ok := e.f.(hessian); ok {
			refused(t, e.name+", Hessian at a short x", func() { f.Hess(mat.NewSymDense(d, nil), make([]float64, d-1)) })
			refused(t, e.name+", large Hessian", func() { f.Hess(mat.NewSymDense(d+1, nil), make([]float64, d)) })
		}
	}
	classes := func(y ...float64) *loss.Data { return &loss.Data{Features: 1, X: make([]float64, len(y)), Y: y} }
	half := &loss.Data{Features: 2, X: make([]float64, 3), Y: make([]float64, 2)}
	for name, f := range map[string]func(){
		"half a row":              func() { loss.NewLeastSquares(half) },
		"half a row, softmax":     func() { loss.NewSoftmax(half, 2, 0) },
		"half a row, perceptron":  func() { loss.NewPerceptron(half, 2) },
		"negative penalty":        func() { loss.NewRidge(classes(0, 1), -1) },
		"negative softmax":        func() { loss.NewSoftmax(classes(0, 1), 2, -1) },
		"a third class":           func() { loss.NewLogistic(classes(0, 1, 2), 0) },
		"a third class, hinge":    func() { loss.NewHinge(classes(0, 1, 2), 0) },
		"a third class, network":  func() { loss.NewPerceptronClassifier(classes(0, 1, 2), 1) },
		"class −1":                func() { loss.NewLogistic(classes(0, -1), 0) },
		"class ½":                 func() { loss.NewLogistic(classes(0, 0.5), 0) },
		"Huber without a width":   func() { loss.NewHuber(classes(0), 0) },
		"no hidden unit":          func() { loss.NewPerceptron(classes(0), 0) },
		"noise of one":            func() { loss.NewNoisy(loss.Booth(), 1, 1, 1) },
		"mean of none":            func() { loss.NewMean() },
		"mean of unequals":        func() { loss.NewMean(loss.Booth(), loss.Spectrum(1)) },
		"stairs that do not rise": func() { loss.Staircase(3, 1, 1, 1) },
		"turn of a line":          func() { loss.Spectrum(1).Rotate(1) },
		"centre of another kind":  func() { loss.Spectrum(1).At(1, 2) },
		"half a terrain":          func() { (&loss.Terrain{X: []float64{1, 2}}).Grad(nil, []float64{1}, nil) },
	} {
		refused(t, name, f)
	}
	loss.NewNoisy(loss.Booth(), 2, 1, 1) // two are enough
}

// refused fails the test unless f panics in the words of this package.
func refused(t *testing.T, name string, f func()) {
	t.Helper()
	if msg := fmt.Sprint(caught(f)); !strings.HasPrefix(msg, "loss: ") {
		t.Errorf("%s: panic is %q, want one that begins with loss:", name, msg)
	}
}

func caught(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}
