package site

import (
	"fmt"
	"html/template"
	"path"
	"strconv"
	"strings"
	"time"

	"downhill/kernelext/nbformat"
)

// Page is one executed notebook to be shown.
type Page struct {
	Path     string // of the notebook below the site's folder, with slashes: "07-momentum.ipynb"
	Notebook *nbformat.Notebook
	Failed   bool
	Cell     int    // which failed, 1-based among all cells; 0 when none is to blame
	Message  string // one line: "notebooks/07-momentum.ipynb:cell 12:3: undefined: x"
	Took     time.Duration
}

// page is a Page on its way to HTML.
type page struct {
	Page
	File      string // of the HTML below the site's folder
	Title     string
	TitleHTML template.HTML
	Cells     []cellView
	Claims    []claimView
	Executed  bool // some cell was executed

	prose    prose
	thumb    string // SVG of the first figure, or of the first of a cell tagged for it
	figures  int    // with a caption
	drawn    int
	coloured int // bytes of code
}

// cellView is one cell as the template sees it.
type cellView struct {
	Number   int // 1-based among all cells
	Markdown bool
	Body     template.HTML // prose, or coloured code
	Hidden   bool          // the code is not shown at all
	Fold     string        // the words on the fold; "" when nothing is folded
	FoldCode bool          // only the code is folded, the outputs are not
	Count    string        // execution count
	Label    string        // what is special about the cell
	Outputs  []template.HTML
	Failed   bool
	Expected bool // an error is meant to happen
	Error    bool // an output is an error
}

func (v *cellView) add(h template.HTML) {
	if h != "" {
		v.Outputs = append(v.Outputs, h)
	}
}

// shows tells whether the page shows a cell, counted from 0.
func (p Page) shows(i int) bool {
	c := p.Notebook.Cells[i]
	hidden := c.HasTag("remove-cell") || c.HasTag("remove_cell")
	return (c.Type == nbformat.Markdown || c.Type == nbformat.Code) && // raw cells speak to converters
		(!hidden || p.Failed && p.Cell == i+1)
}

func (p *page) build(places map[string]place) {
	p.prose.links = links{page: p.Path, places: places}
	for i, c := range p.Notebook.Cells {
		v := cellView{Number: i + 1, Failed: p.Failed && p.Cell == i+1}
		tags := c.Tags()
		has := func(names ...string) bool {
			for _, t := range tags {
				for _, n := range names {
					if t == n {
						return true
					}
				}
			}
			return false
		}
		if _, ok := c.ExecutionCount(); ok {
			p.Executed = true
		}
		if !p.shows(i) {
			continue
		}
		if has("nbsphinx-thumbnail") { // the name that Sphinx's galleries have for it
			p.thumb = ""
		}
		switch {
		case has("solution"):
			v.Fold = "Solution"
		case has("hint"):
			v.Fold = "Hint"
		case has("hide-cell"):
			v.Fold = "More"
		}
		switch c.Type {
		case nbformat.Markdown:
			v.Markdown = true
			v.Body = p.prose.cell(c.Source(), c.Attachments())
		case nbformat.Code:
			p.code(c, &v, has)
		}
		p.Cells = append(p.Cells, v)
	}
	p.entitle()
}

func (p *page) code(c *nbformat.Cell, v *cellView, has func(...string) bool) {
	source := strings.TrimRight(c.Source(), "\n")
	if p.coloured += len(source); p.coloured <= maxPageHighlight {
		v.Body = template.HTML(cellHTML(source))
	} else {
		v.Body = template.HTML(template.HTMLEscapeString(source))
	}
	v.Body = template.HTML(turns.Replace(string(v.Body)))
	v.Hidden = (has("remove-input", "remove_input") || strings.TrimSpace(source) == "") && !v.Failed
	v.Expected = has("raises-exception")
	if has("hide-input", "hide_input") && v.Fold == "" {
		v.Fold, v.FoldCode = "Code", true
	}
	switch {
	case has("injected-parameters"):
		v.Label = "parameters of this run"
	case has("parameters"):
		v.Label = "parameters"
	case has("skip-execution"):
		v.Label = "not run here"
	}
	if n, ok := c.ExecutionCount(); ok {
		v.Count = strconv.Itoa(n)
	}
	if !has("remove-output", "remove_output") || v.Failed {
		p.outputs(c, v)
	}
	if v.Failed && v.Fold != "" {
		v.Fold, v.FoldCode = "", false // what failed is not hidden
	}
	p.prose.say(source + " ")
}

// entitle takes the first heading of the first level, or else the file's name, as the page's title.
func (p *page) entitle() {
	for _, h := range p.prose.headings {
		if h.Level == 1 {
			p.Title, p.TitleHTML = h.Text, h.HTML
			return
		}
	}
	p.Title = strings.TrimSuffix(path.Base(p.Path), ".ipynb")
	p.TitleHTML = template.HTML(template.HTMLEscapeString(p.Title))
}

// Contents is the table of contents.
func (p *page) Contents() []heading {
	var list []heading
	for _, h := range p.prose.headings {
		if h.Level == 2 || h.Level == 3 {
			list = append(list, h)
		}
	}
	return list
}

// Goals returns at most limit goals of the notebook.
func (p *page) Goals() []template.HTML { return p.prose.goals[:min(len(p.prose.goals), 4)] }

// Lead is the notebook's first paragraph.
func (p *page) Lead() template.HTML { return p.prose.lead }

// Untitled tells whether the page needs a heading of its own.
func (p *page) Untitled() bool { return len(p.prose.headings) == 0 || p.prose.headings[0].Level != 1 }

// Status is a word for the index: passed, failed or not run.
func (p *page) Status() string {
	switch {
	case p.Failed:
		return "failed"
	case !p.Executed:
		return "not run"
	}
	return "passed"
}

// Facts is the small print under the title.
func (p *page) Facts() string {
	var facts []string
	code := 0
	for _, c := range p.Notebook.Cells {
		if c.Type == nbformat.Code {
			code++
		}
	}
	facts = append(facts, plural(code, "code cell"))
	if p.figures > 0 {
		facts = append(facts, plural(p.figures, "figure"))
	}
	if n := len(p.Claims); n > 0 {
		facts = append(facts, plural(n, "claim")+" settled")
	}
	if p.Took > 0 {
		facts = append(facts, fmt.Sprintf("ran in %.1f s", p.Took.Seconds()))
	}
	return strings.Join(facts, " · ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Root leads from the page's folder to the site's.
func (p *page) Root() string { return strings.Repeat("../", strings.Count(p.File, "/")) }

// Source is the address of the notebook, seen from its page.
func (p *page) Source() string { return relative(p.File, p.Path) }
