// Downhill runs notebooks written in Go, headlessly and honestly.
//
//	go tool downhill                 # the verbs
//	go tool downhill run             # every notebook below notebooks/, results in out/
//	go tool downhill run -h          # the flags of a verb
//
// Exit codes: 0 all passed, 1 a cell failed, 2 bad usage or an input that is not a notebook, 3 a kernel could not be
// started, 130 interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Exit codes, as documented above.
const (
	exitPassed      = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNoKernel    = 3
	exitInterrupted = 130
)

// verb is one thing that the command can do.
type verb struct {
	name, args, summary string
	run                 func(ctx context.Context, c *command) int
}

var verbs = []verb{
	{"run", "[flags] [FILE | FOLDER | FOLDER/...]...", "execute notebooks headlessly; default: those in notebooks/", run},
	{"lab", "[NOTEBOOK]", "open JupyterLab with the kernel ready, in the notebooks folder", lab},
	{"install", "[flags]", "install the kernel for Jupyter, VS Code and others", install},
	{"kernel", "CONNECTION_FILE", "be the kernel; what the installed kernelspec starts", kernel},
	{"release", "[flags] ASSIGNMENT.ipynb ...", "check an assignment and write what students get", release},
	{"grade", "[flags] SUBMITTED", "grade a folder of submissions, in a sandbox", gradeVerb},
	{"feedback", "[flags] SUBMITTED", "write a page for each student, and scores.csv", feedback},
	{"doctor", "", "check what notebooks need, and say what to do", doctor},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "-h"}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stdout)
		return exitPassed
	}
	for _, v := range verbs {
		if v.name == args[0] {
			return v.run(ctx, newCommand(v, args[1:], stdout, stderr))
		}
	}
	fmt.Fprintf(stderr, "downhill: there is no verb %q: run downhill alone for the list\n", args[0])
	return exitUsage
}

// command is one call of a verb.
type command struct {
	*flag.FlagSet
	verb           verb
	args           []string
	stdout, stderr io.Writer
	groups         []group // of flags, for help
}

func newCommand(v verb, args []string, stdout, stderr io.Writer) *command {
	c := &command{FlagSet: flag.NewFlagSet(v.name, flag.ContinueOnError), verb: v, args: args, stdout: stdout, stderr: stderr}
	c.SetOutput(io.Discard) // errors are told once, in one line, by parse
	c.Usage = func() {}
	return c
}

// parse parses the flags, which may also stand after arguments. When it returns false the verb ends with the code.
func (c *command) parse() (rest []string, code int, ok bool) {
	args := c.args
	for {
		switch err := c.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			c.help()
			return nil, exitPassed, false
		case err != nil:
			return nil, c.fail(exitUsage, fmt.Errorf("%s: downhill %s -h lists the flags", c.explain(err), c.Name())), false
		}
		if c.NArg() == 0 {
			return rest, exitPassed, true
		}
		rest = append(rest, c.Arg(0))
		args = c.Args()[1:]
	}
}

var (
	invalid = regexp.MustCompile(`(?s)^invalid (?:boolean )?value "(.*)" for (?:flag )?-([^:]+): (.*)$`)
	unknown = regexp.MustCompile(`^flag provided but not defined: (.*)$`)
)

// explain words what package flag says, with what the value must be.
func (c *command) explain(err error) string {
	if m := unknown.FindStringSubmatch(err.Error()); m != nil {
		return "there is no flag " + m[1]
	}
	m := invalid.FindStringSubmatch(err.Error())
	if m == nil {
		return err.Error()
	}
	why := m[3]
	if value, ok := c.Lookup(m[2]).Value.(flag.Getter); ok {
		switch value.Get().(type) {
		case time.Duration:
			why = "it must be a time with its unit, such as 90s or 5m"
		case int:
			why = "it must be a whole number"
		case bool:
			why = "it must be true or false"
		}
	}
	return fmt.Sprintf("-%s %s: %s", m[2], m[1], why)
}

// fail tells the error in one line.
func (c *command) fail(code int, err error) int {
	fmt.Fprintf(c.stderr, "downhill %s: %s\n", c.Name(), strings.ReplaceAll(err.Error(), "\n", "; "))
	return code
}
