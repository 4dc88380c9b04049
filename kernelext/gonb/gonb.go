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

// Tools are the programs that a GoNB kernel needs, linked into a folder of their own.
type Tools struct {
	module string // root of the module that cells can import
	goReal string // the go command behind the front
	bin    string // folder with links to gonb, goimports and the front, which is called go
	path   string // PATH for kernels: bin, then ours without gopls

	gonb, goimports string // what bin links to
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
	t := &Tools{module: module}
	if t.gonb, t.goimports, err = build(ctx, module, log); err != nil {
		return nil, err
	}
	if t.bin, err = os.MkdirTemp("", "downhill-gonb-"); err != nil {
		return nil, err
	}
	if err := t.link(); err != nil {
		t.Close()
		return nil, err
	}
	dirs, err := withoutProgram(filepath.SplitList(t.path), "gopls", t.bin)
	if err != nil {
		t.Close()
		return nil, err
	}
	t.path = strings.Join(dirs, string(filepath.ListSeparator))
	return t, nil
}

// build builds the tools that the module pins and returns where they are.
func build(ctx context.Context, module string, log io.Writer) (gonb, goimports string, err error) {
	goCommand, err := findGo()
	if err != nil {
		return "", "", err
	}
	slow := time.AfterFunc(2*time.Second, func() {
		if log != nil {
			fmt.Fprintln(log, "building the kernel (GoNB and goimports); this happens once")
		}
	})
	defer slow.Stop()
	var building sync.WaitGroup
	var err1, err2 error
	building.Go(func() { gonb, err1 = buildTool(ctx, goCommand, module, gonbPackage) })
	building.Go(func() { goimports, err2 = buildTool(ctx, goCommand, module, goimportsPackage) })
	building.Wait()
	return gonb, goimports, errors.Join(err1, err2)
}

// link fills the folder bin and puts it before everything else on the kernel's PATH.
func (t *Tools) link() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if t.goReal, err = findGo(); err != nil {
		return err
	}
	for name, target := range map[string]string{"gonb": t.gonb, "goimports": t.goimports, "go": self} {
		if err := os.Symlink(target, filepath.Join(t.bin, name)); err != nil {
			return err
		}
	}
	t.path = t.bin + string(filepath.ListSeparator) + os.Getenv("PATH")
	return nil
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

// withoutProgram returns the folders of a PATH such that the program is not found in them. A folder that has it is
// replaced by one below dir with links to everything else in it: other programs there may be needed.
func withoutProgram(path []string, program, dir string) ([]string, error) {
	out := slices.Clone(path)
	for i, d := range path {
		if d == "" {
			continue
		}
		if _, err := os.Lstat(filepath.Join(d, program)); err != nil {
			continue
		}
		entries, err := os.ReadDir(d)
		if err != nil {
			return nil, err
		}
		abs, err := filepath.Abs(d)
		if err != nil {
			return nil, err
		}
		out[i] = filepath.Join(dir, fmt.Sprintf("path%d", i))
		if err := os.Mkdir(out[i], 0o700); err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Name() == program {
				continue
			}
			if err := os.Symlink(filepath.Join(abs, e.Name()), filepath.Join(out[i], e.Name())); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Config returns the configuration of a kernel whose cells run in dir and can import the packages of the module.
func (t *Tools) Config(dir string) jupyter.Config {
	return jupyter.Config{
		Dir: dir,
		// Without its server's process id GoNB knows that it has no browser, and a %wasm cell is an error.
		Env: without(t.environ(os.Environ()), "JPY_PARENT_PID"),
		Spec: jupyter.Spec{
			Name: "gonb", DisplayName: "Go (gonb)", Language: "go",
			Argv: []string{
				filepath.Join(t.bin, "gonb"), "-kernel", "{connection_file}", "-raw_error", "-go_work=" + t.module,
			},
			// By signal rather than by message: only then does GoNB skip the rest of the cell's lines.
			InterruptMode: "signal",
		},
	}
}

// environ is base with what makes cells quick.
func (t *Tools) environ(base []string) []string {
	set := []string{"PATH=" + t.path, front.RealGo + "=" + t.goReal}
	if cache, err := os.UserCacheDir(); err == nil {
		set = append(set, front.Recipes+"="+filepath.Join(cache, "downhill", "recipes"))
	}
	return append(without(base, "GOWORK", "PATH", front.RealGo, front.Recipes), set...)
}

// without returns env without the named variables.
func without(env []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(names, name)
	})
}

// Close removes the folder that Prepare made.
func (t *Tools) Close() error { return os.RemoveAll(t.bin) }
