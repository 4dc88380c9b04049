package runner

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
)

// Kernel is what the runner needs of a kernel; *jupyter.Kernel is one.
type Kernel interface {
	Execute(context.Context, jupyter.Request, func(jupyter.Message)) (jupyter.Reply, error)
	Send(msgType string, content any) error
	Drain(context.Context, func(jupyter.Message)) error
	Interrupt() error
	Kill() error
	Close() error
}

var _ Kernel = (*jupyter.Kernel)(nil)

// Kernels starts kernels of one kind and knows what is special about it.
type Kernels struct {
	// Start starts a kernel whose cells run in dir and write no file larger than fileSize bytes, unless that is 0.
	Start func(ctx context.Context, dir string, fileSize int64) (Kernel, error)

	// Decode finds the places in the source that an error reply and the cell's stderr name; nil: none.
	Decode func(jupyter.Reply, string) []gonb.Diagnostic

	// Verdict finds what is wrong with a cell that the kernel called ok; nil: nothing.
	Verdict func(source string, r jupyter.Reply, stderr string) *gonb.Diagnostic

	// Language is what the kernel's cells are written in; "" when unknown.
	Language string

	// GoNB is true for that kernel, of which more is known than the protocol says.
	GoNB bool
}

// GoNB runs cells with the GoNB kernel of tools; env is added to its environment.
func GoNB(tools *gonb.Tools, env ...string) Kernels {
	return Kernels{
		Start: func(ctx context.Context, dir string, fileSize int64) (Kernel, error) {
			c := tools.Config(dir)
			c.FileSize = fileSize
			c.Env = append(c.Env[:len(c.Env):len(c.Env)], env...)
			return start(ctx, c)
		},
		Decode:   gonb.Decode,
		Verdict:  gonb.Verdict,
		Language: "go",
		GoNB:     true,
	}
}

// Spec runs cells with the kernel of any kernelspec.
func Spec(spec jupyter.Spec) Kernels {
	k := Kernels{Language: spec.Language, Start: func(ctx context.Context, dir string, fileSize int64) (Kernel, error) {
		return start(ctx, jupyter.Config{Spec: spec, Dir: dir, FileSize: fileSize})
	}}
	if spec.Language == "python" {
		k.Decode = decodeIPython
	}
	return k
}

// start keeps a nil *jupyter.Kernel from becoming a Kernel that is not nil.
func start(ctx context.Context, c jupyter.Config) (Kernel, error) {
	k, err := jupyter.Start(ctx, c)
	if err != nil {
		return nil, err
	}
	return k, nil
}

var ipythonPlace = regexp.MustCompile(`Cell In ?\[(\d+)\], line (\d+)`)

// decodeIPython finds the lines of cells in IPython's traceback; the first is the cell that was executed.
func decodeIPython(r jupyter.Reply, _ string) []gonb.Diagnostic {
	d := gonb.Diagnostic{Count: r.ExecutionCount, Text: r.EName + ": " + r.EValue}
	if m := ipythonPlace.FindStringSubmatch(plain(strings.Join(r.Traceback, "\n"))); m != nil {
		d.Count, _ = strconv.Atoi(m[1])
		d.Line, _ = strconv.Atoi(m[2])
	}
	return []gonb.Diagnostic{d}
}
