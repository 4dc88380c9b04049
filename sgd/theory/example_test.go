package theory_test

import (
	"fmt"
	"math"

	"downhill/sgd/theory"
)

func ExampleBestHeavyBall() {
	const mu, l = 1, 100 // condition number 100
	_, gd := theory.BestGD(mu, l)
	_, beta, hb := theory.BestHeavyBall(mu, l)
	steps := func(rate float64) float64 { return math.Ceil(math.Log(1e-6) / math.Log(rate)) }
	fmt.Printf("GD         rate %.4f, %v steps to 1e-6\n", gd, steps(gd))
	fmt.Printf("heavy ball rate %.4f, %v steps to 1e-6, momentum %.2f\n", hb, steps(hb), beta)
	// Output:
	// GD         rate 0.9802, 691 steps to 1e-6
	// heavy ball rate 0.8182, 69 steps to 1e-6, momentum 0.67
}

func ExampleRegimeOf() {
	for _, lr := range []float64{0.1, 0.5, 0.8, 1, 1.1} {
		fmt.Println(lr, theory.RegimeOf(lr, 2))
	}
	// Output:
	// 0.1 monotone
	// 0.5 one step
	// 0.8 oscillating
	// 1 2-cycle
	// 1.1 diverging
}

// At the same learning rate momentum makes the noise ball larger; at the same
// lr/(1 − β) it leaves it about as it is.
func ExampleHeavyBallVar() {
	const h, s = 1, 1
	fmt.Printf("SGD         %.4f\n", theory.SGDVar(0.01, h, s))
	fmt.Printf("same lr     %.4f\n", theory.HeavyBallVar(0.01, 0.9, h, s))
	fmt.Printf("lr · (1−β)  %.4f\n", theory.HeavyBallVar(0.001, 0.9, h, s))
	// Output:
	// SGD         0.0050
	// same lr     0.0501
	// lr · (1−β)  0.0050
}

func ExampleCycle() {
	// Two points at ±1, squared distances (h = 2), visited in turn.
	for _, lr := range []float64{0.01, 0.1, 0.5} {
		fmt.Printf("lr %.2f: between ±%.4f\n", lr, theory.Cycle(lr, 2, 1))
	}
	// Output:
	// lr 0.01: between ±0.0101
	// lr 0.10: between ±0.1111
	// lr 0.50: between ±1.0000
}

func ExampleBatchVarWithout() {
	for _, b := range []int{1, 10, 50, 100} {
		fmt.Printf("batch %3d of 100: %.4f with replacement, %.4f without\n", b,
			theory.BatchVar(1, b), theory.BatchVarWithout(1, b, 100))
	}
	// Output:
	// batch   1 of 100: 1.0000 with replacement, 1.0000 without
	// batch  10 of 100: 0.1000 with replacement, 0.0909 without
	// batch  50 of 100: 0.0200 with replacement, 0.0101 without
	// batch 100 of 100: 0.0100 with replacement, 0.0000 without
}

func ExampleExitSteps() {
	const height, half, s = 1, 1, 10
	well := func(x float64) float64 { u := x*x/(half*half) - 1; return height * u * u }
	for _, lr := range []float64{0.002, 0.004, 0.008} {
		fmt.Printf("lr %.3f: %.3g steps, Kramers %.3g\n", lr,
			theory.ExitSteps(well, -4, -half, half, lr, s),
			theory.Kramers(lr, s, height, 8*height/half/half, 4*height/half/half))
	}
	// Output:
	// lr 0.002: 1.28e+07 steps, Kramers 1.22e+07
	// lr 0.004: 4.56e+04 steps, Kramers 4.12e+04
	// lr 0.008: 2.07e+03 steps, Kramers 1.69e+03
}

func ExampleMomentumStep() {
	for _, t := range []int{1, 2, 10, 100} {
		fmt.Printf("step %3d: momentum %.3f, Adam %.3f, AdaGrad %.3f\n", t,
			theory.MomentumStep(0.1, 3, 0.9, t), theory.AdamStep(0.1, 3, 1e-8), theory.AdaGradStep(0.1, t))
	}
	// Output:
	// step   1: momentum 0.300, Adam 0.100, AdaGrad 0.100
	// step   2: momentum 0.570, Adam 0.100, AdaGrad 0.071
	// step  10: momentum 1.954, Adam 0.100, AdaGrad 0.032
	// step 100: momentum 3.000, Adam 0.100, AdaGrad 0.010
}
