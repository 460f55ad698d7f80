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
	require.Equal(t, `from 2016-01-01T00:00:00Z: 33 payments, the middle one of 30.00, 5085.94 so far
from 2016-04-01T00:00:00Z: 120 payments, the middle one of 50.00, 22197.33 so far
from 2016-07-01T00:00:00Z: 69 payments, the middle one of 75.00, 57816.51 so far
from 2016-10-01T00:00:00Z: 25 payments, the middle one of 150.00, 64751.51 so far
`, out.String())
}
