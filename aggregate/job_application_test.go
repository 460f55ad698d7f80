package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// otherProposal is one more of the freelancer.
var otherProposal = uuid.MustParse("60000000-0000-4000-8000-000000000009")

// TestSubmitProposal is what a proposal costs, when it is free and where it goes on.
func TestSubmitProposal(t *testing.T) {
	free := posted.and(jobSaw(t0))
	free[2] = jobSaw(t0, &event.JobPosted{Client: client, Kind: event.KindFixed})
	otherJob := fact{event.JobStream(job2), t0, events{&event.JobPosted{Client: client, Kind: event.KindFixed, Connects: 1}}}
	answer := edited(submitProposal, func(c *SubmitProposal) { c.Invite = invite })
	applyBy := edited(apply, func(c *jobApplication) { c.Invite = invite })
	byInvite := &event.JobApplied{Job: job, Proposal: proposal, Invite: invite}
	invitedTo := func(change func(*event.InviteSent)) fact {
		e := invited(after(30, 0))
		change(e)
		return inviteSaw(t0, e, &event.InviteAccepted{CoverLetter: "Dear Ms."}, &event.ContactExchanged{})
	}
	anInvite := invitedTo(func(*event.InviteSent) {})
	bid := editedEvent(proposing(event.ViaProposal, 6), func(e *event.ProposalSubmitted) { e.Bid = 50000 })
	hold := func(blocks ...event.HoldBlock) fact {
		return freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality, Blocks: blocks})
	}
	closed := closedJob(event.CloseFilled)

	table{
		"it is paid first": given(able).when(t0, submitProposal).
			then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)).by(event.ActorFreelancer),
		"with a bid": given(able).when(t0, edited(submitProposal, func(c *SubmitProposal) { c.Bid = ptr(event.Money(50000)) })).
			then(bid).after(apply, applying(6), spent(1, 6)),
		"N4 it goes on where a crash came between": given(paid).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)),
		"N4 also later, and with nothing left": given(paid, freelancerDid(t0, &event.JobApplied{Proposal: nobody, Job: nobody, Connects: 4}, &event.ConnectsSpent{Proposal: nobody, Job: nobody, Lot: 1, Amount: 4})).
			when(after(400, 0), submitProposal).then(proposing(event.ViaProposal, 6)),
		"N4 going on writes no stream but its own": given(paid, freelancerDid(aYearOn, &event.PhoneVerified{})).
			when(t0, submitProposal).then(proposing(event.ViaProposal, 6)),
		"N4 not when its job was closed between": given(paid, closed).when(t0, submitProposal).rejected(WrongState),
		"N4 not as a proposal to another job":    given(paid, otherJob).when(t0, edited(submitProposal, func(c *SubmitProposal) { c.Job = job2 })).rejected(WrongState),
		"N4 not as one by an invite":             given(paid, anInvite).when(t0, answer).rejected(WrongState),
		"N4 not as one without its invite":       given(able, anInvite, freelancerDid(t0, byInvite)).when(t0, submitProposal).rejected(WrongState),
		"N4 what came back is to be paid again": given(paid, freelancerDid(t0, returned(2, 6, aYearOn))).when(t0, submitProposal).
			then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 4), spent(2, 2)),
		"S1 of the first edition it goes on too": given(able, freelancerDid(t0, spent(1, 6))).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)),
		"a job may cost nothing":                 given(free).when(t0, submitProposal).then(proposing(event.ViaProposal, 0)).after(apply, applying(0)),
		"C2 the account's clock counts then":     given(free, freelancerDid(aYearOn, &event.PhoneVerified{})).when(t0, submitProposal).rejected(OutOfOrder),

		"D4 a suspended client's job":     given(able, clientDid(t0, &event.ClientSuspended{Reason: event.SanctionTOS})).when(t0, submitProposal).rejected(ClientSuspended),
		"D4 a suspended freelancer":       given(able, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, submitProposal).rejected(FreelancerSuspended),
		"D6 a hold that blocks proposals": given(able, hold(event.BlockProposals)).when(t0, submitProposal).rejected(OnHold),
		"D6 a hold that blocks others":    given(able, hold(event.BlockContracts, event.BlockSearch)).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)),
		"D6 a hold, though it was paid":   given(paid, hold(event.BlockProposals)).when(t0, submitProposal).rejected(OnHold),
		"D6 a private freelancer":         given(able, freelancerDid(t0, &event.VisibilityChanged{Visibility: event.VisibilityPrivate})).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)),
		"D7 the freelancer's terms count": given(able, freelancerDid(t0, &event.TermsAccepted{Version: "2"})).when(t0, submitProposal).under(func(t *Terms) { t.RequiredVersion = "2" }).then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)),
		"D7 not the client's":             given(able, clientDid(t0, &event.TermsAccepted{Version: "2"})).when(t0, submitProposal).under(func(t *Terms) { t.RequiredVersion = "2" }).rejected(TermsNotAccepted),

		"E4 a cover letter of white space":    given(able).when(t0, edited(submitProposal, func(c *SubmitProposal) { c.CoverLetter = "\t\u2003" })).rejected(CoverLetterRequired),
		"A2 without letter to an unknown job": given(accounts).when(t0, SubmitProposal{Proposal: proposal, Job: nobody, Freelancer: freelancer}).rejected(CoverLetterRequired),
		"A2 used id and too few Connects":     given(posted, proposalSaw(t0, proposing(event.ViaProposal, 6))).when(t0, submitProposal).rejected(AlreadyExists),
		"A2 closed job and too few Connects":  given(posted, closed).when(t0, submitProposal).rejected(WrongState),
		"one Connect too few":                 given(posted, freelancerDid(t0, granted(1, 5, aYearOn))).when(t0, submitProposal).rejected(NotEnoughConnects),
		"just enough":                         given(posted, freelancerDid(t0, granted(1, 6, aYearOn))).when(t0, submitProposal).then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)),
		"none at all":                         given(posted).when(t0, submitProposal).rejected(NotEnoughConnects),
		"C3 Connects in their last second":    given(able).when(aYearOn-1, submitProposal).then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(1, 6)),
		"N5 Connects exactly at expires_at":   given(able).when(aYearOn, submitProposal).rejected(NotEnoughConnects),
		"N5 two lots, one ends in the second": given(able, freelancerDid(t0, granted(2, 6, aYearOn+1))).when(aYearOn, submitProposal).then(proposing(event.ViaProposal, 6)).after(apply, applying(6), spent(2, 6)),

		"an accepted invite makes it free":      given(posted, anInvite).when(t0, answer).then(proposing(event.ViaInvite, 0)).after(applyBy, byInvite).by(event.ActorFreelancer),
		"C2 the account's clock counts too":     given(posted, anInvite, freelancerDid(aYearOn, &event.PhoneVerified{})).when(t0, answer).rejected(OutOfOrder),
		"an open invite does not":               given(able, sent[2]).when(t0, answer).rejected(WrongState),
		"an archived invite does not":           given(able, sent[2], inviteSaw(t0, &event.InviteArchived{})).when(t0, answer).rejected(WrongState),
		"a declined invite does not":            given(able, sent[2], inviteSaw(t0, &event.InviteDeclined{})).when(t0, answer).rejected(WrongState),
		"N3 an unknown invite does not":         given(able).when(t0, answer).rejected(NotFound),
		"N3 nor one to another job":             given(able, invitedTo(func(e *event.InviteSent) { e.Job = job2 })).when(t0, answer).rejected(NotFound),
		"N3 nor one to another freelancer":      given(able, invitedTo(func(e *event.InviteSent) { e.Freelancer = nobody })).when(t0, answer).rejected(NotFound),
		"N3 nor one of another client":          given(able, invitedTo(func(e *event.InviteSent) { e.Client = nobody })).when(t0, answer).rejected(NotFound),
		"M1 another job's before not accepted":  given(able, inviteSaw(t0, editedEvent(invited(after(30, 0)), func(e *event.InviteSent) { e.Job = job2 }))).when(t0, answer).rejected(NotFound),
		"an accepted invite to a closed job":    given(able, anInvite, closed).when(t0, answer).rejected(WrongState),
		"the job must be one that was posted":   given(accepted).when(t0, answer).rejected(NotFound),
		"N10 a contract has its id":             given(able, fact{event.ContractStream(proposal), t0, fixed[2].events}).when(t0, submitProposal).rejected(AlreadyExists),
		"N10 a closed offer of a contract, too": given(able, fact{event.ContractStream(proposal), t0, contractOffer.and(offerTakenBack)[2].events}).when(t0, submitProposal).rejected(AlreadyExists),
		"N10 nor the other way round":           given(proposed).when(t0, edited(offerContract, func(c *OfferContract) { c.Contract = proposal })).rejected(AlreadyExists),
	}.run(t)
}

