package eventstoredb

import (
	"errors"
	"io"
	"slices"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/store"
)

const (
	shownFor = 2 * time.Second // how long what a server has told is waited for until it can be read
	maxShown = 100 * time.Millisecond
	lookBack = 1024 // events of others behind an append's that is looked for
)

func (a *appender) read(answer *streams.AppendResp) error {
	wrong := answer.GetWrongExpectedVersion()
	if wrong == nil {
		return a.success(answer.GetSuccess())
	}
	have := store.NoStream
	if r, ok := wrong.GetCurrentRevisionOption().(*streams.AppendResp_WrongExpectedVersion_CurrentRevision); ok {
		have = store.Exact(r.CurrentRevision)
	}
	return a.conflict(have)
}

func (a *appender) success(s *streams.AppendResp_Success) (err error) {
	w := a.write
	told, ok := s.GetCurrentRevisionOption().(*streams.AppendResp_Success_CurrentRevision)
	if !ok {
		return failed(w.Stream, byServer, "the server answered an append without a revision")
	}
	// NoStream may also meet a stream that was soft-deleted and goes on.
	revision, last := told.CurrentRevision, uint64(max(w.Expected, store.NoStream)+store.Expected(len(w.Events)))
	if revision < last || w.Expected >= 0 && revision != last || revision > maxRevision {
		return failed(w.Stream, byServer, "the server answered an append of %d events, expecting %v, with revision %d",
			len(w.Events), w.Expected, revision)
	}
	var at event.Position
	if p := s.GetPosition(); p == nil {
		if at, err = a.position(revision); err != nil {
			return err
		}
	} else if at = event.Position(p.GetCommitPosition()); !isPosition(p.GetCommitPosition()) || p.GetCommitPosition() != p.GetPreparePosition() {
		return failed(w.Stream, byServer, "the server answered an append with commit position %d and prepare position %d, which must be one position",
			at, p.GetPreparePosition())
	}
	a.done = store.Appended{Revision: revision, Position: at}
	return nil
}

// position finds where an append's last event stands. The answer to a
// repetition does not tell it if the event is hidden, and then nor does the
// stream. $all has it, or had it, so whoever has come to the newest event of
// ours has passed it.
func (a *appender) position(revision uint64) (at event.Position, err error) {
	s := a.hold.store
	err = a.hold.persist(func() error {
		shows, err := a.hold.shown(a.write.Stream, streamRequest(a.write.Stream, revision), 1)
		if err == nil && len(shows.records) == 1 && shows.records[0].Revision == revision {
			at = shows.records[0].Position
		} else if err == nil {
			at, err = s.head(a.hold)
			at = max(at, s.told())
		}
		return err
	})
	return at, a.unread(err, "the events were written, but where they stand cannot be told")
}

// unread says of an append what reading would have told, if the user may not
// read. Other errors pass.
func (a *appender) unread(err error, detail string) error {
	if err == nil || status.Code(err) != codes.PermissionDenied {
		return err
	}
	return store.ErrUnavailable.In(a.write.Stream).With(err, "%s, since the user may not read: an append whose first answer was lost reads, so a user who appends needs the right to", detail)
}

func isFailure(err error) bool {
	var f *failure
	return errors.As(err, &f)
}

// conflict is what an append says that the server refused because of the
// stream's revision, when that can be read. The revision may be the append's
// own, if it is a repetition. The server finds that out itself, but for an append
// to no stream that met one that was deleted softly: it is written behind the old
// revision, where its repetition is not looked for.
func (a *appender) conflict(have store.Expected) error {
	w := a.write
	a.await(have)
	if w.Expected == store.NoStream && have >= store.Expected(len(w.Events)) {
		found, err := a.reopened()
		if found {
			return nil
		}
		if err != nil && (a.unsure || isFailure(err)) {
			return a.unread(err, "it is unknown whether the append was done")
		}
	}
	return store.Conflict(w.Stream, w.Expected, have)
}

// reopened reports whether the write's events are the first that a stream shows
// which was deleted before.
func (a *appender) reopened() (bool, error) {
	n := uint64(len(a.write.Events))
	s, err := a.hold.shown(a.write.Stream, streamRequest(a.write.Stream, 0), n)
	if err != nil || uint64(len(s.records)) < n || s.records[0].Revision == 0 {
		return false, err
	}
	slices.Reverse(s.records)
	return a.matches(s.records), nil
}

