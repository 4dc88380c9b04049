package ensemble

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

// Options say how many runs an experiment has and where its chance comes from.
type Options struct {
	Runs    int
	Seed    uint64
	Workers int // goroutines; 0: one a core. It makes no difference to the results
}

// PlanError reports an experiment that cannot be run as it is described.
type PlanError struct {
	Field   string
	Problem string // what is wrong and what to do
}

// Error returns one line.
func (e *PlanError) Error() string { return "ensemble: " + e.Field + ": " + e.Problem }

// RunError reports the first run, by number, that failed, and the seed that
// repeats it.
type RunError struct {
	Run  int
	Seed uint64
	Err  error
}

// Error returns one line.
func (e *RunError) Error() string {
	return fmt.Sprintf("ensemble: run %d (seed %d): %v", e.Run, e.Seed, e.Err)
}

// Unwrap returns what went wrong in the run.
func (e *RunError) Unwrap() error { return e.Err }

// SeedOf returns the seed of a run: seed and run number mixed, so that neighbours
// share nothing.
//
// Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA
// 2014: the function known as splitmix64.
func (o Options) SeedOf(run int) uint64 {
	z := o.Seed + 0x9e3779b97f4a7c15*(uint64(run)+1)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Map does job once for every run, on several cores, and returns the results in
// the order of the runs. A job must take all chance from r.
//
// A job that fails ends the experiment with a *RunError, always the one of the
// lowest run number that fails; a cancelled context ends it with the context's
// error. A panic in a job ends the program, unless the job happened to run on the caller's
// goroutine: do not count on recovering.
func Map[T any](ctx context.Context, o Options, job func(run int, r *rand.Rand) (T, error)) ([]T, error) {
	if o.Runs < 1 {
		return nil, &PlanError{"Runs", fmt.Sprintf("%d; there must be at least one run", o.Runs)}
	}
	if o.Workers < 0 {
		return nil, &PlanError{"Workers", fmt.Sprintf("%d; use 0 for one a core", o.Workers)}
	}
	workers := o.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	m := &mapping[T]{o: o, job: job, results: make([]T, o.Runs), failed: o.Runs}
	var wg sync.WaitGroup
	for range min(workers, o.Runs) - 1 {
		wg.Go(func() { m.work(ctx) })
	}
	m.work(ctx)
	wg.Wait()
	if m.err != nil {
		return nil, m.err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return m.results, nil
}

// mapping is a Map under way.
type mapping[T any] struct {
	o       Options
	job     func(run int, r *rand.Rand) (T, error)
	results []T
	next    atomic.Int64

	mu     sync.Mutex
	failed int // lowest run that failed, Runs if none
	err    error
}

// work takes runs in order until there are none. A run below a failed one is
// always finished, so that which failure is reported does not depend on timing.
func (m *mapping[T]) work(ctx context.Context) {
	for ctx.Err() == nil {
		i := int(m.next.Add(1) - 1)
		if i >= m.o.Runs || !m.wanted(i) {
			return
		}
		if !m.run(ctx, i) {
			return
		}
	}
}

func (m *mapping[T]) wanted(i int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return i < m.failed
}

func (m *mapping[T]) run(ctx context.Context, i int) (ok bool) {
	seed := m.o.SeedOf(i)
	result, err := m.job(i, rand.New(rand.NewPCG(seed, 0)))
	if err == nil {
		m.results[i] = result
		return true
	}
	if ctx.Err() != nil {
		// It may only have heard that the whole is cancelled.
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if i < m.failed {
		m.failed, m.err = i, &RunError{i, seed, err}
	}
	return false
}
