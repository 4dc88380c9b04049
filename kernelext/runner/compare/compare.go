package compare

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"downhill/kernelext/nbformat"
)

// Options say how strict to be.
type Options struct {
	Tolerance float64 // by how much numbers may differ: relatively, and below 1 absolutely; 0: 1e-6
}

func (o Options) tolerance() float64 {
	if o.Tolerance > 0 {
		return o.Tolerance
	}
	return 1e-6
}

// Outputs returns how fresh outputs differ from stored ones, for people to read; empty when they do not.
func Outputs(stored, fresh []nbformat.Output, o Options) string {
	a, b := pieces(stored), pieces(fresh)
	var diff strings.Builder
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(b):
			fmt.Fprintf(&diff, "%s: no longer there\n%s", a[i].what, excerpt("- ", a[i].text))
		case i >= len(a):
			fmt.Fprintf(&diff, "%s: new\n%s", b[i].what, excerpt("+ ", b[i].text))
		case a[i].what != b[i].what:
			fmt.Fprintf(&diff, "%s: now %s\n", a[i].what, b[i].what)
		case a[i].json:
			if !sameJSON(a[i].text, b[i].text, o.tolerance()) {
				fmt.Fprintf(&diff, "%s:\n%s", a[i].what, lines(indent(a[i].text), indent(b[i].text), o.tolerance()))
			}
		case a[i].bytes:
			if a[i].text != b[i].text {
				fmt.Fprintf(&diff, "%s:\n- %s\n+ %s\n", a[i].what, summed(a[i].text), summed(b[i].text))
			}
		case !alike(a[i].text, b[i].text, o.tolerance()):
			fmt.Fprintf(&diff, "%s:\n%s", a[i].what, lines(a[i].text, b[i].text, o.tolerance()))
		}
	}
	return diff.String()
}

// piece is one thing to compare: a stream, an error, or one MIME type of a display.
type piece struct {
	what, text string
	json       bool
	bytes      bool // in base64
}

// pieces lists what there is to compare: first the whole of stdout and of stderr, since GoNB keeps no order between
// these and the displays, then the displays and errors as they come.
func pieces(outs []nbformat.Output) []piece {
	var list []piece
	for _, name := range []string{"stdout", "stderr"} {
		text := ""
		for _, o := range outs {
			if o.Type == nbformat.Stream && o.Name == name {
				text += o.Text
			}
		}
		if text != "" {
			list = append(list, piece{what: name, text: scrub(text)})
		}
	}
	for _, o := range outs {
		if o.Type == nbformat.Error {
			list = append(list, piece{what: "error", text: scrub(o.EName + ": " + o.EValue)})
			continue
		}
		for _, mime := range slices.Sorted(maps.Keys(o.Data)) {
			if mime == "text/html" && hasOurs(o.Data) {
				continue // it is made of the data beside it, for pages that do not know these
			}
			text, _ := o.MIME(mime)
			if kind, _, _ := strings.Cut(mime, "/"); (kind == "image" || kind == "audio" || kind == "video") && mime != "image/svg+xml" {
				list = append(list, piece{what: mime, text: strings.Join(strings.Fields(text), ""), bytes: true})
				continue
			}
			list = append(list, piece{what: mime, text: scrub(text), json: strings.HasSuffix(mime, "json")})
		}
	}
	return list
}

// summed says what tells one picture in base64 from another: its size, and the beginning of a hash.
func summed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%d bytes, %x…", base64.StdEncoding.DecodedLen(len(text))-strings.Count(text, "="), sum[:4])
}

// hasOurs tells whether a display holds data of downhill's own types.
func hasOurs(data map[string]json.RawMessage) bool {
	for mime := range data {
		if strings.HasPrefix(mime, "application/vnd.downhill.") {
			return true
		}
	}
	return false
}

func sameJSON(a, b string, tol float64) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return alike(a, b, tol)
	}
	return sameValue(x, y, tol)
}

func sameValue(x, y any, tol float64) bool {
	switch x := x.(type) {
	case float64:
		y, ok := y.(float64)
		return ok && within(x, y, tol)
	case string:
		y, ok := y.(string)
		return ok && alike(x, y, tol)
	case []any:
		y, ok := y.([]any)
		return ok && slices.EqualFunc(x, y, func(a, b any) bool { return sameValue(a, b, tol) })
	case map[string]any:
		y, ok := y.(map[string]any)
		return ok && maps.EqualFunc(x, y, func(a, b any) bool { return sameValue(a, b, tol) })
	}
	return x == y
}

// indent spells JSON in one way, a value a line.
func indent(s string) string {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if e.Encode(v) != nil {
		return s
	}
	return b.String()
}
