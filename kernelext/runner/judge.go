package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"downhill/kernelext/gonb"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/watch"
)

// judge sets the cell's status and, when it failed, its problem.
func (s *session) judge(c *Cell, out outcome) {
	c.Notice = strings.TrimSpace(c.outs.Notice())
	c.Tests = tests(c.doc.Source(), c.outs.Outputs())
	if out.unread > 0 {
		c.Notice = strings.TrimSpace(fmt.Sprintf("%s\n[downhill: %d of the answers in its metadata were not asked for]", c.Notice, out.unread))
	}
	p := s.execution(c, out)
	failed := s.checks(c)
	if p != nil && p.Kind != Error || p != nil && out.reply.Status != "error" {
		// The kernel has not said it, or not in these words: who reads the executed file must see it too.
		c.outs.Fail(string(p.Kind), p.Text)
	}
	c.Status, c.Problem = Passed, p
	if p != nil && p.Kind == Error && (c.doc.HasTag("raises-exception") || c.doc.HasTag("nbval-raises-exception")) {
		c.Status = Raised
	} else if p != nil || failed != nil {
		c.Status, c.Problem = Failed, cmp.Or(p, failed)
	}
	if c.Status != Failed {
		if p := s.verify(c); p != nil {
			c.Status, c.Problem = Failed, p
		}
	}
}

// execution finds what is wrong with how the cell ran.
func (s *session) execution(c *Cell, out outcome) *Problem {
	p := &Problem{Path: s.nb.Path, Cell: c.Number}
	stderr := plain(c.outs.Stderr())
	switch {
	case out.prompt != nil:
		p.Kind = Input
		p.Text = fmt.Sprintf("asks for input (%q), and nobody is there to answer", strings.TrimSpace(*out.prompt))
		return p
	case out.cut != nil:
		p = s.stopped(out.cut)
		p.Cell = c.Number
		if p.Kind == Timeout && readsInput.MatchString(c.doc.Source()) {
			p.Text += "; it reads standard input, which never comes when a notebook is run headlessly"
			if s.Kernels.GoNB {
				p.Text += ": ask by gonbui.RequestInput, with answers in the cell's metadata (downhill.stdin)"
			}
		}
		p.Detail = tail(stderr)
		return p
	case out.err != nil:
		p.Kind, p.Text, p.Detail = Died, oneLine(out.err.Error()), tail(stderr)
		if dead := out.err; isDead(dead) {
			p.Text = oneLine("under this cell the " + dead.Error())
		}
		return p
	case out.reply.Status != "ok":
		p.Kind = Error
		s.explain(p, c, out, stderr)
		if t := firstFailed(c.Tests); t != nil {
			p.Text = oneLine(t.Name + ": " + testPlace.ReplaceAllString(t.Output, ""))
		}
		s.root(p, c, stderr)
		return p
	case out.early:
		p.Kind = Error
		p.Text = "the program ended before its end, with exit status 0: something calls os.Exit(0)"
		p.Detail = tail(stderr)
		return p
	case s.Kernels.Verdict != nil:
		d := s.Kernels.Verdict(c.doc.Source(), out.reply, c.outs.Stderr())
		if d == nil {
			return nil
		}
		p.Kind, p.Line, p.Text, p.Detail = Error, d.Line, oneLine(plain(d.Text)), tail(stderr)
		if m := lastWords.FindStringSubmatch(stderr); m != nil && strings.HasSuffix(p.Text, m[2]) {
			p.Text = oneLine(p.Text + ": " + m[1])
		}
		s.root(p, c, stderr)
		return p
	}
	return nil
}

// explain takes the place and the words from what the kernel sent.
func (s *session) explain(p *Problem, c *Cell, out outcome, stderr string) {
	r := out.reply
	var places []gonb.Diagnostic
	if s.Kernels.Decode != nil {
		places = s.Kernels.Decode(r, c.outs.Stderr())
	}
	if len(places) == 0 {
		p.Text = oneLine(plain(r.EName + ": " + r.EValue))
		if r.Status == "aborted" {
			p.Text = "the kernel aborted the cell"
		}
		p.Detail = plain(strings.Join(r.Traceback, "\n"))
		return
	}
	first := places[max(0, slices.IndexFunc(places, func(d gonb.Diagnostic) bool { return !unused.MatchString(d.Text) }))]
	p.Text = oneLine(plain(first.Text))
	here := func(d gonb.Diagnostic) bool { return d.Count == 0 || s.counted[d.Count] == c }
	for _, d := range places {
		if here(d) && d.Line > 0 {
			p.Line = d.Line
			break
		}
	}
	if !here(first) && s.counted[first.Count] != nil {
		p.Text += fmt.Sprintf(" (in cell %d:%d)", s.counted[first.Count].Number, first.Line)
	}
	var detail strings.Builder
	for _, d := range places {
		number := c.Number
		if from := s.counted[d.Count]; from != nil {
			number = from.Number
		}
		at := fmt.Sprintf("cell %d", number)
		if d.Line > 0 {
			at += fmt.Sprintf(":%d", d.Line)
		}
		fmt.Fprintf(&detail, "%s: %s\n", at, plain(d.Text))
	}
	p.Detail = strings.TrimSpace(detail.String() + tail(stderr))
}

// stopped words why a cell or a notebook was ended from outside.
func (s *session) stopped(cause error) *Problem {
	if l, ok := errors.AsType[*watch.Timeout](cause); ok {
		return &Problem{Path: s.nb.Path, Kind: Timeout, Text: l.Error()}
	}
	if f, ok := errors.AsType[*watch.Full](cause); ok {
		return &Problem{Path: s.nb.Path, Kind: Disk, Text: f.Error()}
	}
	if errors.Is(cause, context.Canceled) || cause == nil {
		return &Problem{Path: s.nb.Path, Kind: Interrupted, Text: "interrupted"}
	}
	return &Problem{Path: s.nb.Path, Kind: Interrupted, Text: oneLine(cause.Error())}
}

func unreadable(path string, err error) *Problem {
	p := &Problem{Path: path, Kind: Unreadable, Text: oneLine(err.Error())}
	if bad, ok := errors.AsType[*nbformat.FormatError](err); ok {
		p.Text = oneLine(fmt.Sprintf("line %d:%d: %s", bad.Line, bad.Column, bad.Problem))
	}
	return p
}

// unused finds the complaints that often follow from another mistake, and that the compiler sorts before it.
var unused = regexp.MustCompile(`^declared and not used: |^"[^"]*" imported and not used`)

// testPlace is a line of the program that GoNB made of a %test cell, which tells nobody anything.
var testPlace = regexp.MustCompile(`^main(?:_test)?\.go:\d+: `)

// lastWords finds what a command said before its exit status.
var lastWords = regexp.MustCompile(`(?m)^(.*\S.*)\n(exit status \d+)\s*\z`)

// readsInput finds what commonly makes a cell wait for input.
var readsInput = regexp.MustCompile(`\bos\.Stdin\b|\bfmt\.F?Scan|\binput\(`)

var ansi = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)

// plain takes terminal colours away.
func plain(s string) string { return ansi.ReplaceAllString(s, "") }

// tail returns the last 4 kB of s, from the start of a line.
func tail(s string) string {
	const most = 4 << 10
	if len(s) > most {
		s = s[len(s)-most:]
		if i := strings.IndexByte(s, '\n'); i >= 0 {
			s = s[i+1:]
		}
	}
	return strings.TrimSpace(s)
}
