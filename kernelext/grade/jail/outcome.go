package jail

import (
	"fmt"
	"strings"
	"syscall"
)

// Outcome is how a jailed program ended.
type Outcome struct {
	Status         int // exit status, -1 when a signal ended it
	Signal         syscall.Signal
	Late           bool   // its time ran out while it waited
	Hog            bool   // it was seen to use more memory than it may
	Stopped        bool   // the caller ended it
	Stdout, Stderr string // up to the cap
	Limits         Limits
}

// OK tells whether the program ended by itself with status 0.
func (o Outcome) OK() bool { return o.Status == 0 && !o.Late }

// TimedOut tells whether it had used up its time. The kernel ends a program at its limit of CPU time with SIGKILL; what
// else could send that signal into a jail is not there.
func (o Outcome) TimedOut() bool {
	return !o.Stopped && !o.OutOfMemory() && (o.Late || o.Signal == syscall.SIGXCPU || o.Signal == syscall.SIGKILL)
}

// OutOfMemory tells whether it died of its limit of memory, by the Go runtime's own words or ours. The words count also if
// the runtime was ended while it listed a hundred thousand goroutines.
func (o Outcome) OutOfMemory() bool {
	if o.OK() || o.Hog {
		return o.Hog
	}
	for _, words := range []string{"out of memory", "cannot allocate memory"} {
		if strings.Contains(o.Stderr, words) {
			return true
		}
	}
	// The collector of Go 1.26 sometimes uses a block that it did not get. A fault on a system stack, goroutine 0, is never
	// that of a program's own line; with an unsafe pointer a program could provoke one, and would win nothing by it.
	return strings.HasPrefix(o.Stderr, "SIGSEGV") && strings.Contains(o.Stderr, "\ngoroutine 0 ")
}

// NotStarted tells whether what should have become the program failed, by its own words. That can be believed of a
// program that is trusted not to say so itself, such as a compiler.
func (o Outcome) NotStarted() bool {
	return o.Status == StatusNotEntered || o.Status > 0 && strings.HasPrefix(o.Stderr, "bwrap: ") ||
		o.Status >= 125 && o.Status <= 127 // podman's
}

// Describe says in a few words how it ended, the same for the same end.
func (o Outcome) Describe() string {
	switch {
	case o.OutOfMemory():
		return fmt.Sprintf("needs more than %d MB of memory", o.Limits.Data>>20)
	case o.TimedOut(): // which clock ran out first differs from run to run
		return "did not end in time"
	case o.Signal != 0:
		return "was ended by the signal " + o.Signal.String()
	}
	return fmt.Sprintf("ended itself with status %d", o.Status)
}
