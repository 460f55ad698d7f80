package marketplace

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// loaded is an aggregate with its place in its stream.
type loaded struct {
	stream   string
	state    aggregate.State
	next     uint64             // the revision of the stream's next event
	commands map[uuid.UUID]bool // the commands that its events came from
	durable  *durable           // set while state is ahead of the log
	stale    bool               // the stream has gone on, or may have
	position event.Position     // of the newest event that was read or written
}

// durable is an aggregate as the log has it, with the commands that are not
// yet in it.
type durable struct {
	state   aggregate.State
	next    uint64
	pending []uuid.UUID
}

func newLoaded(stream string) (*loaded, error) {
	state, err := aggregate.NewState(stream)
	if err != nil {
		return nil, err
	}
	return &loaded{stream: stream, state: state, commands: map[uuid.UUID]bool{}}, nil
}

// catchUp folds the stream's events from where l stands. After an error l must
// not be used.
func (l *loaded) catchUp(ctx context.Context, s store.Store, d *event.Decoder) error {
	for rec, err := range s.ReadStream(ctx, l.stream, l.next) {
		if err != nil {
			if errors.Is(err, store.ErrStreamNotFound) && l.next == 0 {
				return nil
			}
			return err
		}
		if rec.Revision != l.next {
			return &store.Error{Code: store.ErrCorrupt.Code, Stream: l.stream, Position: rec.Position,
				Detail: fmt.Sprintf("revision %d comes where %d is due: the stream is truncated or has a gap, and its aggregate cannot be loaded", rec.Revision, l.next)}
		}
		env, err := d.Decode(&rec)
		if err != nil {
			return err
		}
		if err := l.state.Evolve(env.OccurredAt, env.Event); err != nil {
			return fmt.Errorf("marketplace: position %d, stream %s, revision %d: %w", rec.Position, l.stream, rec.Revision, err)
		}
		l.commands[env.CommandID] = true
		l.next++
		l.position = rec.Position
	}
	return nil
}

// apply folds what a command has come to before it is written, so that an event
// which would break an invariant never is. After an error revert.
func (l *loaded) apply(r request, events []event.Event) error {
	if l.durable == nil {
		l.durable = &durable{state: l.state, next: l.next}
		l.state = l.state.Clone()
	}
	l.durable.pending = append(l.durable.pending, r.id)
	l.commands[r.id] = true
	for _, e := range events {
		if err := l.state.Evolve(r.at, e); err != nil {
			return err
		}
		l.next++
	}
	return nil
}

// revert goes back to what the log has.
func (l *loaded) revert() {
	for _, id := range l.durable.pending {
		delete(l.commands, id)
	}
	l.state, l.next, l.durable = l.durable.state, l.durable.next, nil
	l.stale = true
}

// decide takes the decision of a request and makes its writes: the last is that
// of the request's stream, target. What it comes to is applied to the aggregates.
func (s *session) decide(target *loaded, r request) (aggregate.Decision, []store.Write, error) {
	if err := s.inform(target, &r); err != nil {
		return aggregate.Decision{}, nil, err
	}
	terms := s.market.options.Terms
	d, err := aggregate.Decide(s.read, terms, r.at, r.command)
	if err != nil {
		return aggregate.Decision{}, nil, err
	}
	var writes []store.Write
	if d.Before != nil {
		first := request{
			id: event.FollowUpID(r.id, d.Before.CommandName()), correlation: r.correlation, causation: r.id, at: r.at, command: d.Before,
		}
		before, err := aggregate.Decide(s.read, terms, first.at, first.command)
		if err != nil {
			return aggregate.Decision{}, nil, err
		}
		l, err := s.load(d.Before.Stream())
		if err != nil {
			return aggregate.Decision{}, nil, err
		}
		for l.commands[first.id] { // it was done and undone: what is done anew has ids of its own
			first.id = event.FollowUpID(first.id, d.Before.CommandName())
		}
		w, err := s.write(l, first, before)
		if err != nil {
			return aggregate.Decision{}, nil, err
		}
		writes = append(writes, w)
	}
	w, err := s.write(target, r, d)
	if err != nil {
		return aggregate.Decision{}, nil, err
	}
	return d, append(writes, w), nil
}

// inform gives an AssessJobSuccess the score that the log comes to. Where it
// will be rejected, as things stand, it needs none.
func (s *session) inform(target *loaded, r *request) error {
	c, ok := r.command.(aggregate.AssessJobSuccess)
	if !ok || !target.state.Exists() || r.at < target.state.Clock() {
		return nil
	}
	stats, err := Ask(s.ctx, s.market, statistics.FreelancerStatsOf(c.Freelancer), AsOf(r.at.Std()))
	if err != nil {
		return err
	}
	score := event.JobSuccessAssessed{Policy: statistics.DefaultPolicy}
	if js := stats.JobSuccess; js != nil {
		bp, displayed := int(js.ScoreBP), int(js.Displayed)
		score.ScoreBP, score.Displayed = &bp, &displayed
	}
	r.command = c.With(score)
	return nil
}

