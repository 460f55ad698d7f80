package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

func TestJobs(t *testing.T) {
	barred := clientDid(t0, &event.ClientBarred{Reason: event.SanctionTOS})
	closed := func(reason event.CloseReason) fact { return jobSaw(t0, &event.JobClosed{Reason: reason}) }
	removed := func(reason event.RemoveReason) fact { return jobSaw(t0, &event.JobRemoved{Reason: reason}) }
	rows := table{
		"a job is posted": given(accounts).when(t0, PostJob{job, client, event.KindHourly, "design", 4}).
			then(&event.JobPosted{Client: client, Kind: event.KindHourly, Category: "design", Connects: 4}).by(event.ActorClient),
		"D4 not by a barred client":          given(accounts, barred).when(t0, postJob).rejected(ClientSuspended),
		"its id is used once, even if final": given(posted, removed(event.RemoveOther)).when(t0, postJob).rejected(AlreadyExists),
		"C1 its id may be a client's": given(accounts).when(t0, PostJob{client, client, event.KindFixed, "", 0}).
			then(&event.JobPosted{Client: client, Kind: event.KindFixed}),
		"D4 a barred client's job is closed": given(posted, barred).when(t0, CloseJob{job, event.CloseCancelled}).
			then(&event.JobClosed{Reason: event.CloseCancelled}),
		"C2 posting is checked against no clock": given(facts{clientDid(aYearOn, &event.ClientRegistered{})}).when(t0, postJob).then(posted[2].events...),
		"E1 an invite to a job that was removed": given(posted, removed(event.RemoveTOS)).when(t0, sendInvite).then(invited(after(30, 0))),
		"F1 a contract of a job that was closed": given(posted, closed(event.CloseFilled)).when(t0, startFixed).then(fixed[2].events...),
		"a removed job is not removed again":     given(posted, removed(event.RemoveOther)).when(t0, RemoveJob{job, event.RemoveTOS}).rejected(WrongState),
		"a removed job is not closed":            given(posted, removed(event.RemoveOther)).when(t0, CloseJob{job, event.CloseFilled}).rejected(WrongState),
	}
	for reason, actor := range map[event.CloseReason]event.Actor{
		event.CloseFilled: event.ActorClient, event.CloseCancelled: event.ActorClient, event.CloseExpired: event.ActorTimer,
	} {
		rows["it is closed as "+string(reason)] = given(posted).when(t0, CloseJob{job, reason}).then(&event.JobClosed{Reason: reason}).by(actor)
		rows["once, "+string(reason)] = given(posted, closed(reason)).when(t0, CloseJob{job, event.CloseFilled}).rejected(WrongState)
		for _, why := range []event.RemoveReason{event.RemoveTOS, event.RemoveOther} {
			rows["it is removed for "+string(why)+", though "+string(reason)] = given(posted, closed(reason)).when(t0, RemoveJob{job, why}).
				then(&event.JobRemoved{Reason: why}).by(event.ActorPlatform)
		}
	}
	rows.run(t)
}

