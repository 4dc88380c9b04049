package runner

import (
	"context"
	"downhill/kernelext/runner/watch"
	"sync"
	"sync/atomic"
	"time"
)

// Run executes the notebooks and returns when every kernel that it started is gone. It never fails as a whole: what
// went wrong stands in the report. Cancelling ctx ends it within the grace time.
func Run(ctx context.Context, sources []Source, o Options) *Report {
	r := &run{Options: o, began: time.Now()}
	report := &Report{}
	for _, s := range sources { // broken files are known before the first kernel starts
		report.Notebooks = append(report.Notebooks, read(s))
	}
	if !parameterise(report, o.Params) {
		return report
	}
	for _, n := range report.Notebooks {
		n.list()
	}
	if !skipCells(report, o.Skip) {
		notRun(report)
		return report
	}

	whole, cancel := watch.WithLimit(ctx, orDefault(o.Timeouts.Total, 0), "the whole run")
	defer cancel()
	queue := make(chan *Notebook, len(sources))
	order := report.Notebooks
	if o.jobs() > 1 {
		order = longestFirst(order, o.Weight)
	}
	for _, n := range order {
		queue <- n
	}
	close(queue)
	var workers sync.WaitGroup
	for range min(o.jobs(), len(sources)) {
		workers.Go(func() {
			for n := range queue {
				r.notebook(whole, n)
			}
		})
	}
	workers.Wait()

	report.Interrupted = ctx.Err() != nil
	report.Elapsed = time.Since(r.began)
	report.Seconds = report.Elapsed.Seconds()
	return report
}

type run struct {
	Options
	began  time.Time
	failed atomic.Bool
	mu     sync.Mutex
}

// notebook runs one notebook, unless it is broken or the run is over.
func (r *run) notebook(ctx context.Context, n *Notebook) {
	began := time.Now()
	switch {
	case ctx.Err() != nil, r.FailFast && r.failed.Load():
		if n.Status == "" {
			n.Status = NotRun
		}
		return
	case n.Status == "":
		r.tell(NotebookStarted, n, nil)
		s := &session{run: r, nb: n}
		s.all(ctx)
	default:
		r.tell(NotebookStarted, n, nil)
	}
	if n.Status == Failed {
		r.failed.Store(true)
	}
	n.Elapsed = time.Since(began)
	n.Seconds = n.Elapsed.Seconds()
	r.tell(NotebookEnded, n, nil)
}

func (r *run) tell(w What, n *Notebook, c *Cell) {
	if r.Events == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Events(Event{What: w, Notebook: n, Cell: c, Cells: len(n.Cells), Elapsed: time.Since(r.began)})
}
