package ensemble

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"downhill/sgd"
)

// Plan is a descent to be repeated with many seeds.
type Plan struct {
	Options
	Objective sgd.Objective // shared by all runs
	// Descent makes a fresh descent for every run: rules and samplers hold state.
	// Its Seed is overwritten by the run's own.
	Descent func() *sgd.Descent
	Start   func(r *rand.Rand) []float64 // a fresh starting point; At and Uniform make them
	Steps   int                          // updates a run
}

// At starts every run from the same point.
func At(x ...float64) func(*rand.Rand) []float64 {
	return func(*rand.Rand) []float64 { return slices.Clone(x) }
}

// Uniform starts every run from its own point, uniform in the box between lo and
// hi.
func Uniform(lo, hi []float64) func(*rand.Rand) []float64 {
	return func(r *rand.Rand) []float64 {
		x := make([]float64, len(lo))
		for i := range x {
			x[i] = lo[i] + (hi[i]-lo[i])*r.Float64()
		}
		return x
	}
}

func (p *Plan) check() error {
	switch {
	case p.Objective == nil:
		return &PlanError{"Objective", "missing; set what is to be descended on"}
	case p.Descent == nil:
		return &PlanError{"Descent", "missing; set a function that makes a fresh *sgd.Descent"}
	case p.Start == nil:
		return &PlanError{"Start", "missing; set it to ensemble.At(…) for one point"}
	case p.Steps < 1:
		return &PlanError{"Steps", fmt.Sprintf("%d; a run needs at least one", p.Steps)}
	}
	return nil
}

// begin makes the descent and the starting point of one run.
func (p *Plan) begin(run int, r *rand.Rand) (*sgd.Descent, []float64, error) {
	x := p.Start(r)
	if len(x) != p.Objective.Dim() {
		return nil, nil, &PlanError{"Start", fmt.Sprintf("%d coordinates for an objective of %d parameters", len(x), p.Objective.Dim())}
	}
	d := p.Descent()
	if d == nil || d.LR == nil {
		return nil, nil, &PlanError{"Descent", "without a learning rate; set LR, to sgd.Const(0.1) for example"}
	}
	d.Seed = p.SeedOf(run)
	return d, x, nil
}

// End is where a run was when its steps were up.
type End struct {
	X        []float64
	Steps    int                // updates made
	Diverged *sgd.DivergedError // nil for a run that did all its steps
}

// Ends makes the runs and returns where they end, in the order of the runs. A run
// that diverges is a result, not an error.
func (p *Plan) Ends(ctx context.Context) ([]End, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return Map(ctx, p.Options, func(run int, r *rand.Rand) (End, error) {
		d, x, err := p.begin(run, r)
		if err != nil {
			return End{}, err
		}
		result, err := d.Run(ctx, p.Objective, x, p.Steps)
		end := End{X: x, Steps: result.T}
		if err != nil && !errors.As(err, &end.Diverged) {
			return End{}, err
		}
		return end, nil
	})
}

// Curves are one measured value over time, of every run.
type Curves struct {
	T []int       // update after which the value was taken: every, 2·every, …
	Y [][]float64 // run by run, as long as T; NaN after a run has diverged
}

// Loss measures the loss as the descent saw it: of its batch, before the update.
func Loss(s sgd.Step) float64 { return s.Loss }

// Coordinate measures parameter i after the update.
func Coordinate(i int) func(sgd.Step) float64 {
	return func(s sgd.Step) float64 { return s.X[i] }
}

// FullLoss measures the loss over all examples of f after the update. It costs an
// evaluation of all of them.
func FullLoss(f sgd.Objective) func(sgd.Step) float64 {
	return func(s sgd.Step) float64 { return f.Grad(nil, s.X, nil) }
}

