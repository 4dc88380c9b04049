package gonb

import (
	"regexp"
	"strings"

	"downhill/kernelext/jupyter"
)

var (
	unknownMagic = regexp.MustCompile(`"(%[^"\s]+)" unknown or not implemented yet\.`)
	scriptCell   = regexp.MustCompile(`^(?://gonb:)?%%(?:bash|sh|script)\b`)
	commentMark  = "//gonb:" // a special command in the clothes of a Go comment
)

// Verdict judges a cell that GoNB answered with ok. GoNB says ok also when a shell line or script failed, a magic
// word is unknown, or its own plumbing broke; only stderr tells. The result is nil when nothing of that kind happened.
func Verdict(source string, reply jupyter.Reply, stderr string) *Diagnostic {
	if reply.Status != "ok" {
		return nil
	}
	stderr = ansi.ReplaceAllString(stderr, "")
	lines := strings.Split(source, "\n")
	if m := unknownMagic.FindStringSubmatch(stderr); m != nil {
		for i, l := range lines {
			if word := special(l); strings.HasPrefix(word, "%") && "%"+strings.TrimLeft(word[1:], " \t") != "%" &&
				firstWord(word[1:]) == m[1][1:] {
				return &Diagnostic{Count: reply.ExecutionCount, Line: i + 1, Text: "unknown magic " + m[1]}
			}
		}
	}
	if at := strings.Index(stderr, "GoNB Error:\n"); at >= 0 {
		return &Diagnostic{Count: reply.ExecutionCount, Text: "GoNB: " + strings.SplitN(stderr[at+len("GoNB Error:\n"):], "\n", 2)[0]}
	}
	status := exitStatus.FindString(stderr)
	if status == "" {
		return nil
	}
	if scriptCell.MatchString(lines[0]) {
		return &Diagnostic{Count: reply.ExecutionCount, Line: 1, Text: firstWord(special(lines[0])) + ": " + status}
	}
	// Which of several shell lines failed, stderr does not say.
	var shell []int
	for i, l := range lines {
		continued := i > 0 && strings.HasSuffix(lines[i-1], `\`)
		if !continued && strings.HasPrefix(special(l), "!") {
			shell = append(shell, i)
		}
	}
	switch len(shell) {
	case 0:
		return nil
	case 1:
		return &Diagnostic{Count: reply.ExecutionCount, Line: shell[0] + 1, Text: special(lines[shell[0]]) + ": " + status}
	default:
		return &Diagnostic{Count: reply.ExecutionCount, Line: shell[0] + 1, Text: "a shell line failed: " + status}
	}
}

// special returns a line as GoNB sees it when it looks for special commands.
func special(line string) string { return strings.TrimPrefix(line, commentMark) }

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}
