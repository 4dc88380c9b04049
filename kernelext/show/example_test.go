package show_test

import (
	"downhill/kernelext/show"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Any gonum plot will do, in centimetres that suit it.
func ExamplePlot() {
	p := plot.New()
	p.Add(plotter.NewFunction(func(x float64) float64 { return x * x }))
	show.Plot(p, show.Size(10, 6), show.Caption("The loss of one parameter."), show.Alt("A parabola."))
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

// One figure for each step size, under a slider.
func ExampleFrames() {
	steps := []string{"0.1", "0.5", "1"}
	show.Frames("step size η", steps, func(i int) show.State {
		p := plot.New()
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -1, 1, 0, 1
		p.Add(plotter.NewFunction(func(x float64) float64 { return x * x }))
		return show.State{Figure: p, Note: "η = " + steps[i]}
	}, show.Caption("A bowl."), show.Alt("A parabola for each step size."))
}

// In JupyterLab any a between −2 and 2 can be set; everywhere else these five.
func ExampleLive() {
	show.Live([]show.Slider{{Label: "a", Values: []string{"-2", "-1", "0", "1", "2"}, Start: 3}},
		func(v ...float64) show.State {
			p := plot.New()
			p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -1, 1, -2, 2
			p.Add(plotter.NewFunction(func(x float64) float64 { return v[0] * x * x }))
			return show.State{Figure: p}
		}, show.Caption("Bowls."), show.Alt("A parabola for each a."))
}
