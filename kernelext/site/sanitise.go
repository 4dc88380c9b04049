package site

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHTML bounds a piece of foreign HTML; what is longer is not drawn.
const maxHTML = 4 << 20

// policy is what foreign HTML may hold: text, its structure, tables, pictures and links. No script, style sheet, frame
// or form; no id, so that nothing of a notebook can pose as a part of the page; of classes only Jupyter's boxes and our
// own code colours; of styles only those that stay inside their element.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "kbd", "samp", "var",
		"em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "abbr", "cite", "dfn", "q", "span",
		"div", "section", "details", "summary", "figure", "figcaption", "dl", "dt", "dd", "ul", "ol", "li", "center", "font",
		"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col", "a", "img", "input")
	p.AllowNoAttrs().OnElements("span", "a", "img", "font")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(alert|alert-(block|info|success|warning|danger)|c|k|kt|s|m|nf|o| )+$`)).Globally()
	p.AllowAttrs("title", "dir", "lang").Globally()
	p.AllowAttrs("open").Matching(regexp.MustCompile(`^(open)?$`)).OnElements("details")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^\d{1,3}$`)).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(row|col)$`)).OnElements("th")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("td", "th", "p", "div")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("checked", "disabled").OnElements("input")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^\d{1,4}%?$`)).OnElements("img", "table", "td", "th", "col")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowStyles("text-align", "font-weight", "font-style", "color", "background-color", "font-size", "vertical-align",
		"white-space", "width", "max-width").Globally()
	p.AllowURLSchemes("http", "https", "mailto", "attachment")
	p.AllowDataURIImages()
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}

// fragment parses foreign HTML into clean, balanced nodes under one div: an unclosed tag cannot reach out of its cell.
// It returns nil for what cannot be shown.
func fragment(source string) *html.Node {
	if len(source) > maxHTML {
		return nil
	}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(policy.Sanitize(source)), root)
	if err != nil {
		return nil
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root
}

// links is how the addresses in a notebook become addresses on the site.
type links struct {
	page        string           // path of the notebook whose page this is
	places      map[string]place // by the path of the notebook
	attachments map[string]map[string]string
}

// tidy mends what the policy leaves to us: addresses, ids, live inputs, wide tables.
func (l links) tidy(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			l.tidy(c)
			l.element(c)
		}
		c = next
	}
}

func (l links) element(n *html.Node) {
	switch n.DataAtom {
	case atom.A:
		if href, ok := take(n, "href"); ok {
			n.Attr = append(n.Attr, l.link(href)...)
		}
	case atom.Img:
		src, _ := take(n, "src")
		if src = l.picture(src); src == "" || outside(src) {
			elsewhere(n, src)
			return
		}
		n.Attr = append(n.Attr, html.Attribute{Key: "src", Val: src})
		if _, ok := attr(n, "alt"); !ok {
			n.Attr = append(n.Attr, html.Attribute{Key: "alt"})
		}
	case atom.Input:
		take(n, "disabled")
		n.Attr = append(n.Attr, html.Attribute{Key: "disabled"})
		if kind, _ := attr(n, "type"); kind != "checkbox" {
			n.Parent.RemoveChild(n)
		}
	case atom.Table:
		wrap(n, html.Attribute{Key: "class", Val: "wide"}, html.Attribute{Key: "role", Val: "group"}, html.Attribute{Key: "aria-label", Val: "table"})
	}
}

// link turns the address of a notebook, or of a place in it, into the address of its page.
func (l links) link(href string) []html.Attribute {
	u, err := url.Parse(href)
	if err != nil || u.Scheme == "data" || u.Scheme == "attachment" {
		return nil
	}
	attrs := []html.Attribute{{Key: "href", Val: href}}
	if u.IsAbs() || u.Host != "" {
		return append(attrs, html.Attribute{Key: "rel", Val: "noopener noreferrer"})
	}
	target := l.page
	if u.Path != "" {
		target = path.Join(path.Dir(l.page), u.Path)
	}
	to, ok := l.places[target]
	if !ok || u.Path == "" && u.Fragment == "" {
		return attrs
	}
	address, anchor := "", to.anchor(u.Fragment)
	if u.Path != "" {
		address = relative(l.page, to.file)
	}
	if anchor != "" || address == "" {
		address += "#" + url.PathEscape(anchor)
	}
	attrs[0].Val = address
	return attrs
}

// picture resolves attachment:name to its data.
func (l links) picture(src string) string {
	name, ok := strings.CutPrefix(src, "attachment:")
	if !ok {
		return src
	}
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	for _, mime := range pictureMIMEs {
		if data, ok := l.attachments[name][mime]; ok {
			return pictureURI(mime, data)
		}
	}
	return ""
}

// outside tells whether a picture would be fetched from somewhere else than the site's own folder.
func outside(src string) bool {
	if strings.HasPrefix(src, "data:image/") {
		return false
	}
	u, err := url.Parse(src)
	return err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") ||
		strings.Contains(src, "\\") || strings.Contains(src, "..")
}

// elsewhere makes a picture that must not be fetched a link to it, or its alt text.
func elsewhere(n *html.Node, src string) {
	alt, _ := attr(n, "alt")
	n.Data, n.DataAtom, n.Attr = "span", atom.Span, nil
	words := "picture: " + alt
	if alt == "" {
		words = "picture"
	}
	if u, err := url.Parse(src); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		n.Data, n.DataAtom = "a", atom.A
		n.Attr = []html.Attribute{{Key: "href", Val: src}, {Key: "rel", Val: "noopener noreferrer"}}
		words += " (" + u.Host + ")"
	}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: "[" + words + "]"})
}

func wrap(n *html.Node, attrs ...html.Attribute) {
	box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: attrs}
	n.Parent.InsertBefore(box, n)
	n.Parent.RemoveChild(n)
	box.AppendChild(n)
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// take removes an attribute and returns it.
func take(n *html.Node, key string) (string, bool) {
	for i, a := range n.Attr {
		if a.Key == key {
			n.Attr = append(n.Attr[:i:i], n.Attr[i+1:]...)
			return a.Val, true
		}
	}
	return "", false
}

// markup writes the children of n.
func markup(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return ""
		}
	}
	return b.String()
}

// words is the text inside n.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(words(c))
	}
	return b.String()
}
