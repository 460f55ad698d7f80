package aggregate_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

var (
	viewed    = uuid.MustParse("30000000-0000-4000-8000-000000000009")
	first     = uuid.MustParse("40000000-0000-4000-8000-000000000011")
	second    = uuid.MustParse("40000000-0000-4000-8000-000000000012")
	disputed  = uuid.MustParse("50000000-0000-4000-8000-000000000011")
	viewedOf  = event.Week{Year: 2016, Number: 5}
	viewedBut = event.Week{Year: 2016, Number: 6}
)

// happened is an event of a stream at a moment.
type happened struct {
	stream, at string
	event      event.Event
}

func fixed(at string, e event.Event) happened { return happened{event.ContractStream(viewed), at, e} }

func logged(w event.Week, at string, e event.Event) happened {
	return happened{event.WorkWeekStream(viewed, w), at, e}
}

// asOf makes a contract of events as of a moment.
func asOf(t *testing.T, at string, events []happened) *aggregate.Contract {
	t.Helper()
	c := aggregate.NewContract(viewed, event.MustParseTime(at))
	for i, h := range events {
		env := event.Envelope{Stream: h.stream, Position: event.Position(i + 1), Meta: event.Meta{OccurredAt: event.MustParseTime(h.at)}, Event: h.event}
		require.NoError(t, c.Take(&env))
	}
	return c
}

func startedFixed() happened {
	return fixed("2016-01-04T09:00:00Z", &event.ContractStarted{
		Job: viewed, Client: first, Freelancer: second, Kind: event.KindFixed, Via: event.ViaInvite, Description: "A site in Go.",
	})
}

func startedHourly(limit int64) happened {
	return fixed("2016-02-01T00:00:00Z", &event.ContractStarted{
		Job: viewed, Client: first, Freelancer: second, Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: 1000, WeeklyLimitMinutes: limit,
		ManualTimeAllowed: true,
	})
}

// Every state of a milestone, as of each moment of its life.
func TestContractMilestones(t *testing.T) {
	events := []happened{
		startedFixed(),
		fixed("2016-01-04T10:00:00Z", &event.MilestoneAdded{Milestone: second, Amount: 900, Due: "2016-02-01", Description: "The first page."}),
		fixed("2016-01-04T10:00:00Z", &event.MilestoneAdded{Milestone: first, Amount: 500}),
		fixed("2016-01-05T00:00:00Z", &event.MilestoneFunded{Milestone: second, Amount: 900}),
		fixed("2016-01-06T00:00:00Z", &event.WorkSubmitted{Milestone: second, Attempt: 1, AutoReleaseAt: event.MustParseTime("2016-01-20T00:00:00Z")}),
		fixed("2016-01-07T00:00:00Z", &event.ChangesRequested{Milestone: second}),
		fixed("2016-01-08T00:00:00Z", &event.WorkSubmitted{Milestone: second, Attempt: 2, AutoReleaseAt: event.MustParseTime("2016-01-22T00:00:00Z")}),
		fixed("2016-01-09T00:00:00Z", &event.MilestoneReleased{Milestone: second, Amount: 300, Cause: event.ReleasedByClient}),
		fixed("2016-01-10T00:00:00Z", &event.EscrowRefundRequested{Milestone: second, Amount: 600, RespondBy: event.MustParseTime("2016-01-17T00:00:00Z")}),
		fixed("2016-01-11T00:00:00Z", &event.EscrowRefunded{Milestone: second, Amount: 600, Cause: event.RefundAccepted}),
	}
	at := func(s string) *event.Time {
		m := event.MustParseTime(s)
		return &m
	}
	due := event.Day("2016-02-01")
	for _, c := range []struct {
		name, asOf string
		state      aggregate.MilestoneState
		released   event.Money
		refunded   event.Money
		held       event.Money
		attempts   int
		release    *event.Time
		respond    *event.Time
	}{
		{"F7 added", "2016-01-04T23:59:59Z", aggregate.MilestoneStateUnfunded, 0, 0, 0, 0, nil, nil},
		{"F7 funded in this very second", "2016-01-05T00:00:00Z", aggregate.MilestoneStateFunded, 0, 0, 900, 0, nil, nil},
		{"F7 submitted", "2016-01-06T12:00:00Z", aggregate.MilestoneStateSubmitted, 0, 0, 900, 1, at("2016-01-20T00:00:00Z"), nil},
		{"F9 changes requested", "2016-01-07T12:00:00Z", aggregate.MilestoneStateFunded, 0, 0, 900, 1, nil, nil},
		{"F8 submitted again", "2016-01-08T12:00:00Z", aggregate.MilestoneStateSubmitted, 0, 0, 900, 2, at("2016-01-22T00:00:00Z"), nil},
		{"F9 a part released", "2016-01-09T12:00:00Z", aggregate.MilestoneStateFunded, 300, 0, 600, 2, nil, nil},
		{"F7 a refund requested", "2016-01-10T12:00:00Z", aggregate.MilestoneStateRefundRequested, 300, 0, 600, 2, nil, at("2016-01-17T00:00:00Z")},
		{"F7 closed", "2016-01-11T12:00:00Z", aggregate.MilestoneStateClosed, 300, 600, 0, 2, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := asOf(t, c.asOf, events)
			var last *event.Time
			if c.released > 0 {
				last = at("2016-01-09T00:00:00Z")
			}
			require.Equal(t, []aggregate.Milestone{{
				Milestone: second, Amount: 900, State: c.state, Released: c.released, Refunded: c.refunded, Held: c.held, Attempts: c.attempts,
				AutoReleaseAt: c.release, RespondBy: c.respond, ReleasedAt: last, Due: &due, Description: "The first page.",
			}, {Milestone: first, Amount: 500, State: aggregate.MilestoneStateUnfunded}}, k.Milestones(), "K5 in the order they were added")
			x := k.Escrow()
			require.Equal(t, x.Funded, x.Released+x.Refunded+x.Held)
			require.Equal(t, aggregate.Escrow{Funded: c.released + c.refunded + c.held, Released: c.released, Refunded: c.refunded, Held: c.held}, x)
			require.Equal(t, c.released, k.Paid())
		})
	}
}

