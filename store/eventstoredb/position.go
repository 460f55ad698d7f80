package eventstoredb

import (
	"context"
	"errors"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
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
	var e *store.Error
	if errors.As(err, &e) && e.Code == store.ErrUnknownPosition.Code && e.Position == 0 {
		e.Position = position
	}
	return err
}

// reach makes sure that the log reaches to a name, and says where it ends on
// the node that was asked: at the newest event of all, the system's too. Only
// the node that leads can say that a log has no such end, for another one may
// lag behind: then it is asked, and what it has is waited for.
func (h *hold) reach(name event.Position) (event.Position, error) {
	if name > math.MaxInt64 {
		return 0, &store.Error{Code: store.ErrUnknownPosition.Code, Position: name, Detail: "no log is so long"}
	}
	c, err := h.begin("", h.store.target.deadline, false)
	if err != nil {
		return 0, err
	}
	defer c.end()
	end, err := c.logEnd()
	if err != nil {
		return 0, err
	}
	if name <= end || h.store.target.leader() {
		return end, store.Known(name, end)
	}
	leads, err := c.leaderEnd()
	if err == nil {
		err = store.Known(name, leads)
	}
	if err == nil {
		err = c.away("the node lags behind the leader")
	}
	return end, err
}

// logEnd is the position of the newest event of all, 0 of an empty log.
func (c *call) logEnd() (event.Position, error) {
	request := c.hold.store.options.allRequest(allBefore(0), true, 1)
	request.FilterOption = &streams.ReadReq_Options_NoFilter{NoFilter: empty}
	_, end, err := c.newest(request)
	return end, err
}

// leaderEnd is the logEnd of the node that leads, on a connection of its own.
func (c *call) leaderEnd() (end event.Position, err error) {
	settings := *c.hold.store.target.Configuration
	settings.NodePreference = esdb.NodePreferenceLeader
	leader := *c.hold.store.target
	leader.Configuration = &settings
	ctx, cancel := context.WithTimeout(c.hold.ctx, leaderAskedFor)
	defer cancel()
	hint := ""
	for range 2 { // the second time where the first one said that the leader is
		conn, address, err := leader.discover(ctx, hint)
		if err != nil {
			return 0, c.away("the node lags behind, and no leader can be asked: %v", err)
		}
		defer func() { _ = conn.Close() }() // fails only if it was closed
		asked := &call{hold: c.hold, link: newLink(address, conn), lane: newLane(conn), ctx: forLeader(ctx), cancel: cancel}
		end, err = asked.logEnd()
		var f *failure
		if !errors.As(err, &f) || f.leader == "" {
			return end, err
		}
		hint = f.leader
	}
	return 0, c.away("the node lags behind, and no leader can be asked")
}
