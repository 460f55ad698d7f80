package statistics_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestSealedFeedback: fine print H6 and J13. Feedback counts from its publication, in
// the very second, and a revision from its own moment; what was recommended stays.
func TestSealedFeedback(t *testing.T) {
	type at = event.Time
	w := projectiontest.NewWorld(t)
	june := projectiontest.June
	addJob(w, "job", job{end: june, overall: 500, recommend: projectiontest.Ptr(9), sealed: true})
	w.OnContract("job", june+100, &event.FeedbackPublished{})
	w.OnContract("job", june+200, &event.FeedbackRevised{By: event.SideClient, Overall: 360})
	for _, preset := range []string{"2020-11", "2024-09"} {
		for _, c := range []struct {
			asOf          at
			ignore, count string
		}{
			{june, "feedback_sealed", "successful 4 [6 12 24]"},
			{june + 99, "feedback_sealed", "successful 4 [6 12 24]"},
			{june + 100, "successful 4 [6 12 24]", "successful 4 [6 12 24]"},
			{june + 199, "successful 4 [6 12 24]", "successful 4 [6 12 24]"},
			{june + 200, "neutral 4 [6 12 24]", "neutral 4 [6 12 24]"},
		} {
			p := projectiontest.Preset(t, preset).JobSuccess
			require.Equal(t, c.ignore, verdict(p.Explain(uuid.Nil, w.Contracts, w.Lookup, c.asOf), "job"), "%v", c.asOf)
			p.SealedFeedback = statistics.SealedCounts
			require.Equal(t, c.count, verdict(p.Explain(uuid.Nil, w.Contracts, w.Lookup, c.asOf), "job"), "%v", c.asOf)
		}
	}
}

// TestSealedFeedbackIsAbsent: fine print J13, in the columns of 2015: contracts whose
// feedback is sealed are without feedback where most are, and when unpaid.
func TestSealedFeedbackIsAbsent(t *testing.T) {
	w := projectiontest.NewWorld(t)
	addJob(w, "paid", job{end: projectiontest.June, overall: 500, sealed: true})
	addJob(w, "unpaid", job{end: projectiontest.June, unpaid: true, overall: 500, sealed: true})
	p := projectiontest.Preset(t, "2015").JobSuccess
	x := p.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.Noon)
	require.Equal(t, "negative 4 [6 12 24]", verdict(x, "paid"))
	require.Equal(t, "negative 4 [6 12 24]", verdict(x, "unpaid"))
}

// TestExplanationSaysWhichBranch: which stars, from how many on, and what decided.
func TestExplanationSaysWhichBranch(t *testing.T) {
	year := []pay{{projectiontest.June - 200*projectiontest.Day, 1_00}, {projectiontest.June - 20*projectiontest.Day, 1_00}}
	for _, c := range []struct {
		name string
		job
		preset string
		want   string
	}{
		{"stars", job{overall: 483}, "2024-09", "successful public 483 450"},
		{"stars and a friend", job{overall: 483, recommend: projectiontest.Ptr(10)}, "2024-09", "successful public 483 450"},
		{"worse in private", job{overall: 483, recommend: projectiontest.Ptr(7)}, "2024-09", "neutral private 483 <nil>"},
		{"better in private", job{overall: 360, recommend: projectiontest.Ptr(10)}, "2024-09", "neutral public 360 350"},
		{"few stars", job{overall: 300}, "2024-09", "negative public 300 <nil>"},
		{"long term", job{start: projectiontest.June - 210*projectiontest.Day, paid: year}, "2024-09", "successful long_term <nil> <nil>"},
		{"unpaid", job{unpaid: true}, "2015", "negative unpaid <nil> <nil>"},
		{"unpaid and neutral", job{unpaid: true, overall: 400}, "2015", "negative unpaid 400 <nil>"},
		{"unpaid and praised", job{unpaid: true, overall: 500}, "2015", "successful public 500 450"},
		{"mostly absent", job{}, "2015", "negative mostly_without_feedback <nil> <nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			c.job.end = projectiontest.June
			addJob(w, "job", c.job)
			x := projectiontest.Preset(t, c.preset).JobSuccess.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.Noon)
			require.Len(t, x.Contracts, 1)
			o := x.Contracts[0]
			number := func(n *int64) any {
				if n == nil {
					return nil
				}
				return *n
			}
			require.Equal(t, c.want, fmt.Sprint(o.Class, " ", o.Branch, " ", number(o.Stars), " ", number(o.Threshold)))
		})
	}
}

