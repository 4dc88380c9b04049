package sgd_test

import (
	"context"
	"errors"
	"fmt"
	"math"

	"downhill/sgd"
	"downhill/sgd/loss"
)

// Momentum on a bowl that is ten times steeper one way than the other.
func Example() {
	f := loss.Spectrum(1, 10)
	x := []float64{2, 1}
	d := sgd.Descent{Rule: &sgd.SGD{Momentum: 0.5}, LR: sgd.Const(0.1)}
	for s, err := range d.Steps(context.Background(), f, x) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("step %d: loss %.3f → x = (%.3f, %.3f)\n", s.T, s.Loss, x[0], x[1])
		if s.T == 2 {
			break
		}
	}
	// Output:
	// step 0: loss 7.000 → x = (1.800, 0.000)
	// step 1: loss 1.620 → x = (1.520, -0.500)
	// step 2: loss 2.405 → x = (1.228, -0.250)
}

// The same data in the same order, whatever the machine: the seed says which.
func ExampleDescent_Run() {
	f := loss.NewLeastSquares(loss.NewLinearData(200, []float64{1, -2}, 0.1, 7))
	x := make([]float64, f.Dim())
	d := sgd.Descent{LR: sgd.InverseTime(0.2, 0.01), Batch: sgd.Reshuffled(16), Seed: 1}
	r, err := d.Run(context.Background(), f, x, 260)
	fmt.Printf("%d epochs, x = (%.2f, %.2f), %v\n", r.Epoch, x[0], x[1], err)
	// Output: 20 epochs, x = (1.01, -2.01), <nil>
}

// A trajectory is kept to be looked at: two points visited in turn, with no end to it.
func ExampleDescent_Record() {
	f := &loss.TwoPoints{P: []float64{-1}, Q: []float64{1}, Curvature: [2]float64{1, 1}}
	d := sgd.Descent{LR: sgd.Const(0.5), Batch: sgd.InOrder(1)}
	tr, err := d.Record(context.Background(), f, []float64{4}, 4)
	fmt.Println(tr.X, tr.Batch, err)
	// Output: [[4] [1.5] [1.25] [0.125] [0.5625]] [[0] [1] [0] [1]] <nil>
}

// A rate beyond 2/λ: the error names the step.
func ExampleDivergedError() {
	d := sgd.Descent{LR: sgd.Const(0.3), Limit: 1e6}
	_, err := d.Run(context.Background(), loss.Spectrum(1, 10), []float64{1, 1}, 100)
	var diverged *sgd.DivergedError
	if errors.As(err, &diverged) {
		fmt.Println(err)
	}
	// Output: sgd: diverged at step 9: the loss reached 1.310720000814207e+06; lower the learning rate or check the data
}

// The constants of a constructor are fields.
func ExampleNewAdam() {
	rule := sgd.NewAdam()
	rule.Beta1 = 0.5
	x := []float64{-1.2, 1}
	d := sgd.Descent{Rule: rule, LR: sgd.Cosine(0.05, 0, 4000)}
	_, err := d.Run(context.Background(), loss.Rosenbrock(2), x, 4000)
	fmt.Printf("(%.3f, %.3f) %v\n", x[0], x[1], err)
	// Output: (1.000, 1.000) <nil>
}

// Warm up, hold, and fall along a cosine.
func ExampleJoin() {
	s := sgd.Join([]int{4, 6},
		sgd.Warmup(4, sgd.Const(0.4)),
		sgd.Const(0.4),
		sgd.Cosine(0.4, 0, 4))
	for t := range 11 {
		fmt.Printf("%.2f ", s(t))
	}
	// Output: 0.10 0.20 0.30 0.40 0.40 0.40 0.40 0.34 0.20 0.06 0.00
}

// Drawing heavy examples more often changes what is minimised, unless it is corrected.
func ExampleImportance() {
	f := &loss.TwoPoints{P: []float64{0}, Q: []float64{1}}
	w := []float64{1, 3}
	for _, s := range []sgd.Sampler{sgd.Weighted(1, w), sgd.Importance(1, w)} {
		x := []float64{0}
		d := sgd.Descent{LR: sgd.InverseTime(0.5, 1), Batch: s, Seed: 1}
		_, err := d.Run(context.Background(), f, x, 100_000)
		fmt.Printf("%.2f %v\n", x[0], err)
	}
	// Output:
	// 0.75 <nil>
	// 0.50 <nil>
}

// Two draws at a time: a ragged batch never happens, and an epoch is counted in draws.
func ExampleSampler() {
	f := loss.NewMean(loss.Spectrum(1), loss.Spectrum(2), loss.Spectrum(3))
	d := sgd.Descent{LR: sgd.Const(0.1), Batch: sgd.InOrder(2)}
	for s, err := range d.Steps(context.Background(), f, []float64{1}) {
		if err != nil || s.T == 4 {
			break
		}
		fmt.Println("epoch", s.Epoch, "batch", s.Batch)
	}
	// Output:
	// epoch 0 batch [0 1]
	// epoch 0 batch [2]
	// epoch 1 batch [0 1]
	// epoch 1 batch [2]
}

// A gradient of length 20 is cut to 1 before momentum sees it.
func ExampleTransform() {
	x := []float64{2}
	d := sgd.Descent{
		Rule: &sgd.SGD{Momentum: 0.9},
		Pre:  []sgd.Transform{sgd.ClipNorm(1)},
		LR:   sgd.Const(0.1),
	}
	_, err := d.Run(context.Background(), loss.Spectrum(10), x, 1)
	fmt.Println(x, err)
	// Output: [1.9] <nil>
}

