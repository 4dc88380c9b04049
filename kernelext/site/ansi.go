package site

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// sgr is what a terminal remembers about how to print.
type sgr struct {
	fg, bg                                         string // class names or colours
	bold, faint, italic, underline, invert, strike bool
}

// terminalHTML shows text as a terminal would: colours, and lines that a carriage return or backspace wrote over.
// Every other control sequence is dropped.
func terminalHTML(text string) string {
	var out strings.Builder
	var state sgr
	plain := func(s string) {
		if s == "" {
			return
		}
		if attrs := state.attrs(); attrs != "" {
			out.WriteString("<span" + attrs + ">" + html.EscapeString(s) + "</span>")
			return
		}
		out.WriteString(html.EscapeString(s))
	}
	text = overwrite(strings.ReplaceAll(text, "\r\n", "\n"))
	for {
		before, rest, found := strings.Cut(text, "\x1b")
		plain(visible(before))
		if !found {
			return out.String()
		}
		params, final, n := sequence(rest)
		if final == 'm' {
			state.set(params)
		}
		text = rest[n:]
	}
}

// overwrite keeps of each line what stands after its last carriage return, and takes back what a backspace takes back.
func overwrite(text string) string {
	if !strings.ContainsAny(text, "\r\b") {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		line = line[strings.LastIndexByte(line, '\r')+1:]
		if strings.ContainsRune(line, '\b') {
			var kept []rune
			for _, r := range line {
				switch {
				case r != '\b':
					kept = append(kept, r)
				case len(kept) > 0:
					kept = kept[:len(kept)-1]
				}
			}
			line = string(kept)
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 ||
			r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 { // the last two would turn text around
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// sequence reads what follows ESC: its parameters, its final byte (0 for other than CSI), its length.
func sequence(s string) (params string, final byte, n int) {
	switch {
	case s == "":
		return "", 0, 0
	case s[0] == '[':
		for i := 1; i < len(s); i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return s[1:i], s[i], i + 1
			}
			if s[i] < 0x20 || s[i] > 0x7e {
				return "", 0, i
			}
		}
		return "", 0, len(s)
	case s[0] == ']': // a title or a link: up to BEL or ESC \
		if end := strings.IndexAny(s, "\a\x1b"); end >= 0 {
			if strings.HasPrefix(s[end:], "\x1b\\") {
				end++
			}
			return "", 0, end + 1
		}
		return "", 0, len(s)
	case s[0] < 0x80:
		return "", 0, 1
	}
	return "", 0, 0
}

func (s *sgr) set(params string) {
	codes := strings.FieldsFunc(params, func(r rune) bool { return r == ';' || r == ':' })
	if len(codes) == 0 {
		codes = []string{"0"}
	}
	for i := 0; i < len(codes); i++ {
		n, err := strconv.Atoi(codes[i])
		if err != nil {
			return
		}
		switch {
		case n == 0:
			*s = sgr{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.faint = true
		case n == 3:
			s.italic = true
		case n == 4:
			s.underline = true
		case n == 7:
			s.invert = true
		case n == 9:
			s.strike = true
		case n == 22:
			s.bold, s.faint = false, false
		case n == 23:
			s.italic = false
		case n == 24:
			s.underline = false
		case n == 27:
			s.invert = false
		case n == 29:
			s.strike = false
		case n >= 30 && n <= 37:
			s.fg = strconv.Itoa(n - 30)
		case n >= 90 && n <= 97:
			s.fg = strconv.Itoa(n - 90 + 8)
		case n == 39:
			s.fg = ""
		case n >= 40 && n <= 47:
			s.bg = strconv.Itoa(n - 40)
		case n >= 100 && n <= 107:
			s.bg = strconv.Itoa(n - 100 + 8)
		case n == 49:
			s.bg = ""
		case n == 38 || n == 48:
			colour, used := extended(codes[i+1:])
			if i += used; n == 38 {
				s.fg = colour
			} else {
				s.bg = colour
			}
		}
	}
}

// extended reads 5;n or 2;r;g;b.
func extended(codes []string) (colour string, used int) {
	num := func(i int) int {
		n, err := strconv.Atoi(codes[i])
		if err != nil {
			return 0
		}
		return max(0, min(n, 255))
	}
	switch {
	case len(codes) >= 2 && codes[0] == "5":
		n := num(1)
		switch {
		case n < 16:
			return strconv.Itoa(n), 2
		case n < 232:
			n -= 16
			level := func(v int) int {
				if v == 0 {
					return 0
				}
				return 55 + 40*v
			}
			return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6)), 2
		}
		grey := 8 + 10*(n-232)
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey), 2
	case len(codes) >= 4 && codes[0] == "2":
		return fmt.Sprintf("#%02x%02x%02x", num(1), num(2), num(3)), 4
	}
	return "", len(codes)
}

func (s *sgr) attrs() string {
	var classes, styles []string
	add := func(on bool, class string) {
		if on {
			classes = append(classes, class)
		}
	}
	colour := func(c, class, property string) {
		switch {
		case strings.HasPrefix(c, "#"):
			styles = append(styles, property+":"+c)
		case c != "":
			classes = append(classes, class+c)
		}
	}
	colour(s.fg, "fg", "color")
	colour(s.bg, "bg", "background-color")
	add(s.bold, "t-bold")
	add(s.faint, "t-faint")
	add(s.italic, "t-italic")
	add(s.underline, "t-underline")
	add(s.invert, "t-invert")
	add(s.strike, "t-strike")
	attrs := ""
	if len(classes) > 0 {
		attrs += ` class="` + strings.Join(classes, " ") + `"`
	}
	if len(styles) > 0 {
		attrs += ` style="` + strings.Join(styles, ";") + `"`
	}
	return attrs
}
