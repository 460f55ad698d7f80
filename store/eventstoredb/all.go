package eventstoredb

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadAll implements store.Store: the log as it stands when the read begins,
// without the system's events. The server filters. A read whose connection
// breaks goes on behind the last event that was yielded, and it ends well only
// if it has met the event that was the newest when it began.
//
// A span that begins inside an event or behind the log's end fails with
// ErrUnknownPosition; see package eventstoredb, Positions.
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
	doubted  bool           // the caller gave it, and nothing has shown yet that it is one
	after    event.Position // what has been read, or is not asked for
	through  event.Position
	patience *patience
	decoder  decoder
}

func (r *allReader) run(through event.Position, yield func(event.Record, error) bool) {
	if err := r.hold.persist(func() error { return r.begin(through) }); err != nil {
		yield(event.Record{}, err)
		return
	}
	for r.after < r.through || r.doubted {
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

// begin finds where the read ends, and whether the log reaches to where it
// begins.
func (r *allReader) begin(through event.Position) error {
	c, err := r.hold.begin("", 0, false)
	if err != nil {
		return err
	}
	defer c.end()
	head, err := c.head()
	if err != nil {
		return err
	}
	if told := r.hold.store.told(); head < told {
		if err := c.inherited(told); err != nil {
			return err
		}
	}
	end := head
	if r.from > head {
		if end, err = c.reach(r.from); err != nil {
			return err
		}
	}
	r.doubted = r.from != 0 && r.from != head && r.from != end
	if r.through = head; through != 0 {
		r.through = min(through, head)
	}
	return nil
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
	order := order{r.from}
	for {
		m, err := answer.next()
		if errors.Is(err, io.EOF) {
			if r.after >= r.through {
				return nil // only the name was asked about
			}
			return r.short(c)
		}
		if err != nil {
			return at(r.from, err)
		}
		e := m.GetEvent()
		if e == nil {
			continue
		}
		rec, err := r.decoder.record(e)
		if err != nil {
			return err
		}
		if err := order.next(rec.Position); err != nil {
			return err
		}
		r.doubted = false
		if rec.Position > r.through {
			return nil
		}
		if rec.Position <= r.after {
			continue // the one that the read starts at
		}
		r.from, r.after = rec.Position, rec.Position
		r.patience.restore()
		if r.hold.store.options.yields(rec.Stream, rec.Type) && !yield(rec, nil) {
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

// short is what a read comes to that the server has ended too soon. The event
// that it was to meet may have been scavenged since: then the node has what is
// behind it, and another event of ours is the newest.
func (r *allReader) short(c *call) error {
	end, err := c.logEnd() // first: a node that lags behind may catch up meanwhile
	if err != nil {
		return err
	}
	head, err := c.head()
	if err != nil {
		return err
	}
	if end > r.through && head < r.through {
		if r.through = head; r.after >= head {
			return nil
		}
	}
	return c.broken("the server ended the read behind position %d, before %d", r.after, r.through)
}

// head asks for the newest event of ours; 0 if there is none. There is no
// deadline: the server looks through all that others have written since, which
// may take it long. One that hangs is found out as for every call.
func (s *Store) head(h *hold) (event.Position, error) {
	c, err := h.begin("", 0, false)
	if err != nil {
		return 0, err
	}
	defer c.end()
	return c.head()
}

func (c *call) head() (event.Position, error) {
	o := &c.hold.store.options
	return c.find(0, true, 1, func(_ event.Position, e *recordedEvent) bool { return o.yieldsEvent(e) })
}
