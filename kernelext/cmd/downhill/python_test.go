package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

// What nbclient would store, as [[output, …], …], one list a cell.
const nbclientOutputs = `
import json, sys, nbformat
from nbclient import NotebookClient
nb = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(nb, kernel_name="python3", coalesce_streams=True, allow_errors=True).execute()
print(json.dumps([[dict(o) for o in c.outputs] for c in nb.cells if c.cell_type == "code"]))
`

// The runner speaks the protocol, not GoNB's dialect: with ipykernel it stores what nbclient stores.
func TestPython(t *testing.T) {
	needsKernel(t)
	python := parts.Python(t, "nbclient, ipykernel")
	prefix, err := exec.Command(python, "-c", "import sys; print(sys.prefix)").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("JUPYTER_PATH", filepath.Join(strings.TrimSpace(string(prefix)), "share", "jupyter"))
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	t.Setenv("IPYTHONDIR", t.TempDir())
	path := writeNotebook(t, "python",
		"import sys\nprint('out'); print('err', file=sys.stderr); print('more')\n1 + 1",
		"from IPython.display import display, HTML, clear_output, update_display\nh = display(HTML('<b>0</b>'), display_id='bar')\ndisplay({'a': 1}, metadata={})",
		"update_display(HTML('<b>100</b>'), display_id='bar')",
		"print('gone'); clear_output(); print('stays')",
		"print('also gone'); clear_output(wait=True); print('stays too')",
		"for i in range(3): print(f'\\r{i} of 3', end='', flush=True)",
		"print('äöü→λ𝄞' * 20000)",
		"def f():\n    return 1 / 0\nf()",
	)
	out := t.TempDir()
	r := downhill(t, t.Context(), "run", "-kernel", "python3", "-out", out, path)
	if want := path + ":cell 9:3: ZeroDivisionError: division by zero\n"; r.code != exitFailed || r.stderr != want {
		t.Errorf("exit code %d, %q, want %d, %q", r.code, r.stderr, exitFailed, want)
	}
	doc, err := nbformat.Read(filepath.Join(out, "python.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := exec.Command(python, "-c", nbclientOutputs, path).Output()
	if err != nil {
		t.Fatalf("nbclient: %v", err)
	}
	var want [][]json.RawMessage
	if err := json.Unmarshal(theirs, &want); err != nil {
		t.Fatal(err)
	}
	for i, list := range want {
		wrapped, _ := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": []any{
			map[string]any{"cell_type": "code", "source": "", "metadata": map[string]any{}, "outputs": list}}})
		nb, err := nbformat.Parse(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		nb.Cells[0].SetOutputs(nb.Cells[0].Outputs())
		ours, err1 := json.Marshal(doc.Cells[i+1].Outputs())
		nbclients, err2 := json.Marshal(nb.Cells[0].Outputs())
		if err1 != nil || err2 != nil || string(ours) != string(nbclients) {
			t.Errorf("cell %d: stored\n%.2000s\nnbclient stores\n%.2000s", i+2, ours, nbclients)
		}
	}
}

func TestWrongKernel(t *testing.T) {
	needsKernel(t)
	nb := nbformat.New()
	nb.Cells = []*nbformat.Cell{nbformat.NewCell(nbformat.Code, "print(1)")}
	if err := nb.Metadata().Set("kernelspec", map[string]string{"name": "python3", "language": "python", "display_name": "Python"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.ipynb")
	if err := nb.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	r := downhill(t, t.Context(), "run", "-out", t.TempDir(), path)
	if want := path + ": the notebook is written in python and the kernel runs go: run it by itself with the kernel that it asks for, python3\n"; r.code != exitUsage || r.stderr != want {
		t.Errorf("exit code %d, %q, want %d, %q", r.code, r.stderr, exitUsage, want)
	}
	r = downhill(t, t.Context(), "run", "-kernel", "nosuch", "-out", t.TempDir(), path)
	if want := `downhill run: there is no kernelspec "nosuch"`; r.code != exitNoKernel || !strings.HasPrefix(r.stderr, want) {
		t.Errorf("exit code %d, %q, want %d, %q", r.code, r.stderr, exitNoKernel, want)
	}
}
