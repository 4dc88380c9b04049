//go:build unix && !linux

package jupyter

// sweep has no way to find marked processes here.
func sweep(string) error { return nil }