// Curves makes the runs and measures after every so many updates. A run that
// diverges goes on as NaN.
func (p *Plan) Curves(ctx context.Context, every int, measure func(sgd.Step) float64) (*Curves, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if every < 1 || every > p.Steps {
		return nil, &PlanError{"every", fmt.Sprintf("%d; it must be from 1 to Steps, %d", every, p.Steps)}
	}
	n := p.Steps / every
	y, err := Map(ctx, p.Options, func(run int, r *rand.Rand) ([]float64, error) {
		y := make([]float64, 0, n)
		err := p.walk(ctx, run, r, func(s sgd.Step) bool {
			if (s.T+1)%every == 0 {
				y = append(y, measure(s))
			}
			return true
		})
		var diverged *sgd.DivergedError
		if err != nil && !errors.As(err, &diverged) {
			return nil, err
		}
		for len(y) < n {
			y = append(y, math.NaN())
		}
		return y, nil
	})
	if err != nil {
		return nil, err
	}
	c := &Curves{Y: y, T: make([]int, n)}
	for k := range c.T {
		c.T[k] = (k + 1) * every
	}
	return c, nil
}

// walk makes the steps of one run until visit says no or they are up.
func (p *Plan) walk(ctx context.Context, run int, r *rand.Rand, visit func(sgd.Step) bool) error {
	d, x, err := p.begin(run, r)
	if err != nil {
		return err
	}
	for s, err := range d.Steps(ctx, p.Objective, x) {
		if err != nil {
			return err
		}
		if !visit(s) || s.T+1 == p.Steps {
			break
		}
	}
	return nil
}

// Bands returns a curve for each of the quantiles q: bands[j][k] is the q[j]-quantile
// of the runs at time T[k], interpolated between order statistics. NaN counts as
// larger than any number: a run that has diverged is above every other.
func (c *Curves) Bands(q ...float64) [][]float64 {
	bands := make([][]float64, len(q))
	for j := range bands {
		bands[j] = make([]float64, len(c.T))
	}
	column := make([]float64, len(c.Y))
	for k := range c.T {
		for i, y := range c.Y {
			column[i] = y[k]
			if math.IsNaN(y[k]) {
				column[i] = math.Inf(1)
			}
		}
		slices.Sort(column)
		for j, p := range q {
			bands[j][k] = quantile(column, p)
		}
	}
	return bands
}

// quantile interpolates linearly between order statistics, with the smallest at 0
// and the largest at 1: type 7 of Hyndman and Fan, The American Statistician 50
// (1996).
func quantile(sorted []float64, p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic("ensemble: a quantile must be from 0 to 1")
	}
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i == len(sorted)-1 || at == float64(i) {
		return sorted[i]
	}
	w := at - float64(i)
	return (1-w)*sorted[i] + w*sorted[i+1]
}

// Share is the part of the time that the runs spend in one cell.
type Share struct {
	Mean   float64 // over the runs
	StdErr float64 // of that mean, from the scatter of the runs; NaN for a single one
}

// Occupancy makes the runs and returns which share of the steps after the first
// skip, which are thrown away, they spend in cells 0 … cells−1. A point of which
// cell says something else, −1 for example, belongs to no cell. Steps of one run
// depend on each other, so the standard errors come from the runs alone.
func (p *Plan) Occupancy(ctx context.Context, skip, cells int, cell func(x []float64) int) ([]Share, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if skip < 0 || skip >= p.Steps {
		return nil, &PlanError{"skip", fmt.Sprintf("%d; it must leave some of the %d steps", skip, p.Steps)}
	}
	if cells < 1 {
		return nil, &PlanError{"cells", fmt.Sprintf("%d; there must be at least one", cells)}
	}
	parts, err := Map(ctx, p.Options, func(run int, r *rand.Rand) ([]float64, error) {
		part := make([]float64, cells)
		err := p.walk(ctx, run, r, func(s sgd.Step) bool {
			if s.T >= skip {
				if k := cell(s.X); k >= 0 && k < cells {
					part[k]++
				}
			}
			return true
		})
		for k := range part {
			part[k] /= float64(p.Steps - skip)
		}
		return part, err
	})
	if err != nil {
		return nil, err
	}
	shares := make([]Share, cells)
	n := float64(len(parts))
	for k := range shares {
		s := &shares[k]
		for _, part := range parts {
			s.Mean += part[k] / n
		}
		var square float64
		for _, part := range parts {
			square += (part[k] - s.Mean) * (part[k] - s.Mean)
		}
		s.StdErr = math.Sqrt(square / (n - 1) / n)
	}
	return shares, nil
}
