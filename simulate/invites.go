package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// invite is one that was sent.
type invite struct {
	*opening
	*freelancer
	id   uuid.UUID
	open bool
}

// invite asks somebody with a public profile for an interview.
func (o *opening) invite() {
	f := o.crowd.talent(&o.actor, o.category, func(f *freelancer) bool { return !f.private && !o.knows(f) })
	if f == nil || !o.open {
		return
	}
	i := &invite{opening: o, freelancer: f, id: o.actor.id()}
	switch o.do(aggregate.SendInvite{Invite: i.id, Job: o.job, Client: o.client.id, Freelancer: f.id, Message: invitation}) {
	case applied:
		i.open = true
	case aggregate.ClientSuspended:
		o.appeal()
		return
	default:
		return
	}
	o.invites = append(o.invites, i)
	if o.chance(15) {
		o.plan(o.hours(1, 70), func() { i.withdraw(event.WithdrawChangedMind) })
	}
	if wait, answers := f.soon(); answers {
		f.plan(wait, i.answer)
	}
}

func (i *invite) answer() {
	f := i.freelancer
	if !i.open {
		return
	}
	switch n := f.between(0, 999); {
	case f.rarely(3_000):
		i.open = f.do(aggregate.ReportInvite{Invite: i.id}) != applied
	case !f.free() && n < 850:
		i.decline()
	case n < 680:
		i.accept()
	case n < 860:
		i.decline()
	case n < 930:
		f.do(aggregate.ArchiveInvite{Invite: i.id})
		if f.chance(500) {
			f.plan(f.days(1, 9), func() {
				switch {
				case !i.open:
				case f.free() && f.chance(600):
					i.accept()
				default:
					i.decline()
				}
			})
		}
	}
}

// accept makes the freelancer a candidate; package process opens the proposal,
// which has the invite's id.
func (i *invite) accept() {
	f := i.freelancer
	if f.do(aggregate.AcceptInvite{Invite: i.id, CoverLetter: coverLetter}) == applied {
		i.open = false
		i.candidates = append(i.candidates, &candidate{freelancer: f, proposal: i.id, invited: true, out: !i.opening.open})
	}
}

func (i *invite) decline() {
	i.open = i.freelancer.do(aggregate.DeclineInvite{Invite: i.id}) != applied
}

func (i *invite) withdraw(reason event.WithdrawReason) {
	if i.open {
		i.open = i.opening.do(aggregate.WithdrawInvite{Invite: i.id, Reason: reason}) != applied
	}
}

// withdraw takes back the share of the open invites that permille says.
func (o *opening) withdraw(reason event.WithdrawReason, permille int) {
	for _, i := range o.invites {
		if o.chance(permille) {
			i.withdraw(reason)
		}
	}
}