// await waits until the stream can be read up to the revision, or for 2 s, or
// until it cannot be read at all: it may be hidden, or not for this user.
func (a *appender) await(have store.Expected) {
	if have < 0 {
		return
	}
	h := a.hold
	b := backoff.Backoff{First: time.Millisecond, Last: maxShown}
	for n, end := 1, time.Now().Add(shownFor); time.Now().Before(end) && h.ended() == nil; n++ {
		s, err := h.shown(a.write.Stream, streamRequest(a.write.Stream, uint64(have)), 1)
		if err != nil && !isFailure(err) || s.last >= have {
			return
		}
		backoff.Sleep(b.Delay(n), h.ctx.Done(), h.store.base.Done())
	}
}

// look looks for the events of an append of unknown outcome at the stream's
// end, for 2 s from when it can be read, and says what is known then.
func (a *appender) look(f *failure) error {
	h, p := a.hold, a.hold.patience()
	unknown := store.ErrUnavailable.In(a.write.Stream).With(f.err, "the outcome of the append is unknown, and without an expected revision it is not safe to repeat")
	b := backoff.Backoff{First: 10 * time.Millisecond, Last: maxShown}
	var end time.Time
	for n := 1; ; n++ {
		found, err := a.find()
		switch {
		case found:
			return nil
		case err != nil:
			if p.wait(err) != nil {
				if ended := h.ended(); ended != nil {
					return ended
				}
				if status.Code(err) == codes.PermissionDenied {
					return a.unread(err, unknown.Detail)
				}
				return unknown
			}
			continue
		case end.IsZero():
			end = time.Now().Add(shownFor)
		case time.Now().After(end):
			return unknown
		}
		if backoff.Sleep(b.Delay(n), h.ctx.Done(), h.store.base.Done()); h.ended() != nil {
			return h.ended()
		}
	}
}

// find looks for the write's events near the stream's end, next to each other.
func (a *appender) find() (bool, error) {
	n := uint64(len(a.write.Events) + lookBack)
	found := false
	_, err := a.hold.shownUntil(a.write.Stream, streamEndRequest(a.write.Stream, n), n, func(records []event.Record) bool {
		from := len(records) - len(a.write.Events)
		found = from >= 0 && a.matches(records[from:])
		return found
	})
	return found, err
}

// matches reports whether records, read backwards, begin with the write's, and
// says then where these stand.
func (a *appender) matches(records []event.Record) bool {
	last := len(a.write.Events) - 1
	for i := range a.write.Events {
		if records[last-i].ID != a.write.Events[i].ID {
			return false
		}
	}
	a.done = store.Appended{Revision: records[0].Revision, Position: records[0].Position}
	return true
}

// shown is what one short read of a stream shows.
type shown struct {
	records []event.Record // without what they hold
	last    store.Expected // the last revision that the server told of
}

// shown reads a stream. It shows nothing if it is not there or was deleted.
func (h *hold) shown(stream string, request *streams.ReadReq_Options, count uint64) (shown, error) {
	return h.shownUntil(stream, request, count, func([]event.Record) bool { return false })
}

// shownUntil reads no further than it has to.
func (h *hold) shownUntil(stream string, request *streams.ReadReq_Options, count uint64, enough func([]event.Record) bool) (shown, error) {
	s := shown{last: store.NoStream}
	c, err := h.begin(stream, h.store.target.deadline, false)
	if err != nil {
		return s, err
	}
	defer c.end()
	request.CountOption = &streams.ReadReq_Options_Count{Count: count}
	answer, err := c.read(request)
	for err == nil && !enough(s.records) {
		var m *streams.ReadResp
		if m, err = answer.next(); err == nil {
			err = s.add(m)
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, store.ErrStreamNotFound) {
		err = nil
	}
	return s, err
}

func (s *shown) add(m *streams.ReadResp) error {
	if told, ok := m.GetContent().(*streams.ReadResp_LastStreamPosition); ok {
		s.last = max(s.last, store.Exact(told.LastStreamPosition))
	}
	if m.GetEvent() == nil {
		return nil
	}
	r, err := new(decoder).record(m.GetEvent())
	if err != nil {
		return err
	}
	r.Data, r.Metadata = nil, nil
	s.records = append(s.records, r)
	s.last = max(s.last, store.Exact(r.Revision))
	return nil
}
