package peer

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// pair returns the examiner's end of a candidate that has the functions.
func pair(t *testing.T, functions map[string]any) *Conn {
	t.Helper()
	toCandidate, fromExaminer := io.Pipe()
	toExaminer, fromCandidate := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Serve(toCandidate, fromCandidate, functions)
		fromCandidate.Close()
	}()
	t.Cleanup(func() {
		fromExaminer.Close()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return New(toExaminer, fromExaminer)
}

// remote is f as the examiner calls it.
func remote[F any](c *Conn, name string) F {
	t := reflect.TypeFor[F]()
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value { return c.Call(name, t, args) }).Interface().(F)
}

type point struct {
	Name string
	At   [2]float64
	Tags map[string][]int
	Next *point2
}

type point2 struct{ X float64 }

func TestValuesCross(t *testing.T) {
	identity := func(a []float64, b [][]int, p point, u uint64, q *point2, s string, e error) ([]float64, [][]int, point, uint64, *point2, string, error) {
		return a, b, p, u, q, s, e
	}
	c := pair(t, map[string]any{"f": identity})
	f := remote[func(a []float64, b [][]int, p point, u uint64, q *point2, s string, e error) ([]float64, [][]int, point, uint64, *point2, string, error)](c, "f")
	p := point{"a\nb\"é", [2]float64{math.Copysign(0, -1), 1e-300}, map[string][]int{"x": {1}, "": nil}, &point2{math.Inf(-1)}}
	a, b, p2, u, q, s, e := f([]float64{1.0 / 3, math.NaN(), math.MaxFloat64}, [][]int{nil, {}, {-1 << 63}}, p, 1<<64-1, nil, "", errors.New("boo"))
	if a[0] != 1.0/3 || !math.IsNaN(a[1]) || a[2] != math.MaxFloat64 {
		t.Error(a)
	}
	if b[0] != nil || b[1] == nil || b[2][0] != -1<<63 {
		t.Error(b)
	}
	if !reflect.DeepEqual(p2, p) || !math.Signbit(p2.At[0]) {
		t.Error(p2)
	}
	if e.Error() != "boo" || u != 1<<64-1 || q != nil || s != "" {
		t.Error(e, u, q, s)
	}
}

func TestWritesComeBack(t *testing.T) {
	c := pair(t, map[string]any{"f": func(g []float64, m map[string]int, p *point2, rows [][]float64) {
		g[1], m["new"], p.X, rows[0][0] = 7, 1, 3, 5
		delete(m, "old")
	}})
	g, m, p, row := []float64{1, 2}, map[string]int{"old": 1}, &point2{}, []float64{0}
	remote[func([]float64, map[string]int, *point2, [][]float64)](c, "f")(g, m, p, [][]float64{row})
	if g[1] != 7 || m["new"] != 1 || len(m) != 1 || p.X != 3 || row[0] != 5 {
		t.Error(g, m, p, row)
	}
}

func TestFunctionsCross(t *testing.T) {
	c := pair(t, map[string]any{
		"descend": func(grad func(g, x []float64), x []float64, n int) func(int) float64 {
			g := make([]float64, len(x))
			for range n {
				grad(g, x)
				x[0] -= 0.25 * g[0]
			}
			end := x[0]
			return func(k int) float64 { return end * float64(k) }
		},
		"parallel": func(f func(int) int) int {
			var wg sync.WaitGroup
			var mu sync.Mutex
			sum := 0
			for i := range 20 {
				wg.Go(func() {
					v := f(i)
					mu.Lock()
					sum += v
					mu.Unlock()
				})
			}
			wg.Wait()
			return sum
		},
		"draw": func(r *rand.Rand) []int { return r.Perm(5) },
		"keep": func(r *rand.Rand) func() uint64 { r.Uint64(); return r.Uint64 },
	})
	calls := 0
	grad := func(g, x []float64) { calls++; g[0] = 2 * x[0] }
	scale := remote[func(func(g, x []float64), []float64, int) func(int) float64](c, "descend")(grad, []float64{8}, 3)
	if got := scale(2); got != 2 || calls != 3 {
		t.Errorf("got %v after %d gradients, want 2 after 3", got, calls)
	}
	if got := remote[func(func(int) int) int](c, "parallel")(func(i int) int { calls++; return i }); got != 190 {
		t.Error(got)
	}
	r1, r2 := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
	if got, want := remote[func(*rand.Rand) []int](c, "draw")(r1), r2.Perm(5); !reflect.DeepEqual(got, want) {
		t.Error(got, want)
	}
	if r1.Uint64() != r2.Uint64() {
		t.Error("the examiner's generator did not advance with the candidate's draws")
	}
	next := remote[func(*rand.Rand) func() uint64](c, "keep")(r1)
	r2.Uint64()
	if r1.Uint64() != r2.Uint64() || next() != r2.Uint64() || r1.Uint64() != r2.Uint64() {
		t.Error("a generator that the candidate kept is no longer the examiner's")
	}
}

