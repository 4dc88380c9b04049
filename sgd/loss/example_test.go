package loss_test

import (
	"fmt"
	"math"
	"strings"

	"downhill/sgd/loss"
)

func ExampleTwoPoints() {
	f := &loss.TwoPoints{P: []float64{0, 0}, Q: []float64{4, 2}}
	g := make([]float64, f.Dim())
	r := []float64{1, 1}
	f.Grad(g, r, []int{0})
	fmt.Println("away from p:", g)
	f.Grad(g, r, []int{1})
	fmt.Println("away from q:", g)
	f.Grad(g, r, nil)
	fmt.Println("their mean: ", g)
	fmt.Println("minimum at: ", f.Minima()[0])
	// Output:
	// away from p: [2 2]
	// away from q: [-6 -2]
	// their mean:  [-2 0]
	// minimum at:  [2 1]
}

func ExampleQuadratic() {
	f := loss.Spectrum(1, 100).Rotate(math.Pi/6).At(2, 1)
	fmt.Printf("eigenvalues %.4g\n", f.Eigenvalues())
	fmt.Printf("loss at the origin %.4g\n", f.Grad(nil, []float64{0, 0}, nil))
	// Output:
	// eigenvalues [1 100]
	// loss at the origin 3.388
}

func ExampleSine() {
	f := loss.LessonSine()
	for _, k := range loss.Valleys(f, 0.5, 3.5, 1000) {
		fmt.Printf("minimum at %.2f, loss %.2f\n", k, f.Grad(nil, []float64{k}, nil))
	}
	// Output:
	// minimum at 0.90, loss 0.92
	// minimum at 1.56, loss 0.74
	// minimum at 3.21, loss 0.08
}

// A deep and narrow well beside a shallow and wide one.
func ExampleTerrain() {
	f := &loss.Terrain{
		X: []float64{0, 0.1, 1.1}, // bottom, top, bottom
		Y: []float64{0, 3, 1},
	}
	for _, k := range loss.Valleys(f, -1, 2, 999) {
		fmt.Printf("minimum at %.1f, loss %.1f\n", k, f.Grad(nil, []float64{k}, nil))
	}
	// Output:
	// minimum at 0.0, loss 0.0
	// minimum at 1.1, loss 1.0
}

// A step is taken along x, whatever the height there: from −½, where the slope is
// −1, a learning rate of 1.5 leads exactly onto a top of 1000, where the slope is 0.
// It stays there until something nudges it.
func ExampleTerrain_jump() {
	f := &loss.Terrain{X: []float64{0, 1, 2}, Y: []float64{0, 1000, 500}, Wall: 2}
	x, g := []float64{-0.5}, []float64{0}
	for range 3 {
		l := f.Grad(g, x, nil)
		fmt.Printf("x = %4.1f  loss %7.2f  slope %4.1f\n", x[0], l, g[0])
		x[0] -= 1.5 * g[0]
	}
	x[0] -= 1e-9
	f.Grad(g, x, nil)
	fmt.Printf("nudged: slope %.1e\n", g[0])
	// Output:
	// x = -0.5  loss    0.25  slope -1.0
	// x =  1.0  loss 1000.00  slope -0.0
	// x =  1.0  loss 1000.00  slope -0.0
	// nudged: slope 4.9e-06
}

func ExampleStaircase() {
	f := loss.Staircase(3, 0.5, 1, 2)
	fmt.Println("bottoms and tops at", f.X)
	fmt.Println("heights            ", f.Y)
	// Output:
	// bottoms and tops at [0 1 2 3 4]
	// heights             [0 1 0.5 1.5 1]
}

// One observation out of four may bear the whole loss, or all four the same part
// of it: the mean does not show the difference, every single step does.
func ExampleNoisy() {
	well := loss.DoubleWell(1, 1)
	shared := &loss.Noisy{Of: well, Scale: []float64{1, 1, 1, 1}}
	alone := &loss.Noisy{Of: well, Scale: []float64{4, 0, 0, 0}}
	x, g := []float64{0.5}, []float64{0}
	for _, f := range []*loss.Noisy{shared, alone} {
		f.Grad(g, x, nil)
		fmt.Print("mean ", g[0], ", examples")
		for i := range f.Len() {
			f.Grad(g, x, []int{i})
			fmt.Print(" ", g[0])
		}
		fmt.Println()
	}
	// Output:
	// mean -1.5, examples -1.5 -1.5 -1.5 -1.5
	// mean -1.5, examples -6 -0 -0 -0
}

func ExampleRMSE() {
	f := loss.RMSE(1, 3)
	g := []float64{0}
	f.Grad(g, []float64{0}, nil)
	fmt.Printf("gradient of the whole %.4f\n", g[0])
	var mean float64
	for i := range f.Len() {
		f.Grad(g, []float64{0}, []int{i})
		mean += g[0] / 2
	}
	fmt.Printf("mean of the singles   %.4f\n", mean)
	// Output:
	// gradient of the whole -0.8944
	// mean of the singles   -1.0000
}

func ExampleNewLogistic() {
	d := loss.NewLogisticData(2000, []float64{2, -1}, 1)
	f := loss.NewLogistic(d, 0)
	fmt.Printf("loss of knowing nothing %.3f\n", f.Grad(nil, []float64{0, 0}, nil))
	best := f.Minima()[0]
	fmt.Printf("lowest loss %.3f at %.1f\n", f.Grad(nil, best, nil), best)
	// Output:
	// loss of knowing nothing 0.693
	// lowest loss 0.428 at [2.0 -1.0]
}

func ExampleReadCSV() {
	const file = `width,height,kind
2.0,1.0,cat
0.5,3.0,dog
1.5,1.2,cat
`
	d, err := loss.ReadCSV("pets.csv", strings.NewReader(file), "kind")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Names, d.Row(1), d.Classes[int(d.Y[1])])

	_, err = loss.ReadCSV("pets.csv", strings.NewReader(file+"NaN,1.0,cat\n"), "kind")
	fmt.Println(err)
	// Output:
	// [width height] [0.5 3] dog
	// pets.csv:5: column "width": NaN is not a finite number; fill it in or remove the row
}

func ExampleFunc() {
	bowl := &loss.Func{N: 1, F: func(grad, x []float64) float64 {
		if grad != nil {
			grad[0] = x[0]
		}
		return x[0] * x[0] / 2
	}}
	g := []float64{0}
	fmt.Println(bowl.Grad(g, []float64{3}, nil), g)
	// Output:
	// 4.5 [3]
}

func ExamplePerceptron() {
	f := loss.NewPerceptronClassifier(loss.NewXOR(40, 0.1, 1), 4)
	x, g := f.Start(1), make([]float64, f.Dim())
	fmt.Printf("%d parameters, loss %.2f\n", f.Dim(), f.Grad(g, x, nil))
	for range 2000 {
		f.Grad(g, x, nil)
		for i := range x {
			x[i] -= 0.5 * g[i]
		}
	}
	fmt.Printf("after 2000 steps below 0.01: %v\n", f.Grad(nil, x, nil) < 0.01)
	// Output:
	// 17 parameters, loss 0.69
	// after 2000 steps below 0.01: true
}
