package site

import (
	"encoding/json"
	"strings"
)

// maxSearchText bounds the text of one section in the index.
const maxSearchText = 4 << 10

// searchScript is the index: a script and not JSON, because a page from file:// cannot fetch. Each page is [address,
// title, sections], each section [anchor, heading, text].
func searchScript(pages []*page) ([]byte, error) {
	index := [][3]any{}
	for _, p := range pages {
		sections := [][3]string{}
		for _, s := range p.prose.sections {
			text := strings.Join(strings.Fields(visible(s.text.String())), " ")
			if len(text) > maxSearchText {
				text = strings.ToValidUTF8(text[:maxSearchText], "")
			}
			sections = append(sections, [3]string{s.ID, s.Title, text})
		}
		index = append(index, [3]any{p.File, p.Title, sections})
	}
	data, err := json.Marshal(index)
	return append(append([]byte("window.downhillSearch="), data...), ";\n"...), err
}
