package simulate_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/simulate"
)

// TestMarket simulates a market of eighteen months in which much goes wrong, so
// that everything happens that can, and proves the rest of it: it takes seconds,
// and with -short only four months are simulated.
func TestMarket(t *testing.T) {
	o := small()
	if !testing.Short() {
		o.Seed, o.Freelancers, o.Clients, o.DisputePPM = 3, 100, 45, 150_000
		o.Until = o.From.AddDate(0, 18, 0)
	}
	l := live(t, o, inMemory)
	all := events(t, l.log)

	t.Run("everything happens", func(t *testing.T) {
		if testing.Short() {
			t.Skip("four months are too short for badges, and for Connects that expire after a year")
		}
		happened := map[string]int{}
		for env := range all {
			happened[env.Event.EventType()]++
		}
		for _, typ := range event.Types() {
			name := typ.Event.EventType()
			if happened[name] == 0 {
				require.Equal(t, "ImportLineRejected", name, "of all others there is one; a line is rejected only where a script is imported")
			}
		}
	})
	t.Run("escrow", func(t *testing.T) { requireEscrow(t, all) })
	t.Run("deadlines", func(t *testing.T) { requireDeadlines(t, l, all) })
	t.Run("rejections", func(t *testing.T) {
		for r := range l.result.Rejected {
			require.Contains(t, tried, r, "people know better than to try that")
		}
	})
	t.Run("replay", func(t *testing.T) { requireReplay(t, l) })
	t.Run("script", func(t *testing.T) { requireScript(t, l) })
}

