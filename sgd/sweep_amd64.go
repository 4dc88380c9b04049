//go:build !purego

package sgd

import "golang.org/x/sys/cpu"

// The rules that large models use most run four parameters at a time where the
// processor has AVX2: Go's compiler does not vectorise. Every operation is that of
// the Go loop, in its order, so the bits are the same; sweep_test.go compares them.
// Each function treats a prefix and returns its length; the Go loop does the rest. x has
// at least worth parameters.

//go:noescape
func plainAVX2(x, grad *float64, n int, lr float64)

//go:noescape
func momentumAVX2(x, v, grad *float64, n int, lr, mu float64)

//go:noescape
func adamAVX2(x, m, v, grad *float64, n int, c *adamConstants)

var wide = cpu.X86.HasAVX2

func sweepPlain(x, g []float64, lr float64) int {
	if !wide {
		return 0
	}
	n := len(x) &^ 3
	plainAVX2(&x[0], &g[0], n, lr)
	return n
}

func sweepMomentum(x, v, g []float64, lr, mu float64) int {
	if !wide {
		return 0
	}
	n := len(x) &^ 3
	momentumAVX2(&x[0], &v[0], &g[0], n, lr, mu)
	return n
}

func sweepAdam(x, m, v, g []float64, c *adamConstants) int {
	if !wide {
		return 0
	}
	n := len(x) &^ 3
	adamAVX2(&x[0], &m[0], &v[0], &g[0], n, c)
	return n
}
