// Package claims keeps the tables of claims that executed notebooks show in step with one another.
package claims

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"downhill/kernelext/check"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
	"downhill/kernelext/runner/compare"
)

// Refresh brings the tables of claims (check.Table) in the executed notebooks up to date. The cell that shows one
// can only tell what the notebooks beside it had stored when it ran; afterwards those of this run are asked for what
// they hold now, and only the others for what they stored. A table that says the same already keeps its bytes, and in
// notebooks that are accepted in place only those that passed are written.
func Refresh(r *runner.Report, stored runner.Stored) {
	run := map[string]*nbformat.Notebook{}
	for _, n := range r.Notebooks {
		if n.Document != nil && n.Status != runner.NotRun {
			run[clean(n.Path)] = n.Document
		}
	}
	for _, n := range r.Notebooks {
		if n.Document == nil || n.Status == runner.NotRun || stored == runner.Accept && n.Status == runner.Failed {
			continue
		}
		changed := false
		for _, c := range n.Document.Cells {
			changed = refresh(c, filepath.Dir(n.Path), run) || changed
		}
		if !changed || n.Out == "" {
			continue
		}
		if err := n.Document.WriteFile(n.Out); err != nil && n.Problem == nil {
			n.Status = runner.Failed
			n.Problem = &runner.Problem{Path: n.Path, Kind: runner.Unwritable, Text: "cannot store the table of claims: " + err.Error()}
		}
	}
}

// refresh renews the tables that a cell of a notebook in dir shows, and tells whether one changed.
func refresh(c *nbformat.Cell, dir string, run map[string]*nbformat.Notebook) bool {
	outs, changed := c.Outputs(), false
	for i, o := range outs {
		raw, ok := o.MIME(check.ClaimsMIME)
		var was check.Claims
		if !ok || json.Unmarshal([]byte(raw), &was) != nil {
			continue
		}
		bundle, err := check.NewClaims(was.Of, settled(dir, run)).Bundle()
		if err != nil {
			continue
		}
		now := o
		now.Data = map[string]json.RawMessage{}
		for mime, v := range bundle {
			now.Data[mime] = spelled(v)
		}
		if compare.Outputs(outs[i:i+1], []nbformat.Output{now}, compare.Options{}) != "" {
			outs[i], changed = now, true
		}
	}
	if changed {
		c.SetOutputs(outs)
	}
	return changed
}

// spelled is a string, or a tree that was JSON before, as kernels spell them: with < and > as they are.
func spelled(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSpace(b.Bytes())
}

// settled lists what the notebooks in a folder settle.
func settled(dir string, run map[string]*nbformat.Notebook) (rows []check.Settled) {
	sources, _ := runner.Find(dir) // what cannot be read settles nothing
	for _, s := range sources {
		file := s.Path
		var raw []byte
		if doc := run[clean(file)]; doc != nil {
			raw = doc.Bytes()
		} else {
			raw, _ = os.ReadFile(file)
		}
		found, _ := check.ClaimsIn(file, raw)
		rows = append(rows, found...)
	}
	return rows
}

// clean is one spelling of a path for all.
func clean(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}