func TestFailures(t *testing.T) {
	functions := map[string]any{
		"index":   func(x []float64) float64 { return x[5] },
		"text":    func() string { return "three" },
		"relay":   func(f func(int) float64) float64 { return f(99) },
		"nothing": func() {},
	}
	data := []float64{1}
	tests := []struct {
		name, kind, text string
		call             func(c *Conn)
	}{
		{"panic", Panic, "index out of range [5] with length 1", func(c *Conn) { remote[func([]float64) float64](c, "index")(data) }},
		{"wrong type", Garbage, "not what the function returns", func(c *Conn) { remote[func() float64](c, "text")() }},
		{"too few results", Garbage, "0 values instead of 1", func(c *Conn) { remote[func() float64](c, "nothing")() }},
		{"absent", Missing, "there is no function absent", func(c *Conn) { remote[func()](c, "absent")() }},
		{"bad use of the examiner's function", Panic, "index out of range [99]", func(c *Conn) {
			remote[func(func(int) float64) float64](c, "relay")(func(i int) float64 { return data[i] })
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := pair(t, functions)
			wantFailure(t, test.kind, test.text, func() { test.call(c) })
		})
	}
}

func wantFailure(t *testing.T, kind, text string, f func()) {
	t.Helper()
	defer func() {
		got, ok := recover().(*Failure)
		if !ok || got.Kind != kind || !strings.Contains(got.Text, text) {
			t.Errorf("got %v, want %s: …%s…", got, kind, text)
		}
	}()
	f()
}

func TestHostileAnswers(t *testing.T) {
	tests := []struct{ name, kind, line string }{
		{"not JSON", Garbage, "passed\n"},
		{"another object", Garbage, `{"verdict":"passed"}` + "\n"},
		{"an answer to no question", Garbage, `{"re":77,"ret":[1]}` + "\n"},
		{"neither question nor answer", Garbage, "{}\n"},
		{"infinite number", Garbage, `{"re":1,"ret":[1e999],"out":[]}` + "\n"},
		{"a call by name", Missing, `{"id":1,"call":"Expected"}` + "\n" + `{"re":1,"kind":"missing"}` + "\n"},
		{"deep", Garbage, `{"re":1,"ret":[` + strings.Repeat("[", 20000) + "\n"},
		{"long", Garbage, strings.Repeat("x", MaxMessage+1)},
		{"nothing", Gone, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := New(strings.NewReader(test.line), io.Discard)
			wantFailure(t, test.kind, "", func() { remote[func() float64](c, "f")() })
		})
	}
}

func TestPortable(t *testing.T) {
	type hidden struct{ x int }
	type loop struct{ Next *loop }
	for _, test := range []struct {
		value any
		ok    bool
	}{
		{func(*rand.Rand, []float64, error) map[string]point { return nil }, true},
		{func(func(yield func(int, float64) bool)) {}, true},
		{func(chan int) {}, false},
		{func(hidden) {}, false},
		{func(any) {}, false},
		{func() loop { return loop{} }, false},
	} {
		if err := Portable(reflect.TypeOf(test.value)); (err == nil) != test.ok {
			t.Errorf("%T: %v", test.value, err)
		}
	}
	_ = fmt.Sprint(hidden{}.x)
}

func TestMallocs(t *testing.T) {
	c := pair(t, map[string]any{"f": func(n int) []float64 {
		var out []float64
		for range n {
			out = append([]float64(nil), make([]float64, 100)...)
		}
		return out
	}})
	f := remote[func(int) []float64](c, "f")
	few, many := c.Mallocs(func() { f(1) }), c.Mallocs(func() { f(1000) })
	if few > 100 || many < 1000 {
		t.Errorf("%d and %d allocations", few, many)
	}
}