// The state of a contract, and of its disputes.
func TestContractDisputes(t *testing.T) {
	opened := func(lapse event.DisputeLapse) []happened {
		return []happened{startedFixed(), fixed("2016-01-10T00:00:00Z", &event.DisputeOpened{
			Dispute: disputed, By: event.SideClient, Amount: 5, RespondBy: event.MustParseTime("2016-01-15T00:00:00Z"), OnLapse: lapse, Reason: "It is late.",
		}), fixed("2016-01-10T00:00:00Z", &event.ContractPaused{})}
	}
	then, mediation, five, none := event.MustParseTime("2016-01-11T00:00:00Z"), event.DecidedByMediation, event.Money(5), event.Money(0)
	for _, c := range []struct {
		name  string
		then  event.Event
		state aggregate.DisputeState
		lapse event.DisputeLapse
		told  aggregate.Dispute // what it adds
	}{
		{"I6 open", nil, aggregate.DisputeStateOpen, event.LapseNothing, aggregate.Dispute{}},
		{"I6 contested", &event.DisputeAnswered{Dispute: disputed, Answer: event.AnswerContest}, aggregate.DisputeStateAnswered, event.LapseNothing,
			aggregate.Dispute{AnsweredAt: &then}},
		{"I6 accepted", &event.DisputeAnswered{Dispute: disputed, Answer: event.AnswerAccept}, aggregate.DisputeStateAccepted, event.LapseNothing,
			aggregate.Dispute{AnsweredAt: &then, ClosedAt: &then}},
		{"C6 an accept in the first edition closes nothing", &event.DisputeAnswered{Dispute: disputed, Answer: event.AnswerAccept}, aggregate.DisputeStateAnswered, "",
			aggregate.Dispute{AnsweredAt: &then}},
		{"I6 lapsed", &event.DisputeLapsed{Dispute: disputed}, aggregate.DisputeStateLapsed, event.LapseNothing, aggregate.Dispute{ClosedAt: &then}},
		{"I4 a lapse that releases", &event.DisputeLapsed{Dispute: disputed}, aggregate.DisputeStateLapsed, event.LapseReleases,
			aggregate.Dispute{ClosedAt: &then, ToFreelancer: &five, ToClient: &none}},
		{"I4 an accept that refunds", &event.DisputeAnswered{Dispute: disputed, Answer: event.AnswerAccept}, aggregate.DisputeStateAccepted, event.LapseRefunds,
			aggregate.Dispute{AnsweredAt: &then, ClosedAt: &then, ToFreelancer: &none, ToClient: &five}},
		{"I6 a settlement proposed", &event.SettlementProposed{Dispute: disputed, ToFreelancer: 5}, aggregate.DisputeStateOpen, event.LapseNothing, aggregate.Dispute{}},
		{"I6 resolved", &event.DisputeResolved{Dispute: disputed, ToClient: 5, DecidedBy: event.DecidedByMediation}, aggregate.DisputeStateResolved, event.LapseNothing,
			aggregate.Dispute{ClosedAt: &then, DecidedBy: &mediation, ToFreelancer: &none, ToClient: &five}},
		{"I6 cancelled", &event.DisputeCancelled{Dispute: disputed}, aggregate.DisputeStateCancelled, event.LapseNothing, aggregate.Dispute{ClosedAt: &then}},
	} {
		t.Run(c.name, func(t *testing.T) {
			events := opened(c.lapse)
			if c.then != nil {
				events = append(events, fixed("2016-01-11T00:00:00Z", c.then))
			}
			want := c.told
			want.Dispute, want.By, want.Amount, want.State, want.Reason = disputed, event.SideClient, 5, c.state, "It is late."
			want.OpenedAt, want.RespondBy = event.MustParseTime("2016-01-10T00:00:00Z"), event.MustParseTime("2016-01-15T00:00:00Z")
			if c.lapse != "" {
				want.OnLapse = &c.lapse
			}
			k := asOf(t, "2016-01-11T00:00:00Z", events)
			require.Equal(t, []aggregate.Dispute{want}, k.Disputes())
			require.Equal(t, aggregate.ContractStatePaused, k.State())
			before := asOf(t, "2016-01-09T23:59:59Z", events)
			require.Empty(t, before.Disputes())
			require.Equal(t, aggregate.ContractStateActive, before.State())
		})
	}
}

