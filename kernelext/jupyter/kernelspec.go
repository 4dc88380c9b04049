package jupyter

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// FindSpec finds an installed kernelspec where Jupyter looks for it: JUPYTER_PATH, the user's data folder, the prefix
// of the jupyter or python on PATH, the system.
func FindSpec(name string) (Spec, error) {
	path, prefix, err := findSpec(name)
	if err != nil {
		return Spec{}, err
	}
	spec := Spec{Name: name}
	data, err := os.ReadFile(filepath.Join(path, "kernel.json"))
	if err == nil {
		err = json.Unmarshal(data, &spec)
	}
	switch {
	case err != nil:
		return spec, fmt.Errorf("%s/kernel.json is not a kernelspec: %w", path, err)
	case len(spec.Argv) == 0:
		return spec, fmt.Errorf("%s/kernel.json is not a kernelspec: it has no argv", path)
	}
	for i, a := range spec.Argv {
		spec.Argv[i] = strings.ReplaceAll(a, "{resource_dir}", path)
	}
	if prefix != "" && barePython.MatchString(spec.Argv[0]) {
		if own := filepath.Join(prefix, "bin", "python"); isFile(own) {
			spec.Argv[0] = own // as Jupyter does: the Python that the kernelspec belongs to
		}
	}
	return spec, nil
}

// SpecFolder is the folder of the kernelspec that FindSpec finds.
func SpecFolder(name string) (string, error) {
	path, _, err := findSpec(name)
	return path, err
}

func findSpec(name string) (path, prefix string, err error) {
	var looked, known []string
	for _, dir := range kernelDirs() {
		path := filepath.Join(dir.path, name)
		if isFile(filepath.Join(path, "kernel.json")) {
			return path, dir.prefix, nil
		}
		looked = append(looked, dir.path)
		entries, _ := os.ReadDir(dir.path)
		for _, e := range entries {
			known = append(known, e.Name())
		}
	}
	slices.Sort(known)
	if known = slices.Compact(known); len(known) > 0 {
		return "", "", fmt.Errorf("there is no kernelspec %q: installed are %s", name, strings.Join(known, ", "))
	}
	return "", "", fmt.Errorf("there is no kernelspec %q in %s", name, strings.Join(looked, ", "))
}

var barePython = regexp.MustCompile(`^python[0-9.]*$`)

type kernelDir struct{ path, prefix string }

func kernelDirs() []kernelDir {
	var dirs []kernelDir
	add := func(data, prefix string) {
		d := kernelDir{filepath.Join(data, "kernels"), prefix}
		if data != "" && !slices.ContainsFunc(dirs, func(e kernelDir) bool { return e.path == d.path }) {
			dirs = append(dirs, d)
		}
	}
	for _, p := range filepath.SplitList(os.Getenv("JUPYTER_PATH")) {
		add(p, strings.TrimSuffix(p, filepath.Join("share", "jupyter")))
	}
	user, _ := DataDir("") // without a home there is none
	add(user, "")
	for _, program := range []string{"jupyter", "python3", "python"} {
		if path, err := exec.LookPath(program); err == nil {
			prefix := filepath.Dir(filepath.Dir(path))
			add(filepath.Join(prefix, "share", "jupyter"), prefix)
		}
	}
	for _, prefix := range []string{"/usr/local", "/usr"} {
		add(filepath.Join(prefix, "share", "jupyter"), prefix)
	}
	return dirs
}

// DataDir is Jupyter's data folder below a prefix, or else the user's.
func DataDir(prefix string) (string, error) {
	if prefix != "" {
		return filepath.Join(prefix, "share", "jupyter"), nil
	}
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	switch {
	case err != nil:
		return "", err
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Jupyter"), nil
	case runtime.GOOS == "windows":
		return filepath.Join(os.Getenv("APPDATA"), "jupyter"), nil
	case os.Getenv("XDG_DATA_HOME") != "":
		return filepath.Join(os.Getenv("XDG_DATA_HOME"), "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
