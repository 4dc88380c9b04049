package sgd

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// Best is what a search over many basins found.
type Best struct {
	X        []float64 // nil if every descent left the numbers
	Loss     float64   // of all examples, at X; +Inf without one
	Tries    int       // points or local descents tried
	Accepted int       // tries that became the current point
	Diverged int       // local descents that left the numbers
}

func (b *Best) offer(x []float64, loss float64) {
	if loss < b.Loss {
		b.X, b.Loss = append(b.X[:0], x...), loss
	}
}

// Restarts descends from Runs random points of the box from Lo to Hi and keeps the
// lowest end. (Restarts of the learning rate within one descent, SGDR, are the
// schedule WarmRestarts.)
type Restarts struct {
	Local  *Descent
	Steps  int // updates of each descent
	Runs   int
	Lo, Hi []float64
	Seed   uint64
}

// Minimize returns the best point found. A descent that diverges counts as a try and
// is no error; the errors are otherwise those of Descent.Run, with the best so far.
func (s Restarts) Minimize(ctx context.Context, f Objective) (Best, error) {
	if len(s.Lo) != f.Dim() || len(s.Hi) != f.Dim() {
		panic(badLength)
	}
	if s.Runs < 1 {
		panic("sgd: Restarts needs Runs of at least 1")
	}
	r := rand.New(rand.NewPCG(s.Seed, 1))
	best := Best{Loss: math.Inf(1)}
	x := make([]float64, f.Dim())
	for range s.Runs {
		for i := range x {
			x[i] = s.Lo[i] + float64(r.Float64()*(s.Hi[i]-s.Lo[i]))
		}
		loss, err := s.Local.basin(ctx, f, x, s.Steps, r.Uint64(), &best)
		if err != nil {
			return best, err
		}
		if loss < best.Loss {
			best.Accepted++
		}
		best.offer(x, loss)
	}
	return best, nil
}

// BasinHopping jumps, descends, and accepts the new basin or goes back (Wales and
// Doye 1997): a jump adds a uniform number from [−Jump, Jump] to every coordinate,
// and a basin higher by Δ is accepted with probability exp(−Δ/Temperature).
type BasinHopping struct {
	Local       *Descent
	Steps       int // updates of each descent
	Hops        int
	Jump        float64
	Temperature float64 // 0: only basins that are not higher
	Seed        uint64
}

// Minimize begins with a descent from x, which is left as it is. Errors are as in
// Restarts.
func (s BasinHopping) Minimize(ctx context.Context, f Objective, x []float64) (Best, error) {
	r := rand.New(rand.NewPCG(s.Seed, 2))
	here, next := slices.Clone(x), slices.Clone(x)
	best := Best{Loss: math.Inf(1)}
	at := math.Inf(1)
	for hop := range s.Hops + 1 {
		copy(next, here)
		if hop > 0 {
			for i := range next {
				next[i] += float64(s.Jump * (2*float64(r.Float64()) - 1))
			}
		}
		loss, err := s.Local.basin(ctx, f, next, s.Steps, r.Uint64(), &best)
		if err != nil {
			return best, err
		}
		if accept(loss-at, s.Temperature, r) {
			copy(here, next)
			at = loss
			best.Accepted++
		}
		best.offer(next, loss)
	}
	return best, nil
}

// Annealing walks at random in a landscape that it takes ever more seriously
// (Kirkpatrick, Gelatt and Vecchi 1983): a step adds a normal number of deviation
// Jump to every coordinate and is accepted, if it goes up by Δ, with probability
// exp(−Δ/Temperature(t)). No gradients are used.
type Annealing struct {
	Temperature Schedule
	Jump        float64
	Steps       int
	Seed        uint64
}

// Minimize walks from x, which is left as it is, and returns the lowest point it came
// by. A loss that is NaN is never accepted. The only error is the context's.
func (s Annealing) Minimize(ctx context.Context, f Objective, x []float64) (Best, error) {
	if s.Temperature == nil {
		panic("sgd: Annealing.Temperature is nil; set a schedule such as Exponential(1, 0.99)")
	}
	if len(x) != f.Dim() {
		panic(badLength)
	}
	r := rand.New(rand.NewPCG(s.Seed, 3))
	here, next := slices.Clone(x), slices.Clone(x)
	at := f.Grad(nil, here, nil)
	best := Best{X: slices.Clone(x), Loss: at}
	if math.IsNaN(at) {
		at, best.Loss = math.Inf(1), math.Inf(1)
	}
	for t := range s.Steps {
		if err := ctx.Err(); err != nil {
			return best, err
		}
		for i, v := range here {
			next[i] = v + float64(s.Jump*r.NormFloat64())
		}
		loss := f.Grad(nil, next, nil)
		best.Tries++
		if accept(loss-at, s.Temperature(t), r) {
			here, next, at = next, here, loss
			best.Accepted++
			best.offer(here, at)
		}
	}
	return best, nil
}

// accept is the rule of Metropolis. One number is drawn whatever the outcome, so
// that runs stay comparable.
func accept(rise, temperature float64, r *rand.Rand) bool {
	u := r.Float64()
	return rise <= 0 || temperature > 0 && u < math.Exp(-rise/temperature)
}

// basin descends from x in place and returns the loss of all examples at the end,
// +Inf where the descent diverged.
func (d *Descent) basin(ctx context.Context, f Objective, x []float64, steps int, seed uint64, best *Best) (float64, error) {
	if d == nil {
		panic("sgd: Local is nil; set the Descent to search with")
	}
	local := *d
	local.Seed = seed
	best.Tries++
	_, err := local.Run(ctx, f, x, steps)
	var diverged *DivergedError
	if errors.As(err, &diverged) {
		best.Diverged++
		return math.Inf(1), nil
	}
	if err != nil {
		return 0, err
	}
	if loss := f.Grad(nil, x, nil); !math.IsNaN(loss) {
		return loss, nil
	}
	return math.Inf(1), nil
}
