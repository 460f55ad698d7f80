package eventstoredb

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// order checks that a server tells the log in its order: what stands before
// what it told already would be taken for told.
type order struct {
	last event.Position // of the last event or checkpoint, or where the call begins
}

// next takes the next event's position. An event may come again at once.
func (o *order) next(at event.Position) error {
	if at < o.last {
		return corrupt("", at, "the server tells it behind one of a later position")
	}
	o.last = at
	return nil
}

// at says where an unknown position was asked for.
func at(position event.Position, err error) error {
	var e *fault.Error
	if errors.As(err, &e) && e.Is(store.ErrUnknownPosition) && e.Position == 0 {
		e.Position = uint64(position)
	}
	return err
}

// reach makes sure that the log reaches to a name, and says where it ends on
// the node at hand: at the newest event of all, the system's too. Only the node
// that leads can say that a log has no such end, for another one may lag behind:
// then it is asked, and what it has is waited for.
func (c *call) reach(name event.Position) (event.Position, error) {
	if name > math.MaxInt64 {
		return 0, store.ErrUnknownPosition.At(uint64(name)).With(nil, "no log is so long")
	}
	end, err := c.logEnd()
	if err != nil {
		return 0, err
	}
	if name <= end {
		return end, nil
	}
	if c.inherits() {
		return end, c.away(behind, end, name)
	}
	if c.hold.store.target.leader() {
		return end, store.Known(name, end)
	}
	leads, err := c.leaderEnd()
	if err != nil {
		return end, c.away("the node lags behind, and the leader cannot be asked: %v", rpcError(err))
	}
	if err := store.Known(name, leads); err != nil && c.hold.denied(name) {
		return end, err
	}
	return end, c.away("the node lags behind the leader, which tells the log up to position %d", leads)
}

// denied reports whether the leader has said for a while that the log does not
// reach to a name: another node does not know whether it has just taken over.
func (h *hold) denied(name event.Position) bool {
	if h.doubt.name != name {
		h.doubt.name, h.doubt.since = name, time.Now()
	}
	return time.Since(h.doubt.since) >= h.store.options.SuspectAfter
}

// behind is what is wrong with a node that does not tell all yet.
const behind = "the node has just taken over and tells the log up to position %d, not yet up to %d"

// inherits reports whether a node has just taken another one's place. A new
// leader tells what it knows to be replicated, which at first may be less than
// the one before has told.
func (c *call) inherits() bool {
	s := c.hold.store
	return s.target.leader() && c.link.heir && time.Since(c.link.since) < s.options.SuspectAfter
}

// inherited makes sure that a node that has taken another one's place tells the
// log up to what the other one has told.
func (c *call) inherited(told event.Position) error {
	if !c.inherits() {
		return nil
	}
	end, err := c.logEnd()
	if err == nil && end < told {
		return c.away(behind, end, told)
	}
	return err
}

// logEnd is the position of the newest event of all, 0 of an empty log.
func (c *call) logEnd() (event.Position, error) {
	s := scan{call: c, backwards: true, wanted: func(event.Position, *recordedEvent) bool { return true }}
	return s.run(endRequest(&c.hold.store.options))
}

// endRequest asks for the newest event of all.
func endRequest(o *Options) *streams.ReadReq_Options {
	r := o.allRequest(allBefore(0), true, 1)
	r.FilterOption = &streams.ReadReq_Options_NoFilter{NoFilter: empty}
	return r
}

// leaderEnd is the logEnd of the node that leads. One that does not says where
// it is.
func (c *call) leaderEnd() (event.Position, error) {
	ctx, cancel := context.WithTimeout(forLeader(c.hold.ctx), leaderAskedFor)
	defer cancel()
	defer context.AfterFunc(c.hold.store.base, cancel)() // Close does not close the leader's connection
	request := endRequest(&c.hold.store.options)
	end, leader, err := endOf(ctx, c.lane.streams, request)
	if leader == "" {
		return end, err
	}
	conn, err := c.hold.store.target.dial(leader)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }() // fails only if it was closed
	end, _, err = endOf(ctx, streams.NewStreamsClient(conn), request)
	return end, err
}

// endOf asks a node that may not be the one that calls are for, and of whose
// answers the supervisor does not hear.
func endOf(ctx context.Context, node streams.StreamsClient, request *streams.ReadReq_Options) (end event.Position, leader string, err error) {
	stream, err := node.Read(ctx, &streams.ReadReq{Options: request})
	for err == nil {
		var m *streams.ReadResp
		if m, err = stream.Recv(); err == nil {
			if p := m.GetEvent().GetEvent().GetCommitPosition(); isPosition(p) {
				end = event.Position(p)
			}
		}
	}
	if errors.Is(err, io.EOF) {
		return end, "", nil
	}
	if stream != nil {
		leader = judge("", true, err, stream.Trailer()).leader
	}
	return 0, leader, err
}
