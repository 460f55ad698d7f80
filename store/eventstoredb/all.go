package eventstoredb

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadAll implements store.Store: the log as it stands when the read begins,
// without the system's events. The server filters. A read whose connection
// breaks goes on behind the last event that was yielded, and it ends well only
// if it has met the event that was the newest when it began.
//
// Span.After must be a position of this database: 0, or one that a record, a
// notification, an append or Head had.
func (s *Store) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		h, err := s.hold(ctx)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		defer h.end()
		r := &allReader{hold: h, from: span.Begin(), after: span.First() - 1, patience: h.patience()}
		r.run(span.Through, func(rec event.Record, err error) bool {
			return h.lend(func() bool { return yield(rec, err) })
		})
	}
}

// allReader is one ReadAll, which may take several calls.
type allReader struct {
	hold     *hold
	from     event.Position // a name: where the next call begins
	after    event.Position // what has been read, or is not asked for
	through  event.Position
	head     event.Position // the newest event when the read began
	patience *patience
	decoder  decoder
}

func (r *allReader) run(through event.Position, yield func(event.Record, error) bool) {
	err := r.hold.persist(func() (err error) {
		r.head, err = r.hold.store.head(r.hold)
		return err
	})
	if err != nil {
		yield(event.Record{}, err)
		return
	}
	if r.through = r.head; through != 0 {
		r.through = min(through, r.head)
	}
	for r.after < r.through {
		err := r.read(yield)
		if err == nil || errors.Is(err, errStopped) {
			return
		}
		if err := r.patience.wait(err); err != nil {
			yield(event.Record{}, err)
			return
		}
	}
}

// read does one call. It returns nil when the span has been read to its end.
func (r *allReader) read(yield func(event.Record, error) bool) error {
	c, err := r.hold.begin("", 0, false)
	if err != nil {
		return err
	}
	defer c.end()
	answer, err := c.read(r.hold.store.options.allRequest(allFrom(r.from), false, math.MaxInt64))
	if err != nil {
		return err
	}
	for {
		m, err := answer.next()
		if errors.Is(err, io.EOF) {
			return c.broken("the server ended the read behind position %d, before %d", r.after, r.through)
		}
		if err != nil {
			return err
		}
		e := m.GetEvent()
		if e == nil {
			continue
		}
		rec, err := r.decoder.record(e)
		if err != nil {
			return err
		}
		if rec.Position > r.through {
			return nil
		}
		if rec.Position <= r.after {
			continue // the one that the read starts at
		}
		r.from, r.after = rec.Position, rec.Position
		r.patience.restore()
		if !isSystem(rec.Type) && !yield(rec, nil) {
			return errStopped
		}
		if err := r.hold.ended(); err != nil {
			return err
		}
		if r.after == r.through {
			return nil
		}
	}
}

// head asks for the newest event that is no system event; 0 if there is none.
func (s *Store) head(h *hold) (event.Position, error) {
	c, err := h.begin("", s.target.deadline, false)
	if err != nil {
		return 0, err
	}
	defer c.end()
	// Streams of ours may end with a system event, a tombstone: look behind it.
	before := event.Position(0)
	for {
		rec, err := c.newest(s.options.allRequest(allBefore(before), true, 1))
		if err != nil || rec.Position == 0 || !isSystem(rec.Type) {
			return rec.Position, err
		}
		if before != 0 && rec.Position >= before {
			return 0, c.broken("the server reads the log backwards in no order")
		}
		before = rec.Position
	}
}

// end is the position of the newest event of all, system events too.
func (s *Store) end(h *hold) (event.Position, error) {
	c, err := h.begin("", s.target.deadline, true)
	if err != nil {
		return 0, err
	}
	defer c.end()
	request := s.options.allRequest(allBefore(0), true, 1)
	request.FilterOption = &streams.ReadReq_Options_NoFilter{NoFilter: empty}
	rec, err := c.newest(request)
	return rec.Position, err
}

// newest reads the first event of an answer, the zero record if it has none.
func (c *call) newest(request *streams.ReadReq_Options) (event.Record, error) {
	answer, err := c.read(request)
	if err != nil {
		return event.Record{}, err
	}
	for {
		m, err := answer.next()
		if errors.Is(err, io.EOF) {
			return event.Record{}, nil
		}
		if err != nil {
			return event.Record{}, err
		}
		if e := m.GetEvent(); e != nil {
			return new(decoder).record(e)
		}
	}
}
