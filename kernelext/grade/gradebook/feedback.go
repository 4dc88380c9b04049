package gradebook

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"

	"downhill/kernelext/check"
	"downhill/kernelext/grade/examiner"
)

//go:embed feedback.html
var pageText string

// html/template escapes by context: whatever a student called a folder or made a program say stays text.
var page = template.Must(template.New("feedback").Funcs(template.FuncMap{
	"number": number, "words": func(p Part) []string { return strings.Split(Words(p), "\n") },
	"passed": func(class string) bool { return class == examiner.Passed },
}).Parse(pageText))

// Value writes a value of a check as people read it.
func Value(v any) string { return check.Text(v) }

// Feedback is the page for a student: their records, hidden tests without what would give them away.
func Feedback(student string, records []*Record) ([]byte, error) {
	var b bytes.Buffer
	err := page.Execute(&b, struct {
		Student string
		Records []*Record
	}{student, records})
	return b.Bytes(), err
}
