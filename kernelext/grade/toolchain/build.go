package toolchain

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"downhill/kernelext/grade/jail"
)

// Problem is one message of the compiler or of vet.
type Problem struct {
	File string // base name, as in //line
	Line int
	Text string
}

// Source is a Go program: file name → text.
type Source map[string]string

// limits of one run of the compiler, the linker or vet.
var limits = jail.Limits{CPU: 20 * time.Second, Wall: time.Minute, Data: 3 << 29, File: 256 << 20, Output: 256 << 10}

// Build compiles the program into dir/program, in a jail. Problems say why there is none; an outcome that is not OK
// without problems says how the compiler or the linker died. The folder is the program's own.
func (t *Toolchain) Build(j *jail.Jail, dir string, slot int, src Source) ([]Problem, jail.Outcome, error) {
	files, err := t.write(j, dir, slot, src)
	if err != nil {
		return nil, jail.Outcome{}, err
	}
	object, program := filepath.Join(dir, "main.a"), filepath.Join(dir, "program")
	compile := []string{filepath.Join(t.Dir, "compile"), "-p", "main", "-complete", "-pack", "-buildid", "exam",
		"-trimpath", dir + "=>", "-importcfg", t.importConfig(), "-lang", lang(t.Version), "-c", "2", "-o", object}
	link := []string{filepath.Join(t.Dir, "link"), "-s", "-w", "-buildid", "exam", "-importcfg", t.importConfig(), "-o", program}
	if t.race {
		compile, link = slices.Insert(compile, 1, "-race"), slices.Insert(link, 1, "-race", "-linkmode=internal", "-libgcc", t.libgcc())
	}
	outcome, err := t.run(j, dir, slot, append(compile, files...))
	if err != nil || !outcome.OK() {
		return problems(outcome.Stdout + outcome.Stderr), outcome, err
	}
	outcome, err = t.run(j, dir, slot, append(link, object))
	if err != nil || !outcome.OK() {
		return problems(outcome.Stderr), outcome, err
	}
	return nil, outcome, os.Remove(object)
}

// Vet returns what go vet says about the program.
func (t *Toolchain) Vet(j *jail.Jail, dir string, slot int, src Source) ([]Problem, error) {
	files, err := t.write(j, dir, slot, src)
	if err != nil {
		return nil, err
	}
	config := map[string]any{
		"ID": "main", "Compiler": "gc", "Dir": dir, "ImportPath": "main", "GoFiles": files, "GoVersion": lang(t.Version),
		"ImportMap": map[string]string{}, "PackageFile": map[string]string{}, "VetxOutput": filepath.Join(dir, "vetx"),
	}
	text, err := os.ReadFile(t.importConfig())
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		path, file, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "packagefile ")), "=")
		config["ImportMap"].(map[string]string)[path] = path
		config["PackageFile"].(map[string]string)[path] = file
	}
	data, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "vet.cfg")
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return nil, err
	}
	outcome, err := t.run(j, dir, slot, []string{filepath.Join(t.Dir, "vet"), name})
	if err != nil || outcome.OK() {
		return nil, err
	}
	found := problems(outcome.Stderr)
	if len(found) == 0 {
		found = []Problem{{Text: "vet " + outcome.Describe()}}
	}
	return found, nil
}

func (t *Toolchain) write(j *jail.Jail, dir string, slot int, src Source) (files []string, err error) {
	if err := j.Own(dir, slot); err != nil {
		return nil, err
	}
	for name, text := range src {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	slices.Sort(files)
	return files, nil
}

// run starts a trusted program in a jail, again if the machine could not: with too many processes, say, which pass.
func (t *Toolchain) run(j *jail.Jail, dir string, slot int, argv []string) (outcome jail.Outcome, err error) {
	for pause := time.Second; ; pause *= 2 {
		var p *jail.Running
		if p, err = j.Start(jail.Spec{Argv: argv, Dir: dir, ReadOnly: []string{t.Dir}, Writable: dir, Limits: limits, Slot: slot}); err == nil {
			if outcome = p.Wait(); !outcome.NotStarted() {
				return outcome, nil
			}
			err = fmt.Errorf("%s could not be jailed: %s", filepath.Base(argv[0]), strings.TrimSpace(outcome.Stderr))
		}
		if pause > 4*time.Second {
			return outcome, err
		}
		time.Sleep(pause)
	}
}

var problemLine = regexp.MustCompile(`^(?:\S*/)?([\w.]+\.go):(\d+)(?::\d+)?: (.*)$`)

// problems reads messages such as "cell07.go:3:5: undefined: x".
func problems(output string) []Problem {
	var found []Problem
	for line := range strings.Lines(output) {
		m := problemLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err == nil && len(found) < 20 {
			found = append(found, Problem{m[1], n, m[3]})
		}
	}
	return found
}

// lang is the language version of a release: go1.26 of go1.26.8.
func lang(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		parts = strings.SplitN(runtime.Version(), ".", 3)
	}
	return fmt.Sprintf("%s.%s", parts[0], strings.TrimRight(parts[1], "abcdefghijklmnopqrstuvwxyz-+ :"))
}
