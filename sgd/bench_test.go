package sgd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// valley is Rosenbrock's (1960) function of two variables.
type valley struct{}

func (valley) Dim() int { return 2 }
func (valley) Len() int { return 1 }
func (valley) Grad(grad, x []float64, _ []int) float64 {
	_ = x[1]
	a, b := 1-x[0], x[1]-float64(x[0]*x[0])
	if grad != nil {
		_ = grad[1]
		grad[0] = float64(-2*a) - float64(400*x[0]*b)
		grad[1] = 200 * b
	}
	return float64(a*a) + float64(100*float64(b*b))
}

func BenchmarkStep(b *testing.B) {
	b.Run("hand-written", func(b *testing.B) {
		var f valley
		x, g, v := []float64{-1.2, 1}, make([]float64, 2), make([]float64, 2)
		for b.Loop() {
			f.Grad(g, x, nil)
			for i := range x {
				v[i] = float64(0.9*v[i]) + g[i]
				x[i] -= float64(1e-4 * v[i])
			}
		}
	})
	b.Run("descent", func(b *testing.B) {
		b.ReportAllocs()
		d := Descent{Rule: &SGD{Momentum: 0.9}, LR: Const(1e-4)}
		x := []float64{-1.2, 1}
		if _, err := d.Run(context.Background(), valley{}, x, b.N); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{2, 1000, 10_000_000} {
		r := rand.New(rand.NewPCG(1, 1))
		x, g := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], g[i] = r.NormFloat64(), r.NormFloat64()
		}
		for _, c := range []struct {
			name string
			rule Rule
		}{{"SGD", &SGD{}}, {"momentum", &SGD{Momentum: 0.9}}, {"Adam", NewAdam()}, {"RMSProp", NewRMSProp()}, {"Lion", NewLion()}} {
			c.rule.Init(n)
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				for b.Loop() {
					c.rule.Step(x, g, 1e-6)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/param")
			})
		}
	}
}
