// Package parts finds what some tests need beside Go: a Python with modules, a browser, JupyterLab.
//
//	python := parts.Python(t, "nbformat")
//	lab := parts.StartLab(t, "/", install)
//	saw := lab.Drive(t, "testdata/lab.py")
//
// Nobody has to have them: a test that misses one skips and says so. Where DOWNHILL_REQUIRE_PARTS is set, as in
// .ci/run, it fails instead. Nothing but tests imports this package.
package parts

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Required tells whether all parts must be there.
func Required() bool { return os.Getenv("DOWNHILL_REQUIRE_PARTS") != "" }

// Need ends the test when err says that a part is missing.
func Need(t testing.TB, part string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case Required():
		t.Fatalf("needs %s: %v", part, err)
	default:
		t.Skipf("needs %s: %v", part, err)
	}
}

// Interpreter is the Python of the tests, whatever modules it has: the one in DOWNHILL_PYTHON, or else python3.
func Interpreter() string {
	if python := os.Getenv("DOWNHILL_PYTHON"); python != "" {
		return python
	}
	return "python3"
}

// Python returns a Python that has the modules, as they stand after import.
func Python(t testing.TB, modules string) string {
	t.Helper()
	python := Interpreter()
	out, err := exec.Command(python, "-c", "import "+modules).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w %s", err, out)
	}
	Need(t, fmt.Sprintf("%s with %s (set DOWNHILL_PYTHON)", python, modules), err)
	return python
}

// Browser returns such a Python where there is a Chromium too, which playwright's scripts drive.
func Browser(t testing.TB, modules string) string {
	t.Helper()
	_, err := exec.LookPath("chromium")
	Need(t, "chromium", err)
	return Python(t, modules)
}