// With a constant rate SGD circles the minimum, SVRG reaches it.
func ExampleSVRG() {
	f := loss.NewLeastSquares(loss.NewLinearData(50, []float64{1, -2}, 0.5, 3))
	gap := func(e sgd.Estimator) float64 {
		x, g := make([]float64, f.Dim()), make([]float64, f.Dim())
		d := sgd.Descent{Gradient: e, LR: sgd.Const(0.1), Batch: sgd.WithReplacement(1), Seed: 1}
		if _, err := d.Run(context.Background(), f, x, 5000); err != nil {
			fmt.Println(err)
		}
		f.Grad(g, x, nil)
		return math.Hypot(g[0], g[1])
	}
	fmt.Printf("SGD: gradient above 1e-3 %t; SVRG: below 1e-12 %t\n", gap(nil) > 1e-3, gap(&sgd.SVRG{}) < 1e-12)
	// Output: SGD: gradient above 1e-3 true; SVRG: below 1e-12 true
}

// One step of Newton is enough for any quadratic.
func ExampleNewton() {
	f := loss.Spectrum(1, 1000)
	x := []float64{3, -4}
	d := sgd.Descent{Rule: &sgd.Newton{F: f}, LR: sgd.Const(1)}
	_, err := d.Run(context.Background(), f, x, 1)
	fmt.Println(x, err)
	// Output: [0 0] <nil>
}

// The mean of the points that a noisy descent visits is better than any of them.
func ExampleAverage() {
	f := &loss.TwoPoints{P: []float64{-1}, Q: []float64{1}, Curvature: [2]float64{1, 1}}
	mean := &sgd.Average{Rule: &sgd.SGD{}, From: 100}
	x := []float64{5}
	d := sgd.Descent{Rule: mean, LR: sgd.Const(0.5), Batch: sgd.WithReplacement(1), Seed: 4}
	_, err := d.Run(context.Background(), f, x, 10100)
	m, points := mean.Mean()
	fmt.Printf("mean of %d points within 0.05 of the minimum: %t %v\n", points, math.Abs(m[0]) < 0.05, err)
	// Output: mean of 10000 points within 0.05 of the minimum: true <nil>
}

// The way out of a wrong basin is to try others.
func ExampleBasinHopping() {
	f := loss.Rastrigin(2)
	search := sgd.BasinHopping{
		Local: &sgd.Descent{LR: sgd.Const(0.002)},
		Steps: 300, Hops: 200, Jump: 1.2, Temperature: 1, Seed: 1,
	}
	b, err := search.Minimize(context.Background(), f, []float64{3.2, -4.1})
	fmt.Printf("from a loss of %.0f to %.3f %v\n", f.Grad(nil, []float64{3.2, -4.1}, nil), math.Abs(b.Loss), err)
	// Output: from a loss of 36 to 0.000 <nil>
}

// Stopped and resumed, a descent ends at the same bits as one that never stopped.
func ExampleCheckpoint() {
	ctx, f := context.Background(), loss.Rosenbrock(2)
	d := sgd.Descent{Rule: sgd.NewAdam(), LR: sgd.Const(0.01)}
	whole := []float64{-1.2, 1}
	if _, err := d.Run(ctx, f, whole, 100); err != nil {
		fmt.Println(err)
	}
	for s, err := range d.Steps(ctx, f, []float64{-1.2, 1}) {
		if err == nil && s.T == 39 {
			d.From = s.Checkpoint() // a BinaryMarshaler, to be written to a file
			break
		}
	}
	x := make([]float64, 2)
	r, err := d.Run(ctx, f, x, 60)
	fmt.Println(r.T, x[0] == whole[0] && x[1] == whole[1], err)
	// Output: 100 true <nil>
}

// Many starts find what one does not; those that leave the numbers are counted.
func ExampleRestarts() {
	f := loss.StyblinskiTang(2)
	search := sgd.Restarts{
		Local: &sgd.Descent{LR: sgd.Const(0.01)},
		Steps: 300, Runs: 30, Lo: []float64{-5, -5}, Hi: []float64{5, 5}, Seed: 1,
	}
	b, err := search.Minimize(context.Background(), f)
	fmt.Printf("(%.3f, %.3f) from %d starts, %v\n", b.X[0], b.X[1], b.Tries, err)
	// Output: (-2.904, -2.904) from 30 starts, <nil>
}

// A walk that cools from 20 to nearly 0 leaves the wrong well and settles in the right.
func ExampleAnnealing() {
	f := loss.StyblinskiTang(1)
	search := sgd.Annealing{Temperature: sgd.Exponential(20, 0.999), Jump: 0.5, Steps: 10000, Seed: 1}
	b, err := search.Minimize(context.Background(), f, []float64{2.747})
	fmt.Printf("from 2.747 to %.2f, %v\n", b.X[0], err)
	// Output: from 2.747 to -2.90, <nil>
}

// Cycles of two and four steps, each from the full rate down.
func ExampleWarmRestarts() {
	s := sgd.WarmRestarts(1, 0, 2, 2)
	for t := range 7 {
		fmt.Printf("%.2f ", s(t))
	}
	// Output: 1.00 0.50 1.00 0.85 0.50 0.15 1.00
}
