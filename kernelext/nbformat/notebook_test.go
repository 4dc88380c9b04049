package nbformat

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"downhill/kernelext/internal/parts"
)

func parse(t *testing.T, doc string) *Notebook {
	t.Helper()
	n, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fresh puts every piece of the document anew; the result must be the file that Python's nbformat wrote.
func TestFreshSpellingIsJupyters(t *testing.T) {
	want, err := os.ReadFile("testdata/jupyter.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	old := parse(t, string(want))
	n := New()
	for _, key := range keys(old.Metadata()) {
		raw, _ := old.Metadata().Get(key)
		if err := n.Metadata().Set(key, raw); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range old.Cells {
		again := NewCell(c.Type, c.Source())
		again.ID = c.ID
		for _, key := range keys(c.Metadata()) {
			raw, _ := c.Metadata().Get(key)
			if err := again.Metadata().Set(key, raw); err != nil {
				t.Fatal(err)
			}
		}
		if c.Type == Code {
			again.SetOutputs(c.Outputs())
			if count, ok := c.ExecutionCount(); ok {
				again.SetExecutionCount(count)
			}
		}
		n.Cells = append(n.Cells, again)
	}
	if got := string(n.Bytes()); got != string(want) {
		t.Errorf("got:\n%s", got)
	}
}

// Each change is the document before with one place changed, in four styles of document.
func TestChangesKeepEveryOtherByte(t *testing.T) {
	const (
		tabs    = "{\n\t\"cells\": [\n\t\t{\"cell_type\": \"raw\", \"metadata\": {}, \"source\": \"a\"}\n\t],\n\t\"nbformat\": 4\n}\n"
		compact = `{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [], "source": "\u0061"}], "z":1.50}`
		pair    = "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"outputs\": [\n    {\n     \"output_type\": \"stream\"," +
			" \"text\": \"\\u0061\", \"name\": \"stdout\"},\n    {\n     \"output_type\": \"error\"\n    }\n   ]\n  },\n" +
			"  {\"cell_type\": \"raw\"}\n ],\n \"nbformat\": 4\n}"
	)
	set := func(m *Metadata, key string, x any) {
		if err := m.Set(key, x); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name, doc string
		change    func(n *Notebook)
		old, new  string // what is replaced in doc
	}{
		{"source", tabs, func(n *Notebook) { n.Cells[0].SetSource("b\nc") },
			`"a"`, "[\n\t\t\t\t\"b\\n\",\n\t\t\t\t\"c\"\n\t\t\t]"},
		{"metadata", tabs, func(n *Notebook) { set(n.Cells[0].Metadata(), "k", 1) },
			"{}", "{\n\t\t\t\t\"k\": 1\n\t\t\t}"},
		{"metadata of the notebook, which had none", tabs, func(n *Notebook) { set(n.Metadata(), "k", []int{}) },
			"\n\t\"nbformat\"", "\n\t\"metadata\": {\n\t\t\"k\": []\n\t},\n\t\"nbformat\""},
		{"no id before 4.5", tabs, func(n *Notebook) { n.AddIDs() }, "", ""},
		{"outputs of a compact document", compact, func(n *Notebook) {
			n.Cells[0].SetOutputs([]Output{{Type: Stream, Name: "stderr", Text: "x"}, {Type: Error}})
		}, "[]", `[{"name": "stderr", "output_type": "stream", "text": ["x"]}, ` +
			`{"ename": "", "evalue": "", "output_type": "error", "traceback": []}]`},
		{"unsorted keys", compact, func(n *Notebook) { set(n.Metadata(), "é", "<") }, `1.50`, `1.50, "metadata": {"é": "<"}`},
		{"a cell at the end", compact, func(n *Notebook) { n.Cells = append(n.Cells, NewCell(Markdown, "m")) },
			`}], `, `}, {"cell_type": "markdown", "metadata": {}, "source": ["m"]}], `},
		{"a cell in front", compact, func(n *Notebook) { n.Cells = append([]*Cell{NewCell(Raw, "")}, n.Cells...) },
			`[{`, `[{"cell_type": "raw", "metadata": {}, "source": []}, {`},
		{"a cell less", pair, func(n *Notebook) { n.Cells = n.Cells[1:] }, pair[13 : strings.Index(pair, "{\"cell_type\": \"raw\"")-3], ""},
		{"the last cell less", pair, func(n *Notebook) { n.Cells = n.Cells[:1] }, ",\n  {\"cell_type\": \"raw\"}", ""},
		{"no cells", compact, func(n *Notebook) { n.Cells = nil }, compact[strings.Index(compact, "{\"cell"):strings.LastIndex(compact, "],")], ""},
		{"one output, the other kept", pair, func(n *Notebook) {
			out := n.Cells[0].Outputs()
			out[1].EName = "ERROR"
			n.Cells[0].SetOutputs(out)
		}, "{\n     \"output_type\": \"error\"\n    }",
			"{\n     \"ename\": \"ERROR\",\n     \"evalue\": \"\",\n     \"output_type\": \"error\",\n     \"traceback\": []\n    }"},
		{"execution count", pair, func(n *Notebook) { n.Cells[0].SetExecutionCount(3) },
			"\"code\",", "\"code\",\n   \"execution_count\": 3,"},
	} {
		n := parse(t, test.doc)
		test.change(n)
		want := strings.Replace(test.doc, test.old, test.new, 1)
		if got := string(n.Bytes()); got != want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, want)
		}
		if !json.Valid(n.Bytes()) {
			t.Errorf("%s: not JSON", test.name)
		}
	}
}

func TestMetadataDelete(t *testing.T) {
	n := parse(t, `{"nbformat":4,"cells":[],"metadata":{"a":1, "b" : 2 , "a" : 3 }}`)
	n.Metadata().Delete("a")
	n.Metadata().Delete("none")
	if got, want := string(n.Bytes()), `{"nbformat":4,"cells":[],"metadata":{ "b" : 2 }}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	n.Metadata().Delete("b")
	if got, want := string(n.Bytes()), `{"nbformat":4,"cells":[],"metadata":{}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLastOfEqualKeysCounts(t *testing.T) {
	n := parse(t, `{"nbformat":4,"cells":[{"cell_type":"raw","source":"a","source":"b"}]}`)
	if got := n.Cells[0].Source(); got != "b" {
		t.Errorf("source %q, want b as in Python", got)
	}
}

func TestIDs(t *testing.T) {
	doc := `{"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"raw","id":"x"},{"cell_type":"raw"},{"cell_type":"raw"},{"cell_type":"raw","id":"x"}]}`
	n := parse(t, doc)
	if string(n.Bytes()) != doc {
		t.Fatal("ids added without being asked")
	}
	n.AddIDs()
	seen := map[string]bool{}
	for i, c := range parse(t, string(n.Bytes())).Cells {
		if c.ID == "" || seen[c.ID] {
			t.Errorf("cell %d: id %q is empty or not unique", i+1, c.ID)
		}
		seen[c.ID] = true
	}
	if n.Cells[0].ID != "x" {
		t.Errorf("the first cell's own id became %q", n.Cells[0].ID)
	}
}

func TestFaultsAreOneLineWithTheirPlace(t *testing.T) {
	for _, test := range []struct{ doc, at, part string }{
		{"", "1:1", "empty"},
		{" \n", "1:1", "empty"},
		{"{\n \"cells\": [\n  {,", "3:4", "broken JSON"},
		{"{\"é\":x", "1:6", "broken JSON"},
		{"\uFEFF{x", "1:3", "broken JSON"},
		{"{\n \"cells\": [", "2:12", "broken JSON"},
		{"{}\n<<<<<<< HEAD", "2:1", "broken JSON"},
		{"{\"a\":\"\xff\"}", "1:7", "0xff is not UTF-8"},
		{strings.Repeat("[", 20000), "1:10001", "broken JSON"},
		{"[]", "1:1", "outermost"},
		{"{}", "1:1", "no nbformat"},
		{"{\n \"nbformat\": 3, \"worksheets\": []}", "2:14", "nbconvert"},
		{`{"nbformat": 5}`, "1:14", "update"},
		{`{"nbformat": "4"}`, "1:14", "whole number"},
		{`{"nbformat": 4}`, "1:1", "list of cells"},
		{`{"nbformat": 4, "nbformat_minor": [], "cells": []}`, "1:35", "nbformat_minor"},
		{`{"nbformat": 4, "metadata": [], "cells": []}`, "1:29", "metadata"},
		{`{"nbformat": 4, "cells": [1]}`, "1:27", "cell must be an object"},
		{`{"nbformat": 4, "cells": [{}]}`, "1:27", "cell_type"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}`, "1:59", "source"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a", 1]}]}`, "1:59", "source"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": 1}]}`, "1:61", "metadata"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "execution_count": "1"}]}`, "1:68", "execution_count"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": {}}]}`, "1:60", "list"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [[]]}]}`, "1:61", "output"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [{"output_type": "display_data", "data": 1}]}]}`, "1:101", "objects"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [{"output_type": "error", "traceback": "x"}]}]}`, "1:99", "traceback"},
	} {
		_, err := Parse([]byte(test.doc))
		bad, ok := errors.AsType[*FormatError](err)
		if !ok {
			t.Errorf("%.40q: %v, want a *FormatError", test.doc, err)
			continue
		}
		if got := bad.Error(); !strings.HasPrefix(got, "notebook:"+test.at+": ") || !strings.Contains(got, test.part) || strings.Contains(got, "\n") {
			t.Errorf("%.40q: %q, want place %s and %q", test.doc, got, test.at, test.part)
		}
	}
	path := filepath.Join(t.TempDir(), "bad.ipynb")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.HasPrefix(err.Error(), path+":1:") {
		t.Errorf("Read: %v, want the path and the place", err)
	}
	if _, err := Read(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read of nothing: %v", err)
	}
}

