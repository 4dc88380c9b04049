package ensemble_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"downhill/sgd/ensemble"
)

// Times that are 30·e^b on average, given up after 4,000 steps: far before most of those over
// the highest barriers leave.
func drawn(runs int, seed uint64) (barriers []float64, exits [][]ensemble.Exit) {
	r := rand.New(rand.NewPCG(seed, 0))
	for b := 1.0; b <= 8; b++ {
		es := make([]ensemble.Exit, runs)
		for i := range es {
			steps := int(30*math.Exp(b)*r.ExpFloat64()) + 1
			es[i] = ensemble.Exit{Steps: min(steps, 4000), Out: steps <= 4000}
		}
		barriers, exits = append(barriers, b), append(exits, es)
	}
	return barriers, exits
}

func TestFitExits(t *testing.T) {
	barriers, exits := drawn(400, 1)
	fit, err := ensemble.FitExits(barriers, exits)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(fit.Slope-1) > 5*fit.StdErr || fit.StdErr > 0.02 {
		t.Errorf("slope %.4f ± %.4f, want 1", fit.Slope, fit.StdErr)
	}
	if want := 30 * math.Exp(4.0); math.Abs(math.Log(fit.At(4)/want)) > 0.15 {
		t.Errorf("%.0f steps over 4, want %.0f", fit.At(4), want)
	}
	// Who forgets the runs that did not leave finds less.
	short := make([][]ensemble.Exit, len(exits))
	for k := range exits {
		for _, e := range exits[k] {
			if e.Out {
				short[k] = append(short[k], e)
			}
		}
	}
	if wrong, _ := ensemble.FitExits(barriers, short); math.Abs(wrong.Slope-1) < 5*fit.StdErr {
		t.Errorf("without the censored runs the slope is %.4f all the same", wrong.Slope)
	}
	// The standard error is that of repeated experiments.
	var square, predicted float64
	const repeats = 200
	for i := range uint64(repeats) {
		barriers, exits := drawn(60, 100+i)
		f, err := ensemble.FitExits(barriers, exits)
		if err != nil {
			t.Fatal(err)
		}
		square += (f.Slope - 1) * (f.Slope - 1) / repeats
		predicted += f.StdErr * f.StdErr / repeats
	}
	// A variance from 200 repeats is known to a tenth.
	if ratio := square / predicted; ratio < 0.5 || ratio > 1.6 {
		t.Errorf("the slope varies by %.4f, predicted %.4f", math.Sqrt(square), math.Sqrt(predicted))
	}
}

func TestFitExitsOfTooLittle(t *testing.T) {
	in, out := ensemble.Exit{Steps: 5}, ensemble.Exit{Steps: 5, Out: true}
	for name, exits := range map[string][][]ensemble.Exit{
		"nobody left":     {{in}, {in}},
		"only over one":   {{out}, {in}},
		"no runs for one": {{out}, nil},
	} {
		if _, err := ensemble.FitExits([]float64{1, 2}, exits); !errors.Is(err, ensemble.ErrNoRuns) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fit, err := ensemble.FitExits([]float64{1, 2}, [][]ensemble.Exit{{out, out}, {{Steps: 10, Out: true}}})
	if err != nil || math.Abs(fit.Slope-math.Ln2) > 1e-12 || math.Abs(fit.At(2)-10) > 1e-9 {
		t.Errorf("5 and 10 steps: %+v, %v", fit, err)
	}
}
