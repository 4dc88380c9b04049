package jail

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
)

// Name is the argv[0] under which our own executable sets limits and becomes another program.
const Name = "downhill-jail"

// StatusNotEntered is the exit status when the program could not even be started in its jail.
const StatusNotEntered = 96

// entry is what the other half of us has to do first.
type entry struct {
	Limits map[int]uint64
	User   int // 0: stay
	Parent int
}

func init() {
	if len(os.Args) > 2 && os.Args[0] == Name {
		fmt.Fprintln(os.Stderr, Name+":", enter(os.Args[1], os.Args[2:]))
		os.Exit(StatusNotEntered)
	}
}

// enter sets the limits, takes the user and becomes the program; it returns only if it could not.
func enter(text string, argv []string) error {
	var e entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return err
	}
	for resource, n := range e.Limits {
		if err := setLimit(resource, n); err != nil {
			return err
		}
	}
	if e.User != 0 {
		if err := syscall.Setgroups(nil); err != nil {
			return err
		}
		if err := syscall.Setgid(e.User); err != nil {
			return err
		}
		if err := syscall.Setuid(e.User); err != nil {
			return err
		}
	}
	if err := dieWithParent(e.Parent); err != nil {
		return err
	}
	return syscall.Exec(argv[0], argv, syscall.Environ())
}
