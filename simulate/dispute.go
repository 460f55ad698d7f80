package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// dispute disputes an amount and tells, when it is over and work may go on,
// whether it was resolved.
func (k *contract) dispute(amount event.Money, over func(resolved bool)) {
	c, f, platform := k.client, k.freelancer, &k.client.crowd.platform
	dispute := c.actor.id()
	opener, other, by := &c.actor, &f.actor, event.SideClient
	if c.chance(400) {
		opener, other, by = &f.actor, &c.actor, event.SideFreelancer
	}
	if opener.do(aggregate.OpenDispute{Contract: k.id, Dispute: dispute, By: by, Amount: amount, Reason: "the work is not as agreed"}) != applied {
		over(false)
		return
	}
	ended := func(resolved bool) {
		// On a contract that has ended, or was paused before, there is nothing to resume.
		opener.do(aggregate.ResumeContract{Contract: k.id, Actor: k.as(opener)})
		over(resolved)
	}
	switch n := opener.between(0, 999); {
	case n < 200: // nobody answers, and it lapses
		opener.plan(opener.days(6, 9), func() { ended(false) })
	case n < 350:
		opener.plan(opener.hours(10, 100), func() {
			opener.do(aggregate.CancelDispute{Contract: k.id, Dispute: dispute, Actor: k.as(opener)})
			ended(false)
		})
	default:
		other.plan(other.hours(5, 110), func() {
			other.do(aggregate.AnswerDispute{Contract: k.id, Dispute: dispute, Answer: oneOf(other, event.AnswerAccept, event.AnswerContest, event.AnswerContest)})
			platform.plan(platform.days(1, 5), func() { k.mediate(platform, dispute, amount, ended) })
		})
	}
}

// mediate proposes a settlement, mostly, and then the dispute is resolved.
func (k *contract) mediate(platform *actor, dispute uuid.UUID, amount event.Money, ended func(bool)) {
	toFreelancer := amount * event.Money(platform.between(0, 10)) / 10
	decided := event.DecidedByArbitration
	if platform.chance(800) {
		platform.do(aggregate.ProposeSettlement{Contract: k.id, Dispute: dispute, ToFreelancer: toFreelancer, ToClient: amount - toFreelancer})
		decided = oneOf(platform, event.DecidedBySettlement, event.DecidedByMediation)
	}
	platform.plan(platform.days(1, 12), func() {
		resolve := aggregate.ResolveDispute{
			Contract: k.id, Dispute: dispute, ToFreelancer: toFreelancer, ToClient: amount - toFreelancer, DecidedBy: decided,
		}
		ended(platform.do(resolve) == applied)
	})
}
