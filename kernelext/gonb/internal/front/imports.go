//go:build unix

package front

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode"
)

// tidy is goimports for GoNB's main.go. GoNB asks for it in every cell, and the real one asks go list about the module
// in every cell in which an import is not used, which is the rule: imports stay, and `flag`, which GoNB's main wants,
// is never among them. What can be said without go list is said here; the rest is for the real one.
func tidy(real string, args []string) int {
	dir, err := os.Getwd()
	if home := os.Getenv("GONB_TMP_DIR"); err == nil && home != "" && filepath.Clean(home) == dir &&
		slices.Equal(args, []string{"-w", filepath.Join(dir, mainFile)}) {
		if src, err := tidied(dir); err == nil && os.WriteFile(mainFile, src, 0o600) == nil {
			return 0
		}
	}
	err = syscall.Exec(real, append([]string{"goimports"}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "goimports: cannot start %s: %v\n", real, err)
	return 1
}

// known are packages that cells use without importing them, and that no other package of the standard library shares
// the name with. A cell that uses more of them than this, or something else, has the real goimports look for it.
var known = map[string][]string{
	"flag": {"Parse"},
	"fmt":  {"Errorf", "Fprint", "Fprintf", "Fprintln", "Print", "Printf", "Println", "Sprint", "Sprintf", "Sprintln"},
}

var errElsewhere = errors.New("it takes more than the file itself to know its imports")

// tidied is the main.go in dir with the imports that goimports would give it. GoNB takes only them from it.
func tidied(dir string) ([]byte, error) {
	src, err := os.ReadFile(mainFile)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, 0)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(src, []byte("//go:embed")) || doubles(file) {
		return nil, errElsewhere
	}
	if err := aloneInFolder(); err != nil {
		return nil, err
	}
	used := references(file)
	imported := make(map[string]bool)
	var unnamed []string
	unused := false
	tidy := slices.Clone(src)
	for _, i := range file.Imports {
		name, path := importName(i)
		imported[name] = true
		if i.Name == nil {
			unnamed = append(unnamed, path)
		}
		if used[name] == nil && name != "_" && name != "." {
			unused = true
			for at := fset.Position(i.Pos()).Offset; at < fset.Position(i.End()).Offset; at++ {
				tidy[at] = ' ' // GoNB's imports stand in parentheses
			}
		}
	}
	missing := ""
	for name, symbols := range used {
		if imported[name] {
			continue
		}
		for s := range symbols {
			if !slices.Contains(known[name], s) {
				return nil, errElsewhere
			}
		}
		missing += fmt.Sprintf(";import %q", name)
	}
	// goimports takes it that a package is called as its path ends, unless something is both missing and unused.
	if missing != "" && unused {
		k, err := findKitchen(os.Getenv(RealGo), dir)
		if err != nil {
			return nil, err
		}
		if !k.plain(unnamed) {
			return nil, errElsewhere
		}
	}
	return slices.Insert(tidy, fset.Position(file.Name.End()).Offset, []byte(missing)...), nil
}

// doubles tells whether GoNB will take a variable from the cell and once more from what goimports has made of it: one
// called _, unless it shares its value with one that is not.
func doubles(file *ast.File) bool {
	blank := func(n *ast.Ident) bool { return n.Name == "_" }
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, s := range d.Specs {
				s := s.(*ast.ValueSpec)
				shared := len(s.Values) == 1 && slices.ContainsFunc(s.Names, func(n *ast.Ident) bool { return !blank(n) })
				if slices.ContainsFunc(s.Names, blank) && !shared {
					return true
				}
			}
		}
	}
	return false
}

// references are the names X that X.Y can only be a package by, each with its Ys.
func references(file *ast.File) map[string]map[string]bool {
	all := make(map[string]map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.IsExported() {
			if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil {
				if all[x.Name] == nil {
					all[x.Name] = make(map[string]bool)
				}
				all[x.Name][s.Sel.Name] = true
			}
		}
		return true
	})
	return all
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// importName is the name that an import has, or that its path lets goimports assume.
func importName(i *ast.ImportSpec) (name, importPath string) {
	importPath, _ = strconv.Unquote(i.Path.Value)
	switch {
	case i.Name != nil:
		return i.Name.Name, importPath
	case importPath == "C":
		return "_", importPath
	}
	name = path.Base(importPath)
	if dir := path.Dir(importPath); majorVersion.MatchString(name) && dir != "." {
		name = path.Base(dir)
	}
	name = strings.TrimPrefix(name, "go-")
	if end := strings.IndexFunc(name, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }); end >= 0 {
		name = name[:end]
	}
	return name, importPath
}

// plain tells whether the packages are known to be called as their paths end.
func (k *kitchen) plain(paths []string) bool {
	known := k.plainPackages()
	return !slices.ContainsFunc(paths, func(p string) bool {
		state, ok := known[p]
		return !ok || state != k.stateOf(p)
	})
}

// learn notes which packages are called as their paths end, from a main.go that has just been compiled: all that it
// refers to is imported then, and all that it imports is used.
func (k *kitchen) learn() error {
	file, err := parser.ParseFile(token.NewFileSet(), mainFile, nil, 0)
	if err != nil {
		return err
	}
	used := references(file)
	var paths []string
	for _, i := range file.Imports {
		name, path := importName(i)
		if name == "." || used[name] == nil && name != "_" {
			return nil // some package has another name
		}
		delete(used, name)
		if i.Name == nil {
			paths = append(paths, path)
		}
	}
	if len(used) > 0 || k.plain(paths) {
		return nil
	}
	known := k.plainPackages()
	for _, p := range paths {
		known[p] = k.stateOf(p)
	}
	return replace(k.namesFile(), known)
}

// plainPackages are those that learn has noted, each with its state.
func (k *kitchen) plainPackages() map[string]string {
	known := make(map[string]string)
	if b, err := os.ReadFile(k.namesFile()); err == nil {
		_ = json.Unmarshal(b, &known) // what cannot be read is learnt anew
	}
	return known
}

func (k *kitchen) namesFile() string { return filepath.Join(k.folder, k.key+".names") }

// stateOf is the state of a local package; others do not change.
func (k *kitchen) stateOf(path string) string {
	var state strings.Builder
	for _, dir := range k.foldersOf(path) {
		files, _ := filesOf(dir)
		fmt.Fprintln(&state, dir, files)
	}
	return state.String()
}