// What a kernel sends may be neither JSON nor UTF-8; the document must stay readable.
func TestBrokenOutputsAreMadeText(t *testing.T) {
	n := New()
	n.Cells = []*Cell{NewCell(Code, "\xff")}
	n.Cells[0].SetOutputs([]Output{{Type: DisplayData, Data: map[string]json.RawMessage{
		"a/json": json.RawMessage("{"), "text/plain": nil, "text/html": json.RawMessage("\"\xff\""), "n/n": json.RawMessage(`[1,"\ud800"]`)}}})
	again := parse(t, string(n.Bytes()))
	out := again.Cells[0].Outputs()[0]
	for mime, want := range map[string]string{"a/json": "{", "text/plain": "", "text/html": "\uFFFD", "n/n": "[\n       1,\n       \"\\ud800\"\n      ]"} {
		if got, ok := out.MIME(mime); !ok || got != want {
			t.Errorf("%s: %q, want %q", mime, got, want)
		}
	}
	if _, ok := out.MIME("no/such"); ok {
		t.Error("found data that is not there")
	}
}

func TestDepthIsCheap(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 4500) + "1" + strings.Repeat("}", 4500)
	n := parse(t, `{"nbformat":4,"cells":[{"cell_type":"raw","metadata":{"deep":`+deep+`}}]}`)
	raw, _ := n.Cells[0].Metadata().Get("deep")
	if err := n.Metadata().Set("deep", raw); err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(n.Bytes()); err != nil {
		t.Fatal(err)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.ipynb")
	link := filepath.Join(dir, "link.ipynb")
	if err := New().WriteFile(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	n := New()
	n.Cells = append(n.Cells, NewCell(Markdown, "# A"))
	if err := n.WriteFile(link); err != nil {
		t.Fatal(err)
	}
	again, err := Read(path)
	if err != nil || len(again.Cells) != 1 {
		t.Errorf("the link's target was not written: %v", err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions %v, want 0640: %v", info.Mode(), err)
	}
	if err := n.WriteFile(filepath.Join(dir, "none", "a.ipynb")); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// The validator is the ecosystem's own word on what we write.
func TestPythonValidator(t *testing.T) {
	python := parts.Python(t, "nbformat")
	old, err := Read("testdata/jupyter.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	n := New()
	n.Cells = append(old.Cells, NewCell(Code, "a"), NewCell(Code, "a"), NewCell(Markdown, "é"), NewCell(Raw, ""))
	n.AddIDs()
	last := n.Cells[len(n.Cells)-4]
	one := 1
	last.SetOutputs([]Output{
		{Type: Stream, Name: "stdout", Text: "a\nb"},
		{Type: DisplayData, Data: map[string]json.RawMessage{"image/svg+xml": json.RawMessage(`"<svg>\n</svg>"`)}},
		{Type: ExecuteResult, ExecutionCount: &one},
		{Type: Error},
	})
	path := filepath.Join(t.TempDir(), "a.ipynb")
	if err := n.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	// Written again by Python it must be the same file.
	script := "import nbformat,sys\nnb=nbformat.read(sys.argv[1],4)\nnbformat.validate(nb)\n" +
		"same=nbformat.writes(nb)+'\\n'==open(sys.argv[1],newline='').read()\nsys.exit(0 if same else 'Python would write it otherwise')"
	if out, err := exec.Command(python, "-W", "error", "-c", script, path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
