package check_test

import (
	"math"

	"downhill/kernelext/check"
)

func ExampleClaim() {
	// Visiting p = 0 and q = 1 in turn with α = 0.2 ends in a 2-cycle, not at ½.
	const α = 0.2
	r := 0.5
	for range 200 {
		r -= 2 * α * (r - 0)
		r -= 2 * α * (r - 1)
	}
	check.Claim("C05", check.Wrong, "SGD with constant α reaches the batch minimum",
		check.Near("upper end of the cycle", r, 0.5+α/(1-α)/2, 1e-12).Refuses("the midpoint", 0.5))
	// Output:
	// ✓ C05: SGD with constant α reaches the batch minimum [does not hold]
	//   ✓ upper end of the cycle: 0.625, expected 0.625 ± 1e-12
	//     refuses the midpoint: 0.5
}

func ExampleExercise() {
	mean := func(gs ...float64) float64 { return math.NaN() } // the stub
	check.Exercise("1.2", "mean gradient",
		check.Near("of 1 and 3", mean(1, 3), 2, 1e-12).Hint("Did you divide by the number?"))
	mean = func(gs ...float64) float64 { return gs[0] + gs[1] }
	check.Exercise("1.2", "mean gradient",
		check.Near("of 1 and 3", mean(1, 3), 2, 1e-12).Hint("Did you divide by the number?"))
	// Output:
	// ○ 1.2: mean gradient [open: your turn]
	//   ○ of 1 and 3: NaN, expected 2 ± 1e-12
	// ✗ 1.2: mean gradient [not yet]
	//   ✗ of 1 and 3: 4, expected 2 ± 1e-12
	//     hint: Did you divide by the number?
}
