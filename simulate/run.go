package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// ErrNotEmpty says that the log holds events already. A simulated market is the
// whole of its log.
var ErrNotEmpty = fault.New("simulate", "log_not_empty").With(nil, "name a new one")

// Done is a command that was done.
type Done struct {
	ID          uuid.UUID
	At          event.Time
	Cause       uuid.UUID // the event that it follows from, or the command itself
	Correlation uuid.UUID
	Command     aggregate.Command
}

// Rejection is a command by its name and what it was rejected as: people try
// what is no longer possible, here as everywhere.
type Rejection struct {
	Command string
	Code    aggregate.Code
}

// Result is what a simulation came to.
type Result struct {
	Commands int64          // that were done
	Head     event.Position // of the log
	Open     int            // tasks of package process that become due after Until
	NextDue  event.Time     // of the first of them, later than Until, or event.Never
	// Rejected counts the commands of clients, freelancers and the platform
	// that were rejected.
	Rejected map[Rejection]int64
	// Followed counts what came of the tasks of package process.
	Followed map[process.Outcome]uint64
	// Market are the figures of the whole marketplace as of Until.
	Market statistics.MarketplaceStats
}

// cached is how many aggregates the simulated host keeps in memory.
const cached = 50_000

// Run simulates a market on an empty log. It fails with ErrNotEmpty, with the
// errors of the store and of Options.Done, and with store.ErrCancelled when the
// context ends: a market that is not simulated to its end has no result. After an error the log is the beginning of the same market: all
// that Options.Done was told, unless the log itself failed. A run cannot be taken
// up again; begin anew on an empty log. The store stays open.
//
// Where the store is a store.Transactor the events are written in groups, some
// of them after the moment at which they happened in simulated time.
func Run(ctx context.Context, log store.Store, o Options) (*Result, error) {
	o = o.withDefaults()
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if head, err := log.Head(ctx); err != nil || head > 0 {
		return nil, cmp.Or[error](err, ErrNotEmpty)
	}
	o.Clock.Set(o.From)
	flush := func(context.Context) error { return nil }
	host := store.Store(kept{log})
	if t, ok := log.(store.Transactor); ok {
		g := newGroup(t)
		host, flush = g, g.Flush
	}
	w := &world{ctx: ctx, options: o, until: event.At(o.Until), result: &Result{Rejected: map[Rejection]int64{}}}
	err := w.open(host)
	if err != nil {
		return nil, err
	}
	err = w.run()
	// What was done is written however the run ended.
	if lost := flush(context.WithoutCancel(ctx)); !errors.Is(err, lost) {
		err = errors.Join(err, lost)
	}
	if err == nil {
		err = w.conclude(log)
	}
	if err = errors.Join(err, w.market.Close()); err != nil {
		return nil, err
	}
	return w.result, nil
}

// kept is a store that its user does not close.
type kept struct{ store.Store }

func (kept) Close() error { return nil }

// world is a simulation under way. It is for one goroutine.
type world struct {
	ctx       context.Context
	options   Options
	market    *marketplace.Marketplace
	processes *process.Runner
	until     event.Time
	now       event.Time
	plans     plans
	crowd     crowd
	result    *Result
	err       error // the first failure; nothing is done after it
}

// open makes the host: a marketplace with its processes, on the simulated clock.
func (w *world) open(log store.Store) (err error) {
	clock := w.options.Clock
	w.market, err = marketplace.New(log, marketplace.Options{Now: clock.Now, CachedAggregates: cached})
	if err != nil {
		return err
	}
	policy, err := statistics.Preset(statistics.DefaultPolicy)
	if err != nil {
		return err
	}
	w.processes, err = process.New(log, func(_ context.Context, c aggregate.Command, r process.Request) (bool, error) {
		return false, w.give(Done{ID: r.ID, At: r.At, Cause: r.Cause, Correlation: r.Correlation, Command: c})
	}, process.Options{Badges: w.market.BadgesUnder(policy), Clock: clock})
	return err
}

// run lets everybody do what they plan, and what is due be done, moment after
// moment.
func (w *world) run() error {
	w.now = event.At(w.options.From)
	w.populate()
	for w.err == nil {
		planned, due := w.plans.next(), w.processes.Status().NextDue
		next := min(planned, due)
		if next > w.until {
			w.options.Clock.Set(w.options.Until)
			return nil
		}
		if next > w.now {
			w.now = next
			w.options.Clock.Set(next.Std())
		}
		if due > next {
			w.plans.take().do()
		}
		if err := w.processes.Settle(w.ctx); err != nil && w.err == nil {
			w.err = err
		}
	}
	return w.err
}

func (w *world) give(d Done) error {
	out, err := w.market.Do(w.ctx, d.Command, marketplace.CommandID(d.ID), marketplace.At(d.At.Std()),
		marketplace.CausedBy(event.Envelope{ID: d.Cause, Meta: event.Meta{CorrelationID: d.Correlation}}))
	if err != nil {
		return err
	}
	if out.Repeated {
		return fmt.Errorf("simulate: the id of %s at %v was used before", aggregate.CommandName(d.Command), d.At)
	}
	w.result.Commands++
	if w.options.Done != nil {
		return w.options.Done(d)
	}
	return nil
}

// conclude tells what the run came to.
func (w *world) conclude(log store.Store) (err error) {
	if w.result.Head, err = log.Head(w.ctx); err != nil {
		return err
	}
	s := w.processes.Status()
	w.result.Open, w.result.NextDue, w.result.Followed = s.Open, s.NextDue, s.Outcomes
	figures, err := marketplace.Ask(w.ctx, w.market, statistics.MarketplaceTotals(), marketplace.AsOf(w.options.Until))
	if err == nil {
		w.result.Market = *figures
	}
	return err
}
