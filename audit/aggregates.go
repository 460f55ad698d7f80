package audit

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// loaded is an aggregate as the log has it so far.
type loaded struct {
	state    aggregate.State
	next     uint64    // the revision of its next event
	recorded time.Time // when the log took the last
	broken   bool      // an event cannot be folded, so nothing is known any more
}

func newLoaded(stream string) (*loaded, error) {
	state, err := aggregate.NewState(stream)
	return &loaded{state: state}, err
}

// fold folds events that are next in the stream. It breaks the aggregate where one
// cannot be, and says so.
func (l *loaded) fold(g group) *aggregate.Breach {
	if l.broken {
		l.state = nil
		return nil
	}
	for i := range g {
		if err := l.state.Evolve(g[i].OccurredAt, g[i].Event); err != nil {
			l.state, l.broken = nil, true
			b := &aggregate.Breach{Code: "invariant_broken", Rule: "rules 0", Event: i, What: err.Error()}
			var invariant *aggregate.InvariantError
			if errors.As(err, &invariant) {
				b.Code, b.What = invariant.Code(), invariant.What
			}
			return b
		}
	}
	l.next, l.recorded = g[len(g)-1].Revision+1, g[len(g)-1].RecordedAt
	return nil
}

// errBroken is that an aggregate is not known any more.
var errBroken = errors.New("audit: a stream cannot be folded")

// aggregates are those that the log holds before a position. Those that were used
// last are in memory; of others the stream is read again.
type aggregates struct {
	store    store.Store
	registry *event.Registry
	lru      *simplelru.LRU[string, *loaded]
	dropped  bool // the memory did not hold them all
}

func newAggregates(s store.Store, size int) (*aggregates, error) {
	if size < 1 {
		return nil, errors.New("audit: Options.Aggregates must be at least 1")
	}
	a := &aggregates{store: s, registry: event.Marketplace()}
	var err error
	a.lru, err = simplelru.NewLRU(size, func(string, *loaded) { a.dropped = true })
	return a, err
}

// state is an aggregate before a position, the empty one of a stream that begins later.
func (a *aggregates) state(ctx context.Context, stream string, before event.Position) (aggregate.State, error) {
	l, err := a.load(ctx, stream, before)
	if err != nil {
		return nil, err
	}
	if l.broken {
		return nil, errBroken
	}
	return l.state, nil
}

// target is the aggregate that events at a position are of. They may be its first.
func (a *aggregates) target(ctx context.Context, stream string, before event.Position, first bool) (*loaded, error) {
	if first && !a.lru.Contains(stream) {
		return newLoaded(stream)
	}
	return a.load(ctx, stream, before)
}

func (a *aggregates) load(ctx context.Context, stream string, before event.Position) (*loaded, error) {
	if l, ok := a.lru.Get(stream); ok {
		return l, nil
	}
	if !a.dropped {
		return newLoaded(stream)
	}
	l, err := a.read(ctx, stream, before, func(*loaded, *event.Envelope) {})
	if err == nil && (l.next > 0 || l.broken) {
		a.keep(stream, l)
	}
	return l, err
}

func (a *aggregates) keep(stream string, l *loaded) { a.lru.Add(stream, l) }

// read folds a stream up to a position, and shows what it has come to before each event.
func (a *aggregates) read(ctx context.Context, stream string, before event.Position, show func(*loaded, *event.Envelope)) (*loaded, error) {
	l, err := newLoaded(stream)
	if err != nil {
		return nil, err
	}
	for rec, err := range a.store.ReadStream(ctx, stream, 0) {
		switch {
		case errors.Is(err, store.ErrStreamNotFound):
			return l, nil
		case err != nil:
			return nil, err
		case rec.Position >= before || l.broken:
			return l, nil
		}
		env, err := a.registry.Decode(&rec)
		if err != nil {
			return nil, err
		}
		show(l, &env)
		l.broken = env.Revision != l.next
		l.fold(group{env})
	}
	return l, nil
}
