//go:build unix

package front

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const listing = `WORK=/tmp/go-build1
mkdir -p $WORK/b001/
cat >/tmp/go-build1/b001/importcfg << 'EOF' # internal
# import config
packagefile fmt=/cache/ab/abc-d
EOF
cd /tmp/gonb_1
/go/pkg/tool/compile -o $WORK/b001/_pkg_.a -trimpath "$WORK/b001=>" -p main -c=2 -importcfg $WORK/b001/importcfg -pack ./main.go
cat >/tmp/go-build1/b001/importcfg.link << 'EOF' # internal
packagefile gonb_1=/tmp/go-build1/b001/_pkg_.a
packagefile fmt=/cache/ab/abc-d
modinfo "x\n"
EOF
GOROOT='/go root' /go/pkg/tool/link -o $WORK/b001/exe/a.out -importcfg $WORK/b001/importcfg.link -s -w $WORK/b001/_pkg_.a
`

func TestRead(t *testing.T) {
	var r recipe
	if err := r.read(listing); err != nil {
		t.Fatal(err)
	}
	if want := []string{"/go/pkg/tool/compile", "-o", "$WORK/b001/_pkg_.a", "-trimpath", "$WORK/b001=>", "-p", "main",
		"-c=2", "-importcfg", "$WORK/b001/importcfg", "-pack", "./main.go"}; !slices.Equal(r.Compile, want) {
		t.Errorf("compile: %q", r.Compile)
	}
	if want := []string{"/go/pkg/tool/link", "-o", "$OUT", "-importcfg", "$WORK/b001/importcfg.link", "-s", "-w",
		"$WORK/b001/_pkg_.a"}; !slices.Equal(r.Link, want) || !slices.Equal(r.LinkEnv, []string{"GOROOT=/go root"}) {
		t.Errorf("link: %q %q", r.LinkEnv, r.Link)
	}
	if !strings.Contains(r.Programs, "gonb_1=$WORK/b001/_pkg_.a\n") || !strings.HasSuffix(r.Packages, "abc-d\n") {
		t.Errorf("%q\n%q", r.Packages, r.Programs)
	}
	fresh := "cp $WORK/b002/_pkg_.a /cache/ab/abc-d # internal\n"
	for _, path := range []string{"$WORK/b002/_pkg_.a", "/tmp/go-build1/b002/_pkg_.a"} {
		compiled := strings.ReplaceAll(listing, "/cache/ab/abc-d", path)
		var f recipe
		if err := f.read(strings.Replace(compiled, "mkdir", fresh+"mkdir", 1)); err != nil || f.Programs != r.Programs {
			t.Errorf("compiled in this build: %v, %q", err, f.Programs)
		}
	}
	for name, bad := range map[string]string{
		"nothing":         "",
		"only linked":     listing[strings.Index(listing, "cat >/tmp/go-build1/b001/importcfg.link"):],
		"fresh package":   strings.ReplaceAll(listing, "/cache/ab/abc-d", "$WORK/b002/_pkg_.a"),
		"fresh, absolute": strings.ReplaceAll(listing, "/cache/ab/abc-d", "/tmp/go-build1/b002/_pkg_.a"),
		"two files":       strings.ReplaceAll(listing, "./main.go", "./main.go ./other.go"),
	} {
		if err := r.read(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDirectives(t *testing.T) {
	got := fmt.Sprint(directives([]byte(`go 1.26 // because

use (
	.
	"/a b" // no
	../c
)
use /d
replace x => /e
`)))
	if want := `[[go 1.26] [use .] [use /a b] [use ../c] [use /d] [replace x => /e]]`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestComplaint(t *testing.T) {
	for out, want := range map[string]bool{
		"./main.go:3:4: undefined: x\n":                              true,
		"./main.go:3:4: too many arguments\n\thave (int)\n\twant ()": true,
		"./main.go:3:4: could not import fmt (open : no such file)":  false,
		"link: cannot open file":                                     false,
		"":                                                           false,
	} {
		if complaint([]byte(out)) != want {
			t.Errorf("%q: want %v", out, want)
		}
	}
}

func TestUnmet(t *testing.T) {
	for out, want := range map[string]bool{
		"main.go:5:2: no required module provides package github.com/x/y; to add it:\n\tgo get github.com/x/y": true,
		"main.go:5:2: missing go.sum entry for module providing package github.com/x/y":                        true,
		"main.go:5:2: package nosuch/x is not in std (/usr/local/go/src/nosuch/x)":                             false,
		"# gonb_1\n./main.go:8:10: undefined: get":                                                             false,
	} {
		if unmet.MatchString(out) != want {
			t.Errorf("%q: want %v", out, want)
		}
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"old.json": 31 * 24 * time.Hour, "old.names": 31 * 24 * time.Hour, "new.json": time.Hour, "old.txt": 1000 * time.Hour} {
		path := filepath.Join(dir, name)
		then := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, then, then)); err != nil {
			t.Fatal(err)
		}
	}
	Prune(dir)
	entries, _ := os.ReadDir(dir)
	if got := fmt.Sprint(entries); got != "[- new.json - old.txt]" {
		t.Error(got)
	}
}
