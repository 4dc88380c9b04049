package runner

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/internal/fakekernel"
	"downhill/kernelext/jupyter"
)

// The test binary is also the kernel.
func TestMain(m *testing.M) {
	fakekernel.Main()
	os.Exit(m.Run())
}

// A kernel that comes up well and then, asked for its first cell, sends what no kernel should.
func TestBadKernel(t *testing.T) {
	for mode, want := range map[string]string{
		fakekernel.Answers + fakekernel.WrongHMAC:   "kernel bad broke the protocol: message with a wrong signature",
		fakekernel.Answers + fakekernel.Truncated:   "kernel bad broke the protocol: connection iopub lost: ",
		fakekernel.Answers + fakekernel.Huge:        "kernel bad broke the protocol: connection iopub lost: ",
		fakekernel.Answers + fakekernel.Endless:     "kernel bad broke the protocol: connection iopub lost: ",
		fakekernel.Answers + fakekernel.NoDelimiter: "kernel bad broke the protocol: message of 1 frames without the delimiter",
		fakekernel.Answers + fakekernel.TooFew:      "kernel bad broke the protocol: message with 3 frames after the delimiter",
		fakekernel.Answers + fakekernel.NotJSON:     "kernel bad broke the protocol: content of stream is not a JSON object",
		fakekernel.Answers + fakekernel.HangsUp:     "kernel bad broke the protocol: connection ",
		fakekernel.DiesLate:                         "under this cell the kernel bad died (exit status 1): last words",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			spec := Spec(jupyter.Spec{Name: "bad", Argv: fakekernel.Argv(mode)})
			var kernel *jupyter.Kernel
			start := spec.Start
			spec.Start = func(ctx context.Context, dir string, size int64) (Kernel, error) {
				k, err := start(ctx, dir, size)
				kernel, _ = k.(*jupyter.Kernel)
				return k, err
			}
			source := notebook(t, "ok", "ok")
			report := Run(t.Context(), []Source{source}, Options{Kernels: spec, Timeouts: Timeouts{Cell: time.Hour}})
			n := report.Notebooks[0]
			if n.Cause() == nil || !strings.HasPrefix(n.Cause().Error(), source.Path+":cell 2: "+want) || n.Cells[1].Status != NotRun {
				t.Fatalf("%v, want %s; the next cell: %s", n.Cause(), want, n.Cells[1].Status)
			}
			<-kernel.Done()
			if _, err := os.Stat(kernel.TempDir()); !os.IsNotExist(err) {
				t.Errorf("%s is left: %v", kernel.TempDir(), err)
			}
		})
	}
}
