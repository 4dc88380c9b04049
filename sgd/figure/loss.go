package figure

import (
	"math"
	"slices"

	"downhill/sgd"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// graphPoints is how finely the graph of a loss is drawn.
const graphPoints = 600

// Loss returns a figure of the graph of f, a loss of one parameter, from lo to hi. It
// panics if f has more parameters.
func Loss(f sgd.Objective, lo, hi float64) *Figure {
	if f.Dim() != 1 {
		panic("figure: the graph of a loss needs an objective of one parameter")
	}
	fig := New().Axes("θ", "loss").Window(lo, hi, math.NaN(), math.NaN())
	xs, ys := graph(f, lo, hi, nil)
	fig.marks = append(fig.marks, polyline{xs, ys, draw.LineStyle{Color: ink, Width: 1.6}})
	return fig
}

func graph(f sgd.Objective, lo, hi float64, batch []int) (xs, ys []float64) {
	xs, ys = make([]float64, graphPoints+1), make([]float64, graphPoints+1)
	x := make([]float64, 1)
	for i := range xs {
		xs[i] = lo + (hi-lo)*float64(i)/graphPoints
		x[0] = xs[i]
		ys[i] = f.Grad(nil, x, batch)
	}
	return xs, ys
}

// Batches adds to a Loss the dotted graphs of f over some of its examples only: what
// each batch takes for the loss. They lie under the graph of f; after Steady over it,
// since frames share what is drawn before anything moves.
func (f *Figure) Batches(obj sgd.Objective, batches ...[]int) *Figure {
	under := 0
	if f.steady && len(f.marks) > 0 {
		under = 1
	}
	for _, b := range batches {
		xs, ys := graph(obj, f.x.lo, f.x.hi, b)
		f.marks = slices.Insert(f.marks, under, mark(polyline{xs, ys,
			draw.LineStyle{Color: faded(grey, 0.9), Width: 0.8, Dashes: []vg.Length{1, 2}}}))
	}
	return f
}

// Walk adds the steps of a descent to a Loss: points on the graph of obj, joined in
// order, open at the start and filled at the end. points[t][0] is the parameter after
// t steps.
func (f *Figure) Walk(name string, obj sgd.Objective, points [][]float64) *Figure {
	on := make([][]float64, 0, len(points))
	for _, p := range points {
		if !finite(p[0]) {
			break
		}
		on = append(on, []float64{p[0], obj.Grad(nil, p[:1], nil)})
	}
	l := f.lookOf(name)
	xs, ys := make([]float64, len(on)), make([]float64, len(on))
	for i, p := range on {
		xs[i], ys[i] = p[0], p[1]
	}
	f.Path(name, on)
	if len(on) <= 60 {
		f.marks = append(f.marks, dots{xs, ys, l, 1.8})
	}
	return f
}

// Histogram adds the distribution of values as a density in n bars of equal width; a
// second one is drawn as an outline over the first.
func (f *Figure) Histogram(name string, values []float64, n int) *Figure {
	l := f.lookOf(name)
	lo, hi := math.Inf(1), math.Inf(-1)
	count := 0
	for _, v := range values {
		if finite(v) {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
			count++
		}
	}
	if count == 0 || n < 1 {
		return f
	}
	if lo == hi {
		lo, hi = lo-0.5, hi+0.5
	}
	w := (hi - lo) / float64(n)
	bins := make([]float64, n)
	for _, v := range values {
		if finite(v) {
			bins[min(n-1, int((v-lo)/w))] += 1 / (float64(count) * w)
		}
	}
	var xs, ys, zero []float64
	top := 0
	for i, h := range bins {
		xs = append(xs, lo+float64(i)*w, lo+float64(i+1)*w)
		ys = append(ys, h, h)
		zero = append(zero, 0, 0)
		if h > bins[top] {
			top = i
		}
	}
	f.marks = append(f.marks, band{xs, zero, ys, faded(l.colour, 0.3)})
	xs, ys = append([]float64{lo}, append(xs, hi)...), append([]float64{0}, append(ys, 0)...)
	f.marks = append(f.marks, polyline{xs, ys, draw.LineStyle{Color: l.colour, Width: 1, Dashes: l.dash}})
	lab := label{text: name, colour: l.colour}
	lab.around(lo+(float64(top)+0.5)*w, bins[top])
	for i := range bins {
		lab.around(lo+(float64(i)+0.5)*w, bins[i])
	}
	f.labels = append(f.labels, lab)
	return f
}
