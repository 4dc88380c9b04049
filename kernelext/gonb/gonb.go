package gonb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"downhill/kernelext/gonb/internal/front"
	"downhill/kernelext/jupyter"
)

// The tools as go.mod's tool lines name them.
const (
	gonbPackage      = "github.com/janpfeifer/gonb"
	goimportsPackage = "golang.org/x/tools/cmd/goimports"
)

// Tools are the programs that a GoNB kernel needs.
type Tools struct {
	module                  string // root of the module that cells can import, if any
	gonb, goimports, goReal string // where the programs are; goReal is the go command behind the front
}

// Prepare builds the GoNB and goimports that the go.mod in moduleDir pins; `go tool` keeps them in the build cache,
// so that a second call takes a fraction of a second. Progress is written to log, a line each, when something takes
// long; log may be nil. The error says what to do.
func Prepare(ctx context.Context, moduleDir string, log io.Writer) (*Tools, error) {
	module, err := filepath.Abs(moduleDir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(module, "go.mod")); err != nil {
		return nil, fmt.Errorf("%s is not the root of a Go module: %w", module, err)
	}
	if folder := recipes(); folder != "" {
		front.Prune(folder)
	}
	t := &Tools{module: module}
	t.gonb, t.goimports, t.goReal, err = build(ctx, module, log)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// build builds the tools that the module pins and returns where they are.
func build(ctx context.Context, module string, log io.Writer) (gonb, goimports, goReal string, err error) {
	if goReal, err = findGo(); err != nil {
		return "", "", "", err
	}
	slow := time.AfterFunc(2*time.Second, func() {
		if log != nil {
			fmt.Fprintln(log, "building the kernel (GoNB and goimports); this happens once")
		}
	})
	defer slow.Stop()
	var building sync.WaitGroup
	var err1, err2 error
	building.Go(func() { gonb, err1 = buildTool(ctx, goReal, module, gonbPackage) })
	building.Go(func() { goimports, err2 = buildTool(ctx, goReal, module, goimportsPackage) })
	building.Wait()
	return gonb, goimports, goReal, errors.Join(err1, err2)
}

// findGo returns the path of the go command; in a process below one of our kernels, that behind the front.
func findGo() (string, error) {
	if real := os.Getenv(front.RealGo); real != "" {
		return real, nil
	}
	path, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("there is no go command on PATH: install Go from https://go.dev/dl")
	}
	return filepath.Abs(path)
}

// buildTool builds one of the module's tools and returns the path of its executable.
func buildTool(ctx context.Context, goCommand, module, pkg string) (string, error) {
	cmd := exec.CommandContext(ctx, goCommand, "tool", "-n", pkg)
	cmd.Dir = module
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	path := strings.TrimSpace(string(out))
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil && strings.Contains(stderr.String(), "no such tool"):
		return "", fmt.Errorf("%s/go.mod does not pin %s: run go get -tool %s", module, pkg, pkg)
	case err != nil:
		return "", fmt.Errorf("building %s as %s/go.mod pins it: %v: %s", pkg, module, err, oneLine(stderr.String()))
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("go tool -n %s printed %q: %w", pkg, path, err)
	}
	return path, nil
}

// oneLine joins the lines of a program's complaint.
func oneLine(s string) string { return strings.Join(strings.FieldsFunc(s, isNewline), "; ") }

func isNewline(r rune) bool { return r == '\n' || r == '\r' }

// Config returns the configuration of a kernel whose cells run in dir and can import the packages of the module.
// There is no gopls on its PATH: GoNB would start one with every kernel, for completion that nobody asks for.
func (t *Tools) Config(dir string) jupyter.Config {
	c := t.config("-raw_error")
	c.Dir, c.Hide = dir, "gopls"
	// Without its server's process id GoNB knows that it has no browser, and a %wasm cell is an error.
	c.Env = without(c.Env, "JPY_PARENT_PID")
	return c
}

// config is a kernel with the go front and what makes cells quick.
func (t *Tools) config(flags ...string) jupyter.Config {
	c := jupyter.Config{
		Spec: jupyter.Spec{
			Name: StockName, DisplayName: "Go (gonb)", Language: "go",
			Argv: append([]string{t.gonb, "-kernel", "{connection_file}"}, flags...),
			Env:  map[string]string{front.RealGo: t.goReal},
			// By signal rather than by message: only then does GoNB skip the rest of the cell's lines.
			InterruptMode: "signal",
		},
		Env:      without(os.Environ(), "GOWORK"), // the kernel has one of its own
		Programs: map[string]string{"goimports": t.goimports},
	}
	if t.module != "" {
		c.Spec.Argv = append(c.Spec.Argv, "-go_work="+t.module)
	}
	if self, err := os.Executable(); err == nil {
		c.Programs["go"], c.Programs["goimports"] = self, self // a kernel without the front is a slow one, no more
		c.Spec.Env[front.RealGoimports] = t.goimports
	}
	if folder := recipes(); folder != "" {
		c.Spec.Env[front.Recipes] = folder
	}
	return c
}

// recipes is the folder in which recipes are kept from kernel to kernel, if there can be one.
func recipes() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "downhill", "recipes")
}

// without returns env without a variable.
func without(env []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool { return strings.HasPrefix(v, name+"=") })
}

// Close ends the use of the tools. They stay in the build cache.
func (t *Tools) Close() error { return nil }
