package statistics_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// job is a contract of a test. What is not given is ordinary: the client is
// "ann", 100.00 are paid at the end, and there is no feedback.
type job struct {
	client    string
	category  string
	start     event.Time // default: 10 days before the end
	end       event.Time // 0: it runs
	unpaid    bool
	paid      []pay // instead of 100.00 at the end
	overall   int   // hundredths of a star, 0: no feedback
	recommend *int
	feedback  event.Time // default: at the end
	sealed    bool       // not published; else when it was given
	excluded  event.Time // by moderation
	perk      event.Time // by the perk of a badge
}

type pay struct {
	at     event.Time
	amount event.Money // below 0: a refund
}

func addJob(w *projectiontest.World, name string, j job) {
	if j.client == "" {
		j.client = "ann"
	}
	if j.start == 0 {
		j.start = j.end - 10*projectiontest.Day
	}
	if len(j.paid) == 0 && !j.unpaid {
		j.paid = []pay{{j.end, 100_00}}
	}
	w.OnContract(name, j.start, &event.ContractStarted{Client: projectiontest.Named(j.client), Freelancer: projectiontest.Named("freelancer"), Via: event.ViaDirect, Category: j.category})
	ended := j.end == 0
	end := func(before event.Time) {
		if !ended && j.end <= before {
			w.OnContract(name, j.end, &event.ContractEnded{By: event.SideClient})
			ended = true
		}
	}
	for _, p := range j.paid {
		end(p.at - 1)
		if p.amount < 0 {
			w.OnContract(name, p.at, &event.RefundGiven{Amount: -p.amount})
		} else {
			w.OnContract(name, p.at, &event.BonusPaid{Amount: p.amount})
		}
	}
	end(event.Never)
	if j.overall > 0 {
		if j.feedback == 0 {
			j.feedback = j.end
		}
		w.OnContract(name, j.feedback, &event.FeedbackSubmitted{By: event.SideClient, Overall: j.overall, Recommend: j.recommend})
		if !j.sealed {
			w.OnContract(name, j.feedback, &event.FeedbackPublished{})
		}
	}
	if j.excluded > 0 {
		w.OnContract(name, j.excluded, &event.FeedbackExcluded{Basis: event.ExcludedByModeration})
	}
	if j.perk > 0 {
		w.OnContract(name, j.perk, &event.FeedbackExcluded{Basis: event.ExcludedByPerk})
	}
}

// verdict is what became of a contract: "successful 4 [6 12 24]", or why not.
func verdict(x *statistics.JobSuccessExplanation, name string) string {
	for _, c := range x.Contracts {
		if c.Contract == projectiontest.Named(name) {
			return fmt.Sprintf("%s %d %v", c.Class, c.Weight, c.Windows)
		}
	}
	for _, c := range x.LeftOut {
		if c.Contract == projectiontest.Named(name) {
			return string(c.Reason)
		}
	}
	return "not seen"
}

