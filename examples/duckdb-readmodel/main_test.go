package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), filepath.Join(t.TempDir(), "market.duckdb"), "../history/small.ndjson", &out))
	require.Equal(t, `from 2016-01-01T00:00:00Z: 45 payments, the middle one of 10.00, 4791.69 so far
from 2016-04-01T00:00:00Z: 150 payments, the middle one of 50.00, 21640.86 so far
from 2016-07-01T00:00:00Z: 100 payments, the middle one of 50.00, 60995.86 so far
from 2016-10-01T00:00:00Z: 14 payments, the middle one of 90.00, 64180.86 so far
`, out.String())
}
