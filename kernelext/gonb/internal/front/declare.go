//go:build unix

package front

import (
	"os"
	"slices"
)

// Declaring is a file in GoNB's folder. While it is there, no program is built, and one that does nothing takes the
// place of each: GoNB then takes the declarations of its cells and executes nothing of them, initialisers included.
const Declaring = ".downhill-declaring"

func declaring() bool {
	_, err := os.Stat(Declaring)
	return err == nil
}

// declare makes the program that does nothing.
func declare(args []string) int {
	_ = os.Remove(gotten)
	out := slices.Index(args, "-o") + 1
	if out == len(args) || os.WriteFile(args[out], []byte("#!/bin/sh\n"), 0o700) != nil || os.Chmod(args[out], 0o700) != nil {
		return 1
	}
	return 0
}
