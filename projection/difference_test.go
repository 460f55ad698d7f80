package projection_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
)

// TestDifferencesOfContract: each change of a record is told once, with its
// event, and nothing of what comes after the position that was asked for.
func TestDifferencesOfContract(t *testing.T) {
	record := func() *projection.ContractRecord {
		w := projectiontest.NewWorld(t)
		w.OnContract("job", projectiontest.June, &event.ContractStarted{Job: projectiontest.Named("a"), Client: projectiontest.Named("bob"), Freelancer: projectiontest.Named("ann"), Via: event.ViaInvite}, // 1
			&event.BonusPaid{Amount: 5}, // 2
			&event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named("quarrel")}, // 3
			&event.DisputeCancelled{Dispute: projectiontest.Named("quarrel")},                    // 4
			&event.ContractEnded{}, // 5
			&event.FeedbackSubmitted{By: event.SideClient, Overall: 400, Recommend: projectiontest.Ptr(9)}, // 6
			&event.FeedbackExcluded{},                                                                      // 7
			&event.HoursPaid{Amount: 60, Minutes: 120},                                                     // 8
			&event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 300},                               // 9
			&event.FeedbackPublished{},                                                                     // 10
			&event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named("another")},           // 11
			&event.DisputeResolved{Dispute: projectiontest.Named("another"), ToFreelancer: 3, ToClient: 4}) // 12
		return w.Contract("job")
	}
	stream := event.ContractStream(projectiontest.Named("job"))
	for _, c := range []struct {
		name    string
		change  func(*projection.ContractRecord)
		through event.Position
		want    []projection.Difference
	}{
		{"nothing", func(*projection.ContractRecord) {}, 7, nil},
		{"events without facts", func(r *projection.ContractRecord) { r.Next = 100 }, 7, nil},
		{"a payment less", func(r *projection.ContractRecord) { r.Payments = nil }, 7,
			[]projection.Difference{{Kind: projection.Missing, Stream: stream, Position: 2, Type: "BonusPaid"}}},
		{"a payment twice", func(r *projection.ContractRecord) { r.Payments = append(r.Payments, r.Payments[0]) }, 7,
			[]projection.Difference{{Kind: projection.Extra, Stream: stream, Position: 2, Type: "BonusPaid"}}},
		{"another amount", func(r *projection.ContractRecord) { r.Payments[0].Amount = 6 }, 7,
			[]projection.Difference{{Kind: projection.Different, Stream: stream, Position: 2, Type: "BonusPaid", Field: "amount", Was: "5", Is: "6"}}},
		{"another kind", func(r *projection.ContractRecord) { r.Payments[0].Kind = projection.PaymentRefund }, 7, []projection.Difference{
			{Kind: projection.Missing, Stream: stream, Position: 2, Type: "BonusPaid"},
			{Kind: projection.Extra, Stream: stream, Position: 2, Type: "RefundGiven"}}},
		{"another moment", func(r *projection.ContractRecord) { r.Ended.At++ }, 7, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 5, Type: "ContractEnded", Field: "occurred_at", Was: projectiontest.June.String(), Is: (projectiontest.June + 1).String()}}},
		{"another origin", func(r *projection.ContractRecord) { r.Via = event.ViaDirect }, 7, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 1, Type: "ContractStarted", Field: "via", Was: "invite", Is: "direct"}}},
		{"other people", func(r *projection.ContractRecord) { r.Client, r.Freelancer = r.Freelancer, r.Client }, 7, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 1, Type: "ContractStarted", Field: "client", Was: projectiontest.Named("bob").String(), Is: projectiontest.Named("ann").String()},
			{Kind: projection.Different, Stream: stream, Position: 1, Type: "ContractStarted", Field: "freelancer", Was: projectiontest.Named("ann").String(), Is: projectiontest.Named("bob").String()}}},
		{"a quarrel goes on", func(r *projection.ContractRecord) {
			r.Disputes[0].Cancelled = projection.Moment{At: event.Never}
		}, 7, []projection.Difference{{Kind: projection.Missing, Stream: stream, Position: 4, Type: "DisputeCancelled"}}},
		{"a private word", func(r *projection.ContractRecord) { r.Feedback.Recommend = 3 }, 7, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 6, Type: "FeedbackSubmitted", Field: "recommend"}}},
		{"an event at another position", func(r *projection.ContractRecord) { r.Excluded.Position = 9 }, 9, []projection.Difference{
			{Kind: projection.Missing, Stream: stream, Position: 7, Type: "FeedbackExcluded"},
			{Kind: projection.Extra, Stream: stream, Position: 9, Type: "FeedbackExcluded"}}},
		{"other hours", func(r *projection.ContractRecord) { r.Payments[1].Minutes = 130 }, 12, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 8, Type: "HoursPaid", Field: "minutes", Was: "120", Is: "130"}}},
		{"another star", func(r *projection.ContractRecord) { r.Returned.Overall = 301 }, 12, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 9, Type: "FeedbackSubmitted", Field: "overall", Was: "300", Is: "301"}}},
		{"still hidden", func(r *projection.ContractRecord) { r.Published = projection.Moment{At: event.Never} }, 12, []projection.Difference{
			{Kind: projection.Missing, Stream: stream, Position: 10, Type: "FeedbackPublished"}}},
		{"other shares", func(r *projection.ContractRecord) { r.Disputes[1].ToFreelancer, r.Disputes[1].ToClient = 4, 3 }, 12, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 12, Type: "DisputeResolved", Field: "to_freelancer", Was: "3", Is: "4"},
			{Kind: projection.Different, Stream: stream, Position: 12, Type: "DisputeResolved", Field: "to_client", Was: "4", Is: "3"}}},
		{"another job", func(r *projection.ContractRecord) { r.Job = projectiontest.Named("b") }, 12, []projection.Difference{
			{Kind: projection.Different, Stream: stream, Position: 1, Type: "ContractStarted", Field: "job", Was: projectiontest.Named("a").String(), Is: projectiontest.Named("b").String()}}},
		{"only later", func(r *projection.ContractRecord) { r.Excluded.At++; r.Feedback.Overall++ }, 5, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			was, is := record(), record()
			c.change(is)
			require.Equal(t, c.want, projection.Differences(was, is, c.through))
		})
	}
}

