package loss

import (
	"math/rand/v2"
)

// Data is a dense table of examples: row i of X, Features long, belongs to Y[i].
// X is one contiguous row-major block, because a stochastic step visits single
// rows in any order and a row should come from memory in one piece.
type Data struct {
	Features int
	X        []float64 // Len × Features
	Y        []float64 // Len; class numbers 0, 1, … for a classification
}

// Len returns the number of rows.
func (d *Data) Len() int { return len(d.Y) }

// Row returns a view of row i.
func (d *Data) Row(i int) []float64 {
	i *= d.Features
	return d.X[i : i+d.Features : i+d.Features]
}

// WithIntercept returns a copy of the data with a last column of ones, so that
// the last parameter of a linear model is its constant term.
func (d *Data) WithIntercept() *Data {
	c := &Data{Features: d.Features + 1, Y: append([]float64(nil), d.Y...)}
	c.X = make([]float64, 0, d.Len()*c.Features)
	for i := range d.Y {
		c.X = append(append(c.X, d.Row(i)...), 1)
	}
	return c
}

// NewLinearData draws n rows of standard normal features and targets
// y = a·w + noise·ξ for the given weights w.
func NewLinearData(n int, w []float64, noise float64, seed uint64) *Data {
	r := rand.New(rand.NewPCG(seed, 0))
	d := &Data{Features: len(w), X: make([]float64, n*len(w)), Y: make([]float64, n)}
	for i := range n {
		var y float64
		row := d.Row(i)
		for j, v := range w {
			row[j] = r.NormFloat64()
			y += float64(row[j] * v)
		}
		d.Y[i] = y + noise*r.NormFloat64()
	}
	return d
}

// fits panics unless the data is a table of whole rows, at least one.
func (d *Data) fits() {
	if d.Len() == 0 || d.Features == 0 {
		panic("loss: no data")
	}
	if len(d.X) != d.Len()*d.Features {
		panic("loss: length of X is not rows times features")
	}
}
