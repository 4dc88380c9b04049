package outputs

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"downhill/kernelext/nbformat"
)

// withoutMark returns what is to be shown of a piece of stderr.
func (c *Cell) withoutMark(s string) string {
	mark := c.book.EndMark
	if mark == "" {
		return s
	}
	mark += "\n"
	s, c.held = c.held+s, ""
	if before, after, found := strings.Cut(s, mark); found {
		c.ended = true
		return before + after
	}
	for n := min(len(mark)-1, len(s)); n > 0; n-- {
		if strings.HasSuffix(s, mark[:n]) {
			c.held = s[len(s)-n:]
			return s[:len(s)-n]
		}
	}
	return s
}

// Ended tells whether the program came to its end; see Options.EndMark. What was taken for the beginning of the mark
// and was not goes back to stderr.
func (c *Cell) Ended() bool {
	if c.held != "" {
		held := c.held
		c.held = ""
		mark := c.book.EndMark
		c.book.EndMark = ""
		c.write("stderr", held)
		c.book.EndMark = mark
	}
	return c.ended
}

// without takes a text out of a compiler's message, and moves the caret in the line below it to where it belongs.
func without(s, hidden string) string {
	if !strings.Contains(s, hidden) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Replace(l, hidden, "", 1)
		if lines[i] != l && i+1 < len(lines) && strings.TrimLeft(lines[i+1], " ") == "^" {
			lines[i+1] = lines[i+1][min(len(hidden), len(lines[i+1])-1):]
		}
	}
	return strings.Join(lines, "\n")
}

// isEmpty tells whether a display shows nothing.
func isEmpty(o nbformat.Output) bool {
	for _, v := range o.Data {
		if string(v) != `""` {
			return false
		}
	}
	return len(o.Data) > 0
}

// workFolder is where GoNB keeps a kernel's program; its name is new for each kernel and no help to a reader.
var workFolder = regexp.MustCompile(`(?:/[^\s:"'/]+)*/?\bgonb_[0-9a-f]{8}\b`)

func withoutFolder(o *nbformat.Output) {
	if o.Name == "stderr" {
		o.Text = workFolder.ReplaceAllString(o.Text, "gonb")
	}
	o.EValue = workFolder.ReplaceAllString(o.EValue, "gonb")
	o.Traceback = slices.Clone(o.Traceback)
	for i, s := range o.Traceback {
		o.Traceback[i] = workFolder.ReplaceAllString(s, "gonb")
	}
}

// stdoutFirst puts stdout before stderr where nothing stands between them.
func stdoutFirst(entries []*entry) []*entry {
	entries = slices.Clone(entries)
	for i := 1; i < len(entries); i++ {
		a, b := entries[i-1], entries[i]
		if a.stream != nil && b.stream != nil && b.out.Name == "stdout" {
			entries[i-1], entries[i] = b, a
		}
	}
	return entries
}

// lostBytes counts the escapes \ufffd in a JSON text; see Options.GoNB.
func lostBytes(raw []byte) (n int) {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 == len(raw) {
			return n
		}
		if bytes.HasPrefix(raw[i:], []byte(`\ufffd`)) {
			n++
		}
		raw = raw[i+2:]
	}
}

func lostNotice(n int) string {
	if n == 0 {
		return ""
	}
	return "[downhill: " + size(n) + " of this output were lost: they are not UTF-8, or the kernel split a character; " +
		"each stands as \ufffd]\n"
}
