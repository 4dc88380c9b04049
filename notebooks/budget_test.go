package notebooks_test

import (
	"testing"

	"downhill/kernelext/show"
	"downhill/sgd"
	"downhill/sgd/figure"
	"downhill/sgd/loss"
)

// The most rugged losses of the library, as a surface beside its level sets, keep to a figure's 60 KB.
func TestSurfacesKeepTheBudget(t *testing.T) {
	for name, f := range map[string]struct {
		loss sgd.Objective
		half float64
	}{
		"Rastrigin":       {loss.Rastrigin(2), 3.2},
		"Ackley":          {loss.Ackley(2), 5},
		"Lévi 13":         {loss.Levi13(), 3},
		"Himmelblau":      {loss.Himmelblau(), 5},
		"Goldstein–Price": {loss.GoldsteinPrice(), 2},
	} {
		h := f.half
		svg := show.SVG(figure.Surface(f.loss).Window(-h, h, -h, h).Path("SGD", [][]float64{{-h, h}, {0, h / 2}, {0, 0}}).WithContour(),
			show.Caption("A caption as long as captions are: what is seen, the setting, the seed."), show.Alt("What somebody sees who looks."))
		t.Logf("%s: %d bytes", name, len(svg))
		if len(svg) > 60<<10 {
			t.Errorf("%s: %d bytes", name, len(svg))
		}
	}
}