// TestOutcomeOfAContract: rules 4 and fine print J1 to J5 under the default
// policy, one contract at a time.
func TestOutcomeOfAContract(t *testing.T) {
	quarterly := []pay{{projectiontest.At("2016-06-01T09:00:00Z"), 100_00}, {projectiontest.At("2016-10-01T09:00:00Z"), 100_00}, {projectiontest.At("2017-01-01T09:00:00Z"), 100_00}}
	long := projectiontest.At("2016-05-01T09:00:00Z")
	for _, c := range []struct {
		name string
		job
		asOf event.Time // default: noon of 15 July 2017
		want string
	}{
		// Classes of feedback
		{name: "4.50 stars", job: job{end: projectiontest.June, overall: 450}, want: "successful 4 [6 12 24]"},
		{name: "4.49 stars", job: job{end: projectiontest.June, overall: 449}, want: "neutral 4 [6 12 24]"},
		{name: "3.50 stars", job: job{end: projectiontest.June, overall: 350}, want: "neutral 4 [6 12 24]"},
		{name: "3.49 stars", job: job{end: projectiontest.June, overall: 349}, want: "negative 4 [6 12 24]"},
		{name: "recommended 9", job: job{end: projectiontest.June, overall: 500, recommend: projectiontest.Ptr(9)}, want: "successful 4 [6 12 24]"},
		{name: "recommended 8", job: job{end: projectiontest.June, overall: 500, recommend: projectiontest.Ptr(8)}, want: "neutral 4 [6 12 24]"},
		{name: "recommended 7", job: job{end: projectiontest.June, overall: 500, recommend: projectiontest.Ptr(7)}, want: "neutral 4 [6 12 24]"},
		{name: "recommended 6", job: job{end: projectiontest.June, overall: 500, recommend: projectiontest.Ptr(6)}, want: "negative 4 [6 12 24]"},
		{name: "recommended 0 is not the same as no recommendation", job: job{end: projectiontest.June, overall: 500, recommend: projectiontest.Ptr(0)}, want: "negative 4 [6 12 24]"},
		{name: "the worse counts, public", job: job{end: projectiontest.June, overall: 300, recommend: projectiontest.Ptr(10)}, want: "negative 4 [6 12 24]"},
		{name: "the worse counts, neutral and negative", job: job{end: projectiontest.June, overall: 400, recommend: projectiontest.Ptr(3)}, want: "negative 4 [6 12 24]"},
		{name: "feedback at T", job: job{end: projectiontest.June, overall: 100, feedback: projectiontest.Noon}, want: "negative 4 [6 12 24]"},
		{name: "feedback after T", job: job{end: projectiontest.June, overall: 100, feedback: projectiontest.Noon + 1}, want: "no_feedback"},
		{name: "excluded at T", job: job{end: projectiontest.June, overall: 500, excluded: projectiontest.Noon}, want: "feedback_excluded"},
		{name: "excluded after T", job: job{end: projectiontest.June, overall: 500, excluded: projectiontest.Noon + 1}, want: "successful 4 [6 12 24]"},

		// Weight by what was paid
		{name: "250.00", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 250_00}}}, want: "successful 4 [6 12 24]"},
		{name: "250.01", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 250_01}}}, want: "successful 5 [6 12 24]"},
		{name: "1,000.00", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 1000_00}}}, want: "successful 5 [6 12 24]"},
		{name: "1,000.01", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 1000_01}}}, want: "successful 6 [6 12 24]"},
		{name: "net of refunds", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 1000_01}, {projectiontest.June, -750_01}}}, want: "successful 4 [6 12 24]"},
		{name: "a refund after T", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 1000_01}, {projectiontest.Noon + 1, -750_01}}}, want: "successful 6 [6 12 24]"},
		{name: "a bonus at T", job: job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 250_00}, {projectiontest.Noon, 1}}}, want: "successful 5 [6 12 24]"},

		// Windows
		{name: "ended 15 January, on 15 July", job: job{end: projectiontest.At("2017-01-15T23:59:59Z"), overall: 500}, want: "successful 4 [6 12 24]"},
		{name: "ended 15 January, on 16 July", job: job{end: projectiontest.At("2017-01-15T23:59:59Z"), overall: 500}, asOf: projectiontest.At("2017-07-16T00:00:00Z"), want: "successful 4 [12 24]"},
		{name: "ended 31 August, on 28 February", job: job{end: projectiontest.At("2016-08-31T12:00:00Z"), overall: 500}, asOf: projectiontest.At("2017-02-28T23:59:59Z"), want: "successful 4 [6 12 24]"},
		{name: "ended 31 August, on 1 March", job: job{end: projectiontest.At("2016-08-31T12:00:00Z"), overall: 500}, asOf: projectiontest.At("2017-03-01T00:00:00Z"), want: "successful 4 [12 24]"},
		{name: "ended a year ago today", job: job{end: projectiontest.At("2016-07-15T00:00:00Z"), overall: 500}, want: "successful 4 [12 24]"},
		{name: "ended two years ago today", job: job{end: projectiontest.At("2015-07-15T00:00:00Z"), overall: 500}, want: "successful 4 [24]"},
		{name: "ended a day more than two years ago", job: job{end: projectiontest.At("2015-07-14T23:59:59Z"), overall: 500}, want: "outside_windows"},
		{name: "ended at T", job: job{end: projectiontest.Noon, overall: 500}, want: "successful 4 [6 12 24]"},
		{name: "ends after T", job: job{end: projectiontest.Noon + 1, overall: 500}, want: "running_too_short"},
		{name: "starts after T", job: job{start: projectiontest.Noon + 1}, want: "not seen"},

		// Unpaid
		{name: "unpaid, no feedback", job: job{end: projectiontest.June, unpaid: true}, want: "unpaid_without_feedback"},
		{name: "unpaid, successful", job: job{end: projectiontest.June, unpaid: true, overall: 500}, want: "unpaid_with_feedback_that_does_not_count"},
		{name: "unpaid, neutral", job: job{end: projectiontest.June, unpaid: true, overall: 400}, want: "unpaid_with_feedback_that_does_not_count"},
		{name: "unpaid, negative", job: job{end: projectiontest.June, unpaid: true, overall: 100}, want: "negative 4 [6 12 24]"},
		{name: "wholly refunded is unpaid", job: job{end: projectiontest.June, paid: []pay{{projectiontest.June, 100_00}, {projectiontest.Noon, -100_00}}, overall: 500}, want: "unpaid_with_feedback_that_does_not_count"},
		{name: "refunded after T is paid", job: job{end: projectiontest.June, paid: []pay{{projectiontest.June, 100_00}, {projectiontest.Noon + 1, -100_00}}, overall: 500}, want: "successful 4 [6 12 24]"},
		{name: "a refund unpays no quarter", job: job{start: long, end: projectiontest.June, overall: 100, paid: append(quarterly[:3:3], pay{projectiontest.June, -300_00})}, want: "negative 12 [6 12 24]"},

		// Long term
		{name: "no feedback, one paid quarter", job: job{end: projectiontest.June}, want: "no_feedback"},
		{name: "no feedback, two paid quarters", job: job{start: long, end: projectiontest.June, paid: quarterly[:2]}, want: "successful 8 [6 12 24]"},
		{name: "no feedback, three paid quarters", job: job{start: long, end: projectiontest.June, paid: quarterly}, want: "successful 13 [6 12 24]"},
		{name: "unpaid is no long-term success", job: job{start: long, end: projectiontest.June, paid: append(quarterly[:3:3], pay{projectiontest.June, -300_00})}, want: "unpaid_without_feedback"},
		{name: "feedback comes before long term", job: job{start: long, end: projectiontest.June, paid: quarterly, overall: 100}, want: "negative 13 [6 12 24]"},
		{name: "a late bonus pays a quarter after the end", job: job{start: projectiontest.At("2017-02-01T00:00:00Z"), end: projectiontest.At("2017-02-10T00:00:00Z"),
			paid: []pay{{projectiontest.At("2017-02-10T00:00:00Z"), 1}, {projectiontest.At("2017-05-01T00:00:00Z"), 1}}}, want: "successful 8 [6 12 24]"},

		// Running contracts
		{name: "running for 90 days to the second", job: job{start: projectiontest.Noon - 90*projectiontest.Day, paid: []pay{{projectiontest.Noon, 1}}}, want: "no_feedback"},
		{name: "running for a second less", job: job{start: projectiontest.Noon - 90*projectiontest.Day + 1, paid: []pay{{projectiontest.Noon, 1}}}, want: "running_too_short"},
		{name: "running, two quarters", job: job{start: projectiontest.Noon - 100*projectiontest.Day, paid: []pay{{projectiontest.Noon - 99*projectiontest.Day, 1}, {projectiontest.Noon, 1}}}, want: "successful 8 [6 12 24]"},
		{name: "last payment 90 days ago to the second", job: job{start: projectiontest.Noon - 300*projectiontest.Day, paid: []pay{{projectiontest.Noon - 299*projectiontest.Day, 1}, {projectiontest.Noon - 90*projectiontest.Day, 1}}}, want: "running_without_recent_payment"},
		{name: "last payment a second later", job: job{start: projectiontest.Noon - 300*projectiontest.Day, paid: []pay{{projectiontest.Noon - 299*projectiontest.Day, 1}, {projectiontest.Noon - 90*projectiontest.Day + 1, 1}}}, want: "successful 8 [6 12 24]"},
		{name: "a refund is no payment", job: job{start: projectiontest.Noon - 300*projectiontest.Day, paid: []pay{{projectiontest.Noon - 299*projectiontest.Day, 100}, {projectiontest.Noon - 95*projectiontest.Day, 100}, {projectiontest.Noon - 1, -1}}}, want: "running_without_recent_payment"},
		{name: "running and refunded to nothing", job: job{start: projectiontest.Noon - 300*projectiontest.Day, paid: []pay{{projectiontest.Noon - 299*projectiontest.Day, 100}, {projectiontest.Noon - 9*projectiontest.Day, 100}, {projectiontest.Noon - 1, -200}}}, want: "unpaid_without_feedback"},
		{name: "running, paid after T only", job: job{start: projectiontest.Noon - 300*projectiontest.Day, paid: []pay{{projectiontest.Noon + 1, 100}}}, want: "running_without_recent_payment"},
		{name: "the end after T does not matter", job: job{start: projectiontest.Noon - 100*projectiontest.Day, end: projectiontest.Noon + 1, paid: []pay{{projectiontest.Noon - 99*projectiontest.Day, 1}, {projectiontest.Noon, 1}}, overall: 100}, want: "successful 8 [6 12 24]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.asOf == 0 {
				c.asOf = projectiontest.Noon
			}
			w := projectiontest.NewWorld(t)
			addJob(w, "job", c.job)
			x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, c.asOf)
			require.Equal(t, c.want, verdict(x, "job"))
		})
	}
}

