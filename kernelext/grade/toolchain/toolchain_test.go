package toolchain

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/grade/jail"
	"downhill/kernelext/grade/peer"
)

func prepare(t *testing.T, race bool) *Toolchain {
	t.Helper()
	dir := folder(t)
	tc, err := Prepare(context.Background(), ".", filepath.Join(dir, "tools"), []string{"math", "fmt", "os", "downhill/kernelext/grade/candidate"}, race)
	if err != nil {
		t.Fatal(err)
	}
	return tc
}

// open makes the folders of the test reachable for the jail's user.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			break
		}
	}
	return dir
}

func TestBuildAndCall(t *testing.T) {
	tc := prepare(t, false)
	for _, kind := range []string{jail.Bwrap, jail.Process} {
		t.Run(kind, func(t *testing.T) {
			j, err := jail.Open(kind)
			if err != nil {
				t.Skip(err)
			}
			dir := folder(t)
			found, o, err := tc.Build(j, dir, 1, Source{"cell01.go": `package main
import ("math"; "downhill/kernelext/grade/candidate")
func Root(x float64) float64 { return math.Sqrt(x) }
func main() { candidate.Serve(map[string]any{"Root": Root}) }
`})
			if err != nil || !o.OK() {
				t.Fatal(found, o.Stderr, o.Describe(), err)
			}
			qr, qw, _ := os.Pipe()
			ar, aw, _ := os.Pipe()
			p, err := j.Start(jail.Spec{Argv: []string{filepath.Join(dir, "program")}, ReadOnly: []string{filepath.Join(dir, "program")}, Files: []*os.File{qr, aw}})
			if err != nil {
				t.Fatal(err)
			}
			qr.Close()
			aw.Close()
			if _, err := io.WriteString(qw, `{"id":1,"call":"Root","args":[2]}`+"\n"); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(ar)
			for _, want := range []string{peer.Ready, "1.414213562"} {
				if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, want) {
					t.Errorf("%q, %v; want %q", line, err, want)
				}
			}
			qw.Close()
			if o := p.Wait(); !o.OK() {
				t.Error(o.Stderr, o.Describe())
			}
		})
	}
}
