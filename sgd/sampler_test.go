package sgd

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func source1() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// counts draws steps batches and counts the examples.
func counts(s Sampler, n, steps int) []int {
	s.Reset(n, source1())
	seen := make([]int, n)
	for range steps {
		batch, _ := s.Next()
		for _, i := range batch {
			seen[i]++
		}
	}
	return seen
}

// within fails the test unless each count is within five standard deviations of
// what independent draws with probabilities p give.
func within(t *testing.T, name string, seen []int, p []float64) {
	t.Helper()
	total := 0
	for _, c := range seen {
		total += c
	}
	for i, c := range seen {
		mean := p[i] * float64(total)
		if off := math.Abs(float64(c) - mean); off > 5*math.Sqrt(mean*(1-p[i]))+1e-9 {
			t.Errorf("%s: example %d came %d times, want %.0f", name, i, c, mean)
		}
	}
}

func TestDraws(t *testing.T) {
	even := []float64{0.25, 0.25, 0.25, 0.25}
	w := []float64{1, 0, 2, 5}
	p := []float64{0.125, 0, 0.25, 0.625}
	within(t, "WithReplacement", counts(WithReplacement(3), 4, 20000), even)
	within(t, "Weighted", counts(Weighted(3, w), 4, 20000), p)
	within(t, "Importance", counts(Importance(3, w), 4, 20000), p)

	// Repeats make the counts of Markov vary more than independent draws: compare
	// the fraction of repeats, stay + (1−stay)/n, instead.
	s := Markov(1, 0.6)
	s.Reset(4, source1())
	last, same, n := -1, 0, 40000
	for range n {
		b, _ := s.Next()
		if b[0] == last {
			same++
		}
		last = b[0]
	}
	within(t, "Markov", []int{same, n - same}, []float64{0.7, 0.3})
}

func TestEpochOfDraws(t *testing.T) {
	s := WithReplacement(3)
	s.Reset(4, source1())
	var ends []bool
	for range 4 {
		_, end := s.Next()
		ends = append(ends, end)
	}
	if want := []bool{false, true, true, true}; !slices.Equal(ends, want) {
		t.Errorf("3 draws at a time of 4: epoch ends %v, want %v", ends, want)
	}
}

func TestShuffledOnceKeepsItsOrder(t *testing.T) {
	s := ShuffledOnce(10)
	s.Reset(10, source1())
	a, _ := s.Next()
	first := slices.Clone(a)
	b, _ := s.Next()
	if !slices.Equal(first, b) {
		t.Errorf("second epoch %v, first %v", b, first)
	}
	if slices.IsSorted(first) {
		t.Error("not shuffled")
	}
}

func TestStratifiedBatchesHoldEachShare(t *testing.T) {
	stratum := make([]int, 60) // 10 of group 7, 20 of group 1, 30 of group 2
	for i := range stratum {
		stratum[i] = map[bool]int{true: 7}[i < 10] + map[bool]int{true: 1}[i >= 10 && i < 30] + map[bool]int{true: 2}[i >= 30]
	}
	s := Stratified(12, stratum)
	s.Reset(60, source1())
	var before []int
	for epoch := range 3 {
		all := []int{}
		for range 5 {
			batch, _ := s.Next()
			share := map[int]int{}
			for _, i := range batch {
				share[stratum[i]]++
			}
			all = append(all, batch...)
			for name, want := range map[int]int{7: 2, 1: 4, 2: 6} {
				if d := share[name] - want; d < -1 || d > 1 {
					t.Errorf("epoch %d: batch has %d of group %d, want about %d", epoch, share[name], name, want)
				}
			}
		}
		if slices.Equal(all, before) {
			t.Error("two epochs in the same order")
		}
		before = slices.Clone(all)
		slices.Sort(all)
		for i, v := range all {
			if i != v {
				t.Fatalf("epoch %d does not visit every example once", epoch)
			}
		}
	}
}