func TestPausedContractRuns(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "job", job{start: projectiontest.Noon - 100*projectiontest.Day, paid: []pay{{projectiontest.Noon - 99*projectiontest.Day, 1}, {projectiontest.Noon, 1}}})
	w.OnContract("job", projectiontest.Noon, &event.ContractPaused{})
	x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, "successful 8 [6 12 24]", verdict(x, "job"))
	require.True(t, x.Contracts[0].Running)
}

// TestDisputesDoNotTouchTheScore: fine print J11.
func TestDisputesDoNotTouchTheScore(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "job", job{end: projectiontest.June, overall: 500})
	w.OnContract("job", projectiontest.June, &event.DisputeOpened{By: event.SideClient, Dispute: projectiontest.Named("dispute")})
	x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, "successful 4 [6 12 24]", verdict(x, "job"))
}

// TestFreelancersFeedbackDoesNotCount: F is the client's.
func TestFreelancersFeedbackDoesNotCount(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "job", job{end: projectiontest.June})
	w.OnContract("job", projectiontest.June, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 100})
	x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, "no_feedback", verdict(x, "job"))
}

// TestVoidedClient: rules 4 and fine print J3.
func TestVoidedClient(t *testing.T) {
	poor := &event.ClientFlagged{Basis: event.FlagPoorCollaboration}
	other := &event.ClientFlagged{Basis: event.FlagOther}
	suspended := func(r event.SanctionReason) event.Event { return &event.ClientSuspended{Reason: r} }
	barred := func(r event.SanctionReason) event.Event { return &event.ClientBarred{Reason: r} }
	lifted, reinstated := &event.ClientFlagLifted{}, &event.ClientReinstated{}
	type mark struct {
		at event.Time
		event.Event
	}
	for _, c := range []struct {
		name   string
		marks  []mark
		voided bool
	}{
		{"nothing", nil, false},
		{"poor collaboration", []mark{{projectiontest.June, poor}}, true},
		{"poor collaboration at T", []mark{{projectiontest.Noon, poor}}, true},
		{"poor collaboration after T", []mark{{projectiontest.Noon + 1, poor}}, false},
		{"another flag", []mark{{projectiontest.June, other}}, false},
		{"lifted", []mark{{projectiontest.June, poor}, {projectiontest.June, lifted}}, false},
		{"lifted at T", []mark{{projectiontest.June, poor}, {projectiontest.Noon, lifted}}, false},
		{"lifted after T", []mark{{projectiontest.June, poor}, {projectiontest.Noon + 1, lifted}}, true},
		{"lifted and flagged again", []mark{{projectiontest.June, poor}, {projectiontest.June, lifted}, {projectiontest.June, poor}}, true},
		{"lifted and flagged for something else", []mark{{projectiontest.June, poor}, {projectiontest.June, lifted}, {projectiontest.June, other}}, false},
		{"flagged for something else after it", []mark{{projectiontest.June, poor}, {projectiontest.June, other}}, false},
		{"suspended for the terms", []mark{{projectiontest.June, suspended(event.SanctionTOS)}}, true},
		{"suspended for the terms after T", []mark{{projectiontest.Noon + 1, suspended(event.SanctionTOS)}}, false},
		{"suspended for conduct", []mark{{projectiontest.June, suspended(event.SanctionConduct)}}, false},
		{"suspended for the terms and reinstated at T", []mark{{projectiontest.June, suspended(event.SanctionTOS)}, {projectiontest.Noon, reinstated}}, false},
		{"suspended for the terms and reinstated after T", []mark{{projectiontest.June, suspended(event.SanctionTOS)}, {projectiontest.Noon + 1, reinstated}}, true},
		{"reinstated, then suspended for payment", []mark{{projectiontest.June, suspended(event.SanctionTOS)}, {projectiontest.June, reinstated}, {projectiontest.June, suspended(event.SanctionPayment)}}, false},
		{"barred for the terms", []mark{{projectiontest.June, barred(event.SanctionTOS)}}, true},
		{"barred for fraud", []mark{{projectiontest.June, barred(event.SanctionFraud)}}, false},
		{"suspended for the terms, then barred for fraud", []mark{{projectiontest.June, suspended(event.SanctionTOS)}, {projectiontest.June, barred(event.SanctionFraud)}}, true},
		{"flag lifted, but suspended for the terms", []mark{{projectiontest.June, poor}, {projectiontest.June, suspended(event.SanctionTOS)}, {projectiontest.June, lifted}}, true},
		{"reinstated, but flagged", []mark{{projectiontest.June, suspended(event.SanctionTOS)}, {projectiontest.June, poor}, {projectiontest.June, reinstated}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			w.Client("ann", projectiontest.June-100*projectiontest.Day, &event.ClientRegistered{})
			addJob(w, "job", job{end: projectiontest.June, overall: 500})
			for _, m := range c.marks {
				w.Client("ann", m.at, m.Event)
			}
			x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
			want := "successful 4 [6 12 24]"
			if c.voided {
				want = "client_voided"
				last := x.LeftOut[0].Facts[len(x.LeftOut[0].Facts)-1]
				require.Contains(t, []string{"ClientFlagged", "ClientSuspended", "ClientBarred"}, last.Type)
			}
			require.Equal(t, want, verdict(x, "job"))
		})
	}
}

