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

// The server answers EventStoreDB's own client and ends when it is interrupted.
func TestEventstore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"eventstore", "--listen", "127.0.0.1:0", "--data", t.TempDir() + "/events.db", "--max-append-size", "10"}, strings.NewReader(""), in, io.Discard)
		_ = in.Close()
	}()
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	cfg, err := esdb.ParseConnectionString(strings.TrimSpace(url))
	require.NoError(t, err)
	cfg.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(cfg)
	require.NoError(t, err)
	_, err = client.AppendToStream(ctx, "stream", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "Happened", Data: []byte("{}")})
	require.NoError(t, err)
	_, err = client.AppendToStream(ctx, "stream", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "Happened", Data: []byte(`{"n":12345}`)})
	require.ErrorContains(t, err, "Maximum Append Size of 10 Exceeded.")
	require.NoError(t, client.Close())
	cancel()
	require.Equal(t, exitDone, <-code)
}

func TestEventstoreWrongUse(t *testing.T) {
	for name, args := range map[string][]string{
		"listen and cluster":        {"--listen", "127.0.0.1:1", "--cluster", "127.0.0.1:2,127.0.0.1:3"},
		"certificate without a key": {"--tls", "--tls-cert", "x.crt"},
		"an address without a port": {"--listen", "localhost"},
		"too large appends":         {"--max-append-size", "16777216"},
		"an argument":               {"x"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr strings.Builder
			require.Equal(t, exitUsage, run(t.Context(), append([]string{"eventstore"}, args...), strings.NewReader(""), io.Discard, &stderr))
			require.NotEmpty(t, stderr.String())
		})
	}
}
