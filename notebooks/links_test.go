package notebooks_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"downhill/kernelext/nbformat"
	"downhill/kernelext/site"
)

// markdownFiles lists the Markdown files of the repository.
func markdownFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "testdata", "out", "release", "submitted", "grades"}, d.Name()):
			return fs.SkipDir
		case filepath.Ext(path) == ".md":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// document is a text with links, and the places in it to which others may link.
type document struct {
	links []string
	cells map[string]bool
	heads map[string]bool
}

var markdownParser = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()

var formula = regexp.MustCompile(`(?s)\$\$.*?\$\$|\$[^$\n]+\$`)

// read adds the links and headings of a Markdown text.
func (d *document) read(source string) {
	plain := []byte(formula.ReplaceAllString(source, "x"))
	err := ast.Walk(markdownParser.Parse(text.NewReader(plain)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			d.links = append(d.links, string(n.Destination))
		case *ast.Image:
			d.links = append(d.links, string(n.Destination))
		case *ast.AutoLink:
			if n.AutoLinkType == ast.AutoLinkURL {
				d.links = append(d.links, string(n.URL(plain)))
			}
		case *ast.Heading:
			var words strings.Builder
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				words.Write(line.Value(plain))
			}
			d.heads[anchor(words.String())] = true
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		panic(err)
	}
}

// anchor is what the ways of GitHub, JupyterLab and our site to name a heading have in common.
func anchor(heading string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(heading, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), ""))
}

func readDocument(file string) (*document, error) {
	d := &document{cells: map[string]bool{}, heads: map[string]bool{}}
	if filepath.Ext(file) != ".ipynb" {
		source, err := os.ReadFile(file)
		d.read(string(source))
		return d, err
	}
	nb, err := nbformat.Read(file)
	if err != nil {
		return nil, err
	}
	for _, c := range nb.Cells {
		d.cells[c.ID] = true
		if c.Type == nbformat.Markdown {
			d.read(c.Source())
		}
	}
	return d, nil
}

var tracker = regexp.MustCompile(`(?i)[?&](utm_\w+|fbclid|gclid|igshid|mc_eid|ref_src)=`)

// wrongLink says why a link leads nowhere, or nowhere good; nobody is asked over the network.
func wrongLink(from, link string, documents map[string]*document) string {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme == "mailto":
		return ""
	case u.Scheme != "" || u.Host != "":
		switch {
		case u.Scheme != "https" && u.Hostname() != "localhost":
			return "is not https"
		case u.Host == "" || u.User != nil || strings.ContainsAny(link, " <>|"):
			return "is no proper address"
		case tracker.MatchString(link):
			return "tracks those who follow it"
		}
		return ""
	}
	to := from
	if u.Path != "" {
		to = path.Join(path.Dir(from), u.Path)
		if _, err := os.Stat(to); err != nil {
			return "there is no such file"
		}
	}
	if u.Fragment == "" {
		return ""
	}
	d, ok := documents[to]
	id, cell := strings.CutPrefix(u.Fragment, "cell-id=")
	switch {
	case !ok:
		return "nothing is known of places in that file"
	case cell && !d.cells[id]:
		return fmt.Sprintf("there is no cell with the id %q", id)
	case !cell && !d.heads[anchor(strings.TrimPrefix(u.Fragment, "heading="))]:
		return fmt.Sprintf("there is no heading %q", u.Fragment)
	}
	return ""
}

// Links in the READMEs, tutorials and assignments lead to files, headings and cells that are there; those to other hosts
// are as links should be, and go to the hosts that this test logs.
func TestLinks(t *testing.T) {
	files := markdownFiles(t)
	for _, pattern := range []string{"*.ipynb", "assignments/*.ipynb"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	documents := map[string]*document{}
	for _, file := range files {
		d, err := readDocument(file)
		if err != nil {
			t.Fatal(err)
		}
		documents[filepath.ToSlash(filepath.Clean(file))] = d
	}
	hosts := map[string]int{}
	links := 0
	for _, file := range slices.Sorted(maps.Keys(documents)) {
		for _, link := range documents[file].links {
			links++
			if why := wrongLink(file, link, documents); why != "" {
				t.Errorf("%s: %s: %s", strings.TrimPrefix(file, "../"), link, why)
			}
			if u, err := url.Parse(link); err == nil && u.Host != "" {
				hosts[u.Host]++
			}
		}
	}
	t.Logf("%d links in %d files", links, len(files))
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		t.Logf("%4d  %s", hosts[host], host)
	}
	for _, bad := range []string{"13-none.ipynb", "02-two-points.ipynb#cell-id=none", "02-two-points.ipynb#No-heading", "#None",
		"http://go.dev", "//go.dev", "https://u@go.dev", "https://go.dev/?utm_source=x", "../LICENSE#part", "https://a b"} {
		if wrongLink("00-start.ipynb", bad, documents) == "" {
			t.Errorf("%s passes", bad)
		}
	}
	for _, good := range []string{"02-two-points.ipynb#cell-id=slider", "02-two-points.ipynb#Making-it-stop", "../README.md#two-commands", "https://go.dev"} {
		if why := wrongLink("00-start.ipynb", good, documents); why != "" {
			t.Errorf("%s: %s", good, why)
		}
	}
}

// Every link between the pages of the site lands.
func TestSiteLinks(t *testing.T) {
	pages, dir := course(t), t.TempDir()
	if err := site.Write(dir, "downhill", pages); err != nil {
		t.Fatal(err)
	}
	ids, hrefs := map[string]map[string]bool{}, map[string][]string{}
	for _, p := range pages {
		ids[p.Path] = nil // a notebook, for download; whoever writes the site puts it there
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(files) != len(pages)+2 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(strings.NewReader(string(page)))
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		ids[name] = map[string]bool{}
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				switch {
				case a.Key == "id":
					ids[name][a.Val] = true
				case a.Key == "href" && n.Data == "a":
					hrefs[name] = append(hrefs[name], a.Val)
				}
			}
		}
	}
	inside := 0
	for name, all := range hrefs {
		for _, href := range all {
			u, err := url.Parse(href)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if u.IsAbs() {
				continue
			}
			to := name
			if u.Path != "" {
				to = u.Path
			}
			inside++
			if places, ok := ids[to]; !ok || u.Fragment != "" && !places[u.Fragment] {
				t.Errorf("%s: %s leads nowhere", name, href)
			}
		}
	}
	t.Logf("%d links between %d pages", inside, len(files))
	if inside < 500 {
		t.Errorf("only %d links were looked at", inside)
	}
}