// TestAnswers is fine print N3: as many answers as questions.
func TestAnswers(t *testing.T) {
	questions := able.and(jobSaw(t0, &event.JobEdited{Connects: ptr(event.Connects(0)), Questions: []event.Text{"When?", "Why?"}}), accepted[2], accepted[3])
	of := func(invite uuid.UUID, answers ...event.Text) SubmitProposal {
		return edited(submitProposal, func(c *SubmitProposal) { c.Invite, c.Answers = invite, answers })
	}
	said := func(via event.Via, answers ...event.Text) *event.ProposalSubmitted {
		return editedEvent(proposing(via, 0), func(e *event.ProposalSubmitted) { e.Answers = answers })
	}
	byInvite := &event.JobApplied{Job: job, Proposal: proposal, Invite: invite}
	applyBy := edited(apply, func(c *jobApplication) { c.Invite = invite })
	table{
		"two for two":                    given(questions).when(t0, of(uuid.Nil, "Soon", "")).then(said(event.ViaProposal, "Soon", "")).after(apply, applying(0)),
		"one for two":                    given(questions).when(t0, of(uuid.Nil, "Soon")).rejected(AnswersRequired),
		"three for two":                  given(questions).when(t0, of(uuid.Nil, "Soon", "a", "b")).rejected(AnswersRequired),
		"none for two":                   given(questions).when(t0, of(uuid.Nil)).rejected(AnswersRequired),
		"N3 none by an invite":           given(questions).when(t0, of(invite)).then(said(event.ViaInvite)).after(applyBy, byInvite),
		"N3 given ones count":            given(questions).when(t0, of(invite, "Soon")).rejected(AnswersRequired),
		"N3 an empty list is given":      given(questions).when(t0, edited(of(invite), func(c *SubmitProposal) { c.Answers = []event.Text{} })).rejected(AnswersRequired),
		"M1 a closed job before answers": given(questions, closedJob(event.CloseFilled)).when(t0, of(uuid.Nil)).rejected(WrongState),
		"M1 answers before Connects":     given(posted).when(t0, of(uuid.Nil, "Soon")).rejected(AnswersRequired),
		"N4 also where it goes on":       given(paid).when(t0, of(uuid.Nil, "Soon")).rejected(AnswersRequired),
	}.run(t)
}

