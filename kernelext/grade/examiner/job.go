package examiner

import (
	"slices"
	"time"

	"downhill/kernelext/check"
	"downhill/kernelext/grade/exam"
)

// Classes of verdicts.
const (
	Passed       = "passed"
	Wrong        = "wrong"
	CompileError = "compile error"
	Panicked     = "panic"
	TimedOut     = "timeout"
	OutOfMemory  = "out of memory"
	Tampered     = "tampered"
	NotAttempted = "not attempted"
)

// Job is one submission to be examined.
type Job struct {
	Nonce       string             `json:"nonce"`
	Isolation   string             `json:"isolation"`
	Program     string             `json:"program"`     // the student's; "" when there is none
	RaceProgram string             `json:"raceProgram"` // the same with the race detector
	Slot        int                `json:"slot"`
	Limits      Limits             `json:"limits"`
	Broken      map[string]Verdict `json:"broken"` // functions that cannot be called, and why
	Lines       map[int]int        `json:"lines"`  // of the student's cells, by number
	Text        Text               `json:"text"`
}

// Limits of an examination.
type Limits struct {
	CPU   time.Duration `json:"cpu"`   // of a part
	Wall  time.Duration `json:"wall"`  // of a part, while it does not compute
	Data  int64         `json:"data"`  // bytes of memory of a part
	Total time.Duration `json:"total"` // of all parts, of either kind
}

// Text is what the rules need to know of the student's source.
type Text struct {
	Attempted bool     `json:"attempted"` // an answer is no longer the stub: an empty page has no form
	Gofmt     []string `json:"gofmt"`     // places where gofmt would change something
	Vet       []string `json:"vet"`
	Imports   []string `json:"imports"`
	Names     []string `json:"names"`
}

// Verdict is a class and the words that go with it.
type Verdict struct {
	Class   string `json:"class"`
	Message string `json:"message,omitempty"`
	Where   string `json:"where,omitempty"` // in the student's notebook
}

// Result is the verdict on one part, or the end of the job.
type Result struct {
	Cell     string  `json:"cell"` // grade_id of the test cell
	Question string  `json:"question"`
	Title    string  `json:"title"` // of the question
	Part     string  `json:"part"`
	Line     int     `json:"line"` // of the part in its cell
	Weight   float64 `json:"weight"`
	Race     bool    `json:"race,omitempty"`
	Vet      bool    `json:"vet,omitempty"`
	Verdict
	Tests []check.Result `json:"tests,omitempty"`

	Fault string `json:"fault,omitempty"` // the assignment's or the machine's own: the job is void
	Nonce string `json:"nonce,omitempty"` // the end of the job
}

// ruleVerdict judges the student's text.
func ruleVerdict(r *exam.Rule, text Text) Verdict {
	if !text.Attempted {
		return Verdict{Class: NotAttempted, Message: "nothing is written yet"}
	}
	var found []string
	switch r.Kind {
	case "gofmt":
		found = text.Gofmt
	case "vet":
		found = text.Vet
	case "imports":
		for _, path := range text.Imports {
			if !slices.Contains(r.Names, path) {
				found = append(found, "imports "+path)
			}
		}
	case "avoid":
		for _, name := range r.Names {
			if slices.Contains(text.Names, name) {
				found = append(found, "uses "+name)
			}
		}
	}
	if len(found) == 0 {
		return Verdict{Class: Passed}
	}
	return Verdict{Class: Wrong, Message: join(found)}
}
