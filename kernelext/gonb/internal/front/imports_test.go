//go:build unix

package front

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func importsOf(t *testing.T, src []byte) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", src, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	var all []string
	for _, i := range file.Imports {
		name := ""
		if i.Name != nil {
			name = i.Name.Name + " "
		}
		all = append(all, name+strings.Trim(i.Path.Value, `"`))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// What the file alone says about its imports, and what is left to the real goimports. That it says the same as this
// one is TestImports, in the package of the kernel.
func TestTidied(t *testing.T) {
	const real = "left to goimports"
	tests := []struct {
		name, imports, code string
		want                string
	}{
		{"nothing", ``, `func main() {}`, ""},
		{"GoNB's main", ``, `func main() { flag.Parse() }`, "flag"},
		{"printing", `"math"`, `func main() { flag.Parse(); fmt.Println(math.Pi) }`, "flag, fmt, math"},
		{"unused", `"math"; "example.com/strange"`, `func main() { math.Sqrt(2) }`, "math"},
		{"unused and missing", `"math"; "math/rand/v2"`, `func main() { flag.Parse(); rand.N(7) }`, "flag, math/rand/v2"},
		{"unused, missing and never compiled", `"math"; "example.com/strange"`, `func main() { flag.Parse() }`, real},
		{"never compiled, with a name", `"math"; s "example.com/strange"`, `func main() { flag.Parse() }`, "flag"},
		{"missing and never compiled", `"example.com/strange"`, `func main() { flag.Parse(); strange.F() }`, "example.com/strange, flag"},
		{"another package", ``, `func main() { strings.ToUpper("a") }`, real},
		{"another function", ``, `func main() { fmt.Sscan("1", nil) }`, real},
		{"no such function", ``, `func main() { flag.Barse() }`, real},
		{"a name with versions", `"example.com/go-math.v3/v2"`, `func main() { math.F() }`, "example.com/go-math.v3/v2"},
		{"for its effect, and into the scope", `_ "math"; . "math/rand/v2"`, `func main() { N(7) }`, ". math/rand/v2, _ math"},
		{"a variable of the name", `"math"`, `func main() { math := struct{ X int }{}; _ = math.X }`, ""},
		{"a package of a variable's name", ``, `var flag struct{ Parse func() }; func main() { flag.Parse() }`, ""},
		{"nothing exported", `"math"`, `func main() { math.pi() }`, ""},
		{"C", `"C"`, `func main() { C.puts(nil) }`, "C"},
		{"a blank variable", ``, `var _ = f(); func main() { flag.Parse() }`, real},
		{"a blank variable beside another", ``, `var _, a = f(), f(); func main() { flag.Parse() }`, real},
		{"half of a value", ``, `var _, a = f(); func main() { flag.Parse() }`, "flag"},
		{"embedded", ``, "//go:embed x\nvar x string; func main() { flag.Parse() }", real},
		{"no Go", ``, `func main( {}`, real},
	}
	t.Chdir(t.TempDir())
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(RealGo, filepath.Join(dir, "go.mod")) // any file
	t.Setenv(Recipes, filepath.Join(dir, "recipes"))
	put := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("go.mod", "module gonb_1\n")
	// This program has been compiled.
	put(mainFile, "package main; import (\"math\"; \"math/rand/v2\"); func main() { rand.N(math.Pi) }")
	k, err := findKitchen(os.Getenv(RealGo), dir)
	if err = errors.Join(err, k.learn()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		put(mainFile, "package main\n\nimport (\n"+strings.ReplaceAll(tt.imports, "; ", "\n")+"\n)\n\n"+tt.code+"\n")
		got := real
		if src, err := tidied(dir); err == nil {
			got = importsOf(t, src)
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	const plain = "package main\n\nfunc main() { flag.Parse() }\n"
	put(mainFile, plain)
	put("other.go", "package main")
	if _, err := tidied(dir); err == nil {
		t.Error("another file was not looked at")
	}
}

// A compiled program shows how packages are called only if everything in it is called as its path ends.
func TestLearn(t *testing.T) {
	t.Chdir(t.TempDir())
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	lib := filepath.Join(dir, "lib")
	put := func(name, content string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	put(filepath.Join(lib, "lib.go"), "package lib")
	for _, tt := range []struct {
		imports, code string
		path          string
		want          bool
	}{
		{`"math"`, `math.Pi`, "math", true},
		{`"math"`, `math.Pi`, "sort", false},
		{`"lib"`, `lib.V`, "lib", true},
		{`"example.com/go-yaml"`, `other.Pi`, "example.com/go-yaml", false},
		{`"example.com/go-yaml"; "math"`, `other.Pi + math.Pi`, "math", false},
		{`"example.com/go-yaml"; . "math"`, `yaml.Pi + Pi`, "example.com/go-yaml", false},
		{`yaml "example.com/v3"; "math"`, `yaml.Pi + math.Pi`, "math", true},
		{`yaml "example.com/v3"; "math"`, `yaml.Pi + math.Pi`, "example.com/v3", false},
		{`_ "image/png"; "math"`, `math.Pi`, "math", true},
	} {
		k := &kitchen{folder: t.TempDir(), key: "k", modules: map[string]string{"lib": lib}}
		put(mainFile, "package main; import ("+tt.imports+"); var x = "+tt.code)
		if err := k.learn(); err != nil {
			t.Error(err)
		}
		if got := k.plain([]string{tt.path}); got != tt.want {
			t.Errorf("%s, %s: %s is plain: %v", tt.imports, tt.code, tt.path, got)
		}
		if tt.path == "lib" {
			put(filepath.Join(lib, "more.go"), "package lib")
			if k.plain([]string{"lib"}) {
				t.Error("lib has changed, and nobody looked")
			}
		}
	}
}
