package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{"b.ipynb", "a.ipynb", "notes.txt", ".hidden.ipynb", "sub/c.ipynb", "sub/.ipynb_checkpoints/c.ipynb", "empty/x.txt"} {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		paths, want string
		fault       string
	}{
		{paths: ".", want: "a.ipynb b.ipynb"},
		{paths: "./...", want: "a.ipynb b.ipynb sub/c.ipynb"},
		{paths: "sub/c.ipynb a.ipynb . sub", want: "c.ipynb a.ipynb b.ipynb"},
		{paths: "[ab].ipynb s*", want: "a.ipynb b.ipynb c.ipynb"},
		{paths: "x*.ipynb", fault: "x*.ipynb: no such notebook or folder"},
		{paths: "empty", fault: "empty: no notebook (*.ipynb) in this folder"},
		{paths: "empty/...", fault: "empty/...: no notebook (*.ipynb) in this folder"},
		{paths: "nowhere", fault: "nowhere: no such notebook or folder"},
		{paths: "a.ipynb/...", fault: "a.ipynb/...: no such notebook or folder"},
		{paths: "notes.txt", fault: "notes.txt: not a notebook: its name does not end in .ipynb"},
	} {
		found, err := Find(strings.Fields(test.paths)...)
		var names []string
		for _, s := range found {
			names = append(names, filepath.ToSlash(s.Rel))
		}
		if err != nil && err.Error() != test.fault || err == nil && test.fault != "" {
			t.Errorf("%s: %v, want %q", test.paths, err, test.fault)
		} else if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.paths, got, test.want)
		}
	}
}
