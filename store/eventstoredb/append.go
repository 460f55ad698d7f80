package eventstoredb

import (
	"context"
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Append implements store.Store.
//
// With an expected revision an append whose outcome is unknown, because the
// connection broke, the leader changed or the server gave up, is sent again
// with the same event ids: EventStoreDB finds them behind the revision, for
// ever, and answers as the first time, so what Append answers is what happened.
// If it fails with ErrUnavailable or ErrCancelled all the same, the write may
// have been done; repeat it to find out.
//
// With store.Any there is no such safety, since EventStoreDB remembers the ids
// of such writes for a while only. An append of unknown outcome is not sent
// again: its ids are looked for at the stream's end. If they do not show there
// within 2 s, it fails with ErrUnavailable, and the message says so.
//
// A conflict is told when what the server found can be read, at most 2 s later:
// EventStoreDB may tell it before.
//
// A repetition whose events are hidden by now, since the stream was truncated
// or deleted softly, is answered with Head's position: the server does not tell
// the append's own any more, and whoever has come to the log's end has passed it.
//
// ErrTooLarge also for what is over Options.MaxAppendSize, and ErrInvalidWrite
// for streams outside StreamPrefixes.
func (s *Store) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	h, err := s.hold(ctx)
	if err != nil {
		return store.Appended{}, err
	}
	defer h.end()
	if err := s.validate(w); err != nil {
		return store.Appended{}, err
	}
	a := &appender{hold: h, write: &w}
	if err := h.persist(a.attempt); err != nil {
		return store.Appended{}, err
	}
	s.raise(a.done.Position)
	return a.done, nil
}

// appender is one Append, which may take several attempts.
type appender struct {
	hold   *hold
	write  *store.Write
	unsure bool // an attempt before may have written
	done   store.Appended
}

// attempt sends the write once and makes sense of the answer.
func (a *appender) attempt() error {
	w := a.write
	answer, err := a.hold.append(w)
	if err == nil {
		err = a.read(answer)
	}
	var f *failure
	if err == nil || !errors.As(err, &f) {
		return err
	}
	if f.cause == byServer && a.hold.deleted(w.Stream) {
		return store.ErrInvalidWrite.In(w.Stream).With(f.err, "%s", deletedForGood)
	}
	if !f.sent {
		return err
	}
	a.unsure = true
	if w.Expected == store.Any {
		return a.look(f)
	}
	return err
}

// raise remembers the newest position that an append was told.
func (s *Store) raise(p event.Position) {
	for {
		old := s.appended.Load()
		if uint64(p) <= old || s.appended.CompareAndSwap(old, uint64(p)) {
			return
		}
	}
}

// told is the newest position that an append was told, 0 if none was.
func (s *Store) told() event.Position { return event.Position(s.appended.Load()) }

// validate checks what can be told without asking the server.
func (s *Store) validate(w store.Write) error {
	if err := store.Validate(w); err != nil {
		return err
	}
	if !s.options.covers(w.Stream) {
		return store.ErrInvalidWrite.In(w.Stream).With(nil, "the stream is outside the store's stream prefixes")
	}
	size := 0
	for i := range w.Events {
		e := &w.Events[i]
		size += len(e.Data) + len(e.Metadata) + 2*len(e.Type)
	}
	if size > s.options.MaxAppendSize {
		return store.ErrTooLarge.In(w.Stream).With(nil, "the append has %d bytes, more than the %d that the server takes; see Options.MaxAppendSize", size, s.options.MaxAppendSize)
	}
	return nil
}

// append sends the write once. The call needs no context of its own: the
// connection gives it the deadline, and it is over when this returns, since a
// stream of requests ends with its one answer or with an error.
func (h *hold) append(w *store.Write) (*streams.AppendResp, error) {
	c, err := h.borrow(w.Stream, false)
	if err != nil {
		return nil, err
	}
	defer c.giveBack()
	stream, err := c.lane.streams.Append(c.ctx)
	if err != nil {
		return nil, c.fail(err, nil)
	}
	err = stream.Send(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: appendOptions(w)}})
	for i := 0; i < len(w.Events) && err == nil; i++ {
		err = stream.Send(proposedMessage(&w.Events[i]))
	}
	if err != nil {
		return nil, c.unsent(stream, err)
	}
	answer, err := stream.CloseAndRecv()
	if err != nil {
		return nil, c.fail(err, stream.Trailer())
	}
	return answer, nil
}

// unsent finds out why a Send failed: io.EOF says that the call is over, and
// only a receive tells how. The call must not be closed as if all had been
// sent: the gRPC library may still repeat what was sent on another connection,
// and the server would take the part for the whole.
func (c *call) unsent(stream streams.Streams_AppendClient, err error) error {
	if !errors.Is(err, io.EOF) {
		return c.fail(err, nil)
	}
	_ = stream.Context() // from here on the library repeats nothing: a repeated call would wait for more
	if err := stream.RecvMsg(new(streams.AppendResp)); err != nil {
		return c.fail(err, stream.Trailer())
	}
	return c.broken("the server answered an append before it was sent")
}

func appendOptions(w *store.Write) *streams.AppendReq_Options {
	o := &streams.AppendReq_Options{StreamIdentifier: streamID(w.Stream)}
	switch w.Expected {
	case store.Any:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Any{Any: empty}
	case store.NoStream:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_NoStream{NoStream: empty}
	default:
		// The highest revision is a tombstone's, which a server may refuse to
		// hear of; no stream has the one below it either.
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: uint64(min(w.Expected, maxRevision))}
	}
	return o
}

// maxRevision is more than any event's revision and less than a tombstone's.
const maxRevision = 1<<63 - 2