func segment(start string, why event.Unprotected) *event.SegmentLogged {
	return &event.SegmentLogged{Start: event.MustParseTime(start), Kind: event.SegmentTracked, Activity: 7, Screenshot: true, Unprotected: why, Memo: "Routing."}
}

// What of each segment is billed and protected, before the invoice and after it.
func TestWorkDiary(t *testing.T) {
	events := []happened{
		startedHourly(25),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:20:00Z", "")),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:00:00Z", "")),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:10:00Z", event.UnprotectedNoMemo)),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:30:00Z", event.UnprotectedHold)),
		fixed("2016-02-03T00:00:00Z", &event.WeeklyLimitChanged{WeeklyLimitMinutes: 35}),
		logged(viewedOf, "2016-02-04T00:00:00Z", &event.SegmentDeleted{Start: event.MustParseTime("2016-02-02T09:10:00Z")}),
		fixed("2016-02-08T00:00:00Z", &event.WeeklyLimitChanged{WeeklyLimitMinutes: 10}),
		logged(viewedOf, "2016-02-08T12:00:00Z", &event.WeekInvoiced{Minutes: 30, OverLimitMinutes: 0, ProtectedMinutes: 20, Amount: 500, ReviewEndsAt: event.MustParseTime("2016-02-13T00:00:00Z")}),
		fixed("2016-02-13T00:00:00Z", &event.HoursPaid{Week: viewedOf, Minutes: 30, Amount: 500}),
		logged(viewedBut, "2016-02-14T00:00:00Z", segment("2016-02-08T00:00:00Z", "")),
		logged(viewedBut, "2016-02-14T00:00:00Z", &event.SegmentDeleted{Start: event.MustParseTime("2016-02-08T00:00:00Z")}),
	}
	type seg struct {
		start  string
		billed int64
		why    event.Unprotected
	}
	review, amount := event.MustParseTime("2016-02-13T00:00:00Z"), event.Money(500)
	for _, c := range []struct {
		name, asOf string
		segments   []seg
		protected  int64
		invoiced   bool
		paid       event.Money
	}{
		{"G10 under the limit in force at T", "2016-02-02T12:00:00Z", []seg{{"09:00", 10, ""}, {"09:10", 10, "no_memo"}, {"09:20", 5, "over_limit"}, {"09:30", 0, "hold"}}, 10, false, 0},
		{"G10 a limit of more", "2016-02-03T00:00:00Z", []seg{{"09:00", 10, ""}, {"09:10", 10, "no_memo"}, {"09:20", 10, ""}, {"09:30", 5, "hold"}}, 20, false, 0},
		{"G3 a segment deleted", "2016-02-07T23:59:59Z", []seg{{"09:00", 10, ""}, {"09:20", 10, ""}, {"09:30", 10, "hold"}}, 20, false, 0},
		{"G10 the limit at the week's end, not that of the next", "2016-02-08T00:00:00Z", []seg{{"09:00", 10, ""}, {"09:20", 10, ""}, {"09:30", 10, "hold"}}, 20, false, 0},
		{"K5 invoiced", "2016-02-08T12:00:00Z", []seg{{"09:00", 10, ""}, {"09:20", 10, ""}, {"09:30", 10, "hold"}}, 20, true, 0},
		{"K5 paid", "2016-02-13T00:00:00Z", []seg{{"09:00", 10, ""}, {"09:20", 10, ""}, {"09:30", 10, "hold"}}, 20, true, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := asOf(t, c.asOf, events)
			d := k.WorkDiary(viewedOf)
			want := &aggregate.WorkDiary{AsOf: event.MustParseTime(c.asOf), Contract: viewed, Week: viewedOf, ProtectedMinutes: c.protected, Paid: c.paid}
			for _, s := range c.segments {
				told := aggregate.Segment{
					Start: event.MustParseTime("2016-02-02T" + s.start + ":00Z"), Kind: event.SegmentTracked, Activity: 7, Screenshot: true,
					BilledMinutes: s.billed, Protected: s.why == "", Memo: "Routing.",
				}
				if s.why != "" {
					told.WhyNot = &s.why
				}
				want.Segments = append(want.Segments, told)
				want.Minutes += 10
				want.BillableMinutes += s.billed
				want.OverLimitMinutes += 10 - s.billed
			}
			if c.invoiced {
				want.Amount, want.ReviewEndsAt = &amount, &review
			}
			require.Equal(t, want, d)
			require.Equal(t, []aggregate.Week{{Week: viewedOf, Minutes: d.Minutes, Amount: d.Amount, ReviewEndsAt: d.ReviewEndsAt, Paid: d.Paid}}, k.Weeks())
			require.Nil(t, k.WorkDiary(viewedBut), "K5 a week without an event no diary")
		})
	}
	emptied := asOf(t, "2016-02-14T00:00:00Z", events)
	require.Len(t, emptied.Weeks(), 2, "K5 weeks with an event, the last segment deleted")
	require.Equal(t, []aggregate.Segment{}, emptied.WorkDiary(viewedBut).Segments)
}

