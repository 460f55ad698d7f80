package aggregate

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

// TestEvolveRefuses is what cannot stand where it is, by the rule that it
// would break. Every row's past can be.
func TestEvolveRefuses(t *testing.T) {
	type row struct {
		past   facts
		broken fact
	}
	sawContract := func(past facts, e ...event.Event) row { return row{past, contractSaw(t0, e...)} }
	sawJob := func(past facts, e ...event.Event) row { return row{past, jobSaw(t0, e...)} }
	sawProposal := func(past facts, e ...event.Event) row { return row{past, proposalSaw(t0, e...)} }
	sawFreelancer := func(past facts, e ...event.Event) row { return row{past, freelancerDid(t0, e...)} }
	sawInvite := func(past facts, e ...event.Event) row { return row{past, inviteSaw(t0, e...)} }
	half := sent.and(inviteSaw(t0, &event.InviteAccepted{}))
	done := half.and(inviteSaw(t0, &event.ContactExchanged{}))
	barred := accounts.and(clientDid(t0, &event.ClientBarred{}))
	open := milestones.and(disputed)
	ratedPublic := rated.all().and(published)
	start := func(change func(*event.ContractStarted)) *event.ContractStarted {
		e := *hourly[2].events[0].(*event.ContractStarted)
		change(&e)
		return &e
	}
	for name, r := range map[string]row{
		"time goes back":                   {fixed, contractSaw(t0-1, &event.BonusPaid{Amount: 1})},
		"an account opened twice":          {accounts, clientDid(t0, &event.ClientRegistered{})},
		"an account not opened":            {nil, clientDid(t0, &event.ClientBarred{})},
		"a freelancer opened twice":        {accounts, freelancerDid(t0, &event.FreelancerRegistered{})},
		"an invite opened twice":           {sent, inviteSaw(t0, sent[2].events...)},
		"an event of another family":       {accounts, clientDid(t0, &event.BonusPaid{Amount: 1})},
		"a freelancer's event on a client": {accounts, clientDid(t0, &event.HoldPlaced{Kind: event.HoldPayment})},
		"a client's identity twice":        {accounts, clientDid(t0, &event.IdentityVerified{}, &event.IdentityVerified{})},
		"a client's phone revoked":         {accounts, clientDid(t0, &event.PhoneVerificationRevoked{})},
		"an import's event":                {accounts, freelancerDid(t0, &event.ImportLineRejected{})},
		"a bar after the bar":              {barred, clientDid(t0, &event.ClientBarred{})},
		"a reinstatement after the bar":    {barred, clientDid(t0, &event.ClientReinstated{})},
		"a suspension after the bar":       {barred, clientDid(t0, &event.ClientSuspended{})},
		"a payment method verified twice":  {accounts, clientDid(t0, &event.PaymentMethodVerified{}, &event.PaymentMethodVerified{})},
		"a flag lifted that is not there":  {accounts, clientDid(t0, &event.ClientFlagLifted{})},
		"a hold lifted that is not there":  {accounts, freelancerDid(t0, &event.HoldLifted{Kind: event.HoldPayment})},
		"a hold placed twice":              {accounts, freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldPayment}, &event.HoldPlaced{Kind: event.HoldPayment, Blocks: []event.HoldBlock{event.BlockSearch}})},
		"a freelancer suspended twice":     {accounts, freelancerDid(t0, &event.FreelancerSuspended{}, &event.FreelancerSuspended{})},
		"an active one reinstated":         {accounts, freelancerDid(t0, &event.FreelancerReinstated{})},
		"a closed one suspended":           {accounts, freelancerDid(t0, &event.FreelancerClosed{}, &event.FreelancerSuspended{})},
		"a closed one reinstated":          {accounts, freelancerDid(t0, &event.FreelancerClosed{}, &event.FreelancerReinstated{})},
		"an account closed twice":          {accounts, freelancerDid(t0, &event.FreelancerClosed{}, &event.FreelancerClosed{})},
		"an identity revoked again":        {accounts, freelancerDid(t0, &event.IdentityVerificationRevoked{})},
		"a phone verified twice":           {accounts, freelancerDid(t0, &event.PhoneVerified{}, &event.PhoneVerified{})},

		"a badge awarded twice":          sawFreelancer(accounts, &event.BadgeAwarded{Badge: event.BadgeTopRated}, &event.BadgeAwarded{Badge: event.BadgeTopRated}),
		"a badge lost that is not there": sawFreelancer(accounts, &event.BadgeAwarded{Badge: event.BadgeTopRated}, &event.BadgeLost{Badge: event.BadgeTopRatedPlus}),
		"the first lot is not 1":         sawFreelancer(accounts, granted(2, 1, aYearOn)),
		"a lot's number again":           sawFreelancer(able, granted(1, 1, aYearOn)),
		"a lot's number left out":        sawFreelancer(able, &event.ConnectsPurchased{Lot: 3, Amount: 1, ExpiresAt: aYearOn}),
		"a grant of 0":                   sawFreelancer(able, granted(2, 0, aYearOn)),
		"a grant below 0":                sawFreelancer(able, granted(2, -1, aYearOn)),
		"a grant of too many":            sawFreelancer(able, granted(2, MaxConnects+1, aYearOn)),
		"more spent than held":           sawFreelancer(able, spent(1, 11)),
		"more spent than is left":        sawFreelancer(able, spent(1, 6), spent(1, 5)),
		"nothing spent":                  sawFreelancer(able, spent(1, 0)),
		"spent below 0":                  sawFreelancer(able, spent(1, -1)),
		"spent from an unknown lot":      sawFreelancer(able, spent(2, 1)),
		"spent from an empty lot":        sawFreelancer(able, spent(1, 10), spent(1, 1)),
		"spent from an expired lot":      {able, freelancerDid(aYearOn, spent(1, 1))},
		"a proposal to two jobs":         sawFreelancer(paid, &event.ConnectsSpent{Proposal: proposal, Job: nobody, Lot: 1, Amount: 1}),
		"returned though not spent":      sawFreelancer(able, returned(2, 6, aYearOn)),
		"returned twice":                 sawFreelancer(paid, returned(2, 6, aYearOn), returned(3, 6, aYearOn)),
		"returned in part":               sawFreelancer(paid, returned(2, 5, aYearOn)),
		"returned into an old lot":       sawFreelancer(paid, returned(1, 6, aYearOn)),
		"expired in part":                sawFreelancer(able, &event.ConnectsExpired{Lot: 1, Amount: 9}),
		"an empty lot expires":           sawFreelancer(able, &event.ConnectsExpired{Lot: 1, Amount: 10}, &event.ConnectsExpired{Lot: 1, Amount: 0}),

		"an application twice":             sawFreelancer(paid, applying(6)),
		"an application below 0":           sawFreelancer(able, applying(-1)),
		"more spent than it costs":         sawFreelancer(able, applying(3), spent(1, 4)),
		"the month's allowance twice":      sawFreelancer(accounts, allowance(1, "2016-01"), allowance(2, "2016-01")),
		"a job edited when closed":         sawJob(posted, &event.JobClosed{}, &event.JobEdited{Title: "late"}),
		"a price edited too high":          sawJob(posted, &event.JobEdited{Connects: ptr(MaxJobConnects + 1)}),
		"a job reported twice":             sawJob(posted, &event.JobReported{Freelancer: freelancer}, &event.JobReported{Freelancer: freelancer}),
		"a report when removed":            sawJob(posted, &event.JobRemoved{}, &event.JobReported{Freelancer: freelancer}),
		"a question asked twice":           sawJob(asked, &event.QuestionAsked{Question: question}),
		"a question when closed":           sawJob(posted, &event.JobClosed{}, &event.QuestionAsked{Question: question}),
		"an answer to no question":         sawJob(posted, &event.QuestionAnswered{Question: question}),
		"a question answered twice":        sawJob(asked, &event.QuestionAnswered{Question: question}, &event.QuestionAnswered{Question: question}),
		"an answer when closed":            sawJob(asked, &event.JobClosed{}, &event.QuestionAnswered{Question: question}),
		"contacts of a proposal twice":     sawProposal(interviewing, &event.ContactExchanged{}),
		"a meeting scheduled twice":        {meeting, interviewSaw(t0, scheduled(t0))},
		"a meeting not scheduled":          {interviewing, interviewSaw(t0, &event.InterviewHeld{})},
		"a meeting held too early":         {meeting, interviewSaw(t0, &event.InterviewHeld{})},
		"a meeting held when cancelled":    {meeting, interviewSaw(after(2, 0), &event.InterviewCancelled{}, &event.InterviewHeld{})},
		"a meeting moved when held":        {meeting, interviewSaw(after(2, 0), &event.InterviewHeld{}, &event.InterviewRescheduled{})},
		"an offer in a meeting":            {meeting, interviewSaw(t0, offer(aYearOn))},
		"a job posted twice":               sawJob(posted, posted[2].events...),
		"a job closed twice":               sawJob(posted, &event.JobClosed{}, &event.JobClosed{}),
		"a job closed when removed":        sawJob(posted, &event.JobRemoved{}, &event.JobClosed{}),
		"a job removed twice":              sawJob(posted, &event.JobRemoved{}, &event.JobRemoved{}),
		"a job not posted":                 sawJob(accounts, &event.JobClosed{}),
		"a job's price below 0":            sawJob(accounts, &event.JobPosted{Connects: -1}),
		"a job's price too high":           sawJob(accounts, &event.JobPosted{Connects: MaxJobConnects + 1}),
		"a proposal in a job":              sawJob(posted, &event.ProposalDeclined{}),
		"a proposal's price below 0":       sawProposal(able, proposing(event.ViaProposal, -1)),
		"a proposal submitted twice":       sawProposal(proposed, proposing(event.ViaProposal, 6)),
		"a proposal not submitted":         sawProposal(able, &event.InterviewStarted{}),
		"a proposal withdrawn twice":       sawProposal(proposed, &event.ProposalWithdrawn{}, &event.ProposalWithdrawn{}),
		"a withdrawal after the decline":   sawProposal(proposed, &event.ProposalDeclined{}, &event.ProposalWithdrawn{}),
		"a withdrawal with an offer open":  sawProposal(offerOpen, &event.ProposalWithdrawn{}),
		"a decline with an offer open":     sawProposal(offerOpen, &event.ProposalDeclined{}),
		"an interview after the decline":   sawProposal(proposed, &event.ProposalDeclined{}, &event.InterviewStarted{}),
		"an interview in an interview":     sawProposal(interviewing, &event.InterviewStarted{}),
		"a schedule of no interview":       sawProposal(proposed, &event.InterviewScheduled{}),
		"no interview held":                sawProposal(proposed, &event.InterviewHeld{}),
		"an interview cancelled when held": sawProposal(interviewing, &event.InterviewHeld{}, &event.InterviewCancelled{}),
		"an offer beside an offer":         sawProposal(offerOpen, offer(aYearOn)),
		"an offer after the hire":          sawProposal(offerOpen, &event.OfferAccepted{}, offer(aYearOn)),
		"a second acceptance":              sawProposal(offerOpen, &event.OfferAccepted{}, &event.OfferAccepted{}),
		"no offer accepted":                sawProposal(proposed, &event.OfferAccepted{}),
		"an offer accepted when expired":   sawProposal(offerOpen, &event.OfferExpired{}, &event.OfferAccepted{}),
		"an offer withdrawn when declined": sawProposal(offerOpen, &event.OfferDeclined{}, &event.OfferWithdrawn{}),
		"an offer expired when withdrawn":  sawProposal(offerOpen, &event.OfferWithdrawn{}, &event.OfferExpired{}),
		"an invite in a proposal":          sawProposal(proposed, &event.InviteDeclined{}),

		"contacts before the acceptance":     sawInvite(sent, &event.ContactExchanged{}),
		"contacts of a declined invite":      sawInvite(sent, &event.InviteDeclined{}, &event.ContactExchanged{}),
		"contacts twice":                     sawInvite(done, &event.ContactExchanged{}),
		"a withdrawal before the contacts":   sawInvite(half, &event.InviteWithdrawn{}),
		"an expiry after the acceptance":     sawInvite(done, &event.InviteExpired{}),
		"an archive of an accepted invite":   sawInvite(done, &event.InviteArchived{}),
		"an archive of an archived invite":   sawInvite(sent, &event.InviteArchived{}, &event.InviteArchived{}),
		"a second answer":                    sawInvite(sent, &event.InviteDeclined{}, &event.InviteReported{}),
		"a contract's event in an invite":    sawInvite(sent, &event.ContractPaused{}),
		"an unknown kind":                    sawContract(accounts, start(func(e *event.ContractStarted) { e.Kind = "barter" })),
		"hourly without rate":                sawContract(accounts, start(func(e *event.ContractStarted) { e.HourlyRate = 0 })),
		"hourly with a limit of 0":           sawContract(accounts, start(func(e *event.ContractStarted) { e.WeeklyLimitMinutes = 0 })),
		"hourly with a limit below 0":        sawContract(accounts, start(func(e *event.ContractStarted) { e.WeeklyLimitMinutes = -1 })),
		"a pause of a paused contract":       sawContract(fixed, &event.ContractPaused{}, &event.ContractPaused{}),
		"a pause of an ended contract":       sawContract(endFixed, &event.ContractPaused{}),
		"a resumption of an active contract": sawContract(fixed, &event.ContractResumed{}),
		"a resumption during a dispute":      sawContract(open.and(paused), &event.ContractResumed{}),
		"an end during a dispute":            sawContract(fixed.and(disputed), endedBy(event.SideClient)),
		"an end with escrow":                 sawContract(milestones, endedBy(event.SideClient)),
		"a second end":                       sawContract(endFixed, endedBy(event.SideClient)),
		"a weekly limit on fixed":            sawContract(fixed, &event.WeeklyLimitChanged{WeeklyLimitMinutes: 1}),
		"a weekly limit of 0":                sawContract(hourly, &event.WeeklyLimitChanged{}),
		"a weekly limit after the end":       sawContract(endHourly, &event.WeeklyLimitChanged{WeeklyLimitMinutes: 1}),
		"hours on fixed":                     sawContract(fixed, &event.HoursPaid{Week: week1, Amount: 1}),
		"hours of 0":                         sawContract(hourly, &event.HoursPaid{Week: week1}),
		"an offer of no kind":                sawContract(accounts, offeredContract(func(e *event.ContractOffered) { e.Kind = "barter" })),
		"an hourly offer without a rate":     sawContract(accounts, offeredContract(func(e *event.ContractOffered) { e.Kind = event.KindHourly })),
		"an offer of a contract twice":       sawContract(contractOffer, offeredContract(func(*event.ContractOffered) {})),
		"an offer of what has started":       sawContract(fixed, offeredContract(func(*event.ContractOffered) {})),
		"an offer closed that is none":       sawContract(accounts, &event.ContractOfferClosed{}),
		"an offer closed twice":              sawContract(contractOffer.and(offerTakenBack), &event.ContractOfferClosed{}),
		"an offer closed when accepted":      sawContract(fixed, &event.ContractOfferClosed{}),
		"a start of a closed offer":          sawContract(contractOffer.and(offerTakenBack), fixed[2].events...),
		"a start on other terms":             sawContract(contractOffer, hourly[2].events...),
		"a start twice":                      sawContract(fixed, fixed[2].events...),
		"a bonus before the start":           sawContract(contractOffer, &event.BonusPaid{Amount: 1}),
		"a pause before the start":           sawContract(contractOffer, &event.ContractPaused{}),
		"hours refused without a dispute":    sawContract(billed, &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedRuled}),
		"hours refused during it":            sawContract(billed.and(overWeek), &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedRuled}),
		"hours refused for another cause":    sawContract(billed.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedRuled}),
		"hours refused of another week":      sawContract(billed.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, &event.HoursRefused{Week: week2, Amount: 1, Cause: event.RefusedLapsed}),
		"hours refused after the cancelling": sawContract(billed.and(cancelled), &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedAccepted}),
		"more hours refused than disputed":   sawContract(billed.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, &event.HoursRefused{Week: week1, Amount: 501, Cause: event.RefusedLapsed}),
		"no hours refused":                   sawContract(billed.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, &event.HoursRefused{Week: week1, Cause: event.RefusedLapsed}),
		"hours refused twice":                sawContract(billed.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedLapsed}, &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedLapsed}),
		"hours refused that are paid":        sawContract(billed.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, &event.HoursPaid{Week: week1, Amount: 500}, &event.HoursRefused{Week: week1, Amount: 1, Cause: event.RefusedLapsed}),
		"a week paid twice":                  sawContract(hourly, &event.HoursPaid{Week: week1, Amount: 1}, &event.HoursPaid{Week: week1, Amount: 1}),
		"hours during a dispute":             sawContract(hourly.and(overWeek), &event.HoursPaid{Week: week1, Amount: 1}),
		"a bonus of 0":                       sawContract(fixed, &event.BonusPaid{}),
		"sums beyond 64 bits":                sawContract(fixed, &event.BonusPaid{Amount: huge}, &event.BonusPaid{Amount: 1}),
		"milestones beyond 64 bits":          sawContract(milestones, &event.MilestoneAdded{Milestone: nobody, Amount: huge}),
		"more given back than paid":          sawContract(fixed, &event.BonusPaid{Amount: 5}, &event.RefundGiven{Amount: 6}),
		"a refund below 0":                   sawContract(fixed, &event.BonusPaid{Amount: 5}, &event.RefundGiven{Amount: -1}),
		"a refund of 0":                      sawContract(fixed, &event.BonusPaid{Amount: 5}, &event.RefundGiven{}),
		"an amount below 0":                  sawContract(fixed, &event.BonusPaid{Amount: -1}),

		"a milestone on hourly":             sawContract(hourly, add(unfunded)),
		"a milestone after the end":         sawContract(endFixed, add(unfunded)),
		"a milestone twice":                 sawContract(milestones, add(unfunded)),
		"a milestone of 0":                  sawContract(fixed, &event.MilestoneAdded{Milestone: unfunded}),
		"funds for an unknown milestone":    sawContract(fixed, fund(unfunded)),
		"funds twice":                       sawContract(milestones, fund(funded)),
		"funds in part":                     sawContract(milestones, &event.MilestoneFunded{Milestone: unfunded, Amount: 9999}),
		"funds during a dispute":            sawContract(open, fund(unfunded)),
		"work on an unfunded milestone":     sawContract(milestones, &event.WorkSubmitted{Milestone: unfunded}),
		"work while paused":                 sawContract(milestones.and(paused), &event.WorkSubmitted{Milestone: funded}),
		"changes to nothing":                sawContract(milestones, &event.ChangesRequested{Milestone: funded}),
		"a refund request twice":            sawContract(milestones, &event.EscrowRefundRequested{Milestone: requested}),
		"a refusal of nothing":              sawContract(milestones, &event.EscrowRefundRefused{Milestone: funded}),
		"more released than held":           sawContract(milestones, release(funded, 10001, event.ReleasedByClient)),
		"more released than is left":        sawContract(milestones, release(funded, 1, event.ReleasedByClient), release(funded, 10000, event.ReleasedByClient)),
		"a release of 0":                    sawContract(milestones, release(funded, 0, event.ReleasedByClient)),
		"a release below 0":                 sawContract(milestones, release(funded, -1, event.ReleasedByClient)),
		"a release from a closed milestone": sawContract(milestones, release(closed, 1, event.ReleasedByClient)),
		"a release of an unfunded one":      sawContract(milestones, release(unfunded, 10000, event.ReleasedByClient)),
		"a release under a refund request":  sawContract(milestones, release(requested, 1, event.ReleasedByClient)),
		"an auto release of nothing":        sawContract(milestones, release(funded, 10000, event.ReleasedAuto)),
		"a release during a dispute":        sawContract(open, release(funded, 10000, event.ReleasedByClient)),
		"more refunded than held":           sawContract(milestones, refund(requested, 10001, event.RefundLapsed)),
		"a refund that nobody requested":    sawContract(milestones, refund(funded, 10000, event.RefundAccepted)),
		"a refund from an unknown one":      sawContract(milestones, refund(nobody, 1, event.RefundByDispute)),
		"a refund during a dispute":         sawContract(open, refund(requested, 10000, event.RefundAccepted)),

		"hours during one of the first edition": sawContract(hourly.and(bare), &event.HoursPaid{Week: week1, Amount: 1}),
		"a dispute over a fixed one's week":     sawContract(fixed, disputeWeek(t0, dispute1, week1, 1)),
		"an hourly one's without a week":        sawContract(hourly, openDispute(dispute1, 1)),
		"a week that would be released":         sawContract(hourly, editedEvent(disputeWeek(t0, dispute1, week1, 1), func(e *event.DisputeOpened) { e.OnLapse = event.LapseReleases })),
		"a week disputed twice":                 sawContract(hourly.and(overWeek), disputeWeek(t0, dispute2, week1, 1)),
		"a week disputed when that lapsed":      sawContract(hourly.and(overWeek), &event.DisputeLapsed{Dispute: dispute1}, disputeWeek(t0, dispute2, week1, 1)),
		"a week disputed when it is paid":       sawContract(hourly, &event.HoursPaid{Week: week1, Amount: 1}, disputeWeek(t0, dispute2, week1, 1)),
		"a second dispute of the first edition": sawContract(hourly.and(bare), firstEdition(dispute2, 1)),
		"an answer when it was accepted":        sawContract(open, &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerAccept}, &event.DisputeCancelled{Dispute: dispute1}),
		"a second dispute":                      sawContract(open, openDispute(dispute2, 1)),
		"a dispute's id again":                  sawContract(fixed, openDispute(dispute1, 1), &event.DisputeLapsed{Dispute: dispute1}, openDispute(dispute1, 1)),
		"a dispute of 0":                        sawContract(fixed, openDispute(dispute1, 0)),
		"a dispute over more than is held":      sawContract(milestones, openDispute(dispute1, 30001)),
		"an answer to nothing":                  sawContract(fixed, &event.DisputeAnswered{Dispute: dispute1}),
		"an answer to another":                  sawContract(open, &event.DisputeAnswered{Dispute: dispute2}),
		"a second answer to a dispute":          sawContract(open, &event.DisputeAnswered{Dispute: dispute1}, &event.DisputeAnswered{Dispute: dispute1}),
		"a lapse after the answer":              sawContract(open, &event.DisputeAnswered{Dispute: dispute1}, &event.DisputeLapsed{Dispute: dispute1}),
		"a lapse of nothing":                    sawContract(fixed, &event.DisputeLapsed{Dispute: dispute1}),
		"a resolution of nothing":               sawContract(fixed, &event.DisputeResolved{Dispute: dispute1}),
		"a resolution that does not add up":     sawContract(open, &event.DisputeResolved{Dispute: dispute1, ToClient: 4999}),
		"shares below 0":                        sawContract(open, &event.DisputeResolved{Dispute: dispute1, ToClient: 5001, ToFreelancer: -1}),
		"a proposal that does not add up":       sawContract(open, &event.SettlementProposed{Dispute: dispute1, ToClient: 5001}),
		"a cancellation of a closed one":        sawContract(open, &event.DisputeCancelled{Dispute: dispute1}, &event.DisputeCancelled{Dispute: dispute1}),

		"feedback before the end":   sawContract(fixed, &event.FeedbackSubmitted{By: event.SideClient}),
		"feedback twice":            sawContract(endFixed, &event.FeedbackSubmitted{By: event.SideClient}, &event.FeedbackSubmitted{By: event.SideClient}),
		"feedback by no side":       sawContract(endFixed, &event.FeedbackSubmitted{By: "timer"}),
		"a publication of nothing":  sawContract(endFixed, &event.FeedbackPublished{}),
		"a publication twice":       sawContract(endFixed, &event.FeedbackSubmitted{By: event.SideClient}, &event.FeedbackPublished{}, &event.FeedbackPublished{}),
		"an exclusion of nothing":   sawContract(endFixed, &event.FeedbackSubmitted{By: event.SideFreelancer}, &event.FeedbackExcluded{}),
		"an exclusion twice":        sawContract(endFixed, &event.FeedbackSubmitted{By: event.SideClient}, &event.FeedbackExcluded{}, &event.FeedbackExcluded{}),
		"a response to nothing":     sawContract(endFixed.and(ratedPublic), &event.FeedbackResponded{By: event.SideClient}),
		"a response in secret":      sawContract(endFixed.and(rated), &event.FeedbackResponded{By: event.SideFreelancer}),
		"a response by no side":     sawContract(endFixed.and(ratedPublic), &event.FeedbackResponded{By: "timer"}),
		"a response twice":          sawContract(endFixed.and(ratedPublic, responded), &event.FeedbackResponded{By: event.SideFreelancer}),
		"a change let by the other": sawContract(endFixed.and(ratedPublic), &event.FeedbackChangeEnabled{By: event.SideClient}),
		"a change let in secret":    sawContract(endFixed.and(rated), &event.FeedbackChangeEnabled{By: event.SideFreelancer}),
		"a change let twice":        sawContract(endFixed.and(ratedPublic, enabled), &event.FeedbackChangeEnabled{By: event.SideFreelancer}),
		"a revision not let":        sawContract(endFixed.and(ratedPublic), &event.FeedbackRevised{By: event.SideClient}),
		"a revision by the other":   sawContract(endFixed.and(ratedPublic, enabled), &event.FeedbackRevised{By: event.SideFreelancer}),
		"a revision by no side":     sawContract(endFixed.and(ratedPublic, enabled), &event.FeedbackRevised{By: "timer"}),
		"a revision twice":          sawContract(endFixed.and(ratedPublic, enabled, revisedFeedback), &event.FeedbackRevised{By: event.SideClient}),
		"a response before the end": sawContract(fixed, &event.FeedbackResponded{By: event.SideFreelancer}),
		"a week's event elsewhere":  sawContract(hourly, logged(t0)),
		"a contract's event in one": {worked, weekSaw(week1, t0, &event.BonusPaid{Amount: 1})},

		"a week opened by a deletion":   {nil, weekSaw(week1, t0, &event.SegmentDeleted{Start: t0})},
		"a week opened by its invoice":  {nil, weekSaw(week1, t0, &event.WeekInvoiced{})},
		"a segment twice":               {worked, weekSaw(week1, t0, logged(t0))},
		"a segment of another week":     {worked, weekSaw(week1, t0, logged(t0.AddDays(7)))},
		"a segment of the next Monday":  {worked, weekSaw(week1, t0, logged(week1.End()))},
		"a segment of the week before":  {worked, weekSaw(week1, t0, logged(week1.Start()-600))},
		"a segment that is not aligned": {worked, weekSaw(week1, t0, logged(t0+1))},
		"a deletion of nothing":         {worked, weekSaw(week1, t0, &event.SegmentDeleted{Start: t0.AddSeconds(600)})},
		"a deletion twice":              {worked, weekSaw(week1, t0, &event.SegmentDeleted{Start: t0}, &event.SegmentDeleted{Start: t0})},
		"a segment after the invoice":   {billed, weekSaw(week1, monday, logged(t0.AddSeconds(600)))},
		"a second invoice":              {billed, weekSaw(week1, monday, &event.WeekInvoiced{})},
		"an invoice below 0":            {worked, weekSaw(week1, t0, &event.WeekInvoiced{Amount: -1})},
	} {
		t.Run(name, func(t *testing.T) {
			w := fold(t, r.past)
			last := len(r.broken.events) - 1
			require.NoError(t, w.evolve(r.broken.stream, r.broken.at, r.broken.events[:last]...), "the events before it can stand")
			requireFound(t, w, r.broken.stream, r.broken.at, r.broken.events[last])
			err := w.evolve(r.broken.stream, r.broken.at, r.broken.events[last])
			var broken *InvariantError
			require.ErrorAs(t, err, &broken)
			require.Equal(t, r.broken.events[last].EventType(), broken.Event)
			require.Equal(t, "invariant_broken", broken.Code())
			require.Contains(t, err.Error(), broken.What)
		})
	}
}

