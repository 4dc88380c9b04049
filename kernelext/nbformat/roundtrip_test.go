package nbformat

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// odd holds spellings that a parser and printer in two steps would lose.
var odd = []string{
	`{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":0}`,
	"\uFEFF \n{\"nbformat_minor\" :5,\"nbformat\":  4, \"cells\" : [ ] , \"metadata\":{ } }\n\n",
	"{\r\n\t\"cells\": [],\r\n\t\"metadata\": {\"x\": 1.50e+007, \"y\": -0.0, \"z\": 12345678901234567890123}," +
		"\r\n\t\"nbformat\": 4,\r\n\t\"nbformat_minor\": 4\r\n}",
	`{"cells":[{"cell_type":"markdown","source":"a\u00e9\/\ud83d\ude00\ud800","metadata":{},"attachments":` +
		`{"p.png":{"image/png":"iVBO\n"}},"strange":[1,[2,{}]]}],"metadata":{},"nbformat":4,"nbformat_minor":5,"z":null}`,
	`{"nbformat":3,"cells":[],"cells":[{"cell_type":"raw","source":["a\n","b"]}],"nbformat":4}`,
	`{"cells":[{"cell_type":"code","metadata":{"tags":["a"],"deep":{"er":{"": " "}}},"source":[],"execution_count":null,` +
		`"outputs":[{"output_type":"stream","name":"stdout","text":"x","odd":1},{"output_type":"future","n":[]}]}],` +
		`"nbformat":4,"nbformat_minor":9}`,
}

func TestUnchangedIsByteIdentical(t *testing.T) {
	docs := odd
	files, _ := filepath.Glob("testdata/*.ipynb")
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(data))
	}
	if len(files) == 0 {
		t.Error("no fixtures")
	}
	for _, doc := range docs {
		n, err := Parse([]byte(doc))
		if err != nil {
			t.Errorf("%.60q: %v", doc, err)
			continue
		}
		lookEverywhere(n)
		if got := string(n.Bytes()); got != doc {
			t.Errorf("changed by reading:\n got %q\nwant %q", got, doc)
		}
	}
}

// lookEverywhere uses every reader, and every writer with what is there already.
func lookEverywhere(n *Notebook) {
	metadata := func(m *Metadata) {
		for _, k := range keys(m) {
			raw, _ := m.Get(k)
			if err := m.Set(k, raw); err != nil {
				panic(err)
			}
		}
		m.Delete("not there")
	}
	metadata(n.Metadata())
	for _, c := range n.Cells {
		metadata(c.Metadata())
		c.Tags()
		c.Attachments()
		c.SetSource(c.Source())
		if c.Type == Code {
			if count, ok := c.ExecutionCount(); ok && count != 0 {
				c.SetExecutionCount(count)
			}
			if c.obj.get("outputs") != nil {
				c.SetOutputs(c.Outputs())
			}
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	for _, doc := range odd {
		f.Add([]byte(doc))
	}
	files, _ := filepath.Glob("testdata/*.ipynb")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		lookEverywhere(n)
		if got := n.Bytes(); !bytes.Equal(got, data) {
			t.Fatalf("got  %q\nwant %q", got, data)
		}
		// A changed document is a readable document that says what was put in.
		text := "x := \"é\"\n\x00\u2028"
		n.Cells = append(n.Cells, NewCell(Code, text))
		for _, c := range n.Cells {
			c.SetSource(text)
			if err := c.Metadata().Set("k", map[string]any{"b": 1, "a": []int{1}}); err != nil {
				t.Fatal(err)
			}
			c.SetOutputs([]Output{{Type: Stream, Name: "stdout", Text: text}, {Type: DisplayData,
				Data: map[string]json.RawMessage{"text/html": json.RawMessage(`"<p>\n"`)}}})
		}
		n.AddIDs()
		n, err = Parse(n.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range n.Cells {
			out := c.Outputs()
			if c.Source() != text || len(out) != 2 || out[0].Text != text || string(out[1].Data["text/html"]) != `"<p>\n"` {
				t.Fatalf("not what was put in: %q %+v", c.Source(), out)
			}
		}
	})
}

func keys(m *Metadata) (names []string) {
	if v := m.object(); v != nil {
		for _, it := range v.open() {
			names = append(names, it.name())
		}
	}
	return names
}
