package loss

import "gonum.org/v1/gonum/mat"

// Products that are added are written float64(a*b)+c in this file, which forbids
// the compiler to fuse them: the same path on every machine.

// Rosenbrock is the curved valley, hard because its floor is nearly flat:
//
//	f(x) = Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)²
//
// Minimum 0 at (1, …, 1); its Hessian there has condition number 2508 for n = 2.
//
// Rosenbrock, An automatic method for finding the greatest or least value of a
// function, The Computer Journal 3 (1960).
func Rosenbrock(n int) *Func {
	return &Func{N: n, Min: [][]float64{cube(n, 1)}, Lo: cube(n, -2), Hi: cube(n, 2),
		F: func(grad, x []float64) float64 {
			clear(grad)
			var f float64
			for i := range n - 1 {
				a, b := x[i+1]-float64(x[i]*x[i]), 1-x[i]
				f += float64(100*a*a) + float64(b*b)
				if grad != nil {
					grad[i] -= float64(400*a*x[i]) + float64(2*b)
					grad[i+1] += float64(200 * a)
				}
			}
			return f
		},
		H: func(h *mat.SymDense, x []float64) {
			h.Zero()
			for i := range n - 1 {
				h.SetSym(i, i, h.At(i, i)+1200*x[i]*x[i]-400*x[i+1]+2)
				h.SetSym(i, i+1, -400*x[i])
				h.SetSym(i+1, i+1, 200)
			}
		},
	}
}

// Booth is a plain bowl with condition number 9, turned by 45°:
//
//	f(x, y) = (x + 2y − 7)² + (2x + y − 5)²
//
// Minimum 0 at (1, 3).
func Booth() *Func {
	return &Func{N: 2, Min: [][]float64{{1, 3}}, Lo: cube(2, -10), Hi: cube(2, 10),
		F: func(grad, x []float64) float64 {
			a, b := x[0]+2*x[1]-7, 2*x[0]+x[1]-5
			if grad != nil {
				grad[0] = float64(2*a) + float64(4*b)
				grad[1] = float64(4*a) + float64(2*b)
			}
			return float64(a*a) + float64(b*b)
		},
		H: hess2(func(_, _ float64) (xx, xy, yy float64) { return 10, 8, 10 }),
	}
}

// Matyas is a shallow valley with condition number 25 along the diagonal:
//
//	f(x, y) = 0.26 (x² + y²) − 0.48 xy
//
// Minimum 0 at the origin.
func Matyas() *Func {
	return &Func{N: 2, Min: [][]float64{{0, 0}}, Lo: cube(2, -10), Hi: cube(2, 10),
		F: func(grad, x []float64) float64 {
			gx := float64(0.52*x[0]) - float64(0.48*x[1])
			gy := float64(0.52*x[1]) - float64(0.48*x[0])
			if grad != nil {
				grad[0], grad[1] = gx, gy
			}
			return (float64(gx*x[0]) + float64(gy*x[1])) / 2
		},
		H: hess2(func(_, _ float64) (xx, xy, yy float64) { return 0.52, -0.48, 0.52 }),
	}
}

// Beale has long flat arms and steep corners:
//
//	f(x, y) = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²
//
// Minimum 0 at (3, ½). f(1, 1) = 14.203125 with gradient (0, 27.75).
//
// Beale, On an iterative method for finding a local minimum of a function of
// more than one variable, Princeton technical report 25 (1958).
func Beale() *Func {
	return &Func{N: 2, Min: [][]float64{{3, 0.5}}, Lo: cube(2, -4.5), Hi: cube(2, 4.5),
		F: func(grad, x []float64) float64 {
			var f float64
			clear(grad)
			power := 1.0 // y^(k−1)
			for k, c := range [...]float64{1.5, 2.25, 2.625} {
				slope := float64(k+1) * power // of y^k
				power = float64(power * x[1])
				r := c - float64(x[0]*(1-power))
				f += float64(r * r)
				if grad != nil {
					grad[0] -= float64(2 * r * (1 - power))
					grad[1] += float64(2 * r * x[0] * slope)
				}
			}
			return f
		},
	}
}

// Himmelblau has four minima, all of them 0, around a hill:
//
//	f(x, y) = (x² + y − 11)² + (x + y² − 7)²
//
// Minima at (3, 2), (−2.805118, 3.131313), (−3.779310, −3.283186) and
// (3.584428, −1.848127).
//
// Himmelblau, Applied Nonlinear Programming (1972).
func Himmelblau() *Func {
	return &Func{N: 2, Lo: cube(2, -5), Hi: cube(2, 5),
		Min: [][]float64{{3, 2}, {-2.805118086952745, 3.131312518250573},
			{-3.779310253377747, -3.283185991286170}, {3.584428340330492, -1.848126526964404}},
		F: func(grad, x []float64) float64 {
			a, b := float64(x[0]*x[0])+x[1]-11, x[0]+float64(x[1]*x[1])-7
			if grad != nil {
				grad[0] = float64(4*a*x[0]) + 2*b
				grad[1] = 2*a + float64(4*b*x[1])
			}
			return float64(a*a) + float64(b*b)
		},
		H: hess2(func(x, y float64) (xx, xy, yy float64) {
			return 12*x*x + 4*y - 42, 4 * (x + y), 12*y*y + 4*x - 26
		}),
	}
}

