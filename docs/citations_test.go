// Package docs_test holds the documents against the code that leans on them.
package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A citation is "rules 4", "law 2" or "fine print J3", or several: "fine print J3,
// J5 and J7", "fine print J3 to J5". The name of a test case that begins with a
// label of the fine print cites it, too.
var (
	citation = regexp.MustCompile(`(?i)\b(rules|law|fine print) ([A-Z]?\d+)\b((?:(?:,| and|, and| to) [A-Z]?\d+\b)*)`)
	further  = regexp.MustCompile(`(,| and|, and| to) ([A-Z]?\d+)`)
	anchor   = regexp.MustCompile(`docs/(rules|fine-print)\.md#([a-z0-9-]+)`)
	label    = regexp.MustCompile(`^([A-Z]\d{1,2})(:?) `)
	bare     = regexp.MustCompile(`\b[A-Z]\d{1,2}\b`)
)

// otherLabels are folders whose comments number the defects of EventStoreDB's
// official client with labels of their own.
var otherLabels = []string{"../store/eventstoredb/", "../esdbtest/"}

// headings are what a citation can resolve to: "rules 4", "law 2", "fine print J3".
type headings map[string]bool

func readHeadings(t *testing.T) headings {
	t.Helper()
	found := headings{}
	for file, pattern := range map[string]*regexp.Regexp{
		"rules.md":      regexp.MustCompile(`(?m)^## ((?:Rules|Law) \d+)$`),
		"fine-print.md": regexp.MustCompile(`(?m)^### ([A-Z]\d+)$`),
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
			name := strings.ToLower(m[1][:1]) + m[1][1:]
			if file == "fine-print.md" {
				name = "fine print " + m[1]
			}
			require.False(t, found[name], "%s has two headings %s", file, m[1])
			found[name] = true
		}
	}
	return found
}

// letters are the letters with which the fine print's labels begin.
func (h headings) letters() map[byte]bool {
	found := map[byte]bool{}
	for name := range h {
		if l, ok := strings.CutPrefix(name, "fine print "); ok {
			found[l[0]] = true
		}
	}
	return found
}

// TestCitations: every rule that code or a test cites has its heading.
func TestCitations(t *testing.T) {
	known := readHeadings(t)
	cited := map[string]bool{}
	for _, path := range goFiles(t) {
		for _, wrong := range known.check(t, path, nil, cited) {
			t.Error(wrong)
		}
	}
	require.Greater(t, len(cited), 80, "hardly anything was found; does the pattern still fit?")
}

func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") {
			files = append(files, filepath.ToSlash(path))
		}
		return err
	}))
	return files
}

// check lists what is wrong with the citations of a file.
func (h headings) check(t *testing.T, path string, source any, cited map[string]bool) (wrong []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	at := func(n ast.Node, format string, args ...any) {
		wrong = append(wrong, files.Position(n.Pos()).String()+": "+fmt.Sprintf(format, args...))
	}
	resolve := func(n ast.Node, name string) {
		cited[name] = true
		if !h[name] {
			at(n, "%s has no heading in docs/rules.md or docs/fine-print.md", name)
		}
	}
	letters := h.letters()
	if slices.ContainsFunc(otherLabels, func(dir string) bool { return strings.HasPrefix(path, dir) }) {
		letters = nil
	}
	for _, c := range file.Comments {
		text := strings.Join(strings.Fields(c.Text()), " ")
		for _, m := range anchor.FindAllStringSubmatch(text, -1) {
			resolve(c, named(m[1], m[2]))
		}
		for _, m := range citation.FindAllStringSubmatch(text, -1) {
			for _, name := range all(strings.ToLower(m[1]), m[2], m[3]) {
				resolve(c, name)
			}
		}
		for _, l := range bare.FindAllString(citation.ReplaceAllString(text, ""), -1) {
			if letters[l[0]] {
				at(c, "%s alone: say fine print %[1]s, if that is meant", l)
			}
		}
	}
	if strings.HasSuffix(path, "_test.go") {
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING {
				text, _ := strconv.Unquote(s.Value) // the parser has read it
				if m := label.FindStringSubmatch(text); m != nil && letters[m[1][0]] {
					resolve(n, "fine print "+m[1])
					if m[2] != "" {
						at(n, "a case's name is the label, a space, and the rest: no colon")
					}
				}
			}
			return true
		})
	}
	return wrong
}

// named is the citation that an anchor stands for.
func named(file, fragment string) string {
	if file == "fine-print" {
		return "fine print " + strings.ToUpper(fragment)
	}
	return strings.Replace(fragment, "-", " ", 1)
}

// all are the citations in one phrase; those between the ends of a "to" as well.
func all(what, first, rest string) []string {
	last := first
	names := []string{what + " " + first}
	for _, m := range further.FindAllStringSubmatch(rest, -1) {
		if m[1] == " to" {
			for i := number(last) + 1; i < number(m[2]); i++ {
				names = append(names, what+" "+strings.TrimRight(last, "0123456789")+strconv.Itoa(i))
			}
		}
		last = m[2]
		names = append(names, what+" "+last)
	}
	return names
}

func number(label string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return n
}

// TestCitationsFinds keeps the check itself from finding nothing.
func TestCitationsFinds(t *testing.T) {
	known := readHeadings(t)
	for source, wrong := range map[string]int{
		"// rules 4, fine print\n// J3.":   0,
		"// rules 12":                      1,
		"// (rules\n// 12)":                1,
		"// law 4":                         1,
		"// fine print J99":                1,
		"// fine print J14 to J16, and K1": 2, // the two after the last of its section
		"// fine print E5, E6, J1":         0,
		"// fine print E5, E66 and J99":    2,
		"// fine print E6 and Z1":          1,
		"// J3: voided":                    1,
		"// week W05":                      0,
		"// docs/rules.md#rules-4 and docs/fine-print.md#j3":     0,
		"// docs/rules.md#rules-12 and docs/fine-print.md#j99":   2,
		`var _ = []string{"J3 a barred client", "J3", "W05 is"}`: 0,
		`var _ = "J99 nothing"`:                                  1,
		`var _ = "J3: a barred client"`:                          1,
	} {
		require.Len(t, known.check(t, "x_test.go", "package x\n\n"+source+"\n", map[string]bool{}), wrong, source)
	}
}
