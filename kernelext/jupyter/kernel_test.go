package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"downhill/kernelext/internal/fakekernel"
)

// The test binary is also a kernel, and a program that starts one.
func TestMain(m *testing.M) {
	fakekernel.Main()
	if len(os.Args) == 2 && os.Args[1] == "starter" {
		starter()
	}
	os.Exit(m.Run())
}

// starter starts a kernel, says where its folder is, and waits to be killed.
func starter() {
	k, err := Start(context.Background(), Config{Spec: fakeSpec(fakekernel.Good)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(k.proc.dir, k.proc.id)
	time.Sleep(time.Hour)
}

func fakeSpec(mode string) Spec { return Spec{Name: "fake", Argv: fakekernel.Argv(mode)} }

func startFake(t *testing.T, mode string) *Kernel {
	t.Helper()
	k, err := Start(t.Context(), Config{Spec: fakeSpec(mode), StartTimeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error("Close:", err)
		}
		checkNothingLeft(t, k)
	})
	return k
}

// When we are killed with SIGKILL, the keeper does our work.
func TestWeAreKilled(t *testing.T) {
	cmd := exec.Command(fakeSpec("").Argv[0], "starter")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var dir, id string
	if _, err := fmt.Fscan(out, &dir, &id); err != nil {
		t.Fatal(err)
	}
	if n := len(leftovers(dir, id)); runtime.GOOS == "linux" && n != 3 {
		t.Errorf("%d traces of a running kernel: want folder, keeper and kernel", n)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for deadline := time.Now().Add(20 * time.Second); len(leftovers(dir, id)) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("left:", leftovers(dir, id))
		}
	}
}

// run executes code and returns what it printed.
func run(t *testing.T, k *Kernel, code string) (string, Reply, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out strings.Builder
	reply, err := k.Execute(ctx, Request{Code: code}, func(m Message) { out.WriteString(text(m)) })
	return out.String(), reply, err
}

func text(m Message) string {
	var c struct{ Text string }
	if m.Type == "stream" {
		_ = json.Unmarshal(m.Content, &c)
	}
	return c.Text
}

func TestExecute(t *testing.T) {
	k := startFake(t, fakekernel.Good)
	for i, c := range []struct{ code, out, status string }{
		{"echo hello", "hello\n", "ok"},
		{"echo $((6 * 7)); exit 3", "42\n", "error"},
		{"head -c 3000000 /dev/zero | tr '\\0' x", strings.Repeat("x", 3000000), "ok"},
	} {
		out, reply, err := run(t, k, c.code)
		if err != nil || out != c.out || reply.Status != c.status || reply.ExecutionCount != i+1 || reply.Code != c.code {
			t.Errorf("%s: %d bytes, %s, count %d, %v", c.code, len(out), reply.Status, reply.ExecutionCount, err)
		}
	}
	if !strings.Contains(string(k.Info()), "ok") {
		t.Errorf("Info: %s", k.Info())
	}
}

func TestPrivateFolder(t *testing.T) {
	k := startFake(t, fakekernel.Good)
	out, _, err := run(t, k, "mkdir $TMPDIR/ro && touch $TMPDIR/ro/f && chmod 500 $TMPDIR/ro; echo $TMPDIR; stat -c %a $TMPDIR/../kernel-*.json")
	if dir, mode, _ := strings.Cut(out, "\n"); err != nil || dir != filepath.Join(k.proc.dir, "tmp") || mode != "600\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestTempDir(t *testing.T) {
	k := startFake(t, fakekernel.Good)
	if out, _, err := run(t, k, "printf $TMPDIR"); err != nil || out != k.TempDir() {
		t.Errorf("%q, %v; TempDir is %s", out, err, k.TempDir())
	}
}

// What a cell leaves running is counted, wherever it hides; a kernel that has started nothing has started nothing.
func TestRunning(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells")
	}
	k := startFake(t, fakekernel.Good)
	if n, ok := k.Running(); n != 0 || !ok {
		t.Errorf("%d processes run, %v", n, ok)
	}
	if _, _, err := run(t, k, "setsid sleep 1000 >/dev/null 2>&1 & env -i setsid /bin/sleep 1000 >/dev/null 2>&1 &"); err != nil {
		t.Fatal(err)
	}
	if n, _ := k.Running(); n != 2 {
		t.Errorf("%d processes run, want 2", n)
	}
}

