package site

import (
	"encoding/json"
	"html/template"
	"strings"

	"downhill/kernelext/nbformat"
)

// framesMIME is the type of what show.Frames and show.Explore put into an output: states of a figure under sliders.
const framesMIME = "application/vnd.downhill.frames+json"

// maxStates bounds the states of one output.
const maxStates = 2000

// framesData is the content of framesMIME, as package show describes it. State k is the SVG
// Open + Back + States[k] + Front + Close.
type framesData struct {
	figureData
	Sliders []slider `json:"sliders"`
	Play    bool     `json:"play"`
	Open    string   `json:"open"`
	Back    string   `json:"back"`
	States  []string `json:"states"`
	Front   string   `json:"front"`
	Close   string   `json:"close"`
	Notes   []string `json:"notes,omitempty"`
}

type slider struct {
	Label  string   `json:"label"`
	Values []string `json:"values"`
	Start  int      `json:"start"`
}

// start is the state shown first, or -1 when sliders and states do not fit together.
func (d *framesData) start() int {
	k, total := 0, 1
	for _, s := range d.Sliders {
		if s.Start < 0 || s.Start >= len(s.Values) || len(s.Values) > maxStates || total > maxStates {
			return -1
		}
		k = k*len(s.Values) + s.Start
		total *= len(s.Values)
	}
	if total != len(d.States) || len(d.Sliders) == 0 || len(d.Sliders) > 3 || total > maxStates {
		return -1
	}
	return k
}

// frames draws an output under sliders: the data for our script, and the stills for paper and for pages without scripts.
// It returns "" when the data is none.
func (p *page) frames(raw string, o nbformat.Output) template.HTML {
	var d framesData
	if json.Unmarshal([]byte(raw), &d) != nil {
		return ""
	}
	k := d.start()
	if k < 0 {
		return ""
	}
	var clean strings.Builder
	enc := json.NewEncoder(&clean)
	enc.SetEscapeHTML(false) // the attribute has its own escapes
	if enc.Encode(d) != nil {
		return ""
	}
	state := func(k int) string { return d.Open + d.Back + d.States[k] + d.Front + d.Close }
	if p.thumb == "" {
		p.thumb = state(len(d.States) / 2) // what there is to see is seldom at the end of a slider
	}
	stills, ok := o.MIME("image/svg+xml")
	if !ok {
		stills = state(k)
	}
	d.Width = max(d.Width, 10) // sliders need room
	figure := strings.Replace(string(p.figure(stills, d.figureData)), "<figure", `<figure class="frames" data-frames="`+quoteAttribute(clean.String())+`"`, 1)
	return template.HTML(figure)
}

// quoteAttribute spells text between double quotes with no more escapes than HTML asks for: these attributes are long.
func quoteAttribute(text string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&#34;").Replace(text)
}
