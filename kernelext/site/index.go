package site

import (
	"fmt"
	"html/template"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// indexView is the index as its template sees it.
type indexView struct {
	Site  string
	Pages []*page
}

// Root is empty: the index stands in the site's folder.
func (v indexView) Root() string { return "" }

// To is the address of a page.
func (v indexView) To(p *page) string { return relative("index.html", p.File) }

// group is a stretch of the index under a heading of its own.
type group struct {
	Name  string
	Pages []*page
}

// Groups are the pages by the group that a notebook's metadata names (downhill.group), or else by folder, in the order in
// which the first of each comes.
func (v indexView) Groups() []*group {
	var all []*group
	byName := map[string]*group{}
	for _, p := range v.Pages {
		name := p.group()
		if byName[name] == nil {
			byName[name] = &group{Name: name}
			all = append(all, byName[name])
		}
		byName[name].Pages = append(byName[name].Pages, p)
	}
	return all
}

func (p *page) group() string {
	var own struct{ Group string }
	if p.Notebook.Metadata().Decode("downhill", &own) && own.Group != "" {
		return own.Group
	}
	folder := strings.ReplaceAll(path.Base(path.Dir(p.Path)), "-", " ")
	if folder == "." {
		return "Tutorials"
	}
	first, size := utf8.DecodeRuneInString(folder)
	return string(unicode.ToUpper(first)) + folder[size:]
}

// First is where a reader begins, when there is a choice.
func (v indexView) First() *page {
	if len(v.Pages) < 2 {
		return nil
	}
	return v.Pages[0]
}

// Introduction is what the notebook numbered 00, if there is one, says first under its title and its line in italics.
func (v indexView) Introduction() template.HTML {
	if first := v.First(); first != nil && strings.HasPrefix(path.Base(first.Path), "00") {
		return first.prose.opening
	}
	return ""
}

// Thumb is the first figure of a page. It is a picture: no text of it is read twice.
func (p *page) Thumb() template.HTML {
	if p.thumb == "" {
		return ""
	}
	drawing, err := inlineSVG(p.thumb, "dh-thumb-"+strings.NewReplacer("/", "-", ".", "-").Replace(p.File)+"-")
	if err != nil {
		drawing = `<img src="` + template.HTMLEscapeString(pictureURI("image/svg+xml", p.thumb)) + `" alt="">`
	}
	return template.HTML(drawing)
}

// StatusClass is Status as a class.
func (p *page) StatusClass() string { return strings.ReplaceAll(p.Status(), " ", "-") }

// Summary counts how the notebooks went.
func (v indexView) Summary() string {
	count := map[string]int{}
	for _, p := range v.Pages {
		count[p.Status()]++
	}
	s := plural(len(v.Pages), "notebook")
	for _, status := range []string{"passed", "failed", "not run"} {
		if n := count[status]; n > 0 && len(v.Pages) > 1 {
			s += fmt.Sprintf(", %d %s", n, status)
		}
	}
	return s
}
