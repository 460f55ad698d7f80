// Package marketplace is the core of a freelance marketplace whose numbers can
// be recomputed, explained and audited from the facts.
//
// A host makes a Marketplace on a log, sends commands and asks for statistics:
//
//	s, err := sqlite.Open(ctx, "market.db", sqlite.Options{})
//	...
//	m, err := marketplace.New(s, marketplace.Options{})
//	...
//	defer m.Close()
//	_, err = m.Do(ctx, aggregate.SendInvite{Invite: id, Job: job, Client: c, Freelancer: f})
//	...
//	stats, err := marketplace.Ask(ctx, m, statistics.FreelancerStatsOf(f), marketplace.AsOf(yesterday))
//
// # For who has never seen event sourcing
//
// The log is the only thing that is stored. A command, such as SendInvite, asks
// for a change. It is decided by the rules and the events so far, and comes to
// new events, such as InviteSent, or to a rejection, which writes nothing.
// Events are appended and never changed. Whatever a host wants to know is
// computed from them, so any question can be asked as of any past day, and any
// number can name the events that made it.
//
// # Commands and their ids
//
// Every command has an id. A host that passes its own (CommandID) may repeat a
// command whose answer it did not see: the first outcome is returned and
// nothing is written. Another command on the same stream under that id is rejected
// as aggregate.IDReused. A rejected command leaves no trace and is decided anew.
//
// # Moments
//
// A command without a moment (At) happens now, by Options.Now. Clocks differ, and are
// set back now and then: where the stream is a little ahead, by Options.ClockTolerance
// at most, the command happens at the moment of the stream's last event, so that time
// never goes back in it.
//
// # Metrics and traces
//
// A host that wants OpenTelemetry wraps the log that it opened, and watches its
// processes and its read model, each by the package beside it:
//
//	m, err := marketplace.New(storeotel.Wrap(log, storeotel.Options{}), marketplace.Options{})
//	...
//	stop := processotel.Observe(processes, processotel.Options{})
package marketplace

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/follower"
	"github.com/marketcore/marketplace/internal/repository"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// Options are a marketplace's settings. The zero value is ready for use.
type Options struct {
	// AllowFuture takes moments that the clock is not near yet, of At and of scripts:
	// for test data. Else a command with such a moment is rejected as
	// aggregate.InFuture, since nothing earlier could happen after it.
	AllowFuture bool

	// Attempts is how often a command is decided, again and again after a short
	// pause where another writer was faster. Default 100, which take about 7
	// seconds. When they are used up, Do and Import fail with store.ErrConflict;
	// nothing of the command was written.
	Attempts int

	// CachedAggregates is how many aggregates stay in memory between commands,
	// so that only newer events are read. Default 10,000. At least 1.
	CachedAggregates int

	// ClockTolerance is how far the clocks of those who write to the log may differ.
	// A command that brings no moment, and finds its stream ahead of the clock by no
	// more, takes the moment of the stream's last event; one that brings a moment may
	// be ahead of the clock by as much. Default 5 minutes. Not negative; whole seconds
	// count.
	ClockTolerance time.Duration

	// DigestKey is a secret under which the digests of commands are made: by them a
	// command id that is used again for another command is found out. At least 16
	// bytes, the same in every host on the log. It can be replaced: commands whose
	// digest was made under another key are known by their id alone, as those of before
	// there were digests. Default: a key that is public. Personal text enters no digest.
	DigestKey []byte

	// Logger gets what a person who runs the host may want to know: starts,
	// stops, failures. Never personal text. Default: nothing is logged.
	Logger *slog.Logger

	// NewID makes the ids of commands that bring none. Default uuid.New.
	NewID func() uuid.UUID

	// Now is the clock of commands that bring no moment. Default: time.Now.
	Now func() time.Time

	// ReadOnly lets Do and Import fail with store.ErrReadOnly.
	ReadOnly bool

	// Terms are the periods of the rules. Default aggregate.DefaultTerms().
	Terms aggregate.Terms

	// Workers is on how many cores statistics fold the log when they are first
	// asked for. Default: all.
	Workers int
}

