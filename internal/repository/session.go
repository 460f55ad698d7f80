package repository

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Session is one use of aggregates: it takes them out of the cache, so that no
// one else changes them, and puts them back at its end. It is for one goroutine.
type Session struct {
	repository *Repository
	ctx        context.Context
	decoder    *event.Decoder
	taken      map[string]*loaded
	ahead      []*loaded          // of the log, once for each of their writes
	newest     event.Position     // event that was read
	head       event.Position     // CatchUp has read to here
	placed     map[string]*places // of long streams: where their commands' events begin
	places     int                // commands in placed
}

// NewSession begins a session. End ends it.
func (r *Repository) NewSession(ctx context.Context) *Session {
	return &Session{repository: r, ctx: ctx, decoder: r.cache.decoder(r.registry), taken: make(map[string]*loaded, 4)}
}

// aggregates is how many a session keeps.
const aggregates = 100_000

// CatchUp reads what is new in the log, at first everything, and finds out which
// aggregates others have moved on. It tells see of every event of the marketplace;
// the record is valid until see returns.
func (s *Session) CatchUp(see func(rec *event.Record, meta event.Meta) error) error {
	if len(s.taken) > aggregates {
		s.taken = map[string]*loaded{}
	}
	rec := new(event.Record) // one for all
	for r, err := range s.repository.store.ReadAll(s.ctx, store.Span{After: s.head}) {
		if err != nil {
			return err
		}
		*rec = r
		s.head = rec.Position
		if _, _, _, ours := event.ParseStream(rec.Stream); !ours {
			continue
		}
		meta, err := s.decoder.DecodeMeta(rec)
		if err != nil {
			return err
		}
		if l := s.taken[rec.Stream]; l != nil && rec.Revision >= l.next {
			l.stale = true
		}
		if err := see(rec, meta); err != nil {
			return err
		}
	}
	return nil
}

// Stream reads a stream that items of a group depend on and that is no aggregate's.
// An empty one has no events.
func (s *Session) Stream(name string) iter.Seq2[event.Envelope, error] {
	return func(yield func(event.Envelope, error) bool) {
		for rec, err := range s.repository.store.ReadStream(s.ctx, name, 0) {
			if errors.Is(err, store.ErrStreamNotFound) {
				return
			}
			var env event.Envelope
			if err == nil {
				s.newest = max(s.newest, rec.Position)
				env, err = s.decoder.Decode(&rec)
			}
			if !yield(env, err) || err != nil {
				return
			}
		}
	}
}

// append makes what was decided durable and answers for the last write. A store
// that is no Transactor takes the writes one by one; the first may be there then
// when a later one fails, which decisions know (aggregate.Decision.Before).
func (s *Session) append(writes []store.Write) (last store.Appended, err error) {
	if t, ok := s.repository.store.(store.Transactor); ok && len(writes) > 1 {
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
			if last, err = s.repository.store.Append(s.ctx, w); err != nil {
				return store.Appended{}, err
			}
			s.wrote(w.Stream, last)
		}
	}
	for _, l := range s.ahead {
		l.settle()
	}
	s.ahead = s.ahead[:0]
	return last, nil
}

func (s *Session) wrote(stream string, at store.Appended) {
	if l := s.taken[stream]; l != nil {
		l.position = at.Position
	}
}

// revert says that what was decided is not in the log, or not known to be.
func (s *Session) revert() {
	for _, l := range s.ahead {
		if len(l.pending) > 0 {
			l.revert()
		}
	}
	s.ahead = s.ahead[:0]
}

// load gives the aggregate of a stream as of the stream's end.
func (s *Session) load(stream string) (*loaded, error) {
	l := s.taken[stream]
	if l != nil && !l.stale {
		return l, nil
	}
	if l == nil {
		l = s.repository.cache.take(stream)
	}
	if l == nil {
		var err error
		if l, err = newLoaded(stream); err != nil {
			return nil, err
		}
	}
	delete(s.taken, stream)
	if err := l.catchUp(s.ctx, s.repository.store, s.decoder); err != nil {
		return nil, err
	}
	l.stale, s.newest = false, max(s.newest, l.position)
	s.taken[stream] = l
	return l, nil
}

// read is the session as the decisions see it.
func (s *Session) read(stream string) (aggregate.State, error) {
	l, err := s.load(stream)
	if err != nil {
		return nil, err
	}
	return l.state, nil
}

// End gives the aggregates back, as the log has them.
func (s *Session) End() {
	s.revert()
	s.repository.cache.put(s.taken)
	s.repository.cache.decoders.Put(s.decoder)
}
