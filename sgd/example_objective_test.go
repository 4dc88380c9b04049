package sgd_test

import (
	"context"
	"fmt"
	"math"

	"downhill/sgd"
)

// median is a loss of one's own: the mean distance to the examples.
type median []float64

func (m median) Dim() int { return 1 }
func (m median) Len() int { return len(m) }
func (m median) Grad(grad, x []float64, batch []int) float64 {
	if batch == nil {
		for i := range m { // all of them
			batch = append(batch, i)
		}
	}
	sum, slope := 0.0, 0.0
	for _, i := range batch {
		d := x[0] - m[i]
		sum += math.Abs(d)
		slope += math.Copysign(1, d)
	}
	if grad != nil {
		grad[0] = slope / float64(len(batch))
	}
	return sum / float64(len(batch))
}

// Three methods make a loss. Distances instead of squares: the minimum is the median,
// and one far example does not move it.
func ExampleObjective() {
	x := []float64{50}
	d := sgd.Descent{LR: sgd.InverseSqrt(10, 1), Batch: sgd.Reshuffled(1), Seed: 1}
	r, err := d.Run(context.Background(), median{1, 2, 3, 4, 1000}, x, 50_000)
	fmt.Printf("%.1f after %d epochs, %v\n", x[0], r.Epoch, err)
	// Output: 3.0 after 10000 epochs, <nil>
}
