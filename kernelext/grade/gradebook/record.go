// Package gradebook holds what grading found, and writes it for those who wait for it: the record of a submission as
// JSON, all scores as CSV, JUnit for continuous integration, Gradescope's results.json, and a page of feedback for each
// student.
//
// Everything in a record that came from a student is data: it is escaped wherever it is written, a spreadsheet does not
// take it for a formula, and what belongs to hidden tests (inputs, results, messages of a crash, which could carry both)
// stays out of everything that a student gets to see.
package gradebook

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"downhill/kernelext/check"
	"downhill/kernelext/grade/examiner"
)

// ByHand is the class of a question that a person grades and a student has answered.
const ByHand = "to be graded by hand"

// Record is the result of one submission. It does not say when it was graded: grading again gives the same bytes.
type Record struct {
	Assignment string     `json:"assignment"`
	Title      string     `json:"title"`
	Student    string     `json:"student"`
	Score      float64    `json:"score"`
	Max        float64    `json:"max"`
	Questions  []Question `json:"questions"`
	Notices    []string   `json:"notices,omitempty"` // what grading had to put right or pass over in the notebook

	Source     string  `json:"source"`             // SHA-256 of the instructor's notebook, which has the tests and their seeds
	Submission string  `json:"submission"`         // SHA-256 of the student's
	Received   string  `json:"received,omitempty"` // by its timestamp.txt, in UTC, or "unreadable"
	Digest     string  `json:"digest"`             // of all that the record depends on: the same digest, the same record
	Graded     Machine `json:"graded"`
}

// Machine is what graded.
type Machine struct {
	Toolchain string `json:"toolchain"`
	Module    string `json:"module"` // the course's, by the hash of its go.mod
	GoNB      string `json:"gonb"`
	Isolation string `json:"isolation"`
	Platform  string `json:"platform"`
}

// Question is a test cell, or an answer that a person grades.
type Question struct {
	ID     string  `json:"id"` // grade_id
	Title  string  `json:"title"`
	Points float64 `json:"points"`
	Score  float64 `json:"score"`
	Class  string  `json:"class"`
	Parts  []Part  `json:"parts,omitempty"`
}

// Part is one verdict.
type Part struct {
	Title  string  `json:"title"`
	Hidden bool    `json:"hidden,omitempty"`
	Weight float64 `json:"weight"`
	examiner.Verdict
	Tests []check.Result `json:"tests,omitempty"`
}

// Sum sets the scores from the parts' verdicts: a question's points are shared by weight.
func (r *Record) Sum() {
	r.Score, r.Max = 0, 0
	for i := range r.Questions {
		q := &r.Questions[i]
		if q.Class != ByHand && len(q.Parts) > 0 {
			q.Class, q.Score = examiner.Passed, 0
			weight, earned := 0.0, 0.0
			for _, p := range q.Parts {
				weight += p.Weight
				if p.Class == examiner.Passed {
					earned += p.Weight
				} else if q.Class == examiner.Passed {
					q.Class = p.Class
				}
			}
			if weight > 0 {
				q.Score = math.Round(q.Points*earned/weight*1000) / 1000
			}
		}
		r.Score += q.Score
		r.Max += q.Points
	}
	r.Score = math.Round(r.Score*1000) / 1000
}

// Read reads a record.
func Read(path string) (*Record, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := new(Record)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s: not a record of grading: %w", path, err)
	}
	return r, nil
}

// Write writes the record to path.
func (r *Record) Write(path string) error {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return WriteFile(path, append(data, '\n'))
}

// WriteFile writes so that a reader, and we after a crash, find the old file or the new one, never a half.
func WriteFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(path, data, 0o644, renameio.WithTempDir(filepath.Dir(path)))
}
