package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"downhill/sgd"
	"downhill/sgd/ensemble"
	"downhill/sgd/loss"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// valley is Rosenbrock's function, as short as it can be written.
type valley struct{}

func (valley) Dim() int { return 2 }
func (valley) Len() int { return 1 }
func (valley) Grad(grad, x []float64, _ []int) float64 {
	_ = x[1]
	a, b := 1-x[0], x[1]-x[0]*x[0]
	if grad != nil {
		_ = grad[1]
		grad[0] = -2*a - 400*x[0]*b
		grad[1] = 200 * b
	}
	return a*a + 100*b*b
}

// step: a momentum step in two dimensions with its gradient, nothing recorded.
func step(string) ([]result, error) {
	const n = 2_000_000
	d := sgd.Descent{Rule: &sgd.SGD{Momentum: 0.9}, LR: sgd.Const(1e-4)}
	var err error
	out := []result{measure("step in 2-D", "downhill Descent.Run", n, func() {
		if _, e := d.Run(context.Background(), valley{}, []float64{-1.2, 1}, n); e != nil {
			err = e
		}
	})}
	if err != nil {
		return nil, err
	}
	var f sgd.Objective = valley{}
	return append(out, measure("step in 2-D", "Go by hand", n, func() {
		x, g, v := []float64{-1.2, 1}, make([]float64, 2), make([]float64, 2)
		for range n {
			f.Grad(g, x, nil)
			for i := range x {
				v[i] = 0.9*v[i] + g[i]
				x[i] -= 1e-4 * v[i]
			}
		}
	})), nil
}

// updates: the update alone, of ten million parameters, against the time that its
// numbers take to go through the memory bus.
func updates(string) ([]result, error) {
	const n = 10_000_000
	r := rand.New(rand.NewPCG(1, 1))
	x, g, m, v := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], g[i] = r.NormFloat64(), r.NormFloat64()
	}
	// The best of several ways to move memory is the bandwidth.
	band := math.Inf(1) // ns a byte
	for bytes, f := range map[float64]func(){
		16: func() { copy(m, g) },
		24: func() { floats.AddScaled(x, 1e-9, g) },
	} {
		band = min(band, measure("(memory)", fmt.Sprintf("%.0f bytes", bytes), n, f).NS/bytes)
	}
	var out []result
	for _, c := range []struct {
		task  string
		rule  sgd.Rule
		bytes float64
		hand  func()
	}{
		{"SGD", &sgd.SGD{}, 24, func() {
			for i, gi := range g {
				x[i] -= 1e-6 * gi
			}
		}},
		{"momentum", &sgd.SGD{Momentum: 0.9}, 40, func() {
			for i, gi := range g {
				m[i] = 0.9*m[i] + gi
				x[i] -= 1e-6 * m[i]
			}
		}},
		{"Adam", sgd.NewAdam(), 56, func() {
			for i, gi := range g {
				m[i] = 0.9*m[i] + 0.1*gi
				v[i] = 0.999*v[i] + 0.001*gi*gi
				x[i] -= 1e-6 * m[i] / (math.Sqrt(v[i]) + 1e-8)
			}
		}},
	} {
		clear(m)
		clear(v)
		c.rule.Init(n)
		task := c.task + ", 10⁷ parameters"
		out = append(out,
			measure(task, "downhill", n, func() { c.rule.Step(x, g, 1e-6) }),
			result{Task: task, Who: fmt.Sprintf("(%.0f bytes at %.1f GB/s)", c.bytes, 1/band), NS: c.bytes * band, Best: c.bytes * band},
			measure(task, "Go by hand", n, c.hand))
	}
	return out, nil
}

const (
	rows, columns = 100_000, 100
	epochs        = 5
)

