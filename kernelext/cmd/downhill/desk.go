package main

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner"
)

// install installs the kernelspec.
func install(ctx context.Context, c *command) int {
	prefix := c.String("prefix", "", "install below this `folder`, such as a virtual environment, and not for the user")
	warm := c.Bool("warm", true, "compile what the notebooks import, so that first cells are quick and need no network")
	rest, code, ok := c.parse()
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return c.fail(exitUsage, fmt.Errorf("%q: it takes no arguments", rest[0]))
	}
	module, err := runner.Module(".")
	if err != nil {
		return c.fail(exitUsage, err)
	}
	data, err := jupyter.DataDir(*prefix)
	if err != nil {
		return c.fail(exitUsage, err)
	}
	tools, err := gonb.Prepare(ctx, module, c.stderr)
	if err != nil {
		return c.fail(exitNoKernel, err)
	}
	defer tools.Close()
	// Under our own name always, and under the name that notebooks ask for unless that is somebody else's.
	for _, name := range []string{gonb.KernelName, gonb.StockName} {
		dir, err := tools.Install(data, name)
		if foreign, ok := errors.AsType[*gonb.ForeignError](err); ok && name == gonb.StockName {
			fmt.Fprintf(c.stdout, "%v; choose %s in the notebook\n", foreign, gonb.KernelName)
			continue
		}
		if err != nil {
			return c.fail(exitFailed, err)
		}
		fmt.Fprintf(c.stdout, "kernel %s: %s\n", name, dir)
	}
	if *warm {
		packages := imports(filepath.Join(module, "notebooks"))
		fmt.Fprintf(c.stdout, "compiling the %d packages that the notebooks import\n", len(packages))
		if err := tools.Warm(ctx, packages...); err != nil {
			return c.fail(exitNoKernel, fmt.Errorf("the kernel is installed, but does not run a cell: %w", err))
		}
	}
	return exitPassed
}

// imports lists what the notebooks below a folder import; none when there is no such folder.
func imports(folder string) []string {
	sources, err := runner.Find(folder)
	if err != nil {
		return nil
	}
	var all []string
	for _, s := range sources {
		nb, err := nbformat.Read(s.Path)
		if err != nil {
			continue // run says what is wrong with it
		}
		for _, cell := range nb.Cells {
			if cell.Type != nbformat.Code {
				continue
			}
			file, _ := parser.ParseFile(token.NewFileSet(), "", "package p;"+cell.Source(), parser.ImportsOnly)
			if file == nil {
				continue
			}
			for _, spec := range file.Imports {
				if path, err := strconv.Unquote(spec.Path.Value); err == nil {
					all = append(all, path)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// kernel becomes the kernel that an installed kernelspec starts.
func kernel(ctx context.Context, c *command) int {
	rest, code, ok := c.parse()
	if !ok {
		return code
	}
	if len(rest) != 1 {
		return c.fail(exitUsage, errors.New("it takes the path of a connection file; Jupyter starts it so"))
	}
	return c.fail(exitNoKernel, gonb.Serve(ctx, rest[0], c.stderr))
}

// lab opens JupyterLab.
func lab(ctx context.Context, c *command) int {
	rest, code, ok := c.parse()
	if !ok {
		return code
	}
	if len(rest) > 1 {
		return c.fail(exitUsage, errors.New("it opens one notebook"))
	}
	module, err := runner.Module(".")
	if err != nil {
		return c.fail(exitUsage, err)
	}
	dir, file := filepath.Join(module, "notebooks"), ""
	if _, err := os.Stat(dir); err != nil {
		dir = "."
	}
	if len(rest) == 1 {
		if _, err := os.Stat(rest[0]); err != nil {
			return c.fail(exitUsage, fmt.Errorf("%s: no such notebook", rest[0]))
		}
		dir, file = filepath.Split(rest[0])
		if dir == "" {
			dir = "."
		}
	}
	cmd, cleanup, err := gonb.Lab(ctx, module, dir, file)
	if err != nil {
		return c.fail(exitUsage, err)
	}
	defer cleanup()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, c.stdout, c.stderr
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil:
		return c.fail(exitFailed, fmt.Errorf("JupyterLab: %w", err))
	}
	return exitPassed
}

// doctor tells what works.
func doctor(ctx context.Context, c *command) int {
	if _, code, ok := c.parse(); !ok {
		return code
	}
	module, err := runner.Module(".")
	if err != nil {
		return c.fail(exitUsage, err)
	}
	code := exitPassed
	for _, f := range gonb.Examine(ctx, module) {
		sign := "ok     "
		if !f.OK {
			sign = "missing"
			if f.Needed {
				sign, code = "BROKEN ", exitFailed
			}
		}
		fmt.Fprintf(c.stdout, "%s  %s: %s\n", sign, f.What, f.Detail)
		if !f.OK && f.Advice != "" {
			fmt.Fprintf(c.stdout, "         %s\n", f.Advice)
		}
	}
	return code
}
