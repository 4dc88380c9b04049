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

// Find lists the notebooks that are named by paths: a file itself, a folder for the notebooks in it, and folder/... for
// those below it too, in lexical order, without folders whose names start with a dot or an underscore. Patterns are
// those of filepath.Match.
func Find(paths ...string) ([]Source, error) {
	var found []Source
	seen := map[string]bool{}
	for _, path := range expanded(paths) {
		folder, deep := strings.CutSuffix(path, "...")
		if deep {
			folder = filepath.Clean(folder)
		}
		info, err := os.Stat(folder)
		if err != nil || deep && !info.IsDir() {
			return nil, fmt.Errorf("%s: no such notebook or folder", path)
		}
		files := []string{folder}
		if info.IsDir() {
			if files, err = below(folder, deep); err != nil {
				return nil, err
			}
		}
		switch {
		case len(files) == 0:
			return nil, fmt.Errorf("%s: no notebook (*.ipynb) in this folder", path)
		case filepath.Ext(files[0]) != ".ipynb":
			return nil, fmt.Errorf("%s: not a notebook: its name does not end in .ipynb", path)
		}
		for _, file := range files {
			rel := filepath.Base(file)
			if deep {
				if rel, err = filepath.Rel(folder, file); err != nil {
					return nil, err
				}
			}
			if abs, err := filepath.Abs(file); err == nil && !seen[abs] {
				seen[abs] = true
				found = append(found, Source{Path: file, Rel: rel})
			}
		}
	}
	return found, nil
}

// expanded replaces patterns that no shell has expanded, as in a file of settings, by the files that they match.
func expanded(paths []string) (all []string) {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			if files, _ := filepath.Glob(path); len(files) > 0 {
				all = append(all, files...)
				continue
			}
		}
		all = append(all, path)
	}
	return all
}

// below lists the notebooks in a folder, or in all folders below it.
func below(folder string, deep bool) (files []string, err error) {
	err = filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		switch hidden := strings.ContainsAny(d.Name()[:1], "._"); {
		case err != nil:
			return err
		case d.IsDir() && p != folder && (hidden || !deep):
			return fs.SkipDir
		case !d.IsDir() && filepath.Ext(p) == ".ipynb" && d.Name()[0] != '.':
			files = append(files, p)
		}
		return nil
	})
	return files, err
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
			return "", fmt.Errorf("no go.mod in %s or above: go to the folder of the module whose go.mod pins the kernel", abs)
		}
	}
}
