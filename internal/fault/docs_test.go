package fault_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/fault"
)

var update = flag.Bool("update", false, "write the list into docs/errors.md anew")

// TestDocs: docs/errors.md lists every code as it is.
func TestDocs(t *testing.T) {
	const path, begin, end = "../../docs/errors.md", "<!-- codes -->\n", "<!-- end of codes -->"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found)
	want := before + begin + list() + end + after
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(text), "go test ./internal/fault -run TestDocs -update writes it anew")
}

func list() string {
	var b strings.Builder
	b.WriteString("\n| code | what it means | what to do | HTTP | exit | again |\n|---|---|---|---|---|---|\n")
	for _, k := range fault.List() {
		again := ""
		if k.Again {
			again = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %d | %d | %s |\n", k.Code, k.Meaning, k.Do, k.HTTP, k.Exit, again)
	}
	return b.String() + "\n"
}
