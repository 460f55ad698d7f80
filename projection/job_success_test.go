package projection_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// job is a contract of a test. What is not given is ordinary: the client is
// "ann", 100.00 are paid at the end, and there is no feedback.
type job struct {
	client    string
	start     event.Time // default: 10 days before the end
	end       event.Time // 0: it runs
	unpaid    bool
	paid      []pay // instead of 100.00 at the end
	overall   int   // hundredths of a star, 0: no feedback
	recommend *int
	feedback  event.Time // default: at the end
	excluded  event.Time
}

type pay struct {
	at     event.Time
	amount event.Money // below 0: a refund
}

func (w *world) job(name string, j job) {
	if j.client == "" {
		j.client = "ann"
	}
	if j.start == 0 {
		j.start = j.end - 10*day
	}
	if len(j.paid) == 0 && !j.unpaid {
		j.paid = []pay{{j.end, 100_00}}
	}
	w.onContract(name, j.start, &event.ContractStarted{Client: named(j.client), Freelancer: named("freelancer"), Via: event.ViaDirect})
	ended := j.end == 0
	end := func(before event.Time) {
		if !ended && j.end <= before {
			w.onContract(name, j.end, &event.ContractEnded{By: event.SideClient})
			ended = true
		}
	}
	for _, p := range j.paid {
		end(p.at - 1)
		if p.amount < 0 {
			w.onContract(name, p.at, &event.RefundGiven{Amount: -p.amount})
		} else {
			w.onContract(name, p.at, &event.BonusPaid{Amount: p.amount})
		}
	}
	end(event.Never)
	if j.overall > 0 {
		if j.feedback == 0 {
			j.feedback = j.end
		}
		w.onContract(name, j.feedback, &event.FeedbackSubmitted{By: event.SideClient, Overall: j.overall, Recommend: j.recommend})
	}
	if j.excluded > 0 {
		w.onContract(name, j.excluded, &event.FeedbackExcluded{Basis: event.ExcludedByPerk})
	}
}

// verdict is what became of a contract: "successful 4 [6 12 24]", or why not.
func verdict(x *projection.JobSuccessExplanation, name string) string {
	for _, c := range x.Contracts {
		if c.Contract == named(name) {
			return fmt.Sprintf("%s %d %v", c.Class, c.Weight, c.Windows)
		}
	}
	for _, c := range x.LeftOut {
		if c.Contract == named(name) {
			return string(c.Reason)
		}
	}
	return "not seen"
}

var (
	noon = at("2017-07-15T12:00:00Z")
	june = at("2017-06-01T09:00:00Z")
)

