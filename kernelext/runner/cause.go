package runner

import (
	"downhill/kernelext/runner/watch"
	"fmt"
	"regexp"
	"strings"
)

// What the go command says when it cannot get a module, and why. The first group is the package or module.
var unfetched = []*regexp.Regexp{
	regexp.MustCompile(`go: (?:module )?([^\s:@]+)\S*: (?:invalid version: )?(?:reading \S+: |Get "[^"]*": )(.+)`),
	regexp.MustCompile(`go: (?:module )?([^\s:@]+)\S*: (module lookup disabled by GOPROXY=off)`),
	regexp.MustCompile(`cannot find module providing package ([^\s:@]+)(\S*)`),
}

var (
	undefined = regexp.MustCompile(`undefined: (\w+)`)
	tooLarge  = regexp.MustCompile(`(?i)file too large|file size limit exceeded`)
)

// root finds the cause behind what the kernel or the compiler complains of, where it lies outside the cell's source.
func (s *session) root(p *Problem, c *Cell, stderr string) {
	said := p.Text + "\n" + p.Detail + "\n" + stderr
	for _, r := range unfetched {
		if m := r.FindStringSubmatch(said); m != nil {
			p.Kind, p.Detail = Unfetched, strings.TrimSpace(p.Text+"\n"+p.Detail)
			p.Text = fmt.Sprintf("needs %s, which could not be fetched", m[1])
			if m[2] != "" {
				p.Text = oneLine(p.Text + ": " + m[2])
			}
			return
		}
	}
	if m := undefined.FindStringSubmatch(p.Text); m != nil {
		declares := regexp.MustCompile(`(?m)^\s*(?:func|var|const|type)\s+` + m[1] + `\b`)
		for _, before := range s.nb.Cells {
			if before == c {
				break
			}
			if (before.Status == Failed || before.Status == Skipped) && declares.MatchString(before.doc.Source()) {
				p.Text += fmt.Sprintf(" (cell %d declares it, and %s)", before.Number, before.Status.was())
				return
			}
		}
	}
	if limit := s.disk(); limit > 0 && tooLarge.MatchString(said) {
		p.Kind, p.Text = Disk, p.Text+fmt.Sprintf(" (no file may grow beyond %s)", watch.Amount(limit))
	}
}
