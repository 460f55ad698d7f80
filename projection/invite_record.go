package projection

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// InviteRecord is the fold of one invite's stream.
type InviteRecord struct {
	ID         uuid.UUID
	Client     uuid.UUID
	Freelancer uuid.UUID
	Job        uuid.UUID // as the client named it; there need not be one
	Next       uint64    // the revision that the stream's next event has
	Sent       Moment
	Closed     Moment // by its one final event
	Contact    Moment // when both sides saw each other's contact details
	Outcome    InviteOutcome
	Available  bool // the freelancer took work when the invite was sent
}

// InviteOutcome is how an invite was closed.
type InviteOutcome uint8

// The outcomes of an invite. Archiving is none.
const (
	InviteOpen InviteOutcome = iota
	InviteAccepted
	InviteDeclined
	InviteReported
	InviteWithdrawn
	InviteExpired
)

var outcomeWords = [...]string{
	InviteOpen: "open", InviteAccepted: "accepted", InviteDeclined: "declined",
	InviteReported: "reported", InviteWithdrawn: "withdrawn", InviteExpired: "expired",
}

// reply reports whether the freelancer replied: accepted, declined or reported.
func (o InviteOutcome) reply() bool {
	return o == InviteAccepted || o == InviteDeclined || o == InviteReported
}

func (r *InviteRecord) fold(ch *change, d *dictionary) error {
	if err := ch.follows(r.Next, d); err != nil {
		return err
	}
	switch e := &effects[ch.effect]; e.action {
	case opened:
		*r = InviteRecord{
			ID: d.keys[ch.stream].id, Client: d.keys[ch.client].id, Freelancer: d.keys[ch.freelancer].id, Job: d.keys[ch.other].id,
			Sent: ch.at, Closed: never, Contact: never, Available: ch.flag,
		}
	case inviteClosed:
		if r.Outcome != InviteOpen {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Outcome, r.Closed = InviteOutcome(e.detail), ch.at
	case contactExchanged:
		if r.Contact.Happened() {
			return ch.fail(r.Next, d, ErrContradiction)
		}
		r.Contact = ch.at
	}
	r.Next++
	return nil
}

// Replied is when the freelancer accepted, declined or reported the invite.
func (r *InviteRecord) Replied() Moment {
	if r.Outcome.reply() {
		return r.Closed
	}
	return never
}

// Withdrawn is when the client took the invite back.
func (r *InviteRecord) Withdrawn() Moment {
	if r.Outcome == InviteWithdrawn {
		return r.Closed
	}
	return never
}

type inviteLinks struct{ nextOfFreelancer, nextOfClient ref }

func (l *inviteLinks) join(t *tables, at ref, of owners) {
	l.nextOfFreelancer = t.freelancers.at(of.freelancer).links.invites.push(at)
	l.nextOfClient = t.clients.at(of.client).links.invites.push(at)
}

func (r *InviteRecord) stream() (key, uint64) { return key{id: r.ID, category: invites}, r.Next }

func (r *InviteRecord) owners(t *tables) owners {
	return owners{client: t.clients.intern(r.Client), freelancer: t.freelancers.intern(r.Freelancer)}
}

func (r *InviteRecord) equal(s *InviteRecord) bool {
	a, b := *r, *s
	a.Next, b.Next = 0, 0
	return a == b
}

func (r *InviteRecord) tell(t *telling) {
	t.add(r.Sent, "InviteSent", field{name: "client", value: r.Client.String()}, field{name: "freelancer", value: r.Freelancer.String()},
		field{name: "job", value: r.Job.String()}, field{name: "available", value: strconv.FormatBool(r.Available)})
	t.add(r.Closed, r.Outcome.EventType())
	t.add(r.Contact, "ContactExchanged")
}

func (r *InviteRecord) until(position event.Position) *InviteRecord {
	switch {
	case r.Sent.Position > position:
		return nil
	case max(r.Closed.Position, r.Contact.Position) <= position:
		return r
	}
	told := *r
	told.Contact = r.Contact.until(position)
	if r.Closed.Position > position {
		told.Closed, told.Outcome = never, InviteOpen
	}
	return &told
}
