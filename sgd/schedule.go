package sgd

// Schedule gives the learning rate of update t; the first update is t = 0.
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