func TestFileSize(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has the limit")
	}
	k, err := Start(t.Context(), Config{Spec: fakeSpec(fakekernel.Good), FileSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	out, _, err := run(t, k, "cd $TMPDIR; head -c 2000000 /dev/zero > f; stat -c %s f")
	if err != nil || !strings.HasSuffix(out, "1048576\n") {
		t.Errorf("%q, %v", out, err)
	}
}

// Children that leave the process group, the session, their parents and even their environment die with the kernel.
func TestDescendantsDie(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has subreapers")
	}
	const daemons = `
		sleep 1000 >/dev/null 2>&1 & echo $!
		setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' &
		(env -i setsid sh -c 'echo $$; trap "" TERM INT HUP; exec 2>&- >&-; while :; do /bin/sleep 1; done' &)`
	for name, end := range map[string]func(k *Kernel){
		"close":           func(k *Kernel) { _ = k.Close() },
		"kill":            func(k *Kernel) { _ = k.Kill() },
		"kernel is dead":  func(k *Kernel) { _, _, _ = run(t, k, "kill -9 $PPID"); <-k.proc.gone },
		"orders end":      func(k *Kernel) { k.proc.orders.Close(); <-k.proc.gone }, // as when we are killed
		"keeper is ended": func(k *Kernel) { _ = k.proc.keeper.Process.Signal(syscall.SIGTERM); <-k.proc.gone },
	} {
		t.Run(name, func(t *testing.T) {
			k := startFake(t, fakekernel.Good)
			out, _, err := run(t, k, daemons)
			pids := strings.Fields(out)
			if err != nil || len(pids) != 3 {
				t.Fatalf("%q, %v", out, err)
			}
			for _, p := range pids {
				if pid, _ := strconv.Atoi(p); syscall.Kill(pid, 0) != nil {
					t.Fatalf("process %s does not run", p)
				}
			}
			end(k)
			for _, p := range pids {
				if pid, _ := strconv.Atoi(p); syscall.Kill(pid, 0) != syscall.ESRCH {
					t.Errorf("process %s is left", p)
				}
			}
			checkNothingLeft(t, k)
			if _, _, err := run(t, k, "echo"); !errors.As(err, new(*DeadError)) {
				t.Errorf("Execute after the end: %v", err)
			}
		})
	}
}

// A cell that kills the keeper itself gains nothing unless it also hides its mark.
func TestKeeperKilled(t *testing.T) {
	k := startFake(t, fakekernel.Good)
	_, _, err := run(t, k, "setsid sleep 1000 >/dev/null 2>&1 & kill -9 $(ps -o ppid= -p $PPID); sleep 100")
	if dead := new(*DeadError); !errors.As(err, dead) {
		t.Errorf("got %v", err)
	}
	<-k.proc.gone
	checkNothingLeft(t, k)
}

func TestDeath(t *testing.T) {
	k := startFake(t, fakekernel.Good)
	_, _, err := run(t, k, "echo last words >&2; kill -9 $PPID; sleep 100")
	var dead *DeadError
	if !errors.As(err, &dead) || dead.Status != "signal: killed" {
		t.Fatalf("got %v", err)
	}
	select {
	case <-k.Done():
	default:
		t.Error("Done is open")
	}
}

