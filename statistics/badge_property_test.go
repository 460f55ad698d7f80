package statistics_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// drawCareer makes up everything that badges look at, around the borders.
func drawCareer(t *rapid.T) *career {
	c := topRatedPlus()
	days := func(most int) event.Time {
		return projectiontest.Noon.AddDays(-rapid.IntRange(-3, most).Draw(t, "days")) + event.Time(rapid.IntRange(-1, 1).Draw(t, "seconds"))
	}
	for range rapid.IntRange(0, 4).Draw(t, "jobs") {
		end := days(400)
		j := job{
			client: rapid.SampledFrom([]string{"ann", "ben", "cem"}).Draw(t, "client"), start: end - event.Time(rapid.IntRange(0, int(300*projectiontest.Day)).Draw(t, "length")),
			overall: rapid.SampledFrom([]int{0, 300, 400, 500}).Draw(t, "overall"), category: rapid.SampledFrom([]string{"", "art", "web"}).Draw(t, "category"),
			paid: []pay{{end, event.Money(rapid.IntRange(1, 6_000_00).Draw(t, "paid"))}},
		}
		if rapid.Bool().Draw(t, "refunds") {
			j.paid = append(j.paid, pay{end + event.Time(rapid.IntRange(0, int(30*projectiontest.Day)).Draw(t, "until the refund")), -1})
		}
		if j.end = end; rapid.IntRange(0, 3).Draw(t, "runs") == 0 {
			j.end, j.overall = 0, 0
		}
		c.jobs = append(c.jobs, j)
	}
	if n := rapid.IntRange(0, len(c.life)).Draw(t, "forgotten"); rapid.Bool().Draw(t, "some are forgotten") {
		c.life = c.life[n:]
	}
	for range rapid.IntRange(0, 12).Draw(t, "marks") {
		hold := rapid.SampledFrom([]event.HoldKind{event.HoldIdentity, event.HoldQuality}).Draw(t, "hold")
		score := rapid.IntRange(80, 100).Draw(t, "score")
		c.account(days(300), rapid.SampledFrom([]event.Event{
			&event.ProfileCompletenessChanged{Percent: score}, &event.HoldPlaced{Kind: hold}, &event.HoldLifted{Kind: hold},
			&event.FreelancerSuspended{Reason: event.SanctionTOS}, &event.FreelancerReinstated{},
			&event.RisingTalentGranted{}, &event.RisingTalentEnded{}, &event.JobSuccessAssessed{},
			&event.JobSuccessAssessed{ScoreBP: projectiontest.Ptr(100 * score), Displayed: &score}, &event.TermsViolationRecorded{Rule: "circumvention"},
			&event.TermsViolationRecorded{Rule: "spam"}, &event.BadgeAwarded{Badge: event.BadgeTopRated}, &event.BadgeLost{Badge: event.BadgeTopRated},
			&event.AvailabilityChanged{}, &event.VisibilityChanged{Visibility: event.VisibilityPrivate},
		}).Draw(t, "mark"))
	}
	if rapid.Bool().Draw(t, "proposes") {
		c.also = append(c.also, proposal(days(120)))
	}
	if rapid.Bool().Draw(t, "is invited") {
		c.also = append(c.also, invited(days(120), &event.InviteAccepted{})...)
	}
	return c
}

// only keeps of a history what stands at the positions, and how each contract
// began where anything of it is kept.
func only(h projection.FreelancerHistory, kept map[event.Position]bool) projection.FreelancerHistory {
	account := *h.Account
	account.Marks = slices.DeleteFunc(slices.Clone(account.Marks), func(m projection.FreelancerMark) bool { return !kept[m.Position] })
	rest := projection.FreelancerHistory{Account: &account}
	for _, r := range h.Proposals {
		if kept[r.Submitted.Position] {
			rest.Proposals = append(rest.Proposals, r)
		}
	}
	for _, r := range h.Invites {
		if kept[r.Closed.Position] {
			rest.Invites = append(rest.Invites, r)
		}
	}
	never := projection.Moment{At: event.Never}
	for _, r := range h.Contracts {
		c := *r
		c.Payments = slices.DeleteFunc(slices.Clone(c.Payments), func(p projection.Payment) bool { return !kept[p.Position] })
		any := kept[c.Started.Position] || len(c.Payments) > 0
		for _, m := range []*projection.Moment{&c.Ended, &c.Feedback.Moment, &c.Feedback.Revised, &c.Published, &c.Excluded} {
			if any = any || kept[m.Position]; !kept[m.Position] {
				*m = never
			}
		}
		if any {
			rest.Contracts = append(rest.Contracts, &c)
		}
	}
	return rest
}