// TestSubmitProposal is what it costs, and when it is free.
func TestSubmitProposal(t *testing.T) {
	free := posted.and(jobSaw(t0))
	free[2] = jobSaw(t0, &event.JobPosted{Client: client, Kind: event.KindFixed})
	closed := jobSaw(t0, &event.JobClosed{Reason: event.CloseFilled})
	other := uuid.MustParse("10000000-0000-4000-8000-000000000002")
	otherJob := fact{event.JobStream(other), t0, events{&event.JobPosted{Client: client, Kind: event.KindFixed, Connects: 1}}}
	answer := edited(submitProposal, func(c *SubmitProposal) { c.Invite = invite })
	invitedTo := func(change func(*event.InviteSent), more ...event.Event) fact {
		e := invited(after(30, 0))
		change(e)
		return inviteSaw(t0, append(events{e, &event.InviteAccepted{CoverLetter: "Dear Ms."}, &event.ContactExchanged{}}, more...)...)
	}
	anInvite := invitedTo(func(*event.InviteSent) {})
	bid := proposing(event.ViaProposal, 6)
	bid.Bid = 50000

	table{
		"it is paid first": given(able).when(t0, submitProposal).
			then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 6)).by(event.ActorFreelancer),
		"with a bid": given(able).when(t0, edited(submitProposal, func(c *SubmitProposal) { c.Bid = ptr(event.Money(50000)) })).
			then(bid).after(spendConnects, spent(1, 6)),
		"it goes on where a crash came between": given(paid).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)),
		"also later, and with nothing left": given(able, freelancerDid(t0, spent(1, 6), &event.ConnectsSpent{Proposal: nobody, Job: job, Lot: 1, Amount: 4})).
			when(after(400, 0), submitProposal).then(proposing(event.ViaProposal, 6)),
		"going on writes no stream but its own": given(paid, freelancerDid(aYearOn, &event.PhoneVerified{})).
			when(t0, submitProposal).then(proposing(event.ViaProposal, 6)),
		"not when its job was closed between":   given(paid, closed).when(t0, submitProposal).rejected(WrongState),
		"not as a proposal to another job":      given(paid, otherJob).when(t0, edited(submitProposal, func(c *SubmitProposal) { c.Job = other })).rejected(WrongState),
		"what came back is to be paid again":    given(paid, freelancerDid(t0, returned(2, 6, aYearOn))).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 4), spent(2, 2)),
		"a job may cost nothing":                given(free).when(t0, submitProposal).then(proposing(event.ViaProposal, 0)),
		"then no other stream's clock counts":   given(free, freelancerDid(aYearOn, &event.PhoneVerified{})).when(t0, submitProposal).then(proposing(event.ViaProposal, 0)),
		"and Connects cannot be spent":          given(free).when(t0, spendConnects).rejected(WrongState),
		"D4 a suspended client's job":           given(able, clientDid(t0, &event.ClientSuspended{Reason: event.SanctionTOS})).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 6)),
		"D6 a freelancer on hold":               given(able, freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality})).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 6)),
		"E4 a cover letter of white space":      given(able).when(t0, edited(submitProposal, func(c *SubmitProposal) { c.CoverLetter = "\t\u2003" })).rejected(CoverLetterRequired),
		"A2 without letter to an unknown job":   given(accounts).when(t0, SubmitProposal{Proposal: proposal, Job: nobody, Freelancer: freelancer}).rejected(CoverLetterRequired),
		"A2 used id and too few Connects":       given(posted, proposalSaw(t0, proposing(event.ViaProposal, 6))).when(t0, submitProposal).rejected(AlreadyExists),
		"A2 closed job and too few Connects":    given(posted, closed).when(t0, submitProposal).rejected(WrongState),
		"one Connect too few":                   given(posted, freelancerDid(t0, granted(1, 5, aYearOn))).when(t0, submitProposal).rejected(NotEnoughConnects),
		"just enough":                           given(posted, freelancerDid(t0, granted(1, 6, aYearOn))).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 6)),
		"none at all":                           given(posted).when(t0, submitProposal).rejected(NotEnoughConnects),
		"C3 Connects in their last second":      given(able).when(aYearOn-1, submitProposal).then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 6)),
		"C3 Connects exactly at expires_at":     given(able).when(aYearOn, submitProposal).rejected(NotEnoughConnects),
		"an accepted invite makes it free":      given(posted, anInvite).when(t0, answer).then(proposing(event.ViaInvite, 0)).by(event.ActorFreelancer),
		"and no other stream's clock counts":    given(posted, anInvite, freelancerDid(aYearOn, &event.PhoneVerified{})).when(t0, answer).then(proposing(event.ViaInvite, 0)),
		"unless it was paid before":             given(paid, anInvite).when(t0, answer).rejected(WrongState),
		"an open invite does not":               given(able, sent[2]).when(t0, answer).rejected(WrongState),
		"an archived invite does not":           given(able, sent[2], inviteSaw(t0, &event.InviteArchived{})).when(t0, answer).rejected(WrongState),
		"a declined invite does not":            given(able, sent[2], inviteSaw(t0, &event.InviteDeclined{})).when(t0, answer).rejected(WrongState),
		"an unknown invite does not":            given(able).when(t0, answer).rejected(NotFound),
		"nor one to another job":                given(able, invitedTo(func(e *event.InviteSent) { e.Job = other })).when(t0, answer).rejected(NotFound),
		"nor one to another freelancer":         given(able, invitedTo(func(e *event.InviteSent) { e.Freelancer = nobody })).when(t0, answer).rejected(NotFound),
		"nor one of another client":             given(able, invitedTo(func(e *event.InviteSent) { e.Client = nobody })).when(t0, answer).rejected(NotFound),
		"an accepted invite to a closed job":    given(able, anInvite, closed).when(t0, answer).rejected(WrongState),
		"the job must be one that was posted":   given(accepted).when(t0, answer).rejected(NotFound),
		"a private freelancer proposes as well": given(able, freelancerDid(t0, &event.VisibilityChanged{Visibility: event.VisibilityPrivate})).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(spendConnects, spent(1, 6)),
	}.run(t)
}