// TestOutcomeOfAContract: rules 4 and fine print J1 to J5 under the default
// policy, one contract at a time.
func TestOutcomeOfAContract(t *testing.T) {
	quarterly := []pay{{at("2016-06-01T09:00:00Z"), 100_00}, {at("2016-10-01T09:00:00Z"), 100_00}, {at("2017-01-01T09:00:00Z"), 100_00}}
	long := at("2016-05-01T09:00:00Z")
	for _, c := range []struct {
		name string
		job
		asOf event.Time // default: noon of 15 July 2017
		want string
	}{
		// Classes of feedback
		{name: "4.50 stars", job: job{end: june, overall: 450}, want: "successful 4 [6 12 24]"},
		{name: "4.49 stars", job: job{end: june, overall: 449}, want: "neutral 4 [6 12 24]"},
		{name: "3.50 stars", job: job{end: june, overall: 350}, want: "neutral 4 [6 12 24]"},
		{name: "3.49 stars", job: job{end: june, overall: 349}, want: "negative 4 [6 12 24]"},
		{name: "recommended 9", job: job{end: june, overall: 500, recommend: ptr(9)}, want: "successful 4 [6 12 24]"},
		{name: "recommended 8", job: job{end: june, overall: 500, recommend: ptr(8)}, want: "neutral 4 [6 12 24]"},
		{name: "recommended 7", job: job{end: june, overall: 500, recommend: ptr(7)}, want: "neutral 4 [6 12 24]"},
		{name: "recommended 6", job: job{end: june, overall: 500, recommend: ptr(6)}, want: "negative 4 [6 12 24]"},
		{name: "recommended 0 is not the same as no recommendation", job: job{end: june, overall: 500, recommend: ptr(0)}, want: "negative 4 [6 12 24]"},
		{name: "the worse counts, public", job: job{end: june, overall: 300, recommend: ptr(10)}, want: "negative 4 [6 12 24]"},
		{name: "the worse counts, neutral and negative", job: job{end: june, overall: 400, recommend: ptr(3)}, want: "negative 4 [6 12 24]"},
		{name: "feedback at T", job: job{end: june, overall: 100, feedback: noon}, want: "negative 4 [6 12 24]"},
		{name: "feedback after T", job: job{end: june, overall: 100, feedback: noon + 1}, want: "no_feedback"},
		{name: "excluded at T", job: job{end: june, overall: 500, excluded: noon}, want: "feedback_excluded"},
		{name: "excluded after T", job: job{end: june, overall: 500, excluded: noon + 1}, want: "successful 4 [6 12 24]"},

		// Weight by what was paid
		{name: "250.00", job: job{end: june, overall: 500, paid: []pay{{june, 250_00}}}, want: "successful 4 [6 12 24]"},
		{name: "250.01", job: job{end: june, overall: 500, paid: []pay{{june, 250_01}}}, want: "successful 5 [6 12 24]"},
		{name: "1,000.00", job: job{end: june, overall: 500, paid: []pay{{june, 1000_00}}}, want: "successful 5 [6 12 24]"},
		{name: "1,000.01", job: job{end: june, overall: 500, paid: []pay{{june, 1000_01}}}, want: "successful 6 [6 12 24]"},
		{name: "net of refunds", job: job{end: june, overall: 500, paid: []pay{{june, 1000_01}, {june, -750_01}}}, want: "successful 4 [6 12 24]"},
		{name: "a refund after T", job: job{end: june, overall: 500, paid: []pay{{june, 1000_01}, {noon + 1, -750_01}}}, want: "successful 6 [6 12 24]"},
		{name: "a bonus at T", job: job{end: june, overall: 500, paid: []pay{{june, 250_00}, {noon, 1}}}, want: "successful 5 [6 12 24]"},

		// Windows
		{name: "ended 15 January, on 15 July", job: job{end: at("2017-01-15T23:59:59Z"), overall: 500}, want: "successful 4 [6 12 24]"},
		{name: "ended 15 January, on 16 July", job: job{end: at("2017-01-15T23:59:59Z"), overall: 500}, asOf: at("2017-07-16T00:00:00Z"), want: "successful 4 [12 24]"},
		{name: "ended 31 August, on 28 February", job: job{end: at("2016-08-31T12:00:00Z"), overall: 500}, asOf: at("2017-02-28T23:59:59Z"), want: "successful 4 [6 12 24]"},
		{name: "ended 31 August, on 1 March", job: job{end: at("2016-08-31T12:00:00Z"), overall: 500}, asOf: at("2017-03-01T00:00:00Z"), want: "successful 4 [12 24]"},
		{name: "ended a year ago today", job: job{end: at("2016-07-15T00:00:00Z"), overall: 500}, want: "successful 4 [12 24]"},
		{name: "ended two years ago today", job: job{end: at("2015-07-15T00:00:00Z"), overall: 500}, want: "successful 4 [24]"},
		{name: "ended a day more than two years ago", job: job{end: at("2015-07-14T23:59:59Z"), overall: 500}, want: "outside_windows"},
		{name: "ended at T", job: job{end: noon, overall: 500}, want: "successful 4 [6 12 24]"},
		{name: "ends after T", job: job{end: noon + 1, overall: 500}, want: "running_too_short"},
		{name: "starts after T", job: job{start: noon + 1}, want: "not seen"},

		// Unpaid
		{name: "unpaid, no feedback", job: job{end: june, unpaid: true}, want: "unpaid_without_feedback"},
		{name: "unpaid, successful", job: job{end: june, unpaid: true, overall: 500}, want: "unpaid_with_feedback_that_does_not_count"},
		{name: "unpaid, neutral", job: job{end: june, unpaid: true, overall: 400}, want: "unpaid_with_feedback_that_does_not_count"},
		{name: "unpaid, negative", job: job{end: june, unpaid: true, overall: 100}, want: "negative 4 [6 12 24]"},
		{name: "wholly refunded is unpaid", job: job{end: june, paid: []pay{{june, 100_00}, {noon, -100_00}}, overall: 500}, want: "unpaid_with_feedback_that_does_not_count"},
		{name: "refunded after T is paid", job: job{end: june, paid: []pay{{june, 100_00}, {noon + 1, -100_00}}, overall: 500}, want: "successful 4 [6 12 24]"},
		{name: "a refund unpays no quarter", job: job{start: long, end: june, overall: 100, paid: append(quarterly[:3:3], pay{june, -300_00})}, want: "negative 12 [6 12 24]"},

		// Long term
		{name: "no feedback, one paid quarter", job: job{end: june}, want: "no_feedback"},
		{name: "no feedback, two paid quarters", job: job{start: long, end: june, paid: quarterly[:2]}, want: "successful 8 [6 12 24]"},
		{name: "no feedback, three paid quarters", job: job{start: long, end: june, paid: quarterly}, want: "successful 13 [6 12 24]"},
		{name: "unpaid is no long-term success", job: job{start: long, end: june, paid: append(quarterly[:3:3], pay{june, -300_00})}, want: "unpaid_without_feedback"},
		{name: "feedback comes before long term", job: job{start: long, end: june, paid: quarterly, overall: 100}, want: "negative 13 [6 12 24]"},
		{name: "a late bonus pays a quarter after the end", job: job{start: at("2017-02-01T00:00:00Z"), end: at("2017-02-10T00:00:00Z"),
			paid: []pay{{at("2017-02-10T00:00:00Z"), 1}, {at("2017-05-01T00:00:00Z"), 1}}}, want: "successful 8 [6 12 24]"},

		// Running contracts
		{name: "running for 90 days to the second", job: job{start: noon - 90*day, paid: []pay{{noon, 1}}}, want: "no_feedback"},
		{name: "running for a second less", job: job{start: noon - 90*day + 1, paid: []pay{{noon, 1}}}, want: "running_too_short"},
		{name: "running, two quarters", job: job{start: noon - 100*day, paid: []pay{{noon - 99*day, 1}, {noon, 1}}}, want: "successful 8 [6 12 24]"},
		{name: "last payment 90 days ago to the second", job: job{start: noon - 300*day, paid: []pay{{noon - 299*day, 1}, {noon - 90*day, 1}}}, want: "running_without_recent_payment"},
		{name: "last payment a second later", job: job{start: noon - 300*day, paid: []pay{{noon - 299*day, 1}, {noon - 90*day + 1, 1}}}, want: "successful 8 [6 12 24]"},
		{name: "a refund is no payment", job: job{start: noon - 300*day, paid: []pay{{noon - 299*day, 100}, {noon - 95*day, 100}, {noon - 1, -1}}}, want: "running_without_recent_payment"},
		{name: "running and refunded to nothing", job: job{start: noon - 300*day, paid: []pay{{noon - 299*day, 100}, {noon - 9*day, 100}, {noon - 1, -200}}}, want: "unpaid_without_feedback"},
		{name: "running, paid after T only", job: job{start: noon - 300*day, paid: []pay{{noon + 1, 100}}}, want: "running_without_recent_payment"},
		{name: "the end after T does not matter", job: job{start: noon - 100*day, end: noon + 1, paid: []pay{{noon - 99*day, 1}, {noon, 1}}, overall: 100}, want: "successful 8 [6 12 24]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.asOf == 0 {
				c.asOf = noon
			}
			w := newWorld(t)
			w.job("job", c.job)
			x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, c.asOf)
			require.Equal(t, c.want, verdict(x, "job"))
		})
	}
}

