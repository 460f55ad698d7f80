package simulate

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// opening is a job for which a client looks for somebody.
type opening struct {
	*client
	job        uuid.UUID
	kind       event.ContractKind
	category   int
	open       bool
	inviting   bool // whether the client would rather hire who was invited
	invites    []*invite
	candidates []*candidate
	patience   int // how many more times the client waits for candidates
}

// candidate is somebody with a proposal.
type candidate struct {
	*freelancer
	proposal uuid.UUID
	invited  bool
	out      bool // the proposal is final
	takenUp  bool // for an interview
	offered  bool // an offer is open
}

// post posts a job, asks a few freelancers for interviews, and waits.
func (c *client) post() {
	o := &opening{
		client: c, job: c.actor.id(), kind: event.KindFixed, category: int(c.between(0, int64(c.crowd.fields-1))),
		inviting: c.below(100) < int64(c.options.InvitePercent), patience: 1,
	}
	if c.chance(c.hourly) {
		o.kind = event.KindHourly
	}
	posting := aggregate.PostJob{
		Job: o.job, Client: c.id, Kind: o.kind, Category: categories[o.category].name, Connects: event.Connects(c.between(0, 6)),
	}
	switch c.do(posting) {
	case applied:
		o.open = true
	case aggregate.ClientSuspended:
		c.appeal()
		return
	default:
		return
	}
	invites, proposals := c.between(0, 1), c.between(2, 6)
	if o.inviting {
		invites, proposals = c.between(2, 5), c.between(0, 3)
	}
	for range invites {
		c.plan(c.minutes(5, 2*24*60), o.invite)
	}
	for range proposals {
		c.plan(c.hours(1, 120), o.attract)
	}
	if c.rarely(6_000) {
		c.plan(c.days(1, 6), o.removed)
	}
	if c.chance(60) {
		c.plan(c.hours(2, 60), o.edit)
	}
	c.plan(c.days(4, 9), o.choose)
}

// edit makes more of what the job says.
func (o *opening) edit() {
	if o.open {
		title := event.Text("Help with " + categories[o.category].name)
		o.do(aggregate.EditJob{Job: o.job, Title: &title, Duration: event.DurationUnder1Month})
	}
}

// attract brings the job before somebody who may propose.
func (o *opening) attract() {
	f := o.crowd.talent(&o.actor, o.category, func(f *freelancer) bool { return f.free() && !o.knows(f) })
	switch {
	case f == nil || !o.open:
	case f.rarely(2_000):
		f.do(aggregate.ReportJob{Job: o.job, Freelancer: f.id, Reason: oneOf(&f.actor, event.ReportWrongSection, event.ReportScam)})
	default:
		if f.chance(50) {
			o.ask(f)
		}
		f.propose(o)
	}
}

// ask is a freelancer's question about the job, which most clients answer.
func (o *opening) ask(f *freelancer) {
	question := f.actor.id()
	asked := f.do(aggregate.AskQuestion{Job: o.job, Question: question, Freelancer: f.id, Text: "What is there already?"})
	if asked == applied && o.chance(700) {
		o.plan(o.hours(1, 30), func() {
			if o.open {
				o.do(aggregate.AnswerQuestion{Job: o.job, Question: question, Text: "Nothing but the idea."})
			}
		})
	}
}

func (o *opening) knows(f *freelancer) bool {
	return slices.ContainsFunc(o.candidates, func(c *candidate) bool { return c.freelancer == f }) ||
		slices.ContainsFunc(o.invites, func(i *invite) bool { return i.freelancer == f })
}

func (f *freelancer) propose(o *opening) {
	c := &candidate{freelancer: f, proposal: f.actor.id()}
	submit := aggregate.SubmitProposal{Proposal: c.proposal, Job: o.job, Freelancer: f.id, CoverLetter: coverLetter}
	if f.chance(600) {
		bid := f.rate
		if o.kind == event.KindFixed {
			bid = f.dollars(50, 1500)
		}
		submit.Bid = &bid
	}
	code := f.do(submit)
	if code == aggregate.NotEnoughConnects {
		f.do(aggregate.PurchaseConnects{Freelancer: f.id, N: event.Connects(f.between(2, 6) * 10)})
		code = f.do(submit)
	}
	if code != applied {
		return
	}
	o.candidates = append(o.candidates, c)
	if f.chance(50) {
		f.plan(f.days(1, 7), func() {
			if !c.out && !c.offered {
				c.out = f.do(aggregate.WithdrawProposal{Proposal: c.proposal}) == applied
			}
		})
	}
}

// removed is what the platform does to a job that should not be there.
func (o *opening) removed() {
	p := &o.crowd.platform
	if p.do(aggregate.RemoveJob{Job: o.job, Reason: oneOf(p, event.RemoveTOS, event.RemoveTOS, event.RemoveOther)}) == applied {
		o.open = false
	}
}

// choose looks at the candidates, talks to the best and offers them the work.
func (o *opening) choose() {
	if !o.open {
		return
	}
	if o.chance(60) {
		o.shut(event.CloseCancelled)
		return
	}
	best := slices.DeleteFunc(slices.Clone(o.candidates), func(c *candidate) bool { return c.out })
	if len(best) == 0 {
		if o.patience == 0 {
			o.shut(oneOf(&o.actor, event.CloseExpired, event.CloseCancelled))
			return
		}
		o.patience--
		for range 3 {
			o.plan(o.hours(1, 48), o.attract)
		}
		o.plan(o.days(5, 14), o.choose)
		return
	}
	liking := map[*candidate]int64{}
	for _, c := range best {
		liking[c] = c.skill + o.between(0, 30)
		if c.invited == o.inviting {
			liking[c] += 100
		}
	}
	slices.SortStableFunc(best, func(a, b *candidate) int { return cmp.Compare(liking[b], liking[a]) })
	best = best[:min(len(best), 3)]
	for _, c := range best {
		if o.chance(800) {
			o.plan(o.hours(1, 20), func() { o.interview(c) })
		}
	}
	if len(best) > 1 && o.chance(100) {
		o.plan(o.hours(21, 30), func() { o.interviewTogether(best) })
	}
	o.plan(o.days(3, 6), func() { o.offer(best) })
}

