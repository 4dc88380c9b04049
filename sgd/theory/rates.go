package theory

import (
	"math"
	"math/cmplx"
)

// GDRate returns the factor by which gradient descent shrinks the distance to the
// minimum of a quadratic at every step, in the worst direction; the loss shrinks
// by its square:
//
//	ρ = max |1 − lr λ|,  mu ≤ λ ≤ l
//
// It is below 1 for lr < 2/l.
//
// Polyak, Introduction to Optimization (1987), §1.4; Nesterov, Introductory
// Lectures on Convex Optimization (2004), theorem 2.1.15.
func GDRate(lr, mu, l float64) float64 {
	return max(math.Abs(1-lr*mu), math.Abs(1-lr*l))
}

// BestGD returns the step size with the smallest rate, and that rate, with
// κ = l/mu:
//
//	lr = 2/(l + mu),  ρ = (κ − 1)/(κ + 1)
//
// Sources as for GDRate.
func BestGD(mu, l float64) (lr, rate float64) {
	return 2 / (l + mu), (l - mu) / (l + mu)
}

// GDLimit returns the step size from which on gradient descent diverges on
// curvature h: 2/h.
func GDLimit(h float64) float64 { return 2 / h }

// HeavyBallRate returns the asymptotic rate of gradient descent with momentum on
// a quadratic with curvatures from mu to l: the largest modulus of the roots of
//
//	z² − (1 + β − lr λ) z + β = 0
//
// over λ in [mu, l], which one of its ends attains. Near a double root the
// distance first falls more slowly than the rate tells, like t ρᵗ.
//
// Polyak, Some methods of speeding up the convergence of iteration methods, USSR
// Computational Mathematics and Mathematical Physics 4 (1964).
func HeavyBallRate(lr, beta, mu, l float64) float64 {
	rate := func(h float64) float64 { return largestRoot(1+beta-lr*h, beta) }
	return max(rate(mu), rate(l))
}

// BestHeavyBall returns the step size and momentum with the smallest rate, and
// that rate, with κ = l/mu:
//
//	lr = (2/(√l + √mu))²,  β = ((√κ − 1)/(√κ + 1))²,  ρ = √β
//
// Source as for HeavyBallRate.
func BestHeavyBall(mu, l float64) (lr, beta, rate float64) {
	a, b := math.Sqrt(l), math.Sqrt(mu)
	rate = (a - b) / (a + b)
	lr = 2 / (a + b)
	return lr * lr, rate * rate, rate
}

// HeavyBallLimit returns the step size from which on momentum descent diverges on
// curvature h, more than gradient descent's: 2(1 + β)/h.
//
// Cohen, Kaur, Li, Kolter and Talwalkar, Gradient descent on neural networks
// typically occurs at the edge of stability, ICLR 2021, appendix B.
func HeavyBallLimit(beta, h float64) float64 { return 2 * (1 + beta) / h }

// NesterovRate returns the asymptotic rate of Nesterov's momentum on a quadratic
// with curvatures from mu to l, the largest modulus of the roots of
//
//	z² − (1 + β)(1 − lr λ) z + β(1 − lr λ) = 0
//
// over λ in [mu, l], which one of its ends attains.
//
// Lessard, Recht and Packard, Analysis and design of optimization algorithms via
// integral quadratic constraints, SIAM Journal on Optimization 26 (2016), §2.2.
func NesterovRate(lr, beta, mu, l float64) float64 {
	rate := func(h float64) float64 { q := 1 - lr*h; return largestRoot((1+beta)*q, beta*q) }
	return max(rate(mu), rate(l))
}

// NesterovStandard returns the usual constants for curvatures from mu to l and
// the rate they give, with κ = l/mu:
//
//	lr = 1/l,  β = (√κ − 1)/(√κ + 1),  ρ = 1 − 1/√κ
//
// Source as for NesterovRate.
func NesterovStandard(mu, l float64) (lr, beta, rate float64) {
	a, b := math.Sqrt(l), math.Sqrt(mu)
	return 1 / l, (a - b) / (a + b), 1 - b/a
}

// NesterovLimit returns the step size from which on Nesterov's momentum diverges
// on curvature h, less than gradient descent's: 2(1 + β)/((1 + 2β)h).
//
// Source as for HeavyBallLimit.
func NesterovLimit(beta, h float64) float64 { return 2 * (1 + beta) / ((1 + 2*beta) * h) }

// largestRoot returns the largest modulus of the roots of z² − bz + c.
func largestRoot(b, c float64) float64 {
	root := cmplx.Sqrt(complex(b*b-4*c, 0))
	return max(cmplx.Abs(complex(b, 0)+root), cmplx.Abs(complex(b, 0)-root)) / 2
}

// LineSearch returns point k of steepest descent with exact line search on
// f = ½(x₁² + γx₂²) from (γ, 1), its worst start: a zig-zag between two lines,
//
//	x_k = (γ rᵏ, (−r)ᵏ),  r = (γ − 1)/(γ + 1)
//
// Boyd and Vandenberghe, Convex Optimization (2004), §9.3.2.
func LineSearch(gamma float64, k int) (x1, x2 float64) {
	r := (gamma - 1) / (gamma + 1)
	return gamma * math.Pow(r, float64(k)), math.Pow(-r, float64(k))
}

// Regime is what gradient descent does on a parabola.
type Regime int

// The five regimes, by the product of step size and curvature.
const (
	Monotone    Regime = iota // 0 < lr·h < 1: from one side, slower and slower
	OneStep                   // lr·h = 1: in the minimum at once
	Oscillating               // 1 < lr·h < 2: from side to side, closer
	TwoCycle                  // lr·h = 2: from side to side for ever
	Diverging                 // lr·h > 2: from side to side, away; or lr·h ≤ 0
)

// String returns the regime in words.
func (r Regime) String() string {
	return [...]string{"monotone", "one step", "oscillating", "2-cycle", "diverging"}[r]
}

// RegimeOf returns what gradient descent with step size lr does on f = ½ h x²,
// where every step multiplies x by 1 − lr·h.
func RegimeOf(lr, h float64) Regime {
	switch p := lr * h; {
	case p > 0 && p < 1:
		return Monotone
	case p == 1:
		return OneStep
	case p > 1 && p < 2:
		return Oscillating
	case p == 2:
		return TwoCycle
	}
	return Diverging
}
