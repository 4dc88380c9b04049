package assignment

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"downhill/kernelext/nbformat"
)

// Grading is a cell's metadata.nbgrader, schema version 3.
type Grading struct {
	Grade    bool     `json:"grade"`
	GradeID  string   `json:"grade_id"`
	Locked   bool     `json:"locked"`
	Points   *float64 `json:"points,omitempty"`
	Schema   int      `json:"schema_version"`
	Solution bool     `json:"solution"`
	Task     bool     `json:"task"`

	CellType string `json:"cell_type,omitempty"` // in releases
	Checksum string `json:"checksum,omitempty"`  // in releases
}

// Kinds of cells.
const (
	Plain    = ""         // no business of the grader's
	Answer   = "answer"   // code that tests examine
	Manual   = "manual"   // code or text that a person grades
	Tests    = "tests"    // tests with points
	ReadOnly = "readonly" // the assignment's own text and code
	Task     = "task"     // text whose answers a person grades
)

var gradeID = regexp.MustCompile(`^[a-zA-Z0-9_\-]+$`)

// gradingOf reads the grading of a cell; nil for a cell without any.
func gradingOf(c *nbformat.Cell) (*Grading, error) {
	raw, ok := c.Metadata().Get("nbgrader")
	if !ok {
		return nil, nil
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, errors.New("metadata.nbgrader is not an object")
	}
	for _, key := range []string{"schema_version", "grade", "locked", "solution"} {
		if _, ok := keys[key]; !ok {
			return nil, fmt.Errorf("metadata.nbgrader lacks %q", key)
		}
	}
	g := new(Grading)
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(g); err != nil {
		return nil, fmt.Errorf("metadata.nbgrader: %w", err)
	}
	return g, g.validate(c.Type)
}

func (g *Grading) validate(cellType string) error {
	switch {
	case g.Schema != 3:
		return fmt.Errorf("metadata.nbgrader has schema version %d: this reads version 3", g.Schema)
	case !gradeID.MatchString(g.GradeID):
		return fmt.Errorf("grade_id %q: use letters, digits, _ and -", g.GradeID)
	case (g.Grade || g.Task) && g.Points == nil:
		return fmt.Errorf("%s: a graded cell needs points", g.GradeID)
	case g.Points != nil && (*g.Points < 0 || math.IsNaN(*g.Points) || math.IsInf(*g.Points, 0)):
		return fmt.Errorf("%s: points must be 0 or more", g.GradeID)
	case g.Task && (g.Grade || g.Solution || !g.Locked || cellType != nbformat.Markdown):
		return fmt.Errorf("%s: a task is a locked Markdown cell, neither graded nor a solution by itself", g.GradeID)
	case g.Grade && !g.Solution && cellType != nbformat.Code:
		return fmt.Errorf("%s: tests are a code cell", g.GradeID)
	case g.Solution && !g.Grade && cellType != nbformat.Code:
		return fmt.Errorf("%s: an answer that tests examine is a code cell; set grade for one that a person grades", g.GradeID)
	case g.Solution && g.Locked:
		return fmt.Errorf("%s: a solution cannot be locked", g.GradeID)
	case !g.Solution && !g.Grade && !g.Locked:
		return fmt.Errorf("%s: a cell that is neither solution nor graded is locked, or has no metadata.nbgrader at all", g.GradeID)
	}
	return nil
}

// Kind returns which of nbgrader's kinds of cells this is.
func (g *Grading) Kind() string {
	switch {
	case g == nil:
		return Plain
	case g.Task:
		return Task
	case g.Grade && g.Solution:
		return Manual
	case g.Grade:
		return Tests
	case g.Solution:
		return Answer
	case g.Locked:
		return ReadOnly
	}
	return Plain
}

// MaxPoints returns the points, 0 where there are none.
func (g *Grading) MaxPoints() float64 {
	if g == nil || g.Points == nil {
		return 0
	}
	return *g.Points
}

// Checksum is nbgrader's checksum of a cell: it tells whether a locked cell was changed.
func Checksum(source, cellType string, g *Grading) string {
	locked := g.Locked
	switch {
	case g.Solution:
		locked = false
	case g.Grade:
		locked = true
	}
	text := source + cellType + pyBool(g.Grade) + pyBool(g.Solution) + pyBool(locked) + g.GradeID
	if g.Grade {
		text += pyFloat(g.MaxPoints())
	}
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func pyBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// pyFloat spells x as Python's str(float) does.
func pyFloat(x float64) string {
	s := strconv.FormatFloat(x, 'e', -1, 64)
	exponent, _ := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	if exponent < -4 || exponent >= 16 {
		return s
	}
	s = strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
