package site

import (
	"net/url"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

func TestTakeMaths(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string // the TeX found; a leading ! is a display
	}{
		{"a $x^2$ b", []string{"x^2"}},
		{"$a$ and $b$", []string{"a", "b"}},
		{"$$\na\n\nb\n$$", []string{"!\na\n\nb\n"}},
		{"$$a$$ $b$", []string{"!a", "b"}},
		{`\\(x\\) and \\[y\\]`, []string{"x", "!y"}},
		{"\\begin{align*}a&=b\\\\\n&=c\\end{align*}", []string{"!\\begin{align*}a&=b\\\\\n&=c\\end{align*}"}},
		{`$a\$b$`, []string{`a\$b`}},
		{"over\n$a\nb$ lines", []string{"a\nb"}},
		{"| $|x|$ | $y_1$ and $y_2$ |", []string{"|x|", "y_1", "y_2"}},
		// None of these is mathematics.
		{"between $5 and $10", nil},
		{`costs \$5 and \$6`, nil},
		{"a $ b $ c", nil},
		{"$a\n\nb$", nil},
		{"`$x$` and ``a ` $y$``", nil},
		{"```go\n$x$\n```\n$y$", []string{"y"}},
		{"~~~\n```\n$x$\n~~~", nil},
		{"    ```\n$x$", []string{"x"}},
		{"$$", nil},
		{"$$ no end", nil},
		{`\begin{x} no end`, nil},
		{"`open $x$", []string{"x"}},
		{"", nil},
	} {
		text, found := takeMaths(test.text)
		var got []string
		for _, f := range found {
			tex := f.tex
			if f.display {
				tex = "!" + tex
			}
			got = append(got, tex)
		}
		if strings.Join(got, "¦") != strings.Join(test.want, "¦") {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
		if back := restore(text, found); back != test.text {
			t.Errorf("%q comes back as %q", test.text, back)
		}
	}
}

func TestProse(t *testing.T) {
	hostile := `"><script>`
	p := prose{links: links{page: "a/one.ipynb", places: map[string]place{
		"a/one.ipynb": {file: "a/one.html", cells: map[string]int{"same": 2}},
		"a/two.ipynb": {file: "a/two.html", cells: map[string]int{"fan": 7, hostile: 8}},
		"b/x y.ipynb": {file: "b/x-y.html", cells: map[string]int{"fan": 3}}}}}
	for _, test := range []struct{ source, want string }{
		{"a_b $x_1$ *c* $x_2$", `<p>a_b <span class="maths">x_1</span> <em>c</em> <span class="maths">x_2</span></p>`},
		{"`$x$`", `<p><code>$x$</code></p>`},
		{"($x$), $y$ $$z$$.", `<p>(<span class="joined"><span class="maths">x</span>),</span> <span class="maths">y</span> <span class="maths display">z</span>.</p>`},
		{"$a<b$", `<p><span class="maths">a&lt;b</span></p>`},
		{"[t](two.ipynb#The-end)", `<p><a href="two.html#The-end">t</a></p>`},
		{"[t](two.ipynb#What's-next?-The-$%5Ceta$)", `<p><a href="two.html#What-s-next-The-eta">t</a></p>`},
		{"[t](two.ipynb#heading=cell-id=x)", `<p><a href="two.html#section-cell-id-x">t</a></p>`},
		{"[t](two.ipynb#cell-id=fan)", `<p><a href="two.html#cell-7">t</a></p>`},
		{"[t](../b/x%20y.ipynb#cell-id=fan)", `<p><a href="../b/x-y.html#cell-3">t</a></p>`},
		{"[t](#cell-id=same) [t](#Top-·-x) [t](#cell-id=none)", `<p><a href="#cell-2">t</a> <a href="#Top-x">t</a> <a href="#">t</a></p>`},
		{"[t](two.ipynb#cell-id=" + url.QueryEscape(hostile) + ") [t](two.ipynb#cell-id=none)", `<p><a href="two.html#cell-8">t</a> <a href="two.html">t</a></p>`},
		{"[t](three.ipynb#cell-id=fan)", `<p><a href="three.ipynb#cell-id=fan">t</a></p>`},
		{"[t](../b/x%20y.ipynb)", `<p><a href="../b/x-y.html">t</a></p>`},
		{"[t](three.ipynb)", `<p><a href="three.ipynb">t</a></p>`},
		{"[t](https://go.dev)", `<p><a href="https://go.dev" rel="noopener noreferrer">t</a></p>`},
		{"[t](https://go.dev/?q=$x$)", `<p><a href="https://go.dev/?q=$x$" rel="noopener noreferrer">t</a></p>`},
		{"![a](pic.png)", `<p><img alt="a" src="pic.png"/></p>`},
		{"![a](https://e.org/p.png)", `<p><a href="https://e.org/p.png" rel="noopener noreferrer">[picture: a (e.org)]</a></p>`},
		{"- [x] done", "<ul>\n<li><input checked=\"\" type=\"checkbox\" disabled=\"\"/> done</li>\n</ul>"},
		{"```go\n\u202ex\n```", "<pre><code><mark>U+202E</mark>x\n</code></pre>"},
		{"```go\nx := 1\n```", `<pre><code>x := <span class="m">1</span>` + "\n</code></pre>"},
		{"<b>open", "<p><b>open</b></p><b>\n</b>"},
		{"</div></div><p>x", `<p>x</p>`},
		{"## A step: $\\eta$", `<h2 id="A-step-eta">A step: <span class="maths">\eta</span><a class="anchor" href="#A-step-eta" aria-label="link to this section"></a></h2>`},
		{"## A step: $\\eta$", `<h2 id="A-step-eta-2">A step: <span class="maths">\eta</span><a class="anchor" href="#A-step-eta-2" aria-label="link to this section"></a></h2>`},
		{"## dh main", `<h2 id="section-dh-main">dh main<a class="anchor" href="#section-dh-main" aria-label="link to this section"></a></h2>`},
	} {
		got := strings.TrimSpace(string(p.cell(test.source, nil)))
		if got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
	inline := "![x](data:image/png;base64," + strings.Repeat("aGkh", maxMarkdown) + ")"
	if got := string(p.cell(inline, nil)); !strings.Contains(got, `<img alt="x" src="data:image/png;base64,aGkh`) {
		t.Errorf("a picture in the text: %.200s", got)
	}
	picture := map[string]map[string]string{"a b.png": {"image/png": "aGk="}}
	if got, want := string(p.cell("![x](attachment:a%20b.png)", picture)), `<p><img alt="x" src="data:image/png;base64,aGk="/></p>`; strings.TrimSpace(got) != want {
		t.Errorf("attachment: %s", got)
	}
}

func TestTerminal(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"a<b", "a&lt;b"},
		{"\x1b[31mred\x1b[0m plain", `<span class="fg1">red</span> plain`},
		{"\x1b[1;92;44mx\x1b[22;39;49my", `<span class="fg10 bg4 t-bold">x</span>y`},
		{"\x1b[38;5;208mx\x1b[m", `<span style="color:#ff8700">x</span>`},
		{"\x1b[48;5;240mx", `<span style="background-color:#585858">x</span>`},
		{"\x1b[38;2;1;2;300mx", `<span style="color:#0102ff">x</span>`},
		{"\x1b[38;5mx", "x"},
		{"\x1b[7mx\x1b[27my", `<span class="t-invert">x</span>y`},
		{"10%\r50%\r100%\r\ndone", "100%\ndone"},
		{"10%\r100%\r", "100%"},
		{"abc\b\bd", "ad"},
		{"\x1b]8;;http://x\x1b\\link\x1b]8;;\a", "link"},
		{"\x1b[2J\x1b[Hx\x1b(B", "xB"},
		{"a\x00\x07b\u202ec", "abc"},
		{"\xff", "\uFFFD"},
		{"\x1b", ""},
		{"\x1b[", ""},
		{"\x1b[31", ""},
	} {
		if got := terminalHTML(test.text); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestCode(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"var x int // n", `<span class="k">var</span> x <span class="kt">int</span> <span class="c">// n</span>`},
		{"%%\nx := \"<\"", "<span class=\"kernel\">%%\n</span>x := <span class=\"s\">&#34;&lt;&#34;</span>"},
		{"!ls <x>\nf()", "<span class=\"kernel\">!ls &lt;x&gt;\n</span><span class=\"nf\">f</span>()"},
		{"%%writefile a.txt\nvar <x>", "<span class=\"kernel\">%%writefile a.txt\n</span>var &lt;x&gt;"},
		{"\"unclosed", "&#34;unclosed"},
		{"", ""},
	} {
		if got := cellHTML(test.source); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.source, got, test.want)
		}
	}
	long := strings.Repeat("x = 1\n", 1+maxHighlight/6)
	if got := cellHTML(long); got != long {
		t.Error("long code is not shown as it is")
	}
}

