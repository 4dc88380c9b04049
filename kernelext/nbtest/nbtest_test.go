package nbtest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"downhill/kernelext/nbtest"
	"downhill/kernelext/runner"
)

func TestPasses(t *testing.T) {
	ran := nbtest.Run(t, "testdata/passes.ipynb")
	if len(ran) != 1 || ran[0].Status != runner.Passed {
		t.Errorf("ran %+v", ran)
	}
}

// TestFails is not for its own sake: TestFailure runs it in a process of its own and reads what it says.
func TestFails(t *testing.T) {
	if os.Getenv("NBTEST_FAILS") == "" {
		t.Skip("run by TestFailure")
	}
	nbtest.Run(t, "testdata")
}

func TestFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("notebooks are not run in short mode")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFails$", "-test.v")
	cmd.Env = append(os.Environ(), "NBTEST_FAILS=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("a notebook with a failing cell passed")
	}
	for _, want := range []string{
		"--- PASS: TestFails/passes.ipynb",
		"--- FAIL: TestFails/fails.ipynb",
		"kernelext/nbtest/testdata/fails.ipynb:cell 2:2: undefined: bta\n",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
}