func (o Options) withDefaults() Options {
	if o.Attempts == 0 {
		o.Attempts = 100
	}
	if o.CachedAggregates == 0 {
		o.CachedAggregates = 10_000
	}
	if o.ClockTolerance == 0 {
		o.ClockTolerance = 5 * time.Minute
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.NewID == nil {
		o.NewID = uuid.New
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Terms == (aggregate.Terms{}) {
		o.Terms = aggregate.DefaultTerms()
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// minDigestKey is how many bytes nobody can guess.
const minDigestKey = 16

// Validate fails for options that make no sense.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	if o.Attempts < 1 {
		errs = append(errs, errors.New("marketplace: Options.Attempts must be at least 1"))
	}
	if o.CachedAggregates < 1 {
		errs = append(errs, errors.New("marketplace: Options.CachedAggregates must be at least 1"))
	}
	if o.ClockTolerance < 0 {
		errs = append(errs, errors.New("marketplace: Options.ClockTolerance must not be negative"))
	}
	if n := len(o.DigestKey); n > 0 && n < minDigestKey {
		errs = append(errs, fmt.Errorf("marketplace: Options.DigestKey must have at least %d bytes", minDigestKey))
	}
	if o.Workers < 0 {
		errs = append(errs, errors.New("marketplace: Options.Workers must not be negative"))
	}
	if err := o.Terms.Check(); err != nil {
		errs = append(errs, fmt.Errorf("marketplace: Options.Terms: %w", err))
	}
	return errors.Join(errs...)
}

// Marketplace takes commands and answers questions over one log. It is safe for
// concurrent use.
type Marketplace struct {
	*Questions
	store      store.Store
	options    Options
	repository *repository.Repository // what commands are decided on
	follower   *follower.Follower     // what questions are asked of

	closing  sync.Once
	closeErr error
}

// New makes a marketplace on a store that the host opened; package open opens one
// by its URL. Close closes the store too. It fails for options that make no sense; the
// store then stays open.
func New(s store.Store, options Options) (*Marketplace, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	options = options.withDefaults()
	m := &Marketplace{store: s, options: options}
	writable := s
	if options.ReadOnly {
		writable = store.ReadOnly(s)
	}
	var err error
	m.repository, err = repository.New(writable, repository.Options{
		Attempts: options.Attempts, CachedAggregates: options.CachedAggregates, Terms: options.Terms, Score: m.score,
		Tolerance: int64(options.ClockTolerance / time.Second), Future: options.AllowFuture, DigestKey: options.DigestKey,
	})
	if err != nil {
		return nil, err
	}
	m.follower = follower.New(s, follower.Options{Logger: options.Logger, Workers: options.Workers})
	m.Questions = &Questions{now: m.now, log: s, current: m.current}
	return m, nil
}

// now is what the clock shows, or the moment of what Do has done if the clock is a
// little behind it: a host reads its own writes.
func (m *Marketplace) now() time.Time {
	now := m.options.Now()
	if done := m.repository.Done().Std(); done.After(now) && done.Sub(now) <= m.options.ClockTolerance {
		return done
	}
	return now
}

// Store is the log below, for exports and audits. It is closed by Close.
func (m *Marketplace) Store() store.Store { return m.store }

// Registry is the list of events that the log may hold.
func (m *Marketplace) Registry() *event.Registry { return event.Marketplace() }

// current makes the read model hold everything that is in the log now.
func (m *Marketplace) current(ctx context.Context) (statistics.Source, error) {
	model, err := m.follower.Current(ctx)
	if err != nil {
		return nil, err // not a nil *Model, which is no nil Source
	}
	return model, nil
}

// Close waits for calls in flight and closes the store. Closing again returns
// the first answer.
func (m *Marketplace) Close() error {
	m.closing.Do(func() {
		m.follower.Close()
		m.closeErr = m.store.Close()
	})
	return m.closeErr
}
