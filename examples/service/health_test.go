package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

func (s server) health() (int, health) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(s.Context(), "GET", "/health", nil))
	var answer health
	require.NoError(s, json.Unmarshal(w.Body.Bytes(), &answer))
	return w.Code, answer
}

func TestHealth(t *testing.T) {
	t.Run("a log without a connection", func(t *testing.T) {
		log := newLog()
		s := newServer(t, log)
		status, answer := s.health()
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, health{Log: "ok"}, answer)
		require.NoError(t, log.Close())
		status, answer = s.health()
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Equal(t, health{Log: store.ErrClosed.Code()}, answer)
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
