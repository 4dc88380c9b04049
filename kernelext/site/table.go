package site

import (
	"encoding/json"
	"html/template"
	"strings"
)

// tableData is a table of show: cells as text, as people read them.
type tableData struct {
	Caption string     `json:"caption"`
	Head    []string   `json:"head"`
	Rows    [][]string `json:"rows"`
}

// tableHTML draws a table from its data, or returns "" when it is none.
func tableHTML(raw json.RawMessage) template.HTML {
	var t tableData
	if json.Unmarshal(raw, &t) != nil || len(t.Head) == 0 {
		return ""
	}
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, "table", t); err != nil {
		return ""
	}
	return template.HTML(b.String())
}

// Right tells whether a column is set to the right: it holds numbers, and gaps at most.
func (t tableData) Right(column int) bool {
	found := false
	for _, row := range t.Rows {
		if column < len(row) && row[column] != "" {
			if found = number(row[column]); !found {
				return false
			}
		}
	}
	return found
}

// Sentence is text with its mathematics.
func (t tableData) Sentence(text string) template.HTML { return sentenceHTML(text) }
