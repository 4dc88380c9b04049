package grade

import (
	"context"
	"path/filepath"
	"testing"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/jail"
)

func TestReleaseA1(t *testing.T) {
	a, err := assignment.Read("../../notebooks/assignments/a1-gradient-estimator.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	j, err := jail.Open("")
	if err != nil {
		t.Fatal(err)
	}
	e, err := Prepare(context.Background(), a, Options{Module: "../..", Jail: j})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	nb, err := e.Release(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := nb.WriteFile(filepath.Join(t.TempDir(), "a1.ipynb")); err != nil {
		t.Fatal(err)
	}
}
