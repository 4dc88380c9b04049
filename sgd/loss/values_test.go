package loss_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"downhill/sgd/loss"
)

func TestKnownValues(t *testing.T) {
	for _, e := range []struct {
		name string
		f    objective
		x    []float64
		want float64
		grad []float64 // nil: not checked
	}{
		{"two points, f = mean of squares", &loss.TwoPoints{P: []float64{0}, Q: []float64{2}}, []float64{0}, 2, []float64{-2}},
		{"Rosenbrock", loss.Rosenbrock(2), []float64{-1.2, 1}, 24.2, []float64{-215.6, -88}},
		{"Beale", loss.Beale(), []float64{1, 1}, 14.203125, []float64{0, 27.75}},
		{"Beale minimum", loss.Beale(), []float64{3, 0.5}, 0, []float64{0, 0}},
		{"Himmelblau", loss.Himmelblau(), []float64{0, 0}, 170, []float64{-14, -22}},
		{"Booth", loss.Booth(), []float64{0, 0}, 74, []float64{-34, -38}},
		{"Matyas", loss.Matyas(), []float64{1, 1}, 0.04, []float64{0.04, 0.04}},
		{"three-hump camel", loss.ThreeHumpCamel(), []float64{1, 1}, 2 - 1.05 + 1./6 + 2, nil},
		{"three-hump camel, shallow", loss.ThreeHumpCamel(), []float64{1.7475523, -0.8737762}, 0.2986384, []float64{0, 0}},
		{"Goldstein-Price minimum", loss.GoldsteinPrice(), []float64{0, -1}, 3, []float64{0, 0}},
		{"Goldstein-Price", loss.GoldsteinPrice(), []float64{1, 1}, 1876, nil},
		{"Rastrigin", loss.Rastrigin(2), []float64{1, 0.5}, 1 + 20.25, nil},
		{"Ackley", loss.Ackley(2), []float64{1, 1}, 20 - 20*math.Exp(-0.2), nil},
		{"Styblinski-Tang", loss.StyblinskiTang(1), []float64{-2.903534}, -39.16616570377, []float64{0}},
		{"Lévi 13", loss.Levi13(), []float64{0, 0}, 2, nil},
		{"Easom", loss.Easom(), []float64{math.Pi, math.Pi}, -1, []float64{0, 0}},
		{"cosine top", loss.Cosine(3, 2), []float64{1}, 3, []float64{0}},
		{"double well top", loss.DoubleWell(3, 2), []float64{0}, 3, []float64{0}},
		{"double well bottom", loss.DoubleWell(3, 2), []float64{-2}, 0, []float64{0}},
		{"half-sphere outside", loss.HalfSphere(1, 2), []float64{2.5}, 2, []float64{0}},
		{"half-sphere at 3-4-5", loss.HalfSphere(1, 5), []float64{3}, 1, []float64{0.75}},
		{"hole's rim", loss.Hole(2, 1), []float64{0.5}, 0, []float64{0}},
		{"hole's plain", loss.Hole(2, 1), []float64{-7}, 0, []float64{0}},
		{"staircase, third step", loss.Staircase(3, 0.2, 1, 4), []float64{8}, 0.4, []float64{0}},
		{"staircase, first top", loss.Staircase(3, 0.2, 1, 4), []float64{2}, 1, []float64{0}},
		{"RMSE", loss.RMSE(1, 3), []float64{0}, math.Sqrt(5), []float64{-2 / math.Sqrt(5)}},
		{"product", loss.Product(1, 3), []float64{0}, 9, []float64{-24}},
		{"max", loss.Max(1, 3), []float64{0}, 9, []float64{-6}},
	} {
		g := make([]float64, e.f.Dim())
		near(t, e.name, e.f.Grad(g, e.x, nil), e.want, 1e-7)
		for i, w := range e.grad {
			near(t, e.name+": gradient", g[i], w, 1e-4)
		}
	}
}

