package process_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
)

var (
	sent = step{"2024-01-05T10:00:00Z", aggregate.SendInvite{
		Invite: named("invite"), Job: named("job"), Client: named("carl"), Freelancer: named("ann")}}
	fixed = step{"2024-01-05T10:00:00Z", aggregate.StartContract{
		Contract: named("fixed"), Job: named("job"), Client: named("carl"), Freelancer: named("ann"), Kind: event.KindFixed, Via: event.ViaProposal}}
	hourly = step{"2024-01-05T10:00:00Z", aggregate.StartContract{
		Contract: named("hourly"), Job: named("job"), Client: named("carl"), Freelancer: named("ann"), Kind: event.KindHourly, Via: event.ViaProposal,
		HourlyRate: ptr(event.Money(60_00)), WeeklyLimitMinutes: ptr(int64(2400))}}
	added     = on("2024-01-05T10:01:00Z", aggregate.AddMilestone{Contract: named("fixed"), Milestone: named("one"), Amount: 500_00})
	funded    = on("2024-01-05T10:02:00Z", aggregate.FundMilestone{Contract: named("fixed"), Milestone: named("one")})
	submitted = on("2024-01-06T10:00:00Z", aggregate.SubmitWork{Contract: named("fixed"), Milestone: named("one")})
	claimed   = on("2024-01-06T10:00:00Z", aggregate.RequestEscrowRefund{Contract: named("fixed"), Milestone: named("one")})
	disputed  = on("2024-01-07T10:00:00Z", aggregate.OpenDispute{
		Contract: named("fixed"), Dispute: named("dispute"), By: event.SideClient, Amount: 100_00, Reason: "late"})
	segment = on("2024-01-10T10:00:00Z", aggregate.LogSegment{ // in the week of 8 January
		Contract: named("hourly"), Start: at("2024-01-10T09:00:00Z"), Kind: event.SegmentTracked, Activity: 5, Screenshot: true})
	invoiced     = on("2024-01-15T12:00:00Z", aggregate.InvoiceWeek{Contract: named("hourly"), Week: event.WeekOf(at("2024-01-10T10:00:00Z"))})
	weekDisputed = on("2024-01-16T10:00:00Z", aggregate.OpenDispute{Contract: named("hourly"), Dispute: named("dispute"), By: event.SideClient, Amount: 1,
		Week: event.WeekOf(at("2024-01-10T10:00:00Z")), Reason: "hm"})
	ended = on("2024-02-01T15:00:00Z", aggregate.EndContract{Contract: named("hourly"), By: event.SideClient, Reason: "done"})
)

func ptr[T any](v T) *T { return &v }

func on(when string, c aggregate.Command) step { return step{when, c} }

func feedback(by event.Side, stars int) aggregate.LeaveFeedback {
	return aggregate.LeaveFeedback{Contract: named("hourly"), By: by, Scores: event.Scores{
		Skills: stars, Quality: stars, Availability: stars, Deadlines: stars, Communication: stars, Cooperation: stars}}
}

// nothing follows, also not two years later.
var nothing = []moment{{"2026-01-05T10:00:00Z", nil}}

func TestInviteExpires(t *testing.T) {
	table{
		"not before its moment, and then once": {[]step{sent}, []moment{
			{"2024-02-04T09:59:59Z", nil},
			{"2024-02-04T10:00:00Z", []string{"2024-02-04T10:00:00Z InviteExpired"}},
			{"2026-02-04T10:00:00Z", nil},
		}},
		"after an outage when it ends": {[]step{sent}, []moment{{"2024-03-01T08:00:00Z", []string{"2024-03-01T08:00:00Z InviteExpired"}}}},
		"also if archived": {[]step{sent, on("2024-01-06T10:00:00Z", aggregate.ArchiveInvite{Invite: named("invite")})}, []moment{
			{"2024-02-04T10:00:00Z", []string{"2024-02-04T10:00:00Z InviteExpired"}}}},
		"not if accepted":  {[]step{sent, on("2024-01-06T10:00:00Z", aggregate.AcceptInvite{Invite: named("invite"), CoverLetter: "Yes."})}, nothing},
		"not if declined":  {[]step{sent, on("2024-01-06T10:00:00Z", aggregate.DeclineInvite{Invite: named("invite")})}, nothing},
		"not if reported":  {[]step{sent, on("2024-01-06T10:00:00Z", aggregate.ReportInvite{Invite: named("invite")})}, nothing},
		"not if withdrawn": {[]step{sent, on("2024-01-06T10:00:00Z", aggregate.WithdrawInvite{Invite: named("invite"), Reason: event.WithdrawHiredOther})}, nothing},
	}.run(t)
}