// TestProposalStates is every command on a proposal in each of its states.
func TestProposalStates(t *testing.T) {
	type does struct {
		cmd   Command
		event event.Event
		actor event.Actor
	}
	scheduled := ScheduleInterview{proposal, event.FormatOneOnOne, event.ChannelInPerson, 2, after(-7, 0)} // written down later
	all := map[string]does{
		"withdraw": {WithdrawProposal{proposal, "busy"}, &event.ProposalWithdrawn{Reason: "busy"}, event.ActorFreelancer},
		"decline":  {DeclineProposal{proposal, ""}, &event.ProposalDeclined{}, event.ActorClient},
		"start":    {StartInterview{proposal}, &event.InterviewStarted{}, event.ActorClient},
		"schedule": {scheduled, &event.InterviewScheduled{Kind: event.FormatOneOnOne, Channel: event.ChannelInPerson, Participants: 2, ScheduledAt: after(-7, 0)}, event.ActorClient},
		"hold":     {HoldInterview{proposal, "friendly"}, &event.InterviewHeld{Notes: "friendly"}, event.ActorClient},
		"cancel":   {CancelInterview{proposal, "ill"}, &event.InterviewCancelled{Reason: "ill"}, event.ActorClient},
		"make":     {makeOffer, offer(after(7, 0)), event.ActorClient},
		"accept":   {AcceptOffer{proposal, contract}, &event.OfferAccepted{Contract: contract}, event.ActorFreelancer},
		"refuse":   {DeclineOffer{proposal, "too little"}, &event.OfferDeclined{Reason: "too little"}, event.ActorFreelancer},
		"take":     {WithdrawOffer{proposal, ""}, &event.OfferWithdrawn{}, event.ActorClient},
	}
	saw := func(past facts, e ...event.Event) facts { return past.and(proposalSaw(t0, e...)) }
	states := map[string]struct {
		past    facts
		allowed []string
	}{
		"submitted":           {proposed, []string{"withdraw", "decline", "start", "make"}},
		"in an interview":     {interviewing, []string{"withdraw", "decline", "schedule", "hold", "cancel", "make"}},
		"scheduled":           {saw(interviewing, &event.InterviewScheduled{}), []string{"withdraw", "decline", "schedule", "hold", "cancel", "make"}},
		"interviewed":         {saw(interviewing, &event.InterviewHeld{}), []string{"withdraw", "decline", "start", "make"}},
		"not interviewed":     {saw(interviewing, &event.InterviewCancelled{}), []string{"withdraw", "decline", "start", "make"}},
		"offered":             {offerOpen, []string{"start", "accept", "refuse", "take"}},
		"both":                {saw(interviewing, offer(after(7, 0))), []string{"schedule", "hold", "cancel", "accept", "refuse", "take"}},
		"refused":             {saw(offerOpen, &event.OfferDeclined{}), []string{"withdraw", "decline", "start", "make"}},
		"taken back":          {saw(offerOpen, &event.OfferWithdrawn{}), []string{"withdraw", "decline", "start", "make"}},
		"with a late offer":   {saw(offerOpen, &event.OfferExpired{}), []string{"withdraw", "decline", "start", "make"}},
		"hired":               {saw(offerOpen, &event.OfferAccepted{Contract: nobody}), nil},
		"hired in interview":  {saw(interviewing, offer(after(7, 0)), &event.OfferAccepted{Contract: nobody}), nil},
		"withdrawn":           {saw(proposed, &event.ProposalWithdrawn{}), nil},
		"declined":            {saw(proposed, &event.ProposalDeclined{}), nil},
		"declined, interview": {saw(interviewing, &event.ProposalDeclined{}), nil},
	}
	rows := table{}
	for state, s := range states {
		for name, do := range all {
			rows[state+": "+name] = given(s.past).when(t0, do.cmd).rejected(WrongState)
		}
		for _, name := range s.allowed {
			do := all[name]
			rows[state+": "+name] = given(s.past).when(t0, do.cmd).then(do.event).by(do.actor)
		}
	}
	rows.run(t)
}

