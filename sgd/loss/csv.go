package loss

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Table is data read from a file, with the names found there.
type Table struct {
	*Data
	Names   []string // of the features; "column 1", … for a file without header
	Target  string   // name of the column that Y comes from
	Classes []string // if the target is text: its values in alphabetical order, Y being the index
}

// DataError reports the one place that makes a file, or rows in memory, unusable
// as data.
type DataError struct {
	File    string // "data" for rows in memory
	Line    int    // 1-based line or row; 0: the whole
	Column  string // empty: the row as a whole
	Problem string // what is wrong and what to do
}

// Error returns one line: file:line: column: problem.
func (e *DataError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ": column %q", e.Column)
	}
	return b.String() + ": " + e.Problem
}

// LoadCSV reads a file as ReadCSV does.
func LoadCSV(path, target string) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCSV(path, f, target)
}

// ReadCSV reads comma-separated numbers, one example a line. The first line is
// taken for names if it holds anything that is no number. Target names the
// column that becomes Y, all others are features in their order; an empty target
// means the last column. A target whose first value is not a number is taken for
// classes. File is the name used in errors, which are of type *DataError unless r
// itself fails: for a line with too few or too many fields, a feature that is
// missing or not a finite number, a target that is not there or there twice, and a
// file without rows.
func ReadCSV(file string, r io.Reader, target string) (*Table, error) {
	in := bufio.NewReader(r)
	if b, err := in.Peek(3); err == nil && string(b) == "\uFEFF" {
		in.Discard(3) // what spreadsheets put in front
	}
	c := csv.NewReader(in)
	c.TrimLeadingSpace = true
	c.ReuseRecord = true
	p := &tableReader{file: file}
	for {
		record, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, p.parse(err, len(record), c.FieldsPerRecord)
		}
		line, _ := c.FieldPos(0)
		if err := p.add(record, line, target); err != nil {
			return nil, err
		}
	}
	return p.table()
}

type tableReader struct {
	file    string
	t       *Table
	names   []string // of all columns
	y       int      // column of the target
	text    bool     // the target is text
	labels  []string
	started bool
}

func (p *tableReader) fail(line int, column, problem string, args ...any) error {
	return &DataError{File: p.file, Line: line, Column: column, Problem: fmt.Sprintf(problem, args...)}
}

func (p *tableReader) parse(err error, got, want int) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", p.file, err)
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return p.fail(pe.Line, "", "%d fields where the first line has %d; complete the row or remove it", got, want)
	}
	return p.fail(pe.Line, "", "%v; quote a field that contains quotes or commas", pe.Err)
}

// add takes one line of the file.
func (p *tableReader) add(record []string, line int, target string) error {
	if p.names == nil {
		header, err := p.begin(record, line, target)
		if header || err != nil {
			return err
		}
	}
	if !p.started {
		p.started = true
		p.text = !isNumber(record[p.y])
	}
	for j, s := range record {
		s = strings.TrimSpace(s)
		if j == p.y && p.text {
			if s == "" {
				return p.fail(line, p.names[j], "the class is missing; fill it in or remove the row")
			}
			p.labels = append(p.labels, strings.Clone(s))
			continue
		}
		v, err := p.number(s, line, j)
		if err != nil {
			return err
		}
		if j == p.y {
			p.t.Y = append(p.t.Y, v)
		} else {
			p.t.X = append(p.t.X, v)
		}
	}
	return nil
}

// begin takes the first line and says whether it was a header.
func (p *tableReader) begin(record []string, line int, target string) (header bool, err error) {
	if len(record) < 2 {
		return false, p.fail(line, "", "one column only; a row needs features and a target, separated by commas")
	}
	// Text in the target alone is a class, not a name.
	header = slices.ContainsFunc(record[:len(record)-1], func(s string) bool { return !isNumber(s) })
	for j, s := range record {
		name := fmt.Sprintf("column %d", j+1)
		if header {
			name = strings.Clone(strings.TrimSpace(s))
		}
		p.names = append(p.names, name)
	}
	p.y = len(record) - 1
	if target != "" {
		p.y = slices.Index(p.names, target)
		if p.y < 0 {
			return header, p.fail(line, "", "no column %q; the columns are %s", target, list(p.names))
		}
		if slices.Contains(p.names[p.y+1:], target) {
			return header, p.fail(line, "", "two columns %q; rename one", target)
		}
	}
	p.t = &Table{Data: &Data{Features: len(record) - 1}, Target: p.names[p.y]}
	p.t.Names = slices.Delete(slices.Clone(p.names), p.y, p.y+1)
	return header, nil
}

// list quotes names, for they may hold anything, and leaves off what is too long
// for one line.
func list(names []string) string {
	const enough = 20
	var b strings.Builder
	for i, s := range names[:min(len(names), enough)] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(s))
	}
	if len(names) > enough {
		b.WriteString(", …")
	}
	return b.String()
}

func (p *tableReader) number(s string, line, column int) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case s == "":
		return 0, p.fail(line, p.names[column], "the number is missing; fill it in or remove the row")
	case errors.Is(err, strconv.ErrRange):
		return 0, p.fail(line, p.names[column], "%s is too large for a float64", s)
	case err != nil:
		return 0, p.fail(line, p.names[column], "%q is not a number; only a target may be text, from its first row on", s)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, p.fail(line, p.names[column], "%s is not a finite number; fill it in or remove the row", s)
	}
	return v, nil
}

// table ends the reading.
func (p *tableReader) table() (*Table, error) {
	if !p.started {
		return nil, p.fail(0, "", "no rows of data; write one example a line: features and a target, separated by commas")
	}
	if p.text {
		p.t.Classes = slices.Compact(slices.Sorted(slices.Values(p.labels)))
		for _, s := range p.labels {
			k, _ := slices.BinarySearch(p.t.Classes, s)
			p.t.Y = append(p.t.Y, float64(k))
		}
	}
	return p.t, nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}
