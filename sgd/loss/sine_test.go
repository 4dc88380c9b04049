package loss_test

import (
	"testing"

	"downhill/sgd/loss"
)

func TestLessonSine(t *testing.T) {
	f := loss.LessonSine()
	valleys := loss.Valleys(f, -1, 5.5, 2000)
	k, g := []float64{1}, []float64{0}
	for range 5000 {
		f.Grad(g, k, nil)
		k[0] -= 0.01 * g[0]
	}
	nearest := valleys[0]
	for _, v := range valleys {
		if (v-1)*(v-1) < (nearest-1)*(nearest-1) {
			nearest = v
		}
	}
	near(t, "gradient descent from 1 settles in the nearest minimum", k[0], nearest, 1e-6)
	global := f.Minima()[0]
	if l, best := f.Grad(nil, k, nil), f.Grad(nil, global, nil); l < best+0.5 {
		t.Errorf("gradient descent found %g at %g; it should miss the lowest minimum %g at %g", l, k, best, global)
	}
	near(t, "the lowest minimum is near the true frequency", global[0], 3.2, 0.02)
	if len(valleys) < 5 {
		t.Errorf("only %d minima: %.3f", len(valleys), valleys)
	}
}