// write makes the append of a decision and applies it to its aggregate.
func (s *session) write(l *loaded, r request, d aggregate.Decision) (store.Write, error) {
	w := store.Write{Stream: l.stream, Expected: store.NoStream, Events: make([]event.Proposed, len(d.Events))}
	if l.next > 0 {
		w.Expected = store.Exact(l.next - 1)
	}
	meta := event.Meta{OccurredAt: r.at, Actor: d.Actor, CommandID: r.id, CorrelationID: r.correlation, CausationID: r.causation}
	for i, e := range d.Events {
		var err error
		if w.Events[i], err = s.market.registry.Encode(event.ID(r.id, i), meta, e); err != nil {
			return store.Write{}, err
		}
	}
	s.ahead = append(s.ahead, l)
	return w, l.apply(r, d.Events)
}

// session is one use of aggregates: it takes them out of the cache, so that no
// one else changes them, and puts them back at its end.
type session struct {
	ctx     context.Context
	market  *Marketplace
	decoder *event.Decoder
	taken   map[string]*loaded
	ahead   []*loaded      // of the log, once for each of their writes
	newest  event.Position // event that was read
}

// append makes what was decided durable and answers for the last write. A store
// that is no Transactor takes the writes one by one; the first may be there then
// when a later one fails, which decisions know (aggregate.Decision.Before).
func (s *session) append(writes []store.Write) (last store.Appended, err error) {
	if t, ok := s.market.store.(store.Transactor); ok && len(writes) > 1 {
		appended, err := t.AppendAll(s.ctx, writes)
		if err != nil {
			return store.Appended{}, err
		}
		if len(appended) != len(writes) {
			return store.Appended{}, fmt.Errorf("marketplace: the store answered %d of %d writes", len(appended), len(writes))
		}
		for i, w := range writes {
			last = appended[i]
			s.wrote(w.Stream, last)
		}
	} else {
		for _, w := range writes {
			if last, err = s.market.store.Append(s.ctx, w); err != nil {
				return store.Appended{}, err
			}
			s.wrote(w.Stream, last)
		}
	}
	for _, l := range s.ahead {
		l.durable = nil
	}
	s.ahead = s.ahead[:0]
	return last, nil
}

func (s *session) wrote(stream string, at store.Appended) {
	if l := s.taken[stream]; l != nil {
		l.position = at.Position
	}
}

// revert says that what was decided is not in the log, or not known to be.
func (s *session) revert() {
	for _, l := range s.ahead {
		if l.durable != nil {
			l.revert()
		}
	}
	s.ahead = s.ahead[:0]
}

func (m *Marketplace) newSession(ctx context.Context) *session {
	return &session{ctx: ctx, market: m, decoder: m.cache.decoder(m.registry), taken: make(map[string]*loaded, 4)}
}

// load gives the aggregate of a stream as of the stream's end.
func (s *session) load(stream string) (*loaded, error) {
	l := s.taken[stream]
	if l != nil && !l.stale {
		return l, nil
	}
	if l == nil {
		l = s.market.cache.take(stream)
	}
	if l == nil {
		var err error
		if l, err = newLoaded(stream); err != nil {
			return nil, err
		}
	}
	delete(s.taken, stream)
	if err := l.catchUp(s.ctx, s.market.store, s.decoder); err != nil {
		return nil, err
	}
	l.stale, s.newest = false, max(s.newest, l.position)
	s.taken[stream] = l
	return l, nil
}

// read is the session as the decisions see it.
func (s *session) read(stream string) (aggregate.State, error) {
	l, err := s.load(stream)
	if err != nil {
		return nil, err
	}
	return l.state, nil
}

// end gives the aggregates back, as the log has them.
func (s *session) end() {
	s.revert()
	s.market.cache.put(s.taken)
	s.market.cache.decoders.Put(s.decoder)
}

// cache keeps aggregates between commands. An entry is in one session or in
// the cache, never in two places.
type cache struct {
	mu       sync.Mutex
	lru      *simplelru.LRU[string, *loaded]
	decoders sync.Pool
}

func newCache(size int) (*cache, error) {
	lru, err := simplelru.NewLRU[string, *loaded](size, nil)
	if err != nil {
		return nil, err
	}
	return &cache{lru: lru}, nil
}

func (c *cache) decoder(r *event.Registry) *event.Decoder {
	if d, ok := c.decoders.Get().(*event.Decoder); ok {
		return d
	}
	return r.NewDecoder()
}

func (c *cache) take(stream string) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.lru.Peek(stream)
	if ok {
		c.lru.Remove(stream)
	}
	return l
}

func (c *cache) put(all map[string]*loaded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for stream, l := range all {
		if l.next == 0 {
			continue // nothing to keep of a stream that does not exist
		}
		if old, ok := c.lru.Peek(stream); !ok || old.next < l.next {
			c.lru.Add(stream, l)
		}
	}
}