// TestPaidQuarters: fine print J5.
func TestPaidQuarters(t *testing.T) {
	start := projectiontest.At("2016-08-31T10:00:00Z")
	for _, c := range []struct {
		name     string
		payments []string
		want     int
	}{
		{"none", nil, 0},
		{"one", []string{"2016-08-31T10:00:00Z"}, 1},
		{"two in one block", []string{"2016-09-01T10:00:00Z", "2016-11-30T09:59:59Z"}, 1},
		{"a payment on the border is of the later block", []string{"2016-09-01T10:00:00Z", "2016-11-30T10:00:00Z"}, 2},
		{"31 August + 9 months is 31 May, a second before it", []string{"2017-05-30T10:00:00Z", "2017-05-31T09:59:59Z"}, 1},
		{"31 August + 9 months is 31 May", []string{"2017-05-30T10:00:00Z", "2017-05-31T10:00:00Z"}, 2},
		{"31 August + 6 months is 28 February", []string{"2017-02-28T09:59:59Z", "2017-02-28T10:00:00Z"}, 2},
		{"one on the border and one after it", []string{"2016-09-01T10:00:00Z", "2016-11-30T10:00:00Z", "2016-12-15T10:00:00Z"}, 2},
		{"empty blocks between", []string{"2016-09-01T10:00:00Z", "2019-09-01T10:00:00Z", "2019-09-02T10:00:00Z"}, 2},
		{"every block of a year", []string{"2016-09-01T00:00:00Z", "2016-12-01T00:00:00Z", "2017-03-01T00:00:00Z", "2017-06-01T00:00:00Z"}, 4},
		{"to the end of time", []string{"2016-09-01T00:00:00Z", "9999-12-31T23:59:59Z"}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := job{start: start, unpaid: true}
			for _, p := range c.payments {
				j.paid = append(j.paid, pay{projectiontest.At(p), 1})
			}
			w := projectiontest.NewWorld(t)
			addJob(w, "job", j)
			require.Equal(t, c.want, w.Contract("job").PaidQuarters(event.Never-1, 3))
		})
	}
}

