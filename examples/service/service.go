package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/health"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/statistics"
)

// service is the HTTP face of a marketplace.
type service struct {
	market  *marketplace.Marketplace
	tokens  tokens
	logger  *slog.Logger
	watched *health.Monitor // of the log
}

func newService(m *marketplace.Marketplace, t tokens, logger *slog.Logger, watched *health.Monitor) http.Handler {
	s := &service{market: m, tokens: t, logger: logger, watched: watched}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]http.HandlerFunc{
		"POST /commands/{name}":             s.command,
		"GET /freelancers/{id}":             s.freelancer,
		"GET /freelancers/{id}/job-success": s.jobSuccess,
		"GET /freelancers/{id}/my-stats":    s.myStats,
		"GET /clients/{id}":                 s.client,
		"GET /clients/{id}/profile":         s.clientProfile,
		"GET /marketplace":                  s.marketplace,
	} {
		mux.HandleFunc(pattern, s.whileLogIsThere(answer))
	}
	mux.HandleFunc("GET /healthz", health.Live)
	mux.HandleFunc("GET /readyz", watched.Ready)
	mux.HandleFunc("GET /health", s.health)
	return mux
}

// whileLogIsThere answers at once, and lets no request wait, when the log is known to
// be away.
func (s *service) whileLogIsThere(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, done := s.watched.While(r.Context())
		defer done()
		next(w, r.WithContext(ctx))
	}
}

// done is the answer to a command. Position is the place of its last event in
// the log: whoever reads a read model elsewhere waits for it there and so reads
// what it has written. The questions of this service need no waiting, since
// they see everything that was in the log when they came.
type done struct {
	Command  uuid.UUID      `json:"command"`
	Stream   string         `json:"stream"`
	Revision uint64         `json:"revision"`
	Position event.Position `json:"position"`
	Events   []string       `json:"events"` // their types
	Repeated bool           `json:"repeated"`
}

// command takes a command by its name, its fields as the body. The header
// Idempotency-Key is its id: whoever got no answer sends the same request again
// and gets the first outcome, and nobody gets it for another request. What the moment
// is, the server's clock says.
func (s *service) command(w http.ResponseWriter, r *http.Request) {
	who, ok := s.tokens.of(r)
	if !ok {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem{Status: http.StatusUnauthorized, Code: "unauthenticated", Detail: "send a known token as Authorization: Bearer"}.write(w)
		return
	}
	id, err := uuid.Parse(r.Header.Get("Idempotency-Key"))
	if err != nil || id == uuid.Nil {
		problem{Status: http.StatusBadRequest, Code: "idempotency_key", Detail: "the header Idempotency-Key must be a UUID, a new one for every new command"}.write(w)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, script.MaxLine))
	if err != nil {
		problem{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Detail: "the body cannot be read to its end, or has more than 1 MiB"}.write(w)
		return
	}
	c, err := script.ParseCommand(r.PathValue("name"), body)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if err := who.may(r.Context(), s.market, c); err != nil {
		s.fail(w, r, err)
		return
	}
	out, err := s.market.Do(r.Context(), c, marketplace.CommandID(id), marketplace.ActedBy(who.user()))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := done{Command: id, Stream: out.Stream, Revision: out.Revision, Position: out.Position, Repeated: out.Repeated}
	for _, e := range out.Events {
		answer.Events = append(answer.Events, e.EventType())
	}
	write(w, http.StatusOK, "application/json", answer)
}

func (s *service) freelancer(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, func(id uuid.UUID, options []marketplace.QueryOption) (any, error) {
		return marketplace.Ask(r.Context(), s.market, statistics.FreelancerStatsOf(id), options...)
	})
}

func (s *service) jobSuccess(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, func(id uuid.UUID, options []marketplace.QueryOption) (any, error) {
		return marketplace.Ask(r.Context(), s.market, statistics.ExplainJobSuccess(id), options...)
	})
}

func (s *service) myStats(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, func(id uuid.UUID, options []marketplace.QueryOption) (any, error) {
		return marketplace.Ask(r.Context(), s.market, statistics.MyStatsOf(id), options...)
	})
}

func (s *service) clientProfile(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, func(id uuid.UUID, options []marketplace.QueryOption) (any, error) {
		return marketplace.Ask(r.Context(), s.market, statistics.ClientProfileOf(id), options...)
	})
}

func (s *service) client(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, func(id uuid.UUID, options []marketplace.QueryOption) (any, error) {
		return marketplace.Ask(r.Context(), s.market, statistics.ClientStatsOf(id), options...)
	})
}

func (s *service) marketplace(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, func(_ uuid.UUID, options []marketplace.QueryOption) (any, error) {
		return marketplace.Ask(r.Context(), s.market, statistics.MarketplaceTotals(), options...)
	})
}

// answer asks as of the moment and under the policy of the query's as_of and
// policy. Statistics are public here, and no personal text is in them.
func answer(s *service, w http.ResponseWriter, r *http.Request, ask func(uuid.UUID, []marketplace.QueryOption) (any, error)) {
	var id uuid.UUID
	if text := r.PathValue("id"); text != "" {
		var err error
		if id, err = uuid.Parse(text); err != nil {
			problem{Status: http.StatusNotFound, Code: string(aggregate.NotFound), Detail: "the id is no UUID"}.write(w)
			return
		}
	}
	var options []marketplace.QueryOption
	if text := r.URL.Query().Get("as_of"); text != "" {
		at, err := event.ParseTime(text)
		if err != nil {
			problem{Status: http.StatusBadRequest, Code: string(aggregate.Invalid), Detail: "as_of is " + err.Error()}.write(w)
			return
		}
		options = append(options, marketplace.AsOf(at.Std()))
	}
	if name := r.URL.Query().Get("policy"); name != "" {
		options = append(options, marketplace.Preset(name))
	}
	stats, err := ask(id, options)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	write(w, http.StatusOK, "application/json", stats)
}

func write(w http.ResponseWriter, status int, kind string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, kind, b = http.StatusInternalServerError, problemType, []byte(`{"title":"Internal Server Error","status":500}`)
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // the client may have disconnected
}
