package outputs

import "strings"

// text is what a terminal shows of a stream: a carriage return goes back to the start of the line, where what follows
// overwrites, and a backspace takes a character away. Only the current line is kept apart, so that a progress bar that
// is redrawn for ever costs one line.
type text struct {
	done strings.Builder // finished lines
	line []rune          // the line under the cursor
	col  int             // where the next character goes
}

func (t *text) write(s string) {
	for s != "" {
		i := strings.IndexAny(s, "\r\b\n")
		if i < 0 {
			t.put(s)
			return
		}
		t.put(s[:i])
		switch s[i] {
		case '\n':
			t.done.WriteString(string(t.line))
			t.done.WriteByte('\n')
			t.line, t.col = t.line[:0], 0
		case '\r':
			t.col = 0
		case '\b':
			if t.col > 0 {
				t.line = append(t.line[:t.col-1], t.line[t.col:]...)
				t.col--
			}
		}
		s = s[i+1:]
	}
}

func (t *text) put(s string) {
	for _, r := range s {
		if t.col < len(t.line) {
			t.line[t.col] = r
		} else {
			t.line = append(t.line, r)
		}
		t.col++
	}
}

func (t *text) String() string { return t.done.String() + string(t.line) }

// size is the length in bytes, a line under the cursor counted as if it were ASCII.
func (t *text) size() int { return t.done.Len() + len(t.line) }
