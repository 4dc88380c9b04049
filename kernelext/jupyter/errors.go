package jupyter

import "fmt"

// StartError tells why a kernel did not come up.
type StartError struct {
	Kernel string // the kernelspec's name
	Err    error
	Stderr string // the last part of what the kernel wrote to its stderr
}

func (e *StartError) Error() string {
	s := fmt.Sprintf("kernel %s did not start: %v", e.Kernel, e.Err)
	if line := lastLine(e.Stderr); line != "" {
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
	if line := lastLine(e.Stderr); line != "" {
		s += ": " + line
	}
	return s
}