// TestDifferencesOfTheOthers: a record that is absent on one side, and what
// accounts and invites keep.
func TestDifferencesOfTheOthers(t *testing.T) {
	w := projectiontest.NewWorld(t)
	w.OnInvite("hello", projectiontest.June, projectiontest.Sent(true), &event.InviteArchived{}, &event.InviteAccepted{}) // 1, 2, 3
	w.Client("bob", projectiontest.June, &event.ClientRegistered{},                                                       // 4
		&event.ClientFlagged{Basis: event.FlagPoorCollaboration}) // 5
	invite, client, stream := w.Invite("hello"), w.Clients[projectiontest.Named("bob")], event.InviteStream(projectiontest.Named("hello"))
	require.Equal(t, []projection.Difference{
		{Kind: projection.Missing, Stream: stream, Position: 1, Type: "InviteSent"},
		{Kind: projection.Missing, Stream: stream, Position: 3, Type: "InviteAccepted"},
	}, projection.Differences(invite, nil, 9))
	require.Equal(t, []projection.Difference{{Kind: projection.Extra, Stream: stream, Position: 1, Type: "InviteSent"}},
		projection.Differences(nil, invite, 2))
	require.Empty(t, projection.Differences(invite, nil, 0))
	require.Empty(t, projection.Differences[projection.InviteRecord](nil, nil, 9))
	busy := *invite
	busy.Available = false
	require.Equal(t, []projection.Difference{{Kind: projection.Different, Stream: stream, Position: 1, Type: "InviteSent", Field: "available", Was: "true", Is: "false"}},
		projection.Differences(invite, &busy, 9))

	pardoned := *client
	pardoned.Marks = []projection.ClientMark{{Moment: client.Marks[0].Moment, Kind: projection.MarkFlagged, Reason: "other"}}
	require.Equal(t, []projection.Difference{{Kind: projection.Different, Stream: event.ClientStream(projectiontest.Named("bob")), Position: 5, Type: "ClientFlagged",
		Field: "reason", Was: string(event.FlagPoorCollaboration), Is: "other"}}, projection.Differences(client, &pardoned, 9))
	require.Empty(t, projection.Differences(client, client, 9))

	ann := projection.FreelancerRecord{ID: projectiontest.Named("ann"), Registered: projection.Moment{At: projectiontest.June, Position: 6}}
	require.Equal(t, []projection.Difference{{Kind: projection.Extra, Stream: event.FreelancerStream(projectiontest.Named("ann")), Position: 6, Type: "FreelancerRegistered"}},
		projection.Differences(nil, &ann, 9))
	require.Empty(t, projection.Differences(&ann, &ann, 9))
	held, free := ann, ann
	held.Marks = []projection.FreelancerMark{{Moment: projection.Moment{At: projectiontest.June, Position: 7}, Kind: projection.MarkHoldPlaced, Word: "quality"}}
	free.Marks = []projection.FreelancerMark{{Moment: projection.Moment{At: projectiontest.June, Position: 7}, Kind: projection.MarkHoldPlaced, Word: "identity"}}
	require.Equal(t, []projection.Difference{{Kind: projection.Different, Stream: event.FreelancerStream(projectiontest.Named("ann")), Position: 7, Type: "HoldPlaced",
		Field: "word", Was: "quality", Is: "identity"}}, projection.Differences(&held, &free, 9))

	job := projection.JobRecord{ID: projectiontest.Named("job"), Posted: projection.Moment{At: projectiontest.June, Position: 7}, Closed: projection.Moment{At: projectiontest.June, Position: 8},
		CloseReason: event.CloseFilled, Removed: projection.Moment{At: event.Never}}
	gone := job
	gone.CloseReason = event.CloseExpired
	require.Equal(t, []projection.Difference{{Kind: projection.Different, Stream: event.JobStream(projectiontest.Named("job")), Position: 8, Type: "JobClosed",
		Field: "reason", Was: "filled", Is: "expired"}}, projection.Differences(&job, &gone, 9))
	require.Empty(t, projection.Differences(&job, &job, 9))

	hired := projection.ProposalRecord{ID: projectiontest.Named("bid"), Submitted: projection.Moment{At: projectiontest.June, Position: 7},
		Steps: []projection.ProposalStep{{Moment: projection.Moment{At: projectiontest.June, Position: 8}, Kind: projection.StepOfferAccepted}}}
	waiting := hired
	waiting.Steps = nil
	require.Equal(t, []projection.Difference{{Kind: projection.Missing, Stream: event.ProposalStream(projectiontest.Named("bid")), Position: 8, Type: "OfferAccepted"}},
		projection.Differences(&hired, &waiting, 9))
	work := projection.ContractRecord{ID: projectiontest.Named("job"), Work: &projection.Work{All: []projection.Submission{
		{Moment: projection.Moment{At: projectiontest.June, Position: 2}, Answered: projection.Moment{At: projectiontest.June, Position: 4}, Outcome: projection.SubmissionReleased},
		{Moment: projection.Moment{At: projectiontest.June, Position: 3}, Answered: projection.Moment{At: event.Never}},
	}}}
	stands := work
	stands.Work = &projection.Work{All: []projection.Submission{{Moment: work.Work.All[0].Moment, Answered: projection.Moment{At: event.Never}}}}
	onJob := event.ContractStream(projectiontest.Named("job"))
	require.Equal(t, []projection.Difference{
		{Kind: projection.Missing, Stream: onJob, Position: 3, Type: "WorkSubmitted"},
		{Kind: projection.Different, Stream: onJob, Position: 4, Type: "WorkSubmitted", Field: "outcome", Was: "released", Is: "stands"},
		{Kind: projection.Different, Stream: onJob, Position: 4, Type: "WorkSubmitted", Field: "answered_position", Was: "4", Is: "0"},
	}, projection.Differences(&work, &stands, 9), "an answer is told where it was given")
	require.Len(t, projection.Differences(&work, &stands, 3), 1, "and not before")
	require.Equal(t, "contract-x: different BonusPaid at position 2, amount: was 5, is 6", projection.Difference{
		Kind: projection.Different, Stream: "contract-x", Position: 2, Type: "BonusPaid", Field: "amount", Was: "5", Is: "6"}.String())
}

