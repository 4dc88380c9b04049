package figure

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// linearTicks labels about n round numbers; gonum's default labels three and writes
// some with digits to spare.
type linearTicks struct{ n int }

func (t linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step := niceStep((hi - lo) / float64(t.n))
	if math.Floor(hi/step)-math.Ceil(lo/step) < 1 { // one label tells no scale
		step = niceStep((hi - lo) / float64(2*t.n))
	}
	var out []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		out = append(out, plot.Tick{Value: i * step, Label: round(i*step, step)})
		if len(out) > 100 {
			break
		}
	}
	return out
}

// niceStep is the 1, 2 or 5 times a power of ten that is next to v.
func niceStep(v float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(v)))
	switch m := v / p; {
	case m < 1.5:
		return p
	case m < 3.2:
		return 2 * p
	case m < 7.5:
		return 5 * p
	}
	return 10 * p
}

// round writes v to the precision of step.
func round(v, step float64) string {
	if math.Abs(v) < step*1e-6 {
		return "0"
	}
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if digits > 4 || math.Abs(v) >= 1e6 {
		return scientific(v)
	}
	return minus(strconv.FormatFloat(v, 'f', digits, 64))
}

// scientific writes v as a few digits times a power of ten.
func scientific(v float64) string {
	s := strconv.FormatFloat(v, 'e', -1, 64)
	if len(s) > 8 {
		s = strconv.FormatFloat(v, 'e', 2, 64)
	}
	m, e, _ := strings.Cut(s, "e")
	if strings.Contains(m, ".") {
		m = strings.TrimRight(strings.TrimRight(m, "0"), ".")
	}
	n, _ := strconv.Atoi(e)
	if m == "1" {
		return power(n)
	}
	return minus(m) + "·" + power(n)
}

func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

var raised = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
	"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

func power(n int) string { return "10" + raised.Replace(strconv.Itoa(n)) }

// logScale is gonum's, except that what is not positive is NaN and not a panic: one
// loss that reached zero must not cost the figure.
type logScale struct{}

func (logScale) Normalize(lo, hi, x float64) float64 {
	if x <= 0 {
		return math.NaN()
	}
	return math.Log(x/lo) / math.Log(hi/lo)
}

// logTicks labels powers of ten, thinned to seven, or 1, 2 and 5 times them on an axis
// that is short or holds one power only: one label tells no scale.
type logTicks struct{}

func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	a, b := int(math.Floor(math.Log10(lo)+1e-9)), int(math.Ceil(math.Log10(hi)-1e-9))
	every := 1
	for (b-a)/every > 7 {
		every++
	}
	first, last := math.Ceil(math.Log10(lo)-1e-9), math.Floor(math.Log10(hi)+1e-9)
	short := math.Log10(hi/lo) < 1.7 || first >= last
	var out []plot.Tick
	for e := a; e <= b; e++ {
		p := math.Pow(10, float64(e))
		for m := 1.0; m < 10; m++ {
			t := plot.Tick{Value: m * p}
			if t.Value < lo*(1-1e-9) || t.Value > hi*(1+1e-9) {
				continue
			}
			switch {
			case short && (m == 1 || m == 2 || m == 5):
				t.Label = round(t.Value, p)
			case m == 1 && e%every == 0:
				t.Label = power(e)
			case every > 1:
				continue
			}
			out = append(out, t)
		}
	}
	return out
}

// nameLogs takes the names of logarithmic axes out of gonum's hands, and room for them
// off c. gonum would keep the room at an axis's arithmetic middle, which here is nearly
// its end, and a long name would cost half the picture.
func nameLogs(p *plot.Plot, c draw.Canvas) (inner draw.Canvas, name func(data draw.Canvas)) {
	x, y, corner := p.X.Label, p.Y.Label, c.Min
	_, xlog := p.X.Scale.(logScale)
	_, ylog := p.Y.Scale.(logScale)
	if xlog && x.Text != "" {
		p.X.Label.Text = ""
		c = draw.Crop(c, 0, 0, x.TextStyle.Height(x.Text)+x.Padding, 0)
	}
	if ylog && y.Text != "" {
		p.Y.Label.Text = ""
		c = draw.Crop(c, y.TextStyle.Height(y.Text)+y.Padding, 0, 0, 0)
	}
	return c, func(data draw.Canvas) {
		if xlog && x.Text != "" {
			data.FillText(x.TextStyle, vg.Point{X: data.Center().X, Y: corner.Y + x.TextStyle.FontExtents().Descent}, x.Text)
		}
		if ylog && y.Text != "" {
			up := y.TextStyle
			up.Rotation += math.Pi / 2
			data.FillText(up, vg.Point{X: corner.X + y.TextStyle.Height(y.Text) - y.TextStyle.FontExtents().Descent, Y: data.Center().Y}, y.Text)
		}
	}
}
