package site

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
)

// An SVG is put into the page itself, where its text can be searched and read aloud and its colours follow the page, but
// only when every element and attribute of it is on this list. Any other SVG becomes a picture (<img>), in which a
// browser runs no script and fetches nothing.
var svgElements = setOf(`svg g path rect circle ellipse line polyline polygon text tspan title desc defs use
	marker clipPath linearGradient radialGradient stop pattern image style`)

var svgAttributes = setOf(`id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points viewBox
	preserveAspectRatio transform fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray
	stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity font-family font-size font-style font-weight
	text-anchor dominant-baseline alignment-baseline letter-spacing offset stop-color stop-opacity gradientUnits
	gradientTransform patternUnits patternTransform clip-path clip-rule clipPathUnits marker-start marker-mid marker-end
	markerWidth markerHeight refX refY orient markerUnits paint-order image-rendering shape-rendering vector-effect
	textLength lengthAdjust display visibility color role aria-label aria-labelledby aria-hidden xmlns version`)

func setOf(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

var (
	errForeign  = errors.New("not on the list")
	svgID       = regexp.MustCompile(`^[A-Za-z_][\w.\-]{0,99}$`)
	svgRef      = regexp.MustCompile(`url\(\s*['"]?#([\w.\-]+)['"]?\s*\)`)
	svgClass    = regexp.MustCompile(`^[A-Za-z][\w\- ]{0,99}$`)
	svgPicture  = regexp.MustCompile(`^data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*$`)
	svgStyling  = regexp.MustCompile(`^(fill|stroke|font|opacity|stop|text-anchor|color|letter-spacing|dominant-baseline|image-rendering)[a-z\-]*$`)
	svgNight    = regexp.MustCompile(`(?s)^\s*@media\s*\(prefers-color-scheme:\s*dark\)\s*\{(.*)\}\s*$`)
	svgRule     = regexp.MustCompile(`^\s*([#.])([\w\-]+)\s+\.([A-Za-z][\w\-]*)\s*\{((?:(?:fill|stroke|stop-color):#[0-9A-Fa-f]{3,8};?)+)\}`)
	svgMaxDepth = 64
)

// inlineSVG rebuilds source from the elements and attributes on the list, every id under prefix so that ids of figures
// cannot meet. The error says only that it cannot.
func inlineSVG(source, prefix string) (string, error) {
	dec := xml.NewDecoder(strings.NewReader(source))
	dec.Entity = map[string]string{}
	w := svgWriter{prefix: prefix}
	for {
		t, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = w.token(t)
		}
		if err != nil {
			return "", err
		}
	}
	if len(w.open) > 0 || !w.done {
		return "", errForeign
	}
	return w.out.String(), nil
}

type svgWriter struct {
	out    strings.Builder
	prefix string
	root   string // selector of the outermost svg
	open   []string
	named  []int // depths of open elements below the root that have an id
	done   bool  // the outermost svg is closed
}

func (w *svgWriter) inside(name string) bool { return len(w.open) > 0 && w.open[len(w.open)-1] == name }

func (w *svgWriter) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		name := t.Name.Local
		if t.Name.Space != "" || !svgElements[name] || w.done || (len(w.open) == 0) != (name == "svg") ||
			len(w.open) >= svgMaxDepth || w.inside("style") || w.inside("title") || w.inside("desc") {
			return errForeign
		}
		w.open = append(w.open, name)
		if len(w.open) > 1 && hasID(t) {
			w.named = append(w.named, len(w.open))
		}
		if name == "use" && len(w.named) > 0 {
			return errForeign // copies of copies of copies would bring a browser to its knees
		}
		w.out.WriteString("<" + name)
		for _, a := range t.Attr {
			if err := w.attribute(name, a); err != nil {
				return err
			}
		}
		w.out.WriteByte('>')
	case xml.EndElement:
		if t.Name.Space != "" || !w.inside(t.Name.Local) {
			return errForeign
		}
		if n := len(w.named); n > 0 && w.named[n-1] == len(w.open) {
			w.named = w.named[:n-1]
		}
		w.open = w.open[:len(w.open)-1]
		w.out.WriteString("</" + t.Name.Local + ">")
		w.done = len(w.open) == 0
	case xml.CharData:
		if w.inside("style") {
			return w.style(string(t))
		}
		if len(w.open) > 0 {
			w.out.WriteString(html.EscapeString(string(t)))
		} else if strings.TrimSpace(string(t)) != "" {
			return errForeign
		}
	case xml.ProcInst, xml.Comment:
	case xml.Directive:
		if !strings.HasPrefix(string(t), "DOCTYPE") || strings.Contains(string(t), "[") {
			return errForeign
		}
	}
	return nil
}

