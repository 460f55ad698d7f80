package eventstoredb

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadStream implements store.Store. A read whose connection breaks goes on
// behind the last event that was yielded. It ends well only where the server
// says that the stream ends; if events are missing on the way, because the
// stream was truncated while it was read, it fails with ErrUnavailable.
//
// A stream that was deleted, softly or for good, and one outside StreamPrefixes
// fails with ErrStreamNotFound.
func (s *Store) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		h, err := s.hold(ctx)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		defer h.end()
		if stream == "" || !utf8.ValidString(stream) || !s.options.covers(stream) {
			h.lend(func() bool { return yield(event.Record{}, notFound(stream)) })
			return
		}
		r := &streamReader{hold: h, stream: stream, next: min(from, maxRevision), patience: h.patience()}
		r.run(func(rec event.Record, err error) bool { return h.lend(func() bool { return yield(rec, err) }) })
	}
}

// streamReader is one ReadStream, which may take several calls.
type streamReader struct {
	hold     *hold
	stream   string
	next     uint64 // revision to read from
	begun    bool   // next is the one behind an event that was yielded
	order    order
	patience *patience
	decoder  decoder
}

// errStopped: the caller's loop has ended.
var errStopped = errors.New("eventstoredb: the loop ended")

func (r *streamReader) run(yield func(event.Record, error) bool) {
	for {
		err := r.read(yield)
		if err == nil || errors.Is(err, errStopped) {
			return
		}
		var f *failure
		if errors.As(err, &f) && f.cause == byServer && r.hold.deleted(r.stream) {
			err = store.ErrStreamNotFound.In(r.stream).With(f.err, "%s", deletedForGood)
		}
		if err := r.patience.wait(err); err != nil {
			yield(event.Record{}, err)
			return
		}
	}
}

// read does one call. It returns nil when the stream has been read to its end.
func (r *streamReader) read(yield func(event.Record, error) bool) error {
	c, err := r.hold.begin(r.stream, 0, false)
	if err != nil {
		return err
	}
	defer c.end()
	answer, err := c.read(streamRequest(r.stream, r.next))
	if err != nil {
		return err
	}
	last := uint64(math.MaxUint64) // the stream's last revision, if the server tells
	for {
		m, err := answer.next()
		if errors.Is(err, io.EOF) {
			if last != math.MaxUint64 && r.begun && r.next <= last {
				return c.broken("the server ended the read before revision %d, and the stream has %d", r.next, last)
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch m := m.GetContent().(type) {
		case *streams.ReadResp_Event:
			rec, err := r.record(c, m.Event)
			if err != nil {
				return err
			}
			if !yield(rec, nil) {
				return errStopped
			}
			if err := r.hold.ended(); err != nil {
				return err
			}
		case *streams.ReadResp_StreamNotFound_:
			return notFound(r.stream)
		case *streams.ReadResp_LastStreamPosition:
			last = m.LastStreamPosition
		}
		// Whatever else a server says, now or in the future, is no event.
	}
}

// record reads an event and checks that it is the next one.
func (r *streamReader) record(c *call, m *streams.ReadResp_ReadEvent) (event.Record, error) {
	rec, err := r.decoder.record(m)
	if err != nil {
		return rec, err
	}
	if rec.Stream != r.stream {
		return rec, corrupt(r.stream, rec.Position, "an event of another stream")
	}
	if rec.Revision < r.next || r.begun && rec.Revision != r.next {
		return rec, c.broken("revision %d came where %d was due; was the stream truncated meanwhile?", rec.Revision, r.next)
	}
	if err := r.order.next(rec.Position); err != nil {
		return rec, err
	}
	r.next, r.begun = rec.Revision+1, true
	r.patience.restore()
	return rec, nil
}

func notFound(stream string) error {
	return store.ErrStreamNotFound.In(stream)
}
