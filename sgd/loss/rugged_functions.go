package loss

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Rastrigin is a bowl with a dimple at every whole-numbered point:
//
//	f(x) = Σ 10 + x_i² − 10 cos 2πx_i
//
// Minimum 0 at the origin, about 11ⁿ local ones in its box of ±5.12.
//
// Rastrigin, Systems of extremal control (1974), for n = 2; Mühlenbein, Schomisch
// and Born, Parallel Computing 17 (1991), for any n.
func Rastrigin(n int) *Func {
	return &Func{N: n, Min: [][]float64{cube(n, 0)}, Lo: cube(n, -5.12), Hi: cube(n, 5.12),
		F: func(grad, x []float64) float64 {
			var f float64
			for i, v := range x {
				s, c := math.Sincos(2 * math.Pi * v)
				f += v*v + 10*(1-c)
				if grad != nil {
					grad[i] = 2*v + 20*math.Pi*s
				}
			}
			return f
		},
		H: func(h *mat.SymDense, x []float64) {
			h.Zero()
			for i, v := range x {
				h.SetSym(i, i, 2+40*math.Pi*math.Pi*math.Cos(2*math.Pi*v))
			}
		},
	}
}

// Ackley is a plain with ripples and one deep funnel:
//
//	f(x) = −20 exp(−0.2 √(Σx_i²/n)) − exp(Σ cos 2πx_i / n) + 20 + e
//
// Minimum 0 at the origin, the tip of a cone: the loss has no gradient there, and
// Grad gives 0.
//
// Ackley, A Connectionist Machine for Genetic Hillclimbing (1987).
func Ackley(n int) *Func {
	return &Func{N: n, Min: [][]float64{cube(n, 0)}, Lo: cube(n, -5), Hi: cube(n, 5),
		F: func(grad, x []float64) float64 {
			var square, cosines float64
			for _, v := range x {
				square += v * v
				cosines += math.Cos(2 * math.Pi * v)
			}
			d := float64(n)
			r := math.Sqrt(square / d)
			a, b := 20*math.Exp(-0.2*r), math.Exp(cosines/d)
			for i := range grad {
				grad[i] = b * 2 * math.Pi * math.Sin(2*math.Pi*x[i]) / d
				if r > 0 {
					grad[i] += 0.2 * a * x[i] / (r * d)
				}
			}
			return 20 - a + math.E - b
		},
	}
}

// StyblinskiTang has two wells along every axis, the lower one at −2.903534:
//
//	f(x) = ½ Σ x_i⁴ − 16x_i² + 5x_i
//
// Minimum −39.16617 n. (The figure −39.16599 that is often quoted is wrong in the
// fourth decimal.)
//
// Styblinski and Tang, Neural Networks 3 (1990).
func StyblinskiTang(n int) *Func {
	return &Func{N: n, Min: [][]float64{cube(n, -2.903534027771177)}, Lo: cube(n, -5), Hi: cube(n, 5),
		F: func(grad, x []float64) float64 {
			var f float64
			for i, v := range x {
				u := float64(v * v)
				f += float64(u*(u-16)) + float64(5*v)
				if grad != nil {
					grad[i] = float64(v*(2*u-16)) + 2.5
				}
			}
			return f / 2
		},
		H: func(h *mat.SymDense, x []float64) {
			h.Zero()
			for i, v := range x {
				h.SetSym(i, i, 6*v*v-16)
			}
		},
	}
}

// Levi13 is a valley with cross-ripples, number 13 of Lévy and Montalvo:
//
//	f(x, y) = sin² 3πx + (x−1)² (1 + sin² 3πy) + (y−1)² (1 + sin² 2πy)
//
// Minimum 0 at (1, 1).
//
// Lévy and Montalvo, The tunneling algorithm for the global minimization of
// functions, SIAM Journal on Scientific and Statistical Computing 6 (1985).
func Levi13() *Func {
	return &Func{N: 2, Min: [][]float64{{1, 1}}, Lo: cube(2, -10), Hi: cube(2, 10),
		F: func(grad, x []float64) float64 {
			const pi = math.Pi
			a, b := x[0]-1, x[1]-1
			sx, s3, s2 := math.Sin(3*pi*x[0]), math.Sin(3*pi*x[1]), math.Sin(2*pi*x[1])
			if grad != nil {
				// The derivative of sin² kt is k sin 2kt.
				grad[0] = 3*pi*math.Sin(6*pi*x[0]) + 2*a*(1+s3*s3)
				grad[1] = 3*pi*a*a*math.Sin(6*pi*x[1]) + 2*b*(1+s2*s2) + 2*pi*b*b*math.Sin(4*pi*x[1])
			}
			return sx*sx + a*a*(1+s3*s3) + b*b*(1+s2*s2)
		},
	}
}

// Easom is a single narrow hole in a plain that tells nothing of it:
//
//	f(x, y) = −cos x · cos y · exp(−(x−π)² − (y−π)²)
//
// Minimum −1 at (π, π).
func Easom() *Func {
	return &Func{N: 2, Min: [][]float64{{math.Pi, math.Pi}}, Lo: cube(2, -2), Hi: cube(2, 8),
		F: func(grad, x []float64) float64 {
			a, b := x[0]-math.Pi, x[1]-math.Pi
			sx, cx := math.Sincos(x[0])
			sy, cy := math.Sincos(x[1])
			e := math.Exp(-a*a - b*b)
			if grad != nil {
				grad[0] = e * cy * (sx + 2*a*cx)
				grad[1] = e * cx * (sy + 2*b*cy)
			}
			return -e * cx * cy
		},
	}
}
