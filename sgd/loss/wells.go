package loss

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Cosine is an endless row of equal wells of one parameter, as deep and as wide
// as asked, one of them at the origin:
//
//	f(x) = ½ depth (1 − cos(2πx/width))
//
// Depth is the height from a bottom to a top, width the distance between two
// tops. The curvature at a bottom is 2π² depth/width², at a top minus that.
func Cosine(depth, width float64) *Func {
	k := 2 * math.Pi / width
	return &Func{N: 1, Min: [][]float64{{0}}, Lo: []float64{-1.5 * width}, Hi: []float64{1.5 * width},
		F: func(grad, x []float64) float64 {
			s, c := math.Sincos(k * x[0])
			if grad != nil {
				grad[0] = depth / 2 * k * s
			}
			return depth / 2 * (1 - c)
		},
		H: func(h *mat.SymDense, x []float64) { h.SetSym(0, 0, depth/2*k*k*math.Cos(k*x[0])) },
	}
}

// DoubleWell is two wells of one parameter, bottoms at ±half, with a barrier of
// the given height between them at 0:
//
//	f(x) = height ((x/half)² − 1)²
//
// The curvature is 8 height/half² at the bottoms and −4 height/half² on the top.
func DoubleWell(height, half float64) *Func {
	a := half * half
	return &Func{N: 1, Min: [][]float64{{-half}, {half}}, Lo: []float64{-2 * half}, Hi: []float64{2 * half},
		F: func(grad, x []float64) float64 {
			u := float64(x[0]*x[0])/a - 1
			if grad != nil {
				grad[0] = 4 * height * x[0] * u / a
			}
			return height * u * u
		},
		H: func(h *mat.SymDense, x []float64) {
			h.SetSym(0, 0, 4*height/a*(3*float64(x[0]*x[0])/a-1))
		},
	}
}

// Terrain is a landscape of one parameter drawn through its bottoms and tops:
// (X[i], Y[i]), X ascending, bottoms and tops in turn. Between two of them runs
// half a cosine,
//
//	f(x) = (Y_i + Y_{i+1})/2 + (Y_i − Y_{i+1})/2 · cos(π (x − X_i)/(X_{i+1} − X_i))
//
// so that the slope is continuous and zero exactly at the points, and the
// curvature there is ±π² rise/(2 run²). Depth and width of every well can be
// chosen apart: a deep and narrow well beside a shallow and wide one, a
// staircase, a single hole in a plain.
//
// Beyond a last bottom rises a parabola with the curvature of the bottom, or
// with Wall where that is not 0; beyond a last top the land is level.
type Terrain struct {
	X, Y []float64
	Wall float64
}

// Hole is a single well at the origin in a level plain: depth from the plain to
// the bottom, width from rim to rim.
func Hole(depth, width float64) *Terrain {
	return &Terrain{X: []float64{-width / 2, 0, width / 2}, Y: []float64{0, -depth, 0}}
}

// Staircase is a row of wells, each higher than the one before by rise: bottoms
// at 0, width, 2 width, … and between them tops that are climb above the lower
// neighbour. Climb must be greater than rise.
func Staircase(wells int, rise, climb, width float64) *Terrain {
	if wells < 1 || rise < 0 || climb <= rise || width <= 0 {
		panic("loss: a staircase needs wells, 0 <= rise < climb and a width")
	}
	f := &Terrain{}
	for i := range wells {
		at := float64(i)
		if i > 0 {
			f.X = append(f.X, (at-0.5)*width)
			f.Y = append(f.Y, (at-1)*rise+climb)
		}
		f.X = append(f.X, at*width)
		f.Y = append(f.Y, at*rise)
	}
	return f
}

// Dim returns 1.
func (f *Terrain) Dim() int { return 1 }

// Len returns 1.
func (f *Terrain) Len() int { return 1 }

// Grad stores the slope in grad and returns the height.
func (f *Terrain) Grad(grad, x []float64, batch []int) float64 {
	check(1, grad, x, batch)
	v, slope, _ := f.at(x[0])
	if grad != nil {
		grad[0] = slope
	}
	return v
}

// Hess stores the curvature in h. At a bottom or top where two arcs of different
// curvature meet it is that of the right one.
func (f *Terrain) Hess(h *mat.SymDense, x []float64) {
	checkHess(1, h, x)
	_, _, c := f.at(x[0])
	h.SetSym(0, 0, c)
}

func (f *Terrain) at(x float64) (value, slope, curvature float64) {
	last := len(f.X) - 1
	if last < 1 || len(f.Y) != len(f.X) {
		panic("loss: a terrain needs at least two points, as many X as Y")
	}
	switch {
	case math.IsNaN(x):
		return x, x, x
	case x < f.X[0]:
		return f.beyond(x, 0, 1)
	case x >= f.X[last]:
		return f.beyond(x, last, last-1)
	}
	i := 0
	for f.X[i+1] <= x {
		i++
	}
	k := math.Pi / (f.X[i+1] - f.X[i])
	mid, amp := (f.Y[i]+f.Y[i+1])/2, (f.Y[i]-f.Y[i+1])/2
	s, c := math.Sincos(k * (x - f.X[i]))
	return mid + float64(amp*c), -amp * k * s, -amp * k * k * c
}

// beyond continues the terrain outside its end point, whose inner neighbour is
// next.
func (f *Terrain) beyond(x float64, end, next int) (value, slope, curvature float64) {
	rise := f.Y[next] - f.Y[end]
	if rise <= 0 {
		return f.Y[end], 0, 0
	}
	c := f.Wall
	if c == 0 {
		k := math.Pi / (f.X[next] - f.X[end])
		c = k * k * rise / 2
	}
	d := x - f.X[end]
	return f.Y[end] + float64(c/2*d*d), c * d, c
}

// Minima returns the lowest points.
func (f *Terrain) Minima() [][]float64 {
	low := slices.Min(f.Y)
	var m [][]float64
	for i, y := range f.Y {
		if y == low {
			m = append(m, []float64{f.X[i]})
		}
	}
	return m
}

// Domain returns the range of X with a quarter of it to either side.
func (f *Terrain) Domain() (lo, hi []float64) {
	a, b := f.X[0], f.X[len(f.X)-1]
	return []float64{a - (b-a)/4}, []float64{b + (b-a)/4}
}

// HalfSphere is the lower half of a sphere of radius r pressed into a level
// plain:
//
//	f(x) = r − √(r² − |x|²)  for |x| < r, and r outside
//
// Its curvature is 1/r at the bottom, so steps are stable there for lr < 2r; the
// slope grows without bound towards the rim, and outside it is 0.
func HalfSphere(n int, r float64) *Func {
	return &Func{N: n, Min: [][]float64{cube(n, 0)}, Lo: cube(n, -1.25*r), Hi: cube(n, 1.25*r),
		F: func(grad, x []float64) float64 {
			var square float64
			for _, v := range x {
				square += float64(v * v)
			}
			clear(grad)
			inside := float64(r*r) - square
			if inside <= 0 {
				return r
			}
			root := math.Sqrt(inside)
			for i := range grad {
				grad[i] = x[i] / root
			}
			// r − root loses every digit near the bottom.
			return square / (r + root)
		},
	}
}
