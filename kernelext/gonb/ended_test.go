package gonb

import (
	"strings"
	"testing"
)

func TestWithEndMark(t *testing.T) {
	const mark = "defer println(\"\\x1edownhill: main has ended\\x1e\");"
	for _, tt := range []struct{ source, want string }{ // want: the source with ⟨⟩ where the statement goes, or ""
		{"%%\nfmt.Println(1)", "%%\n⟨⟩fmt.Println(1)"},
		{"import \"fmt\"\n\n%% -v\n\n  // a comment\n%args x\n!ls \\\n -l\nf()", "import \"fmt\"\n\n%% -v\n\n⟨⟩  // a comment\n%args x\n!ls \\\n -l\nf()"},
		{"//gonb:%%\nf()", "//gonb:%%\n⟨⟩f()"},
		{"%main\nf()", "%main\n⟨⟩f()"},
		{"%help\nfunc f() {}\nfunc main() { f() }", "%help\nfunc f() {}\nfunc main() {⟨⟩ f() }"},
		{"type t int\nfunc (t) main() {}", ""},
		{"func f() {}", ""},
		{"%%", ""},
		{"!ls", ""},
		{"%%bash\nls", ""},
		{"%wasm\n%%\nf()", ""},
		{"%test\nfunc TestA(t *testing.T) {}", ""},
		{"func main() {", ""},
		{"", ""},
	} {
		want := strings.Replace(tt.want, "⟨⟩", mark, 1)
		if want == "" {
			want = tt.source
		}
		if got, ok := WithEndMark(tt.source); got != want || ok != (tt.want != "") {
			t.Errorf("%q:\n got %q, %v\nwant %q", tt.source, got, ok, want)
		}
	}
}
