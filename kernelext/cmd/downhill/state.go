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

// remember notes how a notebook went. A part of a run leaves the times as they are: the next part must be cut by the
// same ones.
func (s *state) remember(n *runner.Notebook, hash string, part bool) {
	r := remembered{Hash: hash, Status: n.Status, Seconds: n.Seconds}
	if part {
		r.Seconds = s.Notebooks[n.Rel].Seconds
	}
	s.Notebooks[n.Rel] = r
}

// done tells whether a notebook with these contents passed, and its executed copy is there.
func (s *state) done(src runner.Source, hash string) bool {
	r, ok := s.Notebooks[src.Rel]
	_, err := os.Stat(src.Out)
	return ok && r.Status == runner.Passed && r.Hash == hash && err == nil
}

// weight is how long a notebook took; one that was never run counts as much as the average.
func (s *state) weight(src runner.Source) float64 {
	if r, ok := s.Notebooks[src.Rel]; ok && r.Seconds > 0 {
		return r.Seconds
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

func (h *hasher) hash(src runner.Source) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, h.common)
	dir := filepath.Dir(src.Path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || name[0] == '.' || filepath.Ext(name) == ".ipynb" && name != filepath.Base(src.Path) {
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