// TestBadgesAreExplained: an explanation is the same progress; its facts are
// true, none is later than its moment, and without all others each condition
// comes out the same.
func TestBadgesAreExplained(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		h := drawCareer(r).live(t)
		types := typesByPosition(h)
		p := projectiontest.Preset(t, rapid.SampledFrom(statistics.PresetNames()).Draw(r, "policy"))
		if rapid.Bool().Draw(r, "by category") {
			p.Badge.PlusContracts = []statistics.CategoryAmount{{"art", 1_000_00}, {"web", 5_500_00}}
		}
		for _, asOf := range []event.Time{projectiontest.Noon, projectiontest.Noon + event.Time(rapid.IntRange(int(-200*projectiontest.Day), int(10*projectiontest.Day)).Draw(r, "asOf"))} {
			b := p.Badges(h, asOf)
			x := p.ExplainBadges(h, asOf)
			for _, state := range x.Badges.States() {
				require.Equal(t, len(state.Unmet()) == 0, state.Met)
				facts := slices.Concat(state.Facts, x.RisingTalentFacts)
				for i := range state.Conditions {
					c := &state.Conditions[i]
					if c.Name == statistics.ConditionLargeContract {
						require.Equal(t, c.Have == nil, x.LargeContract == nil)
						require.Equal(t, x.LargeContract != nil && x.LargeContract.Paid >= x.LargeContract.Need, c.Met)
						require.True(t, !c.Met || *c.Have >= c.Need)
					}
					byItself := c.Name == statistics.ConditionLargeContract && len(p.Badge.PlusContracts) > 0 // Have and Need may be of others
					require.True(t, byItself || c.Met == (c.Have != nil && (!c.AtMost && *c.Have >= c.Need || c.AtMost && *c.Have <= c.Need)), c.Name)
					kept := map[event.Position]bool{}
					for _, f := range c.Facts {
						kept[f.Position] = true
					}
					if c.Name != statistics.ConditionTopRated {
						again := p.Badges(only(h, kept), asOf)
						same := condition(t, map[event.Badge]statistics.BadgeState{event.BadgeTopRated: again.TopRated, event.BadgeTopRatedPlus: *again.TopRatedPlus}[state.Badge], c.Name)
						same.Facts = c.Facts
						require.Equal(t, *c, same)
					}
					facts = append(facts, c.Facts...)
					require.True(t, slices.IsSortedFunc(c.Facts, func(a, b projection.Evidence) int { return int(a.Position) - int(b.Position) }))
					c.Facts = nil
				}
				state.Facts = nil
				for _, f := range facts {
					require.LessOrEqual(t, f.OccurredAt, asOf, f.Type)
					require.Equal(t, types[f.Position], f.Type)
				}
			}
			require.Equal(t, b, x.Badges)
		}
	})
}

// TestBadgesAsOfThePast: what happened after a moment has no part in it.
func TestBadgesAsOfThePast(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		h := drawCareer(r).live(t)
		asOf := projectiontest.Noon + event.Time(rapid.IntRange(int(-200*projectiontest.Day), int(10*projectiontest.Day)).Draw(r, "asOf"))
		kept := map[event.Position]bool{}
		for position, when := range momentsByPosition(h) {
			kept[position] = when <= asOf
		}
		p := projectiontest.Preset(t, statistics.DefaultPolicy)
		require.Equal(t, p.ExplainBadges(only(h, kept), asOf), p.ExplainBadges(h, asOf))
	})
}

// facts are the events that the records hold.
func facts(h projection.FreelancerHistory, see func(m projection.Moment, eventType string)) {
	for _, m := range h.Account.Marks {
		see(m.Moment, m.Kind.EventType())
	}
	for _, r := range h.Proposals {
		see(r.Submitted, "ProposalSubmitted")
	}
	for _, r := range h.Invites {
		see(r.Closed, r.Outcome.EventType())
	}
	for _, r := range h.Contracts {
		see(r.Started, "ContractStarted")
		for _, p := range r.Payments {
			see(p.Moment, p.Kind.EventType())
		}
		see(r.Ended, "ContractEnded")
		see(r.Feedback.Moment, "FeedbackSubmitted")
		see(r.Published, "FeedbackPublished")
		see(r.Feedback.Revised, "FeedbackRevised")
		see(r.Excluded, "FeedbackExcluded")
	}
}

func typesByPosition(h projection.FreelancerHistory) map[event.Position]string {
	all := map[event.Position]string{}
	facts(h, func(m projection.Moment, eventType string) { all[m.Position] = eventType })
	return all
}

func momentsByPosition(h projection.FreelancerHistory) map[event.Position]event.Time {
	all := map[event.Position]event.Time{}
	facts(h, func(m projection.Moment, _ string) { all[m.Position] = m.At })
	return all
}
