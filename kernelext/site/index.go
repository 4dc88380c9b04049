package site

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
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

// Claims are the claims of all pages, by name.
func (v indexView) Claims() []claimView {
	var all []claimView
	for _, p := range v.Pages {
		all = append(all, p.Claims...)
	}
	slices.SortStableFunc(all, func(a, b claimView) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// HasClaims tells whether there is anything to list.
func (v indexView) HasClaims() bool { return len(v.Claims()) > 0 }

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
	claims := 0
	for _, p := range v.Pages {
		count[p.Status()]++
		claims += len(p.Claims)
	}
	s := plural(len(v.Pages), "notebook")
	for _, status := range []string{"passed", "failed", "not run"} {
		if n := count[status]; n > 0 && len(v.Pages) > 1 {
			s += fmt.Sprintf(", %d %s", n, status)
		}
	}
	if claims > 0 {
		s += ", " + plural(claims, "claim") + " put to the test"
	}
	return s
}
