package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// Options are the settings of the pages. The zero value is ready for use.
type Options struct {
	// Concurrency is how many pages are computed at once; others wait. At least
	// 1. Default: as many as there are cores.
	Concurrency int

	// Currency is the code of the marketplace's one currency. Default USD.
	Currency string

	// Log has the events that explanations name, and the contracts. Without it events
	// are named by position, type and time, and there are no pages of events, nor of
	// contracts unless the questions have a log of their own.
	Log store.Store

	// Logger gets failures. Default: nothing is logged.
	Logger *slog.Logger

	// Name is what the host calls a freelancer or a client, shown beside the id; "" if it
	// does not know. Kind is "freelancer" or "client". It is called for each id on a page,
	// so it answers from memory. Default: ids alone.
	Name func(ctx context.Context, kind string, id uuid.UUID) string

	// Now is the clock of pages that name no moment. Default: time.Now.
	Now func() time.Time

	// Policies are those that pages can be asked under by name, the newest first,
	// which holds for pages that name none. Default: the presets.
	Policies []statistics.Policy

	// Prefix is the path under which a host mounts the pages, such as
	// /statistics. Default: none.
	Prefix string

	// ShowText shows what people wrote, also what is not for everybody: memos, reasons,
	// what was agreed. Default: that shows as [personal text], and what is public,
	// such as published feedback, profiles and jobs, as it is.
	ShowText bool

	// While gives the context that a page is computed in. When that ends with an
	// error of the library as its cause, at once or later, the page says so, with
	// the error's HTTP status: a host gives the method of a health.Monitor, and
	// nobody waits for a log that is known to be away. Default: the context given.
	While func(context.Context) (context.Context, context.CancelFunc)
}

// The limits of a request.
const (
	maxURL   = 2 << 10          // bytes of path and query
	patience = 10 * time.Second // how long a request waits for its turn
	longest  = 60 * time.Second // how long a page may take to compute
)

//go:embed static/style.css static/favicon.svg
var static embed.FS

// site is the pages of one marketplace.
type site struct {
	asked   *marketplace.Questions
	options Options
	money   show.Currency
	pages   templates
	turns   chan struct{} // holds one of each page that is being computed
}

// NewHandler makes the pages of what the questions are asked of. It fails for
// options that make no sense.
func NewHandler(asked *marketplace.Questions, o Options) (http.Handler, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Concurrency == 0 {
		o.Concurrency = runtime.GOMAXPROCS(0)
	}
	if o.Currency == "" {
		o.Currency = show.DefaultCurrency
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Policies == nil {
		o.Policies = presets()
	}
	if o.Name == nil {
		o.Name = func(context.Context, string, uuid.UUID) string { return "" }
	}
	if o.Log != nil {
		asked = asked.WithLog(o.Log)
	}
	if o.While == nil {
		o.While = context.WithCancel
	}
	if o.Concurrency < 1 {
		return nil, errors.New("web: Options.Concurrency must be at least 1")
	}
	o.Policies = slices.Clone(o.Policies)
	if err := validate(o.Policies); err != nil {
		return nil, err
	}
	if o.Prefix != "" && (!strings.HasPrefix(o.Prefix, "/") || strings.HasSuffix(o.Prefix, "/")) {
		return nil, fmt.Errorf("web: Options.Prefix %.100q must begin with a slash and end without one", o.Prefix)
	}
	money, err := show.CurrencyOf(o.Currency)
	if err != nil {
		return nil, fmt.Errorf("web: Options.Currency %.100q: %w", o.Currency, err)
	}
	s := &site{asked: asked, options: o, money: money, turns: make(chan struct{}, o.Concurrency)}
	if s.pages, err = parseTemplates(money); err != nil {
		return nil, err
	}
	return s.below(s.guard(s.routes())), nil
}

// below hands over what is below the prefix. A path that is not clean, which the
// routes would send to the clean one without the prefix, is no page.
func (s *site) below(next http.Handler) http.Handler {
	stripped := http.StripPrefix(s.options.Prefix, next)
	nothing := s.guard(s.answer(s.nothing))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, under := strings.CutPrefix(r.URL.Path, s.options.Prefix)
		switch {
		case under && rest == "" && s.options.Prefix != "":
			http.Redirect(w, r, s.options.Prefix+"/", http.StatusPermanentRedirect)
		case !under || !strings.HasPrefix(rest, "/") || path.Clean(rest) != strings.TrimSuffix(rest, "/") && rest != "/":
			nothing.ServeHTTP(w, r)
		default:
			stripped.ServeHTTP(w, r)
		}
	})
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	for _, name := range []string{"style.css", "favicon.svg"} {
		mux.Handle("/static/"+name, file("static/"+name))
	}
	for pattern, answer := range map[string]func(*visit) (*page, error){
		"/":                                s.nothing,
		"/{$}":                             s.overview,
		"/accounts":                        s.account,
		"/contracts/{id}":                  s.contract,
		"/contracts/{id}/weeks/{week}":     s.diary,
		"/dispute-rate":                    s.marketDisputes,
		"/freelancers/{id}":                about(s, myStatsOf, freelancer),
		"/freelancers/{id}/badges":         about(s, statistics.ExplainBadges, badges),
		"/freelancers/{id}/connects":       about(s, statistics.ConnectsOf, connects),
		"/freelancers/{id}/funnel":         about(s, statistics.ExplainFunnel, funnel),
		"/freelancers/{id}/profile":        s.publicProfile,
		"/freelancers/{id}/work":           about(s, statistics.ExplainWork, work),
		"/freelancers/{id}/job-success":    about(s, statistics.ExplainJobSuccess, jobSuccess),
		"/freelancers/{id}/responsiveness": about(s, statistics.ExplainResponsiveness, responsiveness),
		"/freelancers/{id}/dispute-rate":   about(s, statistics.ExplainFreelancerDisputeRate, freelancerDisputes),
		"/clients":                         s.clients,
		"/clients/{id}":                    about(s, statistics.ClientProfileOf, client),
		"/clients/{id}/dispute-rate":       about(s, statistics.ExplainClientDisputeRate, clientDisputes),
		"/clients/{id}/profile":            about(s, statistics.ExplainClientProfile, profile),
		"/funnel":                          s.marketFunnel,
		"/jobs":                            s.jobs,
		"/jobs/{id}":                       about(s, statistics.JobOf, job),
		"/search":                          s.search,
		"/weeks":                           s.weeks,
		"/weeks/{week}":                    s.week,
		"/events/{position}":               s.event,
	} {
		mux.Handle(pattern, s.answer(answer))
	}
	return mux
}

