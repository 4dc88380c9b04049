package site

import (
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Parsing Markdown can take the square of its length, so the Markdown of a cell is bounded, pictures in it not counted,
// and that of a page. What is longer is shown as it is written.
const (
	maxMarkdown     = 32 << 10
	maxPageMarkdown = 512 << 10
)

// heading is a heading of a page.
type heading struct {
	Level int
	ID    string
	HTML  template.HTML // without links
	Text  string
}

// section is a stretch of a page under one heading, for the search.
type section struct {
	ID, Title string
	text      strings.Builder
}

// prose turns the Markdown cells of one page into HTML and remembers what the rest of the site wants to know of them.
type prose struct {
	links    links
	headings []heading
	sections []*section
	goals    []template.HTML
	lead     template.HTML  // the first paragraph
	opening  template.HTML  // the first that is not all in italics
	ids      map[string]int // how often each was wanted
	titles   map[string]string
	read     int  // bytes of Markdown
	goalsAt  bool // the heading before announces goals
}

var markdownParser = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify, extension.TaskList),
	goldmark.WithRendererOptions(ghtml.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(fences{}, 100))),
)

// fences renders code blocks with colours.
type fences struct{}

func (fences) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			block := n.(*ast.FencedCodeBlock)
			var code strings.Builder
			for i := range block.Lines().Len() {
				line := block.Lines().At(i)
				code.Write(line.Value(source))
			}
			fmt.Fprintf(w, "<pre><code>%s</code></pre>\n", turns.Replace(codeHTML(string(block.Language(source)), code.String())))
		}
		return ast.WalkSkipChildren, nil
	})
}

// cell renders one Markdown cell.
func (p *prose) cell(source string, attachments map[string]map[string]string) template.HTML {
	l := p.links
	source, l.attachments = takePictures(source, attachments)
	p.read += len(source)
	var root *html.Node
	var formulas []formula
	if p.read <= maxPageMarkdown {
		root, formulas = markdown(source)
	}
	if root == nil {
		return template.HTML("<pre>" + html.EscapeString(source) + "</pre>")
	}
	l.tidy(root)
	p.file(root, formulas)
	setMaths(root, formulas)
	p.collect(root)
	return template.HTML(markup(root))
}

var pictureInText = regexp.MustCompile(`\(data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=]+)`)

// takePictures makes attachments of the pictures that stand in the Markdown itself.
func takePictures(source string, attachments map[string]map[string]string) (string, map[string]map[string]string) {
	all := maps.Clone(attachments)
	source = pictureInText.ReplaceAllStringFunc(source, func(found string) string {
		if all == nil {
			all = map[string]map[string]string{}
		}
		name := "dh-picture-" + strconv.Itoa(len(all))
		m := pictureInText.FindStringSubmatch(found)
		all[name] = map[string]string{m[1]: m[2]}
		return "(attachment:" + name
	})
	return source, all
}

// markdown returns clean nodes in whose text formulas still are tokens, or nil.
func markdown(source string) (*html.Node, []formula) {
	if len(source) > maxMarkdown {
		return nil, nil
	}
	text, formulas := takeMaths(source)
	var b strings.Builder
	if err := markdownParser.Convert([]byte(text), &b); err != nil {
		return nil, nil
	}
	root := fragment(b.String())
	if root != nil {
		restoreAttributes(root, formulas)
	}
	return root, formulas
}

// restoreAttributes puts formulas back into attributes, addresses among them, before those are judged.
func restoreAttributes(n *html.Node, formulas []formula) {
	for i := range n.Attr {
		val := strings.NewReplacer("%EE%80%80", string(tokenOpen), "%EE%80%81", string(tokenClose)).Replace(n.Attr[i].Val)
		n.Attr[i].Val = restore(val, formulas)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		restoreAttributes(c, formulas)
	}
}

// file gives the headings their ids and files the text under them.
func (p *prose) file(n *html.Node, formulas []formula) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			p.say(readable(c.Data, formulas))
		case level(c) > 0:
			text := strings.Join(strings.Fields(spoken(words(c), formulas)), " ")
			id := p.id(text)
			c.Attr = []html.Attribute{{Key: "id", Val: id}}
			p.sections = append(p.sections, &section{ID: id, Title: text})
		default:
			p.file(c, formulas)
			if !inline[c.Data] {
				p.say(" ")
			}
		}
	}
}

func (p *prose) say(text string) {
	if len(p.sections) == 0 {
		p.sections = append(p.sections, &section{})
	}
	s := p.sections[len(p.sections)-1]
	if s.text.Len() < maxSearchText {
		s.text.WriteString(text)
	}
}