// The limit cuts a segment of the invoice, whose numbers are the facts.
func TestWorkDiaryOfAnInvoice(t *testing.T) {
	d := asOf(t, "2016-03-01T00:00:00Z", []happened{
		startedHourly(14),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:00:00Z", "")),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:10:00Z", "")),
		logged(viewedOf, "2016-02-02T10:00:00Z", segment("2016-02-02T09:20:00Z", event.UnprotectedManual)),
		logged(viewedOf, "2016-02-08T12:00:00Z", &event.WeekInvoiced{Minutes: 30, OverLimitMinutes: 16, ProtectedMinutes: 10, Amount: 233, ReviewEndsAt: event.MustParseTime("2016-02-13T00:00:00Z")}),
	}).WorkDiary(viewedOf)
	require.EqualValues(t, []int64{30, 14, 16, 10}, []int64{d.Minutes, d.BillableMinutes, d.OverLimitMinutes, d.ProtectedMinutes})
	require.EqualValues(t, []int64{10, 4, 0}, []int64{d.Segments[0].BilledMinutes, d.Segments[1].BilledMinutes, d.Segments[2].BilledMinutes})
	require.Equal(t, event.UnprotectedOverLimit, *d.Segments[1].WhyNot)
	require.Equal(t, event.UnprotectedManual, *d.Segments[2].WhyNot, "G10 any other reason comes before the limit")
}

