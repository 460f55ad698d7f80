package aggregate

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// TestConsequences are the lines of fine print A2: of two codes that apply, which wins.
func TestConsequences(t *testing.T) {
	manual := tracked
	manual.Kind, manual.Start = event.SegmentManual, t0
	manualAllowed := accounts.and(contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
		Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: 3000, WeeklyLimitMinutes: 60, ManualTimeAllowed: true}))
	usedStart := weekSaw(week1, t0, logged(t0))
	locked := weekSaw(week1, t0, &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed})
	barred := clientDid(t0, &event.ClientBarred{Reason: event.SanctionTOS})

	table{
		"A2 unknown contract and amount -5": given(accounts).
			when(t0, PayBonus{nobody, -5}).rejected(InvalidAmount),
		"A2 empty cover letter on an unknown invite": given(accounts).
			when(t0, AcceptInvite{nobody, ""}).rejected(CoverLetterRequired),
		"A2 empty cover letter on a declined invite": given(sent, inviteSaw(t0, &event.InviteDeclined{})).
			when(t0, AcceptInvite{invite, ""}).rejected(CoverLetterRequired),
		"A2 used invite id by a suspended client": given(sent, clientDid(t0, &event.ClientSuspended{Reason: event.SanctionTOS})).
			when(t0, sendInvite).rejected(AlreadyExists),
		"A2 accepting a declined invite of a barred client": given(sent, inviteSaw(t0, &event.InviteDeclined{}), barred).
			when(after(31, 0), AcceptInvite{invite, "Dear Ms."}).rejected(ClientSuspended),
		"A2 used contract id by a barred client": given(fixed, barred).
			when(t0, startFixed).rejected(AlreadyExists),
		"A2 unknown milestone with an early at": given(milestones).
			when(t0-1, FundMilestone{contract, nobody}).rejected(NotFound),
		"A2 suspended client and private profile": given(accounts, barred, freelancerDid(t0, &event.VisibilityChanged{Visibility: event.VisibilityPrivate})).
			when(t0, sendInvite).rejected(ClientSuspended),
		"A2 declined invite after expires_at": given(sent, inviteSaw(t0, &event.InviteDeclined{})).
			when(after(31, 0), AcceptInvite{invite, "Dear Ms."}).rejected(WrongState),
		"A2 feedback given and window closed": given(endFixed, contractSaw(t0, &event.FeedbackSubmitted{By: event.SideClient})).
			when(feedbackCloses, LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}).rejected(AlreadyGiven),
		"A2 dispute open more than 30 days after the end": given(endFixed, disputed).
			when(after(31, 0), OpenDispute{contract, dispute2, event.SideClient, 100, "late", event.Week{}}).rejected(DisputeOpen),
		"A2 forbidden manual segment in a locked week at a used start": given(hourly, usedStart, locked).
			when(t0, manual).rejected(ManualTimeForbidden),
		"A2 allowed manual segment in a locked week at a used start": given(manualAllowed, usedStart, locked).
			when(t0, manual).rejected(WeekLocked),
		"A2 allowed manual segment at a used start": given(manualAllowed, usedStart).
			when(t0, manual).rejected(DuplicateSegment),
		"A2 more than escrow from a milestone under refund request": given(milestones).
			when(t0, ReleaseMilestone{contract, requested, ptr(event.Money(10001))}).rejected(WrongState),
	}.run(t)
}

// TestRejectionLeavesNoTrace is fine print A3. That no state changes is checked in every
// scenario; here the id stays free and the clock does not move.
func TestRejectionLeavesNoTrace(t *testing.T) {
	lifted := clientDid(t0, &event.ClientReinstated{})
	suspended := clientDid(t0, &event.ClientSuspended{Reason: event.SanctionTOS})
	late := after(10, 0)

	w := fold(t, accounts.and(suspended))
	do := func(at event.Time, c Command) error {
		d, err := Decide(w.read, DefaultTerms(), at, c)
		if err == nil {
			err = w.evolve(c.stream(), at, d.Events...)
		}
		return err
	}
	t.Run("A3 the id of a rejected creation stays free", func(t *testing.T) {
		require.ErrorIs(t, do(late, startFixed), ClientSuspended)
		require.NoError(t, w.evolve(lifted.stream, lifted.at, lifted.events...))
		require.NoError(t, do(t0, startFixed))
	})
	t.Run("A3 the stream's clock does not move", func(t *testing.T) {
		require.ErrorIs(t, do(late, GiveRefund{contract, 1}), ExceedsPaid)
		require.Equal(t, t0, w[event.ContractStream(contract)].Clock())
		require.NoError(t, do(t0, PayBonus{contract, 1}))
	})
	t.Run("A3 a milestone's id stays free as well", func(t *testing.T) {
		require.ErrorIs(t, do(late, AddMilestone{Contract: contract, Milestone: funded, Amount: -1}), InvalidAmount)
		require.NoError(t, do(t0, AddMilestone{Contract: contract, Milestone: funded, Amount: 1}))
	})
}