func TestCurvatures(t *testing.T) {
	for _, e := range []struct {
		name string
		f    hessian
		x    float64
		want float64
	}{
		{"cosine bottom", loss.Cosine(3, 2), 2, 2 * math.Pi * math.Pi * 3 / 4},
		{"cosine top", loss.Cosine(3, 2), 1, -2 * math.Pi * math.Pi * 3 / 4},
		{"double well bottom", loss.DoubleWell(3, 2), 2, 8 * 3. / 4},
		{"double well top", loss.DoubleWell(3, 2), 0, -4 * 3. / 4},
		{"hole", loss.Hole(2, 1), 0, math.Pi * math.Pi * 2 / (2 * 0.25)},
		{"half-sphere", loss.HalfSphere(1, 5), 0, 1. / 5},
		{"left of a staircase", loss.Staircase(3, 0.2, 1, 4), -0.5, math.Pi * math.Pi / 8},
		{"right of a staircase", loss.Staircase(2, 0.2, 1, 6), 7, math.Pi * math.Pi / 18 * 0.8},
		{"wall", &loss.Terrain{X: []float64{0, 1}, Y: []float64{0, 1000}, Wall: 2}, -0.5, 2},
	} {
		h := mat.NewSymDense(1, nil)
		e.f.Hess(h, []float64{e.x})
		near(t, e.name, h.At(0, 0), e.want, 1e-9)
	}
}

// A mean of examples passes TestMeanOfExamples; these must not.
func TestNonAdditive(t *testing.T) {
	for name, f := range map[string]*loss.NonAdditive{
		"RMSE": loss.RMSE(1, 3), "product": loss.Product(1, 3), "max": loss.Max(1, 3),
	} {
		for _, b := range [][]int{nil, {0}, {1}} {
			if d := gradientError(f, []float64{0.2}, b); d > tolerance {
				t.Errorf("%s, batch %v: gradient off by %g", name, b, d)
			}
		}
		full, one, two := []float64{0}, []float64{0}, []float64{0}
		x := []float64{0}
		f.Grad(full, x, nil)
		f.Grad(one, x, []int{0})
		f.Grad(two, x, []int{1})
		if math.Abs(full[0]-(one[0]+two[0])/2) < 0.05 {
			t.Errorf("%s is additive: %g is the mean of %g and %g", name, full, one, two)
		}
	}
}

func TestNoisyMoments(t *testing.T) {
	f := loss.NewNoisy(loss.Spectrum(1, 2), 50, 0.3, 5)
	x, g := []float64{1, 1}, []float64{0, 0}
	mean, square := []float64{0, 0}, []float64{0, 0}
	for i := range f.Len() {
		f.Grad(g, x, []int{i})
		for j := range g {
			d := g[j] - float64(j+1)
			mean[j] += d / 50
			square[j] += d * d / 50
		}
	}
	for j := range g {
		near(t, "mean of the noise", mean[j], 0, 1e-14)
		near(t, "mean square of the noise", square[j], 0.09, 1e-13)
	}
}

func TestSpectrumSurvivesRotation(t *testing.T) {
	want := loss.Geometric(6, 0.5, 50)
	for name, f := range map[string]*loss.Quadratic{
		"diagonal": loss.Spectrum(want...),
		"rotated":  loss.Spectrum(want...).Rotate(1),
		"random":   loss.Spectrum(want...).RandomRotation(9),
	} {
		for i, e := range f.Eigenvalues() {
			near(t, name, e, want[i], 1e-12)
		}
	}
	if m := loss.Saddle().Minima(); m != nil {
		t.Errorf("a saddle has no minimum, got %v", m)
	}
	// Rotating by 45° puts the steep axis on the diagonal.
	f := loss.Spectrum(1, 9).Rotate(math.Pi / 4)
	near(t, "along the shallow axis", f.Grad(nil, []float64{1, 1}, nil), 1, 1e-14)
	near(t, "along the steep axis", f.Grad(nil, []float64{-1, 1}, nil), 9, 1e-14)
}

func TestPerceptronLearnsXOR(t *testing.T) {
	d := loss.NewXOR(40, 0.1, 1)
	f := loss.NewPerceptronClassifier(d, 4)
	x, g := f.Start(1), make([]float64, f.Dim())
	for range 3000 {
		f.Grad(g, x, nil)
		for i := range x {
			x[i] -= 0.3 * g[i]
		}
	}
	for i, y := range d.Y {
		if z := f.Output(x, d.Row(i)); (z > 0) != (y == 1) {
			t.Errorf("row %d of class %v has output %g", i, y, z)
		}
	}
	// A plane cannot do it: the linear model's best loss stays near log 2.
	lin := loss.NewLogistic(d.WithIntercept(), 0)
	if l := lin.Grad(nil, lin.Minima()[0], nil); l < 0.6 {
		t.Errorf("a linear model fits XOR with loss %g", l)
	}
}