// collect notes headings, goals and the first paragraph once formulas are in place.
func (p *prose) collect(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case level(c) > 0:
			id, _ := attr(c, "id")
			text := p.titles[id]
			h := heading{Level: level(c), ID: id, Text: text}
			bare := clone(c)
			unlink(bare)
			h.HTML = template.HTML(markup(bare))
			p.headings = append(p.headings, h)
			p.goalsAt = announcesGoals(text)
			c.AppendChild(&html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{
				{Key: "class", Val: "anchor"}, {Key: "href", Val: "#" + id}, {Key: "aria-label", Val: "link to this section"}}})
		case c.DataAtom == atom.Ul || c.DataAtom == atom.Ol:
			if p.goalsAt && len(p.goals) == 0 {
				for item := c.FirstChild; item != nil; item = item.NextSibling {
					if item.DataAtom == atom.Li {
						bare := clone(item)
						unlink(bare)
						p.goals = append(p.goals, template.HTML(markup(bare)))
					}
				}
			}
		case c.DataAtom == atom.P:
			if text := strings.TrimSpace(words(c)); p.opening == "" && len(text) > 40 {
				bare := clone(c)
				unlink(bare)
				if p.lead == "" {
					p.lead = template.HTML(markup(bare))
				}
				if c.FirstChild.DataAtom != atom.Em || c.FirstChild.NextSibling != nil {
					p.opening = template.HTML(markup(bare))
				}
			}
			if announcesGoals(words(c)) { // "**Goals**", or "After this notebook you can:"
				p.goalsAt = true
			}
		case c.Type == html.ElementNode:
			p.collect(c)
		}
	}
}

func announcesGoals(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, w := range []string{"goal", "what you will", "what you'll", "you will learn", "you will be able", "learning objectives", "after this notebook", "when you have worked through"} {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

// slug makes an anchor of a heading much as Jupyter does, the text with dashes for spaces; made of Jupyter's, it is the
// same. None is like an id of the page's own.
func slug(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 80 {
			break
		}
	}
	base := strings.Trim(b.String(), "-")
	if base == "" || strings.HasPrefix(base, "dh-") || strings.HasPrefix(base, "cell-") {
		base = "section-" + base
	}
	return base
}

// id is the slug of a heading, unlike every other id on the page.
func (p *prose) id(text string) string {
	base := slug(text)
	if p.ids == nil {
		p.ids, p.titles = map[string]int{}, map[string]string{}
	}
	id := base
	for p.ids[id] > 0 {
		p.ids[base]++
		id = base + "-" + strconv.Itoa(p.ids[base])
	}
	p.ids[id] = 1
	p.titles[id] = text
	return id
}

func level(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(n.Data[1] - '0')
	}
	return 0
}

// restore puts the formulas back as they were written.
func restore(text string, formulas []formula) string {
	return token.ReplaceAllStringFunc(text, func(t string) string {
		if f, ok := formulaOf(t, formulas); ok {
			return f.raw
		}
		return ""
	})
}

// spoken is text with its formulas as bare TeX, for titles.
func spoken(text string, formulas []formula) string {
	return token.ReplaceAllStringFunc(text, func(t string) string {
		f, _ := formulaOf(t, formulas)
		return f.tex
	})
}

func formulaOf(t string, formulas []formula) (formula, bool) {
	i, err := strconv.Atoi(token.FindStringSubmatch(t)[1])
	if err != nil || i >= len(formulas) {
		return formula{}, false
	}
	return formulas[i], true
}

// setMaths puts formulas in place of their tokens: an element that our script hands to KaTeX and that shows the TeX where
// scripts are off; plain text in code.
func setMaths(n *html.Node, formulas []formula) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type != html.TextNode:
			setMaths(c, formulas)
		case n.DataAtom == atom.Code || n.DataAtom == atom.Pre:
			c.Data = restore(c.Data, formulas)
		default:
			splitMaths(c, formulas)
		}
		c = next
	}
}

var stops = regexp.MustCompile(`^[.,;:!?)\]]+`)

func splitMaths(text *html.Node, formulas []formula) {
	places := token.FindAllStringIndex(text.Data, -1)
	if places == nil {
		return
	}
	parent, data, from := text.Parent, text.Data, 0
	add := func(n *html.Node) { parent.InsertBefore(n, text) }
	for _, at := range places {
		add(&html.Node{Type: html.TextNode, Data: data[from:at[0]]})
		from = at[1]
		f, ok := formulaOf(data[at[0]:at[1]], formulas)
		if !ok {
			continue
		}
		n := mathsNode(f)
		if stop := stops.FindString(data[from:]); stop != "" && !f.display { // no line begins with a comma
			joined := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span, Attr: []html.Attribute{{Key: "class", Val: "joined"}}}
			joined.AppendChild(n)
			joined.AppendChild(&html.Node{Type: html.TextNode, Data: stop})
			n, from = joined, from+len(stop)
		}
		add(n)
	}
	text.Data = data[from:]
}

func mathsNode(f formula) *html.Node {
	class := "maths"
	if f.display {
		class = "maths display"
	}
	n := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span, Attr: []html.Attribute{{Key: "class", Val: class}}}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: f.tex})
	return n
}

// sentenceHTML is plain text in which $…$ is mathematics: a caption, a claim.
func sentenceHTML(text string) template.HTML {
	text, formulas := takeMaths(text)
	root := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
	root.AppendChild(&html.Node{Type: html.TextNode, Data: strings.ReplaceAll(numbers(text), " = ", "\u00a0=\u00a0")})
	setMaths(root, formulas)
	return template.HTML(markup(root))
}

func clone(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, Data: n.Data, DataAtom: n.DataAtom, Attr: n.Attr}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.AppendChild(clone(k))
	}
	return c
}

// unlink makes links inside n plain text: it is going to stand inside a link itself.
func unlink(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		unlink(c)
		if c.DataAtom == atom.A {
			c.Data, c.DataAtom, c.Attr = "span", atom.Span, nil
		}
	}
}
