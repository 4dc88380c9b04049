package site

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"

	"downhill/kernelext/nbformat"
)

// The MIME types under which show describes a figure and check reports.
const (
	figureMIME = "application/vnd.downhill.figure+json"
	tableMIME  = "application/vnd.downhill.table+json"
	checkMIME  = "application/vnd.downhill.check+json"
)

// pictureMIMEs are the pictures a page embeds as data.
var pictureMIMEs = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}

const (
	longOutput = 24      // lines of a text that is shown whole
	headOutput = 12      // lines of a longer one that stay unfolded
	maxStream  = 1 << 20 // bytes of text on a page; the notebook holds the rest
)

// outputs draws the outputs of one cell.
func (p *page) outputs(c *nbformat.Cell, v *cellView) {
	outs := c.Outputs()
	for i := 0; i < len(outs); i++ {
		o := outs[i]
		switch o.Type {
		case nbformat.Stream:
			for i+1 < len(outs) && outs[i+1].Type == nbformat.Stream && outs[i+1].Name == o.Name {
				i++
				o.Text += outs[i].Text
			}
			v.add(streamHTML(o.Name, o.Text))
		case nbformat.DisplayData, nbformat.ExecuteResult:
			v.add(p.display(o, v))
		case nbformat.Error:
			v.Error = true
			v.add(errorHTML(o, v.Number, v.Expected))
		}
	}
}

func streamHTML(name, text string) template.HTML {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	note := ""
	if len(text) > maxStream {
		note = fmt.Sprintf(`<p class="note">Cut after %d KB of %d KB; the notebook holds all of it.</p>`, maxStream>>10, len(text)>>10)
		text = text[:maxStream]
	}
	if name == "stderr" {
		return template.HTML(`<div class="stream stderr" role="group" aria-label="standard error"><span class="tag">stderr</span>` + foldedPre(text) + note + `</div>`)
	}
	return template.HTML(`<div class="stream">` + foldedPre(text) + note + `</div>`)
}

// foldedPre shows a long text as its first lines and the rest folded away. Colours do not reach over the fold.
func foldedPre(text string) string {
	text = strings.TrimRight(overwrite(strings.ReplaceAll(text, "\r\n", "\n")), "\n")
	lines := strings.SplitAfter(text, "\n")
	pre := func(s string) string {
		return `<pre>` + terminalHTML(strings.TrimSuffix(s, "\n")) + `</pre>`
	}
	if len(lines) <= longOutput {
		return pre(text)
	}
	return pre(strings.Join(lines[:headOutput], "")) +
		fmt.Sprintf(`<details class="rest"><summary>%d more lines</summary>`, len(lines)-headOutput) +
		pre(strings.Join(lines[headOutput:], "")) + `</details>`
}

func errorHTML(o nbformat.Output, cell int, expected bool) template.HTML {
	text := strings.Join(o.Traceback, "\n")
	head := o.EValue
	if o.EName != "" && o.EName != "ERROR" {
		head = o.EName + ": " + o.EValue
	}
	if !strings.Contains(text, o.EValue) || text == "" {
		text = strings.TrimSpace(head + "\n" + text)
	}
	class, title := "error", fmt.Sprintf("Error in cell %d", cell)
	if expected {
		class, title = "error expected", "This error is meant to happen"
	}
	return template.HTML(fmt.Sprintf(`<div class="%s" role="group" aria-label="%s"><span class="tag">%s</span>%s</div>`,
		class, title, title, foldedPre(text)))
}