func TestPausedContractRuns(t *testing.T) {
	w := newWorld(t)
	w.job("job", job{start: noon - 100*day, paid: []pay{{noon - 99*day, 1}, {noon, 1}}})
	w.onContract("job", noon, &event.ContractPaused{})
	x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
	require.Equal(t, "successful 8 [6 12 24]", verdict(x, "job"))
	require.True(t, x.Contracts[0].Running)
}

// TestDisputesDoNotTouchTheScore: fine print J11.
func TestDisputesDoNotTouchTheScore(t *testing.T) {
	w := newWorld(t)
	w.job("job", job{end: june, overall: 500})
	w.onContract("job", june, &event.DisputeOpened{Dispute: named("dispute")})
	x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
	require.Equal(t, "successful 4 [6 12 24]", verdict(x, "job"))
}

// TestFreelancersFeedbackDoesNotCount: F is the client's.
func TestFreelancersFeedbackDoesNotCount(t *testing.T) {
	w := newWorld(t)
	w.job("job", job{end: june})
	w.onContract("job", june, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: 100})
	x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
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
		{"poor collaboration", []mark{{june, poor}}, true},
		{"poor collaboration at T", []mark{{noon, poor}}, true},
		{"poor collaboration after T", []mark{{noon + 1, poor}}, false},
		{"another flag", []mark{{june, other}}, false},
		{"lifted", []mark{{june, poor}, {june, lifted}}, false},
		{"lifted at T", []mark{{june, poor}, {noon, lifted}}, false},
		{"lifted after T", []mark{{june, poor}, {noon + 1, lifted}}, true},
		{"lifted and flagged again", []mark{{june, poor}, {june, lifted}, {june, poor}}, true},
		{"lifted and flagged for something else", []mark{{june, poor}, {june, lifted}, {june, other}}, false},
		{"flagged for something else after it", []mark{{june, poor}, {june, other}}, false},
		{"suspended for the terms", []mark{{june, suspended(event.SanctionTOS)}}, true},
		{"suspended for the terms after T", []mark{{noon + 1, suspended(event.SanctionTOS)}}, false},
		{"suspended for conduct", []mark{{june, suspended(event.SanctionConduct)}}, false},
		{"suspended for the terms and reinstated at T", []mark{{june, suspended(event.SanctionTOS)}, {noon, reinstated}}, false},
		{"suspended for the terms and reinstated after T", []mark{{june, suspended(event.SanctionTOS)}, {noon + 1, reinstated}}, true},
		{"reinstated, then suspended for payment", []mark{{june, suspended(event.SanctionTOS)}, {june, reinstated}, {june, suspended(event.SanctionPayment)}}, false},
		{"barred for the terms", []mark{{june, barred(event.SanctionTOS)}}, true},
		{"barred for fraud", []mark{{june, barred(event.SanctionFraud)}}, false},
		{"suspended for the terms, then barred for fraud", []mark{{june, suspended(event.SanctionTOS)}, {june, barred(event.SanctionFraud)}}, true},
		{"flag lifted, but suspended for the terms", []mark{{june, poor}, {june, suspended(event.SanctionTOS)}, {june, lifted}}, true},
		{"reinstated, but flagged", []mark{{june, suspended(event.SanctionTOS)}, {june, poor}, {june, reinstated}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.client("ann", june-100*day, &event.ClientRegistered{})
			w.job("job", job{end: june, overall: 500})
			for _, m := range c.marks {
				w.client("ann", m.at, m.Event)
			}
			x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
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
	start := at("2016-08-31T10:00:00Z")
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
				j.paid = append(j.paid, pay{at(p), 1})
			}
			w := newWorld(t)
			w.job("job", j)
			require.Equal(t, c.want, w.contract("job").PaidQuarters(event.Never-1, 3))
		})
	}
}

