package show

import (
	"path/filepath"
	"testing"

	"downhill/kernelext/nbformat"
)

// What the course stores keeps to the budgets: 60 KB for a figure, 300 KB for an explorable in all its forms.
func TestStoredOutputsKeepTheirBudgets(t *testing.T) {
	paths, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d notebooks, %v", len(paths), err)
	}
	figures, explorables := 0, 0
	for _, path := range paths {
		nb, err := nbformat.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range nb.Cells {
			for _, o := range c.Outputs() {
				size := 0
				for mime := range o.Data {
					text, _ := o.MIME(mime)
					size += len(text)
				}
				if _, ok := o.MIME(framesMIME); ok {
					explorables++
					if size > 300<<10 {
						t.Errorf("%s:cell %d: an explorable of %d bytes; what does not move is stored once where the figure is Steady", path, i+1, size)
					}
				}
				if _, ok := o.MIME(figureMIME); ok {
					figures++
					if svg, _ := o.MIME("image/svg+xml"); len(svg) > 60<<10 {
						t.Errorf("%s:cell %d: a figure of %d bytes", path, i+1, len(svg))
					}
				}
			}
		}
	}
	if figures < 50 || explorables < 8 {
		t.Errorf("%d figures, %d explorables: not the course", figures, explorables)
	}
}