// display draws the richest form of a bundle that is safe to draw.
func (p *page) display(o nbformat.Output, v *cellView) template.HTML {
	if raw, ok := o.MIME(checkMIME); ok {
		if h := p.check(json.RawMessage(raw), v); h != "" {
			return h
		}
	}
	if raw, ok := o.MIME(tableMIME); ok {
		if h := tableHTML(json.RawMessage(raw)); h != "" {
			return h
		}
	}
	if raw, ok := o.MIME(framesMIME); ok {
		if h := p.frames(raw, o); h != "" {
			return h
		}
	}
	if svg, ok := o.MIME("image/svg+xml"); ok {
		return p.figure(svg, figureOf(o))
	}
	for _, mime := range pictureMIMEs {
		if data, ok := o.MIME(mime); ok {
			if uri := pictureURI(mime, data); uri != "" {
				return p.frame(`<img src="`+html.EscapeString(uri)+`" alt="`+html.EscapeString(figureOf(o).Alt)+`">`, figureOf(o))
			}
		}
	}
	if source, ok := o.MIME("text/html"); ok {
		if svg, ok := loneSVG(source); ok {
			return p.figure(svg, figureOf(o))
		}
		if root := fragment(source); root != nil {
			p.prose.links.tidy(root)
			if body := markup(root); strings.TrimSpace(words(root)) != "" || strings.Contains(body, "<img") {
				return template.HTML(`<div class="rich">` + body + `</div>`)
			}
		}
	}
	if tex, ok := o.MIME("text/latex"); ok {
		return template.HTML(`<div class="rich">`) + sentenceHTML(tex) + `</div>`
	}
	if text, ok := o.MIME("text/markdown"); ok {
		if root, formulas := markdown(text); root != nil {
			p.prose.links.tidy(root)
			setMaths(root, formulas)
			return template.HTML(`<div class="rich">` + markup(root) + `</div>`)
		}
	}
	if text, ok := o.MIME("text/plain"); ok && strings.TrimSpace(text) != "" {
		return streamHTML("stdout", text)
	}
	for mime := range o.Data {
		if !strings.HasPrefix(mime, "application/vnd.downhill") && mime != "text/html" {
			continue
		}
		return `<p class="note">This output is interactive: open the notebook to see it.</p>`
	}
	return ""
}

// figureData is what show says of a figure; sizes in centimetres.
type figureData struct {
	Caption string  `json:"caption"`
	Alt     string  `json:"alt"`
	Width   float64 `json:"width"`
	Height  float64 `json:"height"`
}

func figureOf(o nbformat.Output) figureData {
	var f figureData
	if raw, ok := o.MIME(figureMIME); ok && json.Unmarshal([]byte(raw), &f) != nil {
		return figureData{}
	}
	return f
}

var loneSVGPattern = regexp.MustCompile(`(?s)^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>\[]*>\s*)?(?:<!--.*?-->\s*)*<svg[\s>].*</svg>\s*$`)

// loneSVG tells whether HTML is nothing but one drawing: GoNB sends SVG so.
func loneSVG(source string) (string, bool) {
	return source, strings.Count(source, "<svg") == 1 && loneSVGPattern.MatchString(source)
}

// figure draws an SVG.
func (p *page) figure(svg string, f figureData) template.HTML {
	if p.thumb == "" {
		p.thumb = svg
	}
	p.drawn++
	drawing, err := inlineSVG(svg, fmt.Sprintf("dh-f%d-", p.drawn))
	if err != nil {
		drawing = `<img src="` + html.EscapeString(pictureURI("image/svg+xml", svg)) + `" alt="` + html.EscapeString(f.Alt) + `">`
	}
	return p.frame(drawing, f)
}

// frame puts a drawing on the page: numbered when it has a caption.
func (p *page) frame(drawing string, f figureData) template.HTML {
	style, class := "", ""
	if f.Width > 0 && f.Width < 60 {
		style = fmt.Sprintf(` style="--w:%.4gcm"`, f.Width)
		if f.Width <= 9 {
			class = ` class="small"` // two of them stand side by side
		}
	}
	caption := template.HTML("")
	if f.Caption != "" {
		p.figures++
		caption = template.HTML(fmt.Sprintf(`<figcaption><b>Figure %d.</b> `, p.figures)) + sentenceHTML(f.Caption) + `</figcaption>`
	}
	return template.HTML(`<figure`+class+style+`><div class="drawing">`+drawing+`</div>`) + caption + `</figure>`
}

var base64Text = regexp.MustCompile(`^[A-Za-z0-9+/=\s]+$`)

// pictureURI is a picture as the address of an <img>, or "" for what is none.
func pictureURI(mime, data string) string {
	if mime == "image/svg+xml" {
		return "data:image/svg+xml," + percent.Replace(strings.ToValidUTF8(data, ""))
	}
	if !base64Text.MatchString(data) {
		return ""
	}
	return "data:" + mime + ";base64," + strings.Join(strings.Fields(data), "")
}

// percent spells an SVG inside an address; shorter than base64.
var percent = strings.NewReplacer("%", "%25", "#", "%23", "<", "%3C", ">", "%3E", `"`, "%22", "\n", "%0A", "\r", "", "\t", " ")
