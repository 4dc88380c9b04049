package ensemble_test

import (
	"fmt"
	"runtime"
	"testing"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/loss"
)

// How much faster all cores are than one; read the ratio of the two lines.
func BenchmarkWorkers(b *testing.B) {
	for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("escapes/%d", workers), func(b *testing.B) {
			for range b.N {
				p := sine(200, workers)
				p.Steps = 1000
				if _, err := p.Ends(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
		w := make([]float64, 100)
		w[0] = 1
		f := loss.NewLogistic(loss.NewLogisticData(100_000, w, 1), 1e-4)
		var p sgd.Objective = ensemble.Parallel(f, workers)
		b.Run(fmt.Sprintf("full gradient/%d", workers), func(b *testing.B) {
			x, g := make([]float64, 100), make([]float64, 100)
			for range b.N {
				p.Grad(g, x, nil)
			}
		})
	}
}
