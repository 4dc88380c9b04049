package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const wide = 80 // columns of what help prints

func usage(w io.Writer) {
	fmt.Fprint(w, "downhill runs notebooks written in Go.\n\n  go tool downhill VERB [flags] [arguments]\n\n")
	for _, v := range verbs {
		fmt.Fprintf(w, "  %-8s  %s\n", v.name, v.summary)
	}
	fmt.Fprint(w, "\ngo tool downhill VERB -h explains a verb and lists its flags.\n")
	fmt.Fprint(w, wrapped("Exit codes: 0 all passed, 1 a cell failed, 2 bad usage or an input that is not a notebook, "+
		"3 a kernel could not be started, 130 interrupted.", ""))
}

// group is a part of a verb's flags that are about one thing.
type group struct{ title, flags string }

// help explains the verb: its flags by their groups, then the others.
func (c *command) help() {
	fmt.Fprintf(c.stdout, "go tool downhill %s %s\n\n%s", c.verb.name, c.verb.args, wrapped(c.verb.summary+".", ""))
	told := map[string]bool{}
	for _, g := range c.groups {
		fmt.Fprintf(c.stdout, "\n%s:\n", g.title)
		for _, name := range strings.Fields(g.flags) {
			told[name] = true
			fmt.Fprint(c.stdout, describe(c.Lookup(name)))
		}
	}
	first := true
	c.VisitAll(func(f *flag.Flag) {
		if told[f.Name] {
			return
		}
		if first {
			fmt.Fprint(c.stdout, "\nFlags:\n")
			first = false
		}
		fmt.Fprint(c.stdout, describe(f))
	})
}

// describe writes what a flag does, as package flag does but for the width.
func describe(f *flag.Flag) string {
	value, text := flag.UnquoteUsage(f)
	if value != "" {
		value = " " + value
	}
	switch f.DefValue {
	case "", "0", "0s", "false":
	default:
		text += " (default " + f.DefValue + ")"
	}
	return "  -" + f.Name + value + "\n" + wrapped(text, "        ")
}

// wrapped breaks a text into lines that begin with an indentation.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if len([]rune(line))+1+len([]rune(word)) > wide && line != indent {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
