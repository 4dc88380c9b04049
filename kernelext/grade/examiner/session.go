package examiner

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"downhill/kernelext/grade/jail"
	"downhill/kernelext/grade/peer"
)

// session is the student's process of one part.
type session struct {
	process            *jail.Running
	conn               *peer.Conn
	questions, answers *os.File
}

// connection returns the wire to the student's process, which it starts for the part's first call.
func (s *state) connection(function string) *peer.Conn {
	if !s.inPart {
		panic("a call of " + function + " outside a part")
	}
	if _, broken := s.job.Broken[function]; broken {
		panic(&peer.Failure{Kind: peer.Missing, Text: "there is no function " + function})
	}
	for try := 0; s.current == nil; try++ {
		c, err := s.start()
		switch {
		case err == nil:
			s.current = c
		case try == attempts:
			s.fault("the student's program could not be started: " + err.Error())
			panic(&peer.Failure{Kind: peer.Gone, Text: err.Error()})
		default:
			time.Sleep(time.Second << try)
		}
	}
	return s.current.conn
}

// attempts is how often a program is started again when the machine could not: the faults of a machine, such as too many
// processes, pass.
const attempts = 3

func (s *state) start() (*session, error) {
	program := s.job.Program
	readOnly := []string{program}
	if s.race { // it is linked with the system's libraries
		program = s.job.RaceProgram
		readOnly = append(jail.SystemFolders(), program)
	}
	if program == "" {
		return nil, fmt.Errorf("there is none (race detector: %v)", s.race)
	}
	limits := jail.Limits{CPU: s.job.Limits.CPU, Wall: s.job.Limits.Wall, Data: s.job.Limits.Data, File: 1 << 20, Output: 32 << 10}
	if s.wasLate {
		limits.CPU, limits.Wall = max(limits.CPU/3, time.Second), max(limits.Wall/3, time.Second)
	}
	if s.race {
		limits.CPU, limits.Data, limits.Watch = 5*limits.CPU, 2*limits.Data, true
	}
	theirQuestions, questions, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	answers, theirAnswers, err := os.Pipe()
	if err != nil {
		theirQuestions.Close()
		questions.Close()
		return nil, err
	}
	p, err := s.jail.Start(jail.Spec{
		Argv: []string{program}, ReadOnly: readOnly, Files: []*os.File{theirQuestions, theirAnswers}, Limits: limits, Slot: s.job.Slot,
	})
	theirQuestions.Close()
	theirAnswers.Close()
	if err == nil {
		greeting := make([]byte, len(peer.Ready))
		if _, err = io.ReadFull(answers, greeting); err == nil && string(greeting) == peer.Ready {
			return &session{process: p, conn: peer.New(answers, questions), questions: questions, answers: answers}, nil
		}
		p.Kill()
		end := p.Wait()
		err = fmt.Errorf("it %s before it was ready: %s", end.Describe(), steady(end.Stderr))
	}
	questions.Close()
	answers.Close()
	return nil, err
}

// close ends the part's process and says how it ended; nil when there was none.
func (s *state) close() *jail.Outcome {
	c := s.current
	if c == nil {
		return nil
	}
	s.current = nil
	c.questions.Close()
	// A program that is done sees the end of the questions and ends. One that still works is of no use any more; a
	// moment is for the exit status of one that was about to end, such as the race detector's.
	late := time.AfterFunc(grace, c.process.Kill)
	o := c.process.Wait()
	late.Stop()
	c.answers.Close()
	s.spent += c.process.Spent()
	return &o
}

const grace = 10 * time.Second

// place names a line of the student's notebook as people do: cell 7, line 3. The student's process says which; a line that
// is not there would tell what else it likes, such as a hidden test's input.
func (s *state) place(cell, line string) string {
	c, err := strconv.Atoi(cell)
	n, err2 := strconv.Atoi(line)
	if err != nil || err2 != nil || n < 1 || n > s.job.Lines[c] {
		return ""
	}
	return fmt.Sprintf("cell %d, line %d", c, n)
}

var (
	address  = regexp.MustCompile(`0x[0-9a-f]+`)
	cellLine = regexp.MustCompile(`\bcell([0-9]+)\.go:([0-9]+)`)
)

// steady is one line of a message of bounded length, without addresses, which differ from run to run.
func steady(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	text = address.ReplaceAllString(strings.ToValidUTF8(text, "�"), "0x…")
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return text
}

// crash finds the reason and the place in what a dying Go program writes to stderr.
func (s *state) crash(stderr string) (text, where string) {
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "runtime: goroutine stack exceeds") {
			text = "the stack is full: a function calls itself without end"
			break
		}
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			text = steady(line)
			break
		}
	}
	if m := cellLine.FindStringSubmatch(stderr); m != nil && text != "" {
		where = s.place(m[1], m[2])
	}
	return text, where
}
