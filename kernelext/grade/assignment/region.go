package assignment

import (
	"fmt"
	"strings"
)

// Delimiters, found anywhere in a line, as nbgrader does: // BEGIN SOLUTION.
const (
	solution   = "SOLUTION"
	hidden     = "HIDDEN TESTS"
	markScheme = "MARK SCHEME"
)

// Stub takes the place of a solution. It compiles wherever statements do, and package exam knows its panic.
var Stub = []string{"// YOUR CODE HERE", `panic("not written yet")`}

// regions splits the lines of a source at the delimiters of one kind. inside[i] tells whether line i belongs to a region,
// the delimiters themselves included.
func regions(source, kind string) (lines []string, inside []bool, err error) {
	lines = strings.Split(source, "\n")
	inside = make([]bool, len(lines))
	open := false
	for i, line := range lines {
		begin, end := strings.Contains(line, "BEGIN "+kind), strings.Contains(line, "END "+kind)
		switch {
		case begin && open:
			return nil, nil, fmt.Errorf("line %d: BEGIN %s inside another", i+1, kind)
		case end && !open:
			return nil, nil, fmt.Errorf("line %d: END %s without BEGIN", i+1, kind)
		}
		open = open || begin
		inside[i] = open
		if end {
			open = false
		}
	}
	if open {
		return nil, nil, fmt.Errorf("BEGIN %s has no END", kind)
	}
	return lines, inside, nil
}

// replace removes the regions and puts stub, with the indentation of the delimiter, where each began. It reports whether
// there was any.
func replace(source, kind string, stub []string) (string, bool, error) {
	lines, inside, err := regions(source, kind)
	if err != nil {
		return "", false, err
	}
	var out []string
	found := false
	for i, line := range lines {
		if !inside[i] {
			out = append(out, line)
			continue
		}
		found = true
		if i == 0 || !inside[i-1] || strings.Contains(lines[i-1], "END "+kind) {
			indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
			for _, s := range stub {
				out = append(out, indent+s)
			}
		}
	}
	return strings.Join(out, "\n"), found, nil
}

// secrets lists the lines inside the regions of a kind, without the delimiters.
func secrets(source, kind string) []string {
	lines, inside, err := regions(source, kind)
	if err != nil {
		return nil
	}
	var out []string
	for i, line := range lines {
		if inside[i] && !strings.Contains(line, "BEGIN "+kind) && !strings.Contains(line, "END "+kind) {
			out = append(out, line)
		}
	}
	return out
}

// HiddenLine tells whether a line (1-based) of a test cell's source is inside a hidden region.
func HiddenLine(source string, line int) bool {
	_, inside, err := regions(source, hidden)
	return err == nil && line >= 1 && line <= len(inside) && inside[line-1]
}