func TestWeightIsAtMostEightJobs(t *testing.T) {
	j := job{start: projectiontest.June.AddMonths(-60), end: projectiontest.June, overall: 500}
	for k := range 20 {
		j.paid = append(j.paid, pay{j.start.AddMonths(3*k + 1), 1000_00})
	}
	w := projectiontest.NewWorld(t)
	addJob(w, "job", j)
	x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, "successful 32 [6 12 24]", verdict(x, "job"))
	require.Equal(t, 20, x.Contracts[0].PaidQuarters)
}

func scoreText(x *statistics.JobSuccess) string {
	if x == nil {
		return "none"
	}
	return fmt.Sprintf("%d bp, %d %%, window %d, %d outcomes of %d clients, weight %d, %d/%d/%d",
		x.ScoreBP, x.Displayed, x.WindowMonths, x.Outcomes, x.Clients, x.Weight, x.Successful, x.Neutral, x.Negative)
}

// TestScore: the best window, fine print J6 and J12.
func TestScore(t *testing.T) {
	month := func(n int) event.Time { return projectiontest.Noon.AddMonths(-n) }
	good := func(client string, months int) job {
		return job{client: client, end: month(months), overall: 500}
	}
	fair := func(client string, months int) job {
		return job{client: client, end: month(months), overall: 400}
	}
	bad := func(client string, months int) job {
		return job{client: client, end: month(months), overall: 100}
	}
	for _, c := range []struct {
		name   string
		preset string
		jobs   []job
		want   string
	}{
		{"no contract", "2024-09", nil, "none"},
		{"one outcome", "2024-09", []job{good("ann", 1)}, "none"},
		{"two outcomes of one client", "2024-09", []job{good("ann", 1), good("ann", 1)}, "none"},
		{"two outcomes of two clients", "2024-09", []job{good("ann", 1), good("bob", 1)}, "10000 bp, 100 %, window 6, 2 outcomes of 2 clients, weight 8, 2/0/0"},
		{"equal windows: the shortest", "2024-09", []job{good("ann", 1), good("bob", 1), good("cat", 8), good("dan", 20)}, "10000 bp, 100 %, window 6, 2 outcomes of 2 clients, weight 8, 2/0/0"},
		{"the best window, not the newest", "2024-09", []job{good("ann", 1), bad("bob", 1), good("cat", 8), good("dan", 20)}, "5000 bp, 50 %, window 24, 4 outcomes of 4 clients, weight 16, 3/0/1"},
		{"a short window with too few outcomes does not count", "2024-09", []job{good("ann", 1), fair("bob", 8)}, "5000 bp, 50 %, window 12, 2 outcomes of 2 clients, weight 8, 1/1/0"},
		{"a short window with too few clients does not count", "2024-09", []job{good("ann", 1), good("ann", 2), fair("bob", 8)}, "6667 bp, 67 %, window 12, 3 outcomes of 2 clients, weight 12, 2/1/0"},
		{"neutral counts below the line only", "2024-09", []job{good("ann", 1), fair("bob", 1)}, "5000 bp, 50 %, window 6, 2 outcomes of 2 clients, weight 8, 1/1/0"},
		{"never below 0", "2024-09", []job{bad("ann", 1), bad("bob", 1)}, "0 bp, 0 %, window 6, 2 outcomes of 2 clients, weight 8, 0/0/2"},
		{"cut at 0 before windows are compared", "2024-09", []job{bad("ann", 1), bad("bob", 1), good("cat", 8)}, "0 bp, 0 %, window 6, 2 outcomes of 2 clients, weight 8, 0/0/2"},
		{"old outcomes are outside all windows", "2024-09", []job{good("ann", 30), good("bob", 30)}, "none"},
		{"2023-12: two of two", "2023-12", []job{good("ann", 1), good("bob", 1)}, "10000 bp, 100 %, window 6, 2 outcomes of 2 clients, weight 8, 2/0/0"},
		{"2020-11: three are too few", "2020-11", []job{good("ann", 1), good("bob", 1), good("bob", 1)}, "none"},
		{"2020-11: four of two clients", "2020-11", []job{good("ann", 1), good("bob", 1), good("bob", 1), good("bob", 1)}, "10000 bp, 100 %, window 6, 4 outcomes of 2 clients, weight 16, 4/0/0"},
		{"2020-03: four of two clients are too few", "2020-03", []job{good("ann", 1), good("bob", 1), good("bob", 1), good("bob", 1)}, "none"},
		{"2020-03: four of three clients", "2020-03", []job{good("ann", 1), good("bob", 1), good("cat", 1), good("cat", 1)}, "10000 bp, 100 %, window 6, 4 outcomes of 3 clients, weight 16, 4/0/0"},
		{"2015: three are too few", "2015", []job{good("ann", 1), good("bob", 1), good("cat", 1)}, "none"},
		{"2015: four of three clients", "2015", []job{good("ann", 1), good("bob", 1), good("cat", 1), bad("cat", 1)}, "5000 bp, 50 %, window 6, 4 outcomes of 3 clients, weight 16, 3/0/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			for i, j := range c.jobs {
				addJob(w, fmt.Sprint("job ", i), j)
			}
			require.Equal(t, c.want, scoreText(projectiontest.Preset(t, c.preset).JobSuccess.Of(w.Contracts, w.Lookup, projectiontest.Noon)))
		})
	}
}