func TestWeightIsAtMostEightJobs(t *testing.T) {
	j := job{start: june.AddMonths(-60), end: june, overall: 500}
	for k := range 20 {
		j.paid = append(j.paid, pay{j.start.AddMonths(3*k + 1), 1000_00})
	}
	w := newWorld(t)
	w.job("job", j)
	x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
	require.Equal(t, "successful 32 [6 12 24]", verdict(x, "job"))
	require.Equal(t, 20, x.Contracts[0].PaidQuarters)
}

func scoreText(x *projection.JobSuccess) string {
	if x == nil {
		return "none"
	}
	return fmt.Sprintf("%d bp, %d %%, window %d, %d outcomes of %d clients, weight %d, %d/%d/%d",
		x.ScoreBP, x.Displayed, x.WindowMonths, x.Outcomes, x.Clients, x.Weight, x.Successful, x.Neutral, x.Negative)
}

// TestScore: the best window, fine print J6 and J12.
func TestScore(t *testing.T) {
	month := func(n int) event.Time { return noon.AddMonths(-n) }
	good := func(client string, months int) job { return job{client: client, end: month(months), overall: 500} }
	fair := func(client string, months int) job { return job{client: client, end: month(months), overall: 400} }
	bad := func(client string, months int) job { return job{client: client, end: month(months), overall: 100} }
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
			w := newWorld(t)
			for i, j := range c.jobs {
				w.job(fmt.Sprint("job ", i), j)
			}
			require.Equal(t, c.want, scoreText(preset(t, c.preset).JobSuccess.Of(w.contracts, w.lookup, noon)))
		})
	}
}

