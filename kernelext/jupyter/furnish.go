package jupyter

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tempName is the folder in a kernel's private one that is its TMPDIR.
const tempName = "tmp"

// furnish makes a kernel's private folder and the environment that goes with it: tmp in it is its TMPDIR, and bin,
// with links to the programs that are for this kernel only, leads its PATH.
func furnish(c Config) (dir string, env []string, err error) {
	if dir, err = os.MkdirTemp("", "downhill-kernel-"); err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	bin, tmp := filepath.Join(dir, "bin"), filepath.Join(dir, tempName)
	if err := errors.Join(os.Mkdir(bin, 0o700), os.Mkdir(tmp, 0o700)); err != nil {
		return "", nil, err
	}
	for name, path := range c.Programs {
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			return "", nil, err
		}
	}
	base := c.Env
	if base == nil {
		base = os.Environ()
	}
	var path []string
	names := make(map[string]int) // syscall.Exec, unlike os/exec, passes duplicates on, and then the first one counts
	set := func(v string) {
		name, value, _ := strings.Cut(v, "=")
		if name == "PATH" {
			path = filepath.SplitList(value)
		}
		if i, ok := names[name]; ok {
			env[i] = v
			return
		}
		names[name] = len(env)
		env = append(env, v)
	}
	for _, v := range base {
		set(v)
	}
	for name, value := range c.Spec.Env {
		set(name + "=" + value)
	}
	if c.Hide != "" {
		if path, err = withoutProgram(path, c.Hide, dir); err != nil {
			return "", nil, err
		}
	}
	if len(c.Programs) > 0 {
		path = append([]string{bin}, path...)
	}
	set("PATH=" + strings.Join(path, string(filepath.ListSeparator)))
	set("TMPDIR=" + tmp)
	return dir, env, nil
}

// withoutProgram returns the folders of a PATH such that the program is not found in them. A folder that has it is
// replaced by one below dir with links to everything else in it: other programs there may be needed.
func withoutProgram(path []string, program, dir string) ([]string, error) {
	out := append([]string(nil), path...)
	for i, d := range path {
		if _, err := os.Lstat(filepath.Join(d, program)); d == "" || err != nil {
			continue
		}
		abs, err := filepath.Abs(d)
		if err != nil {
			return nil, err
		}
		entries, err := os.ReadDir(abs)
		if err != nil {
			return nil, err
		}
		out[i] = filepath.Join(dir, fmt.Sprintf("path%d", i))
		if err := os.Mkdir(out[i], 0o700); err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Name() == program {
				continue
			}
			if err := os.Symlink(filepath.Join(abs, e.Name()), filepath.Join(out[i], e.Name())); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