// TestIDsAndClocks are the lines of C that no other table has.
func TestIDsAndClocks(t *testing.T) {
	one := uuid.MustParse("77777777-0000-4000-8000-000000000001")
	otherContract := uuid.MustParse("30000000-0000-4000-8000-000000000002")
	future := after(1000, 0)
	lateAccounts := facts{clientDid(future, &event.ClientRegistered{}), freelancerDid(future, &event.FreelancerRegistered{})}
	lateContract := contractSaw(future, &event.BonusPaid{Amount: 100})

	table{
		"C1 a client's id may be a freelancer's": given(fact{event.ClientStream(one), t0, []event.Event{&event.ClientRegistered{}}}).
			when(t0, RegisterFreelancer{one}).then(&event.FreelancerRegistered{}),
		"C1 an invite's id may be a contract's": given(fixed).
			when(t0, SendInvite{contract, job, client, freelancer, ""}).
			then(&event.InviteSent{Job: job, Client: client, Freelancer: freelancer, FreelancerAvailable: true, ExpiresAt: after(30, 0)}),
		"C1 a milestone is unique inside its contract only": given(milestones, fact{event.ContractStream(otherContract), t0,
			[]event.Event{&event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect}}}).
			when(t0, AddMilestone{Contract: otherContract, Milestone: funded, Amount: 1}).then(&event.MilestoneAdded{Milestone: funded, Amount: 1}),
		"C1 a dispute is unique inside its contract only": given(milestones, disputed, fact{event.ContractStream(otherContract), t0,
			[]event.Event{&event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect}}}).
			when(t0, OpenDispute{otherContract, dispute1, event.SideClient, 5000, "late", event.Week{}}).
			then(openedOver(dispute1, 5000, event.SideClient, event.LapseNothing), &event.ContractPaused{}),
		"C1 a milestone's id may be a dispute's": given(milestones).
			when(t0, OpenDispute{contract, funded, event.SideClient, 5000, "late", event.Week{}}).then(openDispute(funded, 5000), &event.ContractPaused{}),

		"C2 PayWeek is checked against the contract's clock": given(billed, contractSaw(after(40, 0), &event.BonusPaid{Amount: 1})).
			when(after(40, -1), PayWeek{contract, week1, ""}).rejected(OutOfOrder),
		"C2 PayWeek is not checked against the week's clock": given(worked, weekSaw(week1, future, &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed})).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}),
		"C2 LogSegment is checked against the week's clock": given(hourly, weekSaw(week1, after(1, 0), logged(t0))).
			when(after(1, -1), tracked).rejected(OutOfOrder),
		"C2 LogSegment is not checked against the contract's": given(hourly, lateContract).when(later, tracked).then(logged(tracked.Start)),
		"C2 InvoiceWeek is checked against the week's clock": given(worked, weekSaw(week1, after(10, 0), logged(tracked.Start))).
			when(after(10, -1), InvoiceWeek{contract, week1}).rejected(OutOfOrder),
		"C2 RecordComplaint is checked against the client's": given(fixed, clientDid(after(1, 0), &event.PaymentMethodVerified{})).
			when(t0, RecordComplaint{client, freelancer, contract, "rude"}).rejected(OutOfOrder),
		"C2 RecordComplaint is not checked against the others": given(fixed, lateContract).
			when(t0, RecordComplaint{client, freelancer, contract, "rude"}).
			then(&event.ClientComplaintRecorded{Freelancer: freelancer, Contract: contract, Reason: "rude"}),
		"C2 SendInvite is checked against no clock":         given(lateAccounts).when(t0, sendInvite).then(sent[2].events...),
		"C2 StartContract is checked against no clock":      given(lateAccounts).when(t0, startFixed).then(startedFixed),
		"C2 a second before the last event is out of order": given(fixed).when(t0-1, PauseContract{contract, ""}).rejected(OutOfOrder),
		"C2 at the moment of the last event is in order":    given(fixed).when(t0, PauseContract{contract, ""}).then(&event.ContractPaused{}),
		"C2 milestones, feedback and disputes share one clock": given(endFixed, contractSaw(after(1, 0), openDispute(dispute1, 1))).
			when(after(1, -1), LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}).rejected(OutOfOrder),
		"C2 a client's clock is not the freelancer's": given(lateAccounts[:1], accounts[1:]).
			when(t0, VerifyIdentity{Freelancer: freelancer}).then(&event.IdentityVerified{}),
		"C4 days are 24 hours from the second": given(accounts).
			when(on("2016-02-29T23:59:59Z"), sendInvite).then(invited(on("2016-03-30T23:59:59Z"))),
		"C4 a deadline beyond the calendar is its last second": given(accounts).
			when(on("9999-12-31T00:00:00Z"), sendInvite).then(invited(on("9999-12-31T23:59:59Z"))),
		"C4 a moment outside the calendar is invalid": given(accounts).when(event.Never, sendInvite).rejected(Invalid),
		"C4 a moment before the calendar is invalid":  given(accounts).when(on("0001-01-01T00:00:00Z")-1, sendInvite).rejected(Invalid),
		"C4 feedback closes at 00:00 of the 15th date after": given(fixed).
			when(on("2016-02-15T23:59:59Z"), EndContract{contract, event.SideClient, "done"}).
			then(ended(event.SideClient, on("2016-03-01T00:00:00Z"))),
		"C4 the time of day of the end does not matter to that": given(fixed).
			when(on("2016-02-15T00:00:00Z"), EndContract{contract, event.SideClient, "done"}).
			then(ended(event.SideClient, on("2016-03-01T00:00:00Z"))),
		"C4 feedback of an end in the calendar's last fortnight": given(fixed).
			when(on("9999-12-31T00:00:00Z"), EndContract{contract, event.SideClient, "done"}).
			then(ended(event.SideClient, on("9999-12-31T23:59:59Z"))),
	}.run(t)
}

func invited(expires event.Time) *event.InviteSent {
	return &event.InviteSent{Job: job, Client: client, Freelancer: freelancer, FreelancerAvailable: true, ExpiresAt: expires}
}
