package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/health"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// listenFlag is where a command that runs until it is interrupted shows over HTTP that
// it lives, whether it is ready, and its metrics (docs/observing.md). "" is nowhere.
type listenFlag string

func (f *listenFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(f), "listen", "", "address to show /healthz, /readyz and /metrics at, such as 127.0.0.1:9090")
	cmd.MarkFlagsMutuallyExclusive("once", "listen")
}

// listens reports whether it is somewhere.
func (f *listenFlag) listens() bool { return *f != "" }

// face is what a command shows over HTTP while it runs. Nil shows nothing.
type face struct {
	server *http.Server
	served chan error // why it serves no more
	at     net.Addr

	monitor atomic.Pointer[health.Monitor] // nil before there is anything to ask
	pages   atomic.Pointer[http.Handler]   // nil before there are any
}

// beside begins to listen for a command that has other work, and tells where.
func (f *listenFlag) beside(ctx context.Context, c *cli) (*face, error) {
	if !f.listens() {
		return nil, nil
	}
	logger := c.logger()
	shown, err := c.show(ctx, string(*f), logger)
	if err == nil {
		logger.Info("/healthz, /readyz and /metrics are shown", "at", "http://"+shown.at.String())
	}
	return shown, err
}

// show begins to listen. It does so before a log is opened, which may take long: what
// restarts a process that does not live would do so meanwhile.
func (c *cli) show(ctx context.Context, listen string, logger *slog.Logger) (*face, error) {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return nil, usage("--listen %q is no address such as 127.0.0.1:8080", listen)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return nil, err
	}
	f := &face{at: l.Addr(), served: make(chan error, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", health.Live)
	mux.HandleFunc("GET /readyz", f.ready)
	if c.telemetry != nil && c.telemetry.scraped != nil {
		mux.Handle("GET /metrics", c.telemetry.scraped)
	}
	mux.HandleFunc("/", f.page)
	var handler http.Handler = mux
	if a, ok := l.Addr().(*net.TCPAddr); ok && a.IP.IsLoopback() {
		handler = onlyLocal(handler)
	}
	f.server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	go func() { f.served <- f.server.Serve(l) }()
	return f, nil
}

// ready is not ready before there is something to ask.
func (f *face) ready(w http.ResponseWriter, r *http.Request) {
	if m := f.monitor.Load(); m != nil {
		m.Ready(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`{"process":"starting"}` + "\n")) // fails if the client disconnected
}

func (f *face) page(w http.ResponseWriter, r *http.Request) {
	pages := f.pages.Load()
	if pages == nil {
		http.NotFound(w, r)
		return
	}
	(*pages).ServeHTTP(w, r)
}

// put shows pages beside the rest.
func (f *face) put(pages http.Handler) {
	if f != nil {
		f.pages.Store(&pages)
	}
}

// watch begins to ask what the command needs; the process stops being ready when the
// context ends. The monitor, of nothing for nil, is closed before what it asks.
func (f *face) watch(ctx context.Context, checks ...health.Check) *health.Monitor {
	if f == nil {
		return health.Watch(ctx)
	}
	m := health.Watch(ctx, checks...)
	f.monitor.Store(m)
	return m
}

// close takes no further request and lets those in flight end.
func (f *face) close(ctx context.Context) error {
	if f == nil {
		return nil
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), leave)
	defer cancel()
	return f.server.Shutdown(ending)
}

// leave is how long requests in flight may take to end.
const leave = 10 * time.Second

// ofLog asks a log where it ends: the log itself, and not what watches it for others,
// who want to see what the command does.
func ofLog(s store.Store) health.Check {
	for {
		within, wrapped := s.(interface{ Unwrap() store.Store })
		if !wrapped {
			break
		}
		s = within.Unwrap()
	}
	return health.Check{Name: "log", Ask: func(ctx context.Context) error {
		_, err := s.Head(ctx)
		if h, ok := s.(healthy); ok && err != nil && !h.Health().Connected {
			return store.ErrUnavailable.With(h.Health().LastError, "there is no connection")
		}
		return err
	}}
}

// since is how long ago a moment was, 0 for none and for one to come.
func since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(time.Since(t), 0)
}

// ofReadModel asks a read model's database for its versions.
func ofReadModel(m *readmodel.ReadModel) health.Check {
	return health.Check{Name: "read_model", Ask: func(ctx context.Context) error {
		_, err := m.Versions(ctx)
		return err
	}}
}

// ofDeadlines tells how long ago the first thing was due that nothing keeps back.
func ofDeadlines(p *process.Runner) health.Check {
	return health.Check{
		Name: "deadlines", Ask: func(context.Context) error { return nil },
		Behind: func() time.Duration { return p.Status().Overdue(time.Now()) },
	}
}

// onlyLocal refuses who asks for another name than this machine's own: a page of
// the web that has its name lead here (DNS rebinding) would read everything.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			name = r.Host
		}
		if ip := net.ParseIP(strings.Trim(name, "[]")); !strings.EqualFold(name, "localhost") && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "only localhost and addresses of this machine are answered; see docs/serve.md", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
