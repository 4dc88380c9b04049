package ensemble

import (
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/floats"

	"downhill/sgd"
)

// chunks is into how many pieces a batch is cut. It depends on nothing, least of
// all on the number of cores, so that sums are always added in the same order.
const chunks = 64

// smallest batch worth cutting.
const smallest = 1024

// Parallel returns the same objective with gradients of large batches worked out on
// several goroutines; 0 workers means one a core. The batch is cut into pieces that
// do not depend on the number of workers and the pieces are added in order, so the
// result is the same to the bit for any number; from that of f itself it differs
// by rounding. Batches of fewer than 1024 examples go to f as they are.
//
// The objective must be a true mean and allow concurrent calls, as those of package
// loss do; the one returned does not, for it holds the buffers: 64 gradients.
func Parallel(f sgd.Objective, workers int) sgd.Objective {
	if workers < 0 {
		panic("ensemble: negative number of workers")
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := &parallel{f: f, workers: min(workers, chunks), all: make([]int, f.Len())}
	for i := range p.all {
		p.all[i] = i
	}
	return p
}

type parallel struct {
	f       sgd.Objective
	workers int
	all     []int // every example in stored order
	parts   [chunks][]float64
	losses  [chunks]float64
}

func (p *parallel) Dim() int { return p.f.Dim() }
func (p *parallel) Len() int { return p.f.Len() }

func (p *parallel) Grad(grad, x []float64, batch []int) float64 {
	whole := batch
	if batch == nil {
		whole = p.all
	}
	if len(whole) < smallest {
		return p.f.Grad(grad, x, batch)
	}
	if grad != nil && p.parts[0] == nil {
		for k := range p.parts {
			p.parts[k] = make([]float64, p.f.Dim())
		}
	}
	var next atomic.Int64
	work := func() {
		for k := int(next.Add(1) - 1); k < chunks; k = int(next.Add(1) - 1) {
			piece := whole[k*len(whole)/chunks : (k+1)*len(whole)/chunks]
			var g []float64
			if grad != nil {
				g = p.parts[k]
			}
			p.losses[k] = p.f.Grad(g, x, piece)
		}
	}
	var wg sync.WaitGroup
	for range p.workers - 1 {
		wg.Go(work)
	}
	work() // at once, while the others wake up
	wg.Wait()
	clear(grad)
	var sum float64
	for k, l := range p.losses {
		n := (k+1)*len(whole)/chunks - k*len(whole)/chunks
		w := float64(n) / float64(len(whole))
		sum += w * l
		if grad != nil {
			floats.AddScaled(grad, w, p.parts[k])
		}
	}
	return sum
}
