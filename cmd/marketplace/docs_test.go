package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	shellBlock   = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```")
	shellComment = regexp.MustCompile(`\s+(#.*|&)$`)
)

// TestDocumented: the commands that the documents show are ones that there are,
// with arguments and flags that they take, of files that are in the repository.
func TestDocumented(t *testing.T) {
	found := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/howto/*.md"} {
		paths, err := filepath.Glob("../../" + pattern)
		require.NoError(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, line := range documented(string(text)) {
				found++
				requireUsable(t, line)
			}
		}
	}
	require.Greater(t, found, 30, "hardly anything was found; does the pattern still fit?")
}

// documented are the uses of this command in the shell blocks of a document.
func documented(text string) (lines [][]string) {
	for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "go run ./cmd/")
			args := strings.Fields(strings.ReplaceAll(shellComment.ReplaceAllString(line, ""), `"`, ""))
			if len(args) > 0 && strings.TrimPrefix(args[0], "./") == "marketplace" {
				lines = append(lines, args[1:])
			}
		}
	}
	return lines
}

func requireUsable(t *testing.T, args []string) {
	t.Helper()
	c := &cli{}
	root := c.root()
	root.SetOut(io.Discard)
	cmd, rest, err := root.Find(args)
	require.NoError(t, err, args)
	require.True(t, cmd.Runnable() && cmd != root, "%v is no command", args)
	require.NoError(t, cmd.ParseFlags(rest), args)
	require.NoError(t, cmd.ValidateArgs(cmd.Flags().Args()), args)
	for _, arg := range args {
		if strings.HasPrefix(arg, "examples/") {
			require.FileExists(t, filepath.Join("../..", arg))
		}
	}
}

func TestDocumentedFindsFaults(t *testing.T) {
	block := func(line string) string { return "```sh\n" + line + "\n```\n" }
	require.Equal(t, [][]string{{"import", "x", "--store", "esdb://a?b=c"}}, documented(block(`./marketplace import x --store "esdb://a?b=c" &`)))
	require.Equal(t, [][]string{{"demo"}}, documented(block("go run ./cmd/marketplace demo   # four years")))
	require.Empty(t, documented(block("go build -o marketplace ./cmd/marketplace")+"marketplace demo\n"))
	root := (&cli{}).root()
	_, _, err := root.Find([]string{"no-such-command"})
	require.Error(t, err)
	cmd, rest, err := root.Find([]string{"explain", "funnel", "--no-such-flag"})
	require.NoError(t, err)
	require.Error(t, cmd.ParseFlags(rest))
}
