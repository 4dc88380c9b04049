package params

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// literal writes a value as Go does for a type. Whether it fits is for the compiler's rules to say.
func literal(v Value, t types.Type, names types.Qualifier) (string, error) {
	if v.node != nil {
		return fromYAML(v.node, t, names)
	}
	text := strings.TrimSpace(v.text)
	if isString(t) {
		if s, err := strconv.Unquote(text); err == nil {
			return strconv.Quote(s), nil
		}
		return strconv.Quote(v.text), nil
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() != nil && named.String() == "time.Duration" {
		return duration(text)
	}
	if !plainLiteral(text) {
		return "", fmt.Errorf("%q is not a plain value: a number, a string in quotes, true or false", text)
	}
	return text, nil
}

func fromYAML(n *yaml.Node, t types.Type, names types.Qualifier) (string, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.SequenceNode:
		return list(n, t, names)
	case yaml.MappingNode:
		return mapping(n, t, names)
	case yaml.ScalarNode:
		return scalar(n, t)
	}
	return "", errors.New("no value")
}

func scalar(n *yaml.Node, t types.Type) (string, error) {
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		return "", errors.New("no value")
	case t.String() == "time.Duration":
		return duration(n.Value)
	case isString(t) && tag == "!!str":
		return strconv.Quote(n.Value), nil
	case isString(t):
		return "", fmt.Errorf("%s is not a string: write %q", n.Value, n.Value)
	case tag == "!!bool", tag == "!!int", tag == "!!float":
		if !plainLiteral(n.Value) {
			return "", fmt.Errorf("%s is not a value in Go", n.Value)
		}
		return strings.ToLower(n.Value), nil
	}
	return "", fmt.Errorf("%q does not fit", n.Value)
}

func list(n *yaml.Node, t types.Type, names types.Qualifier) (string, error) {
	var elem types.Type
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = u.Elem()
	case *types.Array:
		elem = u.Elem()
	default:
		return "", errors.New("a list does not fit")
	}
	var parts []string
	for i, item := range n.Content {
		s, err := fromYAML(item, elem, names)
		if err != nil {
			return "", fmt.Errorf("item %d: %w", i+1, err)
		}
		parts = append(parts, s)
	}
	return types.TypeString(t, names) + "{" + strings.Join(parts, ", ") + "}", nil
}

func mapping(n *yaml.Node, t types.Type, names types.Qualifier) (string, error) {
	m, ok := t.Underlying().(*types.Map)
	if !ok {
		return "", errors.New("a map does not fit")
	}
	var parts []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := fromYAML(n.Content[i], m.Key(), names)
		if err != nil {
			return "", err
		}
		value, err := fromYAML(n.Content[i+1], m.Elem(), names)
		if err != nil {
			return "", fmt.Errorf("%s: %w", key, err)
		}
		parts = append(parts, key+": "+value)
	}
	return types.TypeString(t, names) + "{" + strings.Join(parts, ", ") + "}", nil
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// plainLiteral tells whether text is a number, a string, true or false: nothing that computes.
func plainLiteral(text string) bool {
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return false
	}
	if sign, ok := expr.(*ast.UnaryExpr); ok && (sign.Op == token.SUB || sign.Op == token.ADD) {
		expr = sign.X
	}
	switch x := expr.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return x.Name == "true" || x.Name == "false"
	}
	return false
}
