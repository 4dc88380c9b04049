package gonb

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/gonb/internal/front"
	"downhill/kernelext/jupyter"
)

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ownModule makes a module that pins the same GoNB as ours.
func ownModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join("..", "..", f))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, f), string(b))
	}
	return dir
}

// The go in front of go, seen from a notebook: a recipe is used while it holds, and never longer.
func TestRecipes(t *testing.T) {
	module, recipes := ownModule(t), t.TempDir()
	lib := filepath.Join(module, "lib", "lib.go")
	put(t, lib, "package lib\n\nconst V = 1\n")
	own, err := Prepare(t.Context(), module, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	c := own.Config(t.TempDir())
	c.Spec.Env[front.Recipes] = recipes
	c.Env = append(c.Env, offlineModule(t)...)
	k, err := jupyter.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	change := func(f func(r map[string]any)) {
		t.Helper()
		files, _ := filepath.Glob(filepath.Join(recipes, "*.json"))
		if len(files) == 0 {
			t.Fatal("no recipe was kept")
		}
		for _, file := range files {
			var r map[string]any
			b, _ := os.ReadFile(file)
			if err := json.Unmarshal(b, &r); err != nil {
				t.Fatal(err)
			}
			f(r)
			b, _ = json.Marshal(r)
			put(t, file, string(b))
		}
	}
	expect := func(name, code, want string) {
		t.Helper()
		o := run(t, k, code)
		if o.err != nil || !strings.Contains(o.stdout+o.reply.EValue, want) {
			t.Fatalf("%s: %q, %v, %s", name, o.stdout, o.err, o.reply.EValue)
		}
	}
	const cell = "import \"downhill/lib\"\nvar mark = \"\"\n%%\n"
	const print = cell + "fmt.Println(\"V\", lib.V, mark)\n"
	expect("first", print+"_ = 1", "V 1 \n")
	// The linker's -X shows who has built the program.
	change(func(r map[string]any) {
		link := r["Link"].([]any)
		r["Link"] = append([]any{link[0], "-X", "main.mark=recipe"}, link[1:]...)
	})
	expect("recipe used", print+"_ = 2", "V 1 recipe\n")
	expect("again", print+"_ = 2", "V 1 recipe\n")
	expect("compile error", cell+"fmt.Println(lib.V, mark, x)", "undefined: x")
	expect("runs after it", print+"_ = 3", "V 1 recipe\n")
	expect("other imports", cell+"fmt.Println(strings.ToUpper(\"v\"), lib.V, mark)", "V 1 \n")
	put(t, lib, "package lib\n\nconst V = 20\n")
	expect("package changed", print+"_ = 3", "V 20 \n")
	expect("the same again", print+"_ = 3", "V 20 \n")
	expect("kept anew", print+"_ = 4", "V 20 \n")
	change(func(r map[string]any) {
		r["Packages"] = strings.ReplaceAll(r["Packages"].(string), "-d\n", "-gone\n")
	})
	expect("cache gone", print+"_ = 5", "V 20 \n")
	expect("flags win", "%goflags -ldflags=-X=main.mark=flag\n"+print, "V 20 flag\n")
	expect("flags again", "%goflags \"\"\n"+print+"_ = 6", "V 20 \n")
	expect("another file", "!*echo 'package main; func init() { mark = \"file\" }' > z.go\n"+print+"_ = 7", "V 20 file\n")
	expect("no other file", "!*rm z.go\n"+print+"_ = 8", "V 20 \n")
	const dep = "import \"example.com/dep\"\n%%\nfmt.Println(dep.Word)"
	expect("not gotten", "%noautoget\n"+dep, "no required module provides package example.com/dep")
	expect("gotten", "%autoget\n"+dep, "gotten\n")
	expect("environment changed", "%env GOFLAGS=-ldflags=-X=main.mark=env\n"+print+"_ = 9", "V 20 env\n")
	expect("test", "%test\nfunc TestV(t *testing.T) {\n\tif lib.V != 20 {\n\t\tt.Error(lib.V)\n\t}\n}", "PASS")
}

// offlineModule is the environment in which example.com/dep can be gotten without network, beside what is in the
// module cache, and without leaving it there.
func offlineModule(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	const mod = "module example.com/dep\n"
	for name, content := range map[string]string{"go.mod": mod, "dep.go": "package dep\n\nconst Word = \"gotten\"\n"} {
		w, err := z.Create("example.com/dep@v1.0.0/" + name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"list": "v1.0.0\n", "v1.0.0.info": `{"Version":"v1.0.0"}`, "v1.0.0.mod": mod, "v1.0.0.zip": archive.String(),
	} {
		put(t, filepath.Join(dir, "example.com", "dep", "@v", name), content)
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"GOPROXY=file://" + dir + ",file://" + filepath.Join(strings.TrimSpace(string(cache)), "cache", "download"),
		"GOSUMDB=off", "GOFLAGS=-modcacherw", "GOMODCACHE=" + filepath.Join(dir, "cache"),
	}
}
