package projection

import (
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// A new kind of records is named here and nowhere else; what it is and how it
// folds stands in a file of its own (recordOf and linksOf say what of it is asked
// for), what its events do among the effects.

// category is a kind of stream. From those before workWeeks records are folded.
type category uint8

const (
	foreign category = iota // not ours: a host's, or one of the store's own ($…)
	clients
	freelancers
	invites
	contracts
	jobs
	proposals
	workWeeks
	interviews
	imports
)

var categoryNames = [...]string{
	clients: event.CategoryClient, freelancers: event.CategoryFreelancer, invites: event.CategoryInvite,
	contracts: event.CategoryContract, workWeeks: event.CategoryWorkWeek, imports: event.CategoryImport,
	jobs: event.CategoryJob, proposals: event.CategoryProposal, interviews: event.CategoryInterview,
}

// tables are the records of a model.
type tables struct {
	clients     table[ClientRecord, clientLinks, *ClientRecord, *clientLinks]
	freelancers table[FreelancerRecord, freelancerLinks, *FreelancerRecord, *freelancerLinks]
	invites     table[InviteRecord, inviteLinks, *InviteRecord, *inviteLinks]
	contracts   table[ContractRecord, contractLinks, *ContractRecord, *contractLinks]
	jobs        table[JobRecord, jobLinks, *JobRecord, *jobLinks]
	proposals   table[ProposalRecord, proposalLinks, *ProposalRecord, *proposalLinks]
}

func (t *tables) byCategory() byCategory[recordTable] {
	return byCategory[recordTable]{
		clients: &t.clients, freelancers: &t.freelancers, invites: &t.invites,
		contracts: &t.contracts, jobs: &t.jobs, proposals: &t.proposals,
	}
}

// The records of a model, in no order, as they are when the iteration begins:
// folding waits until it ends, so do not wait for the model in it. A record is
// the model's own, to be read during the iteration and not to be changed. An
// iterator of a stopped model yields its error and nothing else.

// Clients iterates over the clients who have registered.
func (m *Model) Clients() iter.Seq2[*ClientRecord, error] { return locked(m, &m.clients) }

// Freelancers iterates over the freelancers who have registered.
func (m *Model) Freelancers() iter.Seq2[*FreelancerRecord, error] { return locked(m, &m.freelancers) }

// Invites iterates over the invites.
func (m *Model) Invites() iter.Seq2[*InviteRecord, error] { return locked(m, &m.invites) }

// Contracts iterates over the contracts.
func (m *Model) Contracts() iter.Seq2[*ContractRecord, error] { return locked(m, &m.contracts) }

// Jobs iterates over the jobs.
func (m *Model) Jobs() iter.Seq2[*JobRecord, error] { return locked(m, &m.jobs) }

// Proposals iterates over the proposals.
func (m *Model) Proposals() iter.Seq2[*ProposalRecord, error] { return locked(m, &m.proposals) }

// Records are the records of some streams, by the ids in their names: what a
// question, or a batch of events, needs of a database.
type Records struct {
	Clients     map[uuid.UUID]*ClientRecord
	Freelancers map[uuid.UUID]*FreelancerRecord
	Invites     map[uuid.UUID]*InviteRecord
	Contracts   map[uuid.UUID]*ContractRecord
	Jobs        map[uuid.UUID]*JobRecord
	Proposals   map[uuid.UUID]*ProposalRecord
}

func (rs *Records) byCategory() byCategory[recordMap] {
	return byCategory[recordMap]{
		clients: (*mapOf[ClientRecord, *ClientRecord])(&rs.Clients), freelancers: (*mapOf[FreelancerRecord, *FreelancerRecord])(&rs.Freelancers),
		invites: (*mapOf[InviteRecord, *InviteRecord])(&rs.Invites), contracts: (*mapOf[ContractRecord, *ContractRecord])(&rs.Contracts),
		jobs: (*mapOf[JobRecord, *JobRecord])(&rs.Jobs), proposals: (*mapOf[ProposalRecord, *ProposalRecord])(&rs.Proposals),
	}
}

const recordCategories = int(workWeeks)

// byCategory holds what there is for each kind of records; nothing for foreign.
type byCategory[T any] [recordCategories]T

// recorded reports whether records are folded from streams of the category.
// What a work week amounts to stands in its contract as HoursPaid, a meeting moves
// no statistic, and what an import rejected happened to nobody: their events are
// decoded, so that a damaged one is found, and otherwise carry nothing.
func (c category) recorded() bool { return c != foreign && int(c) < recordCategories }

// streamOf reads a stream's name. A category that is not ours is foreign, which
// is no error; one of ours without a valid id is ErrStreamName.
func streamOf(name string) (category, uuid.UUID, error) {
	kind, id, _, ok := event.ParseStream(name)
	if ok {
		return categoryOf(kind), id, nil
	}
	if !event.Foreign(name) {
		return foreign, uuid.Nil, ErrStreamName
	}
	return foreign, uuid.Nil, nil
}

func categoryOf(name string) category {
	for c, n := range categoryNames {
		if n == name && name != "" {
			return category(c)
		}
	}
	return foreign
}

// String is the stream's name.
func (k key) String() string { return categoryNames[k.category] + "-" + k.id.String() }
