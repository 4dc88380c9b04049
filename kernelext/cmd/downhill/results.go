package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
	"golang.org/x/mod/modfile"

	"downhill/kernelext/runner"
	"downhill/kernelext/runner/report"
	"downhill/kernelext/site"
)

// writable tells, before anything runs, whether the results will find their place.
func (f *runFlags) writable() error {
	places := map[string]string{"junit": f.junit, "json": f.json, "sarif": f.sarif, "coverprofile": f.profile}
	if !f.inPlace {
		places["out"] = filepath.Join(f.out, "x.ipynb")
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		if places[name] == "" {
			continue
		}
		dir := filepath.Dir(places[name])
		for _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
			dir = filepath.Dir(dir) // which will be made in it
		}
		test, err := os.CreateTemp(dir, ".downhill-")
		if err != nil {
			reason := err
			if bad, ok := errors.AsType[*fs.PathError](err); ok {
				reason = bad.Err
			}
			return fmt.Errorf("-%s: nothing can be written in %s: %w", name, dir, reason)
		}
		test.Close()
		os.Remove(test.Name())
	}
	return nil
}

// write writes the site and the reports that were asked for.
func (f *runFlags) write(c *command, r *runner.Report) error {
	var errs []error
	if f.pages && !f.inPlace && ran(r) {
		if err := f.writeSite(r); err != nil {
			errs = append(errs, err)
		} else {
			fmt.Fprintf(c.stdout, "site:               %s\n", filepath.Join(f.out, "index.html"))
		}
	}
	for _, w := range []struct {
		path string
		form func(*runner.Report) ([]byte, error)
	}{{f.junit, report.JUnit}, {f.json, report.JSON}, {f.sarif, report.SARIF}} {
		if w.path == "" {
			continue
		}
		data, err := w.form(r)
		if err == nil {
			err = writeFile(w.path, data)
		}
		errs = append(errs, err)
	}
	if f.annotate {
		report.Annotations(c.stdout, r)
	}
	return errors.Join(errs...)
}

// ran tells whether any cell was executed: only then is there something to look at.
func ran(r *runner.Report) bool {
	return slices.ContainsFunc(r.Notebooks, func(n *runner.Notebook) bool {
		return n.Count(runner.Passed, runner.Raised, runner.Failed) > 0 // now or by an earlier run
	})
}

func (f *runFlags) writeSite(r *runner.Report) error {
	var pages []site.Page
	for _, n := range r.Notebooks {
		if n.Document == nil {
			continue
		}
		p := site.Page{Path: filepath.ToSlash(n.Rel), Notebook: n.Document, Failed: n.Status == runner.Failed, Took: n.Elapsed}
		if problem := n.Cause(); problem != nil {
			p.Cell, p.Message = problem.Cell, problem.Error()
		}
		pages = append(pages, p)
	}
	title, err := siteTitle()
	if err != nil {
		return err
	}
	return site.Write(f.out, title, pages)
}

// siteTitle is the name of the module that we are in, whatever its folder is called, or else the folder's.
func siteTitle() (string, error) {
	if root, err := runner.Module("."); err == nil {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if name := modfile.ModulePath(text); err == nil && name != "" {
			return path.Base(name), nil
		}
	}
	here, err := filepath.Abs(".")
	return filepath.Base(here), err
}

// writeFile writes a file whole or not at all.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return renameio.WriteFile(path, data, 0o644, renameio.WithTempDir(filepath.Dir(path)))
}
