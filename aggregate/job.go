package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type jobState uint8

const (
	jobOpen jobState = iota
	jobClosed
	jobRemoved
)

// jobAggregate is a client's job as decisions see one: open, closed or removed, and what a
// proposal to it costs in Connects, from 0 to MaxJobConnects. Its proposals and
// contracts have streams of their own, and it knows nothing of them.
//
// PostJob opens it, CloseJob closes it as filled, cancelled or expired, and the
// platform's RemoveJob removes an open or closed one for good. SubmitProposal,
// SpendConnects and MakeOffer need an open one; ReturnConnects asks whether it was
// cancelled, or removed for the terms of service (rules 6).
type jobAggregate struct {
	base
	client     uuid.UUID
	connects   event.Connects // what a proposal costs
	state      jobState
	closedAs   event.CloseReason
	removedFor event.RemoveReason
}

// Clone implements State.
func (j *jobAggregate) Clone() State {
	copied := *j
	return &copied
}

// Evolve implements State.
func (j *jobAggregate) Evolve(at event.Time, e event.Event) error {
	_, opens := e.(*event.JobPosted)
	if err := j.begin(at, e, opens); err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.JobPosted:
		j.client, j.connects = e.Client, e.Connects
		return ensure(e.Connects >= 0 && e.Connects <= MaxJobConnects, e, "its price in Connects is out of bounds")
	case *event.JobClosed:
		j.closedAs = e.Reason
		return j.become(jobClosed, j.state == jobOpen, e)
	case *event.JobRemoved:
		j.removedFor = e.Reason
		return j.become(jobRemoved, j.state != jobRemoved, e)
	}
	return errUnexpectedEvent(e)
}

func (j *jobAggregate) become(state jobState, allowed bool, e event.Event) error {
	j.state = state
	return ensure(allowed, e, "the job's state does not lead there")
}

// returns reports whether Connects that a proposal took come back (rules 6).
func (j *jobAggregate) returns(p *proposalAggregate) bool {
	switch j.state {
	case jobClosed:
		return j.closedAs == event.CloseCancelled && p.state != proposalHired
	case jobRemoved:
		return j.removedFor == event.RemoveTOS
	}
	return false
}
