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
	require.Equal(t, `d58aa727-e96f-4e68-a2be-fb4024e93f63 worked for 12 clients and was paid 24100.00
6062c146-34f9-4d43-b4c0-4d05d419e748 worked for 3 clients and was paid 7701.67
fbe14750-805f-483d-9419-80a3ce02e1a5 worked for 6 clients and was paid 5200.00
`, out.String())
}