func TestImportanceIsUnbiased(t *testing.T) {
	// The expectation Σ p_i · g_i/(n·p_i) is exact with one batch for each example.
	f := &bowl{2, [][]float64{{1, 2}, {-3, 4}, {5, -6}}}
	x, w := []float64{0.5, 0.25}, []float64{1, 2, 5}
	s := Importance(1, w).(*importance)
	s.Reset(3, source1())
	g, mean, want := make([]float64, 2), make([]float64, 2), make([]float64, 2)
	wantLoss, loss := f.Grad(want, x, nil), 0.0
	corrected := &weighted{Objective: f, by: s}
	for i, wi := range w {
		s.batch[0] = i
		loss += wi / 8 * corrected.Grad(g, x, s.batch)
		for j := range mean {
			mean[j] += wi / 8 * g[j]
		}
	}
	if math.Abs(loss-wantLoss) > 1e-12 || math.Abs(mean[0]-want[0]) > 1e-12 || math.Abs(mean[1]-want[1]) > 1e-12 {
		t.Errorf("expected gradient %v and loss %v, want %v and %v", mean, loss, want, wantLoss)
	}
	d := Descent{LR: InverseTime(0.5, 0.05), Batch: Importance(2, w), Seed: 1}
	if _, err := d.Run(context.Background(), f, x, 20000); err != nil || math.Abs(x[0]-1) > 0.1 || math.Abs(x[1]) > 0.1 {
		t.Errorf("descent ends at %v (%v), want near the mean (1, 0)", x, err)
	}
}

// TestAliasTable adds up what each column gives to each example: exactly its share.
func TestAliasTable(t *testing.T) {
	for _, w := range [][]float64{{1}, {1, 1}, {1, 0, 2, 5}, {3, 3, 3, 0.1, 0.2, 7, 1, 0, 4}, {0.1, 9, 0.1, 8, 0.1, 7, 0.1}, {2001, 1999, 2000}, {1e-9, 3e-9}} {
		a := newAlias(w)
		sum, got := 0.0, make([]float64, len(w))
		for i, v := range w {
			sum += v
			level := min(a.level[i], 1)
			got[i] += level / float64(len(w))
			got[a.other[i]] += (1 - level) / float64(len(w))
		}
		for i, v := range w {
			if math.Abs(got[i]-v/sum) > 1e-14 {
				t.Errorf("weights %v: example %d has %v, want %v", w, i, got[i], v/sum)
			}
		}
	}
}

func TestEveryOrderIsEquallyLikely(t *testing.T) {
	seen, r := map[[3]int]int{}, source1()
	for range 6000 {
		order := []int{0, 1, 2}
		permute(order, r)
		seen[[3]int(order)]++
	}
	counts, p := []int{}, []float64{}
	for _, c := range seen {
		counts, p = append(counts, c), append(p, 1.0/6)
	}
	if len(seen) != 6 {
		t.Fatalf("%d of 6 orders", len(seen))
	}
	within(t, "permute", counts, p)
}

// TestImportanceOfABatch is the mean of corrected gradients, worked out by hand.
func TestImportanceOfABatch(t *testing.T) {
	f := &bowl{2, [][]float64{{1}, {-3}, {5}}}
	s := Importance(2, []float64{1, 2, 5}).(*importance)
	s.Reset(3, source1())
	s.batch[0], s.batch[1] = 0, 2
	g, x := []float64{9}, []float64{0.5}
	loss := (&weighted{Objective: f, by: s}).Grad(g, x, s.batch)
	// Losses (x−c)², p = 1/8 and 5/8.
	wantLoss := (0.25*8/3 + 20.25*8/15) / 2
	want := (-1*8.0/3 + -9*8.0/15) / 2
	if math.Abs(g[0]-want) > 1e-14 || math.Abs(loss-wantLoss) > 1e-14 {
		t.Errorf("gradient %v and loss %v, want %v and %v", g[0], loss, want, wantLoss)
	}
}

func TestEpochsOfManyDraws(t *testing.T) {
	s := WithReplacement(3)
	s.Reset(7, source1())
	var ends []bool
	for range 8 { // 3, 6, 9−7, 5, 8−7, 4, 7−7, 3
		_, end := s.Next()
		ends = append(ends, end)
	}
	if want := []bool{false, false, true, false, true, false, true, false}; !slices.Equal(ends, want) {
		t.Errorf("epoch ends %v, want %v", ends, want)
	}
}
