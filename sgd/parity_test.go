package sgd

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// golden is a file that testdata/golden.py made.
type golden struct {
	Cases []struct {
		Rule    string
		P       params
		LR      float64
		Problem string
		X       [][]float64
		Sum     float64
		Average []float64
	}
	Schedules []struct {
		Name string
		P    []float64
		LR   []float64
	}
}

func readGolden(t testing.TB, name string) golden {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	return g
}

// params are the settings of a case; absent ones are the rule's defaults.
type params map[string]float64

func (p params) set(key string, to *float64) {
	if v, ok := p[key]; ok {
		*to = v
	}
}

// rule builds what golden.py calls by this name.
func (p params) rule(name string) (Rule, []Transform) {
	var pre []Transform
	if l2, ok := p["l2"]; ok {
		pre = []Transform{L2(l2)}
	}
	is := func(key string) bool { return p[key] != 0 }
	var split []int
	if is("split") {
		split = []int{30, 20}
	}
	if is("split2") {
		split = []int{1, 1}
	}
	switch name {
	case "SGD", "Sutskever":
		return &SGD{Momentum: p["momentum"], Dampening: p["dampening"], WeightDecay: p["weight_decay"],
			Nesterov: is("nesterov"), Sutskever: name == "Sutskever"}, pre
	case "QHM":
		r := NewQHM()
		p.set("beta", &r.Beta)
		p.set("nu", &r.Nu)
		return r, pre
	case "Adam", "AMSGrad":
		r := NewAdam()
		if is("decoupled") {
			r = NewAdamW(p["weight_decay"])
		}
		r.AMSGrad = name == "AMSGrad"
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		p.set("weight_decay", &r.WeightDecay)
		return r, pre
	case "AdaMax":
		r := NewAdaMax()
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		return r, pre
	case "NAdam":
		r := NewNAdam()
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		p.set("psi", &r.Psi)
		return r, pre
	case "RAdam":
		r := NewRAdam()
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		return r, pre
	case "AdaGrad":
		r := NewAdaGrad()
		p.set("eps", &r.Eps)
		p.set("initial", &r.Initial)
		p.set("decay", &r.Decay)
		r.EpsInside = is("inside")
		return r, pre
	case "Adadelta":
		r := NewAdadelta()
		p.set("rho", &r.Rho)
		p.set("eps", &r.Eps)
		return r, pre
	case "RMSProp":
		r := NewRMSProp()
		p.set("rho", &r.Rho)
		p.set("eps", &r.Eps)
		p.set("momentum", &r.Momentum)
		r.Centred, r.EpsInside = is("centred"), is("inside")
		return r, pre
	case "AdaBelief":
		r := NewAdaBelief()
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		p.set("inside", &r.EpsInside)
		return r, pre
	case "Yogi":
		r := NewYogi()
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		p.set("initial", &r.Initial)
		return r, pre
	case "Lion":
		r := NewLion()
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("weight_decay", &r.WeightDecay)
		return r, pre
	case "SignSGD":
		return &SignSGD{Beta: p["beta"]}, pre
	case "Rprop":
		r := NewRprop()
		p.set("up", &r.Up)
		p.set("down", &r.Down)
		p.set("min", &r.Min)
		p.set("max", &r.Max)
		return r, pre
	case "ASGD":
		r := NewASGD()
		p.set("decay", &r.Lambda)
		p.set("alpha", &r.Alpha)
		p.set("start", &r.Start)
		return r, pre
	case "LARS":
		r := NewLARS(split...)
		p.set("momentum", &r.Momentum)
		p.set("trust", &r.Trust)
		p.set("weight_decay", &r.WeightDecay)
		r.Nesterov = is("nesterov")
		return r, pre
	case "LAMB":
		r := NewLAMB(split...)
		p.set("beta1", &r.Beta1)
		p.set("beta2", &r.Beta2)
		p.set("eps", &r.Eps)
		p.set("weight_decay", &r.WeightDecay)
		return r, pre
	case "Polyak":
		return &Polyak{Best: p["best"], Max: p["max"]}, pre
	case "Lookahead":
		var fast Rule = &SGD{Momentum: p["momentum"]}
		if is("adam") {
			fast = NewAdam()
		}
		return &Lookahead{Rule: fast, K: int(p["k"]), Alpha: p["alpha"]}, pre
	case "Plateau":
		r := NewPlateau(&SGD{})
		p.set("factor", &r.Factor)
		p.set("threshold", &r.Threshold)
		p.set("min", &r.Min)
		r.Patience, r.Cooldown, r.Absolute = int(p["patience"]), int(p["cooldown"]), is("absolute")
		return r, pre
	}
	panic("no rule " + name)
}

// slope is golden.py's Bowl, operation by operation.
type slope struct{ a, c, d []float64 }

