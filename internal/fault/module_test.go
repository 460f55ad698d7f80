package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/fault"
)

// apart are the packages whose errors are their own: a server and a database that
// tests start, which import nothing of this module's.
var apart = []string{"esdbtest", "internal/postgrestest"}

// found is what the source of a package has to do with errors.
type found struct {
	codes    map[string]bool   // every code that is given to an error or a rejection
	exported map[string]string // exported Err… by name, with the code or ""
	types    map[string]bool   // exported types that are errors; true if they have a code
}

func (f *found) file(file *ast.File, of string) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					f.values(v, d.Tok, of)
				}
			}
		case *ast.FuncDecl:
			f.method(d, of)
		}
	}
}

// values takes in what a var or const line says: ErrX = fault.New(…), or a
// rejection's code.
func (f *found) values(v *ast.ValueSpec, tok token.Token, of string) {
	for i, name := range v.Names {
		code := ""
		if i < len(v.Values) {
			code = given(v.Values[i])
			if typ, ok := v.Type.(*ast.Ident); ok && tok == token.CONST && of == "aggregate" && typ.Name == "Code" {
				code = unquoted(v.Values[i])
			}
		}
		if code != "" {
			f.codes[code] = true
		}
		if tok == token.VAR && strings.HasPrefix(name.Name, "Err") {
			f.exported[of+"."+name.Name] = code
		}
	}
}

// method takes in the Error and Code methods of a type.
func (f *found) method(d *ast.FuncDecl, of string) {
	if d.Recv == nil || d.Name.Name != "Error" && d.Name.Name != "Code" {
		return
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	name, ok := typ.(*ast.Ident)
	if !ok || !name.IsExported() {
		return
	}
	key := of + "." + name.Name
	f.types[key] = f.types[key] || d.Name.Name == "Code"
	if r, ok := d.Body.List[0].(*ast.ReturnStmt); ok && d.Name.Name == "Code" {
		if code := unquoted(r.Results[0]); code != "" {
			f.codes[code] = true
		}
	}
}

// given is the code in fault.New(room, code), with or without With behind it.
func given(e ast.Expr) (code string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && len(c.Args) == 2 {
			if s, ok := c.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "New" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "fault" {
					code = unquoted(c.Args[1])
				}
			}
		}
		return true
	})
	return code
}

func unquoted(e ast.Expr) string {
	if b, ok := e.(*ast.BasicLit); ok {
		text, _ := strconv.Unquote(b.Value)
		return text
	}
	return ""
}

// module reads every package that a host can import, and the command.
func module(t *testing.T) *found {
	t.Helper()
	const root = "../.."
	all := &found{map[string]bool{}, map[string]string{}, map[string]bool{}}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		of, err := filepath.Rel(root, path)
		require.NoError(t, err)
		of = filepath.ToSlash(of)
		if d.IsDir() {
			_, none := os.Stat(filepath.Join(path, "go.mod"))
			if of != "." && none == nil || slices.Contains(apart, of) || d.Name() == "testdata" || d.Name() == "internal" || of != "." && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		all.file(file, strings.TrimSuffix(of, "/"+filepath.Base(path)))
		return nil
	}))
	return all
}

// TestEveryErrorHasItsCode: each exported error of the module has a code of the
// list, each exported type of errors has a code, and each code of the list is used.
func TestEveryErrorHasItsCode(t *testing.T) {
	all := module(t)
	require.Greater(t, len(all.exported), 60, "the source was not found")
	for name, code := range all.exported {
		require.NotEmpty(t, code, "%s is not made by fault.New", name)
	}
	for name, has := range all.types {
		if name != "aggregate.Rejection" { // whose Code is its field, and what it wraps
			require.True(t, has, "%s is an error without a method Code", name)
		}
	}
	var listed []string
	for _, k := range fault.List() {
		listed = append(listed, k.Code)
	}
	for code := range all.codes {
		require.Contains(t, listed, code, "the list lacks a code that is used")
	}
	for _, code := range listed {
		require.True(t, all.codes[code], "nothing has the code %s of the list", code)
	}
}

// The check finds what it is for.
func TestEveryErrorHasItsCodeFinds(t *testing.T) {
	const source = `package p
var ErrNone = errors.New("none")
var ErrOne = fault.New("p", "one").With(nil, "of one")
type BadError struct{}
func (*BadError) Error() string { return "" }
type GoodError struct{}
func (GoodError) Error() string { return "" }
func (GoodError) Code() string { return "two" }
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, 0)
	require.NoError(t, err)
	f := &found{map[string]bool{}, map[string]string{}, map[string]bool{}}
	f.file(file, "p")
	require.Equal(t, map[string]string{"p.ErrNone": "", "p.ErrOne": "one"}, f.exported)
	require.Equal(t, map[string]bool{"p.BadError": false, "p.GoodError": true}, f.types)
	require.Equal(t, map[string]bool{"one": true, "two": true}, f.codes)
}
