//go:build unix

package front

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Words that stand for paths in a recipe.
const (
	placeWork = "$WORK/b001" // as go build -x writes it
	placeOut  = "$OUT"
)

var (
	errSteps   = errors.New("go build -x does not look as expected")
	errChanged = errors.New("a file was changed during the build") // nobody knows what was built
)

// write makes the recipe out of what go build -x printed, and keeps it.
func (r *recipe) write(steps []byte) error {
	if err := r.read(string(steps)); err != nil {
		return err
	}
	r.Local = make(map[string]string)
	var changed error
	for line := range strings.Lines(r.Programs) {
		path, _, ok := strings.Cut(strings.TrimPrefix(line, "packagefile "), "=")
		if !ok || !strings.HasPrefix(line, "packagefile ") {
			continue
		}
		for _, dir := range r.foldersOf(path) {
			if err := r.addLocal(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // it is in one of them
				changed = err
			}
		}
	}
	if changed != nil {
		return changed
	}
	return replace(r.file, r)
}

// replace writes a file of the recipes' folder as a whole.
func replace(path string, content any) error {
	b, err := json.Marshal(content)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".recipe-")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// read takes the steps of the main package out of a listing such as
//
//	WORK=/tmp/go-build1
//	cat >/tmp/go-build1/b001/importcfg << 'EOF' # internal
//	packagefile fmt=/home/me/.cache/go-build/ab/abc-d
//	EOF
//	/usr/local/go/pkg/tool/linux_amd64/compile -o $WORK/b001/_pkg_.a -p main … -pack ./main.go
//	cat >/tmp/go-build1/b001/importcfg.link << 'EOF' # internal
//	…
//	GOROOT='/usr/local/go' /usr/local/go/pkg/tool/linux_amd64/link -o $WORK/b001/exe/a.out …
func (r *recipe) read(listing string) error {
	r.Compile, r.Link, r.LinkEnv, r.Packages, r.Programs = nil, nil, nil, "", ""
	var work string
	var document *string
	var kept []string // pairs: where a package was compiled, where the build cache keeps it
	for line := range strings.Lines(listing) {
		bare := strings.TrimSuffix(line, "\n")
		switch {
		case document != nil && bare == "EOF":
			document = nil
		case document != nil:
			*document += strings.ReplaceAll(line, work+"/b001", placeWork)
		case strings.HasPrefix(bare, "WORK="):
			work = bare[len("WORK="):]
		case strings.HasPrefix(bare, "cat >"+work+"/b001/importcfg "):
			document = &r.Packages
		case strings.HasPrefix(bare, "cat >"+work+"/b001/importcfg.link "):
			document = &r.Programs
		case strings.HasPrefix(bare, "cp $WORK/") && strings.HasSuffix(bare, " # internal"):
			if words := strings.Fields(bare); !strings.HasPrefix(words[1], placeWork+"/") {
				kept = append(kept, words[1], words[2], strings.Replace(words[1], "$WORK", work, 1), words[2])
			}
		case strings.Contains(bare, "/compile -o $WORK/b001/_pkg_.a ") && strings.HasSuffix(bare, " -pack ./main.go"):
			_, r.Compile = splitCommand(bare)
		case strings.Contains(bare, "/link -o $WORK/b001/exe/a.out "):
			r.LinkEnv, r.Link = splitCommand(strings.Replace(bare, "$WORK/b001/exe/a.out", placeOut, 1))
		}
	}
	packages := strings.NewReplacer(kept...)
	r.Packages, r.Programs = packages.Replace(r.Packages), packages.Replace(r.Programs)
	others := strings.ReplaceAll(r.Packages+r.Programs, placeWork+"/", "")
	switch {
	case len(r.Compile) == 0, len(r.Link) == 0, r.Packages == "", r.Programs == "":
		return errSteps
	case strings.Contains(others, "$WORK"), work != "" && strings.Contains(others, work):
		return errSteps // a package that is not kept
	}
	return nil
}

// splitCommand splits a line of shell as go build -x writes it: assignments, then words, with double or single quotes.
func splitCommand(line string) (env, argv []string) {
	var word strings.Builder
	var quote rune
	started := false
	end := func() {
		if started {
			if w := word.String(); len(argv) == 0 && strings.Contains(w, "=") && !strings.HasPrefix(w, "/") {
				env = append(env, w)
			} else {
				argv = append(argv, w)
			}
		}
		word.Reset()
		started = false
	}
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, started = c, true
		case c == ' ':
			end()
		default:
			word.WriteRune(c)
			started = true
		}
	}
	end()
	return env, argv
}

// addLocal notes the state of a local package's folder, and of those below it when it embeds files.
func (r *recipe) addLocal(dir string) error {
	state, err := filesOf(dir)
	if err != nil {
		return err
	}
	r.Local[dir] = state
	sources, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, f := range sources {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if info, err := os.Stat(f); err != nil || info.ModTime().After(r.begun) {
			return errChanged
		}
		if bytes.Contains(b, []byte("//go:embed")) {
			return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err == nil && d.IsDir() {
					r.Local[path], err = filesOf(path)
				}
				return err
			})
		}
	}
	return nil
}

// filesOf is the state of a folder that a local package may be built from: the names in it, sizes and times.
func filesOf(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var state strings.Builder
	for _, e := range entries {
		if e.IsDir() {
			fmt.Fprintln(&state, e.Name())
			continue
		}
		info, err := e.Info()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&state, "%s %d %d\n", e.Name(), info.Size(), info.ModTime().UnixNano())
	}
	return state.String(), nil
}
