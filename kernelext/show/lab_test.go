package show_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"downhill/kernelext/gonb"
	"downhill/kernelext/internal/parts"
)

// A kernelspec that is installed from here runs this binary as `… kernel CONNECTION_FILE`.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "kernel" {
		fmt.Fprintln(os.Stderr, gonb.Serve(context.Background(), os.Args[2], os.Stderr))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// kernelTools builds the pinned kernel.
func kernelTools(t *testing.T) *gonb.Tools {
	t.Helper()
	tools, err := gonb.Prepare(t.Context(), "../..", os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tools.Close(); err != nil {
			t.Error(err)
		}
	})
	return tools
}

// startLab starts a JupyterLab with the kernel below a base URL.
func startLab(t *testing.T, base string, env ...string) *parts.Lab {
	t.Helper()
	return parts.StartLab(t, base, func(data string) error {
		_, err := kernelTools(t).Install(data, gonb.StockName)
		return err
	}, env...)
}
