package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"downhill/kernelext/runner"
)

// Annotations writes the workflow commands that make GitHub Actions show each problem beside its line.
func Annotations(w io.Writer, r *runner.Report) {
	for p := range r.Problems() {
		title := "notebook"
		if p.Cell > 0 {
			title = fmt.Sprintf("cell %d", p.Cell)
		}
		if p.Line > 0 {
			title += fmt.Sprintf(", line %d", p.Line)
		}
		if p.Path == "" {
			fmt.Fprintf(w, "::error title=notebooks::%s\n", message.Replace(p.Text))
			continue
		}
		fmt.Fprintf(w, "::error file=%s,line=%d,title=%s::%s\n", property.Replace(filepath.ToSlash(p.Path)),
			lineInFile(p.Path, p.Cell, p.Line), property.Replace(title), message.Replace(p.Text))
	}
}

// What the commands' text and properties cannot hold as it is.
var (
	message  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
