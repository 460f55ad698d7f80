package projection

import (
	"slices"

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
	Contact    Moment         // when both sides saw each other's contact details
	Steps      []ProposalStep // in the stream's order
}

// ProposalStep is what became of a proposal, one step after the other.
type ProposalStep struct {
	Moment
	Kind StepKind
	Form MeetingForm // of StepInterviewScheduled
}

// StepKind is what happened to a proposal.
type StepKind uint8

// The kinds of steps. Meetings are steps in logs of the first edition only; today's
// have an InterviewRecord.
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
	StepInterviewScheduled
)

var stepWords = [...]string{
	StepWithdrawn: "withdrawn", StepDeclined: "declined",
	StepInterviewStarted: "interview_started", StepInterviewHeld: "interview_held", StepInterviewCancelled: "interview_cancelled",
	StepOfferMade: "offer_made", StepOfferAccepted: "offer_accepted", StepOfferDeclined: "offer_declined",
	StepOfferWithdrawn: "offer_withdrawn", StepOfferExpired: "offer_expired", StepInterviewScheduled: "interview_scheduled",
}

func (r *ProposalRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch e := &effects[ch.effect]; e.action {
	case opened:
		via := event.Via(d.text(ch.word))
		if via != event.ViaInvite && via != event.ViaProposal {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		*r = ProposalRecord{
			ID: d.keys[ch.stream].id, Job: d.keys[ch.other].id, Client: d.keys[ch.client].id, Freelancer: d.keys[ch.freelancer].id,
			Via: via, Submitted: ch.at, Contact: never,
		}
	case contactExchanged:
		if r.Contact.Happened() {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Contact = ch.at
	case proposalMoved:
		s := ProposalStep{Moment: ch.at, Kind: StepKind(e.detail)}
		if s.Kind == StepInterviewScheduled && !s.Form.take(ch.second) {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Steps = append(r.Steps, s)
	}
	r.Next++
	return nil
}

type proposalLinks struct{ nextOfFreelancer, nextOfJob ref }

func (l *proposalLinks) join(t *tables, at ref, of owners) {
	l.nextOfJob = t.jobs.at(of.other).links.proposals.push(at)
	l.nextOfFreelancer = t.freelancers.at(of.freelancer).links.proposals.push(at)
}

func (r *ProposalRecord) stream() (key, uint64) { return key{id: r.ID, category: proposals}, r.Next }

func (r *ProposalRecord) owners(t *tables) owners {
	return owners{freelancer: t.freelancers.intern(r.Freelancer), other: t.jobs.intern(r.Job)}
}

func (r *ProposalRecord) equal(s *ProposalRecord) bool {
	return r.ID == s.ID && r.Job == s.Job && r.Client == s.Client && r.Freelancer == s.Freelancer && r.Via == s.Via &&
		r.Submitted == s.Submitted && r.Contact == s.Contact && slices.Equal(r.Steps, s.Steps)
}

func (r *ProposalRecord) tell(t *telling) {
	t.add(r.Submitted, "ProposalSubmitted", field{name: "job", value: r.Job.String()}, field{name: "client", value: r.Client.String()},
		field{name: "freelancer", value: r.Freelancer.String()}, field{name: "via", value: string(r.Via)})
	t.add(r.Contact, "ContactExchanged")
	for _, s := range r.Steps {
		t.add(s.Moment, s.Kind.EventType(), field{name: "format", value: s.Form.Format.String()}, field{name: "channel", value: s.Form.Channel.String()})
	}
}

func (r *ProposalRecord) until(position event.Position) *ProposalRecord {
	if r.Submitted.Position > position {
		return nil
	}
	steps := prefix(r.Steps, position, func(s *ProposalStep) Moment { return s.Moment })
	if len(steps) == len(r.Steps) && r.Contact.Position <= position {
		return r
	}
	told := *r
	told.Steps, told.Contact = steps, r.Contact.until(position)
	return &told
}
