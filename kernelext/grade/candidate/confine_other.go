//go:build !linux || !(amd64 || arm64)

package candidate

// confine leaves everything to the isolation around the process: there is no seccomp here, or its numbers are not known.
func confine() error { return nil }
