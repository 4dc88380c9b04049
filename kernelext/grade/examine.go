package grade

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/nbformat"
)

// examineReference grades the instructor's own solution: every part must pass, and its parts are what is expected of
// everybody's examination.
func (e *Exam) examineReference(ctx context.Context) error {
	var own []answer
	for _, c := range e.Assignment.Cells {
		if c.Kind == assignment.Answer {
			own = append(own, answer{c.ID(), c.Number, c.Source})
		}
	}
	results, notices, err := e.examine(ctx, 0, own)
	if err != nil {
		return fmt.Errorf("%s: %w", e.Assignment.Path, err)
	}
	for _, r := range results {
		if r.Class != examiner.Passed {
			return fmt.Errorf("%s: the reference solution does not pass %q: %s: %s %s%s", e.Assignment.Path,
				r.Cell+": "+r.Part, r.Class, r.Message, r.Where, strings.Join(notices, "; "))
		}
	}
	e.parts = results
	return nil
}

// Grade examines one submission. An error is the machine's or the assignment's, never the student's.
func (e *Exam) Grade(ctx context.Context, s *Submission, slot int) (*gradebook.Record, error) {
	if s.Data == nil && s.Problem == "" {
		s.load()
	}
	r := &gradebook.Record{
		Assignment: e.Assignment.Name, Title: e.Assignment.Title, Student: s.Student,
		Source: e.source, Submission: s.hash(), Received: s.received, Digest: e.Digest(s), Graded: e.Machine,
	}
	if s.Problem != "" {
		class := examiner.Tampered
		if s.absent {
			class = examiner.NotAttempted
		}
		e.refuse(r, examiner.Verdict{Class: class, Message: s.Problem})
		return r, nil
	}
	nb, err := nbformat.Parse(s.Data)
	if err != nil {
		e.refuse(r, examiner.Verdict{Class: examiner.CompileError, Message: "the notebook cannot be read: " + err.Error()})
		return r, nil
	}
	found := match(e.Assignment, nb)
	r.Notices = found.notices
	results, notices, err := e.examine(ctx, slot, found.cells)
	if err != nil {
		return nil, err
	}
	r.Notices = some(append(r.Notices, notices...))
	e.enter(r, results, found.written)
	r.Sum()
	return r, nil
}

// Digest tells everything that a record depends on.
func (e *Exam) Digest(s *Submission) string {
	sum := sha256.Sum256([]byte(e.digest + s.Student + "\x00" + s.hash() + "\x00" + s.received + "\x00" + s.Problem))
	return hex.EncodeToString(sum[:])
}

// refuse enters the same verdict everywhere.
func (e *Exam) refuse(r *gradebook.Record, v examiner.Verdict) {
	results := make([]examiner.Result, len(e.parts))
	for i, p := range e.parts {
		results[i] = p
		results[i].Verdict, results[i].Tests = v, nil
	}
	e.enter(r, results, nil)
	r.Sum()
}

// enter sorts verdicts into questions, in the order of the notebook.
func (e *Exam) enter(r *gradebook.Record, results []examiner.Result, written map[string]string) {
	for _, c := range e.Assignment.Cells {
		q := gradebook.Question{ID: c.ID(), Title: c.ID(), Points: c.Grading.MaxPoints(), Class: examiner.NotAttempted}
		switch c.Kind {
		case assignment.Tests:
			for _, p := range results {
				if p.Cell != c.ID() {
					continue
				}
				q.Title = strings.TrimSpace(p.Question + " " + p.Title)
				p.Message = short(p.Message)
				part := gradebook.Part{Title: p.Part, Hidden: assignment.HiddenLine(c.Source, p.Line), Weight: p.Weight, Verdict: p.Verdict}
				if p.Class != examiner.Passed { // the numbers of what is right help nobody, and may differ from run to run
					part.Tests = p.Tests
				}
				q.Parts = append(q.Parts, part)
			}
		case assignment.Manual:
			stub, err := assignment.StubOf(c)
			q.Title = heading(stub, q.ID)
			if text := strings.TrimSpace(written[c.ID()]); err == nil && text != "" && text != strings.TrimSpace(stub) {
				q.Class = gradebook.ByHand
			}
		case assignment.Task:
			q.Title, q.Class = heading(c.Source, q.ID), gradebook.ByHand
		default:
			continue
		}
		r.Questions = append(r.Questions, q)
	}
}

