//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// serve ends when the file of the log is not there any more, with the reason.
func TestServeEndsWithoutItsLog(t *testing.T) {
	url := newStore(t)
	script := write(t, filepath.Join(t.TempDir(), "script.ndjson"), `{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-05T10:00:00Z","cmd":"RegisterClient","client":"`+client+`"}`)
	ok(t, "import", script, "--store", url)
	path := strings.TrimPrefix(url, "sqlite:")
	out, in := io.Pipe()
	code := make(chan int, 1)
	var stderr strings.Builder
	go func() {
		code <- run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0", "--store", url}, strings.NewReader(""), in, &stderr)
		_ = in.Close()
	}()
	_, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, os.Rename(path, path+"-away"))
	require.Equal(t, exitFailed, <-code)
	require.Contains(t, stderr.String(), "moved")
}
