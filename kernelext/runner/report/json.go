package report

import (
	"encoding/json"

	"downhill/kernelext/runner"
)

// JSON writes the whole report; the fields are those of [runner.Report].
func JSON(r *runner.Report) ([]byte, error) {
	out, err := json.MarshalIndent(r, "", "  ")
	return append(out, '\n'), err
}
