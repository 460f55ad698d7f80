package eventstoredb

import (
	"errors"
	"io"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
)

type recordedEvent = streams.ReadResp_ReadEvent_RecordedEvent

func (o *Options) yieldsEvent(e *recordedEvent) bool {
	return o.yields(string(e.GetStreamIdentifier().GetStreamName()), e.GetMetadata()[typeKey])
}

// find reads $all from a position on, in either direction, until an event is
// wanted, and says where that stands; 0 if none is. The filter lets through
// what is none of ours, such as tombstones and links in streams of ours: one
// that is wanted is most often among the first few, and otherwise there may be
// many before it.
func (c *call) find(from event.Position, backwards bool, few uint64, wanted func(event.Position, *recordedEvent) bool) (event.Position, error) {
	where := allFrom
	if backwards {
		where = allBefore
	}
	o := &c.hold.store.options
	s := scan{call: c, backwards: backwards, last: from, wanted: wanted}
	at, err := s.run(o.allRequest(where(from), backwards, few))
	if err != nil || at != 0 || s.n < few {
		return at, err
	}
	return s.run(o.allRequest(where(s.last), backwards, math.MaxInt64))
}

// scan looks through answers for an event that is wanted.
type scan struct {
	call      *call
	backwards bool
	wanted    func(event.Position, *recordedEvent) bool
	last      event.Position // of the last event that came, or where it begins
	n         uint64         // events that have come
}

// run reads until an event is wanted, and says where it stands; 0 if the answer
// ends before.
func (s *scan) run(request *streams.ReadReq_Options) (event.Position, error) {
	answer, err := s.call.read(request)
	if err != nil {
		return 0, err
	}
	for {
		m, err := answer.next()
		if errors.Is(err, io.EOF) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		e := m.GetEvent().GetEvent()
		if e == nil {
			continue
		}
		if err := s.step(m.GetEvent()); err != nil {
			return 0, err
		}
		if s.wanted(s.last, e) {
			return s.last, nil
		}
	}
}

// step checks that an event is the next one. One at which a read begins comes
// again in a read forwards.
func (s *scan) step(m *streams.ReadResp_ReadEvent) error {
	p := m.GetEvent().GetCommitPosition()
	if !isPosition(p) {
		_, err := new(decoder).record(m)
		return err
	}
	at := event.Position(p)
	if s.backwards && s.last != 0 && at >= s.last || !s.backwards && at < s.last {
		return corrupt("", at, "the server tells the log in no order")
	}
	s.last = at
	s.n++
	return nil
}
