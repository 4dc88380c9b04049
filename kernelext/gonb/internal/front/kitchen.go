//go:build unix

package front

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A kitchen is what go build looks at beside main.go and the local packages.
type kitchen struct {
	dir     string            // GoNB's folder
	work    string            // where compiler and linker write
	folder  string            // where recipes are kept
	key     string            // hash of it all
	modules map[string]string // path → folder of the local modules
}

func findKitchen(real, dir string) (*kitchen, error) {
	k := &kitchen{dir: dir, work: filepath.Join(dir, ".downhill"), modules: make(map[string]string)}
	if k.folder = os.Getenv(Recipes); k.folder == "" {
		k.folder = k.work
	}
	h := sha256.New()
	if err := hashToolchain(h, real); err != nil {
		return nil, err
	}
	k.hashModules(h)
	k.key = fmt.Sprintf("%x", h.Sum(nil)[:16])
	return k, nil
}

// hashToolchain covers the go command, the environment it listens to, and what go env -w has written.
func hashToolchain(h hash.Hash, real string) error {
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	fmt.Fprintln(h, real, info.Size(), info.ModTime().UnixNano())
	env := os.Environ()
	slices.Sort(env)
	for _, v := range env {
		name, _, _ := strings.Cut(v, "=")
		if (strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "GONB_") && name != "GOGC" && name != "GOMAXPROCS") ||
			strings.HasPrefix(name, "CGO_") || name == "CC" || name == "CXX" || name == "AR" || name == "HOME" {
			fmt.Fprintln(h, v)
		}
	}
	written := os.Getenv("GOENV")
	if config, err := os.UserConfigDir(); written == "" && err == nil {
		written = filepath.Join(config, "go", "env")
	}
	b, _ := os.ReadFile(written)
	fmt.Fprintln(h, len(b), string(b))
	return nil
}

// hashModules covers go.mod, go.work and go.sum, here and in every local module, and notes where those are.
func (k *kitchen) hashModules(h hash.Hash) {
	add := func(path string) []byte {
		b, err := os.ReadFile(path)
		// The module of the cells is named after the kernel; that is no reason for another recipe.
		fmt.Fprintln(h, path, err == nil, strings.ReplaceAll(string(b), filepath.Base(k.dir), "gonb"))
		return b
	}
	var folders []string
	local := func(dir string, file []byte) {
		for _, words := range directives(file) {
			switch {
			case words[0] == "use" && len(words) == 2:
				folders = append(folders, resolve(dir, words[1]))
			case words[0] == "replace":
				if path := words[len(words)-1]; strings.HasPrefix(path, ".") || filepath.IsAbs(path) {
					folders = append(folders, resolve(dir, path))
				}
			}
		}
	}
	local(k.dir, add("go.mod"))
	local(k.dir, add("go.work"))
	add("go.sum") // and not go.work.sum: go list writes it, and nothing but sums of what go.mod and go.work lead to
	seen := map[string]bool{k.dir: true}
	for i := 0; i < len(folders); i++ { // grows
		d := folders[i]
		if seen[d] {
			continue
		}
		seen[d] = true
		mod := add(filepath.Join(d, "go.mod"))
		add(filepath.Join(d, "go.sum"))
		local(d, mod)
		for _, words := range directives(mod) {
			if words[0] == "module" && len(words) == 2 {
				k.modules[words[1]] = d
			}
		}
	}
}

// directives returns the words of every directive of a go.mod or go.work, those in parentheses with their verb.
func directives(file []byte) (all [][]string) {
	var verb []string
	for line := range strings.Lines(string(file)) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		for i, w := range words {
			words[i] = strings.Trim(w, "\"`")
		}
		switch {
		case len(words) == 0:
		case words[len(words)-1] == "(":
			verb = words[:1]
		case words[0] == ")":
			verb = nil
		default:
			all = append(all, append(verb[:len(verb):len(verb)], words...))
		}
	}
	return all
}

// foldersOf are where the local modules have a package, or would have it.
func (k *kitchen) foldersOf(path string) (folders []string) {
	for module, dir := range k.modules {
		if rest, ok := strings.CutPrefix(path, module); ok && (rest == "" || rest[0] == '/') {
			folders = append(folders, filepath.Join(dir, rest))
		}
	}
	slices.Sort(folders)
	return folders
}

func resolve(base, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}
