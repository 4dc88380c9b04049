// Bench compares cells and notebooks with what they are made of and with the tools that people have otherwise:
//
//	go run ./kernelext/gonb/bench
//
// It installs what it compares with into a temporary folder: GoNB as it comes, of the version in go.mod, and, unless
// the Python in DOWNHILL_PYTHON or on PATH has it, nbclient. Each number is the median of rounds in which all
// contestants took their turn, so that a busy machine is as busy for each of them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
)

const rounds = 7

// The requirements are set by hand, rather than gotten, so that they are the same for all.
const setup = "!*go mod edit -require=gonum.org/v1/plot@v0.17.0 -require=github.com/janpfeifer/gonb@v0.11.4\n" +
	"!*go mod download gonum.org/v1/plot github.com/janpfeifer/gonb"

const body = `	p := plot.New()
	p.Title.Text = "run %d"
	points := make(plotter.XYs, 200)
	for i := range points {
		points[i].X, points[i].Y = float64(i), float64((i*i)%%97)
	}
	line, err := plotter.NewLine(points)
	if err != nil {
		panic(err)
	}
	p.Add(line)
	w, err := p.WriterTo(14*vg.Centimeter, 9*vg.Centimeter, "svg")
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		panic(err)
	}
	if gonbui.IsNotebook {
		gonbui.DisplaySvg(b.String())
		gonbui.Sync()
	}
`

const imports = `import (
	"bytes"
	"flag"

	"github.com/janpfeifer/gonb/gonbui"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

`

func cell(i int) string {
	return strings.Replace(imports, "\t\"flag\"\n", "", 1) + "%%\n" + fmt.Sprintf(body, i)
}

func program(i int) string {
	return "package main\n\n" + imports + "func main() {\n\tflag.Parse()\n" + fmt.Sprintf(body, i) + "}\n"
}

func main() {
	if err := bench(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "downhill-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := cells(ctx, root, dir); err != nil {
		return err
	}
	return notebooks(ctx, root, dir)
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	return filepath.Dir(strings.TrimSpace(string(out))), err
}

// cells times one cell that draws a plot.
func cells(ctx context.Context, root, dir string) error {
	tools, err := gonb.Prepare(ctx, root, os.Stderr)
	if err != nil {
		return err
	}
	defer tools.Close()
	begin := time.Now()
	fast, err := jupyter.Start(ctx, tools.Config(dir))
	if err != nil {
		return err
	}
	defer fast.Close()
	fmt.Printf("kernel ready in %v\n", time.Since(begin).Round(time.Millisecond))
	stockSpec, err := stock(ctx, root, dir)
	if err != nil {
		return err
	}
	slow, err := jupyter.Start(ctx, jupyter.Config{Dir: dir, Spec: stockSpec, Env: stockEnv(dir)})
	if err != nil {
		return err
	}
	defer slow.Close()
	bare, err := newBare(root, dir)
	if err != nil {
		return err
	}
	n := 1 // every run is of a program of its own
	execute := func(k *jupyter.Kernel) func() error {
		return func() error { return run(ctx, k, cell(n)) }
	}
	for _, k := range []*jupyter.Kernel{fast, slow} {
		if err := run(ctx, k, setup); err != nil {
			return err
		}
		if err := run(ctx, k, cell(0)); err != nil {
			return err
		}
	}
	t, err := turns(rounds, func() { n++ },
		contestant{"stock GoNB", execute(slow)},
		contestant{"downhill's kernel", execute(fast)},
		contestant{"bare compile, link, run", func() error { return bare.run(n) }})
	if err != nil {
		return err
	}
	fmt.Println("a cell that draws a plot, medians of", rounds)
	t.print()
	fmt.Printf("  stock / downhill %.2f    downhill / bare %.2f\n", t.ratio(0, 1), t.ratio(1, 2))
	return nil
}

func run(ctx context.Context, k *jupyter.Kernel, code string) error {
	displays, stderr := 0, ""
	reply, err := k.Execute(ctx, jupyter.Request{Code: code}, func(m jupyter.Message) {
		switch m.Type {
		case "display_data", "execute_result":
			displays++
		case "stream":
			stderr += string(m.Content)
		}
	})
	if err == nil && (reply.Status != "ok" || displays == 0 && code != setup || gonb.Verdict(code, reply, stderr) != nil) {
		err = fmt.Errorf("cell: %s, %d displays: %s%s", reply.Status, displays, reply.EValue, stderr)
	}
	return err
}

type contestant struct {
	name string
	run  func() error
}

// table holds the times of each contestant.
type table struct {
	names []string
	times [][]time.Duration
}

func turns(rounds int, next func(), all ...contestant) (*table, error) {
	t := &table{times: make([][]time.Duration, len(all))}
	for _, c := range all {
		t.names = append(t.names, c.name)
	}
	for range rounds {
		next()
		for i, c := range all {
			begin := time.Now()
			if err := c.run(); err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			t.times[i] = append(t.times[i], time.Since(begin))
		}
	}
	return t, nil
}

func (t *table) median(i int) time.Duration {
	s := slices.Sorted(slices.Values(t.times[i]))
	return s[len(s)/2]
}

func (t *table) ratio(i, j int) float64 { return float64(t.median(i)) / float64(t.median(j)) }

func (t *table) print() {
	for i, name := range t.names {
		s := slices.Sorted(slices.Values(t.times[i]))
		fmt.Printf("  %-36s %7.3f s   (%.3f … %.3f)\n", name, t.median(i).Seconds(), s[0].Seconds(), s[len(s)-1].Seconds())
	}
}
