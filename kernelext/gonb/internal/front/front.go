//go:build unix

// Package front is the `go` and the `goimports` that GoNB finds on its PATH. It makes cells quick without taking
// anything away:
//
//   - The imports of a cell are put in order without go list, when the packages are known to be called as their paths
//     end. A program that was compiled has shown it (see kitchen.learn).
//   - GoNB asks for `go get` before every build. The front only remembers that, builds, and gets what is missing when
//     the build says that something is; %noautoget holds because then there is nothing to remember.
//   - Programs are linked without symbol table and DWARF, unless %goflags or GOFLAGS say otherwise. Panics keep
//     their lines.
//   - As long as a cell imports what some cell before it imported, and go.mod, go.work, the module's own packages and
//     the environment are unchanged, the compiler and the linker are called directly with the same arguments (see
//     recipe), without `go build` finding out anew that nothing has changed.
//
// Everything else, and everything outside GoNB's own folder, goes to the real commands. The front is our own
// executable under their names; importing the package is what makes that work, in the downhill command as in any
// test binary. It imports the standard library only: packages are initialised in the order of their paths, and one that
// needs more has to wait for everything from github.com that the program links, three times in every cell.
package front

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// The environment by which a kernel's configuration speaks to the front.
const (
	RealGo        = "DOWNHILL_GO"        // path of the real go command
	RealGoimports = "DOWNHILL_GOIMPORTS" // path of the real goimports
	Recipes       = "DOWNHILL_RECIPES"   // folder where recipes are kept from kernel to kernel; empty: only in the kernel's
)

func init() {
	real, realGoimports := os.Getenv(RealGo), os.Getenv(RealGoimports)
	switch name := filepath.Base(os.Args[0]); {
	case name == "go" && real != "":
		os.Exit(serve(real, os.Args[1:]))
	case name == "goimports" && realGoimports != "":
		os.Exit(tidy(realGoimports, os.Args[1:]))
	}
}

// gotten is the file that remembers a `go get` that was not made; it holds the arguments.
const gotten = ".downhill-get"

func serve(real string, args []string) int {
	dir, err := os.Getwd()
	if home := os.Getenv("GONB_TMP_DIR"); err == nil && home != "" && filepath.Clean(home) == dir && len(args) > 0 {
		switch building := len(args) >= 3 && args[0] == "build" && args[1] == "-o" || len(args) >= 4 && args[0] == "test" && args[1] == "-c"; {
		case building && declaring():
			return declare(args)
		case building:
			return build(real, dir, args)
		case slices.Equal(args, []string{"get"}), slices.Equal(args, []string{"get", "-t"}):
			if os.WriteFile(gotten, []byte(strings.Join(args, " ")), 0o600) == nil {
				return 0
			}
		}
	}
	err = syscall.Exec(real, append([]string{"go"}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "go: cannot start %s: %v\n", real, err)
	return 1
}

// unmet matches go build's complaints that go get can do something about.
var unmet = regexp.MustCompile(`no required module provides package|missing go\.sum entry|updates to go\.(?:mod|work) needed|` +
	`cannot find module providing package|\bgo get \S|go mod download`)

// chosen matches the command by which go build would have a module required that others require already.
var chosen = regexp.MustCompile(`from implicitly required module; to add missing requirements, run:\n\tgo get (\S+@\S+)`)

func build(real, dir string, args []string) int {
	if os.Getenv("GOARCH") == "wasm" && !filepath.IsAbs(args[2]) {
		// GoNB has no folder to put it into, because preparing it failed, in a cell that GoNB forgot to end.
		fmt.Fprintln(os.Stderr, "a %wasm that failed in an earlier cell is still in force: this cell was not run; run it again")
		return 1
	}
	get, _ := os.ReadFile(gotten)
	_ = os.Remove(gotten)

	var r *recipe
	if args[0] == "build" && len(args) == 3 {
		var err error
		if r, err = findRecipe(real, dir); err == nil && r.known() {
			if status, ok := r.cook(args[2]); ok {
				if status == 0 {
					_ = r.learn()
				}
				return status
			}
		}
	}
	out, err := goBuild(real, args, r)
	// A version that the workspace has chosen already comes before one that go get would look for.
	for tries := 0; err != nil && len(get) > 0 && tries < 9; tries++ {
		m := chosen.FindSubmatch(out)
		if m == nil {
			break
		}
		if _, err := run(real, "get", string(m[1])); err != nil {
			break
		}
		out, err = goBuild(real, args, nil)
	}
	if err != nil && len(get) > 0 && unmet.Match(out) {
		if out, err = run(real, strings.Fields(string(get))...); err == nil {
			out, err = goBuild(real, args, nil) // what was gotten has changed go.mod, and with it the recipe
		}
	}
	_, _ = os.Stderr.Write(out)
	if err != nil {
		return 1
	}
	return 0
}

// goBuild runs the real go build or go test -c. With a recipe to write down it asks for the commands, too.
func goBuild(real string, args []string, r *recipe) ([]byte, error) {
	flags := []string{args[0]}
	if !strings.Contains(os.Getenv("GOFLAGS"), "-ldflags") {
		flags = append(flags, "-ldflags=-s -w") // a later -ldflags, from %goflags, wins
	}
	args = append(flags, args[1:]...)
	if r == nil {
		return run(real, args...)
	}
	steps, err := run(real, append([]string{args[0], "-x"}, args[1:]...)...)
	if err != nil {
		return run(real, args...) // the same complaint without the commands
	}
	_ = errors.Join(r.write(steps), r.learn()) // without them the next cell takes as long as this one
	return nil, nil
}

func run(program string, args ...string) ([]byte, error) {
	cmd := exec.Command(program, args...)
	cmd.Env = quick(os.Environ())
	return cmd.CombinedOutput()
}

// quick is env for compilers and linkers, which live too shortly to collect garbage. The limit is for the program
// that is larger than we think. The cell's own program does not see it.
func quick(env []string) []string {
	if os.Getenv("GOGC") != "" {
		return env
	}
	return append(env, "GOGC=off", "GOMEMLIMIT=1GiB")
}

// complaint tells whether out is a compiler's list of errors in main.go and nothing else.
func complaint(out []byte) bool {
	for line := range bytes.Lines(out) {
		if !compilerLine.Match(line) || bytes.Contains(line, []byte("could not import")) {
			return false
		}
	}
	return len(out) > 0
}

var compilerLine = regexp.MustCompile(`^(?:\./main\.go:\d+:\d+: |\t|too many errors)`)
