package sgd

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"os/exec"
	"regexp"
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

// TestNothingIsFused compiles for arm64, which fuses wherever the language lets it,
// and looks for fused instructions in the assembly, and for a call that should have
// been inlined.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another architecture")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command on PATH to compile with")
	}
	cmd := exec.Command(tool, "build", "-gcflags=-S", ".")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("cross-compiling: %v\n%s", err, out)
	}
	if !regexp.MustCompile(`FMULD`).Match(out) {
		t.Fatal("no multiplication in the assembly: it is not what the test takes it for")
	}
	for _, line := range regexp.MustCompile(`\([^()]*\)\s+FN?M(ADD|SUB)[SD].*`).FindAll(out, -1) {
		t.Errorf("fused: %s; write float64(a*b) + c", line)
	}
	if m := regexp.MustCompile(`CALL\s.*sgd\.(excess|heavyBall)\(SB\)`).Find(out); m != nil {
		t.Errorf("%s: called and not inlined; every step pays for it", m)
	}
}
