package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/store"
)

const (
	storeVariable = "MARKETPLACE_STORE"
	defaultStore  = "sqlite:marketplace.db"

	defaultTimeout = 30 * time.Second

	// digestVariable holds the secret of marketplace.Options.DigestKey, if the hosts on
	// the log have one.
	digestVariable = "MARKETPLACE_DIGEST_KEY"
)

// storeFlag names the log that a command works on, and says how long the command
// waits for it.
type storeFlag struct {
	name     string
	timeout  time.Duration
	asLong   bool // as it takes
	command  *cobra.Command
	exported *telemetry   // what is seen of the log
	logger   *slog.Logger // nil for text on the command's standard error
}

func (f *storeFlag) add(cmd *cobra.Command) {
	f.command = cmd
	cmd.Flags().StringVar(&f.name, "store", "", "URL of the log (default $"+storeVariable+", else "+defaultStore+")")
	cmd.Flags().DurationVar(&f.timeout, "timeout", defaultTimeout, "give up when the log, or the read model, has given nothing for so long, though it was asked")
}

// asLongAsItTakes is for a command that ends when it is interrupted.
func (f storeFlag) asLongAsItTakes() storeFlag {
	f.asLong = true
	return f
}

// limit is how long the command waits, 0 for as long as it takes.
func (f storeFlag) limit() time.Duration {
	if f.asLong {
		return 0
	}
	return f.timeout
}

func (f storeFlag) patient() error {
	if !f.asLong && f.timeout <= 0 && f.command != nil {
		return usage("--timeout %s: it is more than 0", f.timeout)
	}
	return nil
}

func (f storeFlag) url() string {
	if f.name != "" {
		return f.name
	}
	if url := os.Getenv(storeVariable); url != "" {
		return url
	}
	return defaultStore
}

// shown is the URL without its password, for people to see.
func (f storeFlag) shown() string {
	u, err := url.Parse(f.url())
	if err != nil {
		return "the log"
	}
	if _, secret := u.User.Password(); secret {
		return u.Redacted()
	}
	return f.url()
}

// open opens the log, and watches it.
func (f storeFlag) open(ctx context.Context, readOnly bool) (store.Store, error) {
	s, err := f.watched(ctx, func(ctx context.Context) (store.Store, error) {
		return open.Store(ctx, f.url(), readOnly)
	})
	if err != nil || readOnly {
		return s, err
	}
	if err := f.writable(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// writable fails for a log that is only read, before anything is done for it. An append of nothing tells: everywhere else it is malformed.
func (f storeFlag) writable(ctx context.Context, s store.Store) error {
	_, err := s.Append(ctx, store.Write{})
	if !errors.Is(err, store.ErrReadOnly) {
		return nil
	}
	return &told{code: exitFailed, err: fmt.Errorf("%s can only be read: %s", f.shown(), oneLine(err)),
		hint: "name a log that can be written with --store URL"}
}

// watched is a log that is opened with the flag's patience, and watched.
func (f storeFlag) watched(ctx context.Context, open func(context.Context) (store.Store, error)) (store.Store, error) {
	p := patience{limit: f.limit(), shown: f.shown(), logger: f.logger}
	switch {
	case p.logger != nil:
	case f.command == nil:
		p.logger = slog.New(slog.DiscardHandler)
	default:
		p.logger = slog.New(slog.NewTextHandler(f.command.ErrOrStderr(), nil))
	}
	if err := f.patient(); err != nil {
		return nil, err
	}
	opening, cancel := p.within(ctx)
	defer cancel()
	s, err := open(opening)
	if err != nil {
		return nil, p.tooLong(opening, err)
	}
	return p.of(f.exported.store(s)), nil
}

// market is a marketplace on a log.
func market(s store.Store, o marketplace.Options) (*marketplace.Marketplace, error) {
	o.Workers = runtime.GOMAXPROCS(0)
	m, err := marketplace.New(s, o)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return m, nil
}

// toWrite opens the log, and creates it if there is none.
func (f storeFlag) toWrite(ctx context.Context, o marketplace.Options) (*marketplace.Marketplace, error) {
	s, err := f.open(ctx, false)
	if err != nil {
		return nil, err
	}
	o.DigestKey = []byte(os.Getenv(digestVariable))
	return market(s, o)
}

// toGoOn opens a log that exists, to write to it.
func (f storeFlag) toGoOn(ctx context.Context) (*marketplace.Marketplace, error) {
	s, err := f.toRead(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return f.toWrite(ctx, marketplace.Options{})
}

// toRead opens a log that exists, beside others that read or write it.
func (f storeFlag) toRead(ctx context.Context) (store.Store, error) {
	if strings.HasPrefix(strings.ToLower(f.url()), "memory:") {
		return nil, usage("a log in memory ends with its command, so there is nothing to read in %s", f.url())
	}
	s, err := f.open(ctx, true)
	return s, f.noLog(err)
}

// countEvents counts what is in a log. Positions count nothing.
func countEvents(ctx context.Context, s store.Store) (n int64, err error) {
	for _, err := range s.ReadAll(ctx, store.Span{}) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (f storeFlag) noLog(err error) error {
	if errors.Is(err, store.ErrUnavailable) && errors.Is(err, fs.ErrNotExist) {
		return &told{code: exitNotFound,
			err: errors.New("there is no log at " + f.shown()), hint: "import a history first: marketplace import FILE; or name another log with --store URL"}
	}
	return err
}

func noArchive(dir string, err error) error {
	if errors.Is(err, store.ErrUnavailable) && errors.Is(err, fs.ErrNotExist) {
		return &told{code: exitNotFound, err: errors.New("there is no archive in " + dir), hint: "marketplace export writes one"}
	}
	return err
}

// reading opens the log for reading and closes it afterwards.
func (f storeFlag) reading(ctx context.Context, do func(*marketplace.Marketplace) error) error {
	s, err := f.toRead(ctx)
	if err != nil {
		return err
	}
	m, err := market(s, marketplace.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(m), m.Close())
}

// readingStore opens a log that exists, and nothing above it.
func (f storeFlag) readingStore(ctx context.Context, do func(store.Store) error) error {
	s, err := f.toRead(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
