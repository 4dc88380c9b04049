package notebooks_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/site"
)

// words are the words of the repository's texts, each with where it stands first.
type words map[string]string

// onlyWord finds words of Latin letters; a hyphen parts two.
var onlyWord = regexp.MustCompile(`\p{L}+(?:['’]\p{L}+)*`)

// read takes the words of a text but for names of things: formulas, acronyms, GoNB.
func (w words) read(text, where string) {
	for _, word := range onlyWord.FindAllString(text, -1) {
		word = strings.ReplaceAll(word, "’", "'")
		word = strings.TrimSuffix(word, "'s")
		lower := strings.ToLower(word)
		symbol := strings.ContainsFunc(word, func(r rune) bool { return !unicode.Is(unicode.Latin, r) && r != '\'' || unicode.Is(unicode.Lm, r) })
		if len(word) < 3 || symbol || word[1:] != lower[1:] {
			continue
		}
		if _, known := w[word]; !known {
			w[word] = where
		}
	}
}

// The texts are in British English without typing errors: what notebooks say in prose, captions, alt texts and claims, the
// READMEs, and the comments of the code. The dictionary is Debian's; what is missing there is in testdata/words.txt.
func TestSpelling(t *testing.T) {
	if _, err := exec.LookPath("hunspell"); err != nil {
		if os.Getenv("DOWNHILL_REQUIRE_PARTS") == "1" {
			t.Fatal("needs hunspell with en_GB:", err)
		}
		t.Skip("needs hunspell with en_GB (apt-get install hunspell hunspell-en-gb):", err)
	}
	all := words{}
	readPages(t, all)
	readComments(t, all)
	if len(all) < 3000 {
		t.Errorf("only %d words were found", len(all))
	}
	for _, line := range misspelt(t, all) {
		t.Error(line)
	}
	planted := words{}
	planted.read("The gradeint is *normalized* by its colour; recieve a behavior of size.", "here")
	if got := misspelt(t, planted); len(got) != 4 {
		t.Errorf("of four planted errors are found: %q", got)
	}
}

// misspelt lists the words that are not English, or not British.
func misspelt(t *testing.T, all words) []string {
	t.Helper()
	list, err := os.ReadFile("testdata/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, word := range strings.Fields(string(list)) {
		own[word] = true
	}
	asked := slices.Sorted(maps.Keys(all))
	for word := range all {
		asked = append(asked, british(word))
	}
	cmd := exec.Command("hunspell", "-d", "en_GB", "-i", "UTF-8", "-l")
	cmd.Stdin = strings.NewReader(strings.Join(asked, "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("hunspell -d en_GB:", err)
	}
	refused := map[string]bool{}
	for _, word := range strings.Fields(string(out)) {
		refused[word] = true
	}
	var wrong []string
	for _, word := range slices.Sorted(maps.Keys(all)) {
		switch s := british(word); {
		case own[word] || own[strings.ToLower(word)]:
		case refused[word]:
			wrong = append(wrong, fmt.Sprintf("%s: %q is not in the dictionary (testdata/words.txt is ours)", all[word], word))
		case s != word && !refused[s]:
			wrong = append(wrong, fmt.Sprintf("%s: %q is spelt %q here", all[word], word, s))
		}
	}
	return wrong
}

var izing = regexp.MustCompile(`(?i)(.{2})iz(e|es|ed|er|ers|ing|able|ations?)$`)

// british is a word with -ise for -ize. The dictionary takes either, where both are English.
func british(word string) string { return izing.ReplaceAllString(word, "${1}is$2") }

// readPages reads the tutorials, the assignments and the Markdown files as the site shows them.
func readPages(t *testing.T, all words) {
	t.Helper()
	pages := course(t)
	sources := map[string]string{}
	add := func(name string, nb *nbformat.Notebook) {
		page := strings.NewReplacer("../", "", "/", "-", ".ipynb", "", ".md", "").Replace(name) + "-.ipynb"
		sources[page] = name
		pages = append(pages, site.Page{Path: page, Notebook: nb})
	}
	for _, p := range pages {
		sources[p.Path] = "notebooks/" + p.Path
	}
	assignments, err := filepath.Glob("assignments/*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range assignments {
		nb, err := nbformat.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		add(file, nb)
	}
	for _, file := range markdownFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nb := nbformat.New()
		nb.Cells = []*nbformat.Cell{nbformat.NewCell(nbformat.Markdown, string(text))}
		add(file, nb)
	}
	dir := t.TempDir()
	if err := site.Write(dir, "downhill", pages); err != nil {
		t.Fatal(err)
	}
	for page, source := range sources {
		text, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(page, ".ipynb")+".html"))
		if err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		readHTML(all, root, source)
	}
}

func readHTML(all words, n *html.Node, where string) {
	switch n.Data {
	case "code", "pre", "script", "style", "head", "nav", "text", "kbd":
		if n.Type == html.ElementNode {
			return
		}
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "class" && strings.Contains(a.Val, "maths"):
			return
		case a.Key == "id" && strings.HasPrefix(a.Val, "cell-"):
			where, _, _ = strings.Cut(where, ":")
			where += ":" + strings.Replace(a.Val, "-", " ", 1)
		case a.Key == "alt":
			all.read(a.Val, where)
		}
	}
	if n.Type == html.TextNode {
		all.read(n.Data, where)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "h2" && c.FirstChild != nil && c.FirstChild.Data == "References" {
			return // names, and titles that others spelt
		}
		readHTML(all, c, where)
	}
}

var (
	// published is a sentence of a comment that cites what appeared in some year, with names and a title that others spelt.
	published   = regexp.MustCompile(`\b(18|19|20)\d\d\b`)
	sentenceEnd = regexp.MustCompile(`[.;]\s+`)
	// code is what is no English in a comment: paths, flags, calls, things in a package, words of a computer in quotes.
	code = regexp.MustCompile(`"[^"]*"|\S*[/_=@\\<>{}\[\]()]\S*\pL\S*|\pL\S*[/_=@\\<>{}\[\](]\S*|\pL+\.\pL\S*|(^|\s)-\pL\S*|color-scheme`)
)

// readComments reads the comments of all Go files, but for words that are names there.
func readComments(t *testing.T, all words) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path != ".." && (d.Name()[0] == '.' || d.Name() == "testdata" || d.Name() == "out") {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		names := map[string]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names[strings.ToLower(id.Name)] = true
			}
			return true
		})
		for _, group := range file.Comments {
			prose := words{}
			for paragraph := range strings.SplitSeq(group.Text(), "\n\n") {
				if strings.HasPrefix(paragraph, "\t") || strings.HasPrefix(paragraph, "    ") { // a formula, a piece of code
					continue
				}
				for _, sentence := range sentenceEnd.Split(paragraph, -1) {
					if !published.MatchString(sentence) {
						prose.read(code.ReplaceAllString(sentence, " "), strings.TrimPrefix(files.Position(group.Pos()).String(), "../"))
					}
				}
			}
			for word, where := range prose {
				if _, known := all[word]; !known && !names[strings.ToLower(word)] {
					all[word] = where
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
