package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

// state remembers the last runs in the out folder: what passed of which contents, and how long it took. It is written
// beside the executed notebooks, so that a CI cache that keeps these keeps it too.
type state struct {
	path      string
	Notebooks map[string]remembered `json:"notebooks"` // by their path below the out folder
}

type remembered struct {
	Hash    string        `json:"hash"`
	Status  runner.Status `json:"status"`
	Seconds float64       `json:"seconds"`

	// For a run that goes on where this one failed.
	Code     string            `json:"code,omitempty"`     // hash of what its outputs follow from outside its folder
	Folder   string            `json:"folder,omitempty"`   // hash of the files beside it, after the run
	Executed string            `json:"executed,omitempty"` // hash of the executed notebook
	Cells    []runner.PastCell `json:"cells,omitempty"`
}

// loadState reads the state; a missing or damaged one is an empty one.
func loadState(out string) *state {
	s := &state{path: filepath.Join(out, ".downhill.json")}
	if data, err := os.ReadFile(s.path); err == nil {
		_ = json.Unmarshal(data, s)
	}
	if s.Notebooks == nil {
		s.Notebooks = map[string]remembered{}
	}
	return s
}

func (s *state) save() error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	return writeFile(s.path, append(data, '\n'))
}

// remember notes how a notebook went, unless nothing was done with it. A part of a run leaves the times as they are: the
// next part must be cut by the same ones; and so does a run that did not execute all of it.
func (s *state) remember(n *runner.Notebook, h *hasher, hash string, part bool) {
	before := s.Notebooks[n.Rel]
	switch n.Status {
	case runner.NotRun:
		return
	case runner.Skipped: // the table of claims in its executed copy may have changed
		before.Executed = executed(n.Source)
		s.Notebooks[n.Rel] = before
		return
	}
	r := remembered{Hash: hash, Status: n.Status, Seconds: n.Seconds, Code: h.common, Executed: executed(n.Source), Cells: n.Past()}
	r.Folder, _ = h.folder(n.Source, false) // without it the notebook starts over next time
	if part || n.Resumed != "" && before.Seconds > 0 {
		r.Seconds = before.Seconds
	}
	s.Notebooks[n.Rel] = r
}

func executed(src runner.Source) string {
	h := sha256.New()
	if hashFile(h, src.Out) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// past returns what the last run has left of a notebook, or why that is of no use.
func (s *state) past(src runner.Source, h *hasher, doc *nbformat.Notebook) (past *runner.Past, why string) {
	r := s.Notebooks[src.Rel]
	folder, err := h.folder(src, false)
	switch {
	case r.Cells == nil:
		return nil, "the last run did not note how far it came"
	case r.Code != h.common:
		return nil, "the module's code, the Go version or how it is run has changed"
	case err != nil || r.Folder != folder:
		return nil, "the files beside it have changed since the last run"
	case r.Executed == "" || r.Executed != executed(src):
		return nil, "the executed notebook is not the one that the last run wrote"
	}
	return &runner.Past{Executed: doc, Cells: r.Cells}, ""
}

// done tells whether a notebook with these contents passed, and its executed copy is there.
func (s *state) done(src runner.Source, hash string) bool {
	r, ok := s.Notebooks[src.Rel]
	_, err := os.Stat(src.Out)
	return ok && r.Status == runner.Passed && r.Hash == hash && err == nil
}

// took is how long a notebook took; 0 when that is not known.
func (s *state) took(src runner.Source) float64 { return s.Notebooks[src.Rel].Seconds }

// weight is the same, where one that was never run counts as much as the average.
func (s *state) weight(src runner.Source) float64 {
	if seconds := s.took(src); seconds > 0 {
		return seconds
	}
	total, count := 0.0, 0
	for _, r := range s.Notebooks {
		if r.Seconds > 0 {
			total, count = total+r.Seconds, count+1
		}
	}
	if count == 0 {
		return 1
	}
	return total / float64(count)
}

// hasher hashes what the outputs of a notebook follow from: the notebook, the files beside it, the module's code, the
// toolchain, and how it is run.
type hasher struct{ common string }

func newHasher(module string, how ...string) (*hasher, error) {
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version(), runtime.GOOS, runtime.GOARCH, how)
	err := filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != module && strings.ContainsAny(name[:1], "._"):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		case filepath.Ext(name) == ".go" || filepath.Ext(name) == ".s" || name == "go.mod" || name == "go.sum":
			return hashFile(h, path)
		}
		return nil
	})
	return &hasher{common: hex.EncodeToString(h.Sum(nil))}, err
}

// hash is that of all.
func (h *hasher) hash(src runner.Source) (string, error) { return h.folder(src, true) }

// folder hashes the files beside a notebook, with or without itself, and all that is common.
func (h *hasher) folder(src runner.Source, itself bool) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, h.common)
	dir := filepath.Dir(src.Path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || name[0] == '.' ||
			filepath.Ext(name) == ".ipynb" && (name != filepath.Base(src.Path) || !itself) {
			continue
		}
		if err := hashFile(sum, filepath.Join(dir, name)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprintln(w, path)
	_, err = io.Copy(w, f)
	return err
}
