package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

func TestShardFlag(t *testing.T) {
	for text, want := range map[string]shard{"1/4": {1, 4}, "4/4": {4, 4}, "0/4": {}, "5/4": {}, "1": {}, "1/4x": {}, "a/b": {}} {
		var got shard
		if err := got.Set(text); got != want || (err == nil) != (want.n > 0) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// What a notebook's outputs follow from changes its hash; its neighbours do not.
func TestHash(t *testing.T) {
	module, notebooks := t.TempDir(), ""
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(module, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hash := func(how ...string) string {
		t.Helper()
		h, err := newHasher(module, how...)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := h.hash(runner.Source{Path: filepath.Join(module, notebooks, "a.ipynb")})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	notebooks = "nb"
	write("go.mod", "module m")
	write("x/x.go", "package x")
	write("nb/a.ipynb", "{}")
	first := hash()
	for _, tt := range []struct {
		file    string
		changes bool
	}{{"nb/b.ipynb", false}, {"x/x_test.go", false}, {".git/x.go", false}, {"README.md", false},
		{"nb/data.csv", true}, {"nb/a.ipynb", true}, {"x/x.go", true}, {"x/y.s", true}, {"go.mod", true}} {
		write(tt.file, "changed")
		if now := hash(); (now != first) != tt.changes {
			t.Errorf("%s: changes the hash: %v, want %v", tt.file, now != first, tt.changes)
		}
		first = hash()
	}
	if hash("-p") == first {
		t.Error("other parameters do not change the hash")
	}
}

// A notebook that passed and has not changed is left out, and is on the site all the same.
func TestResume(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	for name, source := range map[string]string{"good": "%%\nfmt.Println(1)", "bad": "%%\npanic(1)"} {
		n := nbformat.New()
		n.Cells = []*nbformat.Cell{nbformat.NewCell(nbformat.Code, source)}
		if err := n.WriteFile(filepath.Join(dir, name+".ipynb")); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{2, 1} {
		r := downhill(t, t.Context(), "run", "-resume", "-out", out, dir)
		if got := strings.Count(r.stdout, "(1 of 1)"); r.code != exitFailed || strings.Contains(r.stdout, "good.ipynb: cell") != (want == 2) {
			t.Errorf("run %d: exit code %d, %d cells\n%s", i+1, r.code, got, r.stdout)
		}
		if _, err := os.Stat(filepath.Join(out, "good.html")); err != nil {
			t.Errorf("run %d: %v", i+1, err)
		}
	}
}
