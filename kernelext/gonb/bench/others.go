package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"downhill/kernelext/jupyter"
)

// stock installs GoNB as its own -install does and returns the kernelspec that it wrote.
func stock(ctx context.Context, root, dir string) (jupyter.Spec, error) {
	var spec jupyter.Spec
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return spec, err
	}
	for _, tool := range []string{"github.com/janpfeifer/gonb", "golang.org/x/tools/cmd/goimports"} {
		cmd := exec.CommandContext(ctx, "go", "tool", "-n", tool)
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			return spec, err
		}
		b, err := os.ReadFile(strings.TrimSpace(string(out)))
		if err != nil {
			return spec, err
		}
		if err := os.WriteFile(filepath.Join(bin, filepath.Base(tool)), b, 0o700); err != nil {
			return spec, err
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "gonb"), "-install", "-force_deps")
	cmd.Env = stockEnv(dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return spec, fmt.Errorf("gonb -install: %w: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "data", "kernels", "gonb", "kernel.json"))
	if err != nil {
		return spec, err
	}
	spec.Name = "stock"
	return spec, json.Unmarshal(b, &spec)
}

func stockEnv(dir string) []string {
	return append(os.Environ(),
		"JUPYTER_DATA_DIR="+filepath.Join(dir, "data"),
		"PATH="+filepath.Join(dir, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// bare is the compiler and the linker without anything around them.
type bare struct {
	dir, tools string
}

func newBare(root, parent string) (*bare, error) {
	b := &bare{dir: filepath.Join(parent, "bare")}
	if err := os.Mkdir(b.dir, 0o700); err != nil {
		return nil, err
	}
	// Its module requires what ours does, so that there is nothing to download.
	for _, f := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, f))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(b.dir, f), text, 0o600); err != nil {
			return nil, err
		}
	}
	if err := b.write(0); err != nil {
		return nil, err
	}
	out, err := b.output("go", "env", "GOTOOLDIR")
	if err != nil {
		return nil, err
	}
	b.tools = strings.TrimSpace(out)
	list, err := b.output("go", "list", "-export", "-deps",
		"-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", ".")
	if err != nil {
		return nil, err
	}
	return b, os.WriteFile(filepath.Join(b.dir, "importcfg"), []byte(list), 0o600)
}

func (b *bare) write(i int) error {
	return os.WriteFile(filepath.Join(b.dir, "main.go"), []byte(program(i)), 0o600)
}

func (b *bare) output(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = b.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, args, err, out)
	}
	return string(out), err
}

func (b *bare) run(i int) error {
	if err := b.write(i); err != nil {
		return err
	}
	for _, step := range [][]string{
		{filepath.Join(b.tools, "compile"), "-o", "main.a", "-p", "main", "-complete", "-importcfg", "importcfg", "-pack", "main.go"},
		{filepath.Join(b.tools, "link"), "-o", "main", "-importcfg", "importcfg", "-s", "-w", "main.a"},
		{"./main"},
	} {
		if _, err := b.output(step[0], step[1:]...); err != nil {
			return err
		}
	}
	return nil
}

//go:embed nbclient.py
var nbclientScript string

// notebooks times a notebook of ten plotting cells, and two of them on two cores.
func notebooks(ctx context.Context, root, dir string) error {
	python, err := findPython(ctx, dir)
	if err != nil {
		return err
	}
	downhill := filepath.Join(dir, "downhill")
	build := exec.CommandContext(ctx, "go", "build", "-o", downhill, "./kernelext/cmd/downhill")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	n := 1000
	write := func() (files []string) {
		for i := range 2 {
			n += 10
			file := filepath.Join(dir, fmt.Sprintf("plots%d.ipynb", i))
			if err := os.WriteFile(file, notebook(n), 0o600); err != nil {
				panic(err) // into our own temporary folder
			}
			files = append(files, file)
		}
		return files
	}
	var files []string
	run := func(jobs int, files ...string) error {
		cmd := exec.CommandContext(ctx, downhill, append([]string{
			"run", "-site=false", "-j", strconv.Itoa(jobs), "-out", filepath.Join(dir, "out")}, files...)...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	var inside time.Duration
	client := func() error {
		cmd := exec.CommandContext(ctx, python, "-c", nbclientScript, files[0])
		cmd.Env, cmd.Dir = stockEnv(dir), dir
		out, err := cmd.Output()
		if failed := new(exec.ExitError); errors.As(err, &failed) {
			return fmt.Errorf("%w: %s", err, failed.Stderr)
		} else if err != nil {
			return err
		}
		seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		inside = time.Duration(seconds * float64(time.Second))
		return err
	}
	const rounds = 5
	var pure []time.Duration
	t, err := turns(rounds, func() { files = write() },
		contestant{"nbclient, stock GoNB", func() error {
			err := client()
			pure = append(pure, inside)
			return err
		}},
		contestant{"downhill run", func() error { return run(1, files[0]) }},
		contestant{"downhill run -j 1, two such notebooks", func() error { return run(1, files...) }},
		contestant{"downhill run -j 2, two such notebooks", func() error { files = write(); return run(2, files...) }})
	if err != nil {
		return err
	}
	t.names, t.times = append(t.names, "nbclient without starting Python"), append(t.times, pure)
	fmt.Println("a notebook of ten plotting cells, kernel start included, medians of", rounds)
	t.print()
	fmt.Printf("  nbclient / downhill %.2f, without starting Python %.2f    speed-up on two cores %.2f\n",
		t.ratio(0, 1), t.ratio(4, 1), t.ratio(2, 3))
	return nil
}

func notebook(first int) []byte {
	type nbCell struct {
		ID       string         `json:"id"`
		Type     string         `json:"cell_type"`
		Source   string         `json:"source"`
		Metadata map[string]any `json:"metadata"`
		Count    *int           `json:"execution_count"`
		Outputs  []any          `json:"outputs"`
	}
	cells := []nbCell{}
	for i := range 11 {
		code := setup
		if i > 0 {
			code = cell(first + i)
		}
		cells = append(cells, nbCell{ID: fmt.Sprint("c", i), Type: "code", Source: code, Metadata: map[string]any{}, Outputs: []any{}})
	}
	b, err := json.Marshal(map[string]any{
		"nbformat": 4, "nbformat_minor": 5, "cells": cells,
		"metadata": map[string]any{"kernelspec": map[string]string{"name": "gonb", "display_name": "Go (gonb)", "language": "go"}},
	})
	if err != nil {
		panic(err) // of our own making
	}
	return b
}

// findPython returns a Python that has nbclient, installing it if need be.
func findPython(ctx context.Context, dir string) (string, error) {
	python := os.Getenv("DOWNHILL_PYTHON")
	if python == "" {
		python = "python3"
	}
	if exec.CommandContext(ctx, python, "-c", "import nbclient").Run() == nil {
		return python, nil
	}
	venv := filepath.Join(dir, "venv")
	for _, args := range [][]string{
		{python, "-m", "venv", venv},
		{filepath.Join(venv, "bin", "pip"), "install", "--quiet", "nbclient", "nbformat"},
	} {
		if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w: %s", args, err, out)
		}
	}
	return filepath.Join(venv, "bin", "python"), nil
}
