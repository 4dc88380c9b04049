package nbformat

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// FormatError says why a file is not a notebook this package can read, where, and what to do; always in one line.
type FormatError struct {
	Path         string // "" when the document was not a file
	Line, Column int    // 1-based; the column counts characters
	Problem      string
}

func (e *FormatError) Error() string {
	path := e.Path
	if path == "" {
		path = "notebook"
	}
	return fmt.Sprintf("%s:%d:%d: %s", path, e.Line, e.Column, e.Problem)
}

// errorAt makes a FormatError for the byte at offset of data.
func errorAt(data []byte, offset int, format string, args ...any) *FormatError {
	offset = max(0, min(offset, len(data)))
	before := data[:offset]
	line := bytes.Count(before, []byte{'\n'})
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &FormatError{Line: line + 1, Column: column + 1, Problem: fmt.Sprintf(format, args...)}
}
