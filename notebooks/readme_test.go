package notebooks_test

import (
	"os"
	"strings"
	"testing"

	"downhill/kernelext/nbformat"
)

// The picture of the README is the first figure that the notebook it names shows.
func TestReadmePicture(t *testing.T) {
	n, err := nbformat.Read("02-two-points.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile("../.github/two-points.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range n.Cells {
		for _, o := range c.Outputs() {
			if svg, ok := o.MIME("image/svg+xml"); ok {
				if strings.TrimSpace(svg) != strings.TrimSpace(string(picture)) {
					t.Error(".github/two-points.svg is not the notebook's first figure: copy that there")
				}
				return
			}
		}
	}
	t.Error("02-two-points.ipynb has no figure: store its outputs with go tool downhill run -in-place")
}