// TestVoidedBy: fine print J3, by which reason, and what the policy leaves out.
func TestVoidedBy(t *testing.T) {
	all := []statistics.VoidReason{"poor_collaboration", "tos", "conduct", "payment", "fraud"}
	flag := func(basis event.FlagBasis) event.Event { return &event.ClientFlagged{Basis: basis} }
	suspend := func(r event.SanctionReason) event.Event { return &event.ClientSuspended{Reason: r} }
	bar := func(r event.SanctionReason) event.Event { return &event.ClientBarred{Reason: r} }
	for _, c := range []struct {
		name string
		by   []statistics.VoidReason // nil: the default
		give []event.Event
		want statistics.VoidReason
	}{
		{"a flag", nil, []event.Event{flag("poor_collaboration")}, "poor_collaboration"},
		{"another flag", nil, []event.Event{flag("other")}, ""},
		{"lifted", nil, []event.Event{flag("poor_collaboration"), &event.ClientFlagLifted{}}, ""},
		{"the terms", nil, []event.Event{suspend("tos")}, "tos"},
		{"reinstated", nil, []event.Event{suspend("tos"), &event.ClientReinstated{}}, ""},
		{"for the terms, then barred for fraud", nil, []event.Event{suspend("tos"), bar("fraud")}, "tos"},
		{"fraud alone", nil, []event.Event{bar("fraud")}, ""},
		{"fraud, where it voids", all, []event.Event{bar("fraud")}, "fraud"},
		{"conduct, where it voids", all, []event.Event{suspend("conduct")}, "conduct"},
		{"payment, reinstated", all, []event.Event{suspend("payment"), &event.ClientReinstated{}}, ""},
		{"nothing voids", []statistics.VoidReason{}, []event.Event{flag("poor_collaboration"), bar("tos")}, ""},
		{"no flag voids", []statistics.VoidReason{"tos"}, []event.Event{flag("poor_collaboration")}, ""},
	} {
		t.Run("J3 "+c.name, func(t *testing.T) {
			p := projectiontest.Preset(t, statistics.DefaultPolicy)
			if c.by != nil {
				p.JobSuccess.VoidedBy = c.by
			}
			require.NoError(t, p.Validate())
			w := projectiontest.NewWorld(t)
			w.Client("ann", projectiontest.June, append([]event.Event{&event.ClientRegistered{}}, c.give...)...)
			addJob(w, "job", job{end: projectiontest.June, overall: 500})
			x := p.JobSuccess.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.Noon)
			require.Equal(t, c.want == "", len(x.Contracts) == 1)
			if c.want != "" {
				require.Equal(t, statistics.ContractClientVoided, x.LeftOut[0].Reason)
				require.Equal(t, c.want, x.LeftOut[0].VoidedBy)
			}
		})
	}
}

