package projection

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ClientRecord is the fold of one client account's stream.
type ClientRecord struct {
	ID         uuid.UUID
	Next       uint64 // the revision that the stream's next event has
	Registered Moment
	Marks      []ClientMark // in the stream's order; most clients have none
}

// ClientMark is a change of a client's flag, standing or payment method, or what
// was done or said about their conduct.
type ClientMark struct {
	Moment
	Kind       MarkKind
	Reason     string    // the event.FlagBasis of a flag, the event.SanctionReason of a suspension or bar, the event.ContactBasis of a contact
	Freelancer uuid.UUID // who complained
}

// MarkKind is what changed.
type MarkKind uint8

// The kinds of marks.
const (
	MarkFlagged MarkKind = iota
	MarkFlagLifted
	MarkSuspended
	MarkReinstated
	MarkBarred
	MarkContacted
	MarkComplaint
	MarkPaymentVerified
	MarkPaymentLost
	MarkTermsViolation // of the terms of service, by the client
)

var markWords = [...]string{
	MarkFlagged: "flagged", MarkFlagLifted: "flag_lifted", MarkSuspended: "suspended",
	MarkReinstated: "reinstated", MarkBarred: "barred",
	MarkContacted: "contacted", MarkComplaint: "complaint",
	MarkPaymentVerified: "payment_verified", MarkPaymentLost: "payment_lost",
	MarkTermsViolation: "violation",
}

func (r *ClientRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch e := &effects[ch.effect]; e.action {
	case opened:
		*r = ClientRecord{ID: d.keys[ch.stream].id, Registered: ch.at}
	case clientMarked:
		m := ClientMark{Moment: ch.at, Kind: MarkKind(e.detail), Reason: d.text(ch.word)}
		if m.Kind == MarkComplaint {
			m.Freelancer = d.keys[ch.freelancer].id
		}
		r.Marks = append(r.Marks, m)
	case freelancerMarked: // of what both kinds of account have, a violation is kept
		if FreelancerMarkKind(e.detail) == MarkViolation {
			r.Marks = append(r.Marks, ClientMark{Moment: ch.at, Kind: MarkTermsViolation})
		}
	}
	r.Next++
	return nil
}

type clientLinks struct {
	onNone
	jobs, contracts, invites list
}

func (r *ClientRecord) stream() (key, uint64) { return key{id: r.ID, category: clients}, r.Next }

func (r *ClientRecord) owners(*tables) owners { return owners{} }

func (r *ClientRecord) equal(s *ClientRecord) bool {
	return r.ID == s.ID && r.Registered == s.Registered && slices.Equal(r.Marks, s.Marks)
}

func (r *ClientRecord) tell(t *telling) {
	t.add(r.Registered, "ClientRegistered")
	for _, m := range r.Marks {
		t.add(m.Moment, m.Kind.EventType(), field{name: "reason", value: m.Reason}, field{name: "freelancer", value: m.Freelancer.String()})
	}
}

func (r *ClientRecord) until(position event.Position) *ClientRecord {
	if r == nil || r.Registered.Position > position {
		return nil
	}
	told := *r
	told.Marks = prefix(r.Marks, position, func(m *ClientMark) Moment { return m.Moment })
	return &told
}
