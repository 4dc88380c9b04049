package sgd

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/bits.golden anew")

// TestBits holds 300 steps of every rule against stored hashes: the same bits on
// every architecture, with GOAMD64=v1 and v3, under the race detector, with and
// without assembly.
func TestBits(t *testing.T) {
	var made strings.Builder
	for i, r := range append(everyRule(), &Newton{}) {
		f, x := newSlope()
		switch r := r.(type) {
		case *LARS:
			r.Layers = []int{30, 20}
		case *Newton:
			r.F, r.Damping, r.Search = f, 0.5, true
		}
		h := fnv.New64a()
		d := Descent{Rule: r, LR: InverseTime(0.03, 0.001)}
		for s, err := range d.Steps(context.Background(), f, x) {
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range s.X {
				b := math.Float64bits(v)
				for range 8 {
					h.Write([]byte{byte(b)})
					b >>= 8
				}
			}
			if s.T == 299 {
				break
			}
		}
		fmt.Fprintf(&made, "%02d %T %016x\n", i, r, h.Sum64())
	}
	const path = "testdata/bits.golden"
	if *update {
		if err := os.WriteFile(path, []byte(made.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, stored := strings.Split(made.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(stored)) {
		if i >= len(got) || i >= len(stored) || got[i] != stored[i] {
			t.Fatalf("line %d differs: made %q, stored %q", i+1, got[min(i, len(got)-1)], stored[min(i, len(stored)-1)])
		}
	}
}
