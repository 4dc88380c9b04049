package examiner

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"time"

	"downhill/kernelext/check"
	"downhill/kernelext/grade/exam"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/grade/peer"
)

// Cell is a test cell.
type Cell struct {
	ID  string
	Run func()
}

// state is the one job of this process.
type state struct {
	job      Job
	jail     *jail.Jail
	results  *json.Encoder
	cell     string
	spent    time.Duration // by the students' processes so far
	wasLate  bool          // a part timed out: the next ones get less
	current  *session      // of the running part
	race     bool          // it runs with the race detector
	inPart   bool
	failures int
}

var exams state

// Function is a stub for a student's function of type F.
func Function[F any](name string) F {
	t := reflect.TypeFor[F]()
	if err := peer.Portable(t); err != nil {
		panic(fmt.Sprintf("tests cannot call %s: %v", name, err))
	}
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		return exams.connection(name).Call(name, t, args)
	}).Interface().(F)
}

// Main runs the job that stdin brings, and is the whole of an examiner's main function.
func Main(cells ...Cell) {
	out := os.NewFile(3, "results")
	syscall.CloseOnExec(3)
	s := &exams
	s.results = json.NewEncoder(out)
	if err := json.NewDecoder(os.Stdin).Decode(&s.job); err != nil {
		s.fault("no job: " + err.Error())
		return
	}
	if null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0); err == nil {
		os.Stdout = null // what tests print is for notebooks
	}
	j, err := jail.Open(s.job.Isolation)
	if err != nil {
		s.fault(err.Error())
		return
	}
	s.jail = j
	exam.Examiner = s.question
	for _, c := range cells {
		if !s.run(c) {
			return
		}
	}
	s.write(Result{Nonce: s.job.Nonce})
}

func (s *state) run(c Cell) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			s.fault(fmt.Sprintf("test cell %s: %v (tests call the student's functions inside exam.Part only)", c.ID, v))
			ok = false
		}
	}()
	s.cell = c.ID
	c.Run()
	return s.failures == 0
}

func (s *state) fault(text string) {
	s.failures++
	s.write(Result{Cell: s.cell, Fault: text})
}

func (s *state) write(r Result) {
	if err := s.results.Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, "examiner:", err)
		os.Exit(1)
	}
}

func (s *state) question(id, title string, parts []*exam.Case) {
	for _, p := range parts {
		r := Result{Cell: s.cell, Question: id, Title: title, Part: p.Title, Line: p.Line, Weight: p.Weight, Race: p.Race}
		if p.Rule != nil {
			r.Vet = p.Rule.Kind == "vet"
			r.Verdict = ruleVerdict(p.Rule, s.job.Text)
		} else {
			r.Verdict, r.Tests = s.part(p)
		}
		s.write(r)
	}
}

// part runs the body of a part against a fresh process of the student's program.
func (s *state) part(p *exam.Case) (v Verdict, tests []check.Result) {
	if s.spent >= s.job.Limits.Total {
		return Verdict{Class: TimedOut, Message: "the parts before used up the time for all"}, nil
	}
	s.race, s.inPart = p.Race, true
	t := exam.T{Mallocs: func(f func()) uint64 {
		f() // the first call starts the process and warms it
		return s.current.conn.Mallocs(f)
	}}
	failed := s.body(p, &t)
	s.inPart = false
	end := s.close()
	if failed != nil {
		return s.classify(*failed, end), nil
	}
	report := check.Exercise(s.cell, p.Title, t.Checks...)
	shorten(report.Tests)
	switch {
	case p.Race && end != nil && end.Status == statusRace:
		return Verdict{Class: Wrong, Message: "a data race: two goroutines use the same memory, one of them writes, and nothing orders them"}, report.Tests
	case !report.Passed:
		return Verdict{Class: Wrong, Message: problem(report)}, report.Tests
	}
	return Verdict{Class: Passed}, report.Tests
}

// maxGot bounds in bytes what a record keeps of a wrong result: an answer of 16 MB would fill the grader's disk with it.
const maxGot = 4 << 10

// shorten leaves of a long result what people get to read of it.
func shorten(tests []check.Result) {
	for i, t := range tests {
		if data, err := json.Marshal(t.Got); err != nil || len(data) > maxGot {
			tests[i].Got = steady(check.Text(t.Got))
		}
	}
}

// statusRace is the exit status of a program in which the race detector found something.
const statusRace = 66

func problem(r check.Report) string {
	if r.Problem != "" {
		return r.Problem
	}
	for _, t := range r.Tests {
		if !t.Pass {
			return fmt.Sprintf("%s: got %s, expected %s", t.What, check.Text(t.Got), t.Expected)
		}
	}
	return "nothing was checked"
}

// body returns why the part did not come to its end, or nil.
func (s *state) body(p *exam.Case, t *exam.T) (failed *peer.Failure) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *peer.Failure:
			failed = v
		case error:
			failed = &peer.Failure{Kind: shape, Text: v.Error()}
		default:
			failed = &peer.Failure{Kind: shape, Text: fmt.Sprint(v)}
		}
	}()
	p.Body(t)
	return nil
}

// shape is the kind of failure in which the test itself stumbled over what the student's function returned.
const shape = "shape"

// classify turns a failure, and the way in which the student's process ended, into a verdict.
func (s *state) classify(f peer.Failure, end *jail.Outcome) Verdict {
	where := ""
	if m := cellLine.FindStringSubmatch(fmt.Sprintf("%s:%d", f.File, f.Line)); m != nil {
		where = s.place(m[1], m[2])
	}
	switch f.Kind {
	case shape:
		return Verdict{Wrong, "the result does not have the shape that was asked for: " + steady(f.Text), ""}
	case peer.Missing:
		name := steady(strings.TrimPrefix(f.Text, "there is no function "))
		if v, ok := s.job.Broken[name]; ok {
			return v
		}
		return Verdict{NotAttempted, "there is no function " + name, ""}
	case peer.Panic:
		if f.Text == exam.NotWritten {
			return Verdict{NotAttempted, "not written yet", where}
		}
		return Verdict{Panicked, "panic: " + steady(f.Text), where}
	case peer.Garbage:
		if strings.Contains(f.Text, "longer than") {
			return Verdict{Wrong, fmt.Sprintf("the result is longer than %d MB", peer.MaxMessage>>20), ""}
		}
		return Verdict{Tampered, "something other than the function's result came back", ""}
	}
	return s.ended(end)
}

func (s *state) ended(end *jail.Outcome) Verdict {
	switch {
	case end == nil:
		return Verdict{Tampered, "the program did not answer", ""}
	case end.OutOfMemory():
		return Verdict{OutOfMemory, "the program " + end.Describe(), ""}
	case end.TimedOut():
		s.wasLate = true
		return Verdict{TimedOut, fmt.Sprintf("it did not end in time (%v of computing, %v of waiting): a loop or a wait without end?", s.job.Limits.CPU, s.job.Limits.Wall), ""}
	case end.Status == 0:
		return Verdict{Tampered, "the program ended itself with status 0 before it answered", ""}
	}
	if text, where := s.crash(end.Stderr); text != "" {
		return Verdict{Panicked, text, where}
	}
	return Verdict{Panicked, "the program " + end.Describe() + " before it answered", ""}
}

func join(found []string) string {
	if len(found) > 3 {
		found = append(slices.Clone(found[:3]), fmt.Sprintf("and %d more", len(found)-3))
	}
	return strings.Join(found, "; ")
}