// TestPresets: the table of rules 4 with fine print J7 to J11, one contract
// under every preset.
func TestPresets(t *testing.T) {
	long := at("2016-05-01T09:00:00Z")
	quarterly := []pay{{at("2016-06-01T09:00:00Z"), 400_00}, {at("2016-10-01T09:00:00Z"), 400_00}, {at("2017-01-01T09:00:00Z"), 400_00}}
	const success, none = "successful 4 [6 12 24]", "unpaid_with_feedback_that_does_not_count"
	const negative, silent = "negative 4 [6 12 24]", "unpaid_without_feedback"
	for _, c := range []struct {
		name string
		job
		want [5]string // by preset, the oldest first
	}{
		{"unpaid, no feedback", job{end: june, unpaid: true}, [5]string{negative, negative, silent, silent, silent}},
		{"unpaid, successful", job{end: june, unpaid: true, overall: 500}, [5]string{success, none, none, none, none}},
		{"unpaid, neutral", job{end: june, unpaid: true, overall: 400}, [5]string{negative, negative, negative, negative, none}},
		{"unpaid, negative", job{end: june, unpaid: true, overall: 100}, [5]string{negative, negative, negative, negative, negative}},
		{"large", job{end: june, overall: 500, paid: []pay{{june, 1000_01}}}, [5]string{success, "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 6 [6 12 24]"}},
		{"long term", job{start: long, end: june, overall: 500, paid: quarterly}, [5]string{success, "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 6 [6 12 24]", "successful 14 [6 12 24]"}},
		{"long term without feedback", job{start: long, end: june, paid: quarterly}, [5]string{negative, "negative 6 [6 12 24]", "no_feedback", "no_feedback", "successful 14 [6 12 24]"}},
		{"running long term", job{start: long, paid: append(quarterly[:3:3], pay{june, 1})}, [5]string{"running", "running", "running", "running", "successful 18 [6 12 24]"}},
	} {
		for i, name := range projection.PresetNames() {
			t.Run(c.name+" "+name, func(t *testing.T) {
				w := newWorld(t)
				w.job("job", c.job)
				x := preset(t, name).JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
				require.Equal(t, c.want[i], verdict(x, "job"))
			})
		}
	}
}

// TestMostlyWithoutFeedback: fine print J9, under the two presets that have it.
func TestMostlyWithoutFeedback(t *testing.T) {
	silent, praised := job{end: june}, job{end: june, overall: 500}
	early := june.AddMonths(-8)
	for _, c := range []struct {
		name string
		jobs []job // the verdict is on the first
		want string
	}{
		{"all", []job{silent}, "negative 4 [6 12 24]"},
		{"exactly half", []job{silent, praised}, "no_feedback"},
		{"more than half", []job{silent, silent, praised}, "negative 4 [6 12 24]"},
		{"unpaid ones without feedback count", []job{silent, {end: june, unpaid: true}, praised}, "negative 4 [6 12 24]"},
		{"unpaid ones with feedback count on the other side", []job{silent, {end: june, unpaid: true, overall: 500}}, "no_feedback"},
		{"a voided client's do not", []job{silent, {client: "voided", end: june}, {client: "voided", end: june}, praised}, "no_feedback"},
		{"excluded ones do not", []job{silent, praised, {end: june, overall: 500, excluded: june}}, "no_feedback"},
		{"excluded ones do not, so it is more than half", []job{silent, {end: june, overall: 500, excluded: june}}, "negative 4 [6 12 24]"},
		{"running ones do not", []job{silent, praised, {start: june.AddMonths(-12), paid: []pay{{june, 1}}}}, "no_feedback"},
		{"each window by itself", []job{silent, praised, {end: early}}, "negative 4 [12 24]"},
		{"each window by itself, outside the newest", []job{{end: early}, silent}, "negative 4 [12 24]"},
		{"each window by itself, the other way", []job{silent, {end: early, overall: 500}}, "negative 4 [6]"},
	} {
		for _, name := range []string{"2015", "2020-03"} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				w := newWorld(t)
				w.client("voided", june-100*day, &event.ClientRegistered{}, &event.ClientBarred{Reason: event.SanctionTOS})
				for i, j := range c.jobs {
					w.job(fmt.Sprint("job ", i), j)
				}
				x := preset(t, name).JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
				require.Equal(t, c.want, verdict(x, "job 0"))
			})
		}
	}
}

