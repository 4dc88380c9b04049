package ensemble_test

import (
	"fmt"
	"slices"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/loss"
)

// Where does descent from k = 1 end, over many seeds? The hills of the full loss
// are the borders of the basins.
func ExamplePlan_Ends() {
	f := loss.LessonSine()
	hills, valleys := loss.Hills(f, -1, 5.5, 2000), loss.Valleys(f, -1, 5.5, 2000)
	for _, batch := range []int{10, 50, 100} {
		p := ensemble.Plan{
			Options:   ensemble.Options{Runs: 100, Seed: 1},
			Objective: f,
			Start:     ensemble.At(1),
			Steps:     500,
			Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(0.1), Batch: sgd.Reshuffled(batch)} },
		}
		ends, err := p.Ends(ctx)
		if err != nil {
			fmt.Println(err)
			return
		}
		count := map[int]int{}
		for _, e := range ends {
			basin, _ := slices.BinarySearch(hills, e.X[0])
			count[basin]++
		}
		fmt.Printf("batch %3d:", batch)
		for basin := range len(hills) + 1 {
			if n := count[basin]; n > 0 {
				fmt.Printf("  %d at %.2f", n, valleys[basin])
			}
		}
		fmt.Println()
	}
	// Output:
	// batch  10:  2 at -0.01  2 at 0.90  96 at 1.56
	// batch  50:  100 at 0.90
	// batch 100:  100 at 0.90
}

// Two wells of equal depth: SGD spends its time in the wide one, as often as the
// wider place is larger.
func ExamplePlan_Occupancy() {
	p := ensemble.Plan{
		Options:   ensemble.Options{Runs: 50, Seed: 1},
		Objective: loss.NewNoisy(&loss.Terrain{X: []float64{0, 1, 4}, Y: []float64{0, 0.2, 0}}, 200, 3, 1),
		Start:     ensemble.At(0),
		Steps:     20000,
		Descent:   func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(0.04), Batch: sgd.WithReplacement(1)} },
	}
	shares, err := p.Occupancy(ctx, 2000, 2, func(x []float64) int {
		if x[0] < 1 {
			return 0
		}
		return 1
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("narrow %.2f ± %.2f, wide %.2f ± %.2f\n", shares[0].Mean, shares[0].StdErr, shares[1].Mean, shares[1].StdErr)
	// Output:
	// narrow 0.27 ± 0.02, wide 0.73 ± 0.02
}

func ExampleParallel() {
	f := loss.NewLogistic(loss.NewLogisticData(10_000, []float64{1, -2}, 1), 0)
	one, two := make([]float64, 2), make([]float64, 2)
	ensemble.Parallel(f, 1).Grad(one, []float64{0.5, 0.5}, nil)
	ensemble.Parallel(f, 2).Grad(two, []float64{0.5, 0.5}, nil)
	fmt.Println("the same bits:", slices.Equal(one, two))
	// Output:
	// the same bits: true
}
