package check

import (
	"fmt"
	"html"
	"strings"
)

// Colours by outcome: a bar of full colour and a tint that is faint on white and on
// black alike. Words and signs say the same, for those who see no colour.
const (
	good    = "0,158,115"
	bad     = "213,94,0"
	neutral = "86,180,233"
)

// html returns the report for people, with inline styles only: a notebook that is not
// trusted keeps those.
func (r Report) html() string {
	colour := bad
	switch {
	case r.Passed:
		colour = good
	case r.Verdict == string(open):
		colour = neutral
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="border-left:4px solid rgb(%s);background:rgba(%s,.1);padding:.5em .9em;margin:.5em 0;max-width:46em">`, colour, colour)
	fmt.Fprintf(&b, `<div><strong>%s %s</strong> · %s`, r.sign(), html.EscapeString(r.ID), html.EscapeString(r.Statement))
	if v := r.verdictWords(); v != "" {
		fmt.Fprintf(&b, ` · <em>%s</em>`, v)
	}
	b.WriteString("</div>")
	if len(r.Tests) > 0 {
		b.WriteString(`<table style="border-collapse:collapse;margin:.4em 0 0;font-size:90%;text-align:left"><tbody>`)
		for _, t := range r.Tests {
			t.row(&b)
		}
		b.WriteString("</tbody></table>")
	}
	if r.unsaid() {
		fmt.Fprintf(&b, `<div style="margin-top:.4em"><strong>%s</strong></div>`, html.EscapeString(r.Problem))
	}
	b.WriteString("</div>")
	return b.String()
}

const cell = `<td style="padding:.15em 1em .15em 0;text-align:left;vertical-align:top">`

func (t Result) row(b *strings.Builder) {
	fmt.Fprintf(b, `<tr style="background:transparent">%s%s</td>%s%s`, cell, tick(t.Pass, t.Open), cell, html.EscapeString(t.What))
	for _, w := range t.Refuses {
		verb := "refuses"
		if !w.Refused {
			verb = "<strong>accepts</strong>"
		}
		fmt.Fprintf(b, `<div style="opacity:.75">%s %s (%s)</div>`, verb, html.EscapeString(w.Label), html.EscapeString(Text(w.Value)))
	}
	if t.Hint != "" && !t.Pass && !t.Open {
		fmt.Fprintf(b, `<div><em>Hint:</em> %s</div>`, html.EscapeString(t.Hint))
	}
	got := html.EscapeString(Text(t.Got))
	if t.Open {
		got = "not yet"
	}
	fmt.Fprintf(b, `</td>%s<code>%s</code></td>%sexpected %s</td></tr>`, cell, got, cell, html.EscapeString(t.Expected))
}
