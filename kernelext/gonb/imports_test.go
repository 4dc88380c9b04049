package gonb

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/gonb/internal/front"
)

// The front gives a program the imports that the real goimports gives it, and does so without it when the packages are
// known: the "real" one here only says that it was asked.
func TestImports(t *testing.T) {
	k := startKernel(t)
	// What the kernel compiles shows how packages are called. The last cell is there for its folder.
	const use = "import (\n\t\"math\"\n\t\"math/rand/v2\"\n\t\"strings\"\n\t\"downhill/kernelext/show/wire\"\n)\n" +
		"%%\nfmt.Print(math.Pi, rand.N(1), strings.ToUpper(\"a\"), wire.InNotebook())"
	if o := run(t, k, use); o.reply.Status != "ok" {
		t.Fatal(o.reply.EValue, o.stderr)
	}
	dir := Work(k.TempDir())
	asked := filepath.Join(t.TempDir(), "asked")
	if err := os.WriteFile(asked, []byte("#!/bin/sh\nexit 9\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "goimports")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	c := tools.Config(dir)
	env := append(c.Env, "GONB_TMP_DIR="+dir)
	for n, v := range c.Spec.Env {
		env = append(env, n+"="+v)
	}
	tidied := func(program, src string) (string, error) {
		t.Helper()
		file := filepath.Join(dir, "main.go")
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, program, "-w", file)
		cmd.Dir, cmd.Env = dir, append(env, front.RealGoimports+"="+asked)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		var all []string
		for _, i := range parsed.Imports {
			if i.Name != nil {
				i.Path.Value = i.Name.Name + " " + i.Path.Value
			}
			all = append(all, i.Path.Value)
		}
		slices.Sort(all)
		return strings.Join(all, " "), err
	}
	const (
		main  = "\nfunc main() { flag.Parse() }\n"
		wire  = "\t\"downhill/kernelext/show/wire\"\n"
		print = "\nfunc f() error {\n\tfmt.Print(); fmt.Printf(``); fmt.Println(); fmt.Fprint(nil); fmt.Fprintf(nil, ``); fmt.Fprintln(nil)\n" +
			"\t_ = fmt.Sprint() + fmt.Sprintf(``) + fmt.Sprintln()\n\treturn fmt.Errorf(``)\n}\n"
	)
	for _, tt := range []struct {
		imports, code string
		quick         bool
	}{
		{"", main, true},
		{"", print + main, true},
		{"\t\"math\"\n\t\"strings\"\n" + wire, main, true},
		{"\t\"math\"\n\tstr \"strings\"\n" + wire, "func f() { wire.InNotebook(); str.ToUpper(`a`) }" + print + main, true},
		{"\t\"math/rand/v2\"\n\t_ \"math\"\n", "func f() { rand.N(3) }" + main, true},
		{"\t\"math/rand/v2\"\n\t. \"math\"\n", "func f() { Sqrt(3) }" + main, true},
		{"\t\"math\"\n" + wire, "func f(math struct{ X int }) { _ = math.X; wire.InNotebook() }" + main, true},
		{"\t\"math\"\n" + wire, "var math struct{ X int }\n\nfunc f() { _ = math.X; wire.InNotebook() }" + main, true},
		{"\t\"math\"\n", "func f() { rand.Shuffle(2, nil); sort.Ints(nil) }" + main, false},
		{"\t\"net/http/httptest\"\n", main, false},
		{"\t\"math\"\n", "func f() { fmt.Sprintrf(``) }" + main, false},
	} {
		src := "package main\n\nimport (\n" + tt.imports + ")\n\n" + tt.code
		want, err := tidied(tools.goimports, src)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tidied(name, src)
		if !tt.quick && err == nil {
			t.Errorf("%s: the real goimports was not asked", src)
		}
		if tt.quick && (err != nil || got != want) {
			t.Errorf("%s: %s, %v, goimports has %s", src, got, err, want)
		}
	}
}
