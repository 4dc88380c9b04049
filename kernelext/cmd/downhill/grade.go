package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"downhill/kernelext/grade"
	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/gradescope"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/runner"
)

// sourceFolders are where an assignment's own notebook is looked for, as NAME/NAME.ipynb or NAME.ipynb.
var sourceFolders = []string{"source", filepath.Join("notebooks", "assignments")}

// jailFlags choose how students' code is run.
type jailFlags struct {
	isolation string
	options   grade.Options
}

func (f *jailFlags) define(c *command) {
	c.StringVar(&f.isolation, "isolation", "auto", "run students' code in `kind`: bwrap (bubblewrap), podman, or process, which is never chosen for you: "+
		"for a container that is itself the sandbox")
	l := grade.DefaultLimits
	f.options.Limits = l
	c.DurationVar(&f.options.Limits.CPU, "cpu", l.CPU, "processor time for each part of a question")
	c.DurationVar(&f.options.Limits.Wall, "wall", l.Wall, "time for each part of a question while it waits, for a lock or a sleep, say")
	c.DurationVar(&f.options.Limits.Total, "total", l.Total, "processor time and waiting for all parts of a submission")
	c.Func("memory", "memory for a student's program in `MB` (default 512)", func(s string) error {
		var mb int64
		if _, err := fmt.Sscan(s, &mb); err != nil || mb < 64 {
			return errors.New("use a number of megabytes, 64 or more")
		}
		f.options.Limits.Data = mb << 20
		return nil
	})
}

// open finds the isolation, and says which it is.
func (f *jailFlags) open(c *command) error {
	var err error
	if f.options.Module, err = runner.Module("."); err != nil {
		return err
	}
	j, err := jail.Open(f.isolation)
	if err != nil {
		return err
	}
	f.options.Jail = j
	fmt.Fprintf(c.stderr, "isolation: %s\n", j.Kind)
	return nil
}

