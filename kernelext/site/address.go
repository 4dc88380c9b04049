package site

import (
	"net/url"
	"path"
	"strconv"
	"strings"
)

// relative is the address of the file to, seen from the file from; both are below the site's folder.
func relative(from, to string) string {
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	for len(a) > 1 && len(b) > 1 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for i := range b {
		b[i] = url.PathEscape(b[i])
	}
	address := strings.Repeat("../", len(a)-1) + strings.Join(b, "/")
	if strings.Contains(b[0], ":") { // "a:b" would be a scheme
		address = "./" + address
	}
	return address
}

// place is where a notebook is found on the site.
type place struct {
	file  string         // of its page
	cells map[string]int // id of a cell that is shown → its number
}

// places finds a place for every notebook, by its path.
func places(pages []Page) map[string]place {
	all := map[string]place{}
	for path, file := range files(pages) {
		all[path] = place{file: file, cells: map[string]int{}}
	}
	for _, p := range pages {
		cells := all[p.Path].cells
		for i, c := range p.Notebook.Cells {
			if c.ID != "" && cells[c.ID] == 0 && p.shows(i) {
				cells[c.ID] = i + 1
			}
		}
	}
	return all
}

// anchor is what a link's fragment is called on the page. JupyterLab's are #cell-id=… for a cell, #heading=… and the bare
// text for a heading; the ids of cells are a stranger's and so are not on the page, their numbers are. It is empty for a
// cell that the page does not show.
func (p place) anchor(fragment string) string {
	if id, ok := strings.CutPrefix(fragment, "cell-id="); ok {
		if n := p.cells[id]; n > 0 {
			return "cell-" + strconv.Itoa(n)
		}
		return ""
	}
	if fragment == "" {
		return ""
	}
	return slug(strings.TrimPrefix(fragment, "heading="))
}

// files chooses the page's file for each notebook: its path with .html, reduced to characters that are the same in every
// address and on every disk, and unlike every other's.
func files(pages []Page) map[string]string {
	used := map[string]bool{"index": true, "claims": true}
	chosen := map[string]string{}
	for _, p := range pages {
		base := strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.', r == '/':
				return r
			}
			return '-'
		}, strings.TrimSuffix(path.Clean(p.Path), ".ipynb"))
		name := base
		for i := 2; used[strings.ToLower(name)]; i++ {
			name = base + "-" + strconv.Itoa(i)
		}
		used[strings.ToLower(name)] = true
		chosen[p.Path] = name + ".html"
	}
	return chosen
}
