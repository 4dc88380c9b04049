// Bench measures package sgd beside what else there is, in one run on one machine:
//
//	go run ./sgd/bench
//
// It times ours and hand-written Go itself, and asks peers/peers.py and peers/peers.cpp, with the
// data it has written, for NumPy, PyTorch, JAX with optax, scikit-learn and ensmallen.
// Who is not installed is left out. The environment says where to look:
//
//	BENCH_PYTHON   interpreters, separated by colons; python3 where it is not set
//	ENSMALLEN      the include folder of ensmallen, where the compiler does not find it
//	BENCH_ONLY     step, update, logistic, least-squares or cores: one part alone
//
// Everything runs on one thread and is counted in processor time of that thread or
// process, so that a busy machine disturbs it little; the part cores, which is about
// two threads, is counted on the wall. A number is the median of several rounds.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// result is one line of a table; peers print it as JSON.
type result struct {
	Task string  `json:"task"`
	Who  string  `json:"who"`
	NS   float64 `json:"ns"`   // per unit of the task
	Best float64 `json:"best"` // the quickest round
	// Where the task has one: the loss reached, mean and standard error over the rounds.
	Loss    float64 `json:"loss"`
	LossErr float64 `json:"loss_err"`
}

// rounds of each measurement; the median is reported.
const rounds = 7

// measure times f, which does units of work, in rounds. It holds on to its thread, whose
// time it reads; the part cores must not, for a goroutine that does so waits for others
// a fifth longer.
func measure(task, who string, units int, f func()) result {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f() // warm up
	ns := make([]float64, rounds)
	for i := range ns {
		began := threadTime()
		f()
		ns[i] = float64(threadTime()-began) / float64(units)
	}
	slices.Sort(ns)
	r := result{Task: task, Who: who, NS: ns[rounds/2], Best: ns[0]}
	fmt.Fprintf(os.Stderr, "%-14s %-34s %12.2f ns\n", task, who, r.NS)
	return r
}

func main() {
	dir, err := os.MkdirTemp("", "sgd-bench-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	only := os.Getenv("BENCH_ONLY")
	var all []result
	for _, part := range []struct {
		name string
		run  func(dir string) ([]result, error)
	}{{"step", step}, {"update", updates}, {"logistic", logistic}, {"least-squares", leastSquares}, {"cores", cores}} {
		if only != "" && only != part.name {
			continue
		}
		r, err := part.run(dir)
		if err != nil {
			fail(err)
		}
		all = append(all, r...)
		if part.name != "cores" {
			all = append(all, peers(dir, part.name)...)
		}
	}
	table(all)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// here is this folder in the module, from where go run is called anywhere below it.
func here() string {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "downhill/sgd/bench").Output()
	if err != nil {
		fail(fmt.Errorf("run it inside the module: %w", err))
	}
	return strings.TrimSpace(string(out))
}

// peers asks every interpreter, and the C++ program where it compiles.
func peers(dir, part string) []result {
	list := os.Getenv("BENCH_PYTHON")
	if list == "" {
		list = "python3"
	}
	var all []result
	for python := range strings.SplitSeq(list, ":") {
		all = append(all, ask(exec.Command(python, filepath.Join(here(), "peers", "peers.py"), part, dir))...)
	}
	if part == "step" || part == "update" {
		bin := filepath.Join(dir, "peers")
		args := []string{"-O3", "-march=native", "-DNDEBUG", "-std=c++17", filepath.Join(here(), "peers", "peers.cpp"), "-o", bin, "-larmadillo"}
		if inc := os.Getenv("ENSMALLEN"); inc != "" {
			args = append([]string{"-I", inc}, args...)
		}
		if out, err := exec.Command("c++", args...).CombinedOutput(); err != nil {
			line, _, _ := bytes.Cut(out, []byte("\n"))
			fmt.Fprintf(os.Stderr, "bench: without ensmallen: %v: %s\n", err, line)
		} else {
			all = append(all, ask(exec.Command(bin, part))...)
		}
	}
	return all
}

func ask(cmd *exec.Cmd) []result {
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1",
		"XLA_FLAGS=--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
	out, err := cmd.Output()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: without %s: %v\n", filepath.Base(cmd.Path), err)
	}
	var all []result
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var r result
		if json.Unmarshal(lines.Bytes(), &r) == nil {
			all = append(all, r)
		}
	}
	return all
}

// table prints each task with the ratio of every median and of every best to those of the
// first, which is ours.
func table(all []result) {
	fmt.Printf("\n%s, %s/%s, %d cores, %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), time.Now().Format(time.DateOnly))
	var tasks []string
	for _, r := range all {
		if !slices.Contains(tasks, r.Task) {
			tasks = append(tasks, r.Task)
		}
	}
	for _, task := range tasks {
		fmt.Printf("\n%-52s %14s %14s %9s %9s\n", task, "median ns", "best ns", "ratio", "of best")
		var ours result
		for _, r := range all {
			if r.Task != task {
				continue
			}
			if ours.NS == 0 {
				ours = r
			}
			note := ""
			switch {
			case r.LossErr > 1e-12:
				note = fmt.Sprintf("   loss %.5f ± %.5f", r.Loss, r.LossErr)
			case r.Loss != 0:
				note = fmt.Sprintf("   loss %.13f", r.Loss)
			}
			fmt.Printf("  %-50s %14.2f %14.2f %8.2f× %8.2f×%s\n", r.Who, r.NS, r.Best, r.NS/ours.NS, r.Best/ours.Best, note)
		}
	}
}
