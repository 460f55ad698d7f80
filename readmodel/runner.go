package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// RunnerOptions configure a Runner. The zero value follows a log into a read
// model of one partition.
type RunnerOptions struct {
	// BatchEvents is the most events that one transaction folds; it folds
	// fewer when the log has no more. Default: 4096.
	BatchEvents int
	// Logger gets what a person who runs the host may want to know: failures
	// and what came of them. Never personal text. Default: nothing is logged.
	Logger *slog.Logger
	// NoStatistics leaves the current statistics to another runner. Default:
	// every runner takes part, one at a time.
	NoStatistics bool
	// NoWait makes Run fail with ErrLeased if another runner has the partition.
	// Default: it waits until that one ends, and takes over.
	NoWait bool
	// Partition is which part of the log the runner follows, from 0.
	Partition int
	// Statistics says how often current statistics are computed.
	Statistics StatisticsOptions

	version   int64 // that is written; 0: the live one
	untilHead bool  // end when caught up
}

// Runner keeps one partition of a read model up to date with a log: it follows
// the log from its checkpoint, folds what comes in batches, and writes rows and
// checkpoint in one transaction. Of the runners of a partition one works at a
// time: it holds a lease, and each write moves the checkpoint from where this
// runner knows it to be, or fails.
//
//	r, err := m.NewRunner(log, readmodel.RunnerOptions{})
//	go r.Run(ctx)
//	err = r.WaitFor(ctx, appended.Position) // read your writes
type Runner struct {
	runnerStatus // any goroutine's: it has a lock of its own

	// Set by NewRunner for good.
	model   *ReadModel
	store   store.Store
	options RunnerOptions
	refresh *refresher

	// Of the goroutine that runs Run, which holds the lock. The two that Run
	// starts, to read the log and to refresh statistics, use none of it.
	running  sync.Mutex
	folder   *projection.Folder
	waiting  backoff.Waiting // for the log or the database
	standsBy bool            // for another runner
}

// NewRunner makes a runner that follows a log. It fails with
// ErrOtherPartitions for a partition that cannot be.
func (m *ReadModel) NewRunner(s store.Store, options RunnerOptions) (*Runner, error) {
	if options.Partition < 0 || options.Partition >= maxPartitions {
		return nil, ErrOtherPartitions.With(nil, "there is no partition %d", options.Partition)
	}
	if options.BatchEvents <= 0 {
		options.BatchEvents = 4096
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Runner{model: m, store: s, options: options}
	r.runnerStatus.now = m.options.Now
	r.status = Status{Activity: Starting, Partition: options.Partition}
	r.waiting = m.waiting("the read model's runner", options.Logger)
	r.refresh = newRefresher(m, options.Logger, options.Statistics.withDefaults(), r.refreshed)
	return r, nil
}

// Run follows the log. It returns nil when its context has ended, else the error
// that ended it, which no other attempt will mend; a lost log or database is tried
// again after growing pauses, for ever, which the Logger is told once, as it is
// when the runner goes on. It fails
//   - with ErrStopped at an event that cannot be decoded or folded; everything
//     before it is in the tables, and its position and the reason are in the
//     checkpoint. Mend the cause and run again;
//   - with ErrFenced if another runner has moved the checkpoint;
//   - with ErrLeased, with RunnerOptions.NoWait;
//   - with ErrOtherLog, ErrOtherPartitions or ErrNewerSchema, if the read model
//     is not for this runner;
//   - with projection.ErrBusy if it runs already;
//   - with whatever else lasts, such as ErrCorrupt, ErrReadOnly or ErrClosed, be
//     it met by the fold or by the computing of the current statistics.
func (r *Runner) Run(ctx context.Context) (err error) {
	if !r.running.TryLock() {
		return projection.ErrBusy
	}
	defer r.running.Unlock()
	r.begin()
	defer func() { r.end(err) }()
	for {
		err := r.serve(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return nil
		}
		if !fault.Passing(err) || r.options.NoWait && errors.Is(err, ErrLeased) {
			return err
		}
		if r.failed(ctx, err) != nil { // the context has ended
			return nil
		}
	}
}

// failed shows a failure after which the runner tries again, and pauses.
func (r *Runner) failed(ctx context.Context, err error) error {
	leased := errors.Is(err, ErrLeased)
	r.set(func(s *Status) {
		s.Activity, s.Err = Retrying, err
		if leased {
			s.Activity = Waiting
		}
	})
	switch {
	case leased && !r.standsBy:
		r.standsBy = true
		r.options.Logger.Info("another runner has the partition; this one waits until it ends", "partition", r.options.Partition)
		fallthrough
	case leased, errors.Is(err, errVersionChanged):
		return r.waiting.Wait(ctx)
	}
	return r.waiting.Failed(ctx, err, "partition", r.options.Partition, "position", uint64(r.Status().Position))
}

// progressed resets the pauses after a failure: the runner is past it, at a
// position.
func (r *Runner) progressed(ctx context.Context, to event.Position) {
	if r.standsBy {
		r.standsBy = false
		r.options.Logger.Info("the other runner has ended and this one takes over", "partition", r.options.Partition)
	}
	r.waiting.GoesOn(ctx, "partition", r.options.Partition, "position", uint64(to))
}

// serve is the work of one session: from lease to failure. It is nil only if the
// runner was to end when it has caught up.
func (r *Runner) serve(ctx context.Context) (err error) {
	v, err := r.version(ctx)
	if errors.Is(err, ErrSchema) && r.options.version == 0 {
		v, err = r.renew(ctx)
	}
	if err != nil {
		return err
	}
	partition := projection.Partition{Index: r.options.Partition, Of: int(v.Partitions)}
	if partition.Index >= partition.Of {
		return ErrOtherPartitions.With(nil, "the read model has %d partitions, there is none of index %d", partition.Of, partition.Index)
	}
	if r.folder, err = projection.NewFolder(partition); err != nil {
		return err
	}
	lease, err := r.model.db.Lease(ctx, fmt.Sprintf("runner-%d-%d", v.Number, partition.Index))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, released(lease)) }()
	s := &session{Runner: r, version: v, lease: lease}
	if err := s.resume(ctx); err != nil {
		return err
	}
	return s.follow(ctx, partition)
}

