package runner

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// A program that exits with status 0 need not have run: os.Exit(0) in an initialiser of any earlier cell ends every
// later one at once, and GoNB says ok. So a cell's main function says when it ends, in words that the outputs leave out:
//
//	defer println("…");fmt.Println(f(7))
//
// It is put before the first statement, on the same line: println needs no import, and lines keep their numbers.
const endMark = "\x1edownhill: main has ended\x1e"

var endStatement = "defer println(" + strconv.QuoteToASCII(endMark) + ");"

// ownPrintln finds declarations that hide Go's own println.
var ownPrintln = regexp.MustCompile(`\b(?:func|var|const|type)\s+println\b|\bprintln\s*:?=[^=]`)

// withEndMark returns the code of a cell with the statement in its main function; false when it has none.
func withEndMark(source string) (code string, ok bool) {
	lines := strings.Split(source, "\n")
	inMain := false
	for i, l := range lines {
		word := strings.TrimPrefix(strings.TrimSpace(l), "//gonb:")
		fields := strings.Fields(word)
		switch {
		case len(fields) > 0 && i == 0 && otherLanguage[fields[0]], len(fields) > 0 && fields[0] == "%wasm":
			return source, false
		case len(fields) > 0 && (fields[0] == "%%" || fields[0] == "%main"):
			inMain = true
		case len(fields) == 0 || word[0] == '%' || word[0] == '!' || i > 0 && strings.HasSuffix(lines[i-1], `\`):
		case inMain:
			lines[i] = endStatement + l
			return strings.Join(lines, "\n"), true
		}
	}
	return inMainFunction(source, lines)
}

// inMainFunction does it for a cell that declares func main.
func inMainFunction(source string, lines []string) (string, bool) {
	plain := make([]string, len(lines))
	for i, l := range lines {
		if word := strings.TrimSpace(l); strings.HasPrefix(word, "%") || strings.HasPrefix(word, "!") {
			l = strings.Repeat(" ", len(l))
		}
		plain[i] = l
	}
	const header = "package p;"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", header+strings.Join(plain, "\n"), parser.SkipObjectResolution)
	if err != nil {
		return source, false // the compiler will say so
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "main" && f.Recv == nil && f.Body != nil {
			at := fset.Position(f.Body.Lbrace).Offset - len(header) + 1
			return source[:at] + endStatement + source[at:], true
		}
	}
	return source, false
}

// otherLanguage holds the first words of cells that are not Go.
var otherLanguage = map[string]bool{"%%writefile": true, "%%script": true, "%%bash": true, "%%sh": true, "%%gx": true}
