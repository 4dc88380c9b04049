package site

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"downhill/kernelext/internal/parts"
	"downhill/kernelext/nbformat"
)

// browse opens the pages below dir in Chromium and reports what is wrong with them. With DOWNHILL_AXE, the path of
// axe-core's axe.min.js, their accessibility is examined too.
func browse(t *testing.T, dir string, flags ...string) {
	t.Helper()
	python := parts.Browser(t, "playwright.sync_api")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	args := append([]string{"testdata/browser.py", dir}, flags...)
	if axe := os.Getenv("DOWNHILL_AXE"); axe != "" {
		args = append(args, axe)
	}
	cmd := exec.CommandContext(ctx, python, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr.String())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	done := false
	for lines.Scan() {
		var line struct {
			Page, Wrong string
			Facts       map[string]int
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		if line.Wrong != "" {
			t.Errorf("%s: %s", line.Page, line.Wrong)
		}
		if line.Facts != nil {
			done = true
			t.Log(line.Facts)
		}
	}
	if !done {
		t.Error("the browser did not get to the end")
	}
}

func samplePages(t *testing.T) []Page {
	t.Helper()
	read := func() *nbformat.Notebook {
		nb, err := nbformat.Read("testdata/sample.ipynb")
		if err != nil {
			t.Fatal(err)
		}
		return nb
	}
	again := read()
	again.Cells = again.Cells[:8]
	again.Cells[0].SetSource("# Momentum\n\nA ball that remembers where it was going, and so gets through the valley sooner.")
	return []Page{
		{Path: "01-sample.ipynb", Notebook: read(), Failed: true, Cell: 13,
			Message: "notebooks/01-sample.ipynb:cell 13:2: panic: runtime error: index out of range [3] with length 0", Took: 2300 * time.Millisecond},
		{Path: "part two/07-momentum.ipynb", Notebook: again},
		{Path: "part two/frames.ipynb", Notebook: framesNotebook(t)},
	}
}

// With go test -artifacts, pictures of all pages are kept.
func TestSampleInBrowser(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, "Stochastic gradient descent", samplePages(t)); err != nil {
		t.Fatal(err)
	}
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		browse(t, dir, "-pictures", t.ArtifactDir())
		return
	}
	browse(t, dir)
}

func TestHostileInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("some 70 pages")
	}
	dir := t.TempDir()
	hostileSite(t, dir)
	// A page that the browser must find fault with, or this test shows nothing.
	control := `<!DOCTYPE html><html lang="en"><title>x</title><script>window.pwned=1</script><img src="https://example.com/a.png" alt="">`
	if err := os.WriteFile(filepath.Join(dir, "control.html"), []byte(control), 0o644); err != nil {
		t.Fatal(err)
	}
	browse(t, dir, "-hostile")
}
