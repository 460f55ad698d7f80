package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type inviteState uint8

const (
	inviteOpen inviteState = iota
	inviteArchived
	inviteAccepted // final, like all that follow; no contacts were exchanged with it, or not yet
	inviteFinal
)

// inviteAggregate is a client's invite of a freelancer to an interview for a job, as
// decisions see one. It is open, may be archived, and ends, for good, accepted,
// declined, reported, withdrawn or expired (rules 2).
//
// SendInvite opens it and freezes its deadline, Terms.InviteDays of 24 hours later.
// The freelancer sends AcceptInvite, DeclineInvite, ReportInvite or ArchiveInvite,
// the client, or the platform for one that it barred, WithdrawInvite: WrongState once
// it is final, Expired from the deadline's own second on. From that second the timer's
// ExpireInvite works, which is TooEarly before. Accepting is new business and, under
// ContactAtInterview, exchanges the contact details in the same append.
//
// Other decisions ask whether it was accepted, by whom and for which job:
// SubmitProposal is free where it answers such an invite, and StartContract wants its
// origin to be one.
type inviteAggregate struct {
	base
	job        uuid.UUID
	client     uuid.UUID
	freelancer uuid.UUID
	state      inviteState
	accepted   bool
	expiresAt  event.Time
}

// Clone implements State.
func (i *inviteAggregate) Clone() State {
	copied := *i
	return &copied
}

// Evolve implements State. Contacts are exchanged right after the acceptance or
// never.
func (i *inviteAggregate) Evolve(at event.Time, e event.Event) error {
	_, opens := e.(*event.InviteSent)
	if err := i.begin(at, e, opens); err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.InviteSent:
		i.job, i.client, i.freelancer, i.expiresAt = e.Job, e.Client, e.Freelancer, e.ExpiresAt
		return nil
	case *event.InviteArchived:
		return i.become(inviteArchived, i.state == inviteOpen, e)
	case *event.InviteAccepted:
		i.accepted = true
		return i.become(inviteAccepted, !i.final(), e)
	case *event.ContactExchanged:
		return i.become(inviteFinal, i.state == inviteAccepted, e)
	case *event.InviteDeclined, *event.InviteReported, *event.InviteWithdrawn, *event.InviteExpired:
		return i.become(inviteFinal, !i.final(), e)
	}
	return errUnexpectedEvent(e)
}

func (i *inviteAggregate) final() bool { return i.state >= inviteAccepted }

func (i *inviteAggregate) become(state inviteState, allowed bool, e event.Event) error {
	i.state = state
	return ensure(allowed, e, "the invite's state does not lead there")
}
