package catalogue

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// words are what the sources say that reflection cannot see.
type words struct {
	types  map[string]string   // "event.InviteSent": its doc comment
	fields map[string]string   // "event.InviteSent.ExpiresAt": its comment
	values map[string][]string // "event.WithdrawReason": the constants of the type
	codes  []code              // the constants of aggregate.Code, as they stand
}

// code is a rejection code with the comment beside it.
type code struct{ value, comment string }

// readWords reads the packages aggregate and event, without their tests.
func readWords(aggregate, event string) (words, error) {
	w := words{types: map[string]string{}, fields: map[string]string{}, values: map[string][]string{}}
	for _, dir := range []string{aggregate, event} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return w, err
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return w, fmt.Errorf("catalogue: %w", err)
			}
			w.read(file)
		}
	}
	return w, nil
}

func (w *words) read(file *ast.File) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				w.readType(file.Name.Name+"."+spec.Name.Name, group.Doc, spec)
			case *ast.ValueSpec:
				w.readConstants(file.Name.Name, spec)
			}
		}
	}
}

func (w *words) readType(name string, above *ast.CommentGroup, spec *ast.TypeSpec) {
	w.types[name] = line(spec.Doc) + line(above)
	if shape, ok := spec.Type.(*ast.StructType); ok {
		for _, f := range shape.Fields.List {
			for _, n := range f.Names {
				w.fields[name+"."+n.Name] = line(f.Doc) + line(f.Comment)
			}
		}
	}
}

// readConstants keeps the constants of a string type with a name of its own.
func (w *words) readConstants(pkg string, spec *ast.ValueSpec) {
	typ, ok := spec.Type.(*ast.Ident)
	if !ok {
		return
	}
	for _, v := range spec.Values {
		literal, ok := v.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		value, _ := strconv.Unquote(literal.Value) // the parser has read it
		name := pkg + "." + typ.Name
		w.values[name] = append(w.values[name], value)
		if name == "aggregate.Code" {
			w.codes = append(w.codes, code{value, line(spec.Comment)})
		}
	}
}

// line is a comment in one line.
func line(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// nameOf is a type's name as the words have it.
func nameOf(t reflect.Type) string {
	return t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:] + "." + t.Name()
}