func TestSubmittedWorkIsReleased(t *testing.T) {
	past := []step{fixed, added, funded, submitted}
	table{
		"14 days after it was submitted": {past, []moment{
			{"2024-01-20T09:59:59Z", nil},
			{"2024-01-20T10:00:00Z", []string{"2024-01-20T10:00:00Z MilestoneReleased"}},
			{"2026-01-20T10:00:00Z", nil},
		}},
		"a new submission starts a new clock": {append(past, on("2024-01-10T10:00:00Z", aggregate.SubmitWork{Contract: named("fixed"), Milestone: named("one")})), []moment{
			{"2024-01-20T10:00:00Z", nil},
			{"2024-01-24T10:00:00Z", []string{"2024-01-24T10:00:00Z MilestoneReleased"}},
		}},
		"not if changes are requested": {append(past, on("2024-01-10T10:00:00Z", aggregate.RequestChanges{Contract: named("fixed"), Milestone: named("one")})), nothing},
		"not what a partial release answered": {append(past, on("2024-01-10T10:00:00Z",
			aggregate.ReleaseMilestone{Contract: named("fixed"), Milestone: named("one"), Amount: ptr(event.Money(100_00))})), nothing},
		"not if the freelancer ends the contract": {append(past, on("2024-01-10T10:00:00Z",
			aggregate.EndContract{Contract: named("fixed"), By: event.SideFreelancer, Reason: "ill"})), nothing},
		"after an outage, behind what was paid meanwhile": {append(past, on("2024-01-21T10:00:00Z", aggregate.PayBonus{Contract: named("fixed"), Amount: 1})), []moment{
			{"2024-01-22T10:00:00Z", []string{"2024-01-22T10:00:00Z MilestoneReleased"}}}},
	}.run(t)
}

// A task that a dispute keeps back is done when the dispute has ended, unless
// the dispute has answered it.
func TestDisputeKeepsEscrowBack(t *testing.T) {
	answer := aggregate.AnswerDispute{Contract: named("fixed"), Dispute: named("dispute"), Answer: event.AnswerContest}
	for name, row := range map[string]struct {
		past step
		end  aggregate.Command
		then []string
	}{
		"cancelled, submission":        {submitted, aggregate.CancelDispute{Contract: named("fixed"), Dispute: named("dispute")}, []string{"2024-02-01T10:00:00Z MilestoneReleased"}},
		"cancelled, refund":            {claimed, aggregate.CancelDispute{Contract: named("fixed"), Dispute: named("dispute")}, []string{"2024-02-01T10:00:00Z EscrowRefunded"}},
		"resolved over this milestone": {submitted, aggregate.ResolveDispute{Contract: named("fixed"), Dispute: named("dispute"), ToFreelancer: 100_00, DecidedBy: event.DecidedByMediation}, nil},
		"resolved over this, refunded": {claimed, aggregate.ResolveDispute{Contract: named("fixed"), Dispute: named("dispute"), ToClient: 100_00, DecidedBy: event.DecidedByMediation}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("carl")}, aggregate.RegisterFreelancer{Freelancer: named("ann")})
			for _, s := range []step{fixed, added, funded, row.past, disputed, on("2024-01-08T10:00:00Z", answer)} {
				h.do(s.at, s.command)
			}
			require.Empty(t, h.settle("2024-02-01T09:00:00Z"))
			require.Equal(t, at("2024-02-05T00:00:00Z"), h.p.Status().NextDue, "an assessment, and nothing of the dispute's")
			h.do("2024-02-01T09:30:00Z", row.end)
			require.Equal(t, row.then, h.settle("2024-02-01T10:00:00Z"))
			require.Empty(t, h.settle("2026-02-01T10:00:00Z"))
		})
	}
}

func TestEscrowRefundLapses(t *testing.T) {
	past := []step{fixed, added, funded, claimed}
	table{
		"7 days after it was asked for": {past, []moment{
			{"2024-01-13T09:59:59Z", nil},
			{"2024-01-13T10:00:00Z", []string{"2024-01-13T10:00:00Z EscrowRefunded"}},
			{"2026-01-13T10:00:00Z", nil},
		}},
		"not if accepted": {append(past, on("2024-01-10T10:00:00Z", aggregate.AcceptEscrowRefund{Contract: named("fixed"), Milestone: named("one")})), nothing},
		"not if refused":  {append(past, on("2024-01-10T10:00:00Z", aggregate.RefuseEscrowRefund{Contract: named("fixed"), Milestone: named("one")})), nothing},
		"it stops the clock of a submission": {[]step{fixed, added, funded, submitted,
			on("2024-01-19T10:00:00Z", aggregate.RequestEscrowRefund{Contract: named("fixed"), Milestone: named("one")})}, []moment{
			{"2024-01-25T10:00:00Z", nil},
			{"2024-01-26T10:00:00Z", []string{"2024-01-26T10:00:00Z EscrowRefunded"}},
		}},
	}.run(t)
}