// renew rebuilds a read model whose tables are of an older version of the
// library, beside those, with which SQL and hosts of that version go on until
// then. Of several runners one does it, and the others wait for its lease.
func (r *Runner) renew(ctx context.Context) (*Version, error) {
	r.set(func(s *Status) { s.Activity = Rebuilding })
	r.options.Logger.Info("the read model is of an older schema and is made anew", "schema", Schema)
	if _, err := r.model.Rebuild(ctx, r.store, RebuildOptions{Logger: r.options.Logger}); err != nil {
		return nil, err
	}
	return r.version(ctx)
}

// released ends a lease. If that fails there is nothing left to do about it: a
// lease that was lost needs no release.
func released(l Lease) error {
	if err := l.Release(); err != nil && !errors.Is(err, ErrLeaseLost) && !errors.Is(err, ErrClosed) {
		return err
	}
	return nil
}

// version is the version that the runner writes.
func (r *Runner) version(ctx context.Context) (*Version, error) {
	if r.options.version == 0 {
		v, err := r.model.Ensure(ctx)
		if err != nil {
			return nil, err
		}
		if of := r.model.options.Partitions; of > 0 && int64(of) != v.Partitions {
			return nil, ErrOtherPartitions.With(nil, "the read model has %d partitions, not %d: follow each of those, or rebuild it with another number", v.Partitions, of)
		}
		return v, v.check()
	}
	all, err := r.model.Versions(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Number == r.options.version {
			return &all[i], all[i].check()
		}
	}
	return nil, ErrNotFound.With(nil, "there is no version %d of the read model", r.options.version)
}

// session is what a runner knows while it holds the lease.
type session struct {
	*Runner
	version *Version
	lease   Lease
	log     uuid.UUID      // which it is, uuid.Nil while it is empty
	at      place          // of the checkpoint
	began   event.Position // where the checkpoint was when it last had caught up or the session began
}

// resume reads the checkpoint and finds out whether it is of this log. It
// touches it first: a runner that was killed just now may have a commit under
// way, which the database still makes, and which would fence this one.
func (s *session) resume(ctx context.Context) error {
	log, err := store.LogID(ctx, s.store)
	if err != nil {
		return err
	}
	head, err := s.store.Head(ctx)
	if err != nil {
		return err
	}
	var c Checkpoint
	err = s.model.db.Write(ctx, func(tx Tx) (err error) {
		tables := adminTx{tx, s.model.db.Dialect()}.on(s.version.Number)
		if err = tables.bind(log); err != nil {
			return err
		}
		if _, err = tables.Exec(tables.sql("UPDATE @checkpoints SET head_position = $1 WHERE partition = $2"), positionOrNil(head), int64(s.options.Partition)); err != nil {
			return err
		}
		if c, err = tables.checkpoint(s.options.Partition); err != nil || c.Position == 0 || c.Event != uuid.Nil {
			return err
		}
		// A name that an empty log gave. Whichever is the first log to have an
		// event, nothing of it was read.
		err = tables.advance(c.Partition, c.Position, place{}, event.At(s.model.options.Now()))
		c.Position = 0
		return err
	})
	if err != nil {
		return err
	}
	if err := checkPlace(ctx, s.store, c.place()); err != nil {
		return err
	}
	s.log, s.at, s.began = log, c.place(), c.Position
	s.set(func(st *Status) {
		st.Activity, st.Version, st.Position, st.Head = CatchingUp, s.version.Number, c.Position, max(st.Head, head)
	})
	return nil
}

// follow folds what comes from the log, while the current statistics are
// computed beside it. What ends the one ends both.
func (s *session) follow(outer context.Context, partition projection.Partition) error {
	ctx, cancel := context.WithCancelCause(outer)
	var both sync.WaitGroup
	defer both.Wait()
	defer cancel(nil)
	f := newFeed(s.options.BatchEvents)
	s.reads(f)
	defer s.reads(nil)
	log, after := checkedLog{s.store, s.log, s.at}, s.at
	both.Go(func() { f.read(ctx, log, partition, after) })
	if !s.options.NoStatistics {
		both.Go(func() {
			if err := s.refresh.run(ctx, s.version.Number, func() bool { return s.Status().Activity == Following }); err != nil {
				cancel(err)
			}
		})
	}
	err := s.fold(ctx, f)
	if ctx.Err() != nil && outer.Err() == nil {
		return context.Cause(ctx) // of which the fold's failure is a consequence
	}
	return err
}

// fold folds what the feed has read, batch by batch.
func (s *session) fold(ctx context.Context, f *feed) error {
	for {
		b, err := f.take(ctx)
		if err != nil {
			return err
		}
		if err := s.write(ctx, f, &b); err != nil {
			return err
		}
		if b.caughtUp {
			if s.options.untilHead {
				return nil
			}
			s.began = s.at.position
			s.refresh.wake()
		}
		if b.err != nil {
			return otherLog(b.err)
		}
	}
}