// TestOnce is fine print N4: a freelancer proposes once to a job.
func TestOnce(t *testing.T) {
	second := edited(submitProposal, func(c *SubmitProposal) { c.Proposal = otherProposal })
	applySecond := edited(apply, func(c *jobApplication) { c.Proposal = otherProposal })
	wants := func(connects event.Connects, lots ...*event.ConnectsSpent) []event.Event {
		all := []event.Event{&event.JobApplied{Job: job, Proposal: otherProposal, Connects: connects}}
		for _, l := range lots {
			all = append(all, l)
		}
		return all
	}
	takes := func(lot int, amount event.Connects) *event.ConnectsSpent {
		return &event.ConnectsSpent{Proposal: otherProposal, Job: job, Lot: lot, Amount: amount}
	}
	more := freelancerDid(t0, granted(2, 9, aYearOn))
	lost := paid.and(more) // its proposal never came to be
	of := func(change func(*event.ProposalSubmitted)) fact {
		return proposalSaw(t0, editedEvent(proposing(event.ViaProposal, 6), change))
	}
	goesOn := func(past past, at event.Time) test {
		return given(past).when(at, second).then(proposing(event.ViaProposal, 6)).after(applySecond, wants(6, takes(1, 4), takes(2, 2))...)
	}
	table{
		"N4 not beside another":              given(proposed, more).when(t0, second).rejected(AlreadyExists),
		"N4 for good":                        given(proposed, more).when(aYearOn-1, second).rejected(AlreadyExists),
		"N4 not after a withdrawal":          given(proposed, more, proposalSaw(t0, &event.ProposalWithdrawn{})).when(after(9, 0), second).rejected(AlreadyExists),
		"N4 not after a decline":             given(proposed, more, proposalSaw(t0, &event.ProposalDeclined{})).when(after(9, 0), second).rejected(AlreadyExists),
		"N4 not while it may be on its way":  given(lost).when(t0, second).rejected(AlreadyExists),
		"N4 not a second before the day":     given(lost).when(after(1, -1), second).rejected(AlreadyExists),
		"N4 a day later it does not count":   goesOn(lost, after(1, 0)),
		"N4 where the id became another's":   goesOn(lost.and(of(func(e *event.ProposalSubmitted) { e.Freelancer = nobody })), after(1, 0)),
		"N4 where it went to another job":    goesOn(lost.and(of(func(e *event.ProposalSubmitted) { e.Job = job2 })), after(1, 0)),
		"N4 to another job at once":          given(lost, fact{event.JobStream(job2), t0, events{&event.JobPosted{Client: client, Kind: event.KindFixed}}}).when(t0, edited(second, func(c *SubmitProposal) { c.Job = job2 })).then(editedEvent(proposing(event.ViaProposal, 0), func(e *event.ProposalSubmitted) { e.Job = job2 })).after(edited(applySecond, func(c *jobApplication) { c.Job = job2 }), &event.JobApplied{Job: job2, Proposal: otherProposal}),
		"M1 before the account's clock":      given(proposed, more, freelancerDid(after(2, 0), &event.PhoneVerified{})).when(t0, second).rejected(AlreadyExists),
		"M1 after a job that is not there":   given(proposed, more).when(t0, edited(second, func(c *SubmitProposal) { c.Job = nobody })).rejected(NotFound),
		"S1 of the first edition it counts":  given(able, freelancerDid(t0, spent(1, 6)), more, proposalSaw(t0, proposing(event.ViaProposal, 6))).when(after(1, 0), second).rejected(AlreadyExists),
		"S1 by an invite it is not known":    given(able, more, proposalSaw(t0, proposing(event.ViaInvite, 0))).when(t0, second).then(proposing(event.ViaProposal, 6)).after(applySecond, wants(6, takes(1, 6))...),
		"N4 also where what it took is back": given(proposed, more, freelancerDid(t0, returned(3, 6, aYearOn))).when(after(2, 0), second).rejected(AlreadyExists),
	}.run(t)
}
