package sgd

// SVRG takes the noise out of a batch gradient with a full gradient from time to
// time (Johnson and Zhang 2013). At a snapshot y, renewed every Every steps,
//
//	g = ∇f_B(x) − ∇f_B(y) + ∇f(y).
//
// Expected, this is ∇f(x); its variance falls to 0 as x and y reach the minimum, so
// that a constant rate converges. A step costs 2b gradients of examples, a snapshot n.
type SVRG struct {
	Every int // steps between snapshots; 0: 2n, the paper's advice for convex losses

	f         Objective
	every     int
	y, mu, gy []float64
	steps     [1]float64 // since the snapshot
}

var _ Estimator = (*SVRG)(nil)

// Init implements Estimator.
func (e *SVRG) Init(f Objective) {
	dim := f.Dim()
	e.f, e.every, e.steps[0] = f, e.Every, 0
	if e.every == 0 {
		e.every = 2 * f.Len()
	}
	e.y, e.mu, e.gy = resized(e.y, dim), resized(e.mu, dim), resized(e.gy, dim)
}

// State returns the snapshot, its full gradient and its age.
func (e *SVRG) State() [][]float64 { return [][]float64{e.y, e.mu, e.steps[:]} }

// Grad implements Estimator.
func (e *SVRG) Grad(grad, x []float64, batch []int) float64 {
	if e.steps[0] == 0 {
		copy(e.y, x)
		e.f.Grad(e.mu, x, nil)
	}
	e.steps[0]++
	if int(e.steps[0]) == e.every {
		e.steps[0] = 0
	}
	return e.estimate(grad, x, batch)
}

func (e *SVRG) estimate(grad, x []float64, batch []int) float64 {
	loss := e.f.Grad(grad, x, batch)
	e.f.Grad(e.gy, e.y, batch)
	for i := range grad {
		grad[i] += e.mu[i] - e.gy[i]
	}
	return loss
}

// SARAH follows the gradient by its changes (Nguyen et al. 2017):
//
//	g₀ = ∇f(x₀),   gₜ = ∇f_B(xₜ) − ∇f_B(xₜ₋₁) + gₜ₋₁,
//
// begun anew every Every steps. It is biased within a round, but its steps grow
// smaller. A step costs 2b gradients of examples, the start of a round n.
type SARAH struct {
	Every int // steps of a round; 0: 2n

	f           Objective
	every       int
	last, g, gy []float64
	steps       [1]float64
}

var _ Estimator = (*SARAH)(nil)

// Init implements Estimator.
func (e *SARAH) Init(f Objective) {
	dim := f.Dim()
	e.f, e.every, e.steps[0] = f, e.Every, 0
	if e.every == 0 {
		e.every = 2 * f.Len()
	}
	e.last, e.g, e.gy = resized(e.last, dim), resized(e.g, dim), resized(e.gy, dim)
}

// State returns the point before, the estimate there and its age.
func (e *SARAH) State() [][]float64 { return [][]float64{e.last, e.g, e.steps[:]} }

// Grad implements Estimator.
func (e *SARAH) Grad(grad, x []float64, batch []int) float64 {
	var loss float64
	if e.steps[0] == 0 {
		loss = e.f.Grad(e.g, x, nil)
	} else {
		loss = e.f.Grad(grad, x, batch)
		e.f.Grad(e.gy, e.last, batch)
		for i := range grad {
			e.g[i] += grad[i] - e.gy[i]
		}
	}
	e.steps[0]++
	if int(e.steps[0]) == e.every {
		e.steps[0] = 0
	}
	copy(e.last, x)
	copy(grad, e.g)
	return loss
}

// SAGA remembers the last gradient of every example (Defazio, Bach and Lacoste-
// Julien 2014). With table entries h_i and their mean h̄, for a batch of b
//
//	g = 1/b Σ (∇f_i(x) − h_i) + h̄,   then h_i ← ∇f_i(x)
//
// Biased makes it SAG (Schmidt, Le Roux and Bach 2017), which steps along h̄ after
// the table has changed. It costs b gradients a step and n·dim numbers of memory,
// and asks the objective for one example at a time. The table begins at zero.
type SAGA struct {
	Biased bool

	f     Objective
	n     int
	table []float64 // n rows of dim
	mean  []float64
	fresh []float64 // the batch's gradients
}

var _ Estimator = (*SAGA)(nil)

// Init implements Estimator.
func (e *SAGA) Init(f Objective) {
	dim := f.Dim()
	e.f, e.n = f, f.Len()
	e.table, e.mean = resized(e.table, e.n*dim), resized(e.mean, dim)
	e.fresh = e.fresh[:0]
}

// State returns the table and its mean.
func (e *SAGA) State() [][]float64 { return [][]float64{e.table, e.mean} }

// Grad implements Estimator. A nil batch gives the full gradient and leaves the
// table alone.
func (e *SAGA) Grad(grad, x []float64, batch []int) float64 {
	if batch == nil {
		return e.f.Grad(grad, x, nil)
	}
	dim, loss := len(x), 0.0
	if cap(e.fresh) < len(batch)*dim {
		e.fresh = make([]float64, len(batch)*dim)
	}
	e.fresh = e.fresh[:len(batch)*dim]
	copy(grad, e.mean)
	for k := range batch {
		loss += e.f.Grad(e.fresh[k*dim:(k+1)*dim], x, batch[k:k+1])
		if e.Biased {
			continue
		}
		row := e.table[batch[k]*dim:][:dim]
		for j, v := range e.fresh[k*dim : (k+1)*dim] {
			grad[j] += (v - row[j]) / float64(len(batch))
		}
	}
	// Only now: an example that is twice in the batch must see its old row twice.
	for k, i := range batch {
		row := e.table[i*dim:][:dim]
		for j, v := range e.fresh[k*dim : (k+1)*dim] {
			e.mean[j] += (v - row[j]) / float64(e.n)
			row[j] = v
		}
	}
	if e.Biased {
		copy(grad, e.mean)
	}
	return loss / float64(len(batch))
}
