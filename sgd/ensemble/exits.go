package ensemble

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"downhill/sgd"
)

// Exit is how long one run stayed. A run that is still in when its steps are up is
// censored: it would have stayed longer than Steps, nobody knows how long.
type Exit struct {
	Steps int  // updates made until the run was out, or all of them
	Out   bool // false: censored
}

// Exits makes the runs and stops each as soon as out says that it has left. A run
// that diverges is out.
func (p *Plan) Exits(ctx context.Context, out func(x []float64) bool) ([]Exit, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return Map(ctx, p.Options, func(run int, r *rand.Rand) (Exit, error) {
		var e Exit
		err := p.walk(ctx, run, r, func(s sgd.Step) bool {
			e = Exit{Steps: s.T + 1, Out: out(s.X)}
			return !e.Out
		})
		var diverged *sgd.DivergedError
		if errors.As(err, &diverged) {
			return Exit{Steps: diverged.T + 1, Out: true}, nil
		}
		return e, err
	})
}

// CensoredError reports a question about a time at which some runs were no longer
// watched.
type CensoredError struct {
	Within int // the time asked for
	Steps  int // the shortest time after which a run was given up
}

// Error returns one line.
func (e *CensoredError) Error() string {
	return fmt.Sprintf("ensemble: nothing is known of %d steps, some runs were given up after %d; ask for less or make more steps", e.Within, e.Steps)
}

// ErrNoRuns reports statistics of too few runs to have any.
var ErrNoRuns = errors.New("ensemble: too few runs to tell anything from")

// Proportion is an estimated probability with its interval.
type Proportion struct {
	P, Lo, Hi float64
	K, N      int // K out of N
}

// Wilson returns the proportion k/n with the score interval of z standard errors,
// 1.96 for 95 %. Unlike k/n ± z√(…), it stays within 0 and 1 and does not shrink to
// nothing at k = 0 or n:
//
//	(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
//
// Wilson, Probable inference, the law of succession, and statistical inference,
// Journal of the American Statistical Association 22 (1927). It panics unless
// 0 ≤ k ≤ n and n > 0.
func Wilson(k, n int, z float64) Proportion {
	if k < 0 || k > n || n < 1 {
		panic("ensemble: a proportion needs 0 <= k <= n, n > 0")
	}
	m := float64(n)
	p := float64(k) / m
	mid := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	w := Proportion{P: p, Lo: (mid - half) / scale, Hi: (mid + half) / scale, K: k, N: n}
	// What is 0 or 1 exactly should not be a rounding error beside it.
	if k == 0 {
		w.Lo = 0
	}
	if k == n {
		w.Hi = 1
	}
	return w
}

// EscapeProbability returns the probability of being out after so many steps, with
// its 95 % Wilson interval. It is a *CensoredError to ask for more steps than every
// run that stayed was watched for.
func EscapeProbability(exits []Exit, within int) (Proportion, error) {
	if len(exits) == 0 {
		return Proportion{}, ErrNoRuns
	}
	k := 0
	shortest := math.MaxInt
	for _, e := range exits {
		switch {
		case e.Out && e.Steps <= within:
			k++
		case !e.Out:
			shortest = min(shortest, e.Steps)
		}
	}
	if within > shortest {
		return Proportion{}, &CensoredError{within, shortest}
	}
	return Wilson(k, len(exits), z95), nil
}

const z95 = 1.959963984540054

// ExitTime is a mean exit time with its interval.
type ExitTime struct {
	Mean, Lo, Hi float64 // steps; Mean and Hi are +Inf when no run left
	Out, Runs    int
}