// gradeVerb grades submissions.
func gradeVerb(ctx context.Context, c *command) int {
	var f jailFlags
	f.define(c)
	source := c.String("source", "", "the assignments' own notebooks are in this `folder` (default source/, then notebooks/assignments/)")
	out := c.String("out", "grades", "write records and reports to this `folder`")
	jobs := c.Int("j", runtime.NumCPU(), "grade this many submissions at a time")
	only := c.String("assignment", "", "grade only the assignment of this `name`")
	scope := c.String("gradescope", "", "write Gradescope's results.json for the one submission to this `file`")
	dirs, code, ok := c.parse()
	switch {
	case !ok:
		return code
	case len(dirs) != 1:
		return c.fail(exitUsage, errors.New("name the folder of submissions, STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb"))
	}
	submissions, strange, err := grade.Find(dirs[0], *only)
	for _, name := range strange {
		fmt.Fprintf(c.stderr, "downhill grade: passed over %q: a student's folder is a plain name and no link\n", name)
	}
	if err != nil {
		return c.fail(exitUsage, err)
	}
	if err := f.open(c); err != nil {
		return c.fail(exitNoKernel, err)
	}
	var exams []*grade.Exam
	defer func() {
		for _, e := range exams {
			e.Close()
		}
	}()
	b := grade.Batch{
		Records: filepath.Join(*out, "records"), Jobs: *jobs,
		On: func(e grade.Event) { tellGraded(c, e) },
		Exam: func(name string) (*grade.Exam, error) {
			a, err := readAssignment(name, *source)
			if err != nil {
				return nil, err
			}
			e, err := grade.Prepare(ctx, a, f.options)
			if err == nil {
				exams = append(exams, e)
			}
			return e, err
		},
	}
	records, err := b.Run(ctx, submissions)
	if ctx.Err() != nil {
		return c.fail(exitInterrupted, errors.New("interrupted: the same command goes on where this stopped"))
	}
	if written := writeReports(*out, *scope, grade.Sort(records)); written != nil {
		return c.fail(exitUsage, written)
	}
	if err != nil {
		return c.fail(exitFailed, errors.New(strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	return exitPassed
}

func tellGraded(c *command, e grade.Event) {
	name := e.Submission.Student + "/" + e.Submission.Assignment
	switch {
	case e.Err != nil:
		fmt.Fprintf(c.stdout, "%d/%d %s: not graded: %v\n", e.Done, e.All, name, e.Err)
	case e.Kept:
		fmt.Fprintf(c.stdout, "%d/%d %s: %g of %g (kept)\n", e.Done, e.All, name, e.Record.Score, e.Record.Max)
	default:
		fmt.Fprintf(c.stdout, "%d/%d %s: %g of %g%s\n", e.Done, e.All, name, e.Record.Score, e.Record.Max, verdicts(e.Record))
	}
}

// verdicts are the classes that cost points, in short.
func verdicts(r *gradebook.Record) string {
	var out []string
	for _, q := range r.Questions {
		if q.Class != examiner.Passed {
			out = append(out, q.ID+" "+q.Class)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " · " + strings.Join(out, ", ")
}

func writeReports(out, scope string, records []*gradebook.Record) error {
	junit, err := gradebook.JUnit(records)
	if err != nil {
		return err
	}
	if err := gradebook.WriteFile(filepath.Join(out, "junit.xml"), junit); err != nil {
		return err
	}
	if err := gradebook.WriteFile(filepath.Join(out, "scores.csv"), gradebook.CSV(records)); err != nil {
		return err
	}
	if scope == "" {
		return nil
	}
	if len(records) != 1 {
		return fmt.Errorf("-gradescope is for one submission: there are %d", len(records))
	}
	data, err := gradebook.Gradescope(records[0])
	if err != nil {
		return err
	}
	return gradebook.WriteFile(scope, data)
}

// readAssignment finds an assignment's own notebook by name.
func readAssignment(name, source string) (*assignment.Assignment, error) {
	folders := sourceFolders
	if source != "" {
		folders = []string{source}
	}
	for _, dir := range folders {
		for _, path := range []string{filepath.Join(dir, name, name+".ipynb"), filepath.Join(dir, name+".ipynb")} {
			if _, err := os.Stat(path); err == nil {
				return assignment.Read(path)
			}
		}
	}
	return nil, fmt.Errorf("no assignment %q: there is no %s.ipynb in %s", name, name, cmp.Or(source, strings.Join(folders, " or ")))
}

// release checks assignments and writes what students get.
func release(ctx context.Context, c *command) int {
	var f jailFlags
	f.define(c)
	out := c.String("out", "release", "write what students get to this `folder`, as NAME/NAME.ipynb")
	scope := c.Bool("gradescope", false, "write an autograder for Gradescope too, as NAME-gradescope.zip: it holds the hidden tests, so it is not for students")
	files, code, ok := c.parse()
	switch {
	case !ok:
		return code
	case len(files) == 0:
		return c.fail(exitUsage, errors.New("name the assignment's notebook, such as notebooks/assignments/a1-gradient-estimator.ipynb"))
	}
	if err := f.open(c); err != nil {
		return c.fail(exitNoKernel, err)
	}
	for _, file := range files {
		a, err := assignment.Read(file)
		if err != nil {
			return c.fail(exitUsage, err)
		}
		path, err := releaseOne(ctx, a, f.options, *out)
		if err == nil && *scope {
			err = packGradescope(a, f.options.Module, filepath.Join(*out, a.Name+"-gradescope.zip"))
		}
		if err != nil {
			return c.fail(exitFailed, err)
		}
		fmt.Fprintf(c.stdout, "%s: the reference passes, the stubs earn nothing, %d mutants are caught, nothing hidden is left: %g points\n",
			path, len(a.Mutants), a.Points())
	}
	return exitPassed
}

func packGradescope(a *assignment.Assignment, module, path string) error {
	var b bytes.Buffer
	if err := gradescope.Write(&b, module, a); err != nil {
		return err
	}
	return gradebook.WriteFile(path, b.Bytes())
}

func releaseOne(ctx context.Context, a *assignment.Assignment, o grade.Options, out string) (string, error) {
	e, err := grade.Prepare(ctx, a, o)
	if err != nil {
		return "", err
	}
	defer e.Close()
	nb, err := e.Release(ctx)
	if err != nil {
		return "", err
	}
	path := filepath.Join(out, a.Name, a.Name+".ipynb")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, nb.WriteFile(path)
}

// feedback writes a page for each student, and the scores.
func feedback(_ context.Context, c *command) int {
	in := c.String("grades", "grades", "read the records that grade wrote to this `folder`")
	out := c.String("out", "feedback", "write STUDENT.html and scores.csv to this `folder`")
	dirs, code, ok := c.parse()
	switch {
	case !ok:
		return code
	case len(dirs) != 1:
		return c.fail(exitUsage, errors.New("name the folder of submissions, as for grade"))
	}
	submissions, _, err := grade.Find(dirs[0], "")
	if err != nil {
		return c.fail(exitUsage, err)
	}
	b := grade.Batch{Records: filepath.Join(*in, "records")}
	byStudent := map[string][]*gradebook.Record{}
	var all []*gradebook.Record
	missing := 0
	for _, s := range submissions {
		r, err := gradebook.Read(b.RecordPath(s))
		if errors.Is(err, os.ErrNotExist) {
			missing++
			continue
		} else if err != nil {
			return c.fail(exitUsage, err)
		}
		byStudent[s.Student] = append(byStudent[s.Student], r)
		all = append(all, r)
	}
	for student, records := range byStudent {
		page, err := gradebook.Feedback(student, grade.Sort(records))
		if err == nil {
			err = gradebook.WriteFile(filepath.Join(*out, student+".html"), page)
		}
		if err != nil {
			return c.fail(exitFailed, err)
		}
	}
	if err := gradebook.WriteFile(filepath.Join(*out, "scores.csv"), gradebook.CSV(grade.Sort(all))); err != nil {
		return c.fail(exitFailed, err)
	}
	fmt.Fprintf(c.stdout, "%s: %d pages and scores.csv\n", *out, len(byStudent))
	if missing > 0 {
		return c.fail(exitFailed, fmt.Errorf("%d submissions have no record: run downhill grade %s first", missing, dirs[0]))
	}
	return exitPassed
}
