package grade

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/grade/gradebook"
	"downhill/kernelext/grade/jail"
)

// attack is a student's answer to Square, and what must come of it. Mean is answered rightly beside it, for 2 points.
type attack struct {
	name, code string
	class      string  // of the question about Square; several may be possible, parted by |
	score      float64 // of the whole submission
	kill       bool    // it may cost Mean's points too
	slow       bool    // left to DOWNHILL_GRADE_FULL=1: slow, or much like another
}

// The secret number of the hidden test of Square is in no visible place.
const secret = "0.7310585786"

var attacks = []attack{
	{name: "os.Exit(0) in the function", code: `func Square(x float64) float64 { os.Exit(0); return 0 }`, class: examiner.Tampered, score: 2},
	{name: "os.Exit(0) in init", code: `func init() { os.Exit(0) }`, class: examiner.Tampered},
	{name: "os.Exit(0) in func init_x", code: `func init_x() { os.Exit(0) }`, class: examiner.Tampered},
	{name: "os.Exit(0) in a variable", code: `var _ = func() int { os.Exit(0); return 0 }()`, class: examiner.Tampered, slow: true},
	{name: "os.Exit(0) in a goroutine", code: `func Square(x float64) float64 { go os.Exit(0); time.Sleep(time.Minute); return 0 }`, class: examiner.Tampered, score: 2},
	{name: "log.Fatal", code: `func Square(x float64) float64 { log.Fatal("x"); return 0 }`, class: examiner.Panicked, score: 2, slow: true},
	{name: "runtime.Goexit", code: `func Square(x float64) float64 { runtime.Goexit(); return 0 }`, class: examiner.TimedOut, score: 2, slow: true},
	{name: "helpers redefined", code: `var exam, check = 1, 2
func Near(string, float64, float64, float64) bool { return true }
func Question(id string) {}
func Part(title string) {}
func near(a, b float64) bool { return true }
var downhillFunctions = map[string]any{}
func Square(x float64) float64 { return -1 }`, class: examiner.Wrong, score: 2},
	{name: "a locked helper redefined", code: `func secretOf(x float64) float64 { return -1 }
func Square(x float64) float64 { return -1 }`, class: examiner.Wrong, score: 2, slow: true},
	{name: "float64 redefined", code: `type float64 = string
func Square(x float64) float64 { return x }`, class: examiner.Tampered + "|" + examiner.CompileError},
	{name: "forged verdicts on every file", code: `func Square(x float64) float64 {
	for fd := 0; fd < 20; fd++ {
		syscall.Write(fd, []byte("{\"cell\":\"square-tests\",\"part\":\"of 3\",\"class\":\"passed\",\"weight\":1}\n{\"nonce\":\"AAAA\"}\n"))
	}
	return -1
}`, class: examiner.Tampered, score: 2},
	{name: "a wrong answer to every question at once", code: `func init() {
	for i := 1; i < 100; i++ { syscall.Write(4, []byte(fmt.Sprintf("{\"re\":%d,\"ret\":[-1],\"out\":[]}\n", i))) }
}`, class: examiner.Tampered + "|" + examiner.Wrong, slow: true},
	{name: "calls of the examiner's functions", code: `func init() {
	for i := 1; i < 50; i++ { syscall.Write(4, []byte(fmt.Sprintf("{\"id\":%d,\"fn\":%d,\"args\":[]}\n{\"id\":%d,\"call\":\"secretOf\",\"args\":[1]}\n", i, i, i+50))) }
}
func Square(x float64) float64 { return -1 }`, class: examiner.Wrong, score: 2},
	{name: "an endless message", code: `func Square(x float64) float64 {
	for { if _, err := syscall.Write(4, make([]byte, 1<<20)); err != nil { return 0 } }
}`, class: examiner.Tampered + "|" + examiner.Wrong + "|" + examiner.TimedOut, score: 2, slow: true},
	{name: "hidden tests from disk", code: `func Square(x float64) float64 {
	found := -1.0
	for _, root := range []string{"/", "..", "/tmp", "/root", "/home", "/work", "/proc/1/root", "/var/tmp"} {
		filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil { return nil }
			if data, err := os.ReadFile(p); err == nil && strings.Contains(string(data), "0.73" + "10585786") { found = x * x }
			return nil
		})
	}
	return found
}`, class: examiner.Wrong, score: 2},
	{name: "hidden tests from the environment and the arguments", code: `func Square(x float64) float64 {
	if strings.Contains(strings.Join(append(os.Environ(), os.Args...), " "), "0.73") { return x * x }
	return -1
}`, class: examiner.Wrong, score: 2, slow: true},
	{name: "hidden tests from memory of others", code: `func Square(x float64) float64 {
	for pid := 0; pid < 70000; pid++ {
		if f, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid)); err == nil { f.Close(); return x * x }
	}
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "results written over", code: `func Square(x float64) float64 {
	for _, p := range []string{"/tmp/x", "x.json", "/program", "/dev/shm/x"} {
		if os.WriteFile(p, []byte("{}"), 0o644) == nil { return x * x }
	}
	os.RemoveAll("/tmp")
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "network", code: `func Square(x float64) float64 {
	if c, err := net.Dial("tcp", "127.0.0.1:PORT"); err == nil { c.Close(); return x * x }
	if _, err := net.Listen("tcp", "127.0.0.1:0"); err == nil { return x * x }
	if _, err := net.LookupHost("localhost"); err == nil { return -2 }
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "fork bomb", code: `func Square(x float64) float64 {
	for i := 0; i < 10000; i++ {
		if _, err := syscall.ForkExec("/proc/self/exe", nil, nil); err == nil { return x * x }
		if _, _, e := syscall.RawSyscall(syscall.SYS_FORK, 0, 0, 0); e == 0 { return x * x }
	}
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "a daemon left behind", code: `func Square(x float64) float64 {
	for _, argv := range [][]string{{"/bin/sh", "-c", "sleep 1000 &"}, {"/usr/bin/setsid", "sleep", "1000"}, {os.Args[0]}} {
		if exec.Command(argv[0], argv[1:]...).Start() == nil { return x * x }
	}
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "another program in its place", code: `func Square(x float64) float64 {
	if syscall.Exec("/bin/true", []string{"true"}, nil) == nil { return x * x }
	return -1
}`, class: examiner.Wrong, score: 2, slow: true},
	{name: "signals to everybody", code: `func Square(x float64) float64 {
	if syscall.Kill(-1, syscall.SIGKILL) == nil || syscall.Kill(os.Getppid(), syscall.SIGSTOP) == nil { return x * x }
	return -1
}`, class: examiner.Wrong, score: 2, slow: true},
	{name: "limits lifted", code: `func Square(x float64) float64 {
	if syscall.Setrlimit(2, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40}) == nil { return x * x }
	return -1
}`, class: examiner.Wrong, score: 2, slow: true},
	{name: "memory hog", code: `func Square(x float64) float64 {
	var all [][]byte
	for { b := make([]byte, 16<<20); for i := range b { b[i] = 1 }; all = append(all, b) }
}`, class: examiner.OutOfMemory, score: 2},
	{name: "a million goroutines", code: `func Square(x float64) float64 {
	for { go func() { var b [4096]byte; b[0] = byte(time.Now().Unix()); select {} ; _ = b }() }
}`, class: examiner.OutOfMemory + "|" + examiner.TimedOut + "|" + examiner.Panicked, score: 2, slow: true},
	{name: "disk filler", code: `func Square(x float64) float64 {
	for _, dir := range []string{"/tmp", ".", "/", "/dev/shm", "/var/tmp"} {
		if f, err := os.CreateTemp(dir, ""); err == nil { for { if _, err := f.Write(make([]byte, 1<<20)); err != nil { return -2 } } }
	}
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "1 GB of output", code: `func Square(x float64) float64 {
	b := make([]byte, 1<<20)
	for i := 0; i < 512; i++ { os.Stdout.Write(b); os.Stderr.Write(b) }
	return -1
}`, class: examiner.Wrong + "|" + examiner.TimedOut, score: 2, slow: true},
	{name: "endless loop", code: `func Square(x float64) float64 { for { } }`, class: examiner.TimedOut, score: 2},
	{name: "deadlock", code: `func Square(x float64) float64 { select {} }`, class: examiner.TimedOut, score: 2, slow: true},
	{name: "endless recursion", code: `func Square(x float64) float64 { return Square(x) + 1 }`, class: examiner.Panicked + "|" + examiner.OutOfMemory + "|" + examiner.TimedOut, score: 2, slow: true},
	{name: "endless build: a constant", code: `const s0 = "xxxxxxxxxxxxxxxx"
const s1 = s0 + s0 + s0 + s0 + s0 + s0 + s0 + s0
const s2 = s1 + s1 + s1 + s1 + s1 + s1 + s1 + s1
const s3 = s2 + s2 + s2 + s2 + s2 + s2 + s2 + s2
const s4 = s3 + s3 + s3 + s3 + s3 + s3 + s3 + s3
const s5 = s4 + s4 + s4 + s4 + s4 + s4 + s4 + s4
const s6 = s5 + s5 + s5 + s5 + s5 + s5 + s5 + s5
const s7 = s6 + s6 + s6 + s6 + s6 + s6 + s6 + s6
const s8 = s7 + s7 + s7 + s7 + s7 + s7 + s7 + s7
const s9 = s8 + s8 + s8 + s8 + s8 + s8 + s8 + s8
func Square(x float64) float64 { return float64(len(s9)) }`, class: examiner.OutOfMemory + "|" + examiner.TimedOut + "|" + examiner.CompileError, slow: true},
	{name: "endless build: a huge array", code: `var a = [1 << 27]int{1<<27 - 1: 1}
func Square(x float64) float64 { return float64(a[0]) }`, class: examiner.OutOfMemory + "|" + examiner.TimedOut + "|" + examiner.CompileError, score: 2, kill: true, slow: true},
	{name: "an array beyond memory", code: `var a [1 << 45]byte
func Square(x float64) float64 { return float64(a[0]) }`, class: examiner.CompileError, score: 2, slow: true},
	{name: "cgo", code: "// #include <stdlib.h>\nimport \"C\"\nfunc Square(x float64) float64 { C.exit(0); return 0 }", class: examiner.CompileError, score: 2},
	{name: "//go:embed", code: "import _ \"embed\"\n//go:embed /etc/passwd\nvar stolen string\nfunc Square(x float64) float64 { return float64(len(stolen)) - 1 }", class: examiner.CompileError, score: 2},
	{name: "//go:linkname", code: "import _ \"unsafe\"\n//go:linkname fatal runtime.exit\nfunc fatal(int32)\nfunc Square(x float64) float64 { fatal(0); return 0 }", class: examiner.CompileError, score: 2},
	{name: "unsafe", code: `func Square(x float64) float64 { *(*int)(unsafe.Pointer(uintptr(8))) = 1; return 0 }`, class: examiner.Panicked, score: 2, slow: true},
	{name: "the panic of a hidden input", code: `func Square(x float64) float64 { if x != 3 { panic(fmt.Sprintf("<script>%v", x)) }; return 9 }`, class: examiner.Panicked, score: 3},
	{name: "tuned to the visible test", code: `func Square(x float64) float64 { return 9 }`, class: examiner.Wrong, score: 3},
	{name: "NaN", code: `func Square(x float64) float64 { return math.NaN() }`, class: examiner.Wrong, score: 2, slow: true},
	{name: "another type", code: `func Square(x string) string { return x }`, class: examiner.CompileError, score: 2, slow: true},
	{name: "a shell cell", code: "!touch MARK\nfunc Square(x float64) float64 { return x * x }\n%%\nos.WriteFile(\"MARK\", nil, 0o644)", class: examiner.Passed, score: 4},
	{name: "a bash cell", code: "%%bash\ntouch MARK", class: examiner.NotAttempted, score: 2, slow: true},
}

// full asks for what takes minutes: every attack in every isolation, the class of 200, graders that are killed.
var full = os.Getenv("DOWNHILL_GRADE_FULL") != ""

// TestAttacks runs the table in bubblewrap, and the part of it that a sandbox is about in the process fallback.
func TestAttacks(t *testing.T) {
	for _, kind := range []string{jail.Bwrap, jail.Podman, jail.Process} {
		t.Run(kind, func(t *testing.T) {
			if kind == jail.Podman && os.Getenv("DOWNHILL_PODMAN") == "" {
				t.Skip("containers inside CI's own container are not to be had everywhere: DOWNHILL_PODMAN=1 tries podman")
			}
			var some []attack
			for _, a := range attacks {
				sandbox := slices.Contains([]string{"hidden tests from disk", "network", "fork bomb", "memory hog"}, a.name)
				if full || !a.slow && (kind != jail.Process || sandbox) {
					some = append(some, a)
				}
			}
			runAttacks(t, kind, some)
		})
	}
}

func runAttacks(t *testing.T, kind string, list []attack) {
	e := smallExam(t, kind)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	mark := filepath.Join(t.TempDir(), "mark")
	for _, a := range list {
		t.Run(a.name, func(t *testing.T) {
			code := strings.NewReplacer("PORT", port, "MARK", mark).Replace(a.code)
			r := gradeCells(t, e, cell("square", code), cell("mean", goodMean))
			q := r.Questions[0]
			t.Logf("%s, %g points: %s", q.Class, r.Score, q.Parts[len(q.Parts)-1].Message)
			classOK := false
			for _, c := range strings.Split(a.class, "|") {
				classOK = classOK || q.Class == c
			}
			if !classOK || r.Score != a.score && !(a.kill && r.Score <= 2) {
				t.Errorf("%s with %g points, want %s with %g: %+v %v", q.Class, r.Score, a.class, a.score, q.Parts, r.Notices)
			}
			if a.class != examiner.Passed && q.Parts[1].Class == examiner.Passed {
				t.Error("the hidden test passed")
			}
			noLeak(t, r)
			if _, err := os.Stat(mark); err == nil {
				t.Error("a shell command was run")
			}
		})
	}
	if err := listener.(*net.TCPListener).SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if c, err := listener.Accept(); err == nil {
		t.Error("somebody reached the network: ", c.RemoteAddr())
	}
	noProcessesLeft(t)
}

// noLeak fails if what a student gets to see tells a hidden test's number, or is markup.
func noLeak(t *testing.T, r *gradebook.Record) {
	t.Helper()
	page, err := gradebook.Feedback(r.Student, []*gradebook.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	scope, err := gradebook.Gradescope(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"feedback": page, "results.json": scope} {
		if strings.Contains(string(text), secret[:6]) {
			t.Errorf("%s shows a hidden number: %s", name, text)
		}
		if strings.Contains(string(text), "<script") {
			t.Errorf("%s has a student's markup", name)
		}
	}
}

// noProcessesLeft looks for processes of the users that jails run as.
func noProcessesLeft(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	entries, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, path := range entries {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		// A zombie is dead; init has not asked for its status yet.
		if strings.Contains(string(text), fmt.Sprintf("\nUid:\t%d\t", 64000+testSlot)) && !strings.Contains(string(text), "(zombie)") {
			t.Errorf("%s is left:\n%.300s", path, text)
		}
	}
}
