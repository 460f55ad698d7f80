package readmodel

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// Options configure a ReadModel. The zero value is ready to use.
type Options struct {
	// After is the timer of pauses and intervals. Default: time.After.
	After func(time.Duration) <-chan time.Time
	// Now is the clock of the current statistics and of what is written down
	// of versions and checkpoints. Default: time.Now.
	Now func() time.Time
	// Partitions is in how many parts the read model is divided, so that so many
	// runners may share the work. 1 to 1024. Runners of one that is divided
	// otherwise fail with ErrOtherPartitions. Default: as it is, and 1 if it has to
	// be made.
	Partitions int
	// Policy is the rule of the current statistics, known by its ID: of one with
	// other numbers everything is computed anew, whatever its name. Default: the
	// preset statistics.DefaultPolicy, which is not that of a policy without a name.
	Policy statistics.Policy
}

const maxPartitions = 1024

func (o Options) withDefaults() (Options, error) {
	if o.After == nil {
		o.After = time.After
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Partitions < 0 || o.Partitions > maxPartitions {
		return o, ErrOtherPartitions.With(nil, "%d partitions; 1 to %d are possible", o.Partitions, maxPartitions)
	}
	if reflect.ValueOf(o.Policy).IsZero() {
		var err error
		if o.Policy, err = statistics.Preset(statistics.DefaultPolicy); err != nil {
			return o, err
		}
	}
	return o, o.Policy.Validate()
}

// ReadModel is a read model in a database. It is safe for concurrent use.
type ReadModel struct {
	db      Database
	options Options
}

// New is the read model in a database, which need not hold one yet: a Runner
// makes it. Close closes the database.
func New(db Database, options Options) (*ReadModel, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	return &ReadModel{db, options}, nil
}

// Database is the database below.
func (m *ReadModel) Database() Database { return m.db }

// Close closes the database. Runners on it end first.
func (m *ReadModel) Close() error { return m.db.Close() }

// Versions are all versions of the read model, the oldest first.
func (m *ReadModel) Versions(ctx context.Context) (all []Version, err error) {
	err = m.read(ctx, func(a adminTx) error {
		all, err = a.versions()
		return err
	})
	return all, err
}

// read runs do on the administrative tables, or fails with ErrNotFound if there
// are none.
func (m *ReadModel) read(ctx context.Context, do func(adminTx) error) error {
	return m.db.Read(ctx, func(tx Tx) error {
		a := adminTx{tx, m.db.Dialect()}
		made, err := a.migrated()
		if err != nil {
			return err
		}
		if made == 0 {
			return errNoReadModel
		}
		return do(a)
	})
}

var errNoReadModel = ErrNotFound.With(nil, "the database holds no read model yet: follow the log, or rebuild")

// readLive runs do on the tables of the live version.
func (m *ReadModel) readLive(ctx context.Context, do func(versionTx, *Version) error) error {
	return m.read(ctx, func(a adminTx) error {
		v, err := a.live()
		if err != nil {
			return err
		}
		if v == nil {
			return errNoReadModel
		}
		if err := v.check(); err != nil {
			return err
		}
		return do(a.on(v.Number), v)
	})
}

// check fails if the library does not know the version's tables.
func (v *Version) check() error {
	switch {
	case v.Schema > Schema:
		return ErrNewerSchema.With(nil, "its tables are of schema %d, this library knows %d: update the library", v.Schema, Schema)
	case v.Schema < Schema:
		return ErrSchema.With(nil, "its tables are of schema %d, this library's of %d: rebuild", v.Schema, Schema)
	}
	return nil
}

// Ensure makes the read model if there is none, and gives its live version. A
// Runner does it by itself.
func (m *ReadModel) Ensure(ctx context.Context) (v *Version, err error) {
	err = m.readLive(ctx, func(_ versionTx, live *Version) error {
		v = live
		return nil
	})
	if !errors.Is(err, ErrNotFound) {
		return v, err
	}
	lease, err := m.leaseSchema(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lease.Release()) }()
	now := event.At(m.options.Now())
	err = administer(ctx, m.db, now, func(a adminTx) error {
		if v, err = a.live(); v != nil || err != nil { // another has made it meanwhile
			return err
		}
		if v, err = a.create(int64(max(m.options.Partitions, 1)), uuid.Nil, place{}, now); err != nil {
			return err
		}
		if err = a.index(v.Number); err != nil {
			return err
		}
		v.State = Live
		return a.publish(v.Number)
	})
	return v, err
}

// leaseSchema waits for the right to make tables, which nobody has for long.
func (m *ReadModel) leaseSchema(ctx context.Context) (Lease, error) {
	for pauses := m.pauses(); ; {
		lease, err := m.db.Lease(ctx, "schema")
		if !errors.Is(err, ErrLeased) {
			return lease, err
		}
		if err := pauses.Wait(ctx); err != nil {
			return nil, ErrCancelled.With(err, "")
		}
	}
}
