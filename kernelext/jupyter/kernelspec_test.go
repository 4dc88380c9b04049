package jupyter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDataDir(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("JUPYTER_DATA_DIR", "")
	if dir, err := DataDir("/venv"); dir != "/venv/share/jupyter" || err != nil {
		t.Error(dir, err)
	}
	if dir, err := DataDir(""); !strings.HasPrefix(dir, "/home/me/") || err != nil {
		t.Error(dir, err)
	}
	t.Setenv("JUPYTER_DATA_DIR", "/data")
	if dir, err := DataDir(""); dir != "/data" || err != nil {
		t.Error(dir, err)
	}
}

// Of two kernelspecs with a name the one that JUPYTER_PATH has is found; what is no kernelspec, and what is not there,
// is told.
func TestFindSpec(t *testing.T) {
	prefix, user := t.TempDir(), t.TempDir()
	shared := filepath.Join(prefix, "share", "jupyter")
	t.Setenv("JUPYTER_PATH", shared)
	t.Setenv("JUPYTER_DATA_DIR", user)
	t.Setenv("PATH", "")
	write := func(data, name, text string) {
		dir := filepath.Join(data, "kernels", name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "kernel.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(shared, "a", `{"argv": ["python", "{resource_dir}/start"], "language": "python"}`)
	write(user, "a", `{"argv": ["other"]}`)
	write(user, "broken", "{")
	write(user, "empty", "{}")
	python := filepath.Join(prefix, "bin", "python")
	if err := os.MkdirAll(filepath.Dir(python), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(python, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := FindSpec("a")
	if want := []string{python, filepath.Join(shared, "kernels", "a", "start")}; err != nil || len(s.Argv) != 2 ||
		s.Argv[0] != want[0] || s.Argv[1] != want[1] || s.Language != "python" || s.Name != "a" {
		t.Errorf("%+v, %v; want %q", s, err, want)
	}
	for name, want := range map[string]string{
		"broken": "kernels/broken/kernel.json is not a kernelspec: unexpected end",
		"empty":  "kernels/empty/kernel.json is not a kernelspec: it has no argv",
		"nosuch": `there is no kernelspec "nosuch": installed are a, broken, empty`,
	} {
		if _, err := FindSpec(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
