package compare

import (
	"math"
	"regexp"
	"strconv"
)

var number = regexp.MustCompile(`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`)

// alike tells whether two texts differ in nothing but numbers that are close.
func alike(a, b string, tol float64) bool {
	if a == b {
		return true
	}
	as, bs := number.FindAllStringIndex(a, -1), number.FindAllStringIndex(b, -1)
	if len(as) != len(bs) {
		return false
	}
	fromA, fromB := 0, 0
	for i := range as {
		if a[fromA:as[i][0]] != b[fromB:bs[i][0]] || !near(a[as[i][0]:as[i][1]], b[bs[i][0]:bs[i][1]], tol) {
			return false
		}
		fromA, fromB = as[i][1], bs[i][1]
	}
	return a[fromA:] == b[fromB:]
}

func near(a, b string, tol float64) bool {
	if a == b {
		return true
	}
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && within(x, y, tol)
}

// within is |x−y| ≤ tol·max(1, |x|, |y|): relative for large numbers, absolute for those about zero.
func within(x, y, tol float64) bool {
	return x == y || math.Abs(x-y) <= tol*max(1, math.Abs(x), math.Abs(y))
}
