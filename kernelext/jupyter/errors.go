package jupyter

import (
	"fmt"
	"regexp"
	"strings"
)

// StartError tells why a kernel did not come up.
type StartError struct {
	Kernel string // the kernelspec's name
	Err    error
	Stderr string // the last part of what the kernel wrote to its stderr
}

func (e *StartError) Error() string {
	s := fmt.Sprintf("kernel %s did not start: %v", e.Kernel, e.Err)
	if line := cause(e.Stderr); line != "" {
		s += ": " + line
	}
	return s
}

func (e *StartError) Unwrap() error { return e.Err }

// DeadError tells that the kernel's process ended while it was still needed.
type DeadError struct {
	Kernel string
	Status string // "exit status 1", "signal: killed"
	Stderr string // the last part of what the kernel wrote to its stderr
}

func (e *DeadError) Error() string {
	s := fmt.Sprintf("kernel %s died (%s)", e.Kernel, e.Status)
	if line := cause(e.Stderr); line != "" {
		s += ": " + line
	}
	return s
}

// InputError tells that a cell asked for input which nobody gave.
type InputError struct {
	Prompt string
}

func (e *InputError) Error() string {
	if p := strings.TrimSpace(e.Prompt); p != "" {
		return fmt.Sprintf("the cell asked for input (%q) and there is nobody to answer", p)
	}
	return "the cell asked for input and there is nobody to answer"
}

// ProtocolError tells that the kernel sent what cannot be understood or trusted. Its state is unknown: close it.
type ProtocolError struct {
	Kernel string
	Err    error
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("kernel %s broke the protocol: %v", e.Kernel, e.Err)
}

func (e *ProtocolError) Unwrap() error { return e.Err }

// causes finds the line of a dying program's stderr that says why: a Go panic or fatal error, or klog's fatal line,
// is followed by stacks; a Python traceback ends with its cause.
var causes = regexp.MustCompile(`(?m)^(?:panic: .+|fatal error: .+|(?:\x1b\[[0-9;]*m)*F\d{4} .+)$`)

// cause returns the line of stderr that explains a death, or its last line.
func cause(stderr string) string {
	if line := causes.FindString(stderr); line != "" {
		return line
	}
	stderr = strings.TrimSpace(stderr)
	return stderr[strings.LastIndexByte(stderr, '\n')+1:]
}
