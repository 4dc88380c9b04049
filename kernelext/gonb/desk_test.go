package gonb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"downhill/kernelext/nbformat"
)

// deskTime bounds the whole visit to JupyterLab.
const deskTime = 6 * time.Minute

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

// picture is a figure as a reader of the notebook finds it.
type picture struct {
	Caption, Alt  string
	Width, Height int
	Drawn         bool
}

// ran is a cell that has run.
type ran struct {
	Number int
	Text   string
}

// seen is what the driver of the browser saw in one step.
type seen struct {
	Step    string
	Seconds float64
	Saw     struct {
		Trusted                   bool
		Figures                   []picture
		Errors                    []string
		Busy                      string
		Stopped, After, Forgotten ran
		Asked                     int
		Offers                    []string
		Line                      string
		Outside                   []string
	}
}

// A person at a desk: JupyterLab with an installed kernel, in a browser. An executed tutorial shows its figures before
// anything is trusted or run; cells run, stop and start afresh from the menus and buttons.
func TestJupyterLab(t *testing.T) {
	python := pythonWith(t, "jupyterlab, playwright.sync_api")
	root, data, tmp := t.TempDir(), t.TempDir(), t.TempDir()
	if _, err := tools.Install(data, StockName); err != nil {
		t.Fatal(err)
	}
	captions := deskNotebooks(t, root)

	ctx, cancel := context.WithTimeout(t.Context(), deskTime)
	defer cancel()
	env := append(os.Environ(), "TMPDIR="+tmp, "JUPYTER_DATA_DIR="+data, "JUPYTER_CONFIG_DIR="+filepath.Join(data, "config"),
		"JUPYTER_RUNTIME_DIR="+filepath.Join(data, "runtime"), "JUPYTER_PATH=", "IPYTHONDIR="+filepath.Join(data, "ipython"))
	server := startLab(t, ctx, python, root, env)
	pictures := t.ArtifactDir()
	args := []string{"testdata/lab.py", server.url, server.token, pictures, strconv.Itoa(len(captions))}
	_, noGopls := exec.LookPath("gopls")
	if noGopls != nil {
		t.Log("completion: not run, there is no gopls on PATH")
	} else {
		args = append(args, "-completion")
	}
	visit := exec.CommandContext(ctx, python, args...)
	visit.Env = env
	inGroup(visit, syscall.SIGKILL)
	out, err := visit.Output()
	server.stop(t)
	nothingLeft(t, tmp)
	if err != nil {
		cause := ""
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			cause = string(exit.Stderr)
		}
		t.Fatalf("%v, %v\n%s\n%s\nJupyterLab said: %s", err, ctx.Err(), out, cause, server.log)
	}
	steps := make(map[string]seen)
	for line := range bytes.Lines(out) {
		var s seen
		if err := json.Unmarshal(line, &s); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		steps[s.Step] = s
		t.Logf("%-10s %5.1f s", s.Step, s.Seconds)
	}
	judge(t, steps, captions, noGopls == nil)
}