func hasID(t xml.StartElement) bool {
	return slices.ContainsFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == "id" })
}

func (w *svgWriter) attribute(element string, a xml.Attr) error {
	name, val := a.Name.Local, a.Value
	switch {
	case a.Name.Space == "xmlns" || name == "xmlns" || name == "version":
		return nil // inside HTML they mean nothing
	case a.Name.Space == "xlink" && name != "href" || a.Name.Space == "xml":
		return nil
	case name == "href":
		if element == "image" && svgPicture.MatchString(val) {
			break
		}
		local, ok := strings.CutPrefix(val, "#") // a copy, or a gradient that builds on another
		if !ok || element == "image" || !svgID.MatchString(local) {
			return errForeign
		}
		val = "#" + w.prefix + local
	case a.Name.Space != "":
		return errForeign
	case name == "style":
		if !plainStyle(val) {
			return errForeign
		}
		val = svgRef.ReplaceAllString(val, "url(#"+w.prefix+"$1)")
	case !svgAttributes[name]:
		return errForeign
	case name == "id":
		if !svgID.MatchString(val) {
			return errForeign
		}
		val = w.prefix + val
		if len(w.open) == 1 {
			w.root = "#" + val
		}
	case name == "aria-labelledby":
		ids := strings.Fields(val)
		for i, id := range ids {
			if !svgID.MatchString(id) {
				return errForeign
			}
			ids[i] = w.prefix + id
		}
		val = strings.Join(ids, " ")
	case name == "class":
		if !svgClass.MatchString(val) {
			return errForeign
		}
	case strings.Contains(strings.ToLower(val), "url("):
		if svgRef.ReplaceAllString(val, "") != "" {
			return errForeign
		}
		val = svgRef.ReplaceAllString(val, "url(#"+w.prefix+"$1)")
	}
	fmt.Fprintf(&w.out, ` %s="%s"`, name, html.EscapeString(val))
	return nil
}

// plainStyle tells whether a style attribute paints and does nothing else.
func plainStyle(style string) bool {
	if strings.ContainsAny(style, "\\@<>{}") || strings.Contains(style, "/*") ||
		strings.Contains(strings.ToLower(svgRef.ReplaceAllString(style, "")), "url") {
		return false
	}
	for decl := range strings.SplitSeq(style, ";") {
		name, _, _ := strings.Cut(decl, ":")
		if name = strings.TrimSpace(name); name != "" && !svgStyling.MatchString(name) {
			return false
		}
	}
	return true
}

// style takes one kind of sheet: the colours that show's figures have on a dark page, rule by rule. It is said again for
// the page's own switch between light and dark.
func (w *svgWriter) style(sheet string) error {
	if strings.TrimSpace(sheet) == "" {
		return nil
	}
	m := svgNight.FindStringSubmatch(sheet)
	if m == nil {
		return errForeign
	}
	var auto, chosen strings.Builder
	for rest := m[1]; strings.TrimSpace(rest) != ""; {
		r := svgRule.FindStringSubmatch(rest)
		if r == nil {
			return errForeign
		}
		rest = rest[len(r[0]):]
		scope := "#" + w.prefix + r[2]
		if r[1] == "." { // a part of this drawing, and of no other
			if scope = w.root + " ." + r[2]; w.root == "" {
				return errForeign
			}
		}
		rule := scope + " ." + r[3] + "{" + r[4] + "}"
		auto.WriteString(":root:not([data-theme=light]) " + rule)
		chosen.WriteString(":root[data-theme=dark] " + rule)
	}
	w.out.WriteString("@media screen and (prefers-color-scheme:dark){" + auto.String() + "}@media screen{" + chosen.String() + "}")
	return nil
}
