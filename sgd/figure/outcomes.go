package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Outcomes adds a map of what became of many runs at each setting: shares[k][j][i] is
// the share, from 0 to 1, of runs at (xs[i], ys[j]) that ended as names[k]. A cell has
// the colour and glyph of its most frequent outcome, the fuller the more frequent; the
// names stand to the right. It panics unless the shares have the shape of the places.
func (f *Figure) Outcomes(names []string, xs, ys []float64, shares [][][]float64) *Figure {
	if len(names) == 0 || len(shares) != len(names) || len(xs) < 2 || len(ys) < 2 {
		panic(fmt.Sprintf("figure: %d outcomes with shares for %d, at %d × %d places", len(names), len(shares), len(xs), len(ys)))
	}
	m := outcomes{heat: &heat{x: edges(xs, f.x.log), y: edges(ys, f.y.log)}, shares: shares}
	for k, name := range names {
		if len(shares[k]) != len(ys) || len(shares[k][0]) != len(xs) {
			panic(fmt.Sprintf("figure: shares of %q are not for %d × %d places", name, len(xs), len(ys)))
		}
		m.looks = append(m.looks, f.lookOf(name))
	}
	f.marks = append(f.marks, m)
	f.tight = true
	for i, name := range names {
		f.keys = append(f.keys, key{name, m.looks[i]})
	}
	return f
}

// Fates adds the Outcomes of runs at every pair of xs and ys: fates returns, for each run
// at a setting, the index of its name.
func (f *Figure) Fates(names []string, xs, ys []float64, fates func(x, y float64) []int) *Figure {
	shares := make([][][]float64, len(names))
	for k := range shares {
		shares[k] = make([][]float64, len(ys))
		for j := range ys {
			shares[k][j] = make([]float64, len(xs))
		}
	}
	for j, y := range ys {
		for i, x := range xs {
			ks := fates(x, y)
			for _, k := range ks {
				shares[k][j][i] += 1 / float64(len(ks))
			}
		}
	}
	return f.Outcomes(names, xs, ys, shares)
}

// key is a name in the list right of the axes.
type key struct {
	name string
	look look
}

type outcomes struct {
	*heat
	shares [][][]float64
	looks  []look
}

// winner is the most frequent outcome of a cell, and its share.
func (m outcomes) winner(i, j int) (k int, share float64) {
	k = -1
	for n := range m.shares {
		if s := m.shares[n][j][i]; s > share {
			k, share = n, s
		}
	}
	return k, share
}

func (m outcomes) Plot(c draw.Canvas, p *plot.Plot) {
	type place struct {
		r     vg.Rectangle
		shade int
	}
	cells := make([][]place, len(m.looks))
	for j := range len(m.y) - 1 {
		for i := range len(m.x) - 1 {
			k, share := m.winner(i, j)
			if r, ok := m.cell(c, p, i, i+1, j); ok && k >= 0 {
				cells[k] = append(cells[k], place{r, min(shades-1, int(share*shades))})
			}
		}
	}
	for k, l := range m.looks {
		for s := range shades {
			var path vg.Path
			for _, at := range cells[k] {
				if at.shade == s {
					path = append(path, at.r.Path()...)
				}
			}
			if path != nil {
				c.SetColor(faded(l.colour, 0.75*tint(s)))
				c.Fill(path)
			}
		}
		l.colour = ink // on its own colour a glyph would not be seen
		for _, at := range cells[k] {
			if size := at.r.Size(); size.X > 8 && size.Y > 8 {
				l.mark(&c, vg.Point{X: (at.r.Min.X + at.r.Max.X) / 2, Y: (at.r.Min.Y + at.r.Max.Y) / 2}, 2.2)
			}
		}
	}
}
