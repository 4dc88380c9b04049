package notebooks_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"downhill/kernelext/site"
)

// sliders counts the figures with sliders in the course, and the pages that have any.
func sliders(pages []site.Page) (figures, on int) {
	for _, p := range pages {
		before := figures
		for _, c := range p.Notebook.Cells {
			for _, o := range c.Outputs() {
				if _, ok := o.MIME("application/vnd.downhill.frames+json"); ok {
					figures++
				}
			}
		}
		if figures > before {
			on++
		}
	}
	return figures, on
}

// Every page of the course, in Chromium with the network off: no error, no request, no serious fault of accessibility,
// stills on paper wherever there are sliders; and every link of the table of claims lands on the cell that settles it.
// With go test -artifacts, pictures of all pages are kept.
func TestSiteInBrowser(t *testing.T) {
	pages, dir := course(t), t.TempDir()
	if err := site.Write(dir, "downhill", pages); err != nil {
		t.Fatal(err)
	}
	args := []string{dir}
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		args = append(args, "-pictures", t.ArtifactDir())
	}
	if axe := os.Getenv("DOWNHILL_AXE"); axe != "" {
		args = append(args, axe)
	}
	var facts map[string]int
	for _, line := range inBrowser(t, "", "../kernelext/site/testdata/browser.py", args...) {
		var said struct {
			Page, Wrong string
			Facts       map[string]int
		}
		if err := json.Unmarshal(line, &said); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if said.Wrong != "" {
			t.Errorf("%s: %s", said.Page, said.Wrong)
		}
		facts = said.Facts
	}
	t.Log(facts)
	figures, on := sliders(pages)
	for what, want := range map[string]int{"pages": len(pages) + 2, "stills": figures, "sliders": on, "claims": 85} {
		if facts[what] != want {
			t.Errorf("the browser saw %d %s, want %d", facts[what], what, want)
		}
	}
}
