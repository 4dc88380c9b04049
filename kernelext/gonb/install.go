package gonb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/renameio/v2"

	"downhill/kernelext/jupyter"
)

// Names of the kernelspecs that Install writes. Notebooks ask for gonb, which may be somebody else's.
const (
	KernelName = "downhill"
	StockName  = "gonb"
)

// moduleVariable is the environment variable by which a kernelspec of ours says which module its cells import.
const moduleVariable = "DOWNHILL_MODULE"

// ForeignError tells that a kernelspec is not ours to overwrite.
type ForeignError struct {
	Dir string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s holds a kernelspec that downhill did not install; it is left alone", e.Dir)
}

// kernelJSON is a kernel.json; metadata tells ours from others'.
type kernelJSON struct {
	jupyter.Spec
	Metadata map[string]any `json:"metadata,omitempty"`
}

// Install puts a kernelspec for the tools' module below dataDir, with copies of the tools and of this program, so
// that it does not depend on any cache, and returns its folder. It replaces an earlier one of ours; somebody else's
// is a *ForeignError.
func (t *Tools) Install(dataDir, name string) (string, error) {
	dir := filepath.Join(dataDir, "kernels", name)
	if ours, err := isOurs(dir); err != nil {
		return "", err
	} else if !ours {
		return "", &ForeignError{Dir: dir}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "downhill")
	for to, from := range map[string]string{
		program: self, filepath.Join(dir, "gonb"): t.gonb, filepath.Join(dir, "goimports"): t.goimports,
	} {
		if err := copyProgram(to, from); err != nil {
			return "", err
		}
	}
	spec := kernelspec(program, t.module)
	if name != StockName {
		spec.DisplayName = "Go (downhill)"
	}
	return dir, writeSpec(dir, spec)
}

// kernelspec is a kernelspec that starts program as a kernel for the module's notebooks.
func kernelspec(program, module string) kernelJSON {
	return kernelJSON{
		Spec: jupyter.Spec{
			DisplayName: "Go (gonb)", Language: "go", InterruptMode: "signal",
			Argv: []string{program, "kernel", "{connection_file}"},
			Env:  map[string]string{moduleVariable: module},
		},
		Metadata: map[string]any{"downhill": true},
	}
}

func writeSpec(dir string, spec kernelJSON) error {
	b, err := json.MarshalIndent(spec, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, "kernel.json"), append(b, '\n'), 0o644)
}

// isOurs tells whether a kernelspec folder may be written to: there is none, or it is one of ours.
func isOurs(dir string) (bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		return len(entries) == 0, ignoreMissing(err)
	}
	if err != nil {
		return false, err
	}
	var k kernelJSON
	return json.Unmarshal(b, &k) == nil && k.Metadata["downhill"] == true, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func copyProgram(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return replaceFile(to, b, 0o755)
}

// replaceFile writes a file as a whole; a program that runs from the old one is not disturbed.
func replaceFile(path string, content []byte, mode fs.FileMode) error {
	return renameio.WriteFile(path, content, mode, renameio.WithTempDir(filepath.Dir(path)))
}

// Warm runs a cell for each of the given packages that imports it, so that all are compiled, and one more for what
// goimports wants to know: none of it needs the network from then on.
func (t *Tools) Warm(ctx context.Context, packages ...string) error {
	k, err := jupyter.Start(ctx, t.Config(t.module))
	if err != nil {
		return err
	}
	defer k.Close()
	// Imports without a name of our own make goimports look for their packages, and ask for every module that go.mod
	// leads to.
	all, cells := "", []string(nil)
	for _, p := range packages {
		// One at a time: GoNB knows an import by its name, and all of these are called _.
		cells = append(cells, fmt.Sprintf("import _ %q\n%%%%\nprint()", p))
		all += fmt.Sprintf("import %q\n", p)
	}
	for _, code := range append(cells, all+"%%\nfmt.Println(\"warm\")") {
		reply, err := k.Execute(ctx, jupyter.Request{Code: code}, nil)
		if err != nil {
			return err
		}
		if reply.Status != "ok" {
			return errors.New(Decode(reply, "")[0].Text)
		}
	}
	return nil
}

// Serve replaces this process by the kernel that a kernelspec of ours asks for; it is for a Jupyter server and
// others that bring their own connection file. The tools are those beside this program if it was installed, and are
// built otherwise. Unlike our own kernels it has gopls, if there is one, for completion. Serve returns only if it
// fails.
func Serve(ctx context.Context, connectionFile string, log io.Writer) error {
	t := &Tools{module: os.Getenv(moduleVariable)}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	t.gonb, t.goimports = filepath.Join(filepath.Dir(self), "gonb"), filepath.Join(filepath.Dir(self), "goimports")
	if t.goReal, err = findGo(); err != nil {
		return err
	}
	if _, err := os.Stat(t.gonb); err != nil {
		if t.gonb, t.goimports, t.goReal, err = build(ctx, t.module, log); err != nil {
			return err
		}
	}
	c := t.config()
	if path := os.Getenv("PATH"); path != "" {
		c.Spec.Env["PATH"] = path + string(filepath.ListSeparator) + goBin(ctx, t.goReal)
	}
	return jupyter.Become(c, connectionFile)
}

// goBin is where go install puts programs, gopls among them, which many forget to put on their PATH.
func goBin(ctx context.Context, goCommand string) string {
	out, err := exec.CommandContext(ctx, goCommand, "env", "GOBIN", "GOPATH").Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	switch {
	case err != nil || len(lines) < 2:
		return ""
	case lines[0] != "":
		return lines[0]
	}
	return filepath.Join(filepath.SplitList(lines[1])[0], "bin")
}

// Lab returns the command that opens JupyterLab in dir, at file if it is not empty, with a kernel for the module's
// notebooks under the name that they ask for. The kernelspec lives in a folder that cleanup removes.
func Lab(ctx context.Context, moduleDir, dir, file string) (cmd *exec.Cmd, cleanup func(), err error) {
	lab, err := exec.LookPath("jupyter-lab")
	if err != nil {
		return nil, nil, errors.New("there is no JupyterLab on PATH: install it with `pip install jupyterlab`, " +
			"or open the notebooks in VS Code with its Jupyter extension after `go tool downhill install`")
	}
	module, err := filepath.Abs(moduleDir)
	if err != nil {
		return nil, nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	data, err := os.MkdirTemp("", "downhill-lab-")
	if err != nil {
		return nil, nil, err
	}
	cleanup = func() { os.RemoveAll(data) }
	specs := filepath.Join(data, "kernels", StockName)
	if err = os.MkdirAll(specs, 0o755); err == nil {
		err = writeSpec(specs, kernelspec(self, module))
	}
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	cmd = exec.CommandContext(ctx, lab)
	if file != "" {
		cmd.Args = append(cmd.Args, file)
	}
	cmd.Args = append(cmd.Args, "-y") // it gets a terminal's Ctrl-C too, and would ask whether that was meant
	cmd.Dir = dir
	paths := slices.DeleteFunc([]string{data, os.Getenv("JUPYTER_PATH")}, func(p string) bool { return p == "" })
	cmd.Env = append(os.Environ(), "JUPYTER_PATH="+strings.Join(paths, string(filepath.ListSeparator)))
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // upon which it ends its kernels
	cmd.WaitDelay = 10 * time.Second
	return cmd, cleanup, nil
}
