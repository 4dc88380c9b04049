// Package theory holds closed forms: what mathematics says about a descent before
// it is run. Experiments are held against them.
//
//	rates and limits    GD, HeavyBall, Nesterov: Rate, Limit, Best… ; LineSearch; RegimeOf
//	stationary spread   SGDVar, HeavyBallVar, AverageVar, RunningMeanVar
//	minibatch means     BatchVar, BatchVarWithout, BatchVarCorrelated, WrongSign
//	two points in turn  Cycle, UnequalCycle, WeightedMinimum, TwoPointVar, TwoPointVarReshuffled
//	first steps         MomentumStep, AdamStep, AdaGradStep, RMSPropStep
//	escape              Kramers, ExitSteps
//
// The letters are the same everywhere: lr is the step size, h a curvature, mu and
// l the smallest and largest curvature (the eigenvalues of a Hessian), beta the
// momentum and s the standard deviation of the gradient noise that one step sees,
// so that a batch of B has s = σ/√B. Momentum is v = βv + g, x −= lr·v, the form of
// sgd.SGD.
//
// All statements are exact for quadratics, except Kramers and ExitSteps, which
// hold in the limit of small steps. A variance that does not exist, because the
// step size is beyond the limit of stability, is +Inf.
//
// Nothing here runs a descent; the package imports nothing of this module.
package theory
