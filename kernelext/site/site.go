package site

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

//go:embed static templates
var embedded embed.FS

var templates = template.Must(template.ParseFS(embedded, "templates/*.html"))

// Write makes the site of pages, in their order, in the folder dir: index.html, a page beside the place of each notebook,
// and the folder assets. It does not write the notebooks, but links to them. Files are replaced one by one, each whole.
func Write(dir, title string, pages []Page) error {
	built, err := build(pages)
	if err != nil {
		return err
	}
	if err := writeStatic(dir); err != nil {
		return err
	}
	search, err := searchScript(built)
	if err != nil {
		return fmt.Errorf("site: search index: %w", err)
	}
	if err := writeFile(dir, "assets/search.js", search); err != nil {
		return err
	}
	for i, p := range built {
		view := pageView{Site: title, page: p, Pages: built}
		if i > 0 {
			view.Previous = built[i-1]
		}
		if i+1 < len(built) {
			view.Next = built[i+1]
		}
		if err := execute(dir, p.File, "page.html", view); err != nil {
			return err
		}
	}
	index := indexView{Site: title, Pages: built}
	if index.HasClaims() {
		if err := execute(dir, "claims.html", "claims.html", index); err != nil {
			return err
		}
	}
	return execute(dir, "index.html", "index.html", index)
}

func build(pages []Page) ([]*page, error) {
	for _, p := range pages {
		if !fs.ValidPath(p.Path) || !filepath.IsLocal(filepath.FromSlash(p.Path)) || !strings.HasSuffix(p.Path, ".ipynb") {
			return nil, fmt.Errorf("site: %q is no path of a notebook below the site's folder", p.Path)
		}
		if p.Notebook == nil {
			return nil, fmt.Errorf("site: %s: no notebook to show", p.Path)
		}
	}
	places := places(pages)
	var built []*page
	for _, p := range pages {
		next := &page{Page: p, File: places[p.Path].file}
		next.build(places)
		built = append(built, next)
	}
	return built, nil
}

type pageView struct {
	*page
	Site           string
	Pages          []*page
	Previous, Next *page
}

// To is the address of another page, seen from this one.
func (v pageView) To(p *page) string { return relative(v.File, p.File) }

func execute(dir, file, name string, view any) error {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, view); err != nil {
		return fmt.Errorf("site: %s: %w", file, err)
	}
	return writeFile(dir, file, []byte(b.String()))
}

func writeStatic(dir string) error {
	return fs.WalkDir(embedded, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := embedded.ReadFile(name)
		if err != nil {
			return err
		}
		return writeFile(dir, "assets/"+strings.TrimPrefix(name, "static/"), data)
	})
}

// writeFile writes a file below dir so that it is there whole or not at all. One that has this content is left alone.
func writeFile(dir, name string, data []byte) error {
	target := filepath.Join(dir, filepath.FromSlash(name))
	if old, err := os.ReadFile(target); err == nil && string(old) == string(data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	if err := renameio.WriteFile(target, data, 0o644, renameio.WithTempDir(filepath.Dir(target))); err != nil {
		return fmt.Errorf("site: %s: %w", name, err)
	}
	return nil
}
