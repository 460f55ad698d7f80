// Package generated keeps the parts of documents that are made of the code as the
// code is: what a test finds out of date, its flag writes anew.
package generated

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Section holds what stands in a document between two marks against the text that
// the code gives. With update it writes the text; else command says how.
func Section(t *testing.T, path, begin, end, text string, update bool, command string) {
	t.Helper()
	is, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(is), begin)
	require.True(t, found, "%s has no %q", path, begin)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found, "%s has no %q", path, end)
	want := before + begin + text + end + after
	if update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(is), "%s writes it anew", command)
}
