// Package sgd is stochastic gradient descent, step by step.
//
// A descent minimises an Objective, the mean of many losses, from a starting
// point:
//
//	d := sgd.Descent{
//		Rule:  &sgd.SGD{Momentum: 0.9},
//		LR:    sgd.Const(0.01),
//		Batch: sgd.Reshuffled(32),
//		Seed:  1,
//	}
//	for s, err := range d.Steps(ctx, f, x) {
//		…
//	}
//
// Steps is a loop over updates, Run a number of updates with nothing kept, Record
// a Trajectory to look at. Each step goes one way:
//
//	Sampler → Objective.Grad → Transforms → Rule.Step(x, g, Schedule(t))
//
// A step never allocates, starts a goroutine or reads a clock. Everything random
// comes from Descent.Seed, and update rules never fuse a multiplication with an
// addition, so that a trajectory has the same bits on every machine.
package sgd
