package loss_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"downhill/sgd/loss"
)

// What an example costs, worked out by hand for the score z = 1·x and target y.
func TestExampleLosses(t *testing.T) {
	one := func(y float64) *loss.Data { return &loss.Data{Features: 1, X: []float64{1}, Y: []float64{y}} }
	for _, e := range []struct {
		name              string
		f                 *loss.Linear
		z, loss, slope, h float64
	}{
		{"least squares", loss.NewLeastSquares(one(1)), 3, 2, 2, 1},
		{"ridge", loss.NewRidge(one(1), 0.5), 3, 2 + 2.25, 2 + 1.5, 1.5},
		{"logistic, class 1", loss.NewLogistic(one(1), 0), 0, math.Ln2, -0.5, 0.25},
		{"logistic, class 0", loss.NewLogistic(one(0), 0), 2, math.Log(1 + math.Exp(2)), 1 / (1 + math.Exp(-2)), 0.10499358540350652},
		{"logistic, class 1, far on the wrong side", loss.NewLogistic(one(1), 0), -800, 800, -1, 0},
		{"logistic, class 0, far on the wrong side", loss.NewLogistic(one(0), 0), 800, 800, 1, 0},
		{"Huber, inside", loss.NewHuber(one(1), 1), 1.5, 0.125, 0.5, 1},
		{"Huber, outside", loss.NewHuber(one(1), 1), 3, 1.5, 1, 0},
		{"Huber, outside, below", loss.NewHuber(one(1), 0.5), -1, 0.875, -0.5, 0},
		{"hinge, class 1, inside the margin", loss.NewHinge(one(1), 0), 0.3, 0.7, -1, 0},
		{"hinge, class 0, inside the margin", loss.NewHinge(one(0), 0), 0.3, 1.3, 1, 0},
		{"hinge, class 0, right", loss.NewHinge(one(0), 0), -2, 0, 0, 0},
	} {
		g := []float64{0}
		for _, b := range [][]int{nil, {0}, {0, 0}} {
			near(t, e.name, e.f.Grad(g, []float64{e.z}, b), e.loss, 1e-14)
			near(t, e.name+": slope", g[0], e.slope, 1e-14)
		}
		h := mat.NewSymDense(1, nil)
		e.f.Hess(h, []float64{e.z})
		near(t, e.name+": curvature", h.At(0, 0), e.h, 1e-12)
	}
}

// With two classes, softmax with rows (−w/2, w/2) is logistic regression with w.
func TestSoftmaxOfTwoIsLogistic(t *testing.T) {
	d := loss.NewLogisticData(50, []float64{1, -2}, 1)
	want := loss.NewLogistic(d, 0).Grad(nil, []float64{0.6, 0.2}, nil)
	near(t, "loss", loss.NewSoftmax(d, 2, 0).Grad(nil, []float64{-0.3, -0.1, 0.3, 0.1}, nil), want, 1e-14)
	near(t, "penalty", loss.NewSoftmax(d, 2, 2).Grad(nil, []float64{-0.3, -0.1, 0.3, 0.1}, nil), want+0.2, 1e-14)
}

func TestPerceptronOutput(t *testing.T) {
	d := &loss.Data{Features: 2, X: []float64{0.5, -1}, Y: []float64{1}}
	// w₁ = (2, 1), b₁ = 0.3; w₂ = (0, 1), b₂ = −1; v = (3, −2); c = 0.5
	x := []float64{2, 1, 0.3, 0, 1, -1, 3, -2, 0.5}
	want := 3*math.Tanh(0.3) - 2*math.Tanh(-2) + 0.5
	f := loss.NewPerceptron(d, 2)
	near(t, "output", f.Output(x, d.Row(0)), want, 1e-14)
	near(t, "loss", f.Grad(nil, x, nil), (want-1)*(want-1)/2, 1e-14)
	near(t, "loss of a classifier", loss.NewPerceptronClassifier(d, 2).Grad(nil, x, nil), math.Log(1+math.Exp(-want)), 1e-14)
	// Swapping hidden units, or turning the sign of one, changes nothing.
	near(t, "swapped", f.Output([]float64{0, 1, -1, 2, 1, 0.3, -2, 3, 0.5}, d.Row(0)), want, 1e-14)
	near(t, "turned", f.Output([]float64{-2, -1, -0.3, 0, 1, -1, -3, -2, 0.5}, d.Row(0)), want, 1e-14)
}

// The tables are larger than what is fetched early, so that batches which look
// ahead are seen to give what those without anything behind them give.
func TestLookingAheadChangesNothing(t *testing.T) {
	w := make([]float64, 300)
	w[0] = 1
	d := loss.NewLogisticData(500, w, 1)
	for name, f := range map[string]objective{
		"logistic":   loss.NewLogistic(d, 0.1),
		"softmax":    loss.NewSoftmax(d, 2, 0),
		"perceptron": loss.NewPerceptronClassifier(d, 2),
	} {
		x := points(f, 1)[0]
		order := []int{3, 499, 0, 7, math.MaxInt, -5, 2}
		for _, n := range []int{1, 2, 4} {
			ahead, alone := make([]float64, f.Dim()), make([]float64, f.Dim())
			l := f.Grad(ahead, x, order[:n])
			if m := f.Grad(alone, x, order[:n:n]); l != m {
				t.Errorf("%s, batch of %d: loss %g with, %g without rows behind it", name, n, l, m)
			}
			for i := range ahead {
				if ahead[i] != alone[i] {
					t.Fatalf("%s, batch of %d: gradients differ", name, n)
				}
			}
		}
	}
}
