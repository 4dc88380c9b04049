package loss

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Data is a dense table of examples: row i of X, Features long, belongs to Y[i].
// X is one contiguous row-major block, because a stochastic step visits single
// rows in any order and a row should come from memory in one piece.
type Data struct {
	Features int
	X        []float64 // Len × Features
	Y        []float64 // Len; class numbers 0, 1, … for a classification
}

// NewData copies rows of features and their targets. It returns a *DataError for no
// rows, rows of different lengths, more or fewer targets than rows, and values
// that are not finite.
func NewData(rows [][]float64, y []float64) (*Data, error) {
	fail := func(row int, problem string, args ...any) (*Data, error) {
		return nil, &DataError{File: "data", Line: row, Problem: fmt.Sprintf(problem, args...)}
	}
	if len(rows) == 0 || len(rows[0]) == 0 {
		return fail(0, "no numbers; give at least one row with one feature")
	}
	if len(y) != len(rows) {
		return fail(0, "%d targets for %d rows; give each row one", len(y), len(rows))
	}
	d := &Data{Features: len(rows[0]), Y: slices.Clone(y)}
	d.X = make([]float64, 0, len(rows)*d.Features)
	for i, row := range rows {
		if len(row) != d.Features {
			return fail(i+1, "%d features where row 1 has %d; complete the row or remove it", len(row), d.Features)
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fail(i+1, "feature %d is %g; fill it in or remove the row", j+1, v)
			}
		}
		if math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			return fail(i+1, "the target is %g; fill it in or remove the row", y[i])
		}
		d.X = append(d.X, row...)
	}
	return d, nil
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
	c := &Data{Features: d.Features + 1, Y: slices.Clone(d.Y)}
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

// fits panics unless the data is a table of whole rows. No rows at all are left to
// the descent, which answers with an error.
func (d *Data) fits() {
	if len(d.X) != d.Len()*d.Features {
		panic("loss: length of X is not rows times features")
	}
}

// classes panics unless every target is a class number below k.
func (d *Data) classes(k int) {
	for _, y := range d.Y {
		if y != math.Trunc(y) || y < 0 || y >= float64(k) {
			panic("loss: a target is not a class number: 0, 1, … below the number of classes")
		}
	}
}

// NewLogisticData draws n rows of standard normal features and classes 0 and 1,
// the latter with probability 1/(1 + exp(−a·w)).
func NewLogisticData(n int, w []float64, seed uint64) *Data {
	d := NewLinearData(n, w, 0, seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for i, z := range d.Y {
		d.Y[i] = 0
		if r.Float64() < 1/(1+math.Exp(-z)) {
			d.Y[i] = 1
		}
	}
	return d
}

// NewBlobs draws n rows in classes 0 … classes−1 in turn: two features, normal
// with standard deviation spread about centres evenly on the unit circle.
func NewBlobs(n, classes int, spread float64, seed uint64) *Data {
	r := rand.New(rand.NewPCG(seed, 0))
	d := &Data{Features: 2, X: make([]float64, 0, 2*n), Y: make([]float64, n)}
	for i := range n {
		k := i % classes
		s, c := math.Sincos(2 * math.Pi * float64(k) / float64(classes))
		d.X = append(d.X, c+spread*r.NormFloat64(), s+spread*r.NormFloat64())
		d.Y[i] = float64(k)
	}
	return d
}

// NewXOR draws n rows of two features about the corners of a square, ±1, with
// normal noise; the class is 1 where the signs of the corner differ. No plane
// parts the classes.
func NewXOR(n int, noise float64, seed uint64) *Data {
	r := rand.New(rand.NewPCG(seed, 0))
	d := &Data{Features: 2, X: make([]float64, 0, 2*n), Y: make([]float64, n)}
	for i := range n {
		a, b := i&1, i>>1&1
		d.X = append(d.X, float64(2*a-1)+noise*r.NormFloat64(), float64(2*b-1)+noise*r.NormFloat64())
		d.Y[i] = float64(a ^ b)
	}
	return d
}
