package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// SubmitProposal says that a freelancer wants an open job. It costs the job's
// Connects and brings SpendConnects along (see Decision.Before); it is free
// where it answers an accepted invite to the job. Its cover letter is required,
// with a code of its own.
type SubmitProposal struct {
	Proposal    uuid.UUID    `json:"proposal"`
	Job         uuid.UUID    `json:"job"`
	Freelancer  uuid.UUID    `json:"freelancer"`
	CoverLetter event.Text   `json:"cover_letter,omitzero"`
	Invite      uuid.UUID    `json:"invite,omitzero"` // the accepted invite that it answers
	Bid         *event.Money `json:"bid,omitzero"`    // for all of a fixed-price job, for an hour of an hourly one (ours)
}

// WithdrawProposal is the freelancer's. An open offer is to be answered first
// (ours).
type WithdrawProposal struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

// DeclineProposal is the client's. An open offer is to be withdrawn first
// (ours).
type DeclineProposal struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

func (c SubmitProposal) stream() string   { return event.ProposalStream(c.Proposal) }
func (c WithdrawProposal) stream() string { return event.ProposalStream(c.Proposal) }
func (c DeclineProposal) stream() string  { return event.ProposalStream(c.Proposal) }

func (c SubmitProposal) validate() error {
	v := validate(c).id("proposal", c.Proposal).id("job", c.Job).id("freelancer", c.Freelancer).
		coverLetter("a proposal is submitted", c.CoverLetter)
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
	f, err := d.freelancer(c.Freelancer)
	if err != nil {
		return nil, err
	}
	j, err := d.job(c.Job)
	if err != nil {
		return nil, err
	}
	submitted := &event.ProposalSubmitted{
		Job: c.Job, Client: j.client, Freelancer: c.Freelancer, Via: event.ViaProposal, Connects: j.connects, CoverLetter: c.CoverLetter,
	}
	if c.Bid != nil {
		submitted.Bid = *c.Bid
	}
	d.actor = event.ActorFreelancer
	if c.Invite != uuid.Nil {
		submitted.Via, submitted.Invite, submitted.Connects = event.ViaInvite, c.Invite, 0
		return []event.Event{submitted}, c.answersInvite(d, f, j)
	}
	return []event.Event{submitted}, c.paid(d, f, j)
}

// answersInvite checks that the freelancer accepted an invite to the job.
func (c SubmitProposal) answersInvite(d *decision, f *freelancerAggregate, j *jobAggregate) error {
	i, err := existing[*inviteAggregate](d, event.InviteStream(c.Invite))
	if err != nil {
		return err
	}
	if i.job != c.Job || i.client != j.client || i.freelancer != c.Freelancer {
		return d.reject(NotFound, "invite %v is not the client's to the freelancer and the job", c.Invite)
	}
	if err := d.open(j); err != nil {
		return err
	}
	if !i.accepted {
		return d.reject(WrongState, "the invite was not accepted")
	}
	if _, paid := f.connects.spentOn(c.Proposal); paid {
		return d.reject(WrongState, "the proposal was paid as one without an invite")
	}
	return nil
}

// paid checks that the proposal is paid, or can be and is to be now.
func (c SubmitProposal) paid(d *decision, f *freelancerAggregate, j *jobAggregate) error {
	s, paid := f.connects.spentOn(c.Proposal)
	due := j.connects > 0 && !paid
	if due {
		if err := d.inOrder(f); err != nil {
			return err
		}
	}
	if err := d.open(j); err != nil {
		return err
	}
	if paid && s.job != c.Job {
		return d.reject(WrongState, "the proposal was paid as one to another job")
	}
	if !due {
		return nil
	}
	d.before = SpendConnects{Freelancer: c.Freelancer, Proposal: c.Proposal, Job: c.Job}
	_, err := d.pay(f, c.Proposal, c.Job, j.connects)
	return err
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
