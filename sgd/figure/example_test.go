package figure_test

import (
	"context"
	"fmt"
	"math"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/figure"
	"downhill/sgd/loss"
	"downhill/sgd/theory"

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
	// Output:
}

// The stability map of momentum in a ravine: digits gained in 100 steps, crossed out where
// it diverges, with the border that theory draws.
func ExampleFigure_Map() {
	const mu, l = 1, 100
	var rates, betas []float64
	for i := range 20 {
		rates, betas = append(rates, 0.002*float64(i+1)), append(betas, 0.05*float64(i))
	}
	_ = figure.New().Axes("step size η", "momentum β").
		Map("digits", rates, betas, func(lr, beta float64) float64 {
			rho := theory.HeavyBallRate(lr, beta, mu, l)
			if rho >= 1 {
				return math.NaN()
			}
			return -100 * math.Log10(rho)
		}).
		Border("ηL = 2(1+β)", func(beta float64) float64 { return theory.HeavyBallLimit(beta, l) })
	// Output:
}

// Exit times over barriers, on a logarithmic axis with their fit, and Kramers' slope of 1.
func ExampleFigure_Exits() {
	const lr, s = 0.05, 4.0
	var barriers []float64
	var exits [][]ensemble.Exit
	for height := 0.5; height < 2; height += 0.25 {
		p := ensemble.Plan{
			Options:   ensemble.Options{Runs: 20, Seed: 1},
			Objective: loss.NewNoisy(loss.DoubleWell(height, 1), 100, s, 1),
			Start:     ensemble.At(-1), Steps: 500,
			Descent: func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(lr), Batch: sgd.WithReplacement(1)} },
		}
		e, err := p.Exits(context.Background(), func(x []float64) bool { return x[0] > 1 })
		if err != nil {
			fmt.Println(err)
			return
		}
		barriers, exits = append(barriers, 2*height/(lr*s*s)), append(exits, e)
	}
	_ = figure.New().Axes("2ΔV/(ηs²)", "mean exit time, steps").Exits("SGD", barriers, exits).
		Law("slope 1", func(b float64) float64 { return 100 * math.Exp(b) })
	// Output:
}

// Methods that see batches of different sizes, by what they cost.
func ExampleFigure_Race() {
	f := loss.NewLeastSquares(loss.NewLinearData(100, []float64{2, -1}, 0.5, 1))
	least := f.Grad(nil, f.Minima()[0], nil)
	race := figure.New().LogX().LogY()
	for name, d := range map[string]*sgd.Descent{
		"GD":  {LR: sgd.Const(0.5)},
		"SGD": {LR: sgd.Const(0.05), Batch: sgd.Reshuffled(1)},
	} {
		tr, err := d.Record(context.Background(), f, []float64{-1, 1.5}, 50)
		if err != nil {
			fmt.Println(err)
			return
		}
		race.Race(name, f, tr, least)
	}
	// Output:
}
