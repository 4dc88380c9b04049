// Package gradescope packs an assignment as the zip file that Gradescope builds its autograder from: the instructor's
// notebook, the module, and the two scripts that Gradescope calls.
//
// Gradescope's container is itself the sandbox, and bubblewrap cannot build another inside; so the scripts ask for the
// isolation "process" by name. There a student's program still has a user of its own, its limits, and no system calls
// but those that computing needs.
package gradescope

import (
	"archive/zip"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"downhill/kernelext/grade/assignment"
)

//go:embed setup.sh
var setup string

//go:embed run_autograder.sh
var run string

// Write packs the assignment and the module at moduleDir.
func Write(w io.Writer, moduleDir string, a *assignment.Assignment) error {
	z := zip.NewWriter(w)
	add := func(name string, data []byte, mode fs.FileMode) error {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(mode)
		f, err := z.CreateHeader(h)
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	}
	version, err := goVersion(moduleDir)
	if err != nil {
		return err
	}
	if err := add("setup.sh", []byte(strings.ReplaceAll(setup, "GO_VERSION", version)), 0o755); err != nil {
		return err
	}
	if err := add("run_autograder", []byte(strings.ReplaceAll(run, "ASSIGNMENT", a.Name)), 0o755); err != nil {
		return err
	}
	if err := add("assignments/"+a.Name+".ipynb", a.Notebook.Bytes(), 0o644); err != nil {
		return err
	}
	for _, part := range []string{"go.mod", "go.sum", "kernelext", "sgd"} {
		err := filepath.WalkDir(filepath.Join(moduleDir, part), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
				return fs.SkipDir
			case !d.Type().IsRegular() || strings.HasSuffix(d.Name(), "_test.go"):
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(moduleDir, path)
			if err != nil {
				return err
			}
			return add("module/"+filepath.ToSlash(rel), data, 0o644)
		})
		if err != nil {
			return err
		}
	}
	return z.Close()
}

// goVersion reads the Go release that the module asks for.
func goVersion(moduleDir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(moduleDir, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == "go" {
			return f[1], nil
		}
	}
	return "", fmt.Errorf("%s/go.mod has no go line", moduleDir)
}