// interview takes the candidate up, and mostly they meet within two days.
func (o *opening) interview(c *candidate) {
	if c.out || o.do(aggregate.StartInterview{Proposal: c.proposal}) != applied {
		return
	}
	c.takenUp = true
	if !o.chance(850) {
		return
	}
	meeting := aggregate.ScheduleInterview{
		Interview: o.actor.id(), Job: o.job, Proposals: []uuid.UUID{c.proposal}, Interviewers: interviewers(1),
		Format: event.FormatOneOnOne, Channel: event.ChannelChat, ScheduledAt: o.now.AddSeconds(o.hours(2, 40)),
	}
	if o.chance(300) {
		meeting.Format = oneOf(&o.actor, event.FormatPanel, event.FormatTelephone)
		meeting.Channel, meeting.Interviewers = event.ChannelAudio, interviewers(int(o.between(2, 6)))
	}
	o.meet(meeting, c)
}

// interviewTogether meets all of the best at once who were taken up.
func (o *opening) interviewTogether(best []*candidate) {
	who := slices.DeleteFunc(slices.Clone(best), func(c *candidate) bool { return c.out || !c.takenUp })
	if !o.open || len(who) < 2 {
		return
	}
	meeting := aggregate.ScheduleInterview{
		Interview: o.actor.id(), Job: o.job, Interviewers: interviewers(1),
		Format: event.FormatGroup, Channel: event.ChannelVideo, ScheduledAt: o.now.AddSeconds(o.hours(2, 20)),
	}
	for _, c := range who {
		meeting.Proposals = append(meeting.Proposals, c.proposal)
	}
	o.meet(meeting, who...)
}

// meet schedules a meeting, puts it off now and then, and holds it unless somebody is
// out by then.
func (o *opening) meet(meeting aggregate.ScheduleInterview, who ...*candidate) {
	if o.do(meeting) != applied {
		return
	}
	at := meeting.ScheduledAt
	if later := at.AddSeconds(o.hours(2, 24)); o.chance(60) &&
		o.do(aggregate.RescheduleInterview{Interview: meeting.Interview, By: event.ActorClient, ScheduledAt: later}) == applied {
		at = later
	}
	o.plan(int64(at-o.now)+o.hours(0, 2), func() {
		if slices.ContainsFunc(who, func(c *candidate) bool { return c.out }) || !o.chance(880) {
			o.do(aggregate.CancelInterview{Interview: meeting.Interview, By: event.ActorClient})
			return
		}
		o.do(aggregate.HoldInterview{Interview: meeting.Interview})
	})
}

// interviewers are the client's own words for people.
func interviewers(n int) []event.Text {
	people := make([]event.Text, n)
	for i := range people {
		people[i] = event.Text("interviewer " + strconv.Itoa(i+1))
	}
	return people
}

// offer offers the work to the first candidate, and to the next one if nothing
// comes of it.
func (o *opening) offer(to []*candidate) {
	for len(to) > 0 && to[0].out {
		to = to[1:]
	}
	switch {
	case !o.open:
		return
	case len(to) == 0:
		o.shut(oneOf(&o.actor, event.CloseExpired, event.CloseCancelled))
		return
	}
	c := to[0]
	next := func() { o.offer(to[1:]) }
	k := o.agree(c.freelancer, o.kind)
	k.id = c.proposal
	switch o.do(k.offer(c.proposal)) {
	case applied:
		c.offered = true
	case aggregate.ClientSuspended:
		o.appeal()
		return
	default:
		o.plan(hour, next)
		return
	}
	wait, answers := c.soon()
	switch n := c.between(0, 999); {
	case o.chance(30):
		o.plan(o.hours(1, 48), func() {
			if c.offered && o.do(aggregate.WithdrawOffer{Proposal: c.proposal}) == applied {
				c.offered = false
				o.plan(o.hours(1, 24), next)
			}
		})
	case !answers && n < 700, n < 30:
		o.plan(8*day, func() { // it has expired
			c.offered = false
			next()
		})
	case n < 100:
		c.plan(wait, func() {
			if c.do(aggregate.DeclineOffer{Proposal: c.proposal}) == applied {
				c.offered = false
				o.plan(o.hours(1, 24), next)
			}
		})
	default:
		c.plan(min(wait, 6*day)+c.minutes(1, 60), func() {
			if c.do(aggregate.AcceptOffer{Proposal: c.proposal}) == applied {
				c.out, c.offered = true, false
				k.begin()
				o.filled()
			}
		})
	}
}

// filled ends the search: the others are told, or not.
func (o *opening) filled() {
	o.plan(o.hours(1, 48), func() {
		for _, c := range o.candidates {
			if !c.out && !c.offered && o.chance(550) {
				c.out = o.do(aggregate.DeclineProposal{Proposal: c.proposal}) == applied
			}
		}
		o.withdraw(event.WithdrawHiredOther, 400)
		if o.open && o.chance(970) {
			o.open = o.do(aggregate.CloseJob{Job: o.job, Reason: event.CloseFilled}) != applied
		}
	})
}

func (o *opening) shut(reason event.CloseReason) {
	if o.do(aggregate.CloseJob{Job: o.job, Reason: reason}) == applied {
		o.open = false
		o.withdraw(event.WithdrawJobClosed, 700)
	}
}
