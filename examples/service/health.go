package main

import (
	"context"
	"net/http"
	"time"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

// health is what who watches the service wants to know of its log. Errors are told
// by their codes: a message may name hosts that are nobody's business.
type health struct {
	Log        string      `json:"log"` // "ok", or what it fails with
	Connection *connection `json:"connection,omitempty"`
}

// connection is how the connection to a log in EventStoreDB fares.
type connection struct {
	Connected    bool      `json:"connected"`
	Since        time.Time `json:"since"` // it is so
	Replacements uint64    `json:"replacements"`
	LastError    string    `json:"last_error,omitempty"`
}

// patience is how long the log may take to say where it ends.
const patience = 2 * time.Second

// health answers 200 if the log can be read, else 503.
func (s *service) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	answer, status := health{Log: "ok"}, http.StatusOK
	if _, err := s.market.Store().Head(ctx); err != nil {
		answer.Log, status = marketplace.Code(err), http.StatusServiceUnavailable
	}
	if log, ok := s.market.Store().(interface{ Health() eventstoredb.Health }); ok {
		h := log.Health()
		answer.Connection = &connection{h.Connected, h.Since, h.Replacements, marketplace.Code(h.LastError)}
	}
	write(w, status, "application/json", answer)
}