// TestPresets: the table of rules 4 with fine print J7 to J11, one contract
// under every preset.
func TestPresets(t *testing.T) {
	long := projectiontest.At("2016-05-01T09:00:00Z")
	quarterly := []pay{{projectiontest.At("2016-06-01T09:00:00Z"), 400_00}, {projectiontest.At("2016-10-01T09:00:00Z"), 400_00}, {projectiontest.At("2017-01-01T09:00:00Z"), 400_00}}
	const success, none = "successful 4 [6 12 24]", "unpaid_with_feedback_that_does_not_count"
	const negative, silent = "negative 4 [6 12 24]", "unpaid_without_feedback"
	for _, c := range []struct {
		name string
		job
		want [5]string // by preset, the oldest first
	}{
		{"unpaid, no feedback", job{end: projectiontest.June, unpaid: true}, [5]string{negative, negative, silent, silent, silent}},
		{"unpaid, successful", job{end: projectiontest.June, unpaid: true, overall: 500}, [5]string{success, none, none, none, none}},
		{"unpaid, neutral", job{end: projectiontest.June, unpaid: true, overall: 400}, [5]string{negative, negative, negative, negative, none}},
		{"unpaid, negative", job{end: projectiontest.June, unpaid: true, overall: 100}, [5]string{negative, negative, negative, negative, negative}},
		{"large", job{end: projectiontest.June, overall: 500, paid: []pay{{projectiontest.June, 1000_01}}}, [5]string{success, "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 6 [6 12 24]"}},
		{"long term", job{start: long, end: projectiontest.June, overall: 500, paid: quarterly}, [5]string{success, "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 14 [6 12 24]"}},
		{"long term without feedback", job{start: long, end: projectiontest.June, paid: quarterly}, [5]string{negative, "negative 6 [6 12 24]", "no_feedback", "no_feedback", "successful 14 [6 12 24]"}},
		{"running long term", job{start: long, paid: append(quarterly[:3:3], pay{projectiontest.June, 1})}, [5]string{"running", "running", "running", "running", "successful 18 [6 12 24]"}},
	} {
		for i, name := range statistics.PresetNames() {
			t.Run(c.name+" "+name, func(t *testing.T) {
				w := projectiontest.NewWorld(t)
				addJob(w, "job", c.job)
				x := projectiontest.Preset(t, name).JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
				require.Equal(t, c.want[i], verdict(x, "job"))
			})
		}
	}
}