// about makes the page of an account or a job by what is asked about it.
func about[X any](s *site, question func(uuid.UUID) statistics.Question[X], show func(*visit, uuid.UUID, X) (*page, error)) func(*visit) (*page, error) {
	return func(v *visit) (*page, error) {
		id, err := v.id()
		if err != nil {
			return nil, err
		}
		x, err := marketplace.Ask(v.ctx(), s.asked, question(id), v.options()...)
		if err != nil {
			return nil, err
		}
		return show(v, id, x)
	}
}

// file serves a file of the pages' own; a browser asks each time whether it has
// changed.
func file(name string) http.Handler {
	content, err := static.ReadFile(name)
	if err != nil {
		panic(err) // cannot happen: the file is embedded above
	}
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(content))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}

// guard says what a browser may do with the pages, and refuses what no page
// needs.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			s.refuse(w, r, &problem{http.StatusMethodNotAllowed, "These pages are only to be read."})
		case len(r.URL.Path)+len(r.URL.RawQuery) > maxURL:
			s.refuse(w, r, &problem{http.StatusRequestURITooLong, fmt.Sprintf("The address is longer than %s bytes.", show.Count(maxURL))})
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// answer computes a page when it is the request's turn, and writes it.
func (s *site) answer(compute func(*visit) (*page, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), longest)
		defer cancel()
		ctx, done := s.options.While(ctx)
		defer done()
		r = r.WithContext(ctx)
		waiting := time.NewTimer(patience)
		defer waiting.Stop()
		select {
		case s.turns <- struct{}{}:
			s.inTurn(r, compute)(w) // who reads slowly keeps nobody's turn
		case <-ctx.Done():
			if why := away(ctx); why != nil { // else the client disconnected
				s.refuse(w, r, why)
			}
		case <-waiting.C:
			w.Header().Set("Retry-After", "10")
			s.refuse(w, r, &problem{http.StatusServiceUnavailable, "Too many pages are being computed; try again in a moment."})
		}
	})
}

// inTurn computes and renders a page, gives the turn back, and gives what sends
// the page.
func (s *site) inTurn(r *http.Request, compute func(*visit) (*page, error)) (send func(http.ResponseWriter)) {
	defer func() { <-s.turns }()
	v, err := s.visit(r)
	if err == nil {
		err = r.Context().Err() // the turn and the end may have come at once
	}
	var p *page
	if err == nil {
		p, err = compute(v)
	}
	if why := away(r.Context()); err != nil && why != nil {
		err = why // it says more than that the page was ended
	}
	if err != nil {
		p = s.failed(v, err)
	}
	return s.render(v, p)
}
