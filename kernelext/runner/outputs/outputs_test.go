package outputs

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"downhill/kernelext/jupyter"
)

func message(kind, parent, content string) jupyter.Message {
	return jupyter.Message{Type: kind, ParentID: parent, Content: json.RawMessage(content)}
}

func stream(name, text string) jupyter.Message {
	raw, _ := json.Marshal(map[string]string{"name": name, "text": text})
	return jupyter.Message{Type: "stream", ParentID: "1", Content: raw}
}

func display(id, text string) jupyter.Message {
	return message("display_data", "1", fmt.Sprintf(`{"data":{"text/plain":%q},"metadata":{},"transient":{"display_id":%q}}`, text, id))
}

// sketch writes outputs in short: name=text for streams, [text] for displays, !text for errors.
func sketch(c *Cell) string {
	var parts []string
	for _, o := range c.Outputs() {
		switch o.Type {
		case "stream":
			parts = append(parts, fmt.Sprintf("%s=%s", o.Name, o.Text))
		case "error":
			parts = append(parts, "!"+o.EValue)
		default:
			s, _ := o.MIME("text/plain")
			parts = append(parts, "["+s+"]")
		}
	}
	return strings.Join(parts, " ")
}

func TestApply(t *testing.T) {
	tests := []struct {
		name     string
		options  Options
		messages []jupyter.Message
		want     string
	}{
		{"neighbours join", Options{}, []jupyter.Message{stream("stdout", "a"), stream("stdout", "b")}, "stdout=ab"},
		{"order kept", Options{}, []jupyter.Message{stream("stdout", "a"), stream("stderr", "x"), stream("stdout", "b")}, "stdout=a stderr=x stdout=b"},
		{"order unknown", Options{GoNB: true}, []jupyter.Message{stream("stdout", "a"), stream("stderr", "x"), stream("stdout", "b")}, "stdout=ab stderr=x"},
		{"stdout first", Options{GoNB: true}, []jupyter.Message{stream("stderr", "x"), stream("stdout", "a")}, "stdout=a stderr=x"},
		{"an emptied display", Options{GoNB: true}, []jupyter.Message{display("js", "<script>"), display("js", "")}, ""},
		{"a display parts streams", Options{GoNB: true}, []jupyter.Message{stream("stdout", "a"), display("", "fig"), stream("stdout", "b")}, "stdout=a [fig] stdout=b"},
		{"clear", Options{}, []jupyter.Message{stream("stdout", "a"), message("clear_output", "1", `{"wait":false}`)}, ""},
		{"clear waits", Options{}, []jupyter.Message{stream("stdout", "a"), message("clear_output", "1", `{"wait":true}`)}, "stdout=a"},
		{"clear when the next comes", Options{}, []jupyter.Message{stream("stdout", "a"), message("clear_output", "1", `{"wait":true}`), stream("stdout", "b")}, "stdout=b"},
		{"update", Options{}, []jupyter.Message{display("d", "1"), display("e", "2"), message("update_display_data", "1", `{"data":{"text/plain":"3"},"transient":{"display_id":"d"}}`)}, "[3] [2]"},
		{"shown twice", Options{}, []jupyter.Message{display("d", "1"), display("d", "2")}, "[2] [2]"},
		{"update of what was cleared", Options{}, []jupyter.Message{display("d", "1"), message("clear_output", "1", `{}`), message("update_display_data", "1", `{"data":{"text/plain":"3"},"transient":{"display_id":"d"}}`)}, ""},
		{"result and error", Options{}, []jupyter.Message{message("execute_result", "1", `{"data":{"text/plain":"2"},"execution_count":1}`), message("error", "1", `{"ename":"E","evalue":"no","traceback":[]}`)}, "[2] !no"},
		{"nonsense", Options{}, []jupyter.Message{message("stream", "1", `[1]`), message("status", "1", `{}`), message("display_data", "1", `{"data":7}`)}, ""},
		{"bytes limit", Options{Limits: Limits{Bytes: 5}}, []jupyter.Message{stream("stdout", "abcé"), stream("stdout", "éé"), display("", "0123456789")},
			"stdout=abcé stderr=[downhill: 1 outputs, 16 bytes more were dropped: a cell keeps at most 1000 outputs and 5 bytes]\n"},
		{"count limit", Options{Limits: Limits{Count: 2}}, []jupyter.Message{display("", "a"), display("", "b"), display("", "c"), message("error", "1", `{"evalue":"no"}`)},
			"[a] [b] !no stderr=[downhill: 1 outputs, 3 bytes more were dropped: a cell keeps at most 2 outputs and 16.0 MiB]\n"},
		{"clearing gives room again", Options{Limits: Limits{Bytes: 4}}, []jupyter.Message{stream("stdout", "abcdefg"), message("clear_output", "1", `{}`), stream("stdout", "hij")}, "stdout=hij"},
		{"work folder", Options{GoNB: true}, []jupyter.Message{stream("stderr", "\t/tmp/x/gonb_76c72e3f/main.go:7 +0x1\n"), message("error", "1", `{"evalue":"# gonb_76c72e3f"}`)},
			"stderr=\tgonb/main.go:7 +0x1\n !# gonb"},
		{"hidden", Options{Hidden: "defer x();"}, []jupyter.Message{message("error", "1", `{"evalue":"func main() {\ndefer x();y := 1\n          ^\nnot used: y"}`)},
			"!func main() {\ny := 1\n^\nnot used: y"},
		{"loss", Options{GoNB: true}, []jupyter.Message{message("stream", "1", `{"name":"stdout","text":"a\ufffd\ufffd\\ufffd"}`)},
			"stdout=a\ufffd\ufffd\\ufffd stderr=[downhill: 2 bytes of this output were lost: they are not UTF-8, or the kernel split a character; each stands as \ufffd]\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := NewBook(tt.options).Cell()
			for _, m := range tt.messages {
				c.Apply(m)
			}
			if got := sketch(c); got != tt.want {
				t.Errorf("\n got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestAcrossCells(t *testing.T) {
	book := NewBook(Options{})
	one, two := book.Cell(), book.Cell()
	one.Apply(display("bar", "0 %"))
	if !one.TakeChanged() || one.TakeChanged() {
		t.Error("TakeChanged should tell once")
	}
	two.Apply(message("update_display_data", "2", `{"data":{"text/plain":"100 %"},"transient":{"display_id":"bar"}}`))
	late := stream("stdout", "late")
	late.Late = true
	two.Apply(late)
	if got := sketch(one); got != "[100 %] stdout=late" || !one.TakeChanged() {
		t.Errorf("the first cell shows %q", got)
	}
	if got := sketch(two); got != "" {
		t.Errorf("the second cell shows %q", got)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"10 %\r 50 %\r100 %\n":   "100 %\n",
		"windows\r\nlines\r\n":   "windows\nlines\n",
		"long line\rshort":       "shortline",
		"|\b/\b-\bdone":          "done",
		"\b\bx":                  "x",
		"äöü\rÄ":                 "Äöü",
		"a\nb\rc":                "a\nc",
		"spin \b\b\b\b\bend\n\r": "end\n",
	} {
		for _, step := range []int{1, 3, len(in)} { // however it is cut into messages
			var x text
			runes := []rune(in)
			for i := 0; i < len(runes); i += step {
				x.write(string(runes[i:min(i+step, len(runes))]))
			}
			if got := x.String(); got != want {
				t.Errorf("%q in steps of %d: %q, want %q", in, step, got, want)
			}
		}
	}
}

// A cell that prints for ever takes no more memory than its limit.
func TestBounded(t *testing.T) {
	book := NewBook(Options{Limits: Limits{Bytes: 1 << 20}})
	c, progress := book.Cell(), book.Cell()
	chunk := stream("stderr", strings.Repeat("0123456789abcde\n", 2048))
	bar := stream("stdout", strings.Repeat("\r 42 %", 4096))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 512 { // 16 MiB of each
		c.Apply(chunk)
		progress.Apply(bar)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("%d bytes are held", grown)
	}
	if !strings.Contains(c.Notice(), "15.0 MiB more were dropped") {
		t.Errorf("notice: %q", c.Notice())
	}
	if n := len(c.Stderr()); n > 1<<20 {
		t.Errorf("%d bytes of stderr are kept for the verdict", n)
	}
	if got := sketch(progress); got != "stdout= 42 %" {
		t.Errorf("the progress bar is %q", got)
	}
	runtime.KeepAlive(c)
}

// The line that tells of a program's end is no output, however it is cut.
func TestEndMark(t *testing.T) {
	const mark = "\x1ethe end\x1e"
	for _, tt := range []struct {
		text, want string
		ended      bool
	}{
		{"warning" + mark + "\n", "stderr=warning", true},
		{mark + "\npanic: x\n", "stderr=panic: x\n", true},
		{mark + "\n", "", true},
		{"\x1ethe other end", "stderr=\x1ethe other end", false},
		{"\x1ethe", "stderr=\x1ethe", false},
		{"", "", false},
	} {
		for step := range len(tt.text) {
			c := NewBook(Options{EndMark: mark}).Cell()
			for i := 0; i < len(tt.text); i += step + 1 {
				c.Apply(stream("stderr", tt.text[i:min(i+step+1, len(tt.text))]))
			}
			if ended, got := c.Ended(), sketch(c); got != tt.want || ended != tt.ended {
				t.Errorf("%q in steps of %d: %q, ended %v", tt.text, step+1, got, ended)
			}
		}
	}
}
