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

func figuresAt(t testing.TB, m *projection.Model, asOf event.Time) *statistics.Figures {
	t.Helper()
	f, err := statistics.Ask(t.Context(), m, statistics.MarketplaceFigures(), asOf, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	return f
}

func explainedWeek(t testing.TB, m *projection.Model, week event.Week, asOf event.Time) *statistics.WeekExplanation {
	t.Helper()
	x, err := statistics.Ask(t.Context(), m, statistics.ExplainWeek(week), asOf, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	return x
}

// Monday 00:00 and Sunday 23:59:59 of the week of noon, a Saturday.
var (
	monday = projectiontest.At("2017-07-10T00:00:00Z")
	sunday = projectiontest.At("2017-07-16T23:59:59Z")
)

// TestWeekFigures: rules 9, what is in the week 2017-W28 as of its Saturday noon,
// and what is not.
func TestWeekFigures(t *testing.T) {
	d := projectiontest.Named("dispute")
	opened := &event.DisputeOpened{By: event.SideClient, Dispute: d}
	invited := func(p *past, when event.Time, available bool) {
		p.invite("1", when, &event.InviteSent{Client: projectiontest.Named("carl"), Freelancer: projectiontest.Named("ann"), FreelancerAvailable: available})
	}
	old := func(p *past) { p.contract("1", projectiontest.June, started("carl", "ann")) }
	for _, c := range []struct {
		name  string
		past  func(*past)
		want  string // gross volume, refunds, minutes; started, ended, disputed, ppm; hires; invites sent, counted, answered, rate
		facts []string
	}{
		{"nothing", func(*past) {}, "0 0 0; 0 0 0 -; 0 0 0; 0 0 0 -", nil},
		{"started on Monday 00:00", func(p *past) { p.contract("1", monday, started("carl", "ann")) },
			"0 0 0; 1 0 0 -; 0 0 1; 0 0 0 -", []string{"ContractStarted"}},
		{"a second earlier", func(p *past) { p.contract("1", monday-1, started("carl", "ann")) }, "0 0 0; 0 0 0 -; 0 0 0; 0 0 0 -", nil},
		{"after T", func(p *past) { p.contract("1", projectiontest.Noon+1, started("carl", "ann")) }, "0 0 0; 0 0 0 -; 0 0 0; 0 0 0 -", nil},
		{"every way to hire", func(p *past) {
			for i, via := range []event.Via{event.ViaInvite, event.ViaInvite, event.ViaProposal, event.ViaDirect} {
				e := started("carl", "ann")
				e.Via = via
				p.contract(fmt.Sprint(i), monday, e)
			}
		}, "0 0 0; 4 0 0 -; 2 1 1; 0 0 0 -", []string{"ContractStarted", "ContractStarted", "ContractStarted", "ContractStarted"}},
		{"payments by their dates", func(p *past) {
			old(p)
			p.contract("1", monday-1, hours(1, 10))
			p.contract("1", monday, hours(20, 30), &event.MilestoneReleased{Amount: 300}, &event.BonusPaid{Amount: 4000}, &event.RefundGiven{Amount: 7})
			p.contract("1", projectiontest.Noon, hours(50000, 40))
			p.contract("1", projectiontest.Noon+1, hours(600000, 50))
		}, "54320 7 70; 0 0 0 -; 0 0 0; 0 0 0 -", []string{"HoursPaid", "MilestoneReleased", "BonusPaid", "RefundGiven", "HoursPaid"}},
		{"ended", func(p *past) { old(p); p.contract("1", monday, &event.ContractEnded{}) },
			"0 0 0; 0 1 0 0; 0 0 0; 0 0 0 -", []string{"ContractEnded"}},
		{"ended, disputed long before", func(p *past) {
			old(p)
			p.contract("1", projectiontest.June, opened)
			p.contract("1", monday, &event.ContractEnded{})
		},
			"0 0 0; 0 1 1 1000000; 0 0 0; 0 0 0 -", []string{"DisputeOpened", "ContractEnded"}},
		{"ended, disputed afterwards", func(p *past) {
			old(p)
			p.contract("1", monday, &event.ContractEnded{})
			p.contract("1", projectiontest.Noon, opened)
		},
			"0 0 0; 0 1 1 1000000; 0 0 0; 0 0 0 -", []string{"ContractEnded", "DisputeOpened"}},
		{"ended, disputed after T", func(p *past) {
			old(p)
			p.contract("1", monday, &event.ContractEnded{})
			p.contract("1", projectiontest.Noon+1, opened)
		},
			"0 0 0; 0 1 0 0; 0 0 0; 0 0 0 -", []string{"ContractEnded"}},
		{"ended, a dispute cancelled", func(p *past) {
			old(p)
			p.contract("1", monday, opened, &event.ContractEnded{}, &event.DisputeCancelled{Dispute: d})
		}, "0 0 0; 0 1 0 0; 0 0 0; 0 0 0 -", []string{"DisputeOpened", "ContractEnded", "DisputeCancelled"}},
		{"disputed in the week, ended before", func(p *past) {
			old(p)
			p.contract("1", monday-1, &event.ContractEnded{})
			p.contract("1", monday, opened)
		},
			"0 0 0; 0 0 0 -; 0 0 0; 0 0 0 -", nil},
		{"one of three disputed, half up", func(p *past) {
			for i := range 3 {
				p.contract(fmt.Sprint(i), projectiontest.June, started("carl", "ann"))
				p.contract(fmt.Sprint(i), monday, &event.ContractEnded{})
			}
			p.contract("2", monday, opened)
		}, "0 0 0; 0 3 1 333333; 0 0 0; 0 0 0 -", []string{"ContractEnded", "ContractEnded", "ContractEnded", "DisputeOpened"}},
		{"invited and answered", func(p *past) { invited(p, monday, true); p.invite("1", projectiontest.Noon, &event.InviteDeclined{}) },
			"0 0 0; 0 0 0 -; 0 0 0; 1 1 1 10000", []string{"InviteSent", "InviteDeclined"}},
		{"answered after T", func(p *past) {
			invited(p, monday, true)
			p.invite("1", projectiontest.Noon+1, &event.InviteAccepted{CoverLetter: "Hello"})
		},
			"0 0 0; 0 0 0 -; 0 0 0; 1 1 0 0", []string{"InviteSent"}},
		{"not available", func(p *past) { invited(p, monday, false); p.invite("1", projectiontest.Noon, &event.InviteDeclined{}) },
			"0 0 0; 0 0 0 -; 0 0 0; 1 0 0 -", []string{"InviteSent", "InviteDeclined"}},
		{"withdrawn soon", func(p *past) {
			invited(p, monday, true)
			p.invite("1", monday+projectiontest.Day-1, &event.InviteWithdrawn{})
		},
			"0 0 0; 0 0 0 -; 0 0 0; 1 0 0 -", []string{"InviteSent", "InviteWithdrawn"}},
		{"withdrawn after a day", func(p *past) {
			invited(p, monday, true)
			p.invite("1", monday+projectiontest.Day, &event.InviteWithdrawn{})
		},
			"0 0 0; 0 0 0 -; 0 0 0; 1 1 0 0", []string{"InviteSent", "InviteWithdrawn"}},
		{"sent less than a day ago", func(p *past) { invited(p, projectiontest.Noon-projectiontest.Day+1, true) }, "0 0 0; 0 0 0 -; 0 0 0; 1 0 0 -", []string{"InviteSent"}},
		{"sent a day ago", func(p *past) { invited(p, projectiontest.Noon-projectiontest.Day, true) }, "0 0 0; 0 0 0 -; 0 0 0; 1 1 0 0", []string{"InviteSent"}},
		{"invited a second before Monday", func(p *past) { invited(p, monday-1, true) }, "0 0 0; 0 0 0 -; 0 0 0; 0 0 0 -", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			c.past(p)
			m := p.model()
			x := explainedWeek(t, m, event.Week{Year: 2017, Number: 28}, projectiontest.Noon)
			require.Equal(t, c.want, weekText(&x.Figures))
			require.Equal(t, []event.Time{monday, sunday + 1}, []event.Time{x.From, x.Until})
			var facts []projection.Evidence
			for _, k := range x.Contracts {
				facts = append(facts, k.Facts...)
			}
			for _, v := range x.Invites {
				facts = append(facts, v.Facts...)
			}
			require.Equal(t, append([]string{}, c.facts...), typesOf(facts))
			f := figuresAt(t, m, projectiontest.Noon)
			if len(f.Weeks) > 0 {
				require.Equal(t, x.Figures, f.Weeks[len(f.Weeks)-1], "the week of T is the last one")
			}
		})
	}
}

func weekText(w *statistics.WeekFigures) string {
	return fmt.Sprint(int64(w.GrossVolume), " ", int64(w.Refunds), " ", w.Minutes, "; ",
		w.ContractsStarted, " ", w.ContractsEnded, " ", w.Disputed, " ", orDash(w.DisputePPM), "; ",
		w.Hires.Invite, " ", w.Hires.Proposal, " ", w.Hires.Direct, "; ",
		w.InvitesSent, " ", w.InvitesCounted, " ", w.InvitesAnswered, " ", orDash(w.ResponseRateBP))
}

// TestWeekEnds: Sunday's last second is in the week, Monday's first in the next;
// also where a year ends.
func TestWeekEnds(t *testing.T) {
	for when, want := range map[string]string{
		"2017-07-16T23:59:59Z": "2017-W28", "2017-07-17T00:00:00Z": "2017-W29",
		"2016-01-03T23:59:59Z": "2015-W53", "2016-01-04T00:00:00Z": "2016-W01",
		"2018-12-31T00:00:00Z": "2019-W01", "1969-12-28T23:59:59Z": "1969-W52", "1969-12-29T00:00:00Z": "1970-W01",
		"0001-01-01T00:00:00Z": "0001-W01", "9999-12-31T23:59:59Z": "9999-W52",
	} {
		p := newPast(t)
		p.contract("1", projectiontest.At(when), started("carl", "ann"))
		f := figuresAt(t, p.model(), projectiontest.At(when))
		require.Len(t, f.Weeks, 1)
		require.Equal(t, want, f.Weeks[0].Week.String())
		require.EqualValues(t, 1, f.Weeks[0].ContractsStarted)
	}
}

// TestEveryWeekIsListed: from the first fact to the moment, with zeros and nulls
// where nothing happened.
func TestEveryWeekIsListed(t *testing.T) {
	p := newPast(t)
	p.client("carl", projectiontest.At("2016-01-01T00:00:00Z"), &event.ClientRegistered{}) // no fact of the figures
	p.contract("1", projectiontest.At("2016-12-20T00:00:00Z"), started("carl", "ann"))
	p.contract("1", projectiontest.At("2017-01-05T00:00:00Z"), &event.BonusPaid{Amount: 5})
	m := p.model()
	listed := func(asOf string) (weeks []string) {
		for _, w := range figuresAt(t, m, projectiontest.At(asOf)).Weeks {
			weeks = append(weeks, w.Week.String()+" "+weekText(&w))
		}
		return weeks
	}
	const nothing = "0 0 0; 0 0 0 -; 0 0 0; 0 0 0 -"
	require.Empty(t, listed("2016-12-19T23:59:59Z"))
	require.Equal(t, []string{"2016-W51 0 0 0; 1 0 0 -; 0 0 1; 0 0 0 -", "2016-W52 " + nothing}, listed("2017-01-01T23:59:59Z"))
	require.Equal(t, []string{"2016-W51 0 0 0; 1 0 0 -; 0 0 1; 0 0 0 -", "2016-W52 " + nothing, "2017-W01 5 0 0; 0 0 0 -; 0 0 0; 0 0 0 -",
		"2017-W02 " + nothing}, listed("2017-01-09T00:00:00Z"))
}

// TestWeeksAreBounded: the newest are listed, the totals are those of all.
func TestWeeksAreBounded(t *testing.T) {
	p := newPast(t)
	p.contract("1", projectiontest.June, started("carl", "ann"), &event.BonusPaid{Amount: 5})
	p.contract("1", projectiontest.Noon, &event.BonusPaid{Amount: 6})
	policy := projectiontest.Preset(t, statistics.DefaultPolicy)
	policy.Figures.Weeks = 2
	f, err := statistics.Ask(t.Context(), p.model(), statistics.MarketplaceFigures(), projectiontest.Noon, policy)
	require.NoError(t, err)
	require.Len(t, f.Weeks, 2)
	require.Equal(t, "2017-W28", f.Weeks[1].Week.String())
	require.EqualValues(t, 5, f.EarlierWeeks) // W22 to W26
	require.EqualValues(t, 11, f.GrossVolume)

	never := figuresAt(t, p.model(), event.Never)
	require.Len(t, never.Weeks, statistics.DefaultFigures().Weeks)
	require.Equal(t, "9999-W52", never.Weeks[len(never.Weeks)-1].Week.String())
}

func TestWeekThatDoesNotExist(t *testing.T) {
	m := newPast(t).model()
	for _, w := range []event.Week{{}, {Year: 2017, Number: 53}, {Year: 2017}, {Year: 10000, Number: 1}} {
		_, err := statistics.Ask(t.Context(), m, statistics.ExplainWeek(w), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
		require.ErrorIs(t, err, statistics.ErrInvalidQuery)
	}
	x := explainedWeek(t, m, event.Week{Year: 2031, Number: 1}, projectiontest.Noon)
	require.Equal(t, statistics.WeekFigures{Week: event.Week{Year: 2031, Number: 1}}, x.Figures)
}

func TestFiguresFormat(t *testing.T) {
	p := newPast(t)
	p.contract("1", monday, started("carl", "ann"), &event.BonusPaid{Amount: 5})
	p.proposal("2", monday, proposed("carl", "ann", event.ViaProposal), &event.InterviewStarted{}, &event.OfferAccepted{Contract: projectiontest.Named("2")})
	const totals = `"gross_volume":5,"refunds":0,"minutes":0,"contracts_started":1,"contracts_ended":0,"hires":{"invite":0,"proposal":0,"direct":1},
		"hire_shares":{"invite_bp":0,"proposal_bp":0,"direct_bp":10000},"invites_sent":0,"invites_counted":0,"invites_answered":0,"response_rate_bp":null,
		"minutes_billed":0,"jobs_posted":0,"proposals":1,"candidates":0,"candidates_per_job":null,"interviews":1,"connects_spent":0,"connects_returned":0,
		"hires_by_standing":{"top_rated_plus":0,"top_rated":0,"rising_talent":0,"none":1},"hires_top_score":0,"hires_top_score_bp":0,
		"proposals_by_standing":{"top_rated_plus":0,"top_rated":0,"rising_talent":0,"none":1},
		"interviews_by_standing":{"top_rated_plus":0,"top_rated":0,"rising_talent":0,"none":1},
		"proposal_hires_by_standing":{"top_rated_plus":0,"top_rated":0,"rising_talent":0,"none":1},
		"meetings":{"one_on_one":{"scheduled":0,"held":0,"cancelled":0},"panel":{"scheduled":0,"held":0,"cancelled":0},
			"telephone":{"scheduled":0,"held":0,"cancelled":0},"group":{"scheduled":0,"held":0,"cancelled":0}},
		"channels":{"chat":0,"audio":0,"video":0,"in_person":0}`
	projectiontest.RequireJSON(t, `{"as_of":"2017-07-15T12:00:00Z","policy":"2024-09",`+totals+`,
		"dispute_rate":{"ended":0,"disputed":0,"ppm":null,"ended_12m":0,"disputed_12m":0,"ppm_12m":null},
		"funnel":{"proposals":1,"interviews":1,"offers":0,"hires":1,"proposals_per_hire":100},"clients_contacted": 0, "improved_bp": null, "earlier_weeks":0,
		"year":{`+totals+`,"disputed":0,"dispute_ppm":null},
		"first_contracts":{"rising_talent":{"counted":0,"won":0,"won_bp":null,"paid":0},"others":{"counted":0,"won":0,"won_bp":null,"paid":0}},
		"weeks":[{"week":"2017-W28",`+totals+`,"disputed":0,"dispute_ppm":null}]}`, figuresAt(t, p.model(), projectiontest.Noon))
	fact := func(n int, name string) string {
		return fmt.Sprintf(`{"position":%d,"type":%q,"occurred_at":"2017-07-10T00:00:00Z"}`, p.at(n), name)
	}
	projectiontest.RequireJSON(t, `{"as_of":"2017-07-15T12:00:00Z","policy":"2024-09","from":"2017-07-10T00:00:00Z","until":"2017-07-17T00:00:00Z",
		"figures":{"week":"2017-W28",`+totals+`,"disputed":0,"dispute_ppm":null},
		"contracts":[{"contract":"`+projectiontest.Named("1").String()+`","client":"`+projectiontest.Named("carl").String()+`","freelancer":"`+projectiontest.Named("ann").String()+`","via":"direct",
			"started":true,"standing":"none","top_score":false,"ended":false,"disputed":false,"gross_volume":5,"refunds":0,"minutes":0,
			"facts":[`+fact(1, "ContractStarted")+`,`+fact(2, "BonusPaid")+`]}],
		"invites":[],"jobs":[],
		"proposals":[{"proposal":"`+projectiontest.Named("2").String()+`","job":"`+projectiontest.Named("job").String()+`","freelancer":"`+projectiontest.Named("ann").String()+`",
			"standing":"none","submitted":true,"interviews":1,"hires":1,
			"facts":[`+fact(3, "ProposalSubmitted")+`,`+fact(4, "InterviewStarted")+`,`+fact(5, "OfferAccepted")+`]}],
		"meetings":[],"billed":[],"connects":[]}`, explainedWeek(t, p.model(), event.Week{Year: 2017, Number: 28}, projectiontest.Noon))
}

// TestNewPoliciesAreChecked: a threshold or window that makes no sense.
func TestNewPoliciesAreChecked(t *testing.T) {
	for name, spoil := range map[string]func(*statistics.Policy){
		"funnel":           func(p *statistics.Policy) { p.Funnel.Days = 0 },
		"long funnel":      func(p *statistics.Policy) { p.Funnel.Days = 1 << 40 },
		"standing":         func(p *statistics.Policy) { p.Standing.ContactDays = 0 },
		"recent work":      func(p *statistics.Policy) { p.Work.RecentMonths = 0 },
		"long-term work":   func(p *statistics.Policy) { p.Work.LongTermMonths = 1201 },
		"no weeks":         func(p *statistics.Policy) { p.Figures.Weeks = 0 },
		"far, far weeks":   func(p *statistics.Policy) { p.Figures.Weeks = 6001 },
		"no year":          func(p *statistics.Policy) { p.Figures.RecentMonths = 0 },
		"a long year":      func(p *statistics.Policy) { p.Figures.RecentMonths = 1201 },
		"no first days":    func(p *statistics.Policy) { p.Figures.FirstContractDays = 0 },
		"very first days":  func(p *statistics.Policy) { p.Figures.FirstContractDays = 37201 },
		"as it was before": func(p *statistics.Policy) { p.Funnel, p.Work = statistics.FunnelPolicy{}, statistics.WorkPolicy{} },
	} {
		p := projectiontest.Preset(t, statistics.DefaultPolicy)
		spoil(&p)
		_, err := statistics.Ask(t.Context(), newPast(t).model(), statistics.MarketplaceFigures(), projectiontest.Noon, p)
		require.ErrorIs(t, err, statistics.ErrInvalidPolicy, name)
	}
}

// TestNobodyIsFound: questions about accounts that are not there.
func TestNobodyIsFound(t *testing.T) {
	p := newPast(t)
	p.contract("1", projectiontest.June, started("carl", "ann")) // of accounts without a stream
	m, policy := p.model(), projectiontest.Preset(t, statistics.DefaultPolicy)
	for _, id := range []uuid.UUID{projectiontest.Named("ann"), projectiontest.Named("carl"), projectiontest.Named("nobody"), uuid.Nil} {
		for name, ask := range map[string]func() error{
			"my stats": func() error {
				_, err := statistics.Ask(t.Context(), m, statistics.MyStatsOf(id), projectiontest.Noon, policy)
				return err
			},
			"funnel": func() error {
				_, err := statistics.Ask(t.Context(), m, statistics.ExplainFunnel(id), projectiontest.Noon, policy)
				return err
			},
			"work": func() error {
				_, err := statistics.Ask(t.Context(), m, statistics.ExplainWork(id), projectiontest.Noon, policy)
				return err
			},
			"profile": func() error {
				_, err := statistics.Ask(t.Context(), m, statistics.ClientProfileOf(id), projectiontest.Noon, policy)
				return err
			},
			"why it is such": func() error {
				_, err := statistics.Ask(t.Context(), m, statistics.ExplainClientProfile(id), projectiontest.Noon, policy)
				return err
			},
		} {
			var none *statistics.NotFoundError
			require.ErrorAs(t, ask(), &none, name)
			require.Equal(t, id, none.ID)
		}
	}
}
