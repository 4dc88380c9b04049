package gonb

import (
	"os"
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
	// In a stack on stderr: GoNB's mark, if it is there, and the place in its program.
	stackPlace = regexp.MustCompile(`(?:\[\[ Cell (?:\[(\d+)\] )?Line (\d+) \]\]\s*)?(/\S*/main(?:_test)?\.go):(\d+)`)
	panicStart = regexp.MustCompile(`(?m)^(?:panic: |fatal error: |runtime: goroutine stack exceeds )`)
	// The lines around a compiler's words that say nothing.
	compileNoise = regexp.MustCompile(`^(?:# \S+.*|exit status \d+|failed to run ".*|go: \S+ imports|note: module requires .*)$`)
	exitStatus   = regexp.MustCompile(`(?m)^(?:exit status \d+|signal: .+)$`)
	missing      = regexp.MustCompile(`(?:package|module) ("?)([^\s":;]+)`)
)

// Decode finds the places that a failed cell's reply and stderr name. The first is the cause. There is at least one
// Diagnostic, with a text, when the reply's status is not ok, and none otherwise.
//
// GoNB looks for places in chunks of stderr as they come, and forgets one that is split between two; then, and for
// syntax errors, Decode looks into the program that GoNB has written: call it before the next cell is executed.
func Decode(reply jupyter.Reply, stderr string) []Diagnostic {
	if reply.Status == "ok" {
		return nil
	}
	stderr = ansi.ReplaceAllString(stderr, "")
	evalue := strings.TrimSpace(ansi.ReplaceAllString(reply.EValue, ""))
	if exitStatus.FindString(evalue) == evalue && evalue != "" {
		return []Diagnostic{decodeExit(reply, evalue, stderr)}
	}
	if found := decodeTraceback(reply, evalue); len(found) > 0 {
		return found
	}
	text, _, _ := strings.Cut(evalue, "\n")
	if text == "" {
		text = "the cell failed and the kernel did not say why"
	}
	return []Diagnostic{{Count: reply.ExecutionCount, Text: text}}
}

// decodeTraceback reads what the compiler, goimports or go get said: an entry for each line of it, which begins with
// the place in the cells and goes on with the source around it; the last line holds the words.
func decodeTraceback(reply jupyter.Reply, evalue string) []Diagnostic {
	var found, placeless []Diagnostic
	last := &placeless
	for _, e := range reply.Traceback {
		e = strings.TrimRight(ansi.ReplaceAllString(e, ""), "\n")
		first, _, _ := strings.Cut(e, "\n")
		text := e[strings.LastIndexByte(e, '\n')+1:]
		place := tracePlace.FindStringSubmatch(first)
		d := Diagnostic{Count: reply.ExecutionCount, Text: strings.TrimSpace(text)}
		switch {
		case place != nil && first != e:
			d.Count, _ = strconv.Atoi(place[1])
			d.Line, _ = strconv.Atoi(place[2])
			found, last = append(found, d), &found
		case d.Text == "" || compileNoise.MatchString(text):
		case len(*last) > 0 && (text[0] == '\t' || text[0] == ' '):
			(*last)[len(*last)-1].Text += "; " + d.Text
		default:
			if d.Line = placeOfError(evalue, d.Text, reply.Code); d.Line == 0 {
				d.Line = placeOfImport(d.Text, reply.Code)
			}
			placeless, last = append(placeless, d), &placeless
		}
	}
	return append(found, placeless...)
}

// placeOfError finds the line of the cell for an error of a parser, which GoNB reports without one.
func placeOfError(evalue, text, code string) int {
	for line := range strings.Lines(evalue) {
		if at := stackPlace.FindStringSubmatch(line); at != nil && strings.Contains(line, text) {
			return findLine(at[3], at[4], code)
		}
	}
	return 0
}

// placeOfImport finds the import line of the cell that a complaint about a package or module is about.
func placeOfImport(text, code string) int {
	for _, m := range missing.FindAllStringSubmatch(text, -1) {
		for i, l := range strings.Split(code, "\n") {
			if strings.Contains(l, `"`+m[2]) {
				return i + 1
			}
		}
	}
	return 0
}

// decodeExit explains a cell's program that ended with a status: by its panic, or else by its last words.
func decodeExit(reply jupyter.Reply, status, stderr string) Diagnostic {
	d := Diagnostic{Count: reply.ExecutionCount}
	at := panicStart.FindStringIndex(stderr)
	if at == nil {
		d.Text = status
		words := strings.TrimSpace(exitStatus.ReplaceAllString(stderr, ""))
		if last := words[strings.LastIndexByte(words, '\n')+1:]; last != "" {
			d.Text += ": " + last
		}
		return d
	}
	stack := stderr[at[0]:]
	d.Text = panicText(stack)
	for _, frame := range stackPlace.FindAllStringSubmatch(stack, -1) {
		if frame[2] != "" {
			d.Count, _ = strconv.Atoi(frame[1])
			d.Line, _ = strconv.Atoi(frame[2])
			break
		}
		if d.Line = findLine(frame[3], frame[4], reply.Code); d.Line != 0 {
			break
		}
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
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "; ")
}

// findLine finds a line of GoNB's program in the cell whose lines were copied into it: of the lines that read the
// same, the one with the most equal lines before it. A line that GoNB added belongs to the last one of the cell
// before it. The result is 0 when there is none.
func findLine(path, number, code string) int {
	program, err := os.ReadFile(path)
	n, _ := strconv.Atoi(number)
	lines := strings.Split(string(program), "\n")
	if err != nil || n < 1 || n > len(lines) {
		return 0
	}
	cell := strings.Split(code, "\n")
	for ; n >= 1; n-- {
		best, bestRun := 0, 0
		for i := range cell {
			run := 0
			for run <= i && run < n && sameCode(cell[i-run], lines[n-1-run]) {
				run++
			}
			if run > bestRun {
				best, bestRun = i+1, run
			}
		}
		text := strings.TrimSpace(lines[n-1])
		if best > 0 && (bestRun > 1 || len(text) > 1) {
			return best
		}
		if text != "" && text != "}" {
			return 0 // it belongs to another cell
		}
	}
	return 0
}

func sameCode(a, b string) bool {
	a = strings.TrimSpace(a)
	return a != "" && a == strings.TrimSpace(b)
}