// beginnings are streams from which random events go on, one for each family.
var beginnings = map[string]facts{
	"client": accounts[:1], "freelancer": accounts[1:], "invite": sent[2:], "job": posted[2:], "proposal": interviewing[5:], "interview": meeting[7:],
	"paying freelancer": facts{paid[1], paid[3], paid[4]},
	"fixed contract":    milestones[2:], "ended contract": endFixed[2:], "hourly contract": hourly[2:], "work week": worked[3:],
}

// TestEvolveTakesAnything feeds every aggregate random events of the registry,
// right and wrong. None panics, whatever state that leads to; each is taken or
// refused by an *InvariantError without personal text; what was taken keeps the
// books in order; and every command still comes to events or a rejection.
func TestEvolveTakesAnything(t *testing.T) {
	for name, past := range beginnings {
		t.Run(name, func(t *testing.T) {
			stream, family := past[0].stream, family(t, past)
			taken := map[string]int{}
			rapid.Check(t, func(t *rapid.T) {
				state, err := NewState(stream)
				require.NoError(t, err)
				if pick(t, 8) > 0 { // else from nothing
					state = fold(t, past)[stream]
				}
				read := func(s string) (State, error) {
					if s == stream {
						return state, nil
					}
					return NewState(s)
				}
				g := generator{wrong: 15, contracts: mostlyFixed}
				now := t0
				for range 40 {
					now = now.AddSeconds(oneOfThese(t, []int64{0, 0, 3600, -1}))
					of := family
					if pick(t, 8) == 0 {
						of = registryEvents()
					}
					e := g.event(t, of)
					next := state.Clone() // what refused an event must not be used
					if err := next.Evolve(now, e); err != nil {
						var broken *InvariantError
						require.ErrorAs(t, err, &broken)
						require.NotContains(t, err.Error(), marker)
					} else {
						state = next
						taken[e.EventType()]++
						booksInOrder(t, state)
					}
					c := g.command(t, Commands())
					d, err := Decide(read, DefaultTerms(), now, c)
					within(t, c, d, err)
				}
			})
			require.Greater(t, len(taken), len(family)/4, "the streams came to little: %v", taken)
		})
	}
}

