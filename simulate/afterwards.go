package simulate

import (
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// afterwards is what may follow the end of a contract: feedback of both sides, a
// refund, a bonus, a complaint, a dispute.
func (k *contract) afterwards() {
	c, f, platform := k.client, k.freelancer, &k.client.crowd.platform
	if c.chance(780) {
		c.plan(c.minutes(5, 12*24*60), k.rateFreelancer)
	}
	if f.chance(720) {
		f.plan(f.minutes(5, 12*24*60), k.rateClient)
	}
	if k.paid >= 1000 && f.chance(10) {
		f.plan(f.days(1, 20), func() { f.do(aggregate.GiveRefund{Contract: k.id, Amount: k.paid / 4}) })
	}
	if c.chance(10) {
		c.plan(c.days(1, 40), k.bonus)
	}
	if c.harsh && f.chance(300) || f.rarely(300) {
		f.plan(f.days(0, 5), func() {
			f.do(aggregate.RecordComplaint{Client: c.id, Freelancer: f.id, Contract: k.id, Reason: "was rude and did not answer"})
		})
	}
	if k.quarrel != never {
		k.quarrel = never
		k.disputeAfterwards()
	}
	if f.rarely(3_000) {
		platform.plan(platform.days(14, 40), func() {
			platform.do(aggregate.ExcludeFeedback{Contract: k.id, Basis: oneOf(platform, event.ExcludedByModeration, event.ExcludedByPerk)})
		})
	}
}

// disputeAfterwards disputes what was done: hours while their week is under review,
// another work within the month.
func (k *contract) disputeAfterwards() {
	c := k.client
	if k.kind == event.KindFixed {
		c.plan(c.days(2, 25), func() { k.dispute(max(k.paid/2, 100), func(bool) {}) })
		return
	}
	w := k.lastWeek
	c.plan(max(int64(w.End()-c.now)+13*hour, c.hours(1, 20)), func() { k.disputeWeek(w, func(bool) {}) })
}

// talkAbout is what is still said about the client's feedback once it is public.
func (k *contract) talkAbout() {
	c, f := k.client, k.freelancer
	if f.chance(90) {
		f.plan(f.days(16, 25), func() {
			f.do(aggregate.RespondToFeedback{Contract: k.id, By: event.SideFreelancer, Comment: "thank you, and sorry for the delay"})
		})
	}
	if !f.chance(30) {
		return
	}
	f.plan(f.days(16, 40), func() {
		if f.do(aggregate.EnableFeedbackChange{Contract: k.id, By: event.SideFreelancer}) == applied && c.chance(750) {
			c.plan(c.days(1, 10), func() {
				c.do(aggregate.ReviseFeedback{Contract: k.id, By: event.SideClient, Scores: c.scores(c.between(70, 100))})
			})
		}
	})
}

// rateFreelancer is the client's feedback: what the work was worth, and what the
// client is like.
func (k *contract) rateFreelancer() {
	c := k.client
	content := k.freelancer.skill + c.between(-15, 20)
	if c.harsh {
		content -= c.between(0, 50)
	}
	if c.leaveFeedback(k, event.SideClient, content) == applied {
		k.talkAbout()
	}
}

func (k *contract) rateClient() {
	f := k.freelancer
	content := f.between(70, 110)
	if k.client.harsh && f.chance(700) {
		content = f.between(0, 40)
	}
	f.leaveFeedback(k, event.SideFreelancer, content)
}

// leaveFeedback gives six marks around how content somebody is, 0 to 100.
func (a *actor) leaveFeedback(k *contract, by event.Side, content int64) aggregate.Code {
	l := aggregate.LeaveFeedback{Contract: k.id, By: by, Scores: a.scores(content)}
	if a.chance(600) {
		recommend := int(min(10, max(0, (content+a.between(-5, 10))/10)))
		l.Recommend = &recommend
	}
	if a.chance(500) {
		l.Comment = "as agreed"
	}
	return a.do(l)
}

func (a *actor) scores(content int64) event.Scores {
	mark := func() int { return int(min(5, max(1, (content+a.between(-12, 12)+10)/20))) }
	return event.Scores{
		Skills: mark(), Quality: mark(), Availability: mark(), Deadlines: mark(), Communication: mark(), Cooperation: mark(),
	}
}
