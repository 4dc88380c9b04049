package grade

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/nbformat"
)

// A submission is bounded: beyond, nothing of it is read.
const (
	maxNotebook = 32 << 20 // bytes of all
	maxCode     = 1 << 20  // bytes of code
	maxCells    = 500      // code cells
	maxPlace    = 10_000   // of a cell among all; numbers from compose.Given on are the instructor's
)

// Submission is a student's notebook as found.
type Submission struct {
	Student    string
	Assignment string
	Path       string
	Problem    string // why it cannot be read, for all who may see it; then Data is nil
	Data       []byte

	absent   bool   // there is no file at all
	received string // the time in the timestamp.txt beside it; "" if there is none
}

// hash is the SHA-256 of the notebook.
func (s *Submission) hash() string {
	sum := sha256.Sum256(s.Data)
	return hex.EncodeToString(sum[:])
}

// load reads the notebook: a regular file, no link, of bounded size.
func (s *Submission) load() {
	if _, err := os.Lstat(s.Path); errors.Is(err, fs.ErrNotExist) {
		s.absent, s.Problem = true, "there is no notebook "+filepath.Base(s.Path)
		return
	}
	data, err := readPlain(s.Path)
	if err != nil {
		s.Problem = err.Error()
		return
	}
	s.Data = data
	if stamp, err := readPlain(filepath.Join(filepath.Dir(s.Path), "timestamp.txt")); err == nil {
		s.received = received(string(stamp))
	}
}

// received is the time that nbgrader's timestamp.txt names, such as "2026-11-21 15:58:23.948203 Europe/Berlin" or
// RFC 3339, in UTC to the second, or "unreadable". A time without a zone is UTC.
func received(stamp string) string {
	stamp = strings.TrimSpace(stamp)
	zone := time.UTC
	if i := strings.LastIndexByte(stamp, ' '); i > 0 {
		if named, err := time.LoadLocation(stamp[i+1:]); err == nil {
			stamp, zone = stamp[:i], named
		}
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00"} {
		if t, err := time.ParseInLocation(layout, stamp, zone); err == nil {
			return t.UTC().Format(time.RFC3339)
		}
	}
	return "unreadable"
}

func readPlain(path string) ([]byte, error) {
	// The two folders above are the student's and the assignment's.
	for _, dir := range []string{filepath.Dir(filepath.Dir(path)), filepath.Dir(path)} {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() {
			return nil, fmt.Errorf("the folder %s is a link, not a folder", filepath.Base(dir))
		}
	}
	// O_NONBLOCK: opening a named pipe would wait for a writer.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("the notebook is a link, or not readable")
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return nil, fmt.Errorf("the notebook is not a regular file")
	case info.Size() > maxNotebook:
		return nil, fmt.Errorf("the notebook has %d MB, more than %d: clear its outputs and submit it again", info.Size()>>20, maxNotebook>>20)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxNotebook+1))
	if err != nil || len(data) > maxNotebook {
		return nil, fmt.Errorf("the notebook could not be read to its end")
	}
	return data, nil
}

// answers is what a student's notebook says, in the terms of the assignment.
type answers struct {
	cells   []answer          // code cells that are the student's own, in the notebook's order
	written map[string]string // answers that a person grades, by grade_id
	notices []string
}

// answer is one code cell of the student's: to the question of that grade_id, or "" for one of their own.
type answer struct {
	id     string
	number int // 1-based among all cells of the student's notebook
	source string
}

// match finds the student's own cells. Everything else of the notebook, tests and locked cells above all, is the
// instructor's and is never looked at again.
func match(a *assignment.Assignment, nb *nbformat.Notebook) answers {
	out := answers{written: map[string]string{}}
	note := func(format string, args ...any) { out.notices = append(out.notices, fmt.Sprintf(format, args...)) }
	seen := map[string]int{}
	last, reordered, code := 0, false, 0
	for i, c := range nb.Cells {
		number := i + 1
		if c.Type == nbformat.Code {
			code += len(c.Source())
		}
		if number > maxPlace || len(out.cells) == maxCells || code > maxCode {
			note("there are more than %d code cells, %d cells or %d KB of code: the rest was passed over", maxCells, maxPlace, maxCode>>10)
			return out
		}
		id := claimedID(c)
		given, known := a.Cell(id)
		if known {
			if seen[id]++; seen[id] == 2 {
				note("%s: there is more than one cell of this name (duplicated or split): the later ones come after the first", id)
			}
			if given.Number < last {
				reordered = true
			}
			last = max(last, given.Number)
		}
		switch {
		case known && (given.Kind == assignment.Tests || given.Kind == assignment.ReadOnly || given.Kind == assignment.Task):
			if text, err := assignment.StubOf(given); err == nil && strings.TrimSpace(text) != strings.TrimSpace(c.Source()) {
				note("%s: this locked cell was changed (cell %d): the instructor's was used", id, number)
			}
		case known && given.Kind == assignment.Manual:
			out.written[id] += c.Source()
			if c.Type == nbformat.Code {
				out.cells = append(out.cells, answer{id, number, c.Source()})
			}
		case c.Type != nbformat.Code:
			if known {
				note("%s: the answer is in a %s cell (cell %d): only code is run", id, kindName(c.Type), number)
			}
		default:
			if !known {
				id = ""
			}
			out.cells = append(out.cells, answer{id, number, c.Source()})
		}
	}
	for _, c := range a.Cells {
		if c.Grading != nil && seen[c.ID()] == 0 {
			note("%s: the cell is missing (deleted, or its name was lost)", c.ID())
		}
	}
	if reordered {
		note("cells were reordered: declarations do not mind")
	}
	return out
}

func kindName(t string) string {
	if slices.Contains([]string{nbformat.Markdown, nbformat.Raw}, t) {
		return t
	}
	return "strange"
}

// claimedID is the grade_id of a student's cell. Nothing else of its metadata is believed.
func claimedID(c *nbformat.Cell) string {
	raw, ok := c.Metadata().Get("nbgrader")
	if !ok {
		return ""
	}
	var m struct {
		ID string `json:"grade_id"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return ""
	}
	return m.ID
}
