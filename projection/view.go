package projection

import (
	"context"
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// A View is what questions read: records as they all are at one position of the
// log. A Model gives one in memory, a read model one of a database's tables.
//
// Records and histories are the view's own: read them during their turn, and
// change none. A view ends with the function that it was given to.
type View interface {
	// Position is up to where the log has been folded into the records.
	Position() (event.Position, error)
	// Status is how much of the log the records hold, as far as the view knows.
	Status() (Status, error)

	// Freelancer is the history of one freelancer, with the parts that are wanted;
	// nil if there is no record of the account.
	Freelancer(id uuid.UUID, wanted Parts) (*FreelancerHistory, error)
	// Client is the history of one client; nil if there is no record of the account.
	Client(id uuid.UUID, wanted Parts) (*ClientHistory, error)
	// Job is the history of one job; nil if there is no record of it.
	Job(id uuid.UUID) (*JobHistory, error)

	// Freelancers iterates over the histories, in no order, of those freelancers
	// whom which holds for. It is given their accounts with what is wanted of them,
	// such as their marks; nil is everybody.
	Freelancers(which func(*FreelancerRecord) bool, wanted Parts) iter.Seq2[*FreelancerHistory, error]
	// Clients iterates over the histories of all clients, in no order.
	Clients(wanted Parts) iter.Seq2[*ClientHistory, error]

	// These iterate over all records of a kind, in no order.
	Invites() iter.Seq2[*InviteRecord, error]
	Jobs() iter.Seq2[*JobRecord, error]
	Proposals() iter.Seq2[*ProposalRecord, error]
	Interviews() iter.Seq2[*InterviewRecord, error]
	Contracts() iter.Seq2[*ContractRecord, error]
	Weeks() iter.Seq2[*WeekRecord, error]
}

// Parts are parts of a history, so that a question reads no more than it needs.
type Parts uint16

// The parts. What is not wanted may be missing.
const (
	PartMarks     Parts = 1 << iota // of the account: what changed of its profile, standing and conduct
	PartInvites                     // of either
	PartProposals                   // a freelancer's
	PartJobs                        // a client's; with a freelancer's: those that the contracts name
	PartContracts                   // with a freelancer's: the clients who can void them
	PartWeeks                       // of a freelancer's contracts, which are wanted with them
	PartConnects                    // of a freelancer's account: how their Connects moved
	PartProfile                     // of a freelancer's account: what they say of their work, and their tests

	// StandingParts are what a freelancer's standing and work are computed by: all but
	// what only a profile shows, which they say themselves and the jobs of their contracts.
	StandingParts = AllParts &^ (PartJobs | PartProfile)

	AllParts = PartMarks | PartInvites | PartProposals | PartJobs | PartContracts | PartWeeks | PartConnects | PartProfile
)

// View gives read the records as they are; folding waits until it returns, so do
// not wait for the model in it. It fails with ErrStopped if the model stopped,
// with the context's cause if that has ended, and as read does.
func (m *Model) View(ctx context.Context, read func(View) error) error {
	m.records.RLock()
	defer m.records.RUnlock()
	if err := m.Err(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return read(modelView{ctx, m})
}

// modelView is a model under its read lock.
type modelView struct {
	ctx context.Context
	*Model
}

func (v modelView) Position() (event.Position, error) { return v.Model.Position(), nil }

func (v modelView) Status() (Status, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return Status{Position: v.position, Head: v.position, Partitions: 1, Foreign: v.passed}, nil
}

func (v modelView) Freelancer(id uuid.UUID, wanted Parts) (*FreelancerHistory, error) {
	f := v.freelancers.find(id)
	if f == nil || f.record.Next == 0 {
		return nil, nil
	}
	h := &FreelancerHistory{Clients: v.client, Jobs: v.job}
	v.fillFreelancer(h, f, wanted)
	return h, nil
}

func (v modelView) Client(id uuid.UUID, wanted Parts) (*ClientHistory, error) {
	c := v.clients.find(id)
	if c == nil || c.record.Next == 0 {
		return nil, nil
	}
	h := new(ClientHistory)
	v.fillClient(h, c, wanted)
	return h, nil
}

func (v modelView) client(id uuid.UUID) *ClientRecord {
	if e := v.clients.find(id); e != nil {
		return &e.record
	}
	return nil
}

func (v modelView) job(id uuid.UUID) *JobRecord {
	if e := v.jobs.find(id); e != nil && e.record.Next > 0 {
		return &e.record
	}
	return nil
}

func (v modelView) Job(id uuid.UUID) (*JobHistory, error) {
	j := v.jobs.find(id)
	if j == nil || j.record.Next == 0 {
		return nil, nil
	}
	h := new(JobHistory)
	v.fillJob(h, j)
	return h, nil
}

func (v modelView) Freelancers(which func(*FreelancerRecord) bool, wanted Parts) iter.Seq2[*FreelancerHistory, error] {
	h := &FreelancerHistory{Clients: v.client, Jobs: v.job}
	return given(v.ctx, &v.freelancers, func(f *entry[FreelancerRecord, freelancerLinks]) *FreelancerHistory {
		if which != nil && !which(&f.record) {
			return nil
		}
		v.fillFreelancer(h, f, wanted)
		return h
	})
}

func (v modelView) Clients(wanted Parts) iter.Seq2[*ClientHistory, error] {
	h := new(ClientHistory)
	return given(v.ctx, &v.Model.clients, func(c *entry[ClientRecord, clientLinks]) *ClientHistory {
		v.fillClient(h, c, wanted)
		return h
	})
}

func (v modelView) Invites() iter.Seq2[*InviteRecord, error] { return all(v.ctx, &v.invites) }

func (v modelView) Jobs() iter.Seq2[*JobRecord, error] { return all(v.ctx, &v.jobs) }

func (v modelView) Proposals() iter.Seq2[*ProposalRecord, error] { return all(v.ctx, &v.proposals) }

func (v modelView) Interviews() iter.Seq2[*InterviewRecord, error] { return all(v.ctx, &v.interviews) }

func (v modelView) Contracts() iter.Seq2[*ContractRecord, error] { return all(v.ctx, &v.contracts) }

func (v modelView) Weeks() iter.Seq2[*WeekRecord, error] { return all(v.ctx, &v.weeks) }
