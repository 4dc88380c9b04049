package runner

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

// stored writes a notebook whose cells have outputs.
func stored(t *testing.T, outputs []string, cells ...string) Source {
	t.Helper()
	source := notebook(t, cells...)
	doc, err := nbformat.Read(source.Path)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range outputs {
		if text != "" {
			doc.Cells[i+1].SetOutputs([]nbformat.Output{{Type: "stream", Name: "stdout", Text: text}})
			doc.Cells[i+1].SetExecutionCount(i + 1)
		}
	}
	if err := doc.WriteFile(source.Path); err != nil {
		t.Fatal(err)
	}
	return source
}

func runStored(t *testing.T, s Source, mode Stored) *Notebook {
	closed := 0
	return Run(t.Context(), []Source{s}, Options{Stored: mode, Kernels: Kernels{
		Start: func(context.Context, string, int64) (Kernel, error) { return newFake(&closed), nil }}}).Notebooks[0]
}

func TestVerify(t *testing.T) {
	s := stored(t, []string{"x = 1.0000000001", "old", "0.1", "0.1", "", "took 3ms"},
		"print x = 1", "print new", "tolerance=0.5:print 0.2", "nbval-ignore-output:print 0.2", "print more", "print took 5ms")
	n := runStored(t, s, Verify)
	var got []string
	for _, c := range n.Cells {
		got = append(got, string(c.Status))
	}
	if want := "passed failed passed passed failed passed"; strings.Join(got, " ") != want || n.Status != Failed {
		t.Errorf("cells %v, want %s; notebook %s", got, want, n.Status)
	}
	if p := n.Cells[1].Problem; p == nil || p.Kind != Differs || p.Detail != "stdout:\n- old\n+ new" ||
		p.Text != "the output is not the one that is stored: stdout: - old + new" {
		t.Errorf("problem %+v", p)
	}
}

func TestAccept(t *testing.T) {
	s := stored(t, []string{"x = 1.0000000001", "old"}, "print x = 1", "print new")
	s.Out = s.Path
	if n := runStored(t, s, Accept); n.Status != Passed {
		t.Fatalf("notebook %s: %v", n.Status, n.Cause())
	}
	doc, err := nbformat.Read(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"x = 1.0000000001", "new"} {
		if outs := doc.Cells[i+1].Outputs(); len(outs) != 1 || outs[0].Text != want {
			t.Errorf("cell %d holds %+v, want %q", i+2, outs, want)
		}
	}
	if n := runStored(t, s, Verify); n.Status != Passed {
		t.Errorf("what was accepted does not pass: %v", n.Cause())
	}
}

// A notebook that fails keeps what it has.
func TestAcceptNotFailed(t *testing.T) {
	s := stored(t, []string{"old", "old"}, "print new", "fail")
	s.Out = s.Path
	before, _ := os.ReadFile(s.Path)
	n := runStored(t, s, Accept)
	after, _ := os.ReadFile(s.Path)
	if n.Status != Failed || !bytes.Equal(before, after) {
		t.Errorf("notebook %s, file changed: %v", n.Status, !bytes.Equal(before, after))
	}
}
