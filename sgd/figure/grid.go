package figure

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tiles is several figures in one.
type Tiles struct {
	columns int
	figures []*Figure
}

// Grid puts figures side by side, so many in a row, the first at the top left. Each
// keeps its size, 7 × 6 cm unless Dims has set it; a column is as wide as its widest.
func Grid(columns int, figures ...*Figure) *Tiles {
	if columns < 1 {
		panic("figure: a grid needs a column")
	}
	for _, f := range figures {
		if !f.sized {
			f.Dims(7, 6)
		}
	}
	return &Tiles{columns, figures}
}

const gutter = 8 // pt between figures

// layout returns the left edges of columns and the tops of rows, and one more of each.
func (t *Tiles) layout() (x, y []vg.Length) {
	x, y = make([]vg.Length, t.columns+1), make([]vg.Length, (len(t.figures)+t.columns-1)/t.columns+1)
	for i, f := range t.figures {
		w, h := f.Size()
		x[i%t.columns+1], y[i/t.columns+1] = max(x[i%t.columns+1], w+gutter), max(y[i/t.columns+1], h+gutter)
	}
	for i := 1; i < len(x); i++ {
		x[i] += x[i-1]
	}
	for i := 1; i < len(y); i++ {
		y[i] += y[i-1]
	}
	return x, y
}

// Size returns the width and height of all figures together.
func (t *Tiles) Size() (w, h vg.Length) {
	x, y := t.layout()
	return max(x[len(x)-1]-gutter, 1), max(y[len(y)-1]-gutter, 1)
}

// Draw draws the figures from the top left corner of c.
func (t *Tiles) Draw(c draw.Canvas) {
	x, y := t.layout()
	for i, f := range t.figures {
		w, h := f.Size()
		corner := vg.Point{X: c.Min.X + x[i%t.columns], Y: c.Max.Y - y[i/t.columns]}
		f.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: corner.X, Y: corner.Y - h}, Max: vg.Point{X: corner.X + w, Y: corner.Y}}})
	}
}