func TestFiles(t *testing.T) {
	paths := []string{"a.ipynb", "A.ipynb", "index.ipynb", "claims.ipynb", "x y/é.ipynb", "x y/ö.ipynb"}
	var pages []Page
	for _, p := range paths {
		pages = append(pages, Page{Path: p})
	}
	got := files(pages)
	for i, want := range []string{"a.html", "A-2.html", "index-2.html", "claims-2.html", "x-y/-.html", "x-y/--2.html"} {
		if got[paths[i]] != want {
			t.Errorf("%s: %s, want %s", paths[i], got[paths[i]], want)
		}
	}
	for _, test := range []struct{ from, to, want string }{
		{"a.html", "b.html", "b.html"},
		{"a/b.html", "a/c d.ipynb", "c%20d.ipynb"},
		{"a/b.html", "c/d.html", "../c/d.html"},
		{"a.html", "b/c.html", "b/c.html"},
		{"a.html", "javascript:x.ipynb", "./javascript:x.ipynb"},
		{"a.html", "?#.ipynb", "%3F%23.ipynb"},
	} {
		if got := relative(test.from, test.to); got != test.want {
			t.Errorf("%s to %s: %s, want %s", test.from, test.to, got, test.want)
		}
	}
	for _, bad := range []string{"../a.ipynb", "/a.ipynb", "a.html", "", "a//b.ipynb"} {
		if err := Write(t.TempDir(), "T", []Page{{Path: bad}}); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// The cells that a link can land on: those that are shown, the first of each id.
func TestPlaces(t *testing.T) {
	nb := nbformat.New()
	for _, c := range []struct{ kind, id, tag string }{
		{nbformat.Markdown, "a", ""}, {nbformat.Code, "b", "remove-cell"}, {nbformat.Raw, "c", ""}, {nbformat.Code, "a", ""},
		{nbformat.Code, "d", ""}, {nbformat.Code, "", ""},
	} {
		cell := nbformat.NewCell(c.kind, "x")
		cell.ID = c.id
		if err := cell.Metadata().Set("tags", []string{c.tag}); err != nil {
			t.Fatal(err)
		}
		nb.Cells = append(nb.Cells, cell)
	}
	to := places([]Page{{Path: "x.ipynb", Notebook: nb}})["x.ipynb"]
	for fragment, want := range map[string]string{"cell-id=a": "cell-1", "cell-id=b": "", "cell-id=c": "", "cell-id=d": "cell-5",
		"cell-id=": "", "cell-id": "section-cell-id", "": "", "heading=a b": "a-b", "dh-main": "section-dh-main"} {
		if got := to.anchor(fragment); got != want {
			t.Errorf("#%s leads to %q, want %q", fragment, got, want)
		}
	}
}

func TestSearchText(t *testing.T) {
	p := &page{}
	p.prose.cell("It holds (**C79**), `x` and $\\eta h<2$: $\\varphi=\\frac{\\alpha}{1-\\alpha}$.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |", nil)
	script, err := searchScript([]*page{p})
	want := "It holds (C79), x and η h\\u003c2: φ= α 1-α. one two a b c d"
	if err != nil || !strings.Contains(string(script), `"`+want+`"`) {
		t.Errorf("%s, %v; want %s", script, err, want)
	}
}
