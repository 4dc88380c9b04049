package theory

import "math"

// SGDVar returns the variance about the minimum that descent with a constant step
// settles into when its gradient is hx + sξ with independent ξ of variance 1:
//
//	Var x = lr s² / (h (2 − lr h))
//
// Mandt, Hoffman and Blei, Stochastic gradient descent as approximate Bayesian
// inference, JMLR 18 (2017), have lr s²/(2h), its limit for small steps; Liu, Ziyin
// and Ueda, Noise and fluctuation of finite learning rate stochastic gradient
// descent, ICML 2021, the exact form.
func SGDVar(lr, h, s float64) float64 { return HeavyBallVar(lr, 0, h, s) }

// HeavyBallVar returns the same for momentum:
//
//	Var x = lr s² (1 + β) / (h (1 − β) (2(1 + β) − lr h))
//
// At equal lr momentum makes the noise larger; at equal lr/(1 − β) and small steps
// it leaves it as it is. Source: Liu, Ziyin and Ueda as for SGDVar.
func HeavyBallVar(lr, beta, h, s float64) float64 {
	d := h * (1 - beta) * (2*(1+beta) - lr*h)
	if !(lr >= 0 && d > 0) {
		return math.Inf(1)
	}
	return lr * s * s * (1 + beta) / d
}

// AverageVar returns the variance of the mean of n iterates of the same descent
// for large n, whatever its step size:
//
//	Var x̄ → s² / (h² n)
//
// Polyak and Juditsky, Acceleration of stochastic approximation by averaging,
// SIAM Journal on Control and Optimization 30 (1992).
func AverageVar(h, s float64, n int) float64 { return s * s / (h * h * float64(n)) }

// RunningMeanVar returns the variance after n steps with lr_t = 1/(h(t + 1)),
// t = 0, 1, …, on examples f_i = ½h(x − c_i)² drawn independently, the c_i having
// variance sigma². The iterate is then exactly the mean of the c_i seen so far:
//
//	Var x = σ²/n
//
// Robbins and Monro, A stochastic approximation method, The Annals of Mathematical
// Statistics 22 (1951), began it.
func RunningMeanVar(sigma float64, n int) float64 { return sigma * sigma / float64(n) }

// BatchVar returns the variance of the mean of b draws with replacement from a
// population with variance sigma²: σ²/b.
//
// Cochran, Sampling Techniques, 3rd edition (1977), chapter 2, for this and the
// next.
func BatchVar(sigma float64, b int) float64 { return sigma * sigma / float64(b) }

// BatchVarWithout returns the variance of the mean of b different members out of
// n, where sigma² is the mean square about the mean of all n:
//
//	σ²/b · (n − b)/(n − 1)
func BatchVarWithout(sigma float64, b, n int) float64 {
	if n == 1 {
		return 0
	}
	return sigma * sigma / float64(b) * float64(n-b) / float64(n-1)
}

// BatchVarCorrelated returns the variance of the mean of b draws, every two of
// which have correlation rho: it does not fall below ρσ² however large b.
//
//	σ²/b · (1 + (b − 1)ρ)
//
// Kish, Survey Sampling (1965), calls the factor the design effect.
func BatchVarCorrelated(sigma float64, b int, rho float64) float64 {
	return sigma * sigma / float64(b) * (1 + float64(b-1)*rho)
}

// WrongSign returns the probability that the mean of b normal example gradients
// with mean g and standard deviation sigma points the wrong way:
//
//	Φ(−|g| √b / σ)
func WrongSign(g, sigma float64, b int) float64 {
	return math.Erfc(math.Abs(g)*math.Sqrt(float64(b))/sigma/math.Sqrt2) / 2
}
