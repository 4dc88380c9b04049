// Package ensemble makes many seeded descents at once and says what they have in
// common. One run of a stochastic method is an anecdote.
//
//	p := ensemble.Plan{
//		Options:   ensemble.Options{Runs: 200, Seed: 1},
//		Objective: loss.LessonSine(),
//		Start:     ensemble.At(1),
//		Steps:     1000,
//		Descent: func() *sgd.Descent {
//			return &sgd.Descent{LR: sgd.Const(0.05), Batch: sgd.Reshuffled(10)}
//		},
//	}
//	curves, err := p.Curves(ctx, 10, ensemble.Loss)  // quantile bands
//	exits, err := p.Exits(ctx, out)                  // when each run left, or that it did not
//	shares, err := p.Occupancy(ctx, 100, 2, cell)    // where the time is spent
//	ends, err := p.Ends(ctx)                         // where the runs are at last
//
// Exits are read by EscapeProbability, MeanExit and KaplanMeier, none of which
// forgets the runs that had not left when the steps were up. Map does the same for
// any seeded experiment, Parallel for one large gradient.
//
// The runs are spread over all cores. Run i has its own source of chance, derived
// from Seed and i alone, and results are put together in the order of i: they are
// equal to the bit for any number of workers. What a plan holds is used by several
// goroutines at once: objectives of package loss allow it, and so must functions
// of yours.
package ensemble
