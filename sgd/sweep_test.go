package sgd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// fill makes numbers of many sizes, zeros of both signs among them.
func fill(n int, r *rand.Rand) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = math.Ldexp(r.NormFloat64(), r.IntN(40)-20)
		if r.IntN(16) == 0 {
			s[i] = math.Copysign(0, s[i])
		}
	}
	return s
}

// TestSweepsHaveTheBitsOfTheLoops compares all parameters at once, four at a time
// where the processor can, with one call a parameter, which is always the Go loop.
func TestSweepsHaveTheBitsOfTheLoops(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for _, make := range []func() Rule{
		func() Rule { return &SGD{} },
		func() Rule { return &SGD{Momentum: 0.9} },
		func() Rule { return &SGD{Momentum: 0.9, Dampening: 0.1, WeightDecay: 0.01} },
		func() Rule { return NewAdam() },
		func() Rule { return &Adam{Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, WeightDecay: 0.1} },
		func() Rule { return NewAdamW(0.1) },
	} {
		for _, n := range []int{1, 15, 16, 17, 18, 19, 64, 101} {
			whole, x := make(), fill(n, r)
			whole.Init(n)
			one := []Rule{}
			alone := append([]float64(nil), x...)
			for range n {
				r := make()
				r.Init(1)
				one = append(one, r)
			}
			for step := range 5 {
				g := fill(n, r)
				whole.Step(x, g, 0.1)
				for i, r := range one {
					r.Step(alone[i:i+1], g[i:i+1], 0.1)
				}
				for i := range x {
					if math.Float64bits(x[i]) != math.Float64bits(alone[i]) {
						t.Fatalf("%T of %d: x[%d] after step %d is %v at once, %v alone", whole, n, i, step, x[i], alone[i])
					}
				}
			}
		}
	}
}