func newSlope() (f *slope, start []float64) {
	const n = 50
	f = &slope{make([]float64, n*n), make([]float64, n), make([]float64, n)}
	start = make([]float64, n)
	for i := range n {
		start[i] = float64((i*11)%17-8) / 4
		f.c[i] = float64((i*37)%23-11)/8 + 1.0/16
		for j := range n {
			f.a[i*n+j] = float64((i*j*7+i+j)%13-6) / 256
		}
		f.a[i*n+i] = 2 + float64(i%10)/2
	}
	return f, start
}

func (f *slope) Dim() int { return len(f.c) }
func (f *slope) Len() int { return 1 }
func (f *slope) Grad(grad, x []float64, _ []int) float64 {
	n := len(f.c)
	for i := range x {
		f.d[i] = x[i] - f.c[i]
	}
	loss := 0.0
	for i := range x {
		g := 0.0
		for j, d := range f.d {
			g += float64(f.a[i*n+j] * d)
		}
		loss += float64(f.d[i] * g)
		if grad != nil {
			grad[i] = g
		}
	}
	return loss / 2
}

// tolerance is relative to the length of x, after up to 1,000 steps.
const tolerance = 1e-12

func TestParity(t *testing.T) {
	at := map[int]bool{1: true, 2: true, 3: true, 5: true, 10: true, 30: true, 100: true, 300: true, 1000: true}
	for _, file := range []string{"torch", "optax", "plain"} {
		worst, cases := 0.0, 0
		for _, c := range readGolden(t, file).Cases {
			cases++
			name := fmt.Sprintf("%s/%s/%v/%s", file, c.Rule, map[string]float64(c.P), c.Problem)
			var f Objective = valley{}
			x := []float64{-1.2, 1}
			if c.Problem == "bowl" {
				f, x = newSlope()
			} else if c.P["split"] != 0 {
				c.P["split2"] = 1
			}
			rule, pre := c.P.rule(c.Rule)
			d := Descent{Rule: rule, Pre: pre, LR: Const(c.LR)}
			if c.Rule == "Sutskever" {
				d.LR = InverseTime(c.LR, 0.01)
			}
			sum, kept := 0.0, 0
			for s, err := range d.Steps(context.Background(), f, x) {
				if err != nil {
					t.Errorf("%s: %v", name, err)
					break
				}
				length := norm(x)
				sum += length * length
				if at[s.T+1] {
					got := x
					if c.Problem == "bowl" && s.T+1 < 1000 {
						got = []float64{x[0], x[7], x[49], length}
					}
					for i, want := range c.X[kept] {
						off := math.Abs(got[i]-want) / length
						worst = max(worst, off)
						if !(off <= tolerance) {
							t.Errorf("%s: x[%d] after step %d is %v, want %v (%.1e off)", name, i, s.T+1, got[i], want, off)
							break
						}
					}
					kept++
				}
				if kept == len(c.X) {
					break
				}
			}
			if off := math.Abs(sum-c.Sum) / c.Sum; !(off <= tolerance) {
				t.Errorf("%s: Σ‖x‖² is %v, want %v (%.1e off)", name, sum, c.Sum, off)
			}
			if a, ok := rule.(*ASGD); ok {
				for i, want := range c.Average {
					if off := math.Abs(a.Average()[i]-want) / norm(x); !(off <= tolerance) {
						t.Errorf("%s: average[%d] is %v, want %v", name, i, a.Average()[i], want)
					}
				}
			}
		}
		t.Logf("%s: %d trajectories of 1,000 steps, at most %.1e apart", file, cases, worst)
	}
}

func TestScheduleParity(t *testing.T) {
	for _, c := range readGolden(t, "torch").Schedules {
		p := c.P
		n := func(i int) int { return int(p[i]) }
		var s Schedule
		switch c.Name {
		case "EverySteps":
			s = EverySteps(p[0], n(1), p[2])
		case "Milestones":
			var at []int
			for i := range p[2:] {
				at = append(at, n(2+i))
			}
			s = Milestones(p[0], p[1], at...)
		case "Exponential":
			s = Exponential(p[0], p[1])
		case "Cosine":
			s = Cosine(p[0], p[1], n(2))
		case "WarmRestarts":
			s = WarmRestarts(p[0], p[1], n(2), n(3))
		case "Linear":
			s = Linear(p[0], p[1], n(2))
		case "Polynomial":
			s = Polynomial(p[0], p[1], p[2], n(3))
		case "OneCycle":
			s = OneCycle(p[0], n(1))
		default:
			t.Fatalf("no schedule %s", c.Name)
		}
		for step, want := range c.LR {
			if got := s(step); math.Abs(got-want) > 1e-12*p[0] {
				t.Errorf("%s%v: lr(%d) = %v, want %v", c.Name, p, step, got, want)
				break
			}
		}
	}
}
