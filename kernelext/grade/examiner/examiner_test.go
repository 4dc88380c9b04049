package examiner

import (
	"strconv"
	"strings"
	"syscall"
	"testing"

	"downhill/kernelext/check"
	"downhill/kernelext/grade/exam"
	"downhill/kernelext/grade/jail"
	"downhill/kernelext/grade/peer"
)

func TestRules(t *testing.T) {
	text := Text{Attempted: true, Gofmt: []string{"cell 3 is not formatted as gofmt does"}, Imports: []string{"math", "os"}, Names: []string{"panic", "math.Sqrt", "x"}}
	for _, test := range []struct {
		rule  *exam.Case
		text  Text
		class string
		words string
	}{
		{exam.Gofmt(), text, Wrong, "cell 3"},
		{exam.Vet(), text, Passed, ""},
		{exam.Imports("math", "os"), text, Passed, ""},
		{exam.Imports("math"), text, Wrong, "imports os"},
		{exam.Avoid("panic", "math.Sqrt", "os.Exit"), text, Wrong, "uses panic; uses math.Sqrt"},
		{exam.Avoid("Sqrt", "os.Exit"), text, Passed, ""},
		{exam.Vet(), Text{}, NotAttempted, "nothing is written"},
	} {
		if v := ruleVerdict(test.rule.Rule, test.text); v.Class != test.class || !strings.Contains(v.Message, test.words) {
			t.Errorf("%+v: %+v, want %s %s", test.rule.Rule, v, test.class, test.words)
		}
	}
}

func TestClassify(t *testing.T) {
	gone := peer.Failure{Kind: peer.Gone}
	for _, test := range []struct {
		name    string
		failure peer.Failure
		end     jail.Outcome
		class   string
		words   string
	}{
		{"stub", peer.Failure{Kind: peer.Panic, Text: exam.NotWritten}, jail.Outcome{}, NotAttempted, "not written"},
		{"panic", peer.Failure{Kind: peer.Panic, Text: "at 0xc000012345\nmore", File: "cell7.go", Line: 3}, jail.Outcome{}, Panicked, "panic: at 0x…"},
		{"absent", peer.Failure{Kind: peer.Missing, Text: "there is no function F"}, jail.Outcome{}, NotAttempted, "no function F"},
		{"broken", peer.Failure{Kind: peer.Missing, Text: "there is no function G"}, jail.Outcome{}, CompileError, "does not compile"},
		{"garbage", peer.Failure{Kind: peer.Garbage, Text: "not a message"}, jail.Outcome{}, Tampered, "something other"},
		{"long", peer.Failure{Kind: peer.Garbage, Text: "not a message: longer than 16 MB"}, jail.Outcome{}, Wrong, "16 MB"},
		{"garbage, and no end after it", peer.Failure{Kind: peer.Garbage}, jail.Outcome{Stopped: true, Signal: syscall.SIGKILL}, Tampered, "something other"},
		{"shape", peer.Failure{Kind: shape, Text: "index out of range [0]"}, jail.Outcome{}, Wrong, "shape"},
		{"exit 0", gone, jail.Outcome{}, Tampered, "status 0"},
		{"exit 1", gone, jail.Outcome{Status: 1}, Panicked, "status 1"},
		{"killed at its limit", gone, jail.Outcome{Status: -1, Signal: syscall.SIGKILL}, TimedOut, "in time"},
		{"late", gone, jail.Outcome{Status: -1, Late: true}, TimedOut, "in time"},
		{"memory", gone, jail.Outcome{Status: 2, Stderr: "runtime: cannot allocate memory\nfatal error: out of memory"}, OutOfMemory, "MB"},
		{"ended while it listed goroutines", gone, jail.Outcome{Status: -1, Signal: syscall.SIGKILL, Stderr: "fatal error: runtime: out of memory\n"}, OutOfMemory, "MB"},
		{"a full stack", gone, jail.Outcome{Status: 2, Stderr: "runtime: goroutine stack exceeds 67108864-byte limit\nfatal error: stack overflow\n"}, Panicked, "calls itself without end"},
		{"a collector without memory", gone, jail.Outcome{Status: 2, Stderr: "SIGSEGV: segmentation violation\nPC=0x4320fd m=5 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x1 m=5 [idle]:\n"}, OutOfMemory, "MB"},
		{"a fault of its own", gone, jail.Outcome{Status: 2, Stderr: "panic: x\n[signal SIGSEGV: segmentation violation]\n\ngoroutine 1 [running]:\n"}, Panicked, "panic: x"},
		{"hog", gone, jail.Outcome{Status: -1, Signal: syscall.SIGKILL, Hog: true}, OutOfMemory, "MB"},
		{"crash elsewhere", gone, jail.Outcome{Status: 2, Stderr: "panic: boom\n\ngoroutine 7:\nmain.f()\n\tcell12.go:4 +0x1\n"}, Panicked, "panic: boom"},
	} {
		s := state{job: Job{Broken: map[string]Verdict{"G": {Class: CompileError, Message: "does not compile"}}}}
		if v := s.classify(test.failure, &test.end); v.Class != test.class || !strings.Contains(v.Message, test.words) {
			t.Errorf("%s: %+v, want %s: %s", test.name, v, test.class, test.words)
		}
	}
	s := state{job: Job{Lines: map[int]int{12: 4}}}
	for at, want := range map[string]string{"cell12.go:4": "cell 12, line 4", "cell12.go:5": "", "cell12.go:0": "", "cell7.go:1": "", "cell73105.go:8578": "", "given12.go:4": ""} {
		if v := s.classify(gone, &jail.Outcome{Status: 2, Stderr: "panic: boom\n\t" + at + " +0x1\n"}); v.Where != want {
			t.Errorf("a crash at %s: %+v, want %q", at, v, want)
		}
		file, text, _ := strings.Cut(at, ":")
		line, err := strconv.Atoi(text)
		if v := s.classify(peer.Failure{Kind: peer.Panic, File: file, Line: line}, nil); err != nil || v.Where != want {
			t.Errorf("a panic at %s: %+v, want %q", at, v, want)
		}
	}
}

func TestShorten(t *testing.T) {
	tests := []check.Result{{Got: make([]float64, 1<<20)}, {Got: strings.Repeat("x", 1<<20)}, {Got: []float64{1, 2}}}
	shorten(tests)
	for i, want := range []string{"[0 0 0 0 0 0 … 1048576 in all]", strings.Repeat("x", 200) + "…", "[1 2]"} {
		if got := check.Text(tests[i].Got); got != want {
			t.Errorf("%.99q, want %.99q", got, want)
		}
	}
}
