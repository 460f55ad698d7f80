package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

// eventstore runs the command until the test ends and returns the connection
// string that it prints.
func eventstore(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"eventstore"}, args...), strings.NewReader(""), in, io.Discard)
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		require.Equal(t, exitDone, <-code, "it is interrupted")
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(url)
}

// appendOf appends an event of so many bytes.
func appendOf(t *testing.T, url string, bytes int) error {
	t.Helper()
	cfg, err := esdb.ParseConnectionString(url)
	require.NoError(t, err)
	cfg.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	_, err = client.AppendToStream(t.Context(), "stream", esdb.AppendToStreamOptions{},
		esdb.EventData{EventType: "Happened", Data: make([]byte, bytes)})
	return err
}

// The server answers EventStoreDB's own client and ends when it is interrupted.
func TestEventstore(t *testing.T) {
	require.NoError(t, appendOf(t, eventstore(t, "--listen", "127.0.0.1:0", "--data", t.TempDir()+"/events.db"), 2))
}

// Where the authority goes to standard output, the address goes beside it.
func TestEventstoreAuthorityToOutput(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	errs, in := io.Pipe()
	var out strings.Builder
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"eventstore", "--listen", "127.0.0.1:0", "--tls", "--ca-out", "-"}, strings.NewReader(""), &out, in)
	}()
	url, err := bufio.NewReader(errs).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, url, "esdb://")
	cancel()
	require.Equal(t, exitDone, <-code)
	require.True(t, strings.HasPrefix(out.String(), "-----BEGIN CERTIFICATE-----"), out.String())
	require.NotContains(t, out.String(), "esdb://")
}

// The settings of the server are those of the command line.
func TestEventstoreSettings(t *testing.T) {
	t.Run("users", func(t *testing.T) {
		url := eventstore(t, "--listen", "127.0.0.1:0", "--tls", "--user", "ann:secret:readers", "--user", "bob:b") + "&tlsVerifyCert=false"
		as := func(login string) string { return strings.Replace(url, "admin:changeit", login, 1) }
		require.NoError(t, appendOf(t, as("admin:changeit"), 2))
		require.NoError(t, appendOf(t, as("ann:secret"), 2))
		require.NoError(t, appendOf(t, as("bob:b"), 2))
		require.Error(t, appendOf(t, as("bob:secret"), 2))
		require.Error(t, appendOf(t, strings.Replace(url, "admin:changeit@", "", 1), 2))
	})
	t.Run("anonymous access", func(t *testing.T) {
		url := eventstore(t, "--listen", "127.0.0.1:0", "--tls", "--allow-anonymous-stream-access") + "&tlsVerifyCert=false"
		require.NoError(t, appendOf(t, strings.Replace(url, "admin:changeit@", "", 1), 2))
	})
	t.Run("size of an append", func(t *testing.T) {
		url := eventstore(t, "--listen", "127.0.0.1:0", "--max-append-size", "100")
		require.NoError(t, appendOf(t, url, 100))
		require.ErrorContains(t, appendOf(t, url, 101), "Maximum Append Size of 100 Exceeded.")
	})
	t.Run("an insecure cluster", func(t *testing.T) {
		url := eventstore(t, "--insecure", "--cluster", "127.0.0.1:0,127.0.0.1:0")
		require.Contains(t, url, "tls=false")
		require.NoError(t, appendOf(t, url, 2))
	})
	t.Run("a secure cluster", func(t *testing.T) {
		url := eventstore(t, "--cluster", "127.0.0.1:0,127.0.0.1:0")
		require.NoError(t, appendOf(t, url+"&tlsVerifyCert=false", 2))
	})
}

func TestEventstoreWrongUse(t *testing.T) {
	for name, args := range map[string][]string{
		"listen and cluster":        {"--listen", "127.0.0.1:1", "--cluster", "127.0.0.1:2,127.0.0.1:3"},
		"certificate without a key": {"--tls", "--tls-cert", "x.crt"},
		"an address without a port": {"--listen", "localhost"},
		"too large appends":         {"--max-append-size", "16777216"},
		"an argument":               {"x"},
		"secure and insecure":       {"--tls", "--insecure"},
		"a user without TLS":        {"--user", "ann:secret"},
		"a user in the open":        {"--cluster", "127.0.0.1:2,127.0.0.1:3", "--insecure", "--user", "ann:secret"},
		"a user without a password": {"--tls", "--user", "ann"},
		"an empty password":         {"--tls", "--user", "ann:"},
		"a group without a name":    {"--tls", "--user", "ann:secret:readers,"},
		"a negative limit":          {"--max-append-size", "-1"},
		"an authority of nobody":    {"--ca-out", "ca.crt"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr strings.Builder
			require.Equal(t, exitUsage, run(t.Context(), append([]string{"eventstore"}, args...), strings.NewReader(""), io.Discard, &stderr))
			require.NotEmpty(t, stderr.String())
			require.NotContains(t, stderr.String(), "secret", "a password is told")
		})
	}
}