// TestMostlyWithoutFeedback: fine print J9, under the two presets that have it.
func TestMostlyWithoutFeedback(t *testing.T) {
	silent, praised := job{end: projectiontest.June}, job{end: projectiontest.June, overall: 500}
	early := projectiontest.June.AddMonths(-8)
	for _, c := range []struct {
		name string
		jobs []job // the verdict is on the first
		want string
	}{
		{"all", []job{silent}, "negative 4 [6 12 24]"},
		{"exactly half", []job{silent, praised}, "no_feedback"},
		{"more than half", []job{silent, silent, praised}, "negative 4 [6 12 24]"},
		{"unpaid ones without feedback count", []job{silent, {end: projectiontest.June, unpaid: true}, praised}, "negative 4 [6 12 24]"},
		{"unpaid ones with feedback count on the other side", []job{silent, {end: projectiontest.June, unpaid: true, overall: 500}}, "no_feedback"},
		{"a voided client's do not", []job{silent, {client: "voided", end: projectiontest.June}, {client: "voided", end: projectiontest.June}, praised}, "no_feedback"},
		{"excluded ones do not", []job{silent, praised, {end: projectiontest.June, overall: 500, excluded: projectiontest.June}}, "no_feedback"},
		{"excluded ones do not, so it is more than half", []job{silent, {end: projectiontest.June, overall: 500, excluded: projectiontest.June}}, "negative 4 [6 12 24]"},
		{"running ones do not", []job{silent, praised, {start: projectiontest.June.AddMonths(-12), paid: []pay{{projectiontest.June, 1}}}}, "no_feedback"},
		{"each window by itself", []job{silent, praised, {end: early}}, "negative 4 [12 24]"},
		{"each window by itself, outside the newest", []job{{end: early}, silent}, "negative 4 [12 24]"},
		{"each window by itself, the other way", []job{silent, {end: early, overall: 500}}, "negative 4 [6]"},
	} {
		for _, name := range []string{"2015", "2020-03"} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				w := projectiontest.NewWorld(t)
				w.Client("voided", projectiontest.June-100*projectiontest.Day, &event.ClientRegistered{}, &event.ClientBarred{Reason: event.SanctionTOS})
				for i, j := range c.jobs {
					addJob(w, fmt.Sprint("job ", i), j)
				}
				x := projectiontest.Preset(t, name).JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
				require.Equal(t, c.want, verdict(x, "job 0"))
			})
		}
	}
}

