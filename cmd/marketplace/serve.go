package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/health"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/web"
)

func (c *cli) serveCommand() *cobra.Command {
	s := &pages{cli: c}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the statistics as pages in a browser",
		Long: `serve shows, in a browser, the statistics of the marketplace, of every freelancer
and of every client, and for each number its explanation, as of any day and under
any rule. Of a log it shows contracts and events too, and what is appended to it
meanwhile is on the next page that is asked for. A read model keeps neither: with
--store they are those of the log that it follows.

It prints its address when it is ready, and runs until it is interrupted; /healthz,
/readyz and /metrics are for who looks after it (docs/observing.md). It has no login: whoever reaches the address reads everything, of what people wrote what is
public, and all of it with --show-text. It listens on this machine alone unless --listen says otherwise; put a proxy with a
login in front of it before others may reach it. See docs/serve.md.`,
		Example: `  marketplace serve
  marketplace serve --store archive:archive --listen 127.0.0.1:8081
  marketplace serve --read-model postgres://localhost/market
  marketplace serve --read-model postgres://localhost/market --store esdb://localhost:2113?tls=false`,
		Args: cobra.NoArgs,
		RunE: c.exportingTo(func() bool { return true }, func(ctx context.Context, _ []string) error {
			money, err := s.currency.use()
			if err != nil {
				return err
			}
			s.store.exported, s.store.logger = c.telemetry, c.logger()
			return untilInterrupted(ctx, s.serve(ctx, web.Options{Currency: money.Code, ShowText: s.showText, Logger: c.logger()}))
		}),
	}
	s.store.add(cmd)
	s.model.add(cmd, "show the read model at this URL, and of its log contracts and events only if --store names it")
	s.currency.add(cmd)
	cmd.Flags().BoolVar(&s.showText, "show-text", false, "show what people wrote that is not public, such as memos and reasons")
	cmd.Flags().StringVar(&s.listen, "listen", "127.0.0.1:8080", "address to listen on")
	c.addLog(cmd)
	return byEnvironment(cmd)
}

// pages is one run of the command serve.
type pages struct {
	*cli
	store    storeFlag
	model    modelFlag
	currency currencyFlag
	showText bool
	listen   string
}

// serve serves until the context ends. Then it takes no further request and
// lets those in flight end.
func (s *pages) serve(ctx context.Context, options web.Options) error {
	shown, deaf := s.show(ctx, s.listen, options.Logger)
	if code, _ := classify(deaf); code == exitUsage {
		return deaf
	}
	shown.put(http.HandlerFunc(starting))
	err := s.opened(ctx, func(asked *marketplace.Questions, log store.Store, check health.Check) error {
		if deaf != nil { // a log that is not there says more
			return deaf
		}
		monitor := shown.watch(ctx, check)
		defer monitor.Close()
		options.Log, options.While = log, monitor.While
		handler, err := web.NewHandler(asked, options)
		if err != nil {
			return errors.Join(err, shown.close(ctx))
		}
		shown.put(handler)
		fmt.Fprintf(s.stdout, "http://%s/\n", shown.at) // stdout keeps its error
		if err := s.stdout.Flush(); err != nil {
			return errors.Join(err, shown.close(ctx))
		}
		looking, stop := context.WithCancel(ctx)
		defer stop()
		select {
		case err := <-shown.served:
			return err
		case err := <-untilMoved(looking, log):
			return errors.Join(err, shown.close(ctx))
		case <-ctx.Done():
			return shown.close(ctx)
		}
	})
	return errors.Join(err, shown.close(ctx)) // closing again does nothing
}

// opened opens what the pages are of, a log, or a read model and its log if that is named
// too, and closes it afterwards.
func (s *pages) opened(ctx context.Context, do func(*marketplace.Questions, store.Store, health.Check) error) error {
	if s.model == "" {
		return s.store.asLongAsItTakes().reading(ctx, func(m *marketplace.Marketplace) error {
			return do(m.Questions, m.Store(), ofLog(m.Store()))
		})
	}
	m, err := s.model.open(ctx, true, readmodel.Options{}, 0)
	if err != nil {
		return err
	}
	shown := func(log store.Store) error { return do(marketplace.QuestionsTo(m, nil), log, ofReadModel(m)) }
	if s.store.name == "" {
		return errors.Join(shown(nil), m.Close())
	}
	return errors.Join(s.store.asLongAsItTakes().readingStore(ctx, func(log store.Store) error {
		if err := m.CheckLog(ctx, log); err != nil {
			return err
		}
		return shown(log)
	}), m.Close())
}

// starting answers for the pages before there are any.
func starting(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "2")
	http.Error(w, "the pages are not there yet; try again in a moment", http.StatusServiceUnavailable)
}
