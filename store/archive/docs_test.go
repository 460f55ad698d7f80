package archive_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// TestDocumentHasEveryColumn: docs/archive.md says of each column what
// it holds.
func TestDocumentHasEveryColumn(t *testing.T) {
	text, err := os.ReadFile("../../docs/archive.md")
	require.NoError(t, err)
	var block event.ColumnBlock
	for _, c := range block.Columns() {
		require.Regexp(t, `(?m)^\|.*`+"`"+c.Name+"`"+`.*\| (UUID|INT64|STRING) \|`, string(text), c.Name)
	}
}
