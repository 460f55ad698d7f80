package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// SubmitProposal says that a freelancer wants an open job. It costs the job's
// Connects, and is free where it answers an accepted invite to the job; either way it
// brings the application on the freelancer's account along (see Decision.Before). Its
// cover letter is required, with a code of its own, and so is an answer to each of the
// job's questions, but that an invite's acceptance had none.
type SubmitProposal struct {
	Proposal    uuid.UUID    `json:"proposal"`
	Job         uuid.UUID    `json:"job"`
	Freelancer  uuid.UUID    `json:"freelancer"`
	CoverLetter event.Text   `json:"cover_letter,omitzero"`
	Invite      uuid.UUID    `json:"invite,omitzero"` // the accepted invite that it answers
	Bid         *event.Money `json:"bid,omitzero"`    // for all of a fixed-price job, for an hour of an hourly one
	Answers     []event.Text `json:"answers,omitzero"`
}

// WithdrawProposal is the freelancer's. An open offer is to be answered first
// (H-211060288).
type WithdrawProposal struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

// DeclineProposal is the client's. An open offer is to be withdrawn first
// (H-211060288).
type DeclineProposal struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

func (c SubmitProposal) stream() string   { return event.ProposalStream(c.Proposal) }
func (c WithdrawProposal) stream() string { return event.ProposalStream(c.Proposal) }
func (c DeclineProposal) stream() string  { return event.ProposalStream(c.Proposal) }

func (c SubmitProposal) validate() error {
	v := validate(c).id("proposal", c.Proposal).id("job", c.Job).id("freelancer", c.Freelancer).
		texts("answers", c.Answers).coverLetter("a proposal is submitted", c.CoverLetter)
	if c.Bid != nil {
		v.amount("bid", *c.Bid)
	}
	return v.err()
}

func (c WithdrawProposal) validate() error { return validateProposal(c, c.Proposal, c.Reason) }
func (c DeclineProposal) validate() error  { return validateProposal(c, c.Proposal, c.Reason) }

func validateProposal(c Command, proposal uuid.UUID, reason event.Text) error {
	return validate(c).id("proposal", proposal).text("reason", string(reason)).err()
}

func (c SubmitProposal) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*proposalAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	if _, err := absent[*contractAggregate](d, event.ContractStream(c.Proposal)); err != nil {
		return nil, err
	}
	apply := jobApplication{Freelancer: c.Freelancer, Proposal: c.Proposal, Job: c.Job, Invite: c.Invite}
	a, err := apply.admit(d, c.answers)
	if err != nil {
		return nil, err
	}
	if !a.made {
		d.before = apply
	}
	submitted := &event.ProposalSubmitted{
		Job: c.Job, Client: a.job.client, Freelancer: c.Freelancer, Via: event.ViaProposal, Invite: c.Invite,
		Connects: a.price, Bid: orNone(c.Bid), CoverLetter: c.CoverLetter, Answers: c.Answers,
	}
	if c.Invite != uuid.Nil {
		submitted.Via = event.ViaInvite
	}
	d.actor = event.ActorFreelancer
	return []event.Event{submitted}, nil
}

// answers refuses a proposal without an answer to each of the job's questions. One by
// an invite may leave them out.
func (c SubmitProposal) answers(d *decision, j *jobAggregate) error {
	if len(c.Answers) == j.questions || c.Invite != uuid.Nil && c.Answers == nil {
		return nil
	}
	return d.reject(AnswersRequired, "the job has %d questions and the proposal %d answers", j.questions, len(c.Answers))
}

func (c WithdrawProposal) decide(d *decision) ([]event.Event, error) {
	return d.conclude(event.ActorFreelancer, &event.ProposalWithdrawn{Reason: c.Reason})
}

func (c DeclineProposal) decide(d *decision) ([]event.Event, error) {
	return d.conclude(event.ActorClient, &event.ProposalDeclined{Reason: c.Reason})
}

// conclude ends a proposal without a hire.
func (d *decision) conclude(actor event.Actor, e event.Event) ([]event.Event, error) {
	p, err := loadTarget[*proposalAggregate](d)
	if err != nil {
		return nil, err
	}
	if err := d.pending(p); err != nil {
		return nil, err
	}
	if p.offered {
		return nil, d.reject(WrongState, "an offer is open")
	}
	d.actor = actor
	return []event.Event{e}, nil
}

func (d *decision) pending(p *proposalAggregate) error {
	if p.state != proposalOpen {
		return d.reject(WrongState, "the proposal is final")
	}
	return nil
}
