package figure_test

import (
	"context"
	"fmt"

	"downhill/sgd"
	"downhill/sgd/figure"
	"downhill/sgd/loss"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A descent over the level sets of its loss, drawn into one of gonum's canvases; in a
// notebook show.Plot does that.
func ExampleContour() {
	bowl := loss.NewQuadratic([][]float64{{1, 0}, {0, 8}}, []float64{0, 0})
	d := sgd.Descent{LR: sgd.Const(0.2)}
	tr, err := d.Record(context.Background(), bowl, []float64{-3, 1.4}, 20)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := figure.Contour(bowl).Path("GD", tr.X).Point("minimum", 0, 0)
	c := vgsvg.New(f.Size())
	f.Draw(draw.New(c))
	w, h := f.Size()
	fmt.Printf("%.0f × %.0f cm\n", w.Points()/72*2.54, h.Points()/72*2.54)
	// Output: 14 × 9 cm
}

// A surface with a path on it, and beside it the level sets with the same path.
func ExampleSurface() {
	f := loss.Himmelblau()
	d := sgd.Descent{LR: sgd.Const(0.01)}
	tr, err := d.Record(context.Background(), f, []float64{-0.5, -1}, 30)
	if err != nil {
		fmt.Println(err)
		return
	}
	pair := figure.Surface(f).Window(-5, 5, -5, 5).View(-35, 40).Path("GD", tr.X).WithContour()
	w, h := pair.Size()
	fmt.Printf("%.1f × %.1f cm\n", w.Points()/72*2.54, h.Points()/72*2.54)
	// Output: 14.3 × 6.0 cm
}

// Curves on a logarithmic axis, with the band of many runs and the predicted value.
func ExampleFigure_Band() {
	lo, mid, hi := []float64{1, 0.4, 0.1}, []float64{2, 0.7, 0.3}, []float64{3, 1.2, 0.7}
	_ = figure.New().LogY().Axes("gradient evaluations", "excess loss").
		Band("SGD", nil, lo, hi).Line("SGD", nil, mid).Level("predicted", 0.25)
}
