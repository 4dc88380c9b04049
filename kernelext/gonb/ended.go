package gonb

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// EndMark is what a cell's main function says when it ends.
//
// A program that exits with status 0 need not have run: os.Exit(0) in an initialiser of any earlier cell ends every
// later one at once, and GoNB says ok. So main has these words, which outputs are to leave out, printed at its end:
//
//	defer println("…");fmt.Println(f(7))
//
// It is put before the first statement, on the same line: println needs no import, and lines keep their numbers.
const EndMark = "\x1edownhill: main has ended\x1e"

// EndStatement prints EndMark.
var EndStatement = "defer println(" + strconv.QuoteToASCII(EndMark) + ");"

// HidesPrintln tells whether cells declare a println of their own, so that EndStatement is not to be used among them.
func HidesPrintln(source string) bool { return ownPrintln.MatchString(source) }

var ownPrintln = regexp.MustCompile(`\b(?:func|var|const|type)\s+println\b|\bprintln\s*:?=[^=]`)

// WithEndMark returns the code of a cell with EndStatement in its main function; false when it has none.
func WithEndMark(source string) (code string, ok bool) {
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
			lines[i] = EndStatement + l
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
			return source[:at] + EndStatement + source[at:], true
		}
	}
	return source, false
}

// otherLanguage holds the first words of cells that are not Go.
var otherLanguage = map[string]bool{"%%writefile": true, "%%script": true, "%%bash": true, "%%sh": true, "%%gx": true}
