package main

import (
	"errors"
	"fmt"
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
