package runner

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Source is a notebook to run.
type Source struct {
	Path string `json:"notebook"`      // of the file, as messages name it
	Rel  string `json:"-"`             // below the folder that was asked for; a file that was asked for itself: its name
	Out  string `json:"out,omitempty"` // where the executed notebook is written, its folder made when missing; "": nowhere
}

// Find lists the notebooks that are named by paths and, in lexical order, those below folders among them.
// Folders whose names start with a dot or an underscore are passed over.
func Find(paths ...string) ([]Source, error) {
	var found []Source
	seen := map[string]bool{}
	add := func(path, rel string) {
		if abs, err := filepath.Abs(path); err == nil && !seen[abs] {
			seen[abs] = true
			found = append(found, Source{Path: path, Rel: rel})
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("%s: no such notebook or folder", path)
		}
		if !info.IsDir() {
			if filepath.Ext(path) != ".ipynb" {
				return nil, fmt.Errorf("%s: not a notebook: its name does not end in .ipynb", path)
			}
			add(path, filepath.Base(path))
			continue
		}
		before := len(found)
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && p != path && strings.ContainsAny(d.Name()[:1], "._"):
				return fs.SkipDir
			case !d.IsDir() && filepath.Ext(p) == ".ipynb" && d.Name()[0] != '.':
				rel, err := filepath.Rel(path, p)
				if err != nil {
					return err
				}
				add(p, rel)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(found) == before {
			return nil, fmt.Errorf("%s: no notebook (*.ipynb) in this folder", path)
		}
	}
	return found, nil
}

// WriteTo sets where the executed notebooks go: below dir, in the folders they come from. Two that would be written to
// the same place are an error.
func WriteTo(sources []Source, dir string) error {
	taken := map[string]string{}
	for i, s := range sources {
		out := filepath.Join(dir, s.Rel)
		if other, ok := taken[out]; ok {
			return fmt.Errorf("%s and %s would both be written to %s: run the folder above them, or one after the other",
				other, s.Path, out)
		}
		taken[out] = s.Path
		sources[i].Out = out
	}
	return nil
}

// Module finds the root of the Go module that dir belongs to.
func Module(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := abs; ; d = filepath.Dir(d) {
		if info, err := os.Stat(filepath.Join(d, "go.mod")); err == nil && !info.IsDir() {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no go.mod in %s or above: stay inside a Go module that pins the kernel", abs)
		}
	}
}
