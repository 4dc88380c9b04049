package jail

import "time"

// sight is what a program and its descendants do at a moment.
type sight struct {
	busy   bool          // a thread computes, or waits for a processor or the disk
	cpu    time.Duration // used so far
	memory int64         // bytes that they hold
}

const (
	pace     = 250 * time.Millisecond // of looking at a program; most have ended by then
	hogsPace = 20 * time.Millisecond  // where memory is counted by looking
	patience = 10                     // limits of wall clock after which a program is ended, however busy the machine
)

// watch ends a program that has used up its time or its memory. Time counts while the program waits. While it computes, or
// would compute if it were given a processor, its limit of CPU time counts: so a loaded machine times nobody out.
func (r *Running) watch() {
	every := min(pace, r.limits.Wall/4)
	if r.limits.Watch {
		every = hogsPace
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var waited time.Duration
	began := time.Now()
	for last := began; ; {
		select {
		case <-r.done:
			return
		case <-tick.C:
		}
		now := time.Now()
		passed := min(now.Sub(last), 2*every) // what was before that, nobody has seen
		last = now
		pid := r.pid()
		seen := look(pid)
		if pid != 0 && !seen.busy {
			waited += passed
		}
		r.spent.Store(int64(waited + seen.cpu))
		switch {
		case r.limits.Watch && seen.memory > r.limits.Data:
			r.end(&r.hog)
			return
		case waited >= r.limits.Wall, now.Sub(began) >= patience*r.limits.Wall:
			r.end(&r.late)
			return
		}
	}
}

// Spent is the time that the program has computed or waited so far, by a clock of a quarter of a second.
func (r *Running) Spent() time.Duration { return time.Duration(r.spent.Load()) }
