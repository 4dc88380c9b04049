package theory

import "math"

// Kramers returns the mean number of steps until noisy descent leaves a well of one
// parameter over a barrier: curvatures bottom at the minimum and top (taken
// positive) at the barrier, height of the barrier, gradient noise of standard
// deviation s.
//
//	steps = 2π / (lr √(bottom·top)) · exp(2 height / (lr s²))
//
// The logarithm is linear in 2 height/(lr s²), which is large or the formula does
// not hold: below about 5 take ExitSteps. To leave means to reach the far side;
// where both sides of a well are equal barriers the time is half of it.
//
// Kramers, Brownian motion in a field of force and the diffusion model of chemical
// reactions, Physica 7 (1940). Small steps of descent as a diffusion with
// D = lr s²/2: Jastrzębski et al., Three factors influencing minima in SGD (2017).
func Kramers(lr, s, height, bottom, top float64) float64 {
	return 2 * math.Pi / (lr * math.Sqrt(bottom*top)) * math.Exp(2*height/(lr*s*s))
}

// ExitSteps returns the mean number of steps until noisy descent on f, started at
// start, first reaches exit, exact in the limit of small steps for any f of one
// parameter:
//
//	steps = 1/(lr D) ∫_start^exit e^{f(y)/D} ∫_wall^y e^{−f(z)/D} dz dy,  D = lr s²/2
//
// Wall lies on the other side of start, where nothing passes: a place so high that
// it does not matter, or the centre of a symmetric well that is left to both
// sides.
//
// Gardiner, Handbook of Stochastic Methods, 3rd edition (2004), §5.2.7.
func ExitSteps(f func(x float64) float64, wall, start, exit, lr, s float64) float64 {
	const n = 20000
	d := lr * s * s / 2
	dx := (exit - wall) / n
	// The heights are taken relative to a running reference, so that neither
	// exponential overflows for a high barrier: inner is e^{ref/D} times the
	// integral up to here.
	var inner, outer float64
	ref := f(wall)
	prev := ref
	for i := 1; i <= n; i++ {
		x := wall + float64(i)*dx
		mid := x - dx/2
		fm, fx := f(mid), f(x)
		// Simpson's rule for one cell, and for its half up to the midpoint the
		// trapezium: the weight of the midpoint in the outer integral.
		a, b, c := math.Exp((ref-prev)/d), math.Exp((ref-fm)/d), math.Exp((ref-fx)/d)
		half := inner + math.Abs(dx)*(5*a+8*b-c)/24
		inner += math.Abs(dx) * (a + 4*b + c) / 6
		if (mid-start)*(exit-start) > 0 {
			outer += math.Abs(dx) * half * math.Exp((fm-ref)/d)
		}
		if fx < ref {
			inner *= math.Exp((fx - ref) / d)
			ref = fx
		}
		prev = fx
	}
	return outer / (lr * d)
}