// tried are the commands that people send too late, or without knowing better.
var tried = []simulate.Rejection{
	// What the other side, a timer or the platform did first.
	{Command: "AcceptEscrowRefund", Code: aggregate.WrongState},
	{Command: "RefuseEscrowRefund", Code: aggregate.WrongState},
	{Command: "AcceptInvite", Code: aggregate.Expired},
	{Command: "AddMilestone", Code: aggregate.NotFound}, // the client was suspended before the offer was accepted
	{Command: "LogSegment", Code: aggregate.NotFound},
	{Command: "LogSegment", Code: aggregate.WrongState},
	{Command: "EndContract", Code: aggregate.NotFound},
	{Command: "EndContract", Code: aggregate.DisputeOpen},
	{Command: "EndContract", Code: aggregate.EscrowNotEmpty},
	{Command: "PayBonus", Code: aggregate.NotFound},
	{Command: "ChangeWeeklyLimit", Code: aggregate.NotFound},
	{Command: "ChangeWeeklyLimit", Code: aggregate.WrongState},
	{Command: "DeclineOffer", Code: aggregate.WrongState},
	{Command: "AcceptOffer", Code: aggregate.WrongState},
	{Command: "WithdrawOffer", Code: aggregate.WrongState},
	{Command: "SubmitWork", Code: aggregate.WrongState},
	{Command: "PauseContract", Code: aggregate.WrongState},
	{Command: "PauseContract", Code: aggregate.NotFound},
	{Command: "ResumeContract", Code: aggregate.WrongState},
	{Command: "DeclineInvite", Code: aggregate.WrongState},
	{Command: "WithdrawInvite", Code: aggregate.WrongState},
	{Command: "SubmitProposal", Code: aggregate.WrongState},
	{Command: "StartInterview", Code: aggregate.WrongState},
	{Command: "StartInterview", Code: aggregate.NotFound},
	{Command: "MakeOffer", Code: aggregate.NotFound}, // the proposal of an invite that was accepted too late
	{Command: "CloseJob", Code: aggregate.WrongState},
	{Command: "RemoveJob", Code: aggregate.WrongState},
	{Command: "ReleaseMilestone", Code: aggregate.WrongState},
	{Command: "GiveRefund", Code: aggregate.ExceedsPaid},
	{Command: "OpenDispute", Code: aggregate.TooLate},
	{Command: "CancelDispute", Code: aggregate.WrongState}, // over a week, which nobody answered in time
	{Command: "ExcludeFeedback", Code: aggregate.WrongState},
	{Command: "LeaveFeedback", Code: aggregate.FeedbackClosed},
	{Command: "AcceptInvite", Code: aggregate.WrongState},
	{Command: "ReportInvite", Code: aggregate.WrongState},
	{Command: "ArchiveInvite", Code: aggregate.WrongState},
	{Command: "HoldInterview", Code: aggregate.WrongState},
	{Command: "CancelInterview", Code: aggregate.WrongState},
	{Command: "RevokePhone", Code: aggregate.WrongState},
	{Command: "FlagClient", Code: aggregate.WrongState},
	{Command: "RespondToFeedback", Code: aggregate.FeedbackClosed},
	{Command: "RespondToFeedback", Code: aggregate.WrongState},
	{Command: "OpenDispute", Code: aggregate.WrongState},
	{Command: "AcceptContract", Code: aggregate.WrongState},
	{Command: "CloseContractOffer", Code: aggregate.WrongState},
	// Sanctions that others had before.
	{Command: "AcceptInvite", Code: aggregate.ClientSuspended},
	{Command: "AcceptInvite", Code: aggregate.FreelancerSuspended},
	{Command: "AcceptInvite", Code: aggregate.OnHold},
	{Command: "AcceptOffer", Code: aggregate.ClientSuspended},
	{Command: "AcceptOffer", Code: aggregate.FreelancerSuspended},
	{Command: "AcceptOffer", Code: aggregate.OnHold},
	{Command: "SubmitProposal", Code: aggregate.ClientSuspended},
	{Command: "SubmitProposal", Code: aggregate.FreelancerSuspended},
	{Command: "SubmitProposal", Code: aggregate.OnHold},
	{Command: "StartInterview", Code: aggregate.ClientSuspended},
	{Command: "StartInterview", Code: aggregate.FreelancerSuspended},
	{Command: "ScheduleInterview", Code: aggregate.ClientSuspended},
	{Command: "ScheduleInterview", Code: aggregate.FreelancerSuspended},
	{Command: "SendInvite", Code: aggregate.FreelancerSuspended},
	{Command: "MakeOffer", Code: aggregate.FreelancerSuspended},
	{Command: "OfferContract", Code: aggregate.ClientSuspended},
	{Command: "AcceptContract", Code: aggregate.ClientSuspended},
	{Command: "AcceptContract", Code: aggregate.FreelancerSuspended},
	{Command: "AcceptContract", Code: aggregate.OnHold},
	{Command: "EditJob", Code: aggregate.ClientSuspended},
	{Command: "PostJob", Code: aggregate.ClientSuspended},
	{Command: "SendInvite", Code: aggregate.ClientSuspended},
	{Command: "MakeOffer", Code: aggregate.ClientSuspended},
	{Command: "SuspendClient", Code: aggregate.WrongState},
	{Command: "ReinstateClient", Code: aggregate.WrongState},
	{Command: "BarClient", Code: aggregate.WrongState},
	{Command: "LosePaymentMethod", Code: aggregate.WrongState},
	{Command: "RevokeIdentity", Code: aggregate.WrongState},
	// Who has too few Connects buys some.
	{Command: "SubmitProposal", Code: aggregate.NotEnoughConnects},
}

// TestFigures: the figures that are public are as they were published.
func TestFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("a market that is large enough for its shares to mean something takes seconds")
	}
	o := simulate.Options{Seed: 20, Freelancers: 300, Clients: 120, From: from, Until: from.AddDate(1, 0, 0)}
	requireFigures(t, live(t, o, inMemory))
}

func requireFigures(t *testing.T, l *lived) {
	t.Helper()
	m := l.result.Market
	hires := m.Hires.Invite + m.Hires.Proposal + m.Hires.Direct
	t.Logf("%d events; hires: %+v of %d; disputes: %d of %d ended contracts", l.result.Head, m.Hires, hires, m.DisputeRate.Disputed, m.DisputeRate.Ended)
	require.Greater(t, hires, int64(500))
	require.InDelta(t, 50, 100*m.Hires.Invite/hires, 7, "per cent of hires from invites: about half (2007)")
	require.Positive(t, m.DisputeRate.Disputed)
	require.Less(t, *m.DisputeRate.PPM, int64(5000), "of a million ended contracts disputed: less than 0.5 %% (2016)")
	require.Empty(t, slices.DeleteFunc(slices.Collect(maps.Keys(l.result.Rejected)), func(r simulate.Rejection) bool { return slices.Contains(tried, r) }))
}