func booksInOrder(t require.TestingT, s State) {
	if k, ok := s.(*contractAggregate); ok {
		x := &k.escrow
		require.Equal(t, x.funded, x.released+x.refunded+x.held)
		require.GreaterOrEqual(t, x.held, event.Money(0))
		require.GreaterOrEqual(t, k.paid(), event.Money(0))
	}
	if f, ok := s.(*freelancerAggregate); ok {
		x := &f.connects
		var held event.Connects
		for i, l := range x.lots {
			require.Positive(t, l.left)
			require.True(t, i == 0 || x.lots[i-1].expiresAt <= l.expiresAt, "first-expiring first")
			held += l.left
		}
		require.Equal(t, x.received, x.gone+held)
	}
}

// family lists the events that a stream's aggregate knows.
func family(t *testing.T, past facts) []event.Event {
	var known []event.Event
	for _, e := range registryEvents() {
		var broken *InvariantError
		err := fold(t, past)[past[0].stream].Evolve(past[len(past)-1].at, e)
		if !errors.As(err, &broken) || broken.What != "it cannot be in this stream" {
			known = append(known, e)
		}
	}
	return known
}

// TestEveryEventHasAHome keeps an event from being declared and never folded.
func TestEveryEventHasAHome(t *testing.T) {
	homes := map[string]int{}
	for _, name := range []string{"client", "freelancer", "invite", "job", "proposal", "interview", "fixed contract", "work week"} {
		for _, e := range family(t, beginnings[name]) {
			homes[e.EventType()]++
		}
	}
	for _, e := range registryEvents() {
		want := 1
		switch e.(type) {
		case *event.TermsAccepted, *event.TermsViolationRecorded, *event.IdentityVerified, *event.IdentityVerificationRevoked,
			*event.PhoneVerified, *event.PhoneVerificationRevoked:
			want = 2 // clients have them as freelancers do
		case *event.InterviewScheduled, *event.InterviewHeld, *event.InterviewCancelled:
			want = 2 // a log of the first edition has them in the proposal's stream
		case *event.ContactExchanged:
			want = 2 // by an invite, or by an interview
		case *event.ImportLineRejected:
			want = 0 // an import's own; it decides nothing
		}
		require.Equal(t, want, homes[e.EventType()], e.EventType())
	}
}

func TestNewState(t *testing.T) {
	for stream, want := range map[string]State{
		event.ClientStream(client): &clientAggregate{}, event.FreelancerStream(freelancer): &freelancerAggregate{},
		event.InviteStream(invite): &inviteAggregate{}, event.JobStream(job): &jobAggregate{}, event.ProposalStream(proposal): &proposalAggregate{id: proposal}, event.InterviewStream(interview): &interviewAggregate{}, event.ContractStream(contract): &contractAggregate{},
		event.WorkWeekStream(contract, week1): &workWeekAggregate{week: week1},
	} {
		s, err := NewState(stream)
		require.NoError(t, err)
		require.Equal(t, want, s)
		require.False(t, s.Exists())
	}
	for _, stream := range []string{
		"", "contract", "contract-", "contract-1", event.ImportStream(invite), "jobs-" + job.String(),
		"workWeek-" + contract.String(), "workWeek-" + contract.String() + "-2017-W53", "contract-C0000000-0000-4000-8000-00000000000A",
	} {
		_, err := NewState(stream)
		require.Error(t, err, stream)
	}
}