func judge(t *testing.T, steps map[string]seen, captions []string, gopls bool) {
	t.Helper()
	visible := func(step string, want []string) {
		figures := steps[step].Saw.Figures
		if len(figures) != len(want) || len(want) == 0 {
			t.Errorf("%s: %d figures, want %d", step, len(figures), len(want))
			return
		}
		for i, f := range figures {
			// The words only: formulas and line breaks are the browser's to lay out.
			if !strings.Contains(squeeze(f.Caption), squeeze(want[i])) || f.Alt == "" {
				t.Errorf("%s: figure %d is captioned %q (alt %q), want %q", step, i+1, f.Caption, f.Alt, want[i])
			}
			if !f.Drawn || f.Width < 300 || f.Height < 150 {
				t.Errorf("%s: figure %d is not to be seen: %+v", step, i+1, f)
			}
		}
	}
	if steps["read"].Saw.Trusted {
		t.Error("the tutorial is trusted; the test shows nothing")
	}
	visible("read", captions)
	visible("run", captions[:1])
	if e := steps["run"].Saw.Errors; len(e) > 0 {
		t.Errorf("run: %q", e)
	}
	if s := steps["interrupt"].Saw; s.Busy != "busy" || s.After.Text != "still here" || s.After.Number != s.Stopped.Number+1 {
		t.Errorf("interrupt: %+v", s)
	}
	if s := steps["restart"].Saw; s.Forgotten.Number != 1 || !strings.Contains(s.Forgotten.Text, "undefined: start") ||
		s.After != (ran{2, "new life"}) {
		t.Errorf("restart: %+v", s)
	}
	if s := steps["completion"].Saw; gopls && !strings.Contains(strings.Join(s.Offers, " ")+s.Line, "Println") {
		t.Errorf("completion: %+v", s)
	}
	if out := steps["end"].Saw.Outside; len(out) > 0 {
		t.Errorf("asked of others than our server: %q", out)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// deskNotebooks writes an executed tutorial and a small notebook that was never run, the tutorial's beginning up to its
// first figure, and returns the captions of the tutorial's figures.
func deskNotebooks(t *testing.T, root string) (captions []string) {
	t.Helper()
	nb, err := nbformat.Read(filepath.Join("..", "..", "notebooks", "02-two-points.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if err := nb.WriteFile(filepath.Join(root, "tutorial.ipynb")); err != nil {
		t.Fatal(err)
	}
	small := 0
	for i, c := range nb.Cells {
		for _, o := range c.Outputs() {
			for _, mime := range []string{"application/vnd.downhill.figure+json", "application/vnd.downhill.frames+json"} {
				var about struct{ Caption string }
				if text, ok := o.MIME(mime); ok && json.Unmarshal([]byte(text), &about) == nil {
					captions = append(captions, about.Caption)
				}
			}
		}
		if len(captions) == 1 && small == 0 {
			small = i + 1
		}
	}
	nb.Cells = nb.Cells[:small]
	for _, c := range nb.Cells {
		if c.Type == nbformat.Code {
			c.SetOutputs(nil)
		}
	}
	if err := nb.WriteFile(filepath.Join(root, "small.ipynb")); err != nil {
		t.Fatal(err)
	}
	return captions
}

// labServer is a JupyterLab that runs.
type labServer struct {
	cmd        *exec.Cmd
	log        *bytes.Buffer
	url, token string
	ended      chan struct{}
}

// inGroup makes a command a process group of its own, which as a whole gets the signal when its context ends.
func inGroup(cmd *exec.Cmd, sig syscall.Signal) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, sig) }
	cmd.WaitDelay = 15 * time.Second
}

func startLab(t *testing.T, ctx context.Context, python, root string, env []string) *labServer {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	s := &labServer{log: new(bytes.Buffer), token: fmt.Sprintf("t%d", time.Now().UnixNano()), ended: make(chan struct{})}
	s.cmd = exec.CommandContext(ctx, python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
		fmt.Sprintf("--ServerApp.port=%d", port), "--ServerApp.root_dir="+root, "--IdentityProvider.token="+s.token,
		"--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")
	s.cmd.Dir, s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = root, env, s.log, s.log
	inGroup(s.cmd, syscall.SIGTERM)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	t.Cleanup(func() { s.stop(t) })
	var runtime string
	for _, v := range env {
		if dir, ok := strings.CutPrefix(v, "JUPYTER_RUNTIME_DIR="); ok {
			runtime = dir
		}
	}
	for s.url == "" {
		// The server chooses another port when ours was taken meanwhile, and writes down which.
		b, err := os.ReadFile(filepath.Join(runtime, fmt.Sprintf("jpserver-%d.json", s.cmd.Process.Pid)))
		var about struct{ URL string }
		if err == nil && json.Unmarshal(b, &about) == nil {
			s.url = about.URL
		}
		select {
		case <-s.ended:
			t.Fatalf("JupyterLab ended: %s", s.log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return s
}

// stop ends the server as a service manager would, upon which it ends its kernels.
func (s *labServer) stop(t *testing.T) {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		<-s.ended
		t.Errorf("JupyterLab did not end: %s", s.log)
	}
}

// nothingLeft waits a moment for what ends after its parent, and reports files in the temporary folder that all
// processes shared, and (on Linux) processes that know it.
func nothingLeft(t *testing.T, tmp string) {
	t.Helper()
	var files, processes []string
	for range 50 {
		files, processes = nil, nil
		entries, err := os.ReadDir(tmp)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			files = append(files, e.Name())
		}
		all, _ := filepath.Glob("/proc/[0-9]*/environ")
		for _, path := range all {
			if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(tmp)) {
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
