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

	"downhill/kernelext/grade/candidate/status"
	"downhill/kernelext/grade/peer"
)

func init() {
	if err := confine(); err != nil {
		fmt.Fprintln(os.Stderr, "candidate: cannot confine itself:", err)
		os.Exit(status.Unconfined)
	}
}

// Serve answers the examiner's calls of the student's functions until the examiner has no more, and ends the program.
func Serve(functions map[string]any) {
	if err := peer.Serve(os.NewFile(3, "questions"), os.NewFile(4, "answers"), functions); err != nil {
		fmt.Fprintln(os.Stderr, "candidate:", err)
		os.Exit(status.Protocol)
	}
	os.Exit(0)
}
