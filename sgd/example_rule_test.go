package sgd_test

import (
	"context"
	"fmt"

	"downhill/sgd"
	"downhill/sgd/loss"

	"gonum.org/v1/gonum/floats"
)

// normalised is a rule of one's own: steps of length lr, whatever the slope.
type normalised struct{}

func (normalised) Init(int)           {}
func (normalised) State() [][]float64 { return nil }
func (normalised) Step(x, grad []float64, lr float64) {
	if n := floats.Norm(grad, 2); n > 0 {
		floats.AddScaled(x, -lr/n, grad)
	}
}

// Three methods make a rule, which can stand inside another: here half of every five
// steps is taken back.
func ExampleRule() {
	for _, r := range []sgd.Rule{normalised{}, &sgd.Lookahead{Rule: normalised{}, K: 5, Alpha: 0.5}} {
		x := []float64{3, 4}
		d := sgd.Descent{Rule: r, LR: sgd.Const(0.5)}
		_, err := d.Run(context.Background(), loss.Spectrum(1, 1), x, 5)
		fmt.Printf("%.2f %v\n", x, err)
	}
	// Output:
	// [1.50 2.00] <nil>
	// [2.25 3.00] <nil>
}
