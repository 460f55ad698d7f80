package main

import (
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// stalling is the address of a server that gives so many bytes of another's, or of
// its own none at all, and then keeps the connection and never gives anything more.
func stalling(t *testing.T, behind string, bytes int64) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = client.Close() })
			if behind == "" {
				continue
			}
			server, err := net.Dial("tcp", behind)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = server.Close() })
			go func() { _, _ = io.Copy(server, client) }()
			go func() { _, _ = io.CopyN(client, server, bytes) }()
		}
	}()
	return l.Addr().String()
}

// A server that accepts and never answers, or stops in the midst of its answer, is
// given up by who only asks.
func TestStatsGivesUpOnADatabase(t *testing.T) {
	whole := postgreSQL.Database(t)
	ok(t, "follow", "--store", small(t), "--read-model", whole, "--once")
	u, err := url.Parse(whole)
	require.NoError(t, err)
	at := func(host string) string {
		other := *u
		other.Host = host
		return other.String()
	}
	for name, model := range map[string]string{
		"it never answers":             at(stalling(t, "", 0)),
		"it stops after the handshake": at(stalling(t, u.Host, 1_000)),
		"it stops in its answer":       at(stalling(t, u.Host, 60_000)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := call(t, "stats", "--read-model", model, "--timeout", "2s")
			refused(t, r, exitFailed, "has given nothing for 2s: it does not answer")
			require.Contains(t, r.err, "--timeout")
		})
	}
	fails(t, exitUsage, "--timeout 0s", "stats", "--read-model", whole, "--timeout", "0s")
	require.NotEmpty(t, ok(t, "stats", "--read-model", at(stalling(t, u.Host, 1<<40))), "else it is not the stop that is met")
}
