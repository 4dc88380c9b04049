package gonb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDeclarations(t *testing.T) {
	tests := []struct {
		name, source string
		modules      bool
		want, why    string
	}{
		{name: "main only", source: "%%\nfmt.Println(1)"},
		{name: "func main only", source: "// Says it.\nfunc main() {\n\tfmt.Println(1)\n}"},
		{name: "function", source: "func f() {}", want: "func f() {}"},
		{name: "function and main", source: "import \"os\"\n\nfunc f() {}\n\n%% --fast\nf()\nos.Exit(0)", want: "import \"os\"\n\nfunc f() {}\n\n\n\n"},
		{name: "function and func main", source: "var x = 1\n\nfunc main() {\n\tx++\n}\n\nvar y = 2", want: "var x = 1\n\n\n\n\n\nvar y = 2"},
		{name: "in comments' clothes", source: "//gonb:%env A 1\nvar x = 1\n//gonb:%%\nx++", want: "//gonb:%env A 1\nvar x = 1\n\n"},
		{name: "settings after main", source: "%%\nf()\n%env A \\\n 1", want: "\n\n%env A \\\n 1"},
		{name: "tests", source: "%test\nfunc TestA(t *testing.T) {}", want: "\nfunc TestA(t *testing.T) {}"},
		{name: "shell", source: "!echo a; \\\nrm -rf b\nvar x = 1", want: "\n\nvar x = 1"},
		{name: "script", source: "%%bash\necho 1"},
		{name: "file", source: "%%writefile x.go\npackage x"},
		{name: "go get", source: "!*go get example.org/x@v1.2.3\n%goworkfix", modules: true, want: "!*go get example.org/x@v1.2.3\n%goworkfix"},
		{name: "go mod", source: "!*go mod edit -replace \"a=${HOME}/a\"", modules: true, want: "!*go mod edit -replace \"a=${HOME}/a\""},
		{name: "go get and more", source: "!*go get x && touch y", modules: true, why: "its shell line changed the kernel's go.mod"},
		{name: "shell that changed go.mod", source: "!cp go.mod $GONB_TMP_DIR", modules: true, why: "its shell line changed the kernel's go.mod"},
		{name: "script that changed go.mod", source: "%%sh\ncp go.mod $GONB_TMP_DIR", modules: true, why: "it changed the kernel's go.mod"},
		{name: "wasm", source: "%wasm\nfunc main() {}", why: "it is a %wasm cell"},
		{name: "arguments for the next cell", source: "%args -v", why: "its %args is for the cell that follows"},
		{name: "arguments", source: "%args -v\nfunc f() {}", want: "\nfunc f() {}"},
		{name: "no Go", source: "func f( {}", why: "its declarations cannot be told from the rest"},
	}
	for _, tt := range tests {
		got, why := Declarations(tt.source, tt.modules)
		if got != tt.want || why != tt.why {
			t.Errorf("%s: %q, %q, want %q, %q", tt.name, got, why, tt.want, tt.why)
		}
		if got != "" && strings.Count(got, "\n") != strings.Count(tt.source, "\n") {
			t.Errorf("%s: lines have other numbers: %q", tt.name, got)
		}
	}
}

// A kernel that only takes declarations runs nothing, and has them afterwards.
func TestDeclare(t *testing.T) {
	k := startKernel(t)
	end, err := Declare(k.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{
		"var x = func() int { fmt.Println(\"initialised\"); return 42 }()\n\nfunc init_x() { fmt.Println(\"init\") }",
		"",
		"import \"downhill/kernelext/show/wire\"\n\nfunc f() bool { return wire.InNotebook() }",
	} {
		if o := run(t, k, code); o.reply.Status != "ok" || o.stdout+o.stderr != "" {
			t.Errorf("%q: %s %s%s%s", code, o.reply.Status, o.reply.EValue, o.stdout, o.stderr)
		}
	}
	end()
	if o := run(t, k, "%%\nfmt.Println(x, f())"); o.stdout != "initialised\ninit\n42 true\n" || o.reply.ExecutionCount != 4 {
		t.Errorf("[%d] %s %s%s", o.reply.ExecutionCount, o.reply.EValue, o.stdout, o.stderr)
	}
	if left := Foreign(k.TempDir()); left != "" {
		t.Errorf("%s is not GoNB's own", left)
	}
	before := Modules(k.TempDir())
	run(t, k, "!*go mod edit -go=1.25")
	if !strings.Contains(before, "module gonb_") || before == Modules(k.TempDir()) {
		t.Errorf("go.mod has not changed: %q", before)
	}
	for _, dir := range []string{Work(k.TempDir()), k.TempDir()} {
		file := filepath.Join(dir, "foreign")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if left := Foreign(k.TempDir()); left != "foreign" {
			t.Errorf("in %s: %q is left", dir, left)
		}
		os.Remove(file)
	}
}
