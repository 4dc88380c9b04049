package figure

import (
	"math"
	"math/rand/v2"
	"slices"

	"downhill/sgd"
)

// fn is an objective of one loss.
type fn struct {
	dim int
	f   func(x []float64) float64
}

func (o fn) Dim() int { return o.dim }
func (o fn) Len() int { return 1 }
func (o fn) Grad(g, x []float64, _ []int) float64 {
	for i := range g { // central differences will do for a picture
		y := slices.Clone(x)
		y[i] = x[i] + 1e-6
		up := o.f(y)
		y[i] = x[i] - 1e-6
		g[i] = (up - o.f(y)) / 2e-6
	}
	return o.f(x)
}

var _ sgd.Objective = fn{}

var (
	bowlLoss   = fn{2, func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] }}
	ravineLoss = fn{2, func(x []float64) float64 { return (x[0]*x[0] + 25*x[1]*x[1]) / 2 }}
	rosenbrock = fn{2, func(x []float64) float64 {
		a, b := 1-x[0], x[1]-x[0]*x[0]
		return a*a + 100*b*b
	}}
)

// batches is the mean of (θ−i)² over the examples i = 0 … 3.
type batches struct{}

func (batches) Dim() int { return 1 }
func (batches) Len() int { return 4 }
func (batches) Grad(_, x []float64, batch []int) float64 {
	if batch == nil {
		batch = []int{0, 1, 2, 3}
	}
	s := 0.0
	for _, i := range batch {
		s += (x[0] - float64(i)) * (x[0] - float64(i))
	}
	return s / float64(len(batch))
}

// descend follows ½(x² + 25y²) with a step size and momentum.
func descend(lr, momentum float64, n int) [][]float64 {
	x, y, u, v := -3.0, 0.9, 0.0, 0.0
	out := [][]float64{{x, y}}
	for range n {
		u, v = momentum*u+x, momentum*v+25*y
		x, y = x-lr*u, y-lr*v
		out = append(out, []float64{x, y})
	}
	return out
}

func decay(n int, rate float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Pow(rate, float64(i))
	}
	return out
}

func scaled(v []float64, by float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = v[i] * by
	}
	return out
}

// scatter returns n points of a round Gaussian cloud, from a generator of our own.
func scatter(n int) [][]float64 {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([][]float64, n)
	for i := range out {
		out[i] = []float64{0.4 * r.NormFloat64(), 0.4 * r.NormFloat64()}
	}
	return out
}

// shared is shares of three outcomes that give way to one another from left to right.
func shared(nx, ny int) [][][]float64 {
	out := make([][][]float64, 3)
	for k := range out {
		out[k] = make([][]float64, ny)
		for j := range out[k] {
			out[k][j] = make([]float64, nx)
		}
	}
	for j := range ny {
		for i := range nx {
			u := float64(i)/float64(nx) - 0.3*float64(j)/float64(ny)
			a, b := math.Exp(-20*(u-0.3)*(u-0.3)), 1/(1+math.Exp(20*(u-0.1)))
			out[0][j][i], out[1][j][i], out[2][j][i] = a*(1-b), b, (1-a)*(1-b)
		}
	}
	return out
}

// doubling is the logistic map's cascade: many thousand points.
func doubling() (points [][]float64) {
	for r := 2.8; r < 4; r += 0.03 {
		x := 0.4
		for i := range 240 {
			if x *= r * (1 - x); i >= 200 {
				points = append(points, []float64{r, x})
			}
		}
	}
	return points
}

func steps(lo, hi float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = lo + (hi-lo)*float64(i)/float64(n-1)
	}
	return out
}

func geometric(lo, hi float64, n int) []float64 {
	out := steps(math.Log(lo), math.Log(hi), n)
	for i := range out {
		out[i] = math.Exp(out[i])
	}
	return out
}

// grown is a map that rises to the right, with one cell that is not a number.
func grown(nx, ny int) [][]float64 {
	out := make([][]float64, ny)
	for j := range out {
		out[j] = make([]float64, nx)
		for i := range out[j] {
			out[j][i] = 0.5 + float64(i)/float64(nx) - 0.2*float64(j)/float64(ny)
		}
	}
	out[3][20] = math.NaN()
	return out
}
