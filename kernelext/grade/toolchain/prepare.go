package toolchain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Toolchain is a folder with what compiling needs.
type Toolchain struct {
	Dir     string   // readable by every user
	Version string   // such as go1.26.8
	Imports []string // what programs may import, sorted, the standard library's and modules'
	race    bool
}

// Prepare fills dir for programs of the module at moduleDir that import the packages. With race, programs report data
// races; that needs a C compiler.
func Prepare(ctx context.Context, moduleDir, dir string, imports []string, race bool) (*Toolchain, error) {
	t := &Toolchain{Dir: dir, race: race, Imports: slices.Compact(slices.Sorted(slices.Values(imports)))}
	env := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Export,Error"}
	if race {
		env = append(env, "CGO_ENABLED=1")
		args = append(args, "-race", "runtime/race")
	}
	out, err := goCommand(ctx, moduleDir, env, append(append(args, "runtime"), t.Imports...)...)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var config bytes.Buffer
	for d, n := json.NewDecoder(bytes.NewReader(out)), 0; ; n++ {
		var p struct {
			ImportPath, Export string
			Error              *struct{ Err string }
		}
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Error != nil {
			return nil, fmt.Errorf("package %s: %s", p.ImportPath, p.Error.Err)
		}
		if p.Export == "" {
			continue // unsafe
		}
		archive := filepath.Join(dir, fmt.Sprintf("%d.a", n))
		if err := copyFile(p.Export, archive, 0o644); err != nil {
			return nil, err
		}
		fmt.Fprintf(&config, "packagefile %s=%s\n", p.ImportPath, archive)
	}
	if err := os.WriteFile(t.importConfig(), config.Bytes(), 0o644); err != nil {
		return nil, err
	}
	for _, tool := range []string{"compile", "link", "vet"} {
		path, err := goCommand(ctx, moduleDir, env, "tool", "-n", tool)
		if err != nil {
			return nil, err
		}
		if err := copyFile(strings.TrimSpace(string(path)), filepath.Join(dir, tool), 0o755); err != nil {
			return nil, err
		}
	}
	if race {
		if err := t.copyLibgcc(ctx, moduleDir, env); err != nil {
			return nil, err
		}
	}
	version, err := goCommand(ctx, moduleDir, env, "env", "GOVERSION")
	t.Version = strings.TrimSpace(string(version))
	return t, err
}

// copyLibgcc copies what the race detector is linked with besides Go.
func (t *Toolchain) copyLibgcc(ctx context.Context, moduleDir string, env []string) error {
	cc, err := goCommand(ctx, moduleDir, env, "env", "CC")
	if err != nil {
		return err
	}
	path, err := exec.CommandContext(ctx, strings.TrimSpace(string(cc)), "-print-libgcc-file-name").Output()
	if err != nil {
		return fmt.Errorf("an assignment asks for the race detector, which needs a C compiler: %w", err)
	}
	return copyFile(strings.TrimSpace(string(path)), t.libgcc(), 0o644)
}

func (t *Toolchain) libgcc() string { return filepath.Join(t.Dir, "libgcc.a") }

func (t *Toolchain) importConfig() string { return filepath.Join(t.Dir, "importcfg") }

func goCommand(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, env, &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("the go command is not on PATH: grading compiles with it")
	}
	if err != nil {
		return nil, fmt.Errorf("go %s: %s", args[0], strings.Join(strings.Fields(stderr.String()+" "+err.Error()), " "))
	}
	return out, nil
}

// copyFile makes a copy that does not depend on who may enter the folder of the original.
func copyFile(from, to string, mode os.FileMode) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		dst.Close()
		return err
	}
	if err := dst.Chmod(mode); err != nil {
		dst.Close()
		return err
	}
	return dst.Close()
}
