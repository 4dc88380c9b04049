package gonb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"downhill/kernelext/jupyter"
)

// Finding is what Examine found out about one thing.
type Finding struct {
	What   string
	OK     bool
	Needed bool   // notebooks cannot be run without it
	Detail string // what is there, or what is wrong
	Advice string // what to do if it is not OK
}

// Examine looks at everything that running and opening the module's notebooks needs or can use.
func Examine(ctx context.Context, moduleDir string) []Finding {
	var all []Finding
	add := func(f Finding, err error) bool {
		if f.OK = err == nil; err != nil {
			f.Detail = err.Error()
		}
		all = append(all, f)
		return f.OK
	}
	version, err := output(ctx, "go", "version")
	if !add(Finding{What: "Go", Needed: true, Detail: version, Advice: "install Go from https://go.dev/dl"}, err) {
		return all
	}
	cache, err := output(ctx, "go", "env", "GOCACHE")
	if err == nil {
		err = writable(cache)
	}
	add(Finding{What: "build cache", Needed: true, Detail: cache,
		Advice: "set GOCACHE to a folder that can be written to"}, err)

	detail, err := examineKernel(ctx, moduleDir)
	add(Finding{What: "kernel", Needed: true, Detail: detail,
		Advice: "run go tool downhill doctor where a module proxy can be reached; see go env GOPROXY"}, err)

	home, err := os.UserCacheDir()
	if err == nil {
		home = filepath.Join(home, "downhill")
		if err = os.MkdirAll(home, 0o700); err == nil {
			err = writable(home)
		}
	}
	add(Finding{What: "cell cache", Detail: home, Advice: "cells run without it, a little slower in new kernels"}, err)

	for _, name := range []string{KernelName, StockName} {
		folder, err := jupyter.SpecFolder(name)
		if err != nil {
			err = errors.New("not installed")
		} else if ours, unread := isOurs(folder); unread == nil && !ours {
			folder += " (somebody else's)"
		}
		add(Finding{What: "kernelspec " + name, Detail: folder, Advice: "go tool downhill install"}, err)
	}
	for _, optional := range []struct{ what, program, flag, advice string }{
		{"JupyterLab", "jupyter-lab", "--version", "pip install jupyterlab"},
		{"completion (gopls)", "gopls", "version", "go install golang.org/x/tools/gopls@v0.23.0"},
		{"sandbox (bubblewrap)", "bwrap", "--version", "install bubblewrap, or podman, before grading what others wrote"},
	} {
		detail, err := output(ctx, optional.program, optional.flag)
		add(Finding{What: optional.what, Detail: detail, Advice: optional.advice}, err)
	}
	return all
}

// examineKernel runs a cell.
func examineKernel(ctx context.Context, moduleDir string) (string, error) {
	begin := time.Now()
	tools, err := Prepare(ctx, moduleDir, nil)
	if err != nil {
		return "", err
	}
	defer tools.Close()
	k, err := jupyter.Start(ctx, tools.Config(moduleDir))
	if err != nil {
		return "", err
	}
	defer k.Close()
	ready := time.Now()
	reply, err := k.Execute(ctx, jupyter.Request{Code: "%%\nfmt.Println(\"hello\")"}, nil)
	if err != nil {
		return "", err
	}
	if reply.Status != "ok" {
		return "", fmt.Errorf("a cell that says hello: %s", Decode(reply, "")[0].Text)
	}
	return fmt.Sprintf("GoNB built and ready in %v, hello in %v", ready.Sub(begin).Round(time.Millisecond),
		time.Since(ready).Round(time.Millisecond)), k.Close()
}

// output is the first line that a program prints.
func output(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%s is not on PATH", program)
	}
	out, err := exec.CommandContext(ctx, path, args...).Output()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line, err
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".downhill-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	return f.Close()
}