// TestDifferencesAreThoseOfTheLog: a contract folded to its k-th event lacks
// exactly the facts behind it, and up to there nothing.
func TestDifferencesAreThoseOfTheLog(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		world, before := projectiontest.NewWorld(t), projectiontest.NewWorld(t)
		events := []event.Event{&event.ContractStarted{Via: event.ViaDirect}}
		for range rapid.IntRange(0, 20).Draw(rt, "payments") {
			events = append(events, &event.BonusPaid{Amount: event.Money(rapid.Int64Range(1, 9).Draw(rt, "amount"))})
		}
		cut := rapid.IntRange(1, len(events)).Draw(rt, "cut")
		for i, e := range events {
			world.OnContract("job", projectiontest.June, e)
			if i < cut {
				before.OnContract("job", projectiontest.June, e)
			}
		}
		whole, part := world.Contract("job"), before.Contract("job")
		require.Empty(rt, projection.Differences(whole, part, event.Position(cut)))
		missing := projection.Differences(whole, part, math.MaxUint64)
		require.Len(rt, missing, len(events)-cut)
		for i, d := range missing {
			require.Equal(rt, event.Position(cut+i+1), d.Position)
			require.Equal(rt, projection.Missing, d.Kind)
		}
		for i, d := range projection.Differences(part, whole, math.MaxUint64) {
			require.Equal(rt, projection.Extra, d.Kind)
			require.Equal(rt, missing[i].Position, d.Position)
		}
	})
}
