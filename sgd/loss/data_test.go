package loss_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"downhill/sgd/loss"
)

// moments fails the test unless mean and standard deviation of a normal sample are
// within five standard errors of what they should be.
func moments(t *testing.T, what string, sample []float64, mean, deviation float64) {
	t.Helper()
	m, s := stat.MeanStdDev(sample, nil)
	n := float64(len(sample))
	if math.Abs(m-mean) > 5*deviation/math.Sqrt(n) || math.Abs(s-deviation) > 5*deviation/math.Sqrt(2*n) {
		t.Errorf("%s: mean %.4f and deviation %.4f of %d, want %g and %g", what, m, s, len(sample), mean, deviation)
	}
}

func TestLinearData(t *testing.T) {
	d := loss.NewLinearData(2000, []float64{3, -2}, 0.5, 1)
	var features, noise []float64
	for i, y := range d.Y {
		a := d.Row(i)
		features = append(features, a...)
		noise = append(noise, y-3*a[0]+2*a[1])
	}
	moments(t, "features", features, 0, 1)
	moments(t, "noise", noise, 0, 0.5)
}

func TestLogisticData(t *testing.T) {
	d := loss.NewLogisticData(20_000, []float64{2}, 1)
	near, ones := 0.0, 0.0 // rows of score 0.9 to 1.1
	for i, y := range d.Y {
		if z := 2 * d.Row(i)[0]; z > 0.9 && z < 1.1 {
			near++
			ones += y
		}
	}
	p := 1 / (1 + math.Exp(-1))
	if got := ones / near; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/near) {
		t.Errorf("class 1 at score 1: %.3f of %v, want %.3f", got, near, p)
	}
}

func TestBlobs(t *testing.T) {
	d := loss.NewBlobs(3000, 3, 0.2, 1)
	var x, y []float64
	for i, class := range d.Y {
		if class != float64(i%3) {
			t.Fatalf("row %d is of class %g", i, class)
		}
		if class == 1 {
			x, y = append(x, d.Row(i)[0]), append(y, d.Row(i)[1])
		}
	}
	moments(t, "centre of class 1 of 3, x", x, -0.5, 0.2)
	moments(t, "centre of class 1 of 3, y", y, math.Sqrt(3)/2, 0.2)
}

func TestXOR(t *testing.T) {
	d := loss.NewXOR(4000, 0.2, 1)
	corners := map[[2]float64]int{}
	var off []float64
	for i, class := range d.Y {
		a, b := d.Row(i)[0], d.Row(i)[1]
		corner := [2]float64{math.Copysign(1, a), math.Copysign(1, b)}
		corners[corner]++
		off = append(off, a-corner[0], b-corner[1])
		if (class == 1) != (corner[0] != corner[1]) {
			t.Fatalf("row %d, %.2f: class %g", i, d.Row(i), class)
		}
	}
	if len(corners) != 4 || corners[[2]float64{1, -1}] != 1000 {
		t.Errorf("rows at the corners: %v", corners)
	}
	moments(t, "noise", off, 0, 0.2)
}

// TestPerceptronStart: weights uniform within one over the root of the inputs, no constants.
func TestPerceptronStart(t *testing.T) {
	const hidden, features = 400, 9
	d := &loss.Data{Features: features, X: make([]float64, features), Y: []float64{0}}
	x := loss.NewPerceptron(d, hidden).Start(1)
	spread := func(what string, w []float64, limit float64) {
		for i := range w {
			if math.Abs(w[i]) > limit {
				t.Fatalf("%s: %g beyond %g", what, w[i], limit)
			}
		}
		moments(t, what, w, 0, limit/math.Sqrt(3))
	}
	var weights []float64
	for ; len(x) > hidden+1; x = x[features+1:] {
		weights = append(weights, x[:features]...)
		if x[features] != 0 {
			t.Fatalf("constant %g", x[features])
		}
	}
	spread("hidden weights", weights, 1.0/3)
	spread("output weights", x[:hidden], 1.0/20)
	if x[hidden] != 0 {
		t.Errorf("output constant %g", x[hidden])
	}
}

// TestSeedsKeepTheirMeaning: a published data set can be made again with any later version.
func TestSeedsKeepTheirMeaning(t *testing.T) {
	lesson, rotated := loss.LessonSine(), mat.NewSymDense(2, nil)
	loss.Spectrum(1, 3).RandomRotation(7).Hess(rotated, []float64{0, 0})
	for _, c := range []struct{ name, got, want string }{
		{"sine", fmt.Sprintf("%.4f %.4f", lesson.X[98:], lesson.Y[98:]), "[1.5415 -3.5327] [-0.6901 0.5074]"},
		{"perceptron", fmt.Sprintf("%.4f", loss.NewPerceptron(loss.NewXOR(4, 0, 1), 2).Start(7)), "[0.6999 0.4561 0.0000 -0.3965 -0.2457 0.0000 -0.6708 -0.3371 0.0000]"},
		{"rotation", fmt.Sprintf("%.4f", rotated.RawSymmetric().Data), "[1.1261 -0.4861 0.0000 2.8739]"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
	for _, c := range []struct {
		name string
		d    *loss.Data
		want string
	}{
		{"linear", loss.NewLinearData(2, []float64{1, -2}, 0.5, 7), "[1.0329 -0.3914 -2.4449 1.2882] [1.9496 -4.6931]"},
		{"logistic", loss.NewLogisticData(4, []float64{1}, 7), "[1.0329 0.2679 1.2882 0.0936] [1.0000 0.0000 1.0000 0.0000]"},
		{"blobs", loss.NewBlobs(3, 2, 0.3, 7), "[1.3099 -0.1174 -0.9196 -0.7335 1.3865 0.1969] [0.0000 1.0000 0.0000]"},
		{"XOR", loss.NewXOR(2, 0.3, 7), "[-0.6901 -1.1174 1.0804 -1.7335] [0.0000 1.0000]"},
		{"intercept", loss.NewLinearData(2, []float64{1}, 0, 7).WithIntercept(), "[1.0329 1.0000 0.2679 1.0000] [1.0329 0.2679]"},
	} {
		if got := fmt.Sprintf("%.4f %.4f", c.d.X, c.d.Y); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