// ThreeHumpCamel has the minimum 0 at the origin and two shallower ones, 0.2986
// at ±(1.7476, −0.8738), that hold gradient descent back:
//
//	f(x, y) = 2x² − 1.05x⁴ + x⁶/6 + xy + y²
func ThreeHumpCamel() *Func {
	return &Func{N: 2, Min: [][]float64{{0, 0}}, Lo: cube(2, -2.5), Hi: cube(2, 2.5),
		F: func(grad, x []float64) float64 {
			u, y := float64(x[0]*x[0]), x[1]
			if grad != nil {
				grad[0] = float64(x[0]*(4+float64(u*(u-4.2)))) + y
				grad[1] = x[0] + 2*y
			}
			return float64(u*(2+float64(u*(u/6-1.05)))) + float64(y*(x[0]+y))
		},
		H: hess2(func(x, _ float64) (xx, xy, yy float64) {
			return 4 - 12.6*x*x + 5*x*x*x*x, 1, 2
		}),
	}
}

// GoldsteinPrice rises from 3 to about a million within its box:
//
//	f(x, y) = [1 + (x+y+1)² (19 − 14x + 3x² − 14y + 6xy + 3y²)]
//	        · [30 + (2x−3y)² (18 − 32x + 12x² + 48y − 36xy + 27y²)]
//
// Minimum 3 at (0, −1).
//
// Goldstein and Price, On descent from local minima, Mathematics of Computation
// 25 (1971).
func GoldsteinPrice() *Func {
	return &Func{N: 2, Min: [][]float64{{0, -1}}, Lo: cube(2, -2), Hi: cube(2, 2),
		F: func(grad, v []float64) float64 {
			x, y := v[0], v[1]
			s, t := x+y+1, 2*x-float64(3*y)
			// Both brackets depend on one linear form each, since
			// 19 − 14x + … = 3s² − 20s + 36 and 18 − 32x + … = 3t² − 16t + 18.
			p, dp := float64(s*(float64(3*s)-20))+36, float64(6*s)-20
			q, dq := float64(t*(float64(3*t)-16))+18, float64(6*t)-16
			a, b := 1+float64(s*s*p), 30+float64(t*t*q)
			if grad != nil {
				da, db := s*(2*p+float64(s*dp)), t*(2*q+float64(t*dq))
				grad[0] = float64(da*b) + float64(2*a*db)
				grad[1] = float64(da*b) - float64(3*a*db)
			}
			return a * b
		},
	}
}

// Saddle is the simplest place that is flat and no minimum:
//
//	f(x, y) = ½ (x² − y²)
//
// Descent that starts with y = 0 exactly stays on the ridge for ever.
func Saddle() *Quadratic { return Spectrum(1, -1) }

// MonkeySaddle has three ways down from the origin, where even the curvature is
// zero:
//
//	f(x, y) = x³ − 3xy²
func MonkeySaddle() *Func {
	return &Func{N: 2, Lo: cube(2, -1), Hi: cube(2, 1),
		F: func(grad, x []float64) float64 {
			u, v := float64(x[0]*x[0]), float64(x[1]*x[1])
			if grad != nil {
				grad[0] = 3 * (u - v)
				grad[1] = -6 * x[0] * x[1]
			}
			return x[0] * (u - float64(3*v))
		},
		H: hess2(func(x, y float64) (xx, xy, yy float64) { return 6 * x, -6 * y, -6 * x }),
	}
}

// Quartic is flat at its minimum and ever steeper outside:
//
//	f(x) = Σ x_i⁴ / 4
//
// A constant step diverges from |x| > √(2/lr) and converges, slowly, from inside.
func Quartic(n int) *Func {
	return &Func{N: n, Min: [][]float64{cube(n, 0)}, Lo: cube(n, -3), Hi: cube(n, 3),
		F: func(grad, x []float64) float64 {
			var f float64
			for i, v := range x {
				u := float64(v * v)
				f += float64(u * u)
				if grad != nil {
					grad[i] = u * v
				}
			}
			return f / 4
		},
		H: func(h *mat.SymDense, x []float64) {
			h.Zero()
			for i, v := range x {
				h.SetSym(i, i, 3*v*v)
			}
		},
	}
}

// hess2 makes the Hessian of a function of two parameters from its entries.
func hess2(entries func(x, y float64) (xx, xy, yy float64)) func(*mat.SymDense, []float64) {
	return func(h *mat.SymDense, x []float64) {
		xx, xy, yy := entries(x[0], x[1])
		h.SetSym(0, 0, xx)
		h.SetSym(0, 1, xy)
		h.SetSym(1, 1, yy)
	}
}
