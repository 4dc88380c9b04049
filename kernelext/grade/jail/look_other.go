//go:build unix && !linux

package jail

// look knows nothing here: the clock of a program runs on while it waits for a processor.
func look(int) (l sight) { return l }