func TestOffers(t *testing.T) {
	pastBarred := clientDid(t0, &event.ClientBarred{Reason: event.SanctionFraud})
	closed := jobSaw(t0, &event.JobClosed{Reason: event.CloseFilled})
	removed := jobSaw(t0, &event.JobRemoved{Reason: event.RemoveTOS})
	price := MakeOffer{Proposal: proposal, Kind: event.KindFixed, Amount: ptr(event.Money(80000)), Message: "Welcome"}
	change := func(f func(*MakeOffer)) MakeOffer { return edited(price, f) }
	manual := offer(after(7, 0))
	manual.ManualTimeAllowed = true
	accept, expire := AcceptOffer{proposal, uuid.Nil}, ExpireOffer{proposal}
	expired := proposalSaw(offerExpires, &event.OfferExpired{})

	rows := table{
		"a price for all of it": given(proposed).when(t0, price).
			then(&event.OfferMade{Kind: event.KindFixed, Amount: 80000, ExpiresAt: after(7, 0), Message: "Welcome"}).by(event.ActorClient),
		"with manual time":          given(proposed).when(t0, edited(makeOffer, func(c *MakeOffer) { c.ManualTimeAllowed = ptr(true) })).then(manual),
		"F2 a price and a rate":     given(proposed).when(t0, change(func(c *MakeOffer) { c.HourlyRate = ptr(event.Money(1)) })).rejected(Invalid),
		"F2 a price and a limit":    given(proposed).when(t0, change(func(c *MakeOffer) { c.WeeklyLimitMinutes = ptr(int64(1)) })).rejected(Invalid),
		"F2 a price, manual time":   given(proposed).when(t0, change(func(c *MakeOffer) { c.ManualTimeAllowed = ptr(false) })).rejected(Invalid),
		"F2 no price":               given(proposed).when(t0, change(func(c *MakeOffer) { c.Amount = nil })).rejected(Invalid),
		"F2 a price of 0":           given(proposed).when(t0, change(func(c *MakeOffer) { c.Amount = ptr(event.Money(0)) })).rejected(InvalidAmount),
		"F2 hourly with a price":    given(proposed).when(t0, edited(makeOffer, func(c *MakeOffer) { c.Amount = ptr(event.Money(1)) })).rejected(Invalid),
		"F2 hourly without a rate":  given(proposed).when(t0, edited(makeOffer, func(c *MakeOffer) { c.HourlyRate = nil })).rejected(Invalid),
		"F2 hourly without a limit": given(proposed).when(t0, edited(makeOffer, func(c *MakeOffer) { c.WeeklyLimitMinutes = nil })).rejected(Invalid),
		"F2 a limit of 0":           given(proposed).when(t0, edited(makeOffer, func(c *MakeOffer) { c.WeeklyLimitMinutes = ptr(int64(0)) })).rejected(Invalid),

		"D4 a barred client makes none":             given(proposed, pastBarred).when(t0, makeOffer).rejected(ClientSuspended),
		"D4 a barred client's offer is accepted":    given(offerOpen, pastBarred).when(t0, accept).then(&event.OfferAccepted{Contract: proposal}),
		"D4 a barred client interviews":             given(proposed, pastBarred).when(t0, StartInterview{proposal}).then(&event.InterviewStarted{}),
		"none for a closed job":                     given(proposed, closed).when(t0, makeOffer).rejected(WrongState),
		"none for a removed job":                    given(proposed, removed).when(t0, makeOffer).rejected(WrongState),
		"one that is open outlives the job":         given(offerOpen, closed).when(t0, accept).then(&event.OfferAccepted{Contract: proposal}),
		"interviews go on without the job":          given(interviewing, closed).when(t0, HoldInterview{proposal, ""}).then(&event.InterviewHeld{}),
		"the contract has the proposal's id":        given(offerOpen).when(t0, accept).then(&event.OfferAccepted{Contract: proposal}).by(event.ActorFreelancer),
		"or one that is given":                      given(offerOpen).when(t0, AcceptOffer{proposal, contract}).then(&event.OfferAccepted{Contract: contract}),
		"which is not in use":                       given(offerOpen, fixed[2]).when(t0, AcceptOffer{proposal, contract}).rejected(AlreadyExists),
		"nor is the proposal's":                     given(offerOpen, fact{event.ContractStream(proposal), t0, fixed[2].events}).when(t0, accept).rejected(AlreadyExists),
		"another offer after one that expired":      given(offerOpen, expired).when(offerExpires, makeOffer).then(offer(after(14, 0))),
		"none beside one past its time":             given(offerOpen).when(offerExpires, makeOffer).rejected(WrongState),
		"another after one that was declined":       given(offerOpen, proposalSaw(t0, &event.OfferDeclined{})).when(after(1, 0), makeOffer).then(offer(after(8, 0))),
		"C3 it expires exactly at expires_at":       given(offerOpen).when(offerExpires, expire).then(&event.OfferExpired{}).by(event.ActorTimer),
		"C3 not a second before":                    given(offerOpen).when(offerExpires-1, expire).rejected(TooEarly),
		"C3 and later as well":                      given(offerOpen).when(after(99, 0), expire).then(&event.OfferExpired{}),
		"E3 once":                                   given(offerOpen, expired).when(offerExpires, expire).rejected(WrongState),
		"E3 not when it was accepted":               given(offerOpen, proposalSaw(t0, &event.OfferAccepted{})).when(offerExpires, expire).rejected(WrongState),
		"E3 an expired one is not accepted":         given(offerOpen, expired).when(offerExpires, accept).rejected(WrongState),
		"a second offer has a time of its own":      given(offerOpen, expired, proposalSaw(offerExpires, offer(after(14, 0)))).when(after(14, -1), accept).then(&event.OfferAccepted{Contract: proposal}),
		"a second offer is not late for the second": given(offerOpen, expired, proposalSaw(offerExpires, offer(after(14, 0)))).when(after(14, -1), expire).rejected(TooEarly),
	}
	for name, c := range map[string]Command{"acceptance": accept, "refusal": DeclineOffer{proposal, ""}, "withdrawal": WithdrawOffer{proposal, ""}} {
		rows["C3 "+name+" exactly at expires_at"] = given(offerOpen).when(offerExpires, c).rejected(Expired)
		rows["E3 "+name+" of a settled one after its time"] = given(offerOpen, proposalSaw(t0, &event.OfferDeclined{})).when(offerExpires, c).rejected(WrongState)
	}
	rows.run(t)
}
