package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// FreelancerHistory is one freelancer's life on the marketplace: the records
// that a question about the account reads, each kind in any order.
type FreelancerHistory struct {
	Account   *FreelancerRecord
	Invites   []*InviteRecord
	Proposals []*ProposalRecord
	Contracts []*ContractRecord
	Weeks     []*WeekRecord // of the contracts
	Clients   ClientLookup  // who can void what the contracts say
	Jobs      JobLookup     // that the contracts name
}

// ClientHistory is the same of one client.
type ClientHistory struct {
	Account   *ClientRecord
	Invites   []*InviteRecord
	Jobs      []*JobRecord
	Contracts []*ContractRecord
}

// JobHistory is the same of one job.
type JobHistory struct {
	Job       *JobRecord
	Invites   []*InviteRecord    // of its client, that name it
	Proposals []*ProposalRecord  // to it
	Contracts []*ContractRecord  // of its client, that name it
	Meetings  []*InterviewRecord // about it; in a log of the first edition they are steps of proposals
}

// ClientLookup gives the record of a client, or nil if there is none to give;
// a client without a record, or without marks, voids nothing.
type ClientLookup func(client uuid.UUID) *ClientRecord

// Client is the record of a client; no look-up has none.
func (l ClientLookup) Client(id uuid.UUID) *ClientRecord {
	if l == nil {
		return nil
	}
	return l(id)
}

// JobLookup gives the record of a job, or nil if there is none to give: contracts and
// invites may name what the log does not know.
type JobLookup func(job uuid.UUID) *JobRecord

// Job is the record of a job; no look-up has none.
func (l JobLookup) Job(id uuid.UUID) *JobRecord {
	if l == nil {
		return nil
	}
	return l(id)
}

// RegisteredBy reports whether the account was open as of the moment.
func (h *FreelancerHistory) RegisteredBy(asOf event.Time) bool {
	return h != nil && h.Account != nil && h.Account.RegisteredBy(asOf)
}

// RegisteredBy reports whether the account was open as of the moment.
func (h *ClientHistory) RegisteredBy(asOf event.Time) bool {
	return h != nil && h.Account != nil && h.Account.Next > 0 && h.Account.Registered.By(asOf)
}

// fillFreelancer gives h the parts of a history, in the memory that it has.
func (v modelView) fillFreelancer(h *FreelancerHistory, f *entry[FreelancerRecord, freelancerLinks], wanted Parts) {
	h.Account = &f.record
	if wanted&PartInvites != 0 {
		h.Invites = collect(&v.invites, &f.links.invites, func(l *inviteLinks) ref { return l.nextOfFreelancer }, h.Invites[:0])
	}
	if wanted&PartProposals != 0 {
		h.Proposals = collect(&v.proposals, &f.links.proposals, func(l *proposalLinks) ref { return l.nextOfFreelancer }, h.Proposals[:0])
	}
	if wanted&PartContracts != 0 {
		h.Contracts = collect(&v.contracts, &f.links.contracts, func(l *contractLinks) ref { return l.nextOfFreelancer }, h.Contracts[:0])
	}
	if wanted&PartWeeks != 0 {
		v.fillWeeks(h, f)
	}
}

func (v modelView) fillWeeks(h *FreelancerHistory, f *entry[FreelancerRecord, freelancerLinks]) {
	h.Weeks = h.Weeks[:0]
	for r := ref(f.links.contracts.first.Load()); r != 0; {
		c := v.contracts.at(r)
		h.Weeks = collect(&v.weeks, &c.links.weeks, func(l *weekLinks) ref { return l.next }, h.Weeks)
		r = c.links.nextOfFreelancer
	}
}

func (v modelView) fillClient(h *ClientHistory, c *entry[ClientRecord, clientLinks], wanted Parts) {
	h.Account = &c.record
	if wanted&PartInvites != 0 {
		h.Invites = collect(&v.invites, &c.links.invites, func(l *inviteLinks) ref { return l.nextOfClient }, h.Invites[:0])
	}
	if wanted&PartJobs != 0 {
		h.Jobs = collect(&v.jobs, &c.links.jobs, func(l *jobLinks) ref { return l.next }, h.Jobs[:0])
	}
	if wanted&PartContracts != 0 {
		h.Contracts = collect(&v.contracts, &c.links.contracts, func(l *contractLinks) ref { return l.nextOfClient }, h.Contracts[:0])
	}
}

// fillJob gives h what there is of a job. What its client named stands on the
// client's lists, since a name may be of nothing.
func (v modelView) fillJob(h *JobHistory, j *entry[JobRecord, jobLinks]) {
	h.Job = &j.record
	h.Proposals = collect(&v.proposals, &j.links.proposals, func(l *proposalLinks) ref { return l.nextOfJob }, nil)
	h.Meetings = collect(&v.interviews, &j.links.interviews, func(l *interviewLinks) ref { return l.next }, nil)
	client := v.clients.find(j.record.Client)
	if client == nil {
		return
	}
	for _, r := range collect(&v.invites, &client.links.invites, func(l *inviteLinks) ref { return l.nextOfClient }, nil) {
		if r.Job == j.record.ID {
			h.Invites = append(h.Invites, r)
		}
	}
	for _, r := range collect(&v.contracts, &client.links.contracts, func(l *contractLinks) ref { return l.nextOfClient }, nil) {
		if r.Job == j.record.ID {
			h.Contracts = append(h.Contracts, r)
		}
	}
}
