package loss_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"

	"downhill/sgd/loss"
)

// The sums below were taken on amd64 without fused instructions; a compiler that
// fuses, as for arm64 or with GOAMD64=v3, must come to the same bits.
func TestSameBitsEverywhere(t *testing.T) {
	for _, e := range []struct {
		name string
		f    objective
		want uint64
	}{
		{"two points", &loss.TwoPoints{P: []float64{-1, 0.5}, Q: []float64{2, 1.1}, Curvature: [2]float64{1, 3}, Copies: [2]int{3, 2}}, 0x3e7a0a9e36a18f78},
		{"diagonal quadratic", loss.Spectrum(1, 10, 0.3).At(1, -1, 0.2), 0xc50e70b7f167d725},
		{"quadratic", loss.NewQuadratic([][]float64{{2, 0.3, -0.7}, {0.3, 1.9, 0.1}, {-0.7, 0.1, 5}}, nil), 0x5163f3b430e407f5},
		{"Rosenbrock", loss.Rosenbrock(4), 0xf58c3291a26795ed},
		{"Booth", loss.Booth(), 0x430bfd7b760db92d},
		{"Matyas", loss.Matyas(), 0xc0b4b714cc3e43d},
		{"Beale", loss.Beale(), 0xd8d6ab785d6e07e5},
		{"Himmelblau", loss.Himmelblau(), 0xb931056c8e437975},
		{"three-hump camel", loss.ThreeHumpCamel(), 0x82af22e2407d667d},
		{"Goldstein-Price", loss.GoldsteinPrice(), 0x6761cfa845974e0d},
		{"monkey saddle", loss.MonkeySaddle(), 0x7ec923e4dccdd67d},
		{"quartic", loss.Quartic(2), 0x204fd6339f24e99d},
		{"Styblinski-Tang", loss.StyblinskiTang(3), 0x457daa6e898d4515},
		{"double well", loss.DoubleWell(0.7, 1.3), 0xcd44b9489d8a9255},
		{"half-sphere", loss.HalfSphere(2, 3), 0xab5f3f15ade26365},
		{"noisy", &loss.Noisy{Of: loss.Booth(), Scale: []float64{0.3, 1.9}, Tilt: [][]float64{{0.1, 0.7}, {-0.3, 1.1}}}, 0xb09520e67df92243},
		{"mean", loss.NewMean(loss.Booth(), loss.Matyas(), loss.Beale()), 0xe2d2322cb1ee5afc},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		h := fnv.New64a()
		x, g := make([]float64, e.f.Dim()), make([]float64, e.f.Dim())
		for range 200 {
			for i := range x {
				x[i] = 4*r.Float64() - 2
			}
			for _, b := range batches(e.f) {
				l := e.f.Grad(g, x, b)
				for _, v := range append([]float64{l}, g...) {
					binary.Write(h, binary.LittleEndian, math.Float64bits(v))
				}
			}
		}
		if got := h.Sum64(); got != e.want {
			t.Errorf("%s: bits %#x, want %#x", e.name, got, e.want)
		}
	}
}
