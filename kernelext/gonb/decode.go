package gonb

import (
	"regexp"
	"strconv"
	"strings"

	"downhill/kernelext/jupyter"
)

// Diagnostic is a place in a cell and what is wrong there.
type Diagnostic struct {
	Count int    // execution count of the cell, 0 when unknown
	Line  int    // 1-based line of the cell's source, 0 when unknown
	Text  string // the compiler's or the panic's own words
}

var (
	ansi = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")
	// In a traceback entry of a reply; the number is missing for code that is no cell's.
	tracePlace = regexp.MustCompile(`^Cell(?:\[(\d+)\]:)? Line (\d+)$`)
	// In a stack on stderr.
	stackPlace = regexp.MustCompile(`\[\[ Cell (?:\[(\d+)\] )?Line (\d+) \]\]`)
	panicStart = regexp.MustCompile(`(?m)^(?:panic: |fatal error: |runtime: goroutine stack exceeds )`)
	// The lines around a compiler's words that say nothing.
	compileNoise = regexp.MustCompile(`^(?:# \S+.*|exit status \d+|failed to run ".*|too many errors|note: module requires .*)$`)
	exitStatus   = regexp.MustCompile(`(?m)^(?:exit status \d+|signal: .+)$`)
)

// Decode finds the places that a failed cell's reply and stderr name. The first is the cause. There is at least one
// Diagnostic, with a text, when the reply's status is not ok, and none otherwise.
func Decode(reply jupyter.Reply, stderr string) []Diagnostic {
	if reply.Status == "ok" {
		return nil
	}
	stderr = ansi.ReplaceAllString(stderr, "")
	if exitStatus.MatchString(reply.EValue) && !strings.Contains(reply.EValue, "failed to run") {
		return []Diagnostic{decodeExit(reply, stderr)}
	}
	if found := decodeTraceback(reply.Traceback); len(found) > 0 {
		return found
	}
	text := firstLine(ansi.ReplaceAllString(reply.EValue, ""))
	if text == "" {
		text = "the cell failed and the kernel did not say why"
	}
	return []Diagnostic{{Count: reply.ExecutionCount, Text: text}}
}

// decodeTraceback reads what the compiler, goimports or go get said: an entry for each line of it, which begins with
// the place in the cells and goes on with the source around it; the last line holds the words.
func decodeTraceback(entries []string) []Diagnostic {
	var found, placeless []Diagnostic
	for _, e := range entries {
		e = strings.TrimRight(ansi.ReplaceAllString(e, ""), "\n")
		first, _, _ := strings.Cut(e, "\n")
		text := e[strings.LastIndexByte(e, '\n')+1:]
		place := tracePlace.FindStringSubmatch(first)
		switch {
		case place != nil && first != e:
			d := Diagnostic{Text: strings.TrimSpace(text)}
			d.Count, _ = strconv.Atoi(place[1])
			d.Line, _ = strconv.Atoi(place[2])
			found = append(found, d)
		case strings.TrimSpace(text) == "" || compileNoise.MatchString(text):
		case len(found) > 0 && (text[0] == '\t' || text[0] == ' '):
			found[len(found)-1].Text += "; " + strings.TrimSpace(text)
		default:
			placeless = append(placeless, Diagnostic{Text: strings.TrimSpace(text)})
		}
	}
	return append(found, placeless...)
}

// decodeExit explains a cell's program that ended with a status: by its panic, or else by its last words.
func decodeExit(reply jupyter.Reply, stderr string) Diagnostic {
	status := strings.TrimSpace(exitStatus.FindString(reply.EValue))
	at := panicStart.FindStringIndex(stderr)
	if at == nil {
		d := Diagnostic{Count: reply.ExecutionCount, Text: status}
		words := strings.TrimSpace(exitStatus.ReplaceAllString(stderr, ""))
		if last := words[strings.LastIndexByte(words, '\n')+1:]; last != "" {
			d.Text = status + ": " + last
		}
		return d
	}
	stack := stderr[at[0]:]
	d := Diagnostic{Count: reply.ExecutionCount, Text: panicText(stack)}
	if place := stackPlace.FindStringSubmatch(stack); place != nil {
		d.Count, _ = strconv.Atoi(place[1])
		d.Line, _ = strconv.Atoi(place[2])
	}
	return d
}

// panicText is the panic's message: everything before the stacks.
func panicText(stack string) string {
	text, _, _ := strings.Cut(stack, "\n\ngoroutine ")
	text, _, _ = strings.Cut(text, "\n\nruntime stack:")
	text, _, _ = strings.Cut(text, "\n[signal ")
	lines := strings.FieldsFunc(text, isNewline)
	const most = 5
	if len(lines) > most {
		lines = append(lines[:most], "…")
	}
	return strings.Join(lines, "; ")
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}
