package sgd

import (
	"math"
	"slices"
)

// Schedule gives the learning rate of update t; the first update is t = 0. A
// schedule with an end keeps its last value after it.
type Schedule func(t int) float64

// Const is the same rate at every step.
func Const(lr float64) Schedule {
	return func(int) float64 { return lr }
}

// InverseTime is the decay of Robbins and Monro (1951),
//
//	lr(t) = lr0 / (1 + decay·t).
//
// On f = h/2·(x−ξ)² with lr0 = 1/h and decay 1 the iterate is the running mean
// of the ξ seen so far.
func InverseTime(lr0, decay float64) Schedule {
	return func(t int) float64 { return lr0 / (1 + float64(decay*float64(t))) }
}

// InverseSqrt is lr0/√(1 + decay·t), the rate that convex losses without strong
// convexity need.
func InverseSqrt(lr0, decay float64) Schedule {
	return func(t int) float64 { return lr0 / math.Sqrt(1+float64(decay*float64(t))) }
}

// EverySteps multiplies the rate by factor after each n steps (PyTorch's StepLR).
func EverySteps(lr0 float64, n int, factor float64) Schedule {
	atLeast1(n)
	return func(t int) float64 { return lr0 * powerInt(factor, t/n) }
}

// Milestones multiplies the rate by factor at each of the given steps, in rising
// order (PyTorch's MultiStepLR).
func Milestones(lr0, factor float64, at ...int) Schedule {
	rising(at)
	return func(t int) float64 {
		k := 0
		for k < len(at) && at[k] <= t {
			k++
		}
		return lr0 * powerInt(factor, k)
	}
}

// Exponential is lr0·factorᵗ.
func Exponential(lr0, factor float64) Schedule {
	return func(t int) float64 { return lr0 * powerInt(factor, t) }
}

// Polynomial falls from lr0 to end in n steps, as
//
//	lr(t) = end + (lr0 − end)·(1 − t/n)^power.
func Polynomial(lr0, end, power float64, n int) Schedule {
	atLeast1(n)
	return func(t int) float64 { return end + float64((lr0-end)*math.Pow(1-part(t, n), power)) }
}

// Linear goes from lr0 to end in n steps.
func Linear(lr0, end float64, n int) Schedule {
	atLeast1(n)
	return func(t int) float64 { return lr0 + float64((end-lr0)*part(t, n)) }
}

// Cosine falls from lr0 to end in n steps along half a cosine (Loshchilov and Hutter
// 2017),
//
//	lr(t) = end + (lr0 − end)·(1 + cos(πt/n))/2,
//
// and stays there; PyTorch's rises again.
func Cosine(lr0, end float64, n int) Schedule {
	atLeast1(n)
	return func(t int) float64 { return halfCosine(lr0, end, part(t, n)) }
}

// WarmRestarts is Cosine begun again and again (SGDR; Loshchilov and Hutter 2017):
// the first cycle has n steps and each is grow ≥ 1 times as long as the one before.
func WarmRestarts(lr0, end float64, n, grow int) Schedule {
	atLeast1(min(n, grow))
	return func(t int) float64 {
		cycle := n
		if grow == 1 {
			t %= n
		}
		for t >= cycle {
			t -= cycle
			cycle *= grow
		}
		return halfCosine(lr0, end, float64(t)/float64(cycle))
	}
}

// Warmup lets the rates of s rise over the first w steps, by (t+1)/w, so that no
// step is wasted on a rate of 0. s itself begins at t = 0.
func Warmup(w int, s Schedule) Schedule {
	return func(t int) float64 {
		if t < w {
			return s(t) * float64(t+1) / float64(w)
		}
		return s(t)
	}
}

// OneCycle rises from peak/25 to peak in the first 30 % of n steps and falls to a
// ten-thousandth of where it began, both along a half cosine (Smith and Topin 2018;
// PyTorch's OneCycleLR). Build other shapes with Join.
func OneCycle(peak float64, n int) Schedule {
	atLeast1(n)
	start := peak / 25
	up, last := float64(0.3*float64(n))-1, float64(n-1)
	return func(t int) float64 {
		at := min(float64(t), last)
		if at <= up {
			return halfCosine(start, peak, at/up)
		}
		return halfCosine(peak, start/1e4, (at-up)/(last-up))
	}
}

// Join plays schedules one after another: ss[i+1] takes over at step at[i], where
// its own t is 0.
func Join(at []int, ss ...Schedule) Schedule {
	if len(ss) != len(at)+1 {
		panic("sgd: Join needs one schedule more than steps to change at")
	}
	rising(at)
	return func(t int) float64 {
		k, from := 0, 0
		for k < len(at) && t >= at[k] {
			from = at[k]
			k++
		}
		return ss[k](t - from)
	}
}

// Scale is factor times s.
func Scale(factor float64, s Schedule) Schedule {
	return func(t int) float64 { return factor * s(t) }
}

// atLeast1 panics for a schedule over no steps.
func atLeast1(n int) {
	if n < 1 {
		panic("sgd: a schedule needs at least 1 step, and WarmRestarts to grow by at least 1")
	}
}

// rising panics for steps to change at that are out of order.
func rising(at []int) {
	if !slices.IsSorted(at) {
		panic("sgd: the steps of a schedule must rise")
	}
}

// part is t/n, at most 1.
func part(t, n int) float64 {
	if t >= n {
		return 1
	}
	return float64(t) / float64(n)
}

func halfCosine(from, to, part float64) float64 {
	return to + float64((from-to)*(1+math.Cos(math.Pi*part))/2)
}

// powerInt is aᵏ for k ≥ 0 by squaring: the same bits on every architecture.
func powerInt(a float64, k int) float64 {
	p := 1.0
	for ; k > 0; k >>= 1 {
		if k&1 == 1 {
			p *= a
		}
		a *= a
	}
	return p
}