// The JSON is that of the rules: lists are never null, what is not there is, and what
// people wrote hides.
func TestContractReportAsJSON(t *testing.T) {
	events := []happened{startedFixed(), fixed("2016-01-05T00:00:00Z", &event.ContractEnded{By: event.SideClient, Reason: "Done."})}
	text, err := json.Marshal(asOf(t, "2016-01-04T09:00:00Z", events).Report())
	require.NoError(t, err)
	require.JSONEq(t, `{"as_of":"2016-01-04T09:00:00Z","contract":"30000000-0000-4000-8000-000000000009","client":"40000000-0000-4000-8000-000000000011",
		"freelancer":"40000000-0000-4000-8000-000000000012","job":"30000000-0000-4000-8000-000000000009","kind":"fixed","via":"invite","state":"active",
		"started_at":"2016-01-04T09:00:00Z","ended_at":null,"paid":0,"escrow":{"funded":0,"released":0,"refunded":0,"held":0},
		"milestones":[],"weeks":[],"disputes":[],"bonuses":[],"refunds":[],"feedback":[],"feedback_closes_at":null,"responses_close_at":null,"hourly_rate":null,"weekly_limit_minutes":null,"description":"[personal text]"}`, string(text))
	require.Nil(t, asOf(t, "2016-01-04T08:59:59Z", events).Report(), "K5 not started")
	ended := asOf(t, "2016-01-05T00:00:00Z", events).Report()
	require.Equal(t, aggregate.ContractStateEnded, ended.State)
	require.Equal(t, "2016-01-05T00:00:00Z", ended.EndedAt.String())
}

// The weeks to read go from the start to the end, or to the moment; streams that are
// another thing's are passed over.
func TestWeeksOfAContract(t *testing.T) {
	events := []happened{startedHourly(600), fixed("2016-02-22T00:00:00Z", &event.ContractEnded{By: event.SideClient, Reason: "Done."})}
	weeks := func(at, last string) (all []string) {
		for w := range asOf(t, at, events).WeeksUntil(event.MustParseTime(last)) {
			all = append(all, w.String())
		}
		return all
	}
	require.Equal(t, []string{"2016-W05", "2016-W06"}, weeks("2016-02-14T23:59:59Z", "2030-01-01T00:00:00Z"))
	require.Equal(t, []string{"2016-W05", "2016-W06", "2016-W07"}, weeks("2016-02-15T00:00:00Z", "2030-01-01T00:00:00Z"))
	require.Equal(t, []string{"2016-W05", "2016-W06", "2016-W07", "2016-W08"}, weeks("2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"))
	require.Equal(t, []string{"2016-W05"}, weeks("2026-01-01T00:00:00Z", "2016-02-03T00:00:00Z"))
	require.Empty(t, weeks("2016-01-31T23:59:59Z", "2030-01-01T00:00:00Z"))
	events = events[:1]
	endless := weeks("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")
	require.Equal(t, "9999-W52", endless[len(endless)-1])

	k := aggregate.NewContract(viewed, event.MustParseTime("2026-01-01T00:00:00Z"))
	for _, stream := range []string{event.ContractStream(first), event.ProposalStream(viewed), "orders-1", event.WorkWeekStream(first, viewedOf)} {
		require.NoError(t, k.Take(&event.Envelope{Stream: stream, Event: &event.ContractPaused{}}))
	}
	require.False(t, k.Started())
	broken := event.Envelope{Stream: event.ContractStream(viewed), Event: &event.ContractPaused{}}
	var invariant *aggregate.InvariantError
	require.ErrorAs(t, k.Take(&broken), &invariant)
}
