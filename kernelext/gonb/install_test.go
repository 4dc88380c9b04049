package gonb

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/jupyter"
)

// An installed kernelspec works without us, and leaves nothing behind either.
func TestInstall(t *testing.T) {
	data := t.TempDir()
	for range 2 { // the second time over our own
		dir, err := tools.Install(data, KernelName)
		if err != nil || dir != filepath.Join(data, "kernels", "downhill") {
			t.Fatal(dir, err)
		}
	}
	dir := filepath.Join(data, "kernels", "downhill")
	b, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec jupyter.Spec
	if err := json.Unmarshal(b, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.DisplayName != "Go (downhill)" || spec.Language != "go" || spec.Argv[0] != filepath.Join(dir, "downhill") {
		t.Errorf("%s", b)
	}
	folders := func() int {
		all, _ := filepath.Glob(filepath.Join(os.TempDir(), "downhill-kernel-*"))
		return len(all)
	}
	t.Setenv("TMPDIR", t.TempDir())
	k, err := jupyter.Start(t.Context(), jupyter.Config{Spec: spec, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, k, "import \"downhill/sgd\"\n%%\nfmt.Println(sgd.Const(0.5)(3))")
	if o.err != nil || o.stdout != "0.5\n" {
		t.Errorf("%q, %v, %s %s", o.stdout, o.err, o.reply.EValue, o.stderr)
	}
	interrupt(t, k)
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if n := folders(); n != 0 {
		t.Errorf("%d folders are left", n)
	}
}

func TestInstallLeavesOthersAlone(t *testing.T) {
	data := t.TempDir()
	theirs := filepath.Join(data, "kernels", StockName, "kernel.json")
	for _, content := range []string{`{"argv": ["gonb"], "metadata": {}}`, `{`} {
		put(t, theirs, content)
		_, err := tools.Install(data, StockName)
		if foreign := new(ForeignError); !errors.As(err, &foreign) || foreign.Dir != filepath.Dir(theirs) {
			t.Errorf("got %v", err)
		}
		if b, _ := os.ReadFile(theirs); string(b) != content {
			t.Errorf("it is now %s", b)
		}
	}
}

func TestLab(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if _, _, err := Lab(t.Context(), ".", ".", ""); err == nil || !strings.Contains(err.Error(), "pip install jupyterlab") {
		t.Error(err)
	}
	put(t, filepath.Join(bin, "jupyter-lab"), "#!/bin/sh\n")
	if err := os.Chmod(filepath.Join(bin, "jupyter-lab"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd, cleanup, err := Lab(t.Context(), "../..", "/", "a.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	var data string
	for _, v := range cmd.Env {
		if path, ok := strings.CutPrefix(v, "JUPYTER_PATH="); ok {
			data = filepath.SplitList(path)[0]
		}
	}
	b, err := os.ReadFile(filepath.Join(data, "kernels", "gonb", "kernel.json"))
	if err != nil || !strings.Contains(string(b), `"kernel"`) || cmd.Dir != "/" || cmd.Args[1] != "a.ipynb" {
		t.Errorf("%v, %q, %s", err, cmd.Args, b)
	}
	cleanup()
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder is left")
	}
}

func TestWarm(t *testing.T) {
	if err := tools.Warm(t.Context(), "downhill/sgd"); err != nil {
		t.Error(err)
	}
	if err := tools.Warm(t.Context(), "downhill/nosuch", "downhill/sgd"); err == nil || !strings.Contains(err.Error(), "downhill/nosuch") {
		t.Error(err)
	}
}

func TestExamine(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	found := make(map[string]Finding)
	for _, f := range Examine(t.Context(), "../..") {
		found[f.What] = f
		if f.Needed && !f.OK || f.Advice == "" || f.Detail == "" {
			t.Errorf("%+v", f)
		}
	}
	if f := found["kernelspec downhill"]; f.OK {
		t.Errorf("%+v", f)
	}
	t.Setenv("PATH", t.TempDir())
	if all := Examine(t.Context(), "../.."); len(all) != 1 || all[0].OK {
		t.Errorf("without Go: %+v", all)
	}
}
