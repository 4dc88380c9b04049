package parts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How long things may take on a busy machine.
const (
	labStarts = 90 * time.Second
	labVisit  = 5 * time.Minute
	labEnds   = 30 * time.Second
)

// Lab is a JupyterLab that runs, with folders of its own and no kernelspecs but those it was given. It ends with the
// test, and must leave nothing behind.
type Lab struct {
	Root string // the folder that it serves

	python, url, token, tmp string
	env                     []string
	log                     bytes.Buffer
	cmd                     *exec.Cmd
	ended                   chan struct{}
}

// StartLab starts a JupyterLab below a base URL with the kernels that install puts into a data folder; env is added to
// its environment and its kernels'. Scripts that visit it may use playwright.
func StartLab(t *testing.T, base string, install func(data string) error, env ...string) *Lab {
	t.Helper()
	l := &Lab{python: Browser(t, "jupyterlab, playwright.sync_api"), Root: t.TempDir(), tmp: t.TempDir(),
		token: fmt.Sprintf("t%d", time.Now().UnixNano()), ended: make(chan struct{})}
	data := t.TempDir()
	if err := install(data); err != nil {
		t.Fatal(err)
	}
	l.env = append(os.Environ(), "TMPDIR="+l.tmp, "JUPYTER_DATA_DIR="+data, "JUPYTER_CONFIG_DIR="+filepath.Join(data, "config"),
		"JUPYTER_RUNTIME_DIR="+filepath.Join(data, "runtime"), "JUPYTER_PATH=", "IPYTHONDIR="+filepath.Join(data, "ipython"))
	l.env = append(l.env, env...)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	l.cmd = exec.Command(l.python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
		fmt.Sprintf("--ServerApp.port=%d", port), "--ServerApp.root_dir="+l.Root, "--ServerApp.base_url="+base,
		"--IdentityProvider.token="+l.token, "--LabApp.news_url=None",
		"--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")
	l.cmd.Dir, l.cmd.Env, l.cmd.Stdout, l.cmd.Stderr = l.Root, l.env, &l.log, &l.log
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = l.cmd.Wait(); close(l.ended) }()
	t.Cleanup(func() { l.stop(t) })
	late := time.After(labStarts)
	for l.url == "" {
		// The server chooses another port when ours was taken meanwhile, and writes down which.
		b, err := os.ReadFile(filepath.Join(data, "runtime", fmt.Sprintf("jpserver-%d.json", l.cmd.Process.Pid)))
		var about struct{ URL string }
		if err == nil && json.Unmarshal(b, &about) == nil {
			l.url = about.URL
		}
		select {
		case <-l.ended:
			t.Fatalf("JupyterLab ended: %s", &l.log)
		case <-late:
			t.Fatalf("JupyterLab did not start within %v", labStarts)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return l
}

// Drive runs a script as `python SCRIPT URL TOKEN ARGS…` and returns what it printed.
func (l *Lab) Drive(t *testing.T, script string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), labVisit)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.python, append([]string{script, l.url, l.token}, args...)...)
	cmd.Env = l.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 15 * time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		cause := ctx.Err()
		l.stop(t) // its log can be read then
		t.Fatalf("%v, %v\n%s\n%s\nJupyterLab said: %s", err, cause, out, stderr.String(), &l.log)
	}
	return out
}

// stop ends the server as a service manager would, upon which it ends its kernels.
func (l *Lab) stop(t *testing.T) {
	t.Helper()
	_ = l.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-l.ended:
	case <-time.After(labEnds):
		_ = syscall.Kill(-l.cmd.Process.Pid, syscall.SIGKILL)
		<-l.ended
		t.Errorf("JupyterLab did not end: %s", &l.log)
	}
	l.nothingLeft(t)
}

// nothingLeft waits a moment for what ends after its parent, and reports files in the temporary folder that all
// processes shared, and (on Linux) processes that know it.
func (l *Lab) nothingLeft(t *testing.T) {
	t.Helper()
	var files, processes []string
	for range 50 {
		files, processes = nil, nil
		entries, err := os.ReadDir(l.tmp)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			files = append(files, e.Name())
		}
		all, _ := filepath.Glob("/proc/[0-9]*/environ")
		for _, path := range all {
			if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(l.tmp)) {
				line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
				processes = append(processes, string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
			}
		}
		if len(files)+len(processes) == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	slices.Sort(processes)
	t.Errorf("files left: %q, processes left: %q", files, processes)
}
