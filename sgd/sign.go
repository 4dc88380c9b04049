package sgd

// sign is −1, 0 or 1.
func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// SignSGD steps by the sign of the gradient, or of its running mean (Signum), the
// same length in every coordinate (Bernstein et al. 2018).
//
//	m ← βm + (1−β)g
//	x ← x − lr·sign(m)
type SignSGD struct {
	Beta float64 // β in [0, 1); zero: the sign of the gradient

	m []float64
}

var _ Rule = (*SignSGD)(nil)

// Init implements Rule.
func (r *SignSGD) Init(dim int) { r.m = resized(r.m, dim) }

// State returns the running mean.
func (r *SignSGD) State() [][]float64 { return [][]float64{r.m} }

// Step implements Rule.
func (r *SignSGD) Step(x, grad []float64, lr float64) {
	m := r.m
	if len(x) != len(grad) || len(m) != len(grad) {
		panic(badLength)
	}
	beta, fresh := r.Beta, 1-r.Beta
	for i, g := range grad {
		m[i] = float64(beta*m[i]) + float64(fresh*g)
		x[i] -= float64(lr * sign(m[i]))
	}
}

// Lion steps by the sign of a mean that leans to the present gradient, and keeps
// another that remembers longer (Chen et al. 2023).
//
//	x ← x − lr·(sign(β₁m + (1−β₁)g) + λx)
//	m ← β₂m + (1−β₂)g
type Lion struct {
	Beta1, Beta2 float64 // β₁, β₂ in [0, 1)
	WeightDecay  float64 // λ, decoupled

	m []float64
}

var _ Rule = (*Lion)(nil)

// NewLion has β₁ = 0.9, β₂ = 0.99 and no weight decay.
func NewLion() *Lion { return &Lion{Beta1: 0.9, Beta2: 0.99} }

// Init implements Rule.
func (r *Lion) Init(dim int) { r.m = resized(r.m, dim) }

// State returns the running mean.
func (r *Lion) State() [][]float64 { return [][]float64{r.m} }

// Step implements Rule.
func (r *Lion) Step(x, grad []float64, lr float64) {
	m := r.m
	if len(x) != len(grad) || len(m) != len(grad) {
		panic(badLength)
	}
	b1, c1, b2, c2 := r.Beta1, 1-r.Beta1, r.Beta2, 1-r.Beta2
	for i, g := range grad {
		u := sign(float64(b1*m[i])+float64(c1*g)) + float64(r.WeightDecay*x[i])
		m[i] = float64(b2*m[i]) + float64(c2*g)
		x[i] -= float64(lr * u)
	}
}

// Rprop adapts a step length for each parameter from the signs of its last two
// gradients alone: longer while they agree, shorter after they differ (Riedmiller
// and Braun 1993). It is for full gradients: signs of small batches mislead it.
//
//	g·p > 0:  s ← min(s·Up, Max)
//	g·p < 0:  s ← max(s·Down, Min),  g ← 0
//	x ← x − s·sign(g),  p ← g
//
// as in PyTorch. The rate of the first step is the first s; later rates are not
// looked at.
type Rprop struct {
	Up, Down float64 // factors, above and below 1
	Min, Max float64 // bounds of a step

	s, p  []float64
	begun [1]float64
}

var _ Rule = (*Rprop)(nil)

// NewRprop has factors 1.2 and 0.5 and bounds 1e-6 and 50.
func NewRprop() *Rprop { return &Rprop{Up: 1.2, Down: 0.5, Min: 1e-6, Max: 50} }

// Init implements Rule.
func (r *Rprop) Init(dim int) {
	r.s, r.p, r.begun[0] = resized(r.s, dim), resized(r.p, dim), 0
}

// State returns the step lengths, the previous gradient and whether a step was made.
func (r *Rprop) State() [][]float64 { return [][]float64{r.s, r.p, r.begun[:]} }

// Step implements Rule.
func (r *Rprop) Step(x, grad []float64, lr float64) {
	s, p := r.s, r.p
	if len(x) != len(grad) || len(s) != len(grad) || len(p) != len(grad) {
		panic(badLength)
	}
	if r.begun[0] == 0 {
		r.begun[0] = 1
		for i := range s {
			s[i] = lr
		}
	}
	for i, g := range grad {
		factor := 1.0
		switch agree := g * p[i]; {
		case agree > 0:
			factor = r.Up
		case agree < 0:
			factor, g = r.Down, 0
		}
		s[i] = min(max(float64(s[i]*factor), r.Min), r.Max)
		x[i] -= float64(s[i] * sign(g))
		p[i] = g
	}
}
