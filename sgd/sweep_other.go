//go:build !amd64 || purego

package sgd

func sweepPlain(x, g []float64, lr float64) int            { return 0 }
func sweepMomentum(x, v, g []float64, lr, mu float64) int  { return 0 }
func sweepAdam(x, m, v, g []float64, c *adamConstants) int { return 0 }
