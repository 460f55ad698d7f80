package projection

import (
	"sort"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Until is the history as the log told it up to a position: what stands behind
// it is left out, whenever it occurred. A decision that was made there can so be
// made again. Records that are whole are shared, not copied; one that was cut is
// for questions, not for folding on, and its Next stays that of the whole.
func (h FreelancerHistory) Until(position event.Position) FreelancerHistory {
	return FreelancerHistory{
		Account:   h.Account.until(position),
		Invites:   allUntil(h.Invites, position, (*InviteRecord).until),
		Proposals: allUntil(h.Proposals, position, (*ProposalRecord).until),
		Contracts: allUntil(h.Contracts, position, (*ContractRecord).until),
		Weeks:     allUntil(h.Weeks, position, (*WeekRecord).until),
		Clients:   h.Clients.until(position),
		Jobs:      h.Jobs.until(position),
	}
}

func (l ClientLookup) until(position event.Position) ClientLookup {
	return func(id uuid.UUID) *ClientRecord { return l.Client(id).until(position) }
}

func (l JobLookup) until(position event.Position) JobLookup {
	return func(id uuid.UUID) *JobRecord { return l.Job(id).until(position) }
}

// allUntil leaves those out that had not begun.
func allUntil[R any](all []*R, position event.Position, until func(*R, event.Position) *R) []*R {
	told := make([]*R, 0, len(all))
	for _, r := range all {
		if r = until(r, position); r != nil {
			told = append(told, r)
		}
	}
	return told
}

// until is the moment, never if its event stands behind the position.
func (m Moment) until(position event.Position) Moment {
	if m.Position > position {
		return never
	}
	return m
}

// prefix is what of a stream's list stands up to the position.
func prefix[T any](list []T, position event.Position, of func(*T) Moment) []T {
	return list[:sort.Search(len(list), func(i int) bool { return of(&list[i]).Position > position })]
}
