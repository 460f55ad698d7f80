package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// files is the positions of parsed files.
var files = token.NewFileSet()

// sources parses the files of a package, without its tests.
func sources(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var parsed []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		parsed = append(parsed, file)
	}
	require.NotEmpty(t, parsed)
	return parsed
}

// effects are packages that reach outside, with all below them.
var effects = []string{
	"bufio", "context", "crypto", "database", "embed", "expvar", "flag", "io/fs", "io/ioutil", "log", "math/cmplx", "math/rand",
	"net", "os", "path/filepath", "plugin", "runtime", "sync", "syscall", "testing", "unsafe",
}

// allowed are the parts of packages that are pure or only name a type.
var allowed = map[string]bool{
	"crypto/sha1":   true, // functions of bytes
	"crypto/sha256": true,
	"log/slog":      true, // text hides itself from logs by slog's interface
}

// impure are functions that read a clock, make ids by chance or print.
var impure = map[string]string{
	"time": "Now Since Until Sleep After AfterFunc Tick NewTicker NewTimer Local LoadLocation ParseDuration",
	"uuid": "New NewString NewRandom NewRandomFromReader NewUUID NewV6 NewV7 NewV7FromReader NewDCEGroup NewDCEPerson NewDCESecurity SetRand EnableRandPool",
	"fmt":  "Print Printf Println Scan Scanf Scanln",
	"slog": "Debug Info Warn Error Log LogAttrs Default SetDefault New",
}

// inexact are the functions of math that know no integer.
func inexact(name string) bool {
	return !strings.HasPrefix(name, "Max") && !strings.HasPrefix(name, "Min")
}

// impurities lists what a file does that a pure one must not: reach outside,
// read a clock, run beside its caller, or count in floating point.
func impurities(file *ast.File) []string {
	var found []string
	say := func(n ast.Node, what string) { found = append(found, files.Position(n.Pos()).String()+": "+what) }
	for _, i := range file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		for _, e := range effects {
			if (path == e || strings.HasPrefix(path, e+"/")) && !allowed[path] {
				say(i, "imports "+path)
			}
		}
		if i.Name != nil {
			say(i, "imports "+path+" under another name")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			say(n, "starts a goroutine")
		case *ast.SelectStmt:
			say(n, "selects")
		case *ast.ChanType:
			say(n, "uses a channel")
		case *ast.SendStmt:
			say(n, "sends")
		case *ast.BasicLit:
			if n.Kind == token.FLOAT || n.Kind == token.IMAG {
				say(n, "the literal "+n.Value)
			}
		case *ast.Ident:
			switch n.Name {
			case "float32", "float64", "complex64", "complex128", "print", "println":
				say(n, n.Name)
			}
		case *ast.SelectorExpr:
			pkg, ok := n.X.(*ast.Ident)
			if !ok {
				break
			}
			for _, name := range strings.Fields(impure[pkg.Name]) {
				if n.Sel.Name == name {
					say(n, pkg.Name+"."+name)
				}
			}
			if pkg.Name == "math" && inexact(n.Sel.Name) {
				say(n, "math."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}

// TestPurity keeps events, decisions and statistics pure: no clock, chance, I/O,
// goroutine or floating point, so that the same log, the same command and the same
// question always come to the same.
func TestPurity(t *testing.T) {
	// A question hands its asker's context to the database that it asks.
	passedOn := func(found string) bool {
		return strings.HasPrefix(found, "../statistics/question.go:") && strings.HasSuffix(found, ": imports context")
	}
	for _, dir := range []string{"../event", "../aggregate", "../statistics"} {
		for _, file := range sources(t, dir) {
			require.Empty(t, slices.DeleteFunc(impurities(file), passedOn))
		}
	}
}

// TestPurityFinds keeps the check itself from finding nothing.
func TestPurityFinds(t *testing.T) {
	for _, source := range []string{
		`import "os"`, `import "net/http"`, `import "sync/atomic"`, `import "math/rand/v2"`, `import "log"`, `import "database/sql"`,
		`import "io/fs"`, `import "crypto/rand"`, `import . "time"`, `import clock "time"`,
		`import "time"; var x = time.Now()`, `import "time"; func f() { time.Sleep(1) }`, `import "time"; var f = time.Since`,
		`func f() { go f() }`, `func f() { select {} }`, `var c chan int`, `func f(c interface{ int }) { c <- 1 }`,
		`var x float64`, `var x = 0.5`, `var x = 1e3`, `import "math"; var x = math.Pow(2, 3)`, `import "math"; var x = math.Pi`,
		`import "fmt"; func f() { fmt.Println() }`, `func f() { println() }`,
		`import "github.com/google/uuid"; var x = uuid.New()`, `import "log/slog"; func f() { slog.Info("") }`,
	} {
		file, err := parser.ParseFile(files, "", "package p;"+source, parser.SkipObjectResolution)
		require.NoError(t, err, source)
		require.NotEmpty(t, impurities(file), source)
	}
	pure, err := parser.ParseFile(files, "", `package p; import ("math"; "time"; "log/slog"); var x = math.MaxInt64; var y = time.Unix; var z slog.Value`, 0)
	require.NoError(t, err)
	require.Empty(t, impurities(pure))
}