func TestDisputeLapses(t *testing.T) {
	past := []step{fixed, added, funded, disputed}
	table{
		"5 days after it was opened": {past, []moment{
			{"2024-01-12T09:59:59Z", nil},
			{"2024-01-12T10:00:00Z", []string{"2024-01-12T10:00:00Z DisputeLapsed", "2024-01-12T10:00:00Z EscrowRefunded"}},
			{"2026-01-12T10:00:00Z", nil},
		}},
		"not if answered": {append(past, on("2024-01-10T10:00:00Z",
			aggregate.AnswerDispute{Contract: named("fixed"), Dispute: named("dispute"), Answer: event.AnswerAccept})), nothing},
		"not if cancelled": {append(past, on("2024-01-10T10:00:00Z",
			aggregate.CancelDispute{Contract: named("fixed"), Dispute: named("dispute")})), nothing},
		"not if resolved": {append(past, on("2024-01-10T10:00:00Z", aggregate.ResolveDispute{
			Contract: named("fixed"), Dispute: named("dispute"), ToClient: 100_00, DecidedBy: event.DecidedBySettlement})), nothing},
		"and then what it kept back, in one go": {[]step{fixed, added, funded,
			on("2024-01-05T10:03:00Z", aggregate.AddMilestone{Contract: named("fixed"), Milestone: named("two"), Amount: 500_00}),
			on("2024-01-05T10:03:00Z", aggregate.FundMilestone{Contract: named("fixed"), Milestone: named("two")}),
			on("2024-01-06T10:00:00Z", aggregate.SubmitWork{Contract: named("fixed"), Milestone: named("two")}), disputed}, []moment{
			{"2024-02-12T10:00:00Z", []string{"2024-02-12T10:00:00Z DisputeLapsed", "2024-02-12T10:00:00Z EscrowRefunded", "2024-02-12T10:00:00Z MilestoneReleased"}},
		}},
		"what the freelancer opened is released": {[]step{fixed, added, funded, on("2024-01-07T10:00:00Z", aggregate.OpenDispute{
			Contract: named("fixed"), Dispute: named("dispute"), By: event.SideFreelancer, Amount: 100_00, Reason: "unpaid"})}, []moment{
			{"2024-01-12T10:00:00Z", []string{"2024-01-12T10:00:00Z DisputeLapsed", "2024-01-12T10:00:00Z MilestoneReleased"}},
			{"2026-01-12T10:00:00Z", nil},
		}},
	}.run(t)
}

func TestWeekIsInvoicedAndPaid(t *testing.T) {
	past := []step{hourly, segment}
	table{
		"on Monday 12:00 and on Friday 24:00": {past, []moment{
			{"2024-01-15T11:59:59Z", nil},
			{"2024-01-15T12:00:00Z", []string{"2024-01-15T12:00:00Z WeekInvoiced"}},
			{"2024-01-19T23:59:59Z", nil},
			{"2024-01-20T00:00:00Z", []string{"2024-01-20T00:00:00Z HoursPaid"}},
			{"2026-01-20T00:00:00Z", nil},
		}},
		"G7 late, with whole days to review": {past, []moment{
			{"2024-01-25T08:00:00Z", []string{"2024-01-25T08:00:00Z WeekInvoiced"}}, // a Thursday
			{"2024-01-26T23:59:59Z", nil},
			{"2024-01-27T00:00:00Z", []string{"2024-01-27T00:00:00Z HoursPaid"}},
		}},
		"an empty one is invoiced and not paid": {append(past, on("2024-01-11T10:00:00Z", aggregate.DeleteSegment{Contract: named("hourly"), Start: at("2024-01-10T09:00:00Z")})), []moment{
			{"2024-01-15T12:00:00Z", []string{"2024-01-15T12:00:00Z WeekInvoiced"}},
			{"2026-01-15T12:00:00Z", nil},
		}},
		"two segments are one invoice": {append(past, on("2024-01-11T10:00:00Z", aggregate.LogSegment{
			Contract: named("hourly"), Start: at("2024-01-11T09:00:00Z"), Kind: event.SegmentTracked, Activity: 5, Screenshot: true})), []moment{
			{"2024-01-15T12:00:00Z", []string{"2024-01-15T12:00:00Z WeekInvoiced"}},
		}},
		"a dispute over it lapses after 3 days": {append(past, invoiced, weekDisputed), []moment{
			{"2024-01-19T09:59:59Z", nil},
			{"2024-01-19T10:00:00Z", []string{"2024-01-19T10:00:00Z DisputeLapsed", "2024-01-19T10:00:00Z HoursRefused"}},
			{"2024-01-20T00:00:00Z", []string{"2024-01-20T00:00:00Z HoursPaid"}},
			{"2026-01-20T00:00:00Z", nil},
		}},
		"a dispute over it keeps its payment back, and no other week's": {append(past, on("2024-01-16T09:00:00Z", aggregate.LogSegment{
			Contract: named("hourly"), Start: at("2024-01-16T08:00:00Z"), Kind: event.SegmentTracked, Activity: 5, Screenshot: true}), invoiced, weekDisputed,
			on("2024-01-17T10:00:00Z", aggregate.AnswerDispute{Contract: named("hourly"), Dispute: named("dispute"), Answer: event.AnswerContest})), []moment{
			{"2024-01-21T00:00:00Z", nil},
			{"2024-01-22T12:00:00Z", []string{"2024-01-22T12:00:00Z WeekInvoiced"}},
			{"2024-01-27T00:00:00Z", []string{"2024-01-27T00:00:00Z HoursPaid"}},
			{"2026-01-27T00:00:00Z", nil},
		}},
		"and is paid when it is cancelled, after an outage": {append(past, invoiced, weekDisputed,
			on("2024-01-17T10:00:00Z", aggregate.CancelDispute{Contract: named("hourly"), Dispute: named("dispute")})), []moment{
			{"2024-02-01T00:00:00Z", []string{"2024-02-01T00:00:00Z HoursPaid"}},
		}},
	}.run(t)
}

