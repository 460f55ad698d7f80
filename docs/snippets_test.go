package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pages are the documents with their paths from this folder.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"../*.md", "*.md", "howto/*.md", "decisions/*.md"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			found[filepath.ToSlash(path)] = string(text)
		}
	}
	return found
}

var goBlock = regexp.MustCompile("(?ms)^ *```go\n(.*?)^ *```")

// TestSnippets: what a document shows in Go stands in the code, line for line, and
// so is compiled and, in an example or a test, runs. Only the indentation may differ;
// between "..." lines are left out.
func TestSnippets(t *testing.T) {
	var code []string
	for _, path := range goFiles(t) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		code = append(code, trimmed(string(text)))
	}
	found := 0
	for path, text := range pages(t) {
		for _, block := range goBlock.FindAllStringSubmatch(text, -1) {
			found++
			require.True(t, quotes(code, block[1]), "%s shows Go code that no file has in this form:\n%s", path, block[1])
		}
	}
	require.Greater(t, found, 5, "hardly anything was found; does the pattern still fit?")
}

// quotes reports whether one of the files has all parts of a block, in order.
func quotes(files []string, block string) bool {
	parts := strings.Split(strings.ReplaceAll(trimmed(block), "\n...\n", "\n\x00\n"), "\x00\n")
	return slices.ContainsFunc(files, func(rest string) bool {
		for _, part := range parts {
			_, after, ok := strings.Cut(rest, "\n"+strings.TrimPrefix(part, "\n"))
			if !ok {
				return false
			}
			rest = "\n" + after
		}
		return true
	})
}

// trimmed is a text without indentation and empty lines, between line ends.
func trimmed(text string) string {
	var b strings.Builder
	b.WriteByte('\n')
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func TestQuotes(t *testing.T) {
	file := []string{trimmed("func f() {\n\ta := 1\n\tb := 2\n\n\tc := 3\n}\n")}
	for block, want := range map[string]bool{
		"a := 1\nb := 2\n":           true,
		"b := 2\nc := 3\n":           true,
		"a := 1\n...\nc := 3\n":      true,
		"c := 3\n...\na := 1\n":      false,
		"a := 1\nc := 3\n":           false,
		"a :=\n":                     false,
		"a := 1\n...\nb := 2\n...\n": true,
	} {
		require.Equal(t, want, quotes(file, block), block)
	}
}
