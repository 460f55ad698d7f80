package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// dispute disputes an amount of a fixed price and tells, when it is over and work may go
// on, whether money has moved.
func (k *contract) dispute(amount event.Money, over func(settled bool)) {
	by := event.SideClient
	if k.client.chance(400) {
		by = event.SideFreelancer
	}
	k.quarrelOver(aggregate.OpenDispute{By: by, Amount: amount}, over)
}

// disputeWeek disputes a part of a week's hours, which is the client's to do.
func (k *contract) disputeWeek(w event.Week, over func(settled bool)) {
	if k.lastWeek != w || k.lastAmount < 100 {
		over(false)
		return
	}
	part := event.Money(k.client.between(2, 9))
	k.quarrelOver(aggregate.OpenDispute{By: event.SideClient, Week: w, Amount: k.lastAmount * part / 10}, over)
}

func (k *contract) quarrelOver(open aggregate.OpenDispute, over func(settled bool)) {
	c, f, platform := k.client, k.freelancer, &k.client.crowd.platform
	dispute, amount := c.actor.id(), open.Amount
	opener, other := &c.actor, &f.actor
	if open.By == event.SideFreelancer {
		opener, other = other, opener
	}
	open.Contract, open.Dispute, open.Reason = k.id, dispute, "the work is not as agreed"
	if opener.do(open) != applied {
		over(false)
		return
	}
	ended := func(settled bool) {
		// On a contract that has ended, or was paused before, there is nothing to resume.
		opener.do(aggregate.ResumeContract{Contract: k.id, Actor: k.as(opener)})
		over(settled)
	}
	switch n := opener.between(0, 999); {
	case n < 250: // nobody answers, and it lapses
		opener.plan(opener.days(6, 9), func() { ended(open.Week == event.Week{}) })
	case n < 350:
		opener.plan(opener.hours(10, 100), func() {
			opener.do(aggregate.CancelDispute{Contract: k.id, Dispute: dispute, Actor: k.as(opener)})
			ended(false)
		})
	default:
		other.plan(other.hours(5, 70), func() {
			answer := oneOf(other, event.AnswerAccept, event.AnswerContest, event.AnswerContest)
			if other.do(aggregate.AnswerDispute{Contract: k.id, Dispute: dispute, Answer: answer}) == applied && answer == event.AnswerAccept {
				opener.plan(opener.hours(2, 40), func() { ended(true) })
				return
			}
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
