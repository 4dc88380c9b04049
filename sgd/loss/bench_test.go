package loss_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"downhill/sgd"
	"downhill/sgd/loss"
)

// BenchmarkLogistic is one stochastic step on a table that no cache holds:
// 100,000 × 100 numbers, 80 MB, rows in random order. What it costs is mostly the
// wait for the row.
func BenchmarkLogistic(b *testing.B) {
	const n, d = 100_000, 100
	w := make([]float64, d)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range w {
		w[i] = r.NormFloat64() / 10
	}
	f := loss.NewLogistic(loss.NewLogisticData(n, w, 1), 1e-4)
	for _, size := range []int{1, 10, 100} {
		for name, s := range map[string]sgd.Sampler{"shuffled": sgd.Reshuffled(size), "in order": sgd.InOrder(size)} {
			b.Run(fmt.Sprintf("%s/batch %d", name, size), func(b *testing.B) {
				x := make([]float64, d)
				dsc := sgd.Descent{LR: sgd.Const(0.01), Batch: s}
				if _, err := dsc.Run(context.Background(), f, x, max(1, b.N/size)); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
	b.Run("full", func(b *testing.B) {
		x, g := make([]float64, d), make([]float64, d)
		for range max(1, b.N/n) {
			f.Grad(g, x, nil)
		}
	})
}

// BenchmarkGrad is what one gradient costs where nothing has to be fetched.
func BenchmarkGrad(b *testing.B) {
	for _, e := range every {
		x, g := points(e.f, 1)[0], make([]float64, e.f.Dim())
		batch := []int{0}
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				e.f.Grad(g, x, batch)
			}
		})
	}
}
