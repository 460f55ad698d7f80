// Service is a small HTTP service on the library: commands as JSON, statistics
// as JSON, refusals as problem+json. It shows what a real host does about who
// may say what, about repeated requests, about what follows by itself (deadlines,
// the contract of an accepted offer), and about shutting down. Run it with
//
//	go run ./examples/service --store sqlite:market.db --listen 127.0.0.1:8080
//
// and send a command, whose id is the request's Idempotency-Key:
//
//	curl -sX POST localhost:8080/commands/RegisterClient -H 'Authorization: Bearer platform' \
//	  -H 'Idempotency-Key: 0f8d4c1e-6f0e-4f0a-9a53-0d6e0f2f5a01' -d '{"client":"9d5c2a44-3a0b-4e0c-8f5e-2f1f6f3c7b10"}'
//	curl -s localhost:8080/marketplace
//	curl -s localhost:8080/readyz   # and /healthz, /metrics: docs/observing.md
//
// The tokens client and freelancer are of one account each (demoTokens).
//
// The same request under the same key is answered with the first outcome; another one
// on the same thing under that key is refused with 422 and the code id_reused, whoever
// sends it. MARKETPLACE_DIGEST_KEY may hold a secret of at least 16 bytes, under which
// the log keeps what tells requests apart. The flags may be given by variables too:
// MARKETPLACE_STORE, MARKETPLACE_LISTEN, MARKETPLACE_LOG_FORMAT, MARKETPLACE_LOG_LEVEL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/health"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/process/processotel"
	"github.com/marketcore/marketplace/store/storeotel"
)

func main() {
	c, err := configure(flag.CommandLine, os.Args[1:], os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	logger := c.logger(os.Stderr)
	l, err := net.Listen("tcp", c.listen)
	if err == nil {
		err = run(ctx, c.store, l, logger)
	}
	if err != nil {
		logger.Error("the service ends", "error", err)
		os.Exit(1)
	}
}

// shutdown is how long requests in flight may take to end.
const shutdown = 10 * time.Second

// run serves until the context ends, and does meanwhile what follows by itself.
// Then it takes no further request, lets those in flight end, stops the processes
// and closes the log last.
func run(ctx context.Context, url string, l net.Listener, logger *slog.Logger) (err error) {
	log, err := open.Store(ctx, url, false)
	if err != nil {
		return err
	}
	meters, metrics, err := newMetrics()
	if err != nil {
		return errors.Join(err, log.Close())
	}
	m, err := marketplace.New(storeotel.Wrap(log, storeotel.Options{MeterProvider: meters}), marketplace.Options{
		Logger: logger, DigestKey: []byte(os.Getenv("MARKETPLACE_DIGEST_KEY")),
	})
	if err != nil {
		return errors.Join(err, log.Close())
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	// Without a checkpoint the log is folded anew at each start; a host with a long
	// one gives process.FileCheckpoint. Other instances may run theirs: each thing is
	// done once.
	processes, err := m.Processes(process.Options{})
	if err != nil {
		return err
	}
	defer processotel.Observe(processes, processotel.Options{MeterProvider: meters})()
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	followed := make(chan error, 1)
	go func() { followed <- processes.Run(following) }()
	defer func() {
		stop()
		err = errors.Join(err, <-followed)
	}()
	watched := health.Watch(ctx, ofLog(log), ofDeadlines(processes)) // the log itself: metrics are of what requests do
	defer watched.Close()
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.Handle("/", newService(m, demoTokens(), logger, watched))
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	logger.Info("the service listens", "address", l.Addr().String())
	select {
	case err := <-served:
		return fmt.Errorf("serving: %w", err)
	case err := <-followed: // nothing would follow from what is accepted
		followed <- nil
		return errors.Join(fmt.Errorf("what follows by itself has ended: %w", err), server.Close())
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
	defer cancel()
	return server.Shutdown(ending)
}
