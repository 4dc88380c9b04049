package show

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed frames.js
var framesScript string

// html returns the states with a slider for JupyterLab and other pages that run the
// script. Until it runs, and where it never does, the stills are there.
func (d framesData) html(stills string) string {
	var raw strings.Builder
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		panic("show: " + err.Error())
	}
	alt := d.Alt
	if alt == "" {
		alt = d.Caption
	}
	width := number(d.Width, 2) + "cm"
	var b strings.Builder
	fmt.Fprintf(&b, `<figure id="%s-box" style="margin:.5em 0 1em"><img alt="%s" src="%s" style="width:%scm;max-width:100%%;height:auto">`,
		d.ID, escape(alt), dataURI(stills), number(d.Width*1.4, 2))
	b.WriteString(figcaption(d.Caption, width) + "</figure>")
	fmt.Fprintf(&b, "<script>(%s)(%s)</script>", strings.TrimSpace(framesScript), inScript(raw.String()))
	return b.String()
}

// inScript makes JSON safe inside a script element, which ends at </script and turns
// odd at <!--. (encoding/json's own escapes cost six bytes for each < of the drawing.)
func inScript(raw string) string {
	return strings.NewReplacer("</", `<\/`, "<!", `\u003c!`).Replace(strings.TrimSpace(raw))
}
