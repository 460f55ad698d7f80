package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// jobApplication is the part of a SubmitProposal on the freelancer's account: it applies to
// the job, which nobody does twice, and pays. A host sends SubmitProposal, which brings it
// along, so it is in no vocabulary; the log has it under an id of its own.
type jobApplication struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Proposal   uuid.UUID `json:"proposal"`
	Job        uuid.UUID `json:"job"`
	Invite     uuid.UUID `json:"invite,omitzero"`
}

// admission is what a proposal may be submitted on.
type admission struct {
	account *freelancerAggregate
	job     *jobAggregate
	price   event.Connects
	made    bool // by an application before: a retry after a crash goes on from there
}

func (c jobApplication) stream() string { return event.FreelancerStream(c.Freelancer) }

func (c jobApplication) validate() error {
	return validate(c).id("freelancer", c.Freelancer).id("proposal", c.Proposal).id("job", c.Job).err()
}

func (c jobApplication) decide(d *decision) ([]event.Event, error) {
	a, err := c.admit(d, func(*decision, *jobAggregate) error { return nil })
	if err != nil {
		return nil, err
	}
	if a.made {
		return nil, d.reject(WrongState, "the proposal applied before")
	}
	spent, _ := a.account.connects.spend(d.at, c.Proposal, c.Job, a.price)
	applied := &event.JobApplied{Job: c.Job, Proposal: c.Proposal, Invite: c.Invite, Connects: a.price}
	d.actor = event.ActorFreelancer
	return append([]event.Event{applied}, spent...), nil
}

// admit makes every check of a proposal but that its id is free. An application of the same
// proposal to the same job is taken up: nothing is spent twice, and the account's clock is
// not asked (fine print N4).
func (c jobApplication) admit(d *decision, answers func(*decision, *jobAggregate) error) (admission, error) {
	j, err := d.job(c.Job)
	if err != nil {
		return admission{}, err
	}
	f, err := d.freelancer(c.Freelancer)
	if err != nil {
		return admission{}, err
	}
	accepted, err := c.invited(d, j)
	if err != nil {
		return admission{}, err
	}
	if err := c.only(d, f); err != nil {
		return admission{}, err
	}
	before, applied := f.connects.applied(c.Proposal)
	a := admission{account: f, job: j, made: applied && before.job == c.Job && before.invite == c.Invite}
	if !a.made {
		if err := d.inOrder(f); err != nil {
			return admission{}, err
		}
	}
	client, err := d.client(j.client)
	if err != nil {
		return admission{}, err
	}
	err = d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{f}, block: event.BlockProposals, acts: f})
	if err != nil {
		return admission{}, err
	}
	if err := d.open(j); err != nil {
		return admission{}, err
	}
	switch {
	case !accepted:
		return admission{}, d.reject(WrongState, "the invite was not accepted")
	case applied && !a.made:
		return admission{}, d.reject(WrongState, "the proposal applied to another job, or by another invite")
	}
	if err := answers(d, j); err != nil {
		return admission{}, err
	}
	if a.made {
		a.price = before.price
		return a, nil
	}
	if c.Invite == uuid.Nil {
		a.price = j.connects
	}
	if _, enough := f.connects.spend(d.at, c.Proposal, c.Job, a.price); !enough {
		return admission{}, d.reject(NotEnoughConnects, "a proposal to the job costs %d Connects", a.price)
	}
	return a, nil
}

// invited finds the invite that the proposal answers, if it names one, and reports whether
// it was accepted (fine print N3).
func (c jobApplication) invited(d *decision, j *jobAggregate) (accepted bool, err error) {
	if c.Invite == uuid.Nil {
		return true, nil
	}
	i, err := existing[*inviteAggregate](d, event.InviteStream(c.Invite))
	if err != nil {
		return false, err
	}
	if i.job != c.Job || i.client != j.client || i.freelancer != c.Freelancer {
		return false, d.reject(NotFound, "invite %v is not the client's to the freelancer and the job", c.Invite)
	}
	return i.accepted, nil
}

// only refuses a second proposal of a freelancer to a job: where the first is there, or
// applied less than a day before and may be on its way (fine print N4).
func (c jobApplication) only(d *decision, f *freelancerAggregate) error {
	for _, other := range f.connects.byJob[c.Job] {
		if other == c.Proposal {
			continue
		}
		p, err := read[*proposalAggregate](d, event.ProposalStream(other))
		if err != nil {
			return err
		}
		if p.exists && p.freelancer == c.Freelancer && p.job == c.Job || f.connects.applications[other].at > d.at.AddDays(-1) {
			return d.reject(AlreadyExists, "the freelancer proposed to the job before")
		}
	}
	return nil
}
