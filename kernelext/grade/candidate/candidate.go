// Package candidate is what a student's program is linked with to be examined: main calls Serve, which answers the
// examiner's calls on files 3 and 4.
//
// Importing the package confines the process before a line of the student's code has run, because imported packages are
// initialised first: from then on the kernel allows it to compute, to use its memory and the files that are open, and
// nothing else. There is no opening of files, no network, no other process, no program to become. That holds in every
// kind of isolation, also where no sandbox can be built around the process.
package candidate

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"

	"downhill/kernelext/grade/peer"
)

func init() {
	if err := confine(); err != nil {
		fmt.Fprintln(os.Stderr, "candidate: cannot confine itself:", err)
		os.Exit(1)
	}
	debug.SetMaxStack(maxStack)
	debug.SetMaxThreads(maxThreads)
	_, _ = syscall.Write(answers, []byte(peer.Ready)) // a program that nobody examines has no such file
}

// questions and answers are the files of the examiner's calls and ours.
const (
	questions = 3
	answers   = 4
)

// Recursion without end, and threads without end, have the same verdict on every machine, before it runs out of anything.
const (
	maxStack   = 64 << 20 // bytes, of a goroutine
	maxThreads = 128
)

// Functions are the student's, by name.
type Functions = map[string]any

// Serve answers the examiner's calls of the student's functions until the examiner has no more, and ends the program. It
// cannot fail but by the doing of the student's code, such as closing the files.
func Serve(functions Functions) {
	_ = peer.Serve(os.NewFile(questions, "questions"), os.NewFile(answers, "answers"), functions)
	os.Exit(0)
}
