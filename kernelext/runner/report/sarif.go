package report

import (
	"encoding/json"
	"net/url"
	"path/filepath"

	"downhill/kernelext/runner"
)

type obj = map[string]any

// SARIF writes the problems in the Static Analysis Results Interchange Format 2.1.0, which code hosts show beside the
// code. The rule of a result is the problem's kind.
func SARIF(r *runner.Report) ([]byte, error) {
	results, rules := []obj{}, []obj{}
	known := map[runner.Kind]bool{}
	for p := range r.Problems() {
		if !known[p.Kind] {
			known[p.Kind] = true
			rules = append(rules, obj{"id": p.Kind, "shortDescription": obj{"text": "notebook: " + string(p.Kind)}})
		}
		result := obj{"ruleId": p.Kind, "level": "error", "message": obj{"text": p.Text}}
		if p.Path != "" {
			location := obj{"physicalLocation": obj{
				"artifactLocation": obj{"uri": uri(p.Path)},
				"region":           obj{"startLine": lineInFile(p.Path, p.Cell, p.Line)},
			}}
			if p.Cell > 0 {
				location["logicalLocations"] = []obj{{"fullyQualifiedName": p.Where(), "kind": "module"}}
			}
			result["locations"] = []obj{location}
		}
		results = append(results, result)
	}
	out, err := json.MarshalIndent(obj{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs":    []obj{{"tool": obj{"driver": obj{"name": "downhill", "rules": rules}}, "results": results}},
	}, "", "  ")
	return append(out, '\n'), err
}

// uri names a file: relative to the root of the repository, which is where a run in CI starts, or else absolute.
func uri(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}
