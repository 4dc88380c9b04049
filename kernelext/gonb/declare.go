package gonb

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"downhill/kernelext/gonb/internal/front"
)

// workName is how GoNB calls the folder in its TMPDIR where it keeps the program; pipeName what it needs beside it.
var (
	workName = regexp.MustCompile(`^gonb_[0-9a-f]{8}$`)
	pipeName = regexp.MustCompile(`^gonb_pipe_`)
	modFiles = []string{"go.mod", "go.sum", "go.work", "go.work.sum"}
	ownFiles = append([]string{"main.go", "main_test.go", "other.go", ".downhill", ".downhill-get", front.Declaring}, modFiles...)
)

// Work finds the folder in a kernel's TMPDIR where GoNB keeps the program of the cells; "" when there is none.
func Work(tempDir string) string {
	entries, _ := os.ReadDir(tempDir)
	for _, e := range entries {
		if workName.MatchString(e.Name()) && e.IsDir() {
			return filepath.Join(tempDir, e.Name())
		}
	}
	return ""
}

// Foreign finds something in a kernel's TMPDIR that GoNB has not put there; "" when there is nothing.
func Foreign(tempDir string) string {
	work := filepath.Base(Work(tempDir))
	for _, dir := range []string{tempDir, filepath.Join(tempDir, work)} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			own := e.Name() == work || pipeName.MatchString(e.Name())
			if dir != tempDir {
				own = e.Name() == work || slices.Contains(ownFiles, e.Name())
			}
			if !own {
				return e.Name()
			}
		}
	}
	return ""
}

// Modules returns what the cells are built with: the contents of go.mod and its like in a kernel's TMPDIR.
func Modules(tempDir string) string {
	var b strings.Builder
	for _, name := range modFiles {
		text, _ := os.ReadFile(filepath.Join(Work(tempDir), name))
		b.Write(text)
		b.WriteByte(0)
	}
	return b.String()
}

// Declare makes the kernel with this TMPDIR take the declarations of the cells that it is given, and execute nothing of
// them, until end is called.
func Declare(tempDir string) (end func(), err error) {
	work := Work(tempDir)
	file := filepath.Join(work, front.Declaring)
	end = func() {
		os.Remove(file)
		os.Remove(filepath.Join(work, filepath.Base(work))) // go build does not overwrite what it has not built
	}
	return end, os.WriteFile(file, nil, 0o600)
}

// Settings are the special commands that change the kernel for the cells that follow, and cost nothing.
var settings = map[string]bool{
	"env": true, "cd": true, "goflags": true, "autoget": true, "noautoget": true, "rm": true, "remove": true,
	"reset": true, "track": true, "untrack": true, "goworkfix": true, "widgets": true,
}

// forProgram are those that are about the cell's own program. In a cell without one GoNB keeps them for the next.
var forProgram = map[string]bool{"%": true, "main": true, "args": true, "exec": true, "capture": true}

// goCommand matches a shell line that changes what the cells are built with and nothing else.
var goCommand = regexp.MustCompile(`^!\*\s*go\s+(?:get|mod|work)\b[^;&|<>()` + "`" + `]*$`)

// HasShell tells whether a cell starts programs that are not its own: by a shell line or as a script.
func HasShell(source string) bool {
	if scriptCell.MatchString(source) {
		return true
	}
	return slices.ContainsFunc(strings.Split(source, "\n"), func(l string) bool { return strings.HasPrefix(special(l), "!") })
}

// Declarations returns what a fresh kernel is to be given, as a cell of as many lines, in place of a cell that has
// passed before and left nothing else behind: its declarations and settings, without main, tests and shell lines. Where
// modules is set the cell has changed go.mod, and the lines that did are kept. When only running the cell will do, why
// says so.
func Declarations(source string, modules bool) (code, why string) {
	lines := strings.Split(source, "\n")
	if first := firstWord(special(lines[0])); strings.HasPrefix(first, "%%") && first != "%%" {
		if modules {
			return "", "it changed the kernel's go.mod"
		}
		return "", ""
	}
	kept := make([]string, len(lines))
	plain := make([]string, len(lines))
	inMain, program, forIt := false, false, ""
	for i := 0; i < len(lines); i++ {
		word := special(lines[i])
		if len(word) < 2 || word[0] != '%' && word[0] != '!' {
			program = program || strings.TrimSpace(lines[i]) != ""
			if !inMain {
				plain[i] = lines[i]
			}
			continue
		}
		from := i
		for strings.HasSuffix(lines[i], `\`) && i+1 < len(lines) {
			i++
		}
		command := strings.Join(lines[from:i+1], "\n")
		name := firstWord(word[1:])
		switch {
		case word[0] == '!' && !modules:
		case word[0] == '!' && !goCommand.MatchString(special(command)):
			return "", "its shell line changed the kernel's go.mod"
		case word[0] == '!', settings[name]:
			copy(kept[from:], lines[from:i+1])
		case name == "wasm":
			return "", "it is a %wasm cell"
		case forProgram[name]:
			forIt = name
		}
		inMain = inMain || word[0] == '%' && (name == "%" || name == "main")
	}
	if forIt != "" && !program {
		return "", "its %" + forIt + " is for the cell that follows"
	}
	declared, ok := withoutMain(strings.Join(plain, "\n"))
	if !ok {
		return "", "its declarations cannot be told from the rest"
	}
	for i, l := range strings.Split(declared, "\n") {
		if strings.TrimSpace(l) != "" {
			kept[i] = l
		}
	}
	if code = strings.Join(kept, "\n"); strings.TrimSpace(code) == "" {
		return "", ""
	}
	return code, ""
}

// withoutMain blanks func main in Go text, and everything when there are no declarations beside it.
func withoutMain(text string) (string, bool) {
	const header = "package p;"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", header+text, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return "", false
	}
	left := false
	out := []byte(text)
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "main" && f.Recv == nil {
			from, to := fset.Position(f.Pos()).Offset-len(header), fset.Position(f.End()).Offset-len(header)
			for i := from; i < to; i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
			continue
		}
		left = true
	}
	if !left {
		return "", true
	}
	return string(out), true
}
