package readmodel

import (
	"context"
	"errors"
	"log/slog"
	"runtime"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// RebuildOptions configure a rebuild. The zero value is ready to use.
type RebuildOptions struct {
	// Accept is asked, when the new version is whole and the live one exists,
	// whether the new one shall take its place. An error refuses: Rebuild
	// returns it, the live version stays, and the new one is kept for the next
	// rebuild. Default: always, for the log is right; what differed is in
	// Rebuilt.
	Accept func(*Comparison) error
	// Anew discards what an earlier rebuild has left half-built. By default it
	// is gone on with, unless it cannot be: the library's schema or Partitions
	// are others now.
	Anew bool
	// Logger gets what a person who waits for the rebuild may want to know: that
	// it waits for a lost log or database, and that it goes on. Default: nothing
	// is logged.
	Logger *slog.Logger
	// Memory is how many bytes of records the fold may hold; more than that
	// are folded in several passes over the log. The process takes up to twice
	// of it, less where a memory limit (GOMEMLIMIT) makes the garbage collector
	// work more. Default: 1 GiB. At least 1 MiB.
	Memory int64
	// OtherLog lets the new version take the place of one that is of another log.
	// Default: Rebuild then fails with ErrOtherLog.
	OtherLog bool
	// Partitions is in how many parts the new version is divided. Default: as
	// many as the live version, else Options.Partitions.
	Partitions int
	// Progress is told how far the rebuild is: at every change of phase, and
	// about once a second between. It must not block.
	Progress func(RebuildProgress)
	// Workers is on how many goroutines the log is folded. Default: one for
	// each core that the process may use.
	Workers int
}

const minMemory = 1 << 20

func (o RebuildOptions) withDefaults() (RebuildOptions, error) {
	if o.Memory == 0 {
		o.Memory = 1 << 30
	}
	if o.Memory < minMemory {
		return o, ErrMemory.With(nil, "%d bytes; at least %d are needed", o.Memory, minMemory)
	}
	if o.Partitions < 0 || o.Partitions > maxPartitions {
		return o, ErrOtherPartitions.With(nil, "%d partitions; 1 to %d are possible", o.Partitions, maxPartitions)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(RebuildProgress) {}
	}
	if o.Workers < 1 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o, nil
}

// Rebuilt is what a rebuild has made.
type Rebuilt struct {
	// Version is the new live version.
	Version Version
	// Comparison is with the version that was live before, nil if none was.
	Comparison *Comparison
}

// Rebuild makes a new version of the read model from the log, beside the live
// one, and puts it in its place.
//
// It folds in memory what the log holds (in several passes if that is much),
// writes the rows in bulk, makes the indexes, computes the current statistics,
// catches up with what was appended meanwhile, compares with the live version,
// and swaps the two in one transaction. Until then nobody sees anything of it,
// readers and runners of the live version go on, and it can be ended at any
// moment, by the context or by the death of the process: the next Rebuild goes
// on with what is finished. The version that was live is old from then on and
// stays until it is dropped; runners of it go over to the new one.
//
// Of several rebuilds on one database one runs; the others fail with ErrLeased.
// It fails with ErrOtherLog if the live version is of another log, before it has
// done anything: see RebuildOptions.OtherLog.
// An event that cannot be decoded or folded fails with ErrStopped and its
// position. After ErrUnavailable or a lost lease call Rebuild again.
func (m *ReadModel) Rebuild(ctx context.Context, log store.Store, options RebuildOptions) (*Rebuilt, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	lease, err := m.leaseRebuild(ctx)
	if err != nil {
		return nil, err
	}
	r := &rebuild{m: m, log: log, options: options, lease: lease}
	done, err := r.run(ctx)
	return done, errors.Join(err, lease.Release())
}

// leaseRebuild takes the right to rebuild. It asks more than once: a rebuild
// that was killed just now has it until the database misses its connection.
func (m *ReadModel) leaseRebuild(ctx context.Context) (lease Lease, err error) {
	pauses := m.pauses()
	for range 5 {
		if lease, err = m.db.Lease(ctx, "rebuild"); !errors.Is(err, ErrLeased) {
			return lease, err
		}
		if ended := pauses.Wait(ctx); ended != nil {
			return nil, ErrCancelled.With(ended, "")
		}
	}
	return nil, err
}

type rebuild struct {
	m       *ReadModel
	log     store.Store
	logID   uuid.UUID // uuid.Nil while it is empty
	options RebuildOptions
	lease   Lease
	version Version
	report  reporting
}

func (r *rebuild) run(ctx context.Context) (*Rebuilt, error) {
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	done, err := r.make(ctx)
	if errors.Is(err, ErrOtherLog) { // it changed underneath: what is made is of no use
		err = errors.Join(err, r.write(ctx, func(a adminTx) error { return a.drop(r.version.Number) }))
	}
	return done, err
}

func (r *rebuild) make(ctx context.Context) (*Rebuilt, error) {
	r.report = reporting{tell: r.options.Progress, now: r.m.options.Now, progress: RebuildProgress{Version: r.version.Number}}
	for _, step := range []func(context.Context) error{r.fold, r.finish, r.catchUp, r.compute, r.catchUp} {
		if err := r.lease.Held(ctx); err != nil {
			return nil, err
		}
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	comparison, err := r.compare(ctx)
	if err != nil {
		return nil, err
	}
	if comparison != nil && r.options.Accept != nil {
		if err := r.options.Accept(comparison); err != nil {
			return nil, err
		}
	}
	if err := r.lease.Held(ctx); err != nil {
		return nil, err
	}
	if err := r.swap(ctx); err != nil {
		return nil, err
	}
	r.version.State = Live
	return &Rebuilt{r.version, comparison}, nil
}

// begin finds the version that an earlier rebuild left, or makes one.
func (r *rebuild) begin(ctx context.Context) error {
	to, err := newest(ctx, r.log)
	if err != nil {
		return err
	}
	if r.logID, err = store.LogID(ctx, r.log); err != nil {
		return err
	}
	left, err := r.left(ctx)
	if err != nil {
		return err
	}
	return r.write(ctx, func(a adminTx) error {
		all, err := a.versions()
		if err != nil {
			return err
		}
		live, err := a.live()
		if err != nil {
			return err
		}
		if _, err := a.views(live); err != nil { // before hours of work that could not be swapped in
			return err
		}
		partitions := max(r.m.options.Partitions, 1)
		for _, v := range all {
			switch {
			case v.State == Live:
				partitions = int(v.Partitions)
				if err := r.mayReplace(a, &v); err != nil {
					return err
				}
			case v.State == Building && (left == nil || v.Number != left.Number):
				if err := a.drop(v.Number); err != nil {
					return err
				}
			}
		}
		if left != nil {
			r.version = *left
			return nil
		}
		if r.options.Partitions > 0 {
			partitions = r.options.Partitions
		}
		v, err := a.create(int64(partitions), r.logID, to, r.now())
		if err != nil {
			return err
		}
		r.version = *v
		return a.addPass(loadPass{version: v.Number, part: wholeLog, through: to.position})
	})
}

// mayReplace fails with ErrOtherLog if the live version is of another log and
// that was not allowed. Of the tables of another schema it cannot be known.
func (r *rebuild) mayReplace(a adminTx, live *Version) error {
	if live.Schema != Schema || r.options.OtherLog {
		return nil
	}
	log, err := a.on(live.Number).log()
	if err != nil {
		return err
	}
	return sameLog(log, r.logID)
}

// left is the half-built version that an earlier rebuild has left, nil if there
// is none or if it cannot be gone on with.
func (r *rebuild) left(ctx context.Context) (*Version, error) {
	var v *Version
	var all []Checkpoint
	var reached event.Position
	err := r.m.read(ctx, func(a adminTx) (err error) {
		if v, err = a.building(); v == nil || err != nil || !r.wanted(v) {
			v = nil
			return err
		}
		if all, err = a.on(v.Number).checkpoints(); err != nil {
			return err
		}
		if reached, err = a.on(v.Number).position(); err != nil {
			return err
		}
		passes, err := a.passes(v.Number)
		for _, p := range passes {
			reached = max(reached, p.through)
		}
		return err
	})
	if errors.Is(err, ErrNotFound) || err == nil && v == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range all { // partitions that were caught up are further than others
		if all[i].Log != r.logID {
			return nil, nil
		}
		if err == nil {
			err = checkPlace(ctx, r.log, all[i].place())
		}
	}
	if err == nil {
		_, err = store.At(ctx, r.log, reached)
	}
	if err = otherLog(err); errors.Is(err, ErrOtherLog) { // or it was cut
		return nil, nil
	}
	return v, err
}

// wanted reports whether a half-built version is what the options ask for.
func (r *rebuild) wanted(v *Version) bool {
	return !r.options.Anew && v.Schema == Schema && (r.options.Partitions == 0 || int64(r.options.Partitions) == v.Partitions)
}

// write runs do on the administrative tables. It is run again when another
// transaction got in the way.
func (r *rebuild) write(ctx context.Context, do func(adminTx) error) (err error) {
	pauses := r.m.pauses()
	for range 10 {
		err = administer(ctx, r.m.db, r.now(), do)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		if ended := pauses.Wait(ctx); ended != nil {
			return ErrCancelled.With(ended, "")
		}
	}
	return err
}

func (r *rebuild) now() event.Time { return event.At(r.m.options.Now()) }
