package projection

import (
	"encoding/binary"
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// A new kind of records is named here and nowhere else; what it is and how it
// folds stands in a file of its own (recordOf and linksOf say what of it is asked
// for), what its events do among the effects.

// category is a kind of stream. From those before workWeeks records are folded; of
// the streams of workWeeks, from those that end with an invoice, see dictionary.invoiced.
type category uint8

const (
	foreign category = iota // not ours: a host's, or one of the store's own ($…)
	clients
	freelancers
	invites
	contracts
	jobs
	proposals
	interviews
	weeks
	workWeeks
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
	interviews  table[InterviewRecord, interviewLinks, *InterviewRecord, *interviewLinks]
	weeks       table[WeekRecord, weekLinks, *WeekRecord, *weekLinks]
}

func (t *tables) byCategory() byCategory[recordTable] {
	return byCategory[recordTable]{
		clients: &t.clients, freelancers: &t.freelancers, invites: &t.invites,
		contracts: &t.contracts, jobs: &t.jobs, proposals: &t.proposals,
		interviews: &t.interviews, weeks: &t.weeks,
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

// Interviews iterates over the meetings.
func (m *Model) Interviews() iter.Seq2[*InterviewRecord, error] { return locked(m, &m.interviews) }

// Weeks iterates over the work weeks that were invoiced.
func (m *Model) Weeks() iter.Seq2[*WeekRecord, error] { return locked(m, &m.weeks) }

// Records are the records of some streams, by the ids in their names, and of work
// weeks by WeekID: what a question, or a batch of events, needs of a database.
type Records struct {
	Clients     map[uuid.UUID]*ClientRecord
	Freelancers map[uuid.UUID]*FreelancerRecord
	Invites     map[uuid.UUID]*InviteRecord
	Contracts   map[uuid.UUID]*ContractRecord
	Jobs        map[uuid.UUID]*JobRecord
	Proposals   map[uuid.UUID]*ProposalRecord
	Interviews  map[uuid.UUID]*InterviewRecord
	Weeks       map[uuid.UUID]*WeekRecord
}

func (rs *Records) byCategory() byCategory[recordMap] {
	return byCategory[recordMap]{
		clients: (*mapOf[ClientRecord, *ClientRecord])(&rs.Clients), freelancers: (*mapOf[FreelancerRecord, *FreelancerRecord])(&rs.Freelancers),
		invites: (*mapOf[InviteRecord, *InviteRecord])(&rs.Invites), contracts: (*mapOf[ContractRecord, *ContractRecord])(&rs.Contracts),
		jobs: (*mapOf[JobRecord, *JobRecord])(&rs.Jobs), proposals: (*mapOf[ProposalRecord, *ProposalRecord])(&rs.Proposals),
		interviews: (*mapOf[InterviewRecord, *InterviewRecord])(&rs.Interviews), weeks: (*mapOf[WeekRecord, *WeekRecord])(&rs.Weeks),
	}
}

// numbered is what a table numbers the record of a key by: the id in its stream's name,
// or for a week, whose name is longer than an id, its contract's ref and the week. The
// week falls to its contract's shard.
func (t *tables) numbered(k *key) (id uuid.UUID) {
	if k.category != weeks {
		return k.id
	}
	binary.BigEndian.PutUint64(id[:], uint64(t.contracts.intern(k.id)))
	binary.BigEndian.PutUint16(id[8:], k.week.year)
	id[10] = k.week.number
	return id
}

const recordCategories = int(workWeeks)

// byCategory holds what there is for each kind of records; nothing for foreign.
type byCategory[T any] [recordCategories]T

// recorded reports whether records are folded from streams of the category. What
// an import rejected happened to nobody: its events are decoded, so that a damaged
// one is found, and otherwise carry nothing.
func (c category) recorded() bool { return c != foreign && int(c) < recordCategories }

// key names a record; or a work week that has none yet, or a dispute or a job that
// is only pointed to, which are of the foreign category.
type key struct {
	id       uuid.UUID // of a work week its contract's
	week     isoWeek
	category category
	shard    uint8 // of the id, once the key is in a dictionary
}

// isoWeek is an event.Week that takes little room.
type isoWeek struct {
	year   uint16
	number uint8
}

func isoWeekOf(w event.Week) isoWeek { return isoWeek{uint16(w.Year), uint8(w.Number)} }

func (w isoWeek) week() event.Week { return event.Week{Year: int(w.year), Number: int(w.number)} }

// keyOf reads a stream's name. A category that is not ours is foreign, which is no
// error; one of ours without a valid id is ErrStreamName.
func keyOf(stream string) (key, error) {
	kind, id, week, ok := event.ParseStream(stream)
	if ok {
		return key{id: id, week: isoWeekOf(week), category: categoryOf(kind)}, nil
	}
	if !event.Foreign(stream) {
		return key{}, ErrStreamName
	}
	return key{}, nil
}

func categoryOf(name string) category {
	for c, n := range categoryNames {
		if n == name && name != "" {
			return category(c)
		}
	}
	return foreign
}

// name is that of the category's streams.
func (c category) name() string {
	if c == weeks {
		c = workWeeks
	}
	return categoryNames[c]
}

// record is the id of the record: the stream's, but of a work week.
func (k key) record() uuid.UUID {
	if k.category == weeks {
		return WeekID(k.id, k.week.week())
	}
	return k.id
}

// String is the stream's name.
func (k key) String() string {
	if k.category == weeks || k.category == workWeeks {
		return event.WorkWeekStream(k.id, k.week.week())
	}
	return k.category.name() + "-" + k.id.String()
}

// Touched names the record that an event changes, as Records has it: by the category
// of its stream and its id. It reports false for an event that changes none.
func Touched(stream, eventType string) (category string, id uuid.UUID, ok bool) {
	k, _ := keyOf(stream)
	if k.category == workWeeks && effects[effectOf[eventType]].action == opened {
		k.category = weeks
	}
	return k.category.name(), k.record(), k.category.recorded()
}
