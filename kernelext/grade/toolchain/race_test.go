package toolchain

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/grade/jail"
	"downhill/kernelext/internal/parts"
)

// racing opens a jail where the race detector can be built too: Go needs a C compiler for that.
func racing(t *testing.T) *jail.Jail {
	t.Helper()
	j, err := jail.Open("")
	if err == nil {
		var compiler []byte
		if compiler, err = exec.Command("go", "env", "CC").Output(); err == nil {
			_, err = exec.LookPath(strings.TrimSpace(string(compiler)))
		}
	}
	parts.Need(t, "a sandbox and a C compiler", err)
	return j
}

func TestRaceDetector(t *testing.T) {
	j := racing(t)
	tc := prepare(t, true)
	dir := folder(t)
	found, o, err := tc.Build(j, dir, 1, Source{"cell1.go": `package main
import _ "downhill/kernelext/grade/candidate"
func main() {
	x, done := 0, make(chan bool)
	go func() { x++; done <- true }()
	x++
	<-done
}
`})
	if err != nil || !o.OK() {
		t.Fatal(found, o.Stderr, o.Describe(), err)
	}
	program := filepath.Join(dir, "program")
	p, err := j.Start(jail.Spec{Argv: []string{program}, ReadOnly: append(jail.SystemFolders(), program), Limits: jail.Limits{Data: 1 << 30, Watch: true}})
	if err != nil {
		t.Fatal(err)
	}
	if o := p.Wait(); o.Status != 66 {
		t.Errorf("%s: %s", o.Describe(), o.Stderr)
	}
}

// TestRaceDetectorHog: the detector reserves so much that memory is counted by use there.
func TestRaceDetectorHog(t *testing.T) {
	j := racing(t)
	tc := prepare(t, true)
	dir := folder(t)
	found, o, err := tc.Build(j, dir, 1, Source{"cell1.go": `package main
import _ "downhill/kernelext/grade/candidate"
func main() {
	var all [][]byte
	for {
		b := make([]byte, 8<<20)
		for i := 0; i < len(b); i += 4096 { b[i] = 1 }
		all = append(all, b)
	}
}
`})
	if err != nil || !o.OK() {
		t.Fatal(found, o.Stderr, o.Describe(), err)
	}
	program := filepath.Join(dir, "program")
	p, err := j.Start(jail.Spec{Argv: []string{program}, ReadOnly: append(jail.SystemFolders(), program), Limits: jail.Limits{Data: 300 << 20, Watch: true}})
	if err != nil {
		t.Fatal(err)
	}
	if o := p.Wait(); !o.OutOfMemory() || o.TimedOut() {
		t.Errorf("%s: %s", o.Describe(), o.Stderr)
	}
}
