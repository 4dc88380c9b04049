//go:build unix

package front

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A recipe is how go build made a program of GoNB's main.go: the compiler's and the linker's command lines and the
// two lists of compiled packages. It holds for every main.go with the same imports as long as its key, which is a
// hash of everything else that go build looks at, and the files of the local packages in it are the same.
//
// What a recipe leaves out is the build id, which only go build reads. Anything unexpected — a package gone from the
// build cache, a compiler's words that are not about main.go — sends the build back to go build.
type recipe struct {
	*kitchen
	file   string // where it is kept
	source string // hash of main.go
	begun  time.Time

	Compile  []string          // argv
	Link     []string          // argv
	LinkEnv  []string          // what go build sets for the linker
	Packages string            // importcfg of the compiler
	Programs string            // importcfg of the linker
	Local    map[string]string // folder of a local package → state of its files
}

// mainFile is what GoNB calls the program of a cell.
const mainFile = "main.go"

var errUnusual = errors.New("not a plain cell")

// Prune removes from a folder what was not written anew for a month. Nobody misses it: it takes a single go build to
// write it again.
func Prune(folder string) {
	files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	names, _ := filepath.Glob(filepath.Join(folder, "*.names"))
	for _, f := range append(files, names...) {
		if info, err := os.Stat(f); err == nil && time.Since(info.ModTime()) > 30*24*time.Hour {
			_ = os.Remove(f)
		}
	}
}

// findRecipe computes the recipe's key for the main.go in dir and reads the recipe if there is one.
func findRecipe(real, dir string) (*recipe, error) {
	src, err := os.ReadFile(mainFile)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(src, []byte("//go:")) {
		return nil, errUnusual // embedded files, build constraints, linknames
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, i := range file.Imports {
		if i.Path.Value == `"C"` {
			return nil, errUnusual
		}
		imports = append(imports, i.Path.Value)
	}
	slices.Sort(imports)
	if err := aloneInFolder(); err != nil {
		return nil, err
	}
	r := &recipe{source: fmt.Sprintf("%x", sha256.Sum256(src)), begun: time.Now()}
	if r.kitchen, err = findKitchen(real, dir); err != nil {
		return nil, err
	}
	key := sha256.Sum256(fmt.Appendln(nil, "recipe 1", r.key, slices.Compact(imports)))
	r.file = filepath.Join(r.folder, fmt.Sprintf("%x.json", key[:16]))
	b, err := os.ReadFile(r.file)
	if err == nil && json.Unmarshal(b, r) != nil {
		r.Compile = nil
	}
	return r, nil
}

// aloneInFolder makes sure that go build would compile main.go and nothing else.
func aloneInFolder() error {
	entries, err := os.ReadDir(".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".f", ".s", ".S", ".swig", ".syso", ".pgo":
			if e.Name() != mainFile {
				return errUnusual
			}
		}
		if e.Name() == "vendor" {
			return errUnusual
		}
	}
	return nil
}

// known tells whether there is a recipe and the local packages are as they were.
func (r *recipe) known() bool {
	if len(r.Compile) == 0 {
		return false
	}
	for dir, state := range r.Local {
		if now, err := filesOf(dir); err != nil || now != state {
			return false
		}
	}
	return true
}

// cook makes the program out. It is not ok when go build should try instead.
func (r *recipe) cook(out string) (status int, ok bool) {
	made := filepath.Join(r.work, "made")
	if b, err := os.ReadFile(made); err == nil && string(b) == r.product(out) {
		return 0, true
	}
	if os.MkdirAll(r.work, 0o700) != nil ||
		os.WriteFile(filepath.Join(r.work, "importcfg"), []byte(r.Packages), 0o600) != nil ||
		os.WriteFile(filepath.Join(r.work, "importcfg.link"), []byte(r.expand(r.Programs)), 0o600) != nil {
		return 0, false
	}
	if said, err := r.step(r.Compile, nil, ""); err != nil {
		if !complaint(said) {
			return 0, false
		}
		fmt.Fprintf(os.Stderr, "# %s\n%s", filepath.Base(r.dir), said)
		return 1, true
	}
	if _, err := r.step(r.Link, r.LinkEnv, out); err != nil {
		return 0, false
	}
	_ = os.WriteFile(made, []byte(r.product(out)), 0o600)
	return 0, true
}

// product names what the program at out was made from, and its file, so that it need not be made again.
func (r *recipe) product(out string) string {
	info, err := os.Stat(out)
	if err != nil {
		return ""
	}
	return fmt.Sprintln(r.source, r.file, r.Local, out, info.Size(), info.ModTime().UnixNano())
}

func (r *recipe) step(argv, env []string, out string) ([]byte, error) {
	cmd := exec.Command(argv[0])
	cmd.Args = argv[:1:1]
	for _, a := range argv[1:] {
		if a == placeOut {
			a = out
		}
		cmd.Args = append(cmd.Args, r.expand(a))
	}
	cmd.Env = append(quick(os.Environ()), env...)
	return cmd.CombinedOutput()
}

func (r *recipe) expand(s string) string { return strings.ReplaceAll(s, placeWork, r.work) }
