package show_test

import (
	"downhill/kernelext/show"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Any gonum plot will do.
func ExamplePlot() {
	p := plot.New()
	p.Add(plotter.NewFunction(func(x float64) float64 { return x * x }))
	show.Plot(p, show.Caption("The loss of one parameter."), show.Alt("A parabola."))
}

func ExampleTable() {
	show.Table([]string{"method", "batch", "excess loss"}, []show.Row{
		{"SGD", 1, 0.01129},
		{"batch GD", 1000, -2.5e-7},
	}, show.Caption("After one epoch."))
	// Output:
	// method    batch  excess loss
	// SGD           1      0.01129
	// batch GD   1000     −2.5e-07
	// After one epoch.
}
