package theory

import "math"

// The following lengths are those of update t = 1, 2, … under a gradient that
// never changes: what a rule makes of a plain slope. Plain descent makes lr·|g|.

// MomentumStep returns the length of update t of momentum, which grows to
// lr·|g|/(1 − β):
//
//	lr |g| (1 − βᵗ)/(1 − β)
//
// Polyak (1964), as for HeavyBallRate.
func MomentumStep(lr, g, beta float64, t int) float64 {
	if beta == 1 {
		return lr * math.Abs(g) * float64(t)
	}
	return lr * math.Abs(g) * (1 - math.Pow(beta, float64(t))) / (1 - beta)
}

// AdamStep returns the length of every update of Adam, nearly lr for any slope
// that is large against eps:
//
//	lr |g| / (|g| + ε)
//
// Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015, §2.1.
func AdamStep(lr, g, eps float64) float64 {
	return lr * math.Abs(g) / (math.Abs(g) + eps)
}

// AdaGradStep returns the length of update t of AdaGrad with its accumulator
// started at 0 and ε → 0:
//
//	lr / √t
//
// Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and
// stochastic optimization, JMLR 12 (2011).
func AdaGradStep(lr float64, t int) float64 { return lr / math.Sqrt(float64(t)) }

// RMSPropStep returns the length of update t of RMSProp for ε → 0: its average
// begins at 0 and is not corrected, so that the first step is 1/√(1 − ρ) times too
// long.
//
//	lr / √(1 − ρᵗ)
//
// Tieleman and Hinton, Lecture 6.5, Neural Networks for Machine Learning (2012).
func RMSPropStep(lr, rho float64, t int) float64 {
	return lr / math.Sqrt(1-math.Pow(rho, float64(t)))
}
