package sgd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// everyRule is one of each, with every kind of memory switched on.
func everyRule() []Rule {
	return []Rule{
		nil, &SGD{Momentum: 0.9, Dampening: 0.2}, &SGD{Momentum: 0.5, Nesterov: true, Sutskever: true},
		NewQHM(), NewAdaGrad(), &AdaGrad{Eps: 1e-8, Decay: 0.1}, NewAdadelta(), NewRMSProp(),
		&RMSProp{Rho: 0.9, Eps: 1e-3, Centred: true, Momentum: 0.5}, NewAdam(), NewAdamW(0.1),
		&Adam{Beta1: 0.9, Beta2: 0.9, Eps: 1e-8, AMSGrad: true}, NewAdaMax(), NewNAdam(), NewRAdam(),
		NewAdaBelief(), NewYogi(), &SignSGD{Beta: 0.9}, NewLion(), NewRprop(), NewASGD(), NewLARS(1, 1),
		NewLAMB(), &Polyak{Max: 0.1}, &Lookahead{Rule: NewAdam(), K: 4, Alpha: 0.5},
		&Accumulate{Rule: NewAdam(), K: 3}, &Average{Rule: &SGD{}, From: 2}, &EMA{Rule: &SGD{}, Decay: 0.9},
		&Plateau{Rule: &SGD{}, Factor: 0.5, Patience: 1}, &Katyusha{Tau1: 0.3, Tau2: 0.5, Every: 4},
	}
}

func everySampler() []Sampler {
	w := []float64{1, 2, 3, 4, 5, 6, 7}
	return []Sampler{
		nil, Full(), InOrder(3), Reshuffled(2), ShuffledOnce(2), Stratified(3, []int{0, 0, 0, 1, 1, 1, 1}),
		WithReplacement(2), Weighted(2, w), Importance(2, w), Markov(2, 0.5),
	}
}

func sevenPoints() *bowl {
	f := &bowl{h: 1}
	r := rand.New(rand.NewPCG(3, 4))
	for range 7 {
		f.c = append(f.c, []float64{r.NormFloat64(), 2 + r.NormFloat64()})
	}
	return f
}

func TestResumeIsExactToTheBit(t *testing.T) {
	f := sevenPoints()
	var all []Descent
	for _, r := range everyRule() {
		all = append(all, Descent{Rule: r, Batch: Reshuffled(2), Pre: []Transform{Noise(0.1, 0.55), ClipNorm(1)}})
	}
	for _, s := range everySampler() {
		all = append(all, Descent{Rule: &SGD{Momentum: 0.5}, Batch: s})
	}
	for _, e := range []Estimator{&SVRG{Every: 5}, &SARAH{Every: 5}, &SAGA{}, &SAGA{Biased: true}} {
		all = append(all, Descent{Rule: NewAdam(), Gradient: e, Batch: WithReplacement(2)})
	}
	ctx := context.Background()
	for i, d := range all {
		name := fmt.Sprintf("%d: %T, %T, %T", i, d.Rule, d.Batch, d.Gradient)
		d.LR, d.Seed = InverseTime(0.1, 0.01), 77
		whole, err := d.Record(ctx, f, []float64{3, -3}, 41)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var file []byte
		for s, err := range d.Steps(ctx, f, []float64{3, -3}) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if s.T == 17 {
				if file, err = s.Checkpoint().MarshalBinary(); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		d.From = new(Checkpoint)
		if err := d.From.UnmarshalBinary(file); err != nil {
			t.Fatal(err)
		}
		x := []float64{0, 0}
		res, err := d.Run(ctx, f, x, 23)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if res.T != 41 || fmt.Sprint(x) != fmt.Sprint(whole.X[41]) || res.Loss != whole.Loss[40] {
			t.Errorf("%s: resumed to %v at %d, want %v", name, x, res.T, whole.X[41])
		}
	}
}

func TestDamagedOrForeignCheckpoints(t *testing.T) {
	f := sevenPoints()
	d := Descent{Rule: NewAdam(), LR: Const(0.1), Seed: 1}
	var c *Checkpoint
	for s, err := range d.Steps(context.Background(), f, []float64{1, 1}) {
		if err != nil {
			t.Fatal(err)
		}
		c = s.Checkpoint()
		break
	}
	file, _ := c.MarshalBinary()
	var bad *CheckpointError
	for i := range file {
		broken := append([]byte(nil), file...)
		broken[i] ^= 0x41
		if err := new(Checkpoint).UnmarshalBinary(broken); !errors.As(err, &bad) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if err := new(Checkpoint).UnmarshalBinary(file[:i]); !errors.As(err, &bad) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	for name, d := range map[string]Descent{
		"another rule":    {Rule: &SGD{Momentum: 0.9}, LR: Const(0.1), Seed: 1, From: c},
		"another option":  {Rule: &Adam{Beta1: 0.9, Beta2: 0.9, Eps: 1, AMSGrad: true}, LR: Const(0.1), Seed: 1, From: c},
		"another seed":    {Rule: NewAdam(), LR: Const(0.1), Seed: 2, From: c},
		"fewer examples":  {Rule: NewAdam(), LR: Const(0.1), Seed: 1, From: &Checkpoint{Len: 6, Seed: 1, X: c.X, State: c.State}},
		"more parameters": {Rule: NewAdam(), LR: Const(0.1), Seed: 1, From: &Checkpoint{Len: 7, Seed: 1, X: []float64{1}, State: c.State}},
	} {
		x := []float64{5, 6}
		if _, err := d.Run(context.Background(), f, x, 1); !errors.As(err, &bad) || x[0] != 5 {
			t.Errorf("%s: %v, x = %v", name, err, x)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	c := Checkpoint{T: 3, Epoch: 1, Len: 7, Seed: 5, X: []float64{1, math.Inf(1)}, State: [][]float64{nil, {2}}}
	file, _ := c.MarshalBinary()
	f.Add(file)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Checkpoint
		if c.UnmarshalBinary(b) == nil {
			if again, _ := c.MarshalBinary(); string(again) != string(b) {
				t.Error("a checkpoint changed on its way through")
			}
		}
	})
}