// Bounds of what a record says: a student can make names and lists of faults as long as they like.
const (
	maxNotices = 50
	maxText    = 300 // runes
)

func some(notices []string) []string {
	if more := len(notices) - maxNotices; more > 0 {
		notices = append(slices.Clone(notices[:maxNotices]), fmt.Sprintf("and %d more", more))
	}
	for i := range notices {
		notices[i] = short(notices[i])
	}
	return notices
}

func short(text string) string {
	if r := []rune(text); len(r) > maxText {
		return string(r[:maxText]) + "…"
	}
	return text
}

// heading is the first heading of a Markdown text, or else a name.
func heading(text, name string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") && strings.Trim(line, "# \n") != "" {
			return strings.Trim(line, "# \n")
		}
	}
	return name
}

// examine builds the student's program and has it examined.
func (e *Exam) examine(ctx context.Context, slot int, own []answer) ([]examiner.Result, []string, error) {
	// A random name, and nothing of the student's in any path.
	dir, err := os.MkdirTemp(e.dir, "candidate-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, nil, err
	}
	c, err := e.build(dir, slot, own)
	if err != nil {
		return nil, nil, err
	}
	text, err := e.text(c, own, dir, slot)
	if err != nil {
		return nil, nil, err
	}
	job := examiner.Job{
		Nonce: rand.Text(), Isolation: e.options.Jail.Kind, Program: c.program, RaceProgram: c.race, Slot: slot,
		Limits: e.options.Limits, Broken: c.broken, Lines: map[int]int{}, Text: text,
	}
	for _, a := range own {
		job.Lines[a.number] = strings.Count(a.source, "\n") + 1
	}
	for again := e.parts != nil; ; again = false {
		results, err := e.interview(ctx, job)
		switch {
		case again && err != nil && ctx.Err() == nil: // the machine's fault may pass
		case e.parts != nil && errors.Is(err, errEnded):
			return e.missing(results), c.notices, nil
		default:
			return results, c.notices, err
		}
	}
}

// errEnded is that of an examiner which ended before its job did.
var errEnded = errors.New("the tests did not come to their end")

// interview runs the examiner. What it does not report has no marks.
func (e *Exam) interview(ctx context.Context, job examiner.Job) ([]examiner.Result, error) {
	order, err := json.Marshal(job)
	if err != nil {
		return nil, err
	}
	limit := e.options.Limits.Total + e.options.Limits.Wall + 30*time.Second
	if e.parts != nil {
		limit *= 10 // the tests do end, and a loaded machine is no reason for a verdict
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	in, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, e.examiner)
	cmd.Stdin, cmd.Stderr, cmd.ExtraFiles = bytes.NewReader(order), &stderr, []*os.File{out}
	cmd.Env = e.options.Jail.Env()
	cmd.SysProcAttr = examinerAttributes()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		out.Close()
		return nil, err
	}
	out.Close()
	results, complete, err := read(in, job.Nonce)
	ended := cmd.Wait()
	switch {
	case err != nil:
		return nil, err
	case complete:
		return results, nil
	case context.Cause(ctx) == context.Canceled:
		return nil, context.Canceled
	}
	return results, fmt.Errorf("%w: %v %s", errEnded, ended, stderr.String())
}

func read(in io.Reader, nonce string) (results []examiner.Result, complete bool, err error) {
	for d := json.NewDecoder(in); ; {
		var r examiner.Result
		switch err := d.Decode(&r); {
		case err != nil:
			return results, complete, nil // the end, or an examiner that died in the middle of a line
		case r.Fault != "":
			return nil, false, errors.New(r.Fault)
		case r.Nonce != "":
			complete = r.Nonce == nonce
		default:
			results = append(results, r)
		}
	}
}

// missing fills in the parts that an examiner which died did not get to. A student's answer can make the tests
// themselves run out of time or memory; that earns nothing.
func (e *Exam) missing(results []examiner.Result) []examiner.Result {
	for i := len(results); i < len(e.parts); i++ {
		r := e.parts[i]
		r.Verdict = examiner.Verdict{Class: examiner.Tampered, Message: "the examination did not reach its end"}
		r.Tests = nil
		results = append(results, r)
	}
	return results
}
