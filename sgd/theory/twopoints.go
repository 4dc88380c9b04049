package theory

import "math"

// Cycle returns c′ such that descent on f± = ½h(x ∓ c)², visited in turn with a
// constant step, ends in the 2-cycle ±c′, at +c′ after a visit to +c:
//
//	c′ = c · lr h / (2 − lr h)
//
// In the plane, with h = 2: m ± (lr/(1 − lr)) (q − p)/2. It settles for lr h < 2
// and never in the minimum between.
//
// Bertsekas, Incremental gradient, subgradient, and proximal methods for convex
// optimization (2011), §1, on why a constant step oscillates.
func Cycle(lr, h, c float64) float64 {
	if !(lr*h > 0 && lr*h < 2) {
		return math.NaN()
	}
	return c * lr * h / (2 - lr*h)
}

// UnequalCycle returns where descent on ½h₁(x − c₁)² and ½h₂(x − c₂)², visited in
// turn, is after each visit to the second. With q_i = 1 − lr h_i:
//
//	x = [q₂(1 − q₁)c₁ + (1 − q₂)c₂] / (1 − q₁q₂)
//
// It is NaN where the cycle is not stable, |q₁q₂| ≥ 1.
func UnequalCycle(lr, h1, c1, h2, c2 float64) float64 {
	q1, q2 := 1-lr*h1, 1-lr*h2
	if !(math.Abs(q1*q2) < 1) {
		return math.NaN()
	}
	return (q2*(1-q1)*c1 + (1-q2)*c2) / (1 - q1*q2)
}

// WeightedMinimum returns where the mean of the same two has its minimum:
//
//	(h₁c₁ + h₂c₂) / (h₁ + h₂)
func WeightedMinimum(h1, c1, h2, c2 float64) float64 {
	return (h1*c1 + h2*c2) / (h1 + h2)
}

// TwoPointVar returns the stationary variance of descent on f± = ½h(x ∓ c)², one
// of them drawn afresh for every step:
//
//	Var x = c² lr h / (2 − lr h)
//
// It is SGDVar with s = hc.
func TwoPointVar(lr, h, c float64) float64 { return SGDVar(lr, h, h*c) }

// TwoPointVarReshuffled returns the same at the ends of epochs in which both are
// visited once in random order; of higher order in lr:
//
//	Var x = c² (lr h)⁴ / (1 − (1 − lr h)⁴)
//
// Gürbüzbalaban, Ozdaglar and Parrilo, Why random reshuffling beats stochastic
// gradient descent, Mathematical Programming 186 (2021), for the general case.
func TwoPointVarReshuffled(lr, h, c float64) float64 {
	a := lr * h
	if !(a > 0 && a < 2) {
		return math.Inf(1)
	}
	return c * c * math.Pow(a, 4) / (1 - math.Pow(1-a, 4))
}
