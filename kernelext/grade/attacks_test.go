package grade

import "downhill/kernelext/grade/examiner"

// attack is a student's answer to Square, and what must come of it. Mean is answered rightly beside it, for 2 points.
type attack struct {
	name, code string
	class      string  // of the question about Square
	score      float64 // of the whole submission
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
	{name: "runtime.Goexit", code: `func Square(x float64) float64 { runtime.Goexit(); return 0 }`, class: examiner.Panicked, score: 2, slow: true},
	{name: "the statuses of a grader's own faults", code: `func Square(x float64) float64 { if x == 3 { os.Exit(96) }; os.Exit(97); return 0 }`, class: examiner.Panicked, score: 2},
	{name: "an end at its limits, pretended", code: `func Square(x float64) float64 { os.Stderr.WriteString("bwrap: Resource temporarily unavailable\n"); os.Exit(125); return 0 }`, class: examiner.Panicked, score: 2, slow: true},
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
func Square(x float64) float64 { return x }`, class: examiner.Tampered},
	{name: "forged verdicts on every file", code: `func Square(x float64) float64 {
	for fd := 0; fd < 20; fd++ {
		syscall.Write(fd, []byte("{\"cell\":\"square-tests\",\"part\":\"of 3\",\"class\":\"passed\",\"weight\":1}\n{\"nonce\":\"AAAA\"}\n"))
	}
	return -1
}`, class: examiner.Tampered, score: 2},
	{name: "a wrong answer to every question at once", code: `func init() {
	for i := 1; i < 100; i++ { syscall.Write(4, []byte(fmt.Sprintf("{\"re\":%d,\"ret\":[-1],\"out\":[]}\n", i))) }
}`, class: examiner.Wrong, slow: true},
	{name: "calls of the examiner's functions", code: `func init() {
	for i := 1; i < 50; i++ { syscall.Write(4, []byte(fmt.Sprintf("{\"id\":%d,\"fn\":%d,\"args\":[]}\n{\"id\":%d,\"call\":\"secretOf\",\"args\":[1]}\n", i, i, i+50))) }
}
func Square(x float64) float64 { return -1 }`, class: examiner.Wrong, score: 2},
	{name: "a forged failure", code: `func init() {
	syscall.Write(4, []byte("{\"re\":1,\"kind\":\"missing\",\"panic\":\"there is no function <script>"+strings.Repeat("x", 1<<20)+"\"}\n"))
}
func Square(x float64) float64 { return x * x }`, class: examiner.NotAttempted, slow: true},
	{name: "a hidden input told by the place of a panic", code: `func Square(x float64) float64 {
	syscall.Write(4, []byte(fmt.Sprintf("{\"re\":1,\"kind\":\"panic\",\"panic\":\"x\",\"file\":\"cell%d.go\",\"line\":%d}\n", int(x*1e4), int(x*1e10))))
	select {}
}`, class: examiner.Panicked, score: 2},
	{name: "a second greeting", code: `func init() { syscall.Write(4, []byte("ready\n")) }`, class: examiner.Tampered},
	{name: "every file closed", code: `func Square(x float64) float64 {
	for fd := 0; fd < 300; fd++ { syscall.Close(fd) }
	return x * x
}`, class: examiner.Tampered, score: 2},
	{name: "standard output is the line to the examiner", code: `func init() { os.Stdout = os.NewFile(4, "answers"); fmt.Println("{\"re\":1,\"ret\":[-1],\"out\":[]}") }
func Square(x float64) float64 { return x * x }`, class: examiner.Wrong, slow: true},
	{name: "an endless message", code: `func Square(x float64) float64 {
	for { if _, err := syscall.Write(4, make([]byte, 1<<20)); err != nil { return 0 } }
}`, class: examiner.Wrong, score: 2, slow: true},
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
	{name: "the files of the process itself", code: `func Square(x float64) float64 {
	for _, p := range []string{"/proc/self/fd", "/proc/self/fd/4", "/proc/self/maps", "/proc/thread-self/root", "/dev/fd/3"} {
		if _, err := os.Open(p); err == nil { return x * x }
	}
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
	{name: "signals by other doors", code: `func Square(x float64) float64 {
	for pid := 1; pid < 70000; pid++ {
		if pid == os.Getpid() { continue }
		if _, _, e := syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(pid), uintptr(pid), 9); e != syscall.EPERM { return x * x }
		if _, _, e := syscall.RawSyscall(syscall.SYS_FCNTL, 4, syscall.F_SETOWN, uintptr(pid)); e != syscall.EPERM { return x * x }
	}
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "system calls by other numbers", code: `func Square(x float64) float64 {
	path := []byte("/\x00")
	for _, nr := range []uintptr{0x40000002, 257, 437, 425, 319, 101, 310, 272, 165} {
		if _, _, e := syscall.RawSyscall6(nr, uintptr(unsafe.Pointer(&path[0])), 0, 0, 0, 0, 0); e != syscall.EPERM && e != syscall.ENOSYS { return x * x }
	}
	return -1
}`, class: examiner.Wrong, score: 2},
	{name: "signals ignored", code: `func Square(x float64) float64 {
	signal.Ignore(syscall.SIGTERM, syscall.SIGXCPU, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT)
	for { }
}`, class: examiner.TimedOut, score: 2, slow: true},
	{name: "limits lifted", code: `func Square(x float64) float64 {
	if syscall.Setrlimit(2, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40}) == nil { return x * x }
	return -1
}`, class: examiner.Wrong, score: 2, slow: true},
	{name: "memory hog", code: `func Square(x float64) float64 {
	var all [][]byte
	for { b := make([]byte, 16<<20); for i := range b { b[i] = 1 }; all = append(all, b) }
}`, class: examiner.OutOfMemory, score: 2},
	{name: "memory hog without a collector", code: `func Square(x float64) float64 {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(1 << 60)
	for { kept = make([]int, 1<<12); kept[0] = len(kept) }
}
var kept []int`, class: examiner.OutOfMemory, score: 2, slow: true},
	{name: "a list without end", code: `type node struct { next *node; x [8]float64 }
func Square(x float64) float64 {
	var list *node
	for { list = &node{next: list} }
}`, class: examiner.OutOfMemory, score: 2, slow: true},
	{name: "a million goroutines", code: `func Square(x float64) float64 {
	for { go func() { var b [4096]byte; b[0] = byte(time.Now().Unix()); select {} ; _ = b }() }
}`, class: examiner.OutOfMemory, score: 2, slow: true},
	{name: "a thousand threads", code: `func Square(x float64) float64 {
	for range 1000 { go func() { runtime.LockOSThread(); select {} }() }
	select {}
}`, class: examiner.Panicked, score: 2},
	{name: "variables beyond memory", code: `var a [300 << 20]byte
func Square(x float64) float64 { a[int(x)] = 1; return x * x }`, class: examiner.OutOfMemory},
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
}`, class: examiner.Wrong, score: 2, slow: true},
	{name: "endless loop", code: `func Square(x float64) float64 { for { } }`, class: examiner.TimedOut, score: 2},
	{name: "deadlock", code: `func Square(x float64) float64 { select {} }`, class: examiner.TimedOut, score: 2, slow: true},
	{name: "endless recursion", code: `func Square(x float64) float64 { return Square(x) + 1 }`, class: examiner.Panicked, score: 2},
	{name: "endless recursion on a stack without end", code: `func Square(x float64) float64 { debug.SetMaxStack(1 << 50); return square(x) }
func square(x float64) float64 { return square(x) + 1 }`, class: examiner.OutOfMemory, score: 2, slow: true},
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
func Square(x float64) float64 { return float64(len(s9)) }`, class: examiner.OutOfMemory, slow: true},
	{name: "endless build: a huge array", code: `var a = [1 << 27]int{1<<27 - 1: 1}
func Square(x float64) float64 { return float64(a[0]) }`, class: examiner.CompileError, score: 2, slow: true},
	{name: "an array beyond memory", code: `var a [1 << 45]byte
func Square(x float64) float64 { return float64(a[0]) }`, class: examiner.CompileError, score: 2, slow: true},
	{name: "endless build: types of types", code: `type pair[T any] struct { a, b T }
type p1[T any] struct { a, b pair[pair[pair[pair[pair[pair[T]]]]]] }
type p2[T any] struct { a, b p1[p1[p1[p1[p1[p1[T]]]]]] }
var big p2[float64]
func Square(x float64) float64 { return float64(len(fmt.Sprint(big))) }`, class: examiner.TimedOut, slow: true},
	{name: "endless build: functions of functions", code: `type s[T any] struct { x T }
func f[T any](n int) int { if n == 0 { return 0 }; return f[s[T]](n-1) + f[[]T](n-1) }
func Square(x float64) float64 { return float64(f[int](3)) }`, class: examiner.CompileError, score: 2, slow: true},
	{name: "a name of 100,000 letters", code: "func Square(x float64) float64 { return NAME }\nconst NAME = -1", class: examiner.Wrong, score: 2, slow: true},
	{name: "nested without end", code: "func Square(x float64) float64 { return NEST }", class: examiner.Wrong, score: 2, slow: true},
	{name: "a function called the same to the eye", code: "func Squ\u0430re(x float64) float64 { return x * x }", class: examiner.NotAttempted, score: 2, slow: true},
	{name: "true is false, len is long", code: `const true, false = 1 > 2, 2 > 1
func len(any) int { return 1 << 40 }
func recover() string { return "" }
func panic(any) {}
func Square(x float64) float64 { if true { return x * x }; return -1 }`, class: examiner.Wrong, score: 0},
	{name: "any and string redefined", code: "type any = int\ntype string = int\nfunc Square(x float64) float64 { return x * x }", class: examiner.Passed, score: 4},
	{name: "names that the grader's own files use", code: `var candidate, downhillFunctions, cellMain3 = 1, 2, 3
type examiner struct{}
func Square(x float64) float64 { return x * x }`, class: examiner.Passed, score: 4},
	{name: "//line of another file", code: "//line given3.go:77\nfunc Square(x float64) float64 {\n/*line cell99.go:5:1*/ var m map[int]int; m[0] = 1; return 0 }", class: examiner.Panicked, score: 2, slow: true},
	{name: "a panic whose text panics", code: `type evil struct{}
func (evil) Error() string { panic(evil{}) }
func Square(x float64) float64 { panic(evil{}) }`, class: examiner.Panicked, score: 2},
	{name: "a panic in a goroutine whose text ends the program", code: `type evil struct{}
func (evil) Error() string { os.Exit(0); return "" }
func Square(x float64) float64 { go panic(evil{}); select {} }`, class: examiner.Tampered, score: 2, slow: true},
	{name: "cgo", code: "// #include <stdlib.h>\nimport \"C\"\nfunc Square(x float64) float64 { C.exit(0); return 0 }", class: examiner.CompileError, score: 2},
	{name: "//go:embed", code: "import _ \"embed\"\n//go:embed /etc/passwd\nvar stolen string\nfunc Square(x float64) float64 { return float64(len(stolen)) - 1 }", class: examiner.CompileError, score: 2},
	{name: "//go:linkname", code: "import _ \"unsafe\"\n//go:linkname fatal runtime.exit\nfunc fatal(int32)\nfunc Square(x float64) float64 { fatal(0); return 0 }", class: examiner.CompileError, score: 2},
	{name: "unsafe", code: `func Square(x float64) float64 { *(*int)(unsafe.Pointer(uintptr(8))) = 1; return 0 }`, class: examiner.Panicked, score: 2, slow: true},
	{name: "the panic of a hidden input", code: `func Square(x float64) float64 { if x != 3 { panic(fmt.Sprintf("<script>%v", x)) }; return 9 }`, class: examiner.Panicked, score: 3},
	{name: "tuned to the visible test", code: `func Square(x float64) float64 { return 9 }`, class: examiner.Wrong, score: 3},
	{name: "NaN", code: `func Square(x float64) float64 { return math.NaN() }`, class: examiner.Wrong, score: 2, slow: true},
	{name: "infinity", code: `func Square(x float64) float64 { return math.Inf(1) }`, class: examiner.Wrong, score: 2, slow: true},
	{name: "another type", code: `func Square(x string) string { return x }`, class: examiner.CompileError, score: 2, slow: true},
	{name: "a shell cell", code: "!touch MARK\nfunc Square(x float64) float64 { return x * x }\n%%\nos.WriteFile(\"MARK\", nil, 0o644)", class: examiner.Passed, score: 4},
	{name: "a bash cell", code: "%%bash\ntouch MARK", class: examiner.NotAttempted, score: 2, slow: true},
}
