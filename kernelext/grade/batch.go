package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"downhill/kernelext/grade/gradebook"
)

// Batch grades submissions, and keeps their records in a folder as STUDENT/ASSIGNMENT.json.
type Batch struct {
	Records string
	Exam    func(assignment string) (*Exam, error) // asked once for each assignment
	Jobs    int
	On      func(Event) // from one goroutine at a time
}

// Event is a submission that is done.
type Event struct {
	Submission *Submission
	Record     *gradebook.Record // nil with Err
	Kept       bool              // it was graded before, with the same digest
	Err        error             // the machine's or the assignment's fault: nothing was recorded
	Done, All  int
}

// plainName is what folders of students and assignments may be called: nothing that a shell, a spreadsheet or a page
// could take for something else.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$`)

// Find lists the submissions below dir in order, those of one assignment or of all for "". Folders with other names than
// plain ones are told in strange.
func Find(dir, assignment string) (found []*Submission, strange []string, err error) {
	students, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: no such folder of submissions (STUDENT/ASSIGNMENT/NOTEBOOK.ipynb)", dir)
	}
	for _, s := range students {
		if strings.HasPrefix(s.Name(), ".") {
			continue
		}
		if !plainName.MatchString(s.Name()) || !s.IsDir() {
			if s.IsDir() || s.Type()&os.ModeSymlink != 0 {
				strange = append(strange, s.Name())
			}
			continue
		}
		assignments, err := os.ReadDir(filepath.Join(dir, s.Name()))
		if err != nil {
			strange = append(strange, s.Name())
			continue
		}
		for _, a := range assignments {
			if !plainName.MatchString(a.Name()) || assignment != "" && a.Name() != assignment {
				continue
			}
			found = append(found, &Submission{Student: s.Name(), Assignment: a.Name(),
				Path: filepath.Join(dir, s.Name(), a.Name(), a.Name()+".ipynb")})
		}
	}
	if len(found) == 0 {
		return nil, strange, fmt.Errorf("%s: no submission STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb in this folder", dir)
	}
	return found, strange, nil
}

// RecordPath is where the record of a submission is.
func (b *Batch) RecordPath(s *Submission) string {
	return filepath.Join(b.Records, s.Student, s.Assignment+".json")
}

// Run grades the submissions, Jobs at a time. Records that are there with the same digest are kept: a grading that was
// interrupted, even killed, goes on where it stopped. It returns the records in the order of the submissions; a
// submission that could not be graded has none, and is in the error.
func (b *Batch) Run(ctx context.Context, submissions []*Submission) ([]*gradebook.Record, error) {
	exams, broken := b.exams(submissions)
	records := make([]*gradebook.Record, len(submissions))
	var failed []error
	var mu sync.Mutex
	done := 0
	tell := func(i int, e Event) {
		mu.Lock()
		defer mu.Unlock()
		done++
		e.Submission, e.Done, e.All = submissions[i], done, len(submissions)
		records[i] = e.Record
		if e.Err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", submissions[i].Path, e.Err))
		}
		if b.On != nil {
			b.On(e)
		}
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for slot := 1; slot <= max(1, b.Jobs); slot++ {
		workers.Go(func() {
			for i := range next {
				s := submissions[i]
				e := exams[s.Assignment]
				if e == nil {
					tell(i, Event{Err: broken[s.Assignment]})
					continue
				}
				r, kept, err := b.one(ctx, e, s, slot)
				tell(i, Event{Record: r, Kept: kept, Err: err})
			}
		})
	}
	for i := range submissions {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	if ctx.Err() != nil {
		return records, ctx.Err()
	}
	return records, errors.Join(failed...)
}

func (b *Batch) exams(submissions []*Submission) (map[string]*Exam, map[string]error) {
	exams, broken := map[string]*Exam{}, map[string]error{}
	for _, s := range submissions {
		if exams[s.Assignment] == nil && broken[s.Assignment] == nil {
			exams[s.Assignment], broken[s.Assignment] = b.Exam(s.Assignment)
		}
	}
	return exams, broken
}

// one grades a submission and writes its record.
func (b *Batch) one(ctx context.Context, e *Exam, s *Submission, slot int) (r *gradebook.Record, kept bool, err error) {
	// Whatever a notebook does to the code that reads it, the others are graded.
	defer func() {
		if v := recover(); v != nil {
			r, err = nil, fmt.Errorf("grading failed: %v", v)
		}
	}()
	s.load()
	defer func() { s.Data = nil }()
	path := b.RecordPath(s)
	if old, err := gradebook.Read(path); err == nil && old.Digest == e.Digest(s) {
		return old, true, nil
	}
	if r, err = e.Grade(ctx, s, slot); err != nil {
		return nil, false, err
	}
	return r, false, r.Write(path)
}

// Sort orders records by assignment and student, as lists show them.
func Sort(records []*gradebook.Record) []*gradebook.Record {
	records = slices.DeleteFunc(slices.Clone(records), func(r *gradebook.Record) bool { return r == nil })
	slices.SortFunc(records, func(x, y *gradebook.Record) int {
		if c := strings.Compare(x.Assignment, y.Assignment); c != 0 {
			return c
		}
		return strings.Compare(x.Student, y.Student)
	})
	return records
}
