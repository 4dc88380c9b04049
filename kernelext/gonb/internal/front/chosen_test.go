//go:build unix

package front

import (
	"os"
	"path/filepath"
	"testing"
)

// A module that the workspace requires already is gotten in the version that it has there; only what is left is looked
// for.
func TestChosenVersionsFirst(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	real := filepath.Join(dir, "real")
	const script = `#!/bin/sh
case "$*" in
get*) echo "$*" >> calls ;;
*) for m in a@v1 b@v2; do
	grep -qs "get $m" calls && continue
	printf 'package x imports %s/p from implicitly required module; to add missing requirements, run:\n\tgo get %s\n' $m $m
	exit 1
done
grep -qx get calls && exit 0
echo 'main.go:1:2: no required module provides package c; to add it:'
exit 1 ;;
esac
`
	for name, text := range map[string]string{real: script, gotten: "get"} {
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	status := build(real, dir, []string{"test", "-c", "-o", "x"})
	calls, _ := os.ReadFile("calls")
	if want := "get a@v1\nget b@v2\nget\n"; status != 0 || string(calls) != want {
		t.Errorf("status %d, calls\n%swant\n%s", status, calls, want)
	}
	if err := os.Remove("calls"); err != nil {
		t.Fatal(err)
	}
	if status := build(real, dir, []string{"test", "-c", "-o", "x"}); status == 0 { // %noautoget
		t.Error("something was gotten though nobody had asked for it")
	}
}
