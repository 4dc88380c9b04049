package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"downhill/kernelext/gonb"
	"downhill/kernelext/jupyter"
)

// FindSpec finds an installed kernelspec where Jupyter looks for it: JUPYTER_PATH, the user's data folder, the prefix
// of the jupyter or python on PATH, the system.
func FindSpec(name string) (jupyter.Spec, error) {
	var looked, known []string
	for _, dir := range kernelDirs() {
		looked = append(looked, dir.path)
		data, err := os.ReadFile(filepath.Join(dir.path, name, "kernel.json"))
		if err != nil {
			entries, _ := os.ReadDir(dir.path)
			for _, e := range entries {
				known = append(known, e.Name())
			}
			continue
		}
		spec := jupyter.Spec{Name: name}
		path := filepath.Join(dir.path, name)
		if err := json.Unmarshal(data, &spec); err != nil || len(spec.Argv) == 0 {
			return spec, fmt.Errorf("%s/kernel.json is not a kernelspec: %w", path, err)
		}
		for i, a := range spec.Argv {
			spec.Argv[i] = strings.ReplaceAll(a, "{resource_dir}", path)
		}
		if dir.prefix != "" && barePython.MatchString(spec.Argv[0]) {
			if own := filepath.Join(dir.prefix, "bin", "python"); isFile(own) {
				spec.Argv[0] = own // as Jupyter does: the Python that the kernelspec belongs to
			}
		}
		return spec, nil
	}
	slices.Sort(known)
	if known = slices.Compact(known); len(known) > 0 {
		return jupyter.Spec{}, fmt.Errorf("there is no kernelspec %q: installed are %s", name, strings.Join(known, ", "))
	}
	return jupyter.Spec{}, fmt.Errorf("there is no kernelspec %q in %s", name, strings.Join(looked, ", "))
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
	add(userData(), "")
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

func userData() string {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	switch {
	case err != nil:
		return ""
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Jupyter")
	case runtime.GOOS == "windows":
		return filepath.Join(os.Getenv("APPDATA"), "jupyter")
	case os.Getenv("XDG_DATA_HOME") != "":
		return filepath.Join(os.Getenv("XDG_DATA_HOME"), "jupyter")
	}
	return filepath.Join(home, ".local", "share", "jupyter")
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

var ipythonPlace = regexp.MustCompile(`Cell In ?\[(\d+)\], line (\d+)`)

// decodeIPython finds the lines of cells in IPython's traceback; the first is the cell that was executed.
func decodeIPython(r jupyter.Reply, _ string) []gonb.Diagnostic {
	d := gonb.Diagnostic{Count: r.ExecutionCount, Text: r.EName + ": " + r.EValue}
	if m := ipythonPlace.FindStringSubmatch(plain(strings.Join(r.Traceback, "\n"))); m != nil {
		d.Count, _ = strconv.Atoi(m[1])
		d.Line, _ = strconv.Atoi(m[2])
	}
	return []gonb.Diagnostic{d}
}