// write leaves the data where peers.py finds it: row by row, then the targets.
func write(dir, name string, d *loss.Data) error {
	b := make([]byte, 0, 8*(len(d.X)+len(d.Y)))
	for _, v := range slices.Concat(d.X, d.Y) {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return os.WriteFile(filepath.Join(dir, name), b, 0o600)
}

func weights() []float64 {
	w := make([]float64, columns)
	r := rand.New(rand.NewPCG(2, 2))
	for i := range w {
		w[i] = r.NormFloat64() / 10
	}
	return w
}

// singles is five epochs of single examples, in an order shuffled for every epoch and in
// that of the table. Every round shuffles with another seed; where a descent has come to
// then scatters by half of a thousandth, and the mean over the rounds is what can be
// compared. In the order of the table everybody should come to the same loss, digit by digit.
func singles(dir, name string, d *loss.Data, f sgd.Objective, lr float64) ([]result, error) {
	if err := write(dir, name+".bin", d); err != nil {
		return nil, err
	}
	var out []result
	for _, c := range []struct {
		order string
		batch sgd.Sampler
	}{{"shuffled", sgd.Reshuffled(1)}, {"in order", sgd.InOrder(1)}} {
		var err error
		var ends [][]float64
		ours := measure(name+", 100,000 × 100, "+c.order+", an example", "downhill Descent.Run", rows*epochs, func() {
			x := make([]float64, columns)
			ends = append(ends, x)
			d := sgd.Descent{LR: sgd.Const(lr), Batch: c.batch, Seed: uint64(len(ends))}
			if _, e := d.Run(context.Background(), f, x, rows*epochs); e != nil {
				err = e
			}
		})
		if err != nil {
			return nil, err
		}
		var losses []float64
		for _, x := range ends {
			losses = append(losses, f.Grad(nil, x, nil))
		}
		mean, deviation := stat.MeanStdDev(losses, nil)
		ours.Loss, ours.LossErr = mean, deviation/math.Sqrt(float64(len(losses)))
		out = append(out, ours)
	}
	return out, nil
}

func logistic(dir string) ([]result, error) {
	d := loss.NewLogisticData(rows, weights(), 3)
	return singles(dir, "logistic", d, loss.NewLogistic(d, 0), 0.001)
}

func leastSquares(dir string) ([]result, error) {
	d := loss.NewLinearData(rows, weights(), 0.5, 3)
	return singles(dir, "least-squares", d, loss.NewLeastSquares(d), 0.001)
}

// cores: what two workers gain over one, on the wall, and what there is to gain: the
// machine's two cores, each with the whole task for itself, take longer for it than one
// that is alone.
func cores(string) ([]result, error) {
	var failed error
	d := loss.NewLogisticData(rows, weights(), 3)
	f := loss.NewLogistic(d, 0)
	full := func(workers int) func() {
		p, g, x := ensemble.Parallel(f, workers), make([]float64, columns), make([]float64, columns)
		return func() {
			for range 4 {
				p.Grad(g, x, nil)
			}
		}
	}
	runs := func(workers int) func() {
		p := ensemble.Plan{
			Options:   ensemble.Options{Runs: 64, Seed: 1, Workers: workers},
			Objective: loss.LessonSine(), Start: ensemble.At(1), Steps: 10_000,
			Descent: func() *sgd.Descent { return &sgd.Descent{LR: sgd.Const(0.01), Batch: sgd.Reshuffled(1)} },
		}
		return func() {
			if _, err := p.Ends(context.Background()); err != nil {
				failed = err
			}
		}
	}
	var out []result
	for _, c := range []struct {
		task string
		make func(workers int) func()
	}{{"four full gradients, 100,000 × 100", full}, {"64 descents of 10,000 steps", runs}} {
		here, there := c.make(1), c.make(1)
		out = append(out, alternately(c.task, []contender{
			{"two workers", 1, c.make(2)},
			{"one worker", 1, here},
			{"(one worker each on two cores, half)", 2, func() {
				var wg sync.WaitGroup
				wg.Go(there)
				wg.Go(here)
				wg.Wait()
			}},
		})...)
	}
	return out, failed
}

// contender is one of several ways to do a task, or several tasks at once.
type contender struct {
	who   string
	tasks float64
	f     func()
}

// alternately times contenders in turn on the wall, round by round, so that whatever else
// the machine does disturbs them alike.
func alternately(task string, cs []contender) []result {
	ns := make([][]float64, len(cs))
	for round := range 3*rounds + 1 {
		for i, c := range cs {
			began := time.Now()
			c.f()
			if round > 0 {
				ns[i] = append(ns[i], float64(time.Since(began))/c.tasks)
			}
		}
	}
	var out []result
	for i, c := range cs {
		slices.Sort(ns[i])
		out = append(out, result{Task: task, Who: c.who, NS: ns[i][len(ns[i])/2], Best: ns[i][0]})
	}
	return out
}
