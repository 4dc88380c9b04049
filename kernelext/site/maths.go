package site

import (
	"regexp"
	"strconv"
	"strings"
)

// Mathematics is taken out of Markdown before Markdown is read, as JupyterLab does: an underscore in a formula is no
// emphasis, a | in a table's formula no column. In its place stands a token of private-use characters that nothing else
// touches.
const (
	tokenOpen  = '\uE000'
	tokenClose = '\uE001'
)

var token = regexp.MustCompile(string(tokenOpen) + `(\d{1,6})` + string(tokenClose))

// formula is one piece of mathematics.
type formula struct {
	raw     string // with its delimiters
	tex     string
	display bool
}

// maxFormula bounds a formula, and with it the search for its end.
const maxFormula = 8 << 10

// takeMaths replaces the formulas of a Markdown text by tokens.
func takeMaths(text string) (string, []formula) {
	text = strings.Map(func(r rune) rune {
		if r == tokenOpen || r == tokenClose {
			return -1
		}
		return r
	}, text)
	var out strings.Builder
	var found []formula
	fence := ""
	for lineStart := true; text != ""; {
		if lineStart {
			lineStart = false
			line, _, _ := strings.Cut(text, "\n")
			mark := fenceMark(line)
			if fence != "" || mark != "" {
				switch {
				case fence == "":
					fence = mark
				case strings.HasPrefix(mark, fence) && strings.TrimSpace(line) == mark:
					fence = ""
				}
				n := min(len(line)+1, len(text))
				out.WriteString(text[:n])
				text, lineStart = text[n:], true
				continue
			}
		}
		n := 1
		switch c := text[0]; {
		case c == '\n':
			lineStart = true
		case c == '`':
			n = codeSpan(text)
		case c == '$' || c == '\\':
			if f, end := readFormula(text); end > 0 {
				out.WriteRune(tokenOpen)
				out.WriteString(strconv.Itoa(len(found)))
				out.WriteRune(tokenClose)
				found = append(found, f)
				text = text[end:]
				continue
			}
			if len(text) > 1 && text[1] < 0x80 && text[1] != '\n' && (c == '\\' || text[1] == '$') {
				n = 2 // an escaped character, or dollars that open nothing
			}
		}
		out.WriteString(text[:n])
		text = text[n:]
	}
	return out.String(), found
}

// fenceMark returns the ``` or ~~~ that a line begins with.
func fenceMark(line string) string {
	s := strings.TrimLeft(line, " ")
	if len(line)-len(s) > 3 || s == "" || s[0] != '`' && s[0] != '~' {
		return ""
	}
	mark := s[:len(s)-len(strings.TrimLeft(s, s[:1]))]
	if len(mark) < 3 || s[0] == '`' && strings.Contains(s[len(mark):], "`") {
		return ""
	}
	return mark
}

// codeSpan is the length of the code span that text begins with, or of its backticks when they open none.
func codeSpan(text string) int {
	ticks := len(text) - len(strings.TrimLeft(text, "`"))
	for i := ticks; i < len(text) && i < maxFormula; {
		if text[i] != '`' {
			i++
			continue
		}
		n := len(text[i:]) - len(strings.TrimLeft(text[i:], "`"))
		if i += n; n == ticks {
			return i
		}
	}
	return ticks
}

var environment = regexp.MustCompile(`^\\begin\{([a-zA-Z]{1,20}\*?)\}`)

// readFormula reads the formula that text begins with and returns its length, or 0.
func readFormula(text string) (formula, int) {
	text = text[:min(len(text), maxFormula)]
	for _, d := range []struct {
		open, close string
		display     bool
	}{{"$$", "$$", true}, {`\\[`, `\\]`, true}, {`\\(`, `\\)`, false}} {
		if !strings.HasPrefix(text, d.open) {
			continue
		}
		end := strings.Index(text[len(d.open):], d.close)
		if end <= 0 {
			return formula{}, 0
		}
		n := end + len(d.open) + len(d.close)
		return formula{text[:n], text[len(d.open) : n-len(d.close)], d.display}, n
	}
	if m := environment.FindStringSubmatch(text); m != nil {
		close := `\end{` + m[1] + "}"
		if end := strings.Index(text, close); end > 0 {
			n := end + len(close)
			return formula{text[:n], text[:n], true}, n
		}
		return formula{}, 0
	}
	if n := inlineFormula(text); n > 0 {
		return formula{text[:n], text[1 : n-1], false}, n
	}
	return formula{}, 0
}

// inlineFormula is the length of $…$: no space inside the dollars, no blank line between them, no digit after them, so
// that "between $5 and $10" stays money.
func inlineFormula(text string) int {
	if len(text) < 3 || text[0] != '$' || strings.ContainsRune(" \t\n$", rune(text[1])) {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\n':
			if rest := strings.TrimLeft(text[i+1:], " \t"); rest == "" || rest[0] == '\n' {
				return 0
			}
		case '$':
			if strings.ContainsRune(" \t\n", rune(text[i-1])) || i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' {
				return 0
			}
			return i + 1
		}
	}
	return 0
}
