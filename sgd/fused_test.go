package sgd

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestNothingIsFused compiles for arm64, which fuses wherever the language lets it,
// and looks for fused instructions in the assembly, and for a call that should have
// been inlined.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another architecture")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command on PATH to compile with")
	}
	cmd := exec.Command(tool, "build", "-gcflags=-S", ".")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("cross-compiling: %v\n%s", err, out)
	}
	if !regexp.MustCompile(`FMULD`).Match(out) {
		t.Fatal("no multiplication in the assembly: it is not what the test takes it for")
	}
	for _, line := range regexp.MustCompile(`\([^()]*\)\s+FN?M(ADD|SUB)[SD].*`).FindAll(out, -1) {
		t.Errorf("fused: %s; write float64(a*b) + c", line)
	}
	if m := regexp.MustCompile(`CALL\s.*sgd\.(excess|heavyBall)\(SB\)`).Find(out); m != nil {
		t.Errorf("%s: called and not inlined; every step pays for it", m)
	}
}
