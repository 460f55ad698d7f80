package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ProposalRecord is the fold of one proposal's stream.
type ProposalRecord struct {
	ID         uuid.UUID
	Job        uuid.UUID
	Client     uuid.UUID
	Freelancer uuid.UUID
	Next       uint64 // the revision that the stream's next event has
	Via        event.Via
	Submitted  Moment
	Steps      []ProposalStep // in the stream's order
}

// ProposalStep is what became of a proposal, one step after the other.
type ProposalStep struct {
	Moment
	Kind StepKind
}

// StepKind is what happened to a proposal.
type StepKind uint8

// The kinds of steps. That an interview's time was set is none.
const (
	StepWithdrawn StepKind = iota
	StepDeclined
	StepInterviewStarted
	StepInterviewHeld
	StepInterviewCancelled
	StepOfferMade
	StepOfferAccepted
	StepOfferDeclined
	StepOfferWithdrawn
	StepOfferExpired
)

var stepEvents = [...]string{
	StepWithdrawn: "ProposalWithdrawn", StepDeclined: "ProposalDeclined",
	StepInterviewStarted: "InterviewStarted", StepInterviewHeld: "InterviewHeld", StepInterviewCancelled: "InterviewCancelled",
	StepOfferMade: "OfferMade", StepOfferAccepted: "OfferAccepted", StepOfferDeclined: "OfferDeclined",
	StepOfferWithdrawn: "OfferWithdrawn", StepOfferExpired: "OfferExpired",
}

// EventType is the type of the event that was the step.
func (k StepKind) EventType() string { return stepEvents[k] }

// Fold takes the stream's next event in. It fails with a *FoldError, and leaves
// the record as it is, for an event that is not the stream's next one or cannot
// be in it.
func (r *ProposalRecord) Fold(env *event.Envelope) error {
	d, ch, err := only(env, proposals)
	if err != nil {
		return err
	}
	return r.fold(&ch, &d)
}

func (r *ProposalRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch e := &effects[ch.effect]; e.kind {
	case opened:
		via := event.Via(d.text(ch.word))
		if via != event.ViaInvite && via != event.ViaProposal {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		*r = ProposalRecord{
			ID: d.keys[ch.stream].id, Job: d.keys[ch.other].id, Client: d.keys[ch.client].id, Freelancer: d.keys[ch.freelancer].id,
			Via: via, Submitted: ch.at,
		}
	case proposalMoved:
		r.Steps = append(r.Steps, ProposalStep{ch.at, StepKind(e.detail)})
	}
	r.Next++
	return nil
}
