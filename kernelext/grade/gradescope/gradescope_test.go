package gradescope

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/grade/assignment"
)

const module = "../../.."

// TestAutograder unpacks the zip as Gradescope does and runs its script on the reference solution and on a stub. What
// setup.sh installs is here already.
func TestAutograder(t *testing.T) {
	a, err := assignment.Read(module + "/notebooks/assignments/a1-gradient-estimator.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	var packed, again bytes.Buffer
	if err := Write(&packed, module, a); err != nil {
		t.Fatal(err)
	}
	if err := Write(&again, module, a); err != nil || !bytes.Equal(packed.Bytes(), again.Bytes()) {
		t.Errorf("packed twice, the bytes differ; %v", err)
	}
	root := t.TempDir()
	unzip(t, packed.Bytes(), filepath.Join(root, "source"))
	if os.Getenv("DOWNHILL_GRADE_FULL") == "" {
		t.Skip("building the packed module takes long: DOWNHILL_GRADE_FULL=1 runs it")
	}
	build := exec.Command("go", "build", "-o", filepath.Join(root, "downhill"), "./kernelext/cmd/downhill")
	build.Dir = filepath.Join(root, "source", "module")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the module in the zip does not build: %v\n%s", err, out)
	}
	release, err := a.Strip()
	if err != nil {
		t.Fatal(err)
	}
	untouched := release.Bytes()
	for _, c := range release.Cells {
		var meta struct {
			ID string `json:"grade_id"`
		}
		if c.Metadata().Decode("nbgrader", &meta) {
			if given, ok := a.Cell(meta.ID); ok && given.Kind == assignment.Answer {
				c.SetSource(given.Source)
			}
		}
	}
	for _, test := range []struct {
		data []byte
		want float64
	}{{release.Bytes(), a.Points()}, {untouched, 0}} {
		submission := filepath.Join(root, "submission")
		if err := os.MkdirAll(submission, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(submission, "my answers; final.ipynb"), test.data, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(filepath.Join(root, "source", "run_autograder"))
		cmd.Env = append(os.Environ(), "AUTOGRADER="+root)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var got struct {
			Score float64           `json:"score"`
			Tests []json.RawMessage `json:"tests"`
		}
		data, err := os.ReadFile(filepath.Join(root, "results", "results.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &got); err != nil || got.Score != test.want || len(got.Tests) < 15 {
			t.Errorf("score %g with %d tests, want %g; %v", got.Score, len(got.Tests), test.want, err)
		}
	}
}

func unzip(t *testing.T, data []byte, dir string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if strings.Contains(f.Name, "..") || strings.Contains(f.Name, "_test.go") {
			t.Errorf("%s is in the zip", f.Name)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, f.Mode()); err != nil {
			t.Fatal(err)
		}
	}
}