// TestMostlyWithoutFeedbackAndRunning: in a rule that had both, work that runs
// could not have feedback yet and would not be negative for it.
func TestMostlyWithoutFeedbackAndRunning(t *testing.T) {
	p := projectiontest.Preset(t, "2024-09").JobSuccess
	p.NegativeMostlyAbsent = true
	w := projectiontest.NewWorld(t)
	addJob(w, "ended", job{end: projectiontest.June})
	addJob(w, "runs", job{start: projectiontest.Noon - 100*projectiontest.Day, paid: []pay{{projectiontest.Noon, 1}}})
	x := p.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, "negative 4 [6 12 24]", verdict(x, "ended"))
	require.Equal(t, "no_feedback", verdict(x, "runs"))
}

// TestExplanationNamesTheEvents: position, type and moment of what was read.
func TestExplanationNamesTheEvents(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "job", job{end: projectiontest.June, overall: 500})
	x := projectiontest.Preset(t, "2024-09").JobSuccess.Explain(projectiontest.Named("freelancer"), w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, []projection.Evidence{
		{Position: 1, Type: "ContractStarted", OccurredAt: projectiontest.June - 10*projectiontest.Day},
		{Position: 2, Type: "BonusPaid", OccurredAt: projectiontest.June},
		{Position: 3, Type: "ContractEnded", OccurredAt: projectiontest.June},
		{Position: 4, Type: "FeedbackSubmitted", OccurredAt: projectiontest.June},
		{Position: 5, Type: "FeedbackPublished", OccurredAt: projectiontest.June},
	}, x.Contracts[0].Facts)
	require.Equal(t, statistics.WindowTooFewOutcomes, x.Windows[0].Reason)
	require.Nil(t, x.Score)
}

// TestPolicyIsAValue: a host's own rule, and one that makes no sense.
func TestPolicyIsAValue(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "a", job{end: projectiontest.June, overall: 440})
	mine := projectiontest.Preset(t, "2024-09")
	mine.Name = "mine"
	mine.JobSuccess.Feedback.SuccessfulOverall = 440
	mine.JobSuccess.MinOutcomes, mine.JobSuccess.MinClients = 1, 1
	require.NoError(t, mine.Validate())
	require.Equal(t, int64(10000), mine.JobSuccess.Of(w.Contracts, w.Lookup, projectiontest.Noon).ScoreBP)
	require.Nil(t, projectiontest.Preset(t, "2024-09").JobSuccess.Of(w.Contracts, w.Lookup, projectiontest.Noon), "presets are copies")

	for name, spoil := range map[string]func(*statistics.Policy){
		"no window":         func(p *statistics.Policy) { p.JobSuccess.WindowMonths = nil },
		"window of nothing": func(p *statistics.Policy) { p.JobSuccess.WindowMonths = []int{0} },
		"quarter":           func(p *statistics.Policy) { p.JobSuccess.QuarterMonths = 0 },
		"weight":            func(p *statistics.Policy) { p.JobSuccess.Weight.Max = -1 },
		"steps":             func(p *statistics.Policy) { p.JobSuccess.Weight.Steps = []statistics.WeightStep{{2, 1}, {1, 1}} },
		"days":              func(p *statistics.Policy) { p.JobSuccess.RunningDays = -1 },
		"class":             func(p *statistics.Policy) { p.JobSuccess.Unpaid.Neutral = "good" },
		"dispute months":    func(p *statistics.Policy) { p.DisputeRate.RecentMonths = 0 },
		"invite window":     func(p *statistics.Policy) { p.Responsiveness.Window = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			p := projectiontest.Preset(t, "2024-09")
			spoil(&p)
			require.ErrorIs(t, p.Validate(), statistics.ErrInvalidPolicy)
		})
	}
	_, err := statistics.Preset("2019")
	require.ErrorIs(t, err, statistics.ErrUnknownPolicy)
}

// TestWeightlessOutcomesGiveNoScore: nothing divided by nothing is unknown.
func TestWeightlessOutcomesGiveNoScore(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "a", job{client: "ann", end: projectiontest.June, overall: 500})
	addJob(w, "b", job{client: "bob", end: projectiontest.June, overall: 500})
	p := projectiontest.Preset(t, "2024-09")
	p.JobSuccess.Weight = statistics.WeightPolicy{}
	x := p.JobSuccess.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.Noon)
	require.Nil(t, x.Score)
	require.Equal(t, statistics.WindowNoWeight, x.Windows[0].Reason)
}
