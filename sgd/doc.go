// Package sgd is stochastic gradient descent: the update rules, what stands around
// them, and a loop that runs them step by step.
//
// # A descent
//
// What is minimised is an Objective, the mean of many losses, here of a table of
// examples. How, a Descent says:
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
// Steps is a loop over updates, to look at and to break out of. Run makes a number
// of them and keeps nothing; Record keeps them all as a Trajectory. Every step goes
// one way:
//
//	Sampler   which examples           Full, Reshuffled(32), Importance(1, w) …
//	   ↓ batch
//	Estimator their gradient           the objective's own; SVRG, SARAH, SAGA (SAG)
//	   ↓ g
//	Transform changed                  ClipNorm, L2, Noise, Centralise …
//	   ↓ g                             ┌ Schedule: Const, Cosine, Warmup …
//	Rule      the update of x      ←lr─┘ SGD, Adam, Lion, Lookahead around any …
//
// # Rules
//
// Each has its formula and its source above it. A constructor New… has the usual
// constants, which are then fields to change; the zero value of SGD is plain descent.
//
//	one rate for all       SGD (momentum, Nesterov, dampening, decay), QHM, Polyak, ASGD
//	one for each, from     AdaGrad, Adadelta, RMSProp
//	   squares             Adam (AdamW, AMSGrad), AdaMax, NAdam, RAdam, AdaBelief, Yogi
//	   signs               SignSGD (Signum), Lion, Rprop
//	   norms of layers     LARS, LAMB
//	from curvature         Newton; L-BFGS and CMA-ES by way of package bridge
//	from full gradients    Katyusha, which brings its own Estimator
//	around another rule    Lookahead, Accumulate, Plateau; Average (Polyak, tail, SWA), EMA
//
// # Schedules
//
// A Schedule is a function of the step, so your own is a func literal. Const,
// InverseTime, InverseSqrt, EverySteps, Milestones, Exponential, Polynomial, Linear,
// Cosine, WarmRestarts (SGDR), OneCycle; Warmup, Scale and Join make others of them.
// Plateau must see losses and is a rule.
//
// # Samplers
//
// Passes over all examples: Full, InOrder, Reshuffled, ShuffledOnce, Stratified.
// Independent draws: WithReplacement, Weighted (which changes what is minimised),
// Importance (which corrects for it). Correlated ones: Markov. All take a batch size;
// the gradient is always the mean over the batch at hand, the ragged last included.
//
// # Many basins
//
// Restarts, BasinHopping and Annealing search where one descent finds one basin.
//
// # What can go wrong
//
// Misuse panics with a constant that begins with "sgd: ": lengths that differ, a
// Descent without a learning rate. What happens in a run is an error with the step in
// it: *DivergedError for values that are not finite or pass Descent.Limit, *RateError,
// *BatchError, *CheckpointError, ErrEmpty, and the context's. x is then where the last
// whole update left it. Step.Checkpoint and Descent.From stop and resume a descent.
//
// # Conventions
//
// Libraries differ; this is what is meant here, and rules say where others do not.
//
//	gradient of a batch    the mean, never the sum
//	momentum               v ← μv + g, x ← x − lr·v: a change of lr acts at once
//	ε                      outside the root, unless EpsInside
//	WeightDecay            added to the gradient, unless Decoupled
//	steps of a schedule    t = 0 for the first update; after its end the last value
//	warm-up                (t+1)/w, never zero
//
// PyTorch is followed where it has the rule, optax otherwise: parity_test.go holds
// 1,000 steps of each against theirs, to a relative 1e-12.
//
// # The same bits everywhere
//
// A step never allocates, starts a goroutine or reads a clock, and everything random
// comes from Descent.Seed. No update rule fuses a multiplication with an addition,
// powers are running products, and the assembly does what the Go loop does, so that
// a trajectory has the same bits on every machine, as far as the objective has.
package sgd
