package show

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tableData is the content of tableMIME: cells as text, as people read them.
type tableData struct {
	Caption string     `json:"caption"`
	Head    []string   `json:"head"`
	Rows    [][]string `json:"rows"`
	Numeric []bool     `json:"numeric"` // columns that hold numbers and are set to the right
}

// Row is a line of a table. Numbers are written with four digits; format those that
// need more, or a unit, with fmt.Sprintf.
type Row []any

// Table shows the key numbers of a figure. Outside a notebook it prints them. It
// panics if a row is longer than head.
//
//	show.Table([]string{"batch", "steps", "loss"}, []show.Row{{1, 600, 0.0113}, {10, 60, 0.0121}})
func Table(head []string, rows []Row, opts ...Option) {
	var s settings
	for _, o := range opts {
		o(&s)
	}
	t := tableData{Caption: s.caption, Head: head, Rows: make([][]string, len(rows)), Numeric: make([]bool, len(head))}
	for i := range t.Numeric {
		t.Numeric[i] = len(rows) > 0
	}
	for i, r := range rows {
		if len(r) > len(head) {
			panic(fmt.Sprintf("show: row %d of a table has %d cells for %d columns", i+1, len(r), len(head)))
		}
		t.Rows[i] = make([]string, len(head))
		for j, v := range r {
			var number bool
			t.Rows[i][j], number = cellText(v)
			t.Numeric[j] = t.Numeric[j] && number
		}
	}
	emit(map[string]any{tableMIME: mustJSON(t), "text/html": t.html(), "text/plain": t.text()}, file{data: t.text()})
}

// cellText writes a value, and reports whether it is a number.
func cellText(v any) (string, bool) {
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return "", false
	case r.CanFloat():
		return strings.Replace(sig(r.Float()), "-", "−", 1), true
	case r.CanInt() || r.CanUint():
		return strings.Replace(fmt.Sprint(v), "-", "−", 1), true
	}
	return fmt.Sprint(v), false
}

func sig(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e6 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}

func (t tableData) html() string {
	var b strings.Builder
	b.WriteString(`<table style="border-collapse:collapse;margin:.5em 0 1em;font-size:90%">`)
	if t.Caption != "" {
		fmt.Fprintf(&b, `<caption style="caption-side:bottom;text-align:left;opacity:.8;padding-top:.3em">%s</caption>`, escape(t.Caption))
	}
	row := func(tag string, cells []string) {
		b.WriteString(`<tr style="background:transparent">`)
		for j, c := range cells {
			side := "left"
			if t.Numeric[j] {
				side = "right"
			}
			scope := ""
			if tag == "th" {
				scope = ` scope="col"`
			}
			fmt.Fprintf(&b, `<%s%s style="text-align:%s;padding:.2em .9em;border-bottom:1px solid rgba(128,128,128,.4);font-variant-numeric:tabular-nums">%s</%s>`,
				tag, scope, side, escape(c), tag)
		}
		b.WriteString("</tr>")
	}
	b.WriteString("<thead>")
	row("th", t.Head)
	b.WriteString("</thead><tbody>")
	for _, r := range t.Rows {
		row("td", r)
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

func (t tableData) text() string {
	width := make([]int, len(t.Head))
	for _, r := range append([][]string{t.Head}, t.Rows...) {
		for j, c := range r {
			width[j] = max(width[j], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, r := range append([][]string{t.Head}, t.Rows...) {
		line := ""
		for j, c := range r {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(c))
			if t.Numeric[j] {
				line += pad + c + "  "
			} else {
				line += c + pad + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	b.WriteString(t.Caption)
	return strings.TrimRight(b.String(), "\n")
}