// TestMostlyWithoutFeedbackAndRunning: in a rule that had both, work that runs
// could not have feedback yet and would not be negative for it.
func TestMostlyWithoutFeedbackAndRunning(t *testing.T) {
	p := preset(t, "2024-09").JobSuccess
	p.NegativeMostlyAbsent = true
	w := newWorld(t)
	w.job("ended", job{end: june})
	w.job("runs", job{start: noon - 100*day, paid: []pay{{noon, 1}}})
	x := p.Explain(uuid.Nil, w.contracts, w.lookup, noon)
	require.Equal(t, "negative 4 [6 12 24]", verdict(x, "ended"))
	require.Equal(t, "no_feedback", verdict(x, "runs"))
}

// TestExplanationNamesTheEvents: position, type and moment of what was read.
func TestExplanationNamesTheEvents(t *testing.T) {
	w := newWorld(t)
	w.job("job", job{end: june, overall: 500})
	x := preset(t, "2024-09").JobSuccess.Explain(named("freelancer"), w.contracts, w.lookup, noon)
	require.Equal(t, []projection.Evidence{
		{Position: 1, Type: "ContractStarted", OccurredAt: june - 10*day},
		{Position: 2, Type: "BonusPaid", OccurredAt: june},
		{Position: 3, Type: "ContractEnded", OccurredAt: june},
		{Position: 4, Type: "FeedbackSubmitted", OccurredAt: june},
	}, x.Contracts[0].Facts)
	require.Equal(t, projection.WindowTooFewOutcomes, x.Windows[0].Reason)
	require.Nil(t, x.Score)
}

// TestPolicyIsAValue: a host's own rule, and one that makes no sense.
func TestPolicyIsAValue(t *testing.T) {
	w := newWorld(t)
	w.job("a", job{end: june, overall: 440})
	mine := preset(t, "2024-09")
	mine.Name = "mine"
	mine.JobSuccess.Feedback.SuccessfulOverall = 440
	mine.JobSuccess.MinOutcomes, mine.JobSuccess.MinClients = 1, 1
	require.NoError(t, mine.Validate())
	require.Equal(t, int64(10000), mine.JobSuccess.Of(w.contracts, w.lookup, noon).ScoreBP)
	require.Nil(t, preset(t, "2024-09").JobSuccess.Of(w.contracts, w.lookup, noon), "presets are copies")

	for name, spoil := range map[string]func(*projection.Policy){
		"no window":         func(p *projection.Policy) { p.JobSuccess.WindowMonths = nil },
		"window of nothing": func(p *projection.Policy) { p.JobSuccess.WindowMonths = []int{0} },
		"quarter":           func(p *projection.Policy) { p.JobSuccess.QuarterMonths = 0 },
		"weight":            func(p *projection.Policy) { p.JobSuccess.Weight.Max = -1 },
		"steps":             func(p *projection.Policy) { p.JobSuccess.Weight.Steps = []projection.WeightStep{{2, 1}, {1, 1}} },
		"days":              func(p *projection.Policy) { p.JobSuccess.RunningDays = -1 },
		"class":             func(p *projection.Policy) { p.JobSuccess.Unpaid.Neutral = "good" },
		"dispute months":    func(p *projection.Policy) { p.DisputeRate.RecentMonths = 0 },
		"invite window":     func(p *projection.Policy) { p.Responsiveness.Window = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			p := preset(t, "2024-09")
			spoil(&p)
			require.ErrorIs(t, p.Validate(), projection.ErrInvalidPolicy)
		})
	}
	_, err := projection.Preset("2019")
	require.ErrorIs(t, err, projection.ErrUnknownPolicy)
}

// TestWeightlessOutcomesGiveNoScore: nothing divided by nothing is unknown.
func TestWeightlessOutcomesGiveNoScore(t *testing.T) {
	w := newWorld(t)
	w.job("a", job{client: "ann", end: june, overall: 500})
	w.job("b", job{client: "bob", end: june, overall: 500})
	p := preset(t, "2024-09")
	p.JobSuccess.Weight = projection.WeightPolicy{}
	x := p.JobSuccess.Explain(uuid.Nil, w.contracts, w.lookup, noon)
	require.Nil(t, x.Score)
	require.Equal(t, projection.WindowNoWeight, x.Windows[0].Reason)
}
