package ensemble

import "math"

// ExitFit is the line through logarithms of mean exit times,
//
//	log T = Intercept + Slope · barrier
type ExitFit struct {
	Slope, Intercept float64
	StdErr           float64 // of the slope
}

// At returns the fitted mean exit time over a barrier, in steps.
func (l ExitFit) At(barrier float64) float64 { return math.Exp(l.Intercept + l.Slope*barrier) }

// FitExits fits a line to the logarithms of the mean exit times, exits[k] of the runs
// over barriers[k], by least squares. Each mean counts as many times as runs have left,
// for the variance of the logarithm of a mean of exponential times is one over their
// number; where no run left there is nothing to fit. It is ErrNoRuns if runs left over
// fewer than two different barriers, and panics unless there are exits for each barrier.
//
// Kramers' law says 1 for the slope over 2 height/(lr s²), up to what the height does to
// the time besides the exponential.
func FitExits(barriers []float64, exits [][]Exit) (ExitFit, error) {
	if len(exits) != len(barriers) {
		panic("ensemble: exits and barriers differ in number")
	}
	var w, x, y []float64
	for k, e := range exits {
		t, err := MeanExit(e)
		if err != nil {
			return ExitFit{}, err
		}
		if t.Out > 0 {
			w, x, y = append(w, float64(t.Out)), append(x, barriers[k]), append(y, math.Log(t.Mean))
		}
	}
	var n, mx, my float64
	for i := range w {
		n, mx, my = n+w[i], mx+w[i]*x[i], my+w[i]*y[i]
	}
	mx, my = mx/n, my/n
	var xx, xy float64
	for i := range w {
		xx, xy = xx+w[i]*(x[i]-mx)*(x[i]-mx), xy+w[i]*(x[i]-mx)*(y[i]-my)
	}
	if !(xx > 0) {
		return ExitFit{}, ErrNoRuns
	}
	slope := xy / xx
	return ExitFit{Slope: slope, Intercept: my - slope*mx, StdErr: 1 / math.Sqrt(xx)}, nil
}
