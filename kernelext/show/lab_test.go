package show_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"downhill/kernelext/gonb"
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

// pythonWith returns a Python that has the modules, beside a Chromium, or skips the test.
func pythonWith(t *testing.T, modules string) string {
	t.Helper()
	python := os.Getenv("DOWNHILL_PYTHON")
	if python == "" {
		python = "python3"
	}
	err := exec.Command(python, "-c", "import "+modules).Run()
	if err == nil {
		_, err = exec.LookPath("chromium")
	}
	if err != nil {
		if os.Getenv("DOWNHILL_REQUIRE_PARTS") == "1" {
			t.Fatalf("needs %s with %s, and chromium: %v", python, modules, err)
		}
		t.Skipf("needs %s with %s, and chromium: %v", python, modules, err)
	}
	return python
}

// lab is a JupyterLab that runs, with our kernel, below a base URL, and serves root.
type lab struct {
	python, root, url, token string
	env                      []string
	log                      *bytes.Buffer
}

func startLab(t *testing.T, base string, env ...string) *lab {
	t.Helper()
	l := &lab{python: pythonWith(t, "jupyterlab, playwright.sync_api"), root: t.TempDir(), log: new(bytes.Buffer),
		token: fmt.Sprintf("t%d", time.Now().UnixNano())}
	data := t.TempDir()
	if _, err := kernelTools(t).Install(data, gonb.StockName); err != nil {
		t.Fatal(err)
	}
	l.env = append(os.Environ(), "TMPDIR="+t.TempDir(), "JUPYTER_DATA_DIR="+data, "JUPYTER_CONFIG_DIR="+filepath.Join(data, "config"),
		"JUPYTER_RUNTIME_DIR="+filepath.Join(data, "runtime"), "JUPYTER_PATH=", "IPYTHONDIR="+filepath.Join(data, "ipython"))
	l.env = append(l.env, env...)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	cmd := exec.Command(l.python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
		fmt.Sprintf("--ServerApp.port=%d", port), "--ServerApp.root_dir="+l.root, "--ServerApp.base_url="+base, "--IdentityProvider.token="+l.token,
		"--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = l.root, l.env, l.log, l.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { // as a service manager does, upon which the server ends its kernels
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
			t.Errorf("JupyterLab did not end: %s", l.log)
		}
	})
	late := time.After(90 * time.Second)
	for l.url == "" {
		// The server chooses another port when ours was taken meanwhile, and writes down which.
		b, err := os.ReadFile(filepath.Join(data, "runtime", fmt.Sprintf("jpserver-%d.json", cmd.Process.Pid)))
		var about struct{ URL string }
		if err == nil && json.Unmarshal(b, &about) == nil {
			l.url = about.URL
		}
		select {
		case <-ended:
			t.Fatalf("JupyterLab ended: %s", l.log)
		case <-late:
			t.Fatalf("JupyterLab did not start: %s", l.log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return l
}

// drive runs a script of testdata against the lab and decodes what it prints.
func (l *lab) drive(t *testing.T, saw any, script string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.python, append([]string{filepath.Join("testdata", script), l.url, l.token}, args...)...)
	cmd.Env = l.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 15 * time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v, %v\n%s\nJupyterLab said: %s", err, ctx.Err(), stderr.String(), l.log)
	}
	if err := json.Unmarshal(out, saw); err != nil {
		t.Fatalf("%v: %.500s", err, out)
	}
}
