package main

import (
	"fmt"
	"os"
	"path/filepath"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

// shard is the value of -shard.
type shard struct{ i, n int }

func (s *shard) String() string {
	if s.n == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.i, s.n)
}

func (s *shard) Set(text string) error {
	var i, n int
	var rest string
	if k, _ := fmt.Sscanf(text, "%d/%d%s", &i, &n, &rest); k != 2 || n < 1 || i < 1 || i > n {
		return fmt.Errorf("it must be i/n with 1 ≤ i ≤ n, such as 1/4")
	}
	s.i, s.n = i, n
	return nil
}

// hashes tells what the outputs of each notebook follow from.
func (f *runFlags) hashes(sources []runner.Source) (*hasher, map[string]string, error) {
	module, err := runner.Module(".")
	if err != nil {
		module = "." // another kernel's notebooks need no module
		if f.kernel == "gonb" {
			return nil, nil, err
		}
	}
	how := append([]string{f.kernel}, f.set...)
	if f.paramsFile != "" {
		data, err := os.ReadFile(f.paramsFile)
		if err != nil {
			return nil, nil, err
		}
		how = append(how, string(data))
	}
	h, err := newHasher(module, how...)
	if err != nil {
		return nil, nil, err
	}
	all := map[string]string{}
	for _, s := range sources {
		if all[s.Rel], err = h.hash(s); err != nil {
			return nil, nil, err
		}
		for _, skip := range f.options.Skip {
			all[s.Rel] += fmt.Sprintf(" -skip %v", skip)
		}
	}
	return h, all, nil
}

// keep parts the sources into those to run and, with -resume, those whose executed copies are still good. What an
// earlier run has left of those to run goes into the options.
func (f *runFlags) keep(c *command, sources []runner.Source, last *state, h *hasher, hashes map[string]string) (todo []runner.Source, kept []*runner.Notebook) {
	if !f.resume {
		return sources, nil
	}
	f.options.Past = map[string]*runner.Past{}
	for _, s := range sources {
		doc, err := nbformat.Read(s.Out)
		if err == nil && last.done(s, hashes[s.Rel]) {
			kept = append(kept, &runner.Notebook{Source: s, Document: doc, Status: runner.Skipped, Cells: []*runner.Cell{}})
			continue
		}
		todo = append(todo, s)
		if err != nil || f.kernel != "gonb" {
			continue
		}
		if past, why := last.past(s, h, doc); past != nil {
			f.options.Past[s.Path] = past
		} else {
			fmt.Fprintf(c.stdout, "%s: starts over: %s\n", filepath.ToSlash(s.Rel), why)
		}
	}
	return todo, kept
}
