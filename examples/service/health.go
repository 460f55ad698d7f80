package main

import (
	"context"
	"net/http"
	"time"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/health"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

// logHealth is what who watches the service wants to know of its log. Errors are told
// by their codes: a message may name hosts that are nobody's business.
type logHealth struct {
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

// known is a log that knows how its connection fares.
type known interface{ Health() eventstoredb.Health }

// within is the log itself, below what counts its calls.
func within(log store.Store) store.Store {
	for {
		counting, ok := log.(interface{ Unwrap() store.Store })
		if !ok {
			return log
		}
		log = counting.Unwrap()
	}
}

// ofLog asks a log where it ends. One that has no connection says so: it is away, and
// no request need wait for it.
func ofLog(log store.Store) health.Check {
	log = within(log)
	return health.Check{Name: "log", Ask: func(ctx context.Context) error {
		_, err := log.Head(ctx)
		if k, ok := log.(known); ok && err != nil && !k.Health().Connected {
			return store.ErrUnavailable.With(k.Health().LastError, "there is no connection")
		}
		return err
	}}
}

// patience is how long the log may take to say where it ends.
const patience = 2 * time.Second

// health answers 200 if the log can be read, else 503.
func (s *service) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	answer, status := logHealth{Log: "ok"}, http.StatusOK
	if _, err := s.market.Store().Head(ctx); err != nil {
		answer.Log, status = marketplace.Code(err), http.StatusServiceUnavailable
	}
	if log, ok := within(s.market.Store()).(known); ok {
		h := log.Health()
		answer.Connection = &connection{h.Connected, h.Since, h.Replacements, marketplace.Code(h.LastError)}
	}
	write(w, status, "application/json", answer)
}

// ofDeadlines tells how long ago the first thing was due that nothing keeps back.
func ofDeadlines(p *process.Runner) health.Check {
	return health.Check{
		Name: "deadlines", Ask: func(context.Context) error { return nil },
		Behind: func() time.Duration { return p.Status().Overdue(time.Now()) },
	}
}
