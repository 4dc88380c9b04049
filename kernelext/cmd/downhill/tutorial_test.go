package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/runner"
)

// GoNB's own tutorial, from the source of the module that go.mod pins: each of its 32 cells runs, or is left out for a
// reason that is told. What has to be fetched is left out, and the clone of GoNB that its author has in ~/Projects is there.
func TestTutorial(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	goEnv := func(args ...string) string {
		out, err := exec.Command("go", args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	source := goEnv("list", "-f", "{{.Module.Dir}}", "github.com/janpfeifer/gonb") // not -m: it is downloaded if need be
	home, work, out := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.CopyFS(filepath.Join(home, "Projects", "gonb"), os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(source, "examples", "tutorial.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(work, "tutorial.ipynb")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	left := map[int]string{
		18: "fetches github.com/schollz/progressbar",
		24: "fetches github.com/benc-uk/gofract",
		28: "fetches github.com/erkkah/margaid",
		29: "needs what cell 28 fetches",
		31: "needs what cell 28 fetches",
		37: "fetches github.com/MetalBlueberry/go-plotly",
		50: "needs what cell 31 declares",
		62: "fetches github.com/stretchr/testify",
	}
	report := filepath.Join(out, "report.json")
	args := []string{"run", "-site=false", "-cells", "-keep-going", "-out", out, "-json", report, path}
	for cell, reason := range left {
		args = append(args, "-skip", fmt.Sprintf("tutorial.ipynb:cell %d: %s", cell, reason))
	}
	// What is in the module cache is not asked for again.
	env := []string{"HOME=" + home, "GOFLAGS=", "GOPROXY=file://" + goEnv("env", "GOMODCACHE") + "/cache/download," + goEnv("env", "GOPROXY")}
	for _, name := range []string{"GOCACHE", "GOPATH", "GOMODCACHE"} {
		env = append(env, name+"="+goEnv("env", name))
	}
	r := downhillEnv(t, t.Context(), env, args...)
	if r.code != exitPassed || !strings.Contains(r.stdout, "\n  32 code cells: 24 passed, 0 failed, 8 skipped, 0 not run\n") {
		t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
	var told runner.Report
	if data, err := os.ReadFile(report); err != nil || json.Unmarshal(data, &told) != nil {
		t.Fatalf("no report: %v", err)
	}
	for _, c := range told.Notebooks[0].Cells {
		if c.Reason != left[c.Number] {
			t.Errorf("cell %d is %s because %q, want %q", c.Number, c.Status, c.Reason, left[c.Number])
		}
	}
}
