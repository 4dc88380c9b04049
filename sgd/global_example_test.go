package sgd_test

import (
	"context"
	"fmt"

	"downhill/sgd"
	"downhill/sgd/loss"
)

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
