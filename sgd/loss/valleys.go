package loss

// Valleys returns the local minima of a one-dimensional loss between lo and hi in
// ascending order. It looks for a change of the slope from negative to positive
// on a grid of n cells and bisects it to the last bit, so two minima within one
// cell may be missed. Minima at lo and hi themselves are not reported.
func Valleys(f Function, lo, hi float64, n int) []float64 {
	return turns(f, lo, hi, n, func(a, b float64) bool { return a < 0 && b >= 0 })
}

// Hills returns the local maxima of a one-dimensional loss between lo and hi in
// ascending order, found as Valleys finds minima: the borders of the basins.
func Hills(f Function, lo, hi float64, n int) []float64 {
	return turns(f, lo, hi, n, func(a, b float64) bool { return a > 0 && b <= 0 })
}

func turns(f Function, lo, hi float64, n int, turn func(left, right float64) bool) []float64 {
	g, x := make([]float64, 1), make([]float64, 1)
	slope := func(at float64) float64 {
		x[0] = at
		f.Grad(g, x, nil)
		return g[0]
	}
	var found []float64
	a, sa := lo, slope(lo)
	for i := 1; i <= n; i++ {
		b := lo + (hi-lo)*float64(i)/float64(n)
		sb := slope(b)
		if turn(sa, sb) {
			found = append(found, bisect(slope, a, b, turn))
		}
		a, sa = b, sb
	}
	return found
}

func bisect(slope func(float64) float64, a, b float64, turn func(left, right float64) bool) float64 {
	sa := slope(a)
	for {
		m := a + (b-a)/2
		if m <= a || m >= b {
			return b
		}
		if s := slope(m); turn(sa, s) {
			b = m
		} else {
			a, sa = m, s
		}
	}
}
