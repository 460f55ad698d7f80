package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "market.db"), "../history/small.ndjson", &out))
	require.Equal(t, `6039f32f-40ac-4b38-ab29-c05fb48f5f2f worked for 12 clients and was paid 24100.00
da1421fb-a8d9-4709-adf8-f76b5ccd770e worked for 3 clients and was paid 5579.45
89827fff-d61a-45b9-a54e-695c4149c165 worked for 6 clients and was paid 5200.00
`, out.String())
}
