package site

import (
	"cmp"
	"encoding/json"
	"regexp"
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

// inline are the elements that part no words.
var inline = setOf("a abbr b cite code del dfn em font i ins kbd mark q s samp small span strong sub sup u var")

// readable is text with its formulas as people would type them: η h<2 for \eta h<2.
func readable(text string, formulas []formula) string {
	return token.ReplaceAllStringFunc(text, func(t string) string {
		f, _ := formulaOf(t, formulas)
		tex := command.ReplaceAllStringFunc(f.tex, func(c string) string {
			return cmp.Or(greek[c[1:]], greek[strings.TrimPrefix(c, `\var`)], " ")
		})
		return strings.Join(strings.Fields(strings.NewReplacer("{", " ", "}", " ", "&", " ").Replace(tex)), " ")
	})
}

var command = regexp.MustCompile(`\\([A-Za-z]+|.)`)

// greek are the letters by the names that TeX has for them.
var greek = func() map[string]string {
	letters := map[string]string{"nabla": "∇", "partial": "∂", "sum": "Σ", "infty": "∞"}
	for i, name := range strings.Fields("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho - sigma tau upsilon phi chi psi omega") {
		letters[name] = string(rune('α' + i))
		letters[strings.ToUpper(name[:1])+name[1:]] = string(rune('Α' + i))
	}
	return letters
}()
