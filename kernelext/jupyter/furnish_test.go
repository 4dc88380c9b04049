package jupyter

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFurnish(t *testing.T) {
	a, b, tool := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "tool-1.2")
	for _, f := range []string{a + "/gopls", a + "/other", b + "/other", tool} {
		if err := os.WriteFile(f, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	dir, env, err := furnish(Config{
		Env:      []string{"A=1", "PATH=/none", "A=2", "PATH=" + a + ":" + b + "::/no/such"},
		Spec:     Spec{Env: map[string]string{"A": "3"}},
		Programs: map[string]string{"tool": tool},
		Hide:     "gopls",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	slices.Sort(env)
	hidden := filepath.Join(dir, "path0")
	want := "A=3 PATH=" + dir + "/bin:" + hidden + ":" + b + "::/no/such TMPDIR=" + dir + "/tmp"
	if got := strings.Join(env, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if entries, _ := os.ReadDir(hidden); len(entries) != 1 || entries[0].Name() != "other" {
		t.Error(entries)
	}
	if to, _ := os.Readlink(filepath.Join(dir, "bin", "tool")); to != tool {
		t.Error(to)
	}
}
