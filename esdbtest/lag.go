package esdbtest

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// A follower has each event a little later than the leader, in its reads as in
// its subscriptions, but for what was written while it was the leader itself.
// With a clock of the host's own nobody lags, since that
// clock may stand still.

// horizon is the newest time, in the engine's ticks, whose events have come to
// the node.
func (n *node) horizon() int64 {
	if !n.server.lags {
		return math.MaxInt64
	}
	if how, _ := n.standing(); how != follows {
		return math.MaxInt64
	}
	come := time.Now().Add(-n.server.timing.Lag)
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	if n.ledUntil.After(come) {
		come = n.ledUntil
	}
	return come.UnixNano() / 100
}

// arrivedStream is a page of a stream without what has not come to the node.
func (n *node) arrivedStream(name string, p engine.StreamPage, err error) (engine.StreamPage, error) {
	horizon := n.horizon()
	late := slices.IndexFunc(p.Records, func(r *engine.Record) bool { return r.Created > horizon })
	if err != nil || late < 0 {
		return p, err
	}
	oldest := int64(p.Records[late].Revision)
	if last := p.Records[len(p.Records)-1]; int64(last.Revision) < oldest { // backwards
		p.Records = slices.DeleteFunc(p.Records, func(r *engine.Record) bool { return r.Created > horizon })
		return p, nil
	}
	if p.Records, p.End, p.Last = p.Records[:late], true, oldest-1; p.Last < 0 {
		return p, &engine.NotFound{Stream: name}
	}
	return p, nil
}

// arrivedAll is a page of the log without what has not come to the node.
func (n *node) arrivedAll(p engine.AllPage, backwards bool) engine.AllPage {
	horizon := n.horizon()
	here := slices.DeleteFunc(slices.Clone(p.Records), func(r *engine.Record) bool { return r.Created > horizon })
	if len(here) < len(p.Records) && !backwards {
		p.End = true
	}
	p.Records = here
	return p
}

// awaitArrival lets an event of a subscription come to the node first.
func (s *livingStream) awaitArrival(m any) error {
	resp, ok := m.(*streams.ReadResp)
	if !ok || resp.GetEvent() == nil || s.node.horizon() == math.MaxInt64 {
		return nil
	}
	created, err := strconv.ParseInt(resp.GetEvent().GetEvent().GetMetadata()["created"], 10, 64)
	late := created - s.node.horizon()
	if errors.Is(err, strconv.ErrSyntax) || late <= 0 {
		return nil // a link without its event, or one that is here
	}
	return pause(s.Context(), time.Duration(late)*100)
}
