package projection

import (
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// category is a kind of stream.
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
	imports
	accounts // of an event that may be in a client's or a freelancer's stream
)

var categoryNames = [...]string{
	clients: event.CategoryClient, freelancers: event.CategoryFreelancer, invites: event.CategoryInvite,
	contracts: event.CategoryContract, workWeeks: event.CategoryWorkWeek, imports: event.CategoryImport,
	jobs: event.CategoryJob, proposals: event.CategoryProposal,
}

// recorded reports whether records are folded from streams of the category.
// What a work week amounts to stands in its contract as HoursPaid, and what an
// import rejected happened to nobody: their events are decoded, so that a
// damaged one is found, and otherwise carry nothing.
func (c category) recorded() bool { return c >= clients && c <= proposals }

const recordedCategories = int(proposals - clients + 1)

// streamOf reads a stream's name. A category that is not ours is foreign, which
// is no error; one of ours without a valid id is ErrStreamName.
func streamOf(name string) (category, uuid.UUID, error) {
	kind, id, _, ok := event.ParseStream(name)
	if ok {
		return categoryOf(kind), id, nil
	}
	if kind, _, _ = strings.Cut(name, "-"); categoryOf(kind) != foreign {
		return foreign, uuid.Nil, ErrStreamName
	}
	return foreign, uuid.Nil, nil
}

func categoryOf(kind string) category {
	switch kind {
	case event.CategoryClient:
		return clients
	case event.CategoryFreelancer:
		return freelancers
	case event.CategoryInvite:
		return invites
	case event.CategoryContract:
		return contracts
	case event.CategoryWorkWeek:
		return workWeeks
	case event.CategoryImport:
		return imports
	case event.CategoryJob:
		return jobs
	case event.CategoryProposal:
		return proposals
	}
	return foreign
}

func (c category) stream(id uuid.UUID) string { return categoryNames[c] + "-" + id.String() }
