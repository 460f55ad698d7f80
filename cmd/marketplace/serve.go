package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/web"
)

func (c *cli) serveCommand() *cobra.Command {
	s := &pages{cli: c}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the statistics as pages in a browser",
		Long: `serve shows, in a browser, the statistics of the marketplace, of every freelancer
and of every client, and for each number its explanation, as of any day and under
any rule. Of a log it shows the events too, and what is appended to it meanwhile
is on the next page that is asked for.

It prints its address when it is ready, and runs until it is interrupted. It has
no login: whoever reaches the address reads everything but what people wrote. It
listens on this machine alone unless --listen says otherwise; put a proxy with a
login in front of it before others may reach it. See docs/serve.md.`,
		Example: `  marketplace serve
  marketplace serve --store archive:archive --listen 127.0.0.1:8081
  marketplace serve --read-model postgres://localhost/market`,
		Args: cobra.NoArgs,
		RunE: c.exporting(func(ctx context.Context, _ []string) error {
			if _, _, err := net.SplitHostPort(s.listen); err != nil {
				return usage("--listen %q is no address such as 127.0.0.1:8080", s.listen)
			}
			money, err := s.currency.use()
			if err != nil {
				return err
			}
			s.store.exported = c.telemetry
			asked := question{store: s.store.asLongAsItTakes(), model: s.model}
			return untilInterrupted(ctx, asked.asking(ctx, func(q *marketplace.Questions, m *marketplace.Marketplace) error {
				options := web.Options{Currency: money.Code, Logger: slog.New(slog.NewTextHandler(c.stderr, nil))}
				if m != nil {
					options.Log = m.Store()
				}
				return s.serve(ctx, q, options)
			}))
		}),
	}
	s.store.add(cmd)
	s.model.add(cmd, "show the read model at this URL instead of the log")
	cmd.MarkFlagsMutuallyExclusive("store", modelFlagName)
	s.currency.add(cmd)
	cmd.Flags().StringVar(&s.listen, "listen", "127.0.0.1:8080", "address to listen on")
	return cmd
}

// pages is one run of the command serve.
type pages struct {
	*cli
	store    storeFlag
	model    modelFlag
	currency currencyFlag
	listen   string
}

// leave is how long requests in flight may take to end.
const leave = 10 * time.Second

// serve serves until the context ends. Then it takes no further request and
// lets those in flight end.
func (s *pages) serve(ctx context.Context, asked *marketplace.Questions, options web.Options) error {
	handler, err := web.NewHandler(asked, options)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return err
	}
	if a, ok := l.Addr().(*net.TCPAddr); ok && a.IP.IsLoopback() {
		handler = onlyLocal(handler)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(options.Logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	fmt.Fprintf(s.stdout, "http://%s/\n", l.Addr()) // stdout keeps its error
	if err := s.stdout.Flush(); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), leave)
	defer cancel()
	return server.Shutdown(ending)
}

// onlyLocal refuses who asks for another name than this machine's own: a page of
// the web that has its name lead here (DNS rebinding) would read everything.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			name = r.Host
		}
		if ip := net.ParseIP(strings.Trim(name, "[]")); name != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "only localhost and addresses of this machine are answered; see docs/serve.md", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
