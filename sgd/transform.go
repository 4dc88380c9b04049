package sgd

import (
	"math"
	"math/rand/v2"
)

// ClipValue cuts every entry of the gradient to [−limit, limit].
func ClipValue(limit float64) Transform {
	atLeast0(limit)
	return plain(func(g, _ []float64) {
		for i, v := range g {
			g[i] = min(max(v, -limit), limit)
		}
	})
}

// ClipNorm shortens the gradient to length limit where it is longer (Pascanu,
// Mikolov and Bengio 2013), as optax does; PyTorch makes it limit/(‖g‖+1e-6)
// times as long.
func ClipNorm(limit float64) Transform {
	atLeast0(limit)
	return plain(func(g, _ []float64) {
		if n := norm(g); n > limit {
			for i := range g {
				g[i] *= limit / n
			}
		}
	})
}

// L2 adds λx to the gradient: the penalty λ/2·‖x‖², coupled to whatever the rule
// does with gradients. Adam's Decoupled is the other way.
func L2(lambda float64) Transform {
	return plain(func(g, x []float64) {
		for i, v := range x {
			g[i] += float64(lambda * v)
		}
	})
}

// Centralise subtracts from each row of columns entries its mean (Yong et al.
// 2020). Zero columns: all entries are one row.
func Centralise(columns int) Transform {
	return plain(func(g, _ []float64) {
		wide := columns
		if wide == 0 {
			wide = len(g)
		}
		if wide < 0 || len(g)%wide != 0 {
			panic("sgd: Centralise needs rows that fill the gradient")
		}
		for ; len(g) > 0; g = g[wide:] {
			mean := 0.0
			for _, v := range g[:wide] {
				mean += v
			}
			mean /= float64(wide)
			for i := range g[:wide] {
				g[i] -= mean
			}
		}
	})
}

// atLeast0 panics for limits and variances that make no sense.
func atLeast0(v float64) {
	if !(v >= 0) {
		panic("sgd: a limit or variance must be at least 0")
	}
}

// plain is a transform that remembers nothing.
type plain func(g, x []float64)

func (plain) Init(int)                      {}
func (f plain) Apply(g, x []float64, _ int) { f(g, x) }

// Noise adds independent normal noise of variance eta/(1+t)^gamma to every entry of
// the gradient (Neelakantan et al. 2015: gamma 0.55). Its chance comes from
// Descent.Seed and t alone, so a resumed descent sees the same.
func Noise(eta, gamma float64) Seeder {
	atLeast0(eta)
	return &noise{eta: eta, gamma: gamma}
}

type noise struct {
	eta, gamma float64
	seed       uint64
	src        rand.PCG
	r          *rand.Rand
}

// noiseStream sets the noise's numbers apart from the sampler's.
const noiseStream = 0x6e6f697365 << 20

func (n *noise) Init(int)           { n.r = rand.New(&n.src) }
func (n *noise) Reseed(seed uint64) { n.seed = seed }

func (n *noise) Apply(g, _ []float64, t int) {
	n.src.Seed(n.seed, noiseStream+uint64(t))
	deviation := math.Sqrt(n.eta)
	if n.gamma != 0 {
		deviation = math.Sqrt(n.eta / math.Pow(1+float64(t), n.gamma))
	}
	for i := range g {
		g[i] += float64(deviation * n.r.NormFloat64())
	}
}
