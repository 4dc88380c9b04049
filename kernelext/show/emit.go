package show

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"

	"downhill/kernelext/show/wire"
)

// file is what an output becomes where there is no notebook. One without a name is
// printed.
type file struct {
	name string // "caption-in-short.svg"
	data string
}

// emit shows a bundle in the notebook, or writes f.
func emit(bundle map[string]any, f file) { emitAs("", bundle, f) }

// emitAs is emit, but replaces what has the same id.
func emitAs(id string, bundle map[string]any, f file) {
	err := wire.Update(id, bundle)
	if errors.Is(err, wire.ErrNoNotebook) {
		if f.name == "" {
			fmt.Println(f.data)
			return
		}
		if err := f.write(); err != nil {
			fmt.Fprintln(os.Stderr, "show:", err)
		}
		return
	}
	if err != nil {
		panic("show: an output was lost: " + err.Error())
	}
}

func (f figure) file(ext string) file {
	return file{name: slug(f.Caption) + ext, data: f.svg}
}

var (
	fileMu  sync.Mutex
	written int
)

// write puts the file into the figures' folder, numbered in the order of showing.
// The file is complete or not there: it is renamed into place.
func (f file) write() error {
	fileMu.Lock()
	defer fileMu.Unlock()
	dir := folder()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("no folder for figures: %w; set DOWNHILL_FIGURES to one that can be written", err)
	}
	tmp, err := os.CreateTemp(dir, ".figure-*")
	if err != nil {
		return fmt.Errorf("cannot write figures: %w; set DOWNHILL_FIGURES to a folder that can be written", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(f.data)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("cannot write a figure: %w", err)
	}
	written++
	path := filepath.Join(dir, fmt.Sprintf("%02d-%s", written, f.name))
	if err := os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("cannot write a figure: %w", err)
	}
	fmt.Println(path)
	return nil
}

// folder is where figures go: beside whoever runs a program, but never into the
// source folder whose test is running.
func folder() string {
	if dir := os.Getenv("DOWNHILL_FIGURES"); dir != "" {
		return dir
	}
	if strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test") {
		return filepath.Join(os.TempDir(), "downhill-figures")
	}
	return "figures"
}

// slug makes the beginning of a caption a file name of plain ASCII.
func slug(caption string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(caption) {
		switch {
		case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "figure"
}
