package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

func (s server) health() (int, logHealth) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(s.Context(), "GET", "/health", nil))
	var answer logHealth
	require.NoError(s, json.Unmarshal(w.Body.Bytes(), &answer))
	return w.Code, answer
}

func TestHealth(t *testing.T) {
	t.Run("a log without a connection", func(t *testing.T) {
		log := newLog()
		s := newServer(t, log)
		status, answer := s.health()
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, logHealth{Log: "ok"}, answer)
		require.NoError(t, log.Close())
		status, answer = s.health()
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Equal(t, logHealth{Log: store.ErrClosed.Code()}, answer)
	})
	t.Run("EventStoreDB", func(t *testing.T) {
		log, err := eventstoredb.Open(t.Context(), esdbtest.Start(t).ConnectionString(), eventstoredb.Options{})
		require.NoError(t, err)
		status, answer := newServer(t, log).health()
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "ok", answer.Log)
		require.True(t, answer.Connection.Connected)
		require.False(t, answer.Connection.Since.IsZero())
		require.Empty(t, answer.Connection.LastError)
	})
}

// TestKnownAway: when the log is known to be away every request is told so at once, and
// to come again; who may not send a command is told that. When it is back all goes on.
func TestKnownAway(t *testing.T) {
	node := esdbtest.Start(t)
	log, err := eventstoredb.Open(t.Context(), node.ConnectionString(), eventstoredb.Options{})
	require.NoError(t, err)
	s := newServer(t, log)
	register := fmt.Sprintf(`{"client":%q}`, client)
	require.Eventually(t, func() bool { return s.status("/readyz") == http.StatusOK }, time.Minute, 10*time.Millisecond)
	node.Stop()
	require.Eventually(t, func() bool { return s.status("/readyz") == http.StatusServiceUnavailable }, time.Minute, 10*time.Millisecond)
	require.Equal(t, http.StatusOK, s.status("/healthz"))
	began := time.Now()
	for _, path := range []string{"/marketplace", "/freelancers/" + freelancer.String(), "/clients/" + client.String()} {
		status, answer := s.ask("GET", path, "", "", "")
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Equal(t, "unavailable", answer["code"])
	}
	status, answer := s.command("platform", "RegisterClient", register)
	require.Equal(t, http.StatusServiceUnavailable, status, answer)
	require.Equal(t, "unavailable", answer["code"])
	status, answer = s.command("freelancer", "RegisterClient", register)
	require.Equal(t, http.StatusForbidden, status, answer)
	require.Less(t, time.Since(began), 20*time.Second) // one call alone waits 30 s for its log
	require.NoError(t, node.Restart())
	require.Eventually(t, func() bool { return s.status("/readyz") == http.StatusOK }, time.Minute, 10*time.Millisecond)
	status, answer = s.command("platform", "RegisterClient", register)
	require.Equal(t, http.StatusOK, status, answer)
}

func (s server) status(path string) int {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(s.Context(), "GET", path, nil))
	return w.Code
}
