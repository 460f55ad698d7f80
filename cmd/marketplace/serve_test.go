package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// serving is the program that serves until the test ends; then it must end well.
func serving(t *testing.T, args ...string) (url string) {
	t.Helper()
	var stderr strings.Builder
	t.Cleanup(func() { require.Empty(t, stderr.String()) })
	return servingTelling(t, &stderr, args...)
}

// servingTelling is serving by a program that may say something meanwhile.
func servingTelling(t *testing.T, stderr io.Writer, args ...string) (url string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), strings.NewReader(""), in, stderr)
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		require.Equal(t, exitDone, <-code)
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

func page(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(text))
	return string(text)
}

// Of a log, what is written to it meanwhile is on the next page.
func TestServe(t *testing.T) {
	store := newStore(t)
	first := write(t, filepath.Join(t.TempDir(), "first.ndjson"), `{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-05T10:00:00Z","cmd":"RegisterClient","client":"`+client+`"}`)
	second := write(t, filepath.Join(t.TempDir(), "second.ndjson"), `{"id":"00000000-0000-4000-8000-000000000002","at":"2016-01-06T10:00:00Z","cmd":"RegisterFreelancer","freelancer":"`+freelancer+`"}`)
	ok(t, "import", first, "--store", store)
	url := serving(t, "--store", store, "--currency", "EUR")
	require.Contains(t, page(t, url+"?as_of=2016-12-31"), "No freelancer is registered")
	ok(t, "import", second, "--store", store)
	require.Contains(t, page(t, url+"?as_of=2016-12-31"), "/freelancers/"+freelancer)
	require.Contains(t, page(t, url+"freelancers/"+freelancer+"?as_of=2016-12-31"), "EUR")
	require.Contains(t, page(t, url+"events/2"), "FreelancerRegistered")
}

// Who asks by the name of a page of the web is refused.
func TestServeOnlyLocal(t *testing.T) {
	url := serving(t, "--store", small(t))
	for host, want := range map[string]int{
		"evil.example": http.StatusMisdirectedRequest, "evil.example:80": http.StatusMisdirectedRequest, "192.0.2.1": http.StatusMisdirectedRequest,
		"LOCALHOST": http.StatusOK, "LocalHost:8080": http.StatusOK, "localhost": http.StatusOK, "localhost:8080": http.StatusOK, "127.0.0.1:1": http.StatusOK, "[::1]:80": http.StatusOK, "[::1]": http.StatusOK,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		request.Host = host
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, want, answer.StatusCode, host)
	}
}

func TestServeWrongUse(t *testing.T) {
	fails(t, exitUsage, "is no address", "serve", "--listen", "8080", "--store", small(t))
	fails(t, exitUsage, "not a currency code", "serve", "--currency", "euro")
	fails(t, exitNotFound, "there is no log", "serve", "--store", "sqlite:nowhere.db")
	fails(t, exitUsage, "a log in memory ends", "serve", "--store", "memory:")
	fails(t, exitFailed, "listen", "serve", "--listen", "256.0.0.1:1", "--store", small(t))
}
