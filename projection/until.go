package projection

import (
	"slices"
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
		Clients:   h.Clients.Until(position),
	}
}

// Until is the look-up of clients as the log told of them up to a position.
func (l ClientLookup) Until(position event.Position) ClientLookup {
	return func(id uuid.UUID) *ClientRecord { return l.Client(id).until(position) }
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

func (r *FreelancerRecord) until(position event.Position) *FreelancerRecord {
	if r == nil || r.Registered.Position > position {
		return nil
	}
	told := *r
	told.Marks = prefix(r.Marks, position, func(m *FreelancerMark) Moment { return m.Moment })
	return &told
}

func (r *ClientRecord) until(position event.Position) *ClientRecord {
	if r == nil || r.Registered.Position > position {
		return nil
	}
	told := *r
	told.Marks = prefix(r.Marks, position, func(m *ClientMark) Moment { return m.Moment })
	return &told
}

func (r *InviteRecord) until(position event.Position) *InviteRecord {
	switch {
	case r.Sent.Position > position:
		return nil
	case r.Closed.Position <= position:
		return r
	}
	told := *r
	told.Closed, told.Outcome = never, InviteOpen
	return &told
}

func (r *ProposalRecord) until(position event.Position) *ProposalRecord {
	if r.Submitted.Position > position {
		return nil
	}
	steps := prefix(r.Steps, position, func(s *ProposalStep) Moment { return s.Moment })
	if len(steps) == len(r.Steps) {
		return r
	}
	told := *r
	told.Steps = steps
	return &told
}

func (r *ContractRecord) until(position event.Position) *ContractRecord {
	if r.Started.Position > position {
		return nil
	}
	if r.Newest() <= position {
		return r
	}
	told := *r
	told.Payments = prefix(r.Payments, position, func(p *Payment) Moment { return p.Moment })
	for _, m := range []*Moment{&told.Ended, &told.Published, &told.Excluded} {
		*m = m.until(position)
	}
	for _, f := range []*Feedback{&told.Feedback, &told.Returned} {
		if f.Position > position {
			*f = Feedback{Moment: never}
		}
	}
	told.Disputes = slices.Clone(prefix(r.Disputes, position, func(d *Dispute) Moment { return d.Opened }))
	for i := range told.Disputes {
		d := &told.Disputes[i]
		d.Cancelled = d.Cancelled.until(position)
		if d.Resolved.Position > position {
			d.Resolved, d.ToFreelancer, d.ToClient = never, 0, 0
		}
	}
	return &told
}

// Newest is the position of the newest fact of the record.
func (r *ContractRecord) Newest() event.Position {
	newest := max(r.Started.Position, r.Ended.Position, r.Feedback.Position, r.Returned.Position, r.Published.Position, r.Excluded.Position)
	if n := len(r.Payments); n > 0 {
		newest = max(newest, r.Payments[n-1].Position)
	}
	for i := range r.Disputes {
		d := &r.Disputes[i]
		newest = max(newest, d.Opened.Position, d.Cancelled.Position, d.Resolved.Position)
	}
	return newest
}
