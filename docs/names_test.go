package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	mdLink   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
	fence    = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	goName   = regexp.MustCompile(`^\*?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$`)
	filePath = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+$`)
)

// TestLinks: a link of a document leads to a file or a folder that is there.
func TestLinks(t *testing.T) {
	found := 0
	for path, text := range pages(t) {
		for _, m := range mdLink.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			found++
			_, err := os.Stat(filepath.Join(filepath.Dir(path), target))
			require.NoError(t, err, "%s links to %s", path, m[1])
		}
	}
	require.Greater(t, found, 100, "hardly anything was found; does the pattern still fit?")
}

// TestNames: every file, test and name of the code that a page of howto writes as
// code is there.
func TestNames(t *testing.T) {
	declared := declaredNames(t)
	found := 0
	for path, text := range pages(t) {
		if !strings.HasPrefix(path, "howto/") {
			continue
		}
		for _, m := range codeSpan.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			switch name := m[1]; {
			case filePath.MatchString(name):
				found++
				_, err := os.Stat(filepath.Join("..", name))
				require.NoError(t, err, "%s names %s", path, name)
			case goName.MatchString(name):
				found++
				for _, part := range strings.Split(strings.TrimPrefix(name, "*"), ".") {
					require.True(t, declared[part], "%s names %s, and nothing in the code is called %s", path, name, part)
				}
			}
		}
	}
	require.Greater(t, found, 80, "hardly anything was found; does the pattern still fit?")
}

// declaredNames are those of packages, and of what they declare, with fields and
// methods.
func declaredNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, path := range goFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		names[file.Name.Name] = true
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[n.Name.Name] = true
				return false
			case *ast.TypeSpec:
				names[n.Name.Name] = true
			case *ast.ValueSpec:
				declare(names, n.Names)
			case *ast.Field:
				declare(names, n.Names)
			}
			return true
		})
	}
	return names
}

func declare(names map[string]bool, idents []*ast.Ident) {
	for _, i := range idents {
		names[i.Name] = true
	}
}
