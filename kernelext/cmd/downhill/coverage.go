package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// coverage collects what the programs of all cells execute of a module's packages.
type coverage struct{ profile, module, dir string }

// newCoverage prepares a profile that is written to a file at the end.
func newCoverage(profile, module string) (*coverage, error) {
	data, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return nil, err
	}
	c := &coverage{profile: profile, module: modfile.ModulePath(data)}
	if c.dir, err = os.MkdirTemp("", "downhill-cover-"); err != nil {
		return nil, err
	}
	return c, nil
}

// env makes the go command build cells with counters, and cells leave theirs in our folder. The cell's own package, ./,
// is among what is counted because only a main package that is writes counters at its end.
func (c *coverage) env() []string {
	flags := strings.TrimSpace(os.Getenv("GOFLAGS") + " -cover -covermode=set -coverpkg=./...," + c.module + "/...")
	return []string{"GOFLAGS=" + flags, "GOCOVERDIR=" + c.dir}
}

// write merges the counters of all cells into one profile, for go tool cover.
func (c *coverage) write(ctx context.Context) error {
	if left, err := os.ReadDir(c.dir); err != nil || len(left) == 0 {
		return errors.Join(err, errors.New("-coverprofile: no cell executed anything of "+c.module))
	}
	all := filepath.Join(c.dir, "all")
	out, err := exec.CommandContext(ctx, "go", "tool", "covdata", "textfmt", "-i="+c.dir, "-o="+all).CombinedOutput()
	if err != nil {
		return fmt.Errorf("-coverprofile: go tool covdata: %w: %s", err, strings.Join(strings.Fields(string(out)), " "))
	}
	data, err := os.ReadFile(all)
	if err != nil {
		return err
	}
	var own strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "mode:") || strings.HasPrefix(line, c.module+"/") {
			own.WriteString(line)
		}
	}
	return writeFile(c.profile, []byte(own.String()))
}

func (c *coverage) close() { os.RemoveAll(c.dir) }
