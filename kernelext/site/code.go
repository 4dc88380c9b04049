package site

import (
	"html"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// What is coloured of a cell and of a page is bounded; longer code is shown plain.
const (
	maxHighlight     = 32 << 10
	maxPageHighlight = 1 << 20
)

// turns shows the characters that turn text around: code must not read otherwise than it runs (Boucher and Anderson,
// "Trojan Source", 2021).
var turns = strings.NewReplacer("\u202a", turn("202A"), "\u202b", turn("202B"), "\u202c", turn("202C"), "\u202d", turn("202D"),
	"\u202e", turn("202E"), "\u2066", turn("2066"), "\u2067", turn("2067"), "\u2068", turn("2068"), "\u2069", turn("2069"))

func turn(code string) string { return `<mark>U+` + code + `</mark>` }

// cellHTML colours the source of a Go cell. Lines that speak to the kernel (%%, %test, !ls) are no Go.
func cellHTML(source string) string {
	var out, run strings.Builder
	flush := func() {
		out.WriteString(codeHTML("go", run.String()))
		run.Reset()
	}
	lines := strings.SplitAfter(source, "\n")
	if first := strings.TrimSpace(lines[0]); strings.HasPrefix(first, "%%") && first != "%%" && !strings.HasPrefix(first, "%% ") {
		language := ""
		if word, _, _ := strings.Cut(first[2:], " "); word == "bash" || word == "sh" || word == "script" {
			language = "bash"
		}
		return `<span class="kernel">` + html.EscapeString(lines[0]) + `</span>` + codeHTML(language, strings.Join(lines[1:], ""))
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!") {
			flush()
			out.WriteString(`<span class="kernel">` + html.EscapeString(line) + `</span>`)
			continue
		}
		run.WriteString(line)
	}
	flush()
	return out.String()
}

// codeHTML colours code of a language; the classes are chroma's short names.
func codeHTML(language, code string) string {
	if code == "" {
		return ""
	}
	lexer := lexers.Get(language)
	if lexer == nil || language == "" || len(code) > maxHighlight {
		return html.EscapeString(code)
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return html.EscapeString(code)
	}
	var out strings.Builder
	size := 0
	for t := tokens(); t != chroma.EOF; t = tokens() {
		size += len(t.Value)
		class := tokenClass(t.Type)
		if class == "" || strings.TrimSpace(t.Value) == "" {
			out.WriteString(html.EscapeString(t.Value))
			continue
		}
		out.WriteString(`<span class="` + class + `">` + html.EscapeString(t.Value) + `</span>`)
	}
	if size < len(code) { // a lexer that gave up must not lose code
		return html.EscapeString(code)
	}
	if size > len(code) { // some lexers end the last line
		return strings.TrimSuffix(out.String(), "\n")
	}
	return out.String()
}

// tokenClass is one of the few things that are worth a colour on a page where code is secondary.
func tokenClass(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "c"
	case t == chroma.KeywordType, t == chroma.NameBuiltin, t == chroma.NameClass:
		return "kt"
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber):
		return "m"
	case t == chroma.NameFunction:
		return "nf"
	}
	return ""
}
