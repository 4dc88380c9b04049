package compare

import (
	"fmt"
	"strings"
)

const (
	mostLines = 40  // of a diff
	mostCells = 4e6 // of the table behind one
	mostWide  = 160 // bytes of a line
	context   = 2   // equal lines around a difference
)

// lines writes a diff of two texts. Lines that are alike count as equal.
func lines(a, b string, tol float64) string {
	as, bs := strings.Split(strings.TrimSuffix(a, "\n"), "\n"), strings.Split(strings.TrimSuffix(b, "\n"), "\n")
	head := 0
	for head < len(as) && head < len(bs) && alike(as[head], bs[head], tol) {
		head++
	}
	tail := 0
	for tail < len(as)-head && tail < len(bs)-head && alike(as[len(as)-1-tail], bs[len(bs)-1-tail], tol) {
		tail++
	}
	var out []string
	for _, l := range as[max(0, head-context):head] {
		out = append(out, "  "+shorten(l, 0))
	}
	out = append(out, middle(as[head:len(as)-tail], bs[head:len(bs)-tail], tol)...)
	for _, l := range as[len(as)-tail : min(len(as), len(as)-tail+context)] {
		out = append(out, "  "+shorten(l, 0))
	}
	out = folded(out)
	if len(out) > mostLines {
		out = append(out[:mostLines], fmt.Sprintf("  … %d lines more", len(out)-mostLines))
	}
	return strings.Join(out, "\n") + "\n"
}

// folded leaves out what is equal and far from any difference.
func folded(diff []string) []string {
	var out []string
	for i := 0; i < len(diff); {
		end := i
		for end < len(diff) && diff[end][0] == ' ' {
			end++
		}
		if hidden := end - i - 2*context; i > 0 && end < len(diff) && hidden > 1 {
			out = append(out, diff[i:i+context]...)
			out = append(out, fmt.Sprintf("  … %d equal lines", hidden))
			i = end - context
		}
		out = append(out, diff[i:end]...)
		if i = end; i < len(diff) {
			out, i = append(out, diff[i]), i+1
		}
	}
	return out
}

// middle is the classic diff by the longest common subsequence; of very long texts, all of one and all of the other.
func middle(as, bs []string, tol float64) []string {
	var out []string
	if len(as) == 1 && len(bs) == 1 { // show the part of a long line that differs
		at := 0
		for at < len(as[0]) && at < len(bs[0]) && as[0][at] == bs[0][at] {
			at++
		}
		return []string{"- " + shorten(as[0], at), "+ " + shorten(bs[0], at)}
	}
	if float64(len(as))*float64(len(bs)) > mostCells {
		for _, l := range as {
			out = append(out, "- "+shorten(l, 0))
		}
		for _, l := range bs {
			out = append(out, "+ "+shorten(l, 0))
		}
		return out
	}
	length := make([][]int, len(as)+1) // of the common subsequence of the rests
	for i := range length {
		length[i] = make([]int, len(bs)+1)
	}
	for i := len(as) - 1; i >= 0; i-- {
		for k := len(bs) - 1; k >= 0; k-- {
			if alike(as[i], bs[k], tol) {
				length[i][k] = length[i+1][k+1] + 1
			} else {
				length[i][k] = max(length[i+1][k], length[i][k+1])
			}
		}
	}
	for i, k := 0, 0; i < len(as) || k < len(bs); {
		switch {
		case i < len(as) && k < len(bs) && alike(as[i], bs[k], tol):
			out = append(out, "  "+shorten(as[i], 0))
			i, k = i+1, k+1
		case k == len(bs) || i < len(as) && length[i+1][k] >= length[i][k+1]:
			out = append(out, "- "+shorten(as[i], 0))
			i++
		default:
			out = append(out, "+ "+shorten(bs[k], 0))
			k++
		}
	}
	return out
}

// excerpt marks the first lines of a text.
func excerpt(mark, text string) string {
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	var b strings.Builder
	for i, l := range all {
		if i == 5 {
			fmt.Fprintf(&b, "%s… %d lines more\n", mark, len(all)-i)
			break
		}
		b.WriteString(mark + shorten(l, 0) + "\n")
	}
	return b.String()
}

// shorten cuts a long line to a window that shows what is at a byte.
func shorten(s string, at int) string {
	if len(s) <= mostWide {
		return s
	}
	from := max(0, min(at-mostWide/2, len(s)-mostWide))
	cut := strings.ToValidUTF8(s[from:from+mostWide], "")
	if from > 0 {
		cut = "…" + cut
	}
	if from+mostWide < len(s) {
		cut += "…"
	}
	return cut
}
