package params

import (
	"errors"
	"fmt"
	"go/token"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Value is what a parameter is to be.
type Value struct {
	Name string
	text string     // as typed at the prompt
	node *yaml.Node // as written in a file; nil: text holds
}

// FromFlags reads name=value pairs. A value is as Go writes it, but a string needs no quotes, and a list may be
// written as YAML does: [1, 2].
func FromFlags(pairs []string) ([]Value, error) {
	var values []Value
	for _, p := range pairs {
		name, text, ok := strings.Cut(p, "=")
		if name = strings.TrimSpace(name); !ok || !token.IsIdentifier(name) {
			return nil, fmt.Errorf("%q is not name=value", p)
		}
		v := Value{Name: name, text: text}
		if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
			var doc yaml.Node
			if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			v.node = doc.Content[0]
		}
		values = append(values, v)
	}
	return values, unique(values)
}

// FromFile reads a YAML file that maps names to values.
func FromFile(path string) ([]Value, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: names and values are needed, such as alpha: 0.1", path, root.Line)
	}
	var values []Value
	for i := 0; i+1 < len(root.Content); i += 2 {
		name := root.Content[i].Value
		if !token.IsIdentifier(name) {
			return nil, fmt.Errorf("%s:%d: %q is not a name in Go", path, root.Content[i].Line, name)
		}
		values = append(values, Value{Name: name, node: root.Content[i+1]})
	}
	return values, unique(values)
}

// Merge returns the values of both; those of more win.
func Merge(values, more []Value) []Value {
	merged := append([]Value(nil), more...)
	for _, v := range values {
		if find(more, v.Name) == nil {
			merged = append(merged, v)
		}
	}
	return merged
}

func find(values []Value, name string) *Value {
	for i := range values {
		if values[i].Name == name {
			return &values[i]
		}
	}
	return nil
}

func unique(values []Value) error {
	seen := map[string]bool{}
	for _, v := range values {
		if seen[v.Name] {
			return errors.New(v.Name + " is given twice")
		}
		seen[v.Name] = true
	}
	return nil
}
