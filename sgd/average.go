package sgd

// Average is the mean of the points that a rule visits, which is often better than
// the last of them. The rule itself is not disturbed.
//
//	From 0, Every 1:   the average of Polyak (1990) and Ruppert (1988)
//	From k, Every 1:   tail averaging, the first k points left out
//	From k, Every c:   stochastic weight averaging, a point a cycle of c steps
//	                   (SWA; Izmailov et al. 2018)
//
// The points are those after a step; a point after step t (from 1) is in the mean
// when t > From and t−From is a multiple of Every.
type Average struct {
	Rule  Rule
	From  int
	Every int // 0: 1

	mean  []float64
	count [2]float64 // steps made, points in the mean
}

var _ Observer = (*Average)(nil)

// Init implements Rule.
func (r *Average) Init(dim int) {
	prepare(r.Rule, dim)
	r.mean, r.count = resized(r.mean, dim), [2]float64{}
}

// State returns the inner rule's, the mean and the counts of steps and points.
func (r *Average) State() [][]float64 { return append(r.Rule.State(), r.mean, r.count[:]) }

// Mean returns a view of the mean, and how many points are in it.
func (r *Average) Mean() (x []float64, points int) { return r.mean, int(r.count[1]) }

// Observe tells the inner rule.
func (r *Average) Observe(loss float64) { observe(r.Rule, loss) }

// Step implements Rule.
func (r *Average) Step(x, grad []float64, lr float64) {
	if len(x) != len(r.mean) {
		panic(badLength)
	}
	r.Rule.Step(x, grad, lr)
	r.count[0]++
	if past := int(r.count[0]) - r.From; past <= 0 || past%max(r.Every, 1) != 0 {
		return
	}
	r.count[1]++
	for i, m := range r.mean {
		r.mean[i] += (x[i] - m) / r.count[1]
	}
}

// EMA is the exponential moving average of the points that a rule visits,
//
//	a ← δa + (1−δ)x,    a = x after the first step
//
// as PyTorch's AveragedModel with that function has it. With Debias, a starts at 0
// and Mean divides by 1−δᵗ, as optax has it.
type EMA struct {
	Rule   Rule
	Decay  float64 // δ in [0, 1)
	Debias bool

	a, mean []float64
	weight  [2]float64 // δᵗ, and 1 after the first step
}

var _ Observer = (*EMA)(nil)

// Init implements Rule.
func (r *EMA) Init(dim int) {
	prepare(r.Rule, dim)
	r.a, r.mean, r.weight = resized(r.a, dim), resized(r.mean, dim), [2]float64{1, 0}
}

// State returns the inner rule's, the average and its weight.
func (r *EMA) State() [][]float64 { return append(r.Rule.State(), r.a, r.weight[:]) }

// Observe tells the inner rule.
func (r *EMA) Observe(loss float64) { observe(r.Rule, loss) }

// Mean returns a view of the average that the next call overwrites.
func (r *EMA) Mean() []float64 {
	over := 1.0
	if r.Debias {
		over = 1 - r.weight[0]
	}
	for i, a := range r.a {
		r.mean[i] = a / over
	}
	return r.mean
}

// Step implements Rule.
func (r *EMA) Step(x, grad []float64, lr float64) {
	if len(x) != len(r.a) {
		panic(badLength)
	}
	r.Rule.Step(x, grad, lr)
	first := r.weight[1] == 0
	r.weight[0], r.weight[1] = r.weight[0]*r.Decay, 1
	if first && !r.Debias {
		copy(r.a, x)
		return
	}
	for i, a := range r.a {
		r.a[i] = float64(r.Decay*a) + float64((1-r.Decay)*x[i])
	}
}