func TestFeedbackIsPublished(t *testing.T) {
	past := []step{hourly, ended}
	table{
		"when its time is over": {append(past, on("2024-02-02T10:00:00Z", feedback(event.SideClient, 5))), []moment{
			{"2024-02-15T23:59:59Z", nil},
			{"2024-02-16T00:00:00Z", []string{"2024-02-16T00:00:00Z FeedbackPublished"}},
			{"2026-02-16T00:00:00Z", nil},
		}},
		"not if there is none":            {past, nothing},
		"not if both sides have given it": {append(past, on("2024-02-02T10:00:00Z", feedback(event.SideClient, 5)), on("2024-02-03T10:00:00Z", feedback(event.SideFreelancer, 5))), nothing},
	}.run(t)
}

// Feedback that is written down late, with a moment at which it was in time, is
// published at once.
func TestFeedbackWrittenDownLate(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("carl")}, aggregate.RegisterFreelancer{Freelancer: named("ann")}, hourly.command)
	h.do(ended.at, ended.command)
	require.Empty(t, h.settle("2024-02-20T00:00:00Z"))
	require.Equal(t, map[process.Outcome]uint64{{Kind: process.PublishFeedback, What: process.OutcomeMoot}: 1}, h.outcomes())
	h.do("2024-02-10T00:00:00Z", feedback(event.SideClient, 5))
	require.Equal(t, []string{"2024-02-20T00:00:00Z FeedbackPublished"}, h.settle("2024-02-20T00:00:00Z")[0:1])
}

// What has become due in an outage is done by due moment, and then as the log
// has it; each with its cause.
func TestCatchUpInOrder(t *testing.T) {
	h := newHost(t)
	h.do("2024-01-01T00:00:00Z", aggregate.RegisterClient{Client: named("carl")}, aggregate.RegisterFreelancer{Freelancer: named("ann")})
	for _, s := range []step{sent, fixed, added, funded, submitted, hourly, segment} {
		h.do(s.at, s.command)
	}
	again := sent.command.(aggregate.SendInvite)
	again.Invite = named("another invite")
	h.do(sent.at, again)
	require.Equal(t, []string{
		"2024-06-01T00:00:00Z WeekInvoiced",      // due 15 January
		"2024-06-01T00:00:00Z MilestoneReleased", // due 20 January
		"2024-06-01T00:00:00Z InviteExpired",     // both due 4 February
		"2024-06-01T00:00:00Z InviteExpired",
	}, h.settle("2024-06-01T00:00:00Z"))
	all := h.events(0)
	byID := map[string]event.Envelope{}
	for _, env := range all {
		byID[env.ID.String()] = env
	}
	causes := []string{}
	for _, env := range all[len(all)-4:] {
		cause := byID[env.CausationID.String()]
		require.Equal(t, event.ActorTimer, env.Actor)
		require.Equal(t, cause.CorrelationID, env.CorrelationID)
		causes = append(causes, cause.Event.EventType())
	}
	require.Equal(t, []string{"SegmentLogged", "WorkSubmitted", "InviteSent", "InviteSent"}, causes)
	require.Equal(t, event.InviteStream(named("invite")), all[len(all)-2].Stream)
}