// MeanExit returns the mean exit time of runs that leave at a constant rate, as
// they do from a deep well, with a 95 % interval. It is the maximum of the
// likelihood, censored runs included:
//
//	mean = (steps of all runs together) / (number of runs that left)
//
// The mean of the runs that left, without the others, would be too short, and the
// more so the fewer left. The interval is that of a gamma law for the total time:
// 2·total/χ², with 2·out + 2 degrees of freedom for its lower and 2·out for its
// upper end.
//
// Lawless, Statistical Models and Methods for Lifetime Data, 2nd edition (2003),
// §4.1.
func MeanExit(exits []Exit) (ExitTime, error) {
	if len(exits) == 0 {
		return ExitTime{}, ErrNoRuns
	}
	t := ExitTime{Runs: len(exits)}
	var total float64
	for _, e := range exits {
		total += float64(e.Steps)
		if e.Out {
			t.Out++
		}
	}
	// χ² with 2k degrees of freedom is twice a gamma variable of shape k.
	t.Lo = total / mathext.GammaIncRegInv(float64(t.Out+1), 0.975)
	if t.Out == 0 {
		t.Mean, t.Hi = math.Inf(1), math.Inf(1)
		return t, nil
	}
	t.Mean = total / float64(t.Out)
	t.Hi = total / mathext.GammaIncRegInv(float64(t.Out), 0.025)
	return t, nil
}

// Survival is the estimated probability of still being in, a staircase that falls
// at every time in T.
type Survival struct {
	T      []int     // ascending, after so many steps …
	S      []float64 // … and up to the next such time this part is still in
	Lo, Hi []float64 // 95 % interval, each time by itself
	AtRisk []int     // runs that were in and watched just before
	End    int       // nothing is known beyond: the longest time watched
}

// KaplanMeier returns the survival curve without any assumption about the law of
// the exit times:
//
//	S(t) = Π_{t_i ≤ t} (1 − d_i/n_i)
//
// d_i runs leaving at t_i out of the n_i that were in and still watched. The
// interval is Greenwood's on the scale of log(−log S).
//
// Kaplan and Meier, Nonparametric estimation from incomplete observations, Journal
// of the American Statistical Association 53 (1958); Kalbfleisch and Prentice, The
// Statistical Analysis of Failure Time Data, 2nd edition (2002), §1.4.
func KaplanMeier(exits []Exit) (*Survival, error) {
	if len(exits) == 0 {
		return nil, ErrNoRuns
	}
	sorted := slices.Clone(exits)
	// Who leaves and who is given up at the same time: the first were at risk.
	slices.SortFunc(sorted, func(a, b Exit) int { return a.Steps - b.Steps })
	k := &Survival{End: sorted[len(sorted)-1].Steps}
	s, greenwood := 1.0, 0.0
	for i := 0; i < len(sorted); {
		t, atRisk, left := sorted[i].Steps, len(sorted)-i, 0
		for ; i < len(sorted) && sorted[i].Steps == t; i++ {
			if sorted[i].Out {
				left++
			}
		}
		if left == 0 {
			continue
		}
		n, d := float64(atRisk), float64(left)
		s *= 1 - d/n
		greenwood += d / (n * (n - d))
		lo, hi := 0.0, 0.0
		if left < atRisk {
			w := z95 * math.Sqrt(greenwood) / math.Log(s)
			lo, hi = math.Pow(s, math.Exp(-w)), math.Pow(s, math.Exp(w))
		}
		k.T, k.S = append(k.T, t), append(k.S, s)
		k.Lo, k.Hi = append(k.Lo, lo), append(k.Hi, hi)
		k.AtRisk = append(k.AtRisk, atRisk)
	}
	return k, nil
}

// At returns the probability of still being in after t steps, NaN where nothing is
// known any more.
func (k *Survival) At(t int) float64 {
	if t > k.End && (len(k.S) == 0 || k.S[len(k.S)-1] > 0) {
		return math.NaN()
	}
	i, found := slices.BinarySearch(k.T, t)
	if found {
		return k.S[i]
	}
	if i == 0 {
		return 1
	}
	return k.S[i-1]
}

// Median returns the time by which half of the runs are out, and false if fewer
// than half left while they were watched.
func (k *Survival) Median() (steps int, ok bool) {
	for i, s := range k.S {
		if s <= 0.5 {
			return k.T[i], true
		}
	}
	return 0, false
}
