package show

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/microcosm-cc/bluemonday"
)

// Forges show a notebook's HTML without scripts, style sheets, style attributes and ids. There the four stills are
// left, with the caption; and where images that are part of the page are not shown either, what the picture says in
// words.
func TestWhatAForgeLeaves(t *testing.T) {
	e := explore([]Slider{{Label: "η", Values: strings.Fields("1 2 3 4 5 6")}}, func(i ...int) State {
		return State{Figure: curve(spiral(i)), Note: "a note"}
	}, []Option{Caption("A spiral for each < η."), Alt("A line that turns.")})
	fig := render(curve(spiral([]int{1})), []Option{Caption("A spiral."), Alt("A line that turns.")})
	kind := bluemonday.UGCPolicy()
	kind.AllowURLSchemeWithCustomPolicy("data", func(u *url.URL) bool { return strings.HasPrefix(u.Opaque, "image/") })
	for name, c := range map[string]struct{ html, svg, caption string }{
		"explorable": {e.html(e.stills), e.stills, "A spiral for each &lt; η."},
		"figure":     {fig.html(), fig.svg, "A spiral."},
	} {
		left := kind.Sanitize(c.html)
		src := regexp.MustCompile(`src="data:image/svg\+xml,([^"]*)"`).FindAllStringSubmatch(left, -1)
		if len(src) != 1 {
			t.Fatalf("%s: %d pictures in %.400s", name, len(src), left)
		}
		if svg, err := url.PathUnescape(html.UnescapeString(src[0][1])); err != nil || svg != c.svg {
			t.Errorf("%s: the picture that is left is %.200s, %v", name, svg, err)
		}
		strict := bluemonday.UGCPolicy().Sanitize(c.html)
		for policy, got := range map[string]string{"kind": left, "strict": strict} {
			if strings.Contains(got, "function") || strings.Contains(got, " style=") || strings.Contains(got, "states") {
				t.Errorf("%s, %s: the script shows: %.600s", name, policy, got)
			}
			if !strings.Contains(got, c.caption) {
				t.Errorf("%s, %s: no caption in %.600s", name, policy, got)
			}
		}
		if !strings.Contains(strict, `alt="A line that turns."`) {
			t.Errorf("%s: no words where there is no picture: %.300s", name, strict)
		}
	}
}