// TestRemovalPerk: fine print J14. A letter is a contract whose feedback the perk
// removed; the others are there to have ended.
func TestRemovalPerk(t *testing.T) {
	first := projectiontest.At("2017-01-31T10:00:00Z")
	type removal struct {
		at    event.Time
		after int // how many have ended between the first one and it, in its second too
	}
	for _, c := range []struct {
		name     string
		removals []removal // after the one at first
		want     string    // due or not, in the order of time
	}{
		{"the first", nil, "true"},
		{"ten and three months", []removal{{projectiontest.At("2017-04-30T10:00:00Z"), 10}}, "true true"},
		{"nine", []removal{{projectiontest.At("2017-04-30T10:00:00Z"), 9}}, "true false"},
		{"a second too early", []removal{{projectiontest.At("2017-04-30T09:59:59Z"), 10}}, "true false"},
		{"one that is not due counts for nothing", []removal{{first + 1, 0}, {projectiontest.At("2017-04-30T10:00:00Z"), 10}}, "true false true"},
		{"it begins anew with a due one", []removal{{projectiontest.At("2017-05-01T00:00:00Z"), 11}, {projectiontest.At("2017-09-01T00:00:00Z"), 1}}, "true true false"},
		{"its last second", []removal{{projectiontest.At("2024-09-02T23:59:59Z"), 10}}, "true true"},
		{"given up", []removal{{projectiontest.At("2024-09-03T00:00:00Z"), 10}}, "true false"},
	} {
		t.Run("J14 "+c.name, func(t *testing.T) {
			w := projectiontest.NewWorld(t)
			add := func(name string, end, perk event.Time) {
				addJob(w, name, job{start: first - 400*projectiontest.Day, end: end, overall: 500, perk: perk})
			}
			add("0", first-300*projectiontest.Day, first)
			add("at the first", first, 0) // ended in its second: before it
			for i, r := range c.removals {
				add(fmt.Sprint(i+1), first-300*projectiontest.Day, r.at)
				for k := range r.after {
					add(fmt.Sprint("ended ", i, k), r.at, 0)
				}
			}
			due := func(rule statistics.RemovalPerk) string {
				p := projectiontest.Preset(t, statistics.DefaultPolicy).JobSuccess
				p.RemovalPerk, p.WindowMonths = rule, []int{1200}
				x := p.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.At("2025-01-01T00:00:00Z"))
				var all []bool
				for i := range len(c.removals) + 1 {
					id := projectiontest.Named(fmt.Sprint(i))
					for _, l := range x.LeftOut {
						if l.Contract == id {
							require.Equal(t, statistics.ContractFeedbackExcluded, l.Reason)
							require.Equal(t, event.ExcludedByPerk, l.Excluded.Basis)
							require.True(t, l.Excluded.Due)
							all = append(all, true)
						}
					}
					for _, o := range x.Contracts {
						if o.Contract == id {
							require.False(t, o.Excluded.Due)
							all = append(all, false)
						}
					}
				}
				text := fmt.Sprint(all)
				return text[1 : len(text)-1]
			}
			require.Equal(t, c.want, due(statistics.RemovalPerk2016))
			require.NotContains(t, due(statistics.RemovalPerkNone), "false")
		})
	}
}

// TestOtherBasesExclude: fine print J14, whatever the perk's rule says.
func TestOtherBasesExclude(t *testing.T) {
	for _, basis := range []event.ExclusionBasis{event.ExcludedByModeration, "a court"} {
		w := projectiontest.NewWorld(t)
		addJob(w, "job", job{end: projectiontest.June, overall: 500})
		w.OnContract("job", projectiontest.June, &event.FeedbackExcluded{Basis: basis})
		x := projectiontest.Preset(t, statistics.DefaultPolicy).JobSuccess.Explain(uuid.Nil, w.Contracts, w.Lookup, projectiontest.Noon)
		require.Equal(t, &statistics.Exclusion{Basis: basis, Due: true}, x.LeftOut[0].Excluded)
	}
}

// TestPolicyWords: a policy's words are those that there are.
func TestPolicyWords(t *testing.T) {
	for name, change := range map[string]func(*statistics.JobSuccessPolicy){
		"sealed feedback": func(p *statistics.JobSuccessPolicy) { p.SealedFeedback = "hide" },
		"no word":         func(p *statistics.JobSuccessPolicy) { p.SealedFeedback = "" },
		"voided":          func(p *statistics.JobSuccessPolicy) { p.VoidedBy = []statistics.VoidReason{"luck"} },
		"voided twice":    func(p *statistics.JobSuccessPolicy) { p.VoidedBy = []statistics.VoidReason{"tos", "tos"} },
		"the perk":        func(p *statistics.JobSuccessPolicy) { p.RemovalPerk = "2017" },
	} {
		p := projectiontest.Preset(t, statistics.DefaultPolicy)
		change(&p.JobSuccess)
		require.ErrorIs(t, p.Validate(), statistics.ErrInvalidPolicy, name)
	}
}