func TestStart(t *testing.T) {
	for _, c := range []struct{ mode, want string }{
		{fakekernel.Dies, "kernel fake did not start: kernel fake died (exit status 7): panic: no mood today"},
		{fakekernel.Silent, "no answer within 1s"},
		{fakekernel.WrongKey, "message with a wrong signature"},
		{fakekernel.Greets + fakekernel.Truncated, "connection iopub lost"},
		{fakekernel.Greets + fakekernel.Huge, "message is too large or not a message"},
		{fakekernel.Greets + fakekernel.Endless, "message is too large or not a message"},
		{fakekernel.Greets + fakekernel.NoDelimiter, "without the delimiter"},
		{fakekernel.Greets + fakekernel.BadCommand, "connection iopub lost"},
	} {
		t.Run(c.mode, func(t *testing.T) {
			t.Parallel()
			timeout := 20 * time.Second
			if c.mode == fakekernel.Silent {
				timeout = time.Second
			}
			k, err := Start(t.Context(), Config{Spec: fakeSpec(c.mode), StartTimeout: timeout})
			if start := new(*StartError); !errors.As(err, start) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if err == nil {
				k.Close()
			}
		})
	}
	t.Run("no such program", func(t *testing.T) {
		_, err := Start(t.Context(), Config{Spec: Spec{Name: "x", Argv: []string{"no-such-program"}}})
		if err == nil || !strings.Contains(err.Error(), "executable file not found") {
			t.Error(err)
		}
	})
	t.Run("no such folder", func(t *testing.T) {
		_, err := Start(t.Context(), Config{Spec: fakeSpec(fakekernel.Good), Dir: "/no/such/folder"})
		if err == nil || !strings.Contains(err.Error(), "/no/such/folder") {
			t.Error(err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := Start(ctx, Config{Spec: fakeSpec(fakekernel.Silent)}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestPortTaken(t *testing.T) {
	note := filepath.Join(t.TempDir(), "note")
	t.Setenv("FAKE_NOTE", note)
	k := startFake(t, fakekernel.PortHeld)
	if out, _, err := run(t, k, "echo up"); out != "up\n" || err != nil {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error("the first start did not fail")
	}
}

func TestTimeoutThenInterrupt(t *testing.T) {
	k := startFake(t, fakekernel.Good)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := k.Execute(ctx, Request{Code: "sleep 1000"}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	if err := k.Interrupt(); err != nil { // the fake dies of SIGINT
		t.Fatal(err)
	}
	if _, _, err := run(t, k, "echo"); !errors.As(err, new(*DeadError)) || !strings.Contains(err.Error(), "interrupt") {
		t.Errorf("got %v", err)
	}
}

func TestInput(t *testing.T) {
	k := startFake(t, fakekernel.Asks)
	var out strings.Builder
	reply, err := k.Execute(t.Context(), Request{
		Stdin: func(prompt string, password bool) (string, bool) { return prompt + fmt.Sprint(password), true },
	}, func(m Message) { out.WriteString(text(m)) })
	if err != nil || reply.Status != "ok" || !strings.Contains(out.String(), `"value":"name?false"`) {
		t.Errorf("%q, %+v, %v", out.String(), reply, err)
	}
	var declined *InputError
	if _, _, err := run(t, k, ""); !errors.As(err, &declined) && !errors.As(err, new(*DeadError)) {
		t.Errorf("nobody to answer: %v", err)
	}
}

func TestLate(t *testing.T) {
	k := startFake(t, fakekernel.Late)
	if out, _, err := run(t, k, "echo a"); err != nil || out != "a\n" {
		t.Fatalf("%q, %v", out, err)
	}
	var late []string
	on := func(m Message) {
		if m.Late {
			late = append(late, text(m))
		}
	}
	if _, err := k.Execute(t.Context(), Request{Code: "sleep 0.3"}, on); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if err := k.Drain(t.Context(), on); err != nil {
			t.Fatal(err)
		}
		if len(late) == 2 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := strings.Join(late, ", "); got != "late 1, late 2" {
		t.Errorf("late: %s", got)
	}
}

// Many kernels, one after the other, none of which leaves anything: file descriptors, processes, folders.
func TestManyStarts(t *testing.T) {
	before := openFiles(t)
	for range 10 {
		k, err := Start(t.Context(), Config{Spec: fakeSpec(fakekernel.Good)})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
		checkNothingLeft(t, k)
		if err := k.Close(); err != nil {
			t.Error("second Close:", err)
		}
	}
	for range 1000 {
		if openFiles(t) <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d files are open, %d were before", openFiles(t), before)
}
