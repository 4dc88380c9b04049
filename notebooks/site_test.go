package notebooks_test

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/site"
)

// inBrowser runs a script that drives Chromium through Python's playwright, and returns the lines that it printed. It
// skips the test where there is none.
func inBrowser(t *testing.T, stdin, script string, args ...string) [][]byte {
	t.Helper()
	python := os.Getenv("DOWNHILL_PYTHON")
	if python == "" {
		python = "python3"
	}
	skip := t.Skip
	if os.Getenv("DOWNHILL_REQUIRE_PARTS") == "1" {
		skip = t.Fatal
	}
	if out, err := exec.Command(python, "-c", "import playwright.sync_api").CombinedOutput(); err != nil {
		skip(python, "has no playwright (set DOWNHILL_PYTHON):", err, string(out))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, append([]string{script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(stdin), &stderr
	out, err := cmd.Output()
	if strings.Contains(stderr.String(), "Executable doesn't exist") {
		skip("no Chromium for playwright")
	}
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr.String())
	}
	var lines [][]byte
	for scan := bufio.NewReader(bytes.NewReader(out)); ; {
		line, err := scan.ReadBytes('\n')
		if err != nil {
			return lines
		}
		lines = append(lines, line)
	}
}

// course reads the tutorials as they are stored.
func course(t testing.TB) []site.Page {
	t.Helper()
	files, err := filepath.Glob("*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d notebooks, %v", len(files), err)
	}
	var pages []site.Page
	for _, file := range files {
		nb, err := nbformat.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, site.Page{Path: file, Notebook: nb})
	}
	return pages
}

// The site of all notebooks is a matter of a second, however many they become.
func BenchmarkSite(b *testing.B) {
	pages := course(b)
	dir := b.TempDir()
	for b.Loop() {
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
		if err := site.Write(dir, "downhill", pages); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(pages)), "notebooks")
}