// TestSumsThatLeave64Bits: fine print L3. A sum over streams fails and names its
// statistic; one that just fits is told.
func TestSumsThatLeave64Bits(t *testing.T) {
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	history := func(second event.Money) projection.FreelancerHistory {
		w := projectiontest.NewWorld(t)
		w.On(event.FreelancerStream(projectiontest.Named("freelancer")), projectiontest.June-100*projectiontest.Day, &event.FreelancerRegistered{})
		addJob(w, "one", job{end: projectiontest.June, paid: []pay{{projectiontest.June, math.MaxInt64 - 5}}})
		addJob(w, "two", job{end: projectiontest.June, paid: []pay{{projectiontest.June, second}}})
		return projection.FreelancerHistory{Account: w.Records.Freelancers[projectiontest.Named("freelancer")], Contracts: w.Contracts, Clients: w.Lookup}
	}
	s, err := p.MyStats(history(5), projectiontest.Noon)
	require.NoError(t, err)
	require.EqualValues(t, math.MaxInt64, s.Paid)
	_, err = p.MyStats(history(6), projectiontest.Noon)
	var sum *statistics.SumError
	require.ErrorAs(t, err, &sum)
	require.Equal(t, "paid", sum.Statistic)
	require.Equal(t, "sum_overflow", sum.Code())
	require.ErrorContains(t, err, "paid")

	h := history(6)
	client := projection.ClientHistory{Account: &projection.ClientRecord{ID: projectiontest.Named("ann"), Next: 1}, Contracts: h.Contracts}
	_, err = p.ClientProfile(client, projectiontest.Noon)
	require.ErrorAs(t, err, &sum)
	require.Equal(t, "spent", sum.Statistic)

	records := projection.NewRecords()
	for _, r := range h.Contracts {
		records.Contracts[r.ID] = r
	}
	worker := h.Account.ID
	records.Freelancers[worker] = h.Account
	ann := h.Contracts[0].Client
	records.Clients[ann] = &projection.ClientRecord{ID: ann, Registered: h.Account.Registered, Next: 1}
	m, err := records.Model()
	require.NoError(t, err)
	fails := func(statistic string, ask func(projection.View) error) {
		t.Helper()
		// A question fails by itself, whoever asks it, and leaves the view in order.
		require.NoError(t, m.View(t.Context(), func(v projection.View) error {
			require.ErrorAs(t, ask(v), &sum)
			require.Equal(t, statistic, sum.Statistic)
			return nil
		}))
	}
	fails("paid", failing(statistics.FullReport(), p))
	fails("paid", failing(statistics.MarketplaceTotals(), p))
	fails("gross_volume", failing(statistics.MarketplaceFigures(), p))
	fails("gross_volume", failing(statistics.ExplainWeek(event.WeekOf(projectiontest.June)), p))
	fails("paid", failing(statistics.SearchFor(statistics.SearchQuery{}), p))
	fails("paid", failing(statistics.FreelancerStatsOf(worker), p))
	fails("paid", failing(statistics.ClientStatsOf(ann), p))
	fails("paid", failing(statistics.MyStatsOf(worker), p))
	fails("paid", failing(statistics.ExplainWork(worker), p))
	fails("paid", failing(statistics.BadgesOf(worker), p))
	fails("paid", failing(statistics.ExplainBadges(worker), p))
	fails("spent", failing(statistics.ClientProfileOf(ann), p))
	fails("spent", failing(statistics.ExplainClientProfile(ann), p))
}

func failing[T any](q statistics.Question[T], p statistics.Policy) func(projection.View) error {
	return func(v projection.View) error {
		_, err := q(v, projectiontest.Noon, p)
		return err
	}
}
