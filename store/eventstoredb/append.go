package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

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
// of such writes for a while only. An append of unknown outcome is then not
// sent again and fails with ErrUnavailable, and the message says so.
//
// ErrTooLarge also for what is over Options.MaxAppendSize, and ErrInvalidWrite
// for event types that begin with $, for metadata streams ($$) and for streams
// outside StreamPrefixes.
func (s *Store) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	h, err := s.hold(ctx)
	if err != nil {
		return store.Appended{}, err
	}
	defer h.end()
	if err := s.validate(w); err != nil {
		return store.Appended{}, err
	}
	var done store.Appended
	err = h.persist(func() (err error) {
		done, err = h.append(w)
		return settle(w, err)
	})
	if err != nil {
		return store.Appended{}, err
	}
	s.raise(done.Position)
	return done, nil
}

// settle keeps a write from being repeated whose repetition may write twice.
func settle(w store.Write, err error) error {
	var f *failure
	if w.Expected != store.Any || !errors.As(err, &f) || !f.sent {
		return err
	}
	return &store.Error{Code: store.ErrUnavailable.Code, Stream: w.Stream, Err: f.err,
		Detail: "the outcome of the append is unknown, and without an expected revision it is not safe to repeat"}
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

// validate checks what can be told without asking the server.
func (s *Store) validate(w store.Write) error {
	if err := store.Validate(w); err != nil {
		return err
	}
	invalid := func(detail string) error {
		return &store.Error{Code: store.ErrInvalidWrite.Code, Stream: w.Stream, Detail: detail}
	}
	if strings.HasPrefix(w.Stream, "$$") {
		return invalid("streams that begin with $$ hold EventStoreDB's metadata")
	}
	if !s.options.covers(w.Stream) {
		return invalid("the stream is outside the store's stream prefixes")
	}
	size := 0
	for i := range w.Events {
		e := &w.Events[i]
		if isSystem(e.Type) {
			return invalid(fmt.Sprintf("the type of event %d begins with $, as EventStoreDB's own do", i))
		}
		size += len(e.Data) + len(e.Metadata) + 2*len(e.Type)
	}
	if size > s.options.MaxAppendSize {
		return &store.Error{Code: store.ErrTooLarge.Code, Stream: w.Stream, Detail: fmt.Sprintf(
			"the append has %d bytes, more than the %d that the server takes; see Options.MaxAppendSize", size, s.options.MaxAppendSize)}
	}
	return nil
}

// append sends the write once.
func (h *hold) append(w store.Write) (store.Appended, error) {
	c, err := h.begin(w.Stream, h.store.target.deadline, false)
	if err != nil {
		return store.Appended{}, err
	}
	defer c.end()
	stream, err := c.lane.streams.Append(c.ctx)
	if err != nil {
		return store.Appended{}, c.fail(err, nil)
	}
	err = stream.Send(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: appendOptions(w)}})
	for i := 0; i < len(w.Events) && err == nil; i++ {
		err = stream.Send(proposedMessage(&w.Events[i]))
	}
	if err != nil {
		return store.Appended{}, c.unsent(stream, err)
	}
	answer, err := stream.CloseAndRecv()
	if err != nil {
		return store.Appended{}, c.fail(err, stream.Trailer())
	}
	return c.outcome(w, answer)
}

// unsent finds out why a Send failed: io.EOF says that the call is over, and
// only a receive tells how. The call must not be closed as if all had been
// sent: the gRPC library may still repeat what was sent on another connection,
// and the server would take the part for the whole.
func (c *call) unsent(stream streams.Streams_AppendClient, err error) error {
	if !errors.Is(err, io.EOF) {
		return c.fail(err, nil)
	}
	defer time.AfterFunc(maxRetryDelay, c.cancel).Stop() // a repeated call would wait for more
	if err := stream.RecvMsg(new(streams.AppendResp)); err != nil {
		return c.fail(err, stream.Trailer())
	}
	return c.broken("the server answered an append before it was sent")
}

func appendOptions(w store.Write) *streams.AppendReq_Options {
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

// outcome reads the server's answer.
func (c *call) outcome(w store.Write, answer *streams.AppendResp) (store.Appended, error) {
	if wrong := answer.GetWrongExpectedVersion(); wrong != nil {
		have := store.NoStream
		if r, ok := wrong.GetCurrentRevisionOption().(*streams.AppendResp_WrongExpectedVersion_CurrentRevision); ok {
			have = store.Exact(r.CurrentRevision)
		}
		return store.Appended{}, store.Conflict(w.Stream, w.Expected, have)
	}
	ok := answer.GetSuccess()
	revision, told := ok.GetCurrentRevisionOption().(*streams.AppendResp_Success_CurrentRevision)
	if !told {
		return store.Appended{}, c.broken("the server answered an append without a revision")
	}
	// NoStream may also meet a stream that was soft-deleted and goes on.
	last := uint64(max(w.Expected, store.NoStream) + store.Expected(len(w.Events)))
	if revision.CurrentRevision < last || w.Expected >= 0 && revision.CurrentRevision != last {
		return store.Appended{}, c.broken("the server answered an append of %d events, expecting %v, with revision %d",
			len(w.Events), w.Expected, revision.CurrentRevision)
	}
	done := store.Appended{Revision: revision.CurrentRevision, Position: event.Position(ok.GetPosition().GetCommitPosition())}
	if uint64(done.Position) != ok.GetPosition().GetPreparePosition() {
		return store.Appended{}, c.broken("the server answered an append with commit position %d and prepare position %d, which must be equal",
			done.Position, ok.GetPosition().GetPreparePosition())
	}
	if done.Position != 0 {
		return done, nil
	}
	// The answer to a repetition need not tell where the original stands.
	r, err := c.at(w.Stream, done.Revision)
	done.Position = r.Position
	return done, err
}

// at reads one event of a stream.
func (c *call) at(stream string, revision uint64) (event.Record, error) {
	request := streamRequest(stream, revision)
	request.CountOption = &streams.ReadReq_Options_Count{Count: 1}
	r, err := c.read(request)
	for err == nil {
		var m *streams.ReadResp
		if m, err = r.next(); err != nil {
			break
		}
		if e := m.GetEvent(); e != nil {
			return new(decoder).record(e)
		}
	}
	if errors.Is(err, io.EOF) {
		err = c.broken("revision %d was appended and is not there", revision)
	}
	return event.Record{}, err
}
