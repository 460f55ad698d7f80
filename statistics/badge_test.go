package statistics_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

func condition(t testing.TB, s statistics.BadgeState, name string) statistics.Condition {
	i := slices.IndexFunc(s.Conditions, func(c statistics.Condition) bool { return c.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return s.Conditions[i]
}

// TestTopRated: rules 8, each condition at its border.
func TestTopRated(t *testing.T) {
	days90 := projectiontest.Noon.AddDays(-90)
	// inactive: all that was paid was 90 days ago.
	inactive := func(c *career) {
		for i := range c.jobs {
			c.jobs[i].end = days90
		}
	}
	hold := func(kind event.HoldKind, placed, lifted event.Time) func(*career) {
		return func(c *career) {
			c.account(placed, &event.HoldPlaced{Kind: kind})
			if lifted > 0 {
				c.account(lifted, &event.HoldLifted{Kind: kind})
			}
		}
	}
	suspended := func(from, until event.Time) func(*career) {
		return func(c *career) {
			c.account(from, &event.FreelancerSuspended{Reason: event.SanctionTOS})
			if until > 0 {
				c.account(until, &event.FreelancerReinstated{})
			}
		}
	}
	violation := func(when, rule string) func(*career) {
		return func(c *career) { c.account(projectiontest.At(when), &event.TermsViolationRecorded{Rule: rule}) }
	}
	// elsewhere pays 100.00 of the 1,000.00 for another contract, which runs and
	// has no part in the score.
	elsewhere := func(pays ...pay) func(*career) {
		return func(c *career) {
			c.jobs[0].paid, c.jobs[1].paid = c.paid(50_00), c.paid(50_00)
			c.jobs = append(c.jobs, job{client: "cem", start: projectiontest.At("2016-06-01T00:00:00Z"), paid: pays})
		}
	}
	assessments := func(percents ...int) func(*career) {
		return func(c *career) {
			c.life = c.life[16:]
			for weeks, percent := range percents {
				c.assess(weeks, percent)
			}
		}
	}
	rising := func(from, until event.Time) func(*career) {
		return func(c *career) {
			c.forget(assessed(5), "JobSuccessAssessed")
			c.assess(5, -1)
			c.account(from, &event.RisingTalentGranted{})
			c.account(until, &event.RisingTalentEnded{})
		}
	}
	for _, row := range []struct {
		name   string
		change func(*career)
		asOf   event.Time // default: noon
		unmet  string     // the condition that is not met
		have   any        // of that condition
	}{
		{name: "everything just met"},

		{name: "a score of 89 %", change: func(c *career) { c.jobs = slices.Delete(c.jobs, 8, 9); c.jobs[0].paid = c.paid(200_00) }, unmet: "displayed", have: 89},
		{name: "no score", change: func(c *career) {
			for i := range c.jobs {
				c.jobs[i].overall = 0
			}
		}, unmet: "displayed", have: nil},
		{name: "good feedback after T", change: func(c *career) { c.jobs[0].feedback = projectiontest.Noon + 1 }, unmet: "displayed", have: 89},
		{name: "at T", change: func(c *career) { c.jobs[0].feedback = projectiontest.Noon }},

		{name: "12 of 16", change: func(c *career) { c.forget(assessed(5), "JobSuccessAssessed"); c.assess(5, 89) }, unmet: "assessments", have: 12},
		{name: "without a score", change: func(c *career) { c.forget(assessed(5), "JobSuccessAssessed"); c.assess(5, -1) }, unmet: "assessments", have: 12},
		{name: "13 of 13", change: assessments(90, 95, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 100)},
		{name: "12 of 12", change: assessments(90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90), unmet: "assessments", have: 12},
		{name: "none", change: assessments(), unmet: "assessments", have: 0},
		{name: "a good one is the 17th", change: assessments(90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 89, 89, 89, 89, 90), unmet: "assessments", have: 12},
		{name: "one is after T", change: func(c *career) {
			assessments(-1, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90)(c)
			c.account(projectiontest.Noon+1, &event.JobSuccessAssessed{ScoreBP: projectiontest.Ptr(9000), Displayed: projectiontest.Ptr(90)})
		}, unmet: "assessments", have: 12},
		{name: "Rising Talent then", change: rising(assessed(6), assessed(4))},
		{name: "Rising Talent from its second on", change: rising(assessed(5)-1, assessed(5)+1)},
		{name: "ended in its second, after it", change: rising(assessed(6), assessed(5))},
		{name: "granted in its second, after it", change: rising(assessed(5), assessed(4)), unmet: "assessments", have: 12},
		{name: "ended before it", change: rising(assessed(6), assessed(5)-1), unmet: "assessments", have: 12},

		{name: "first contract 90 days ago", change: func(c *career) {
			for i := range c.jobs {
				c.jobs[i].start = days90
			}
		}, unmet: "first_contract", have: 90 * projectiontest.Day},
		{name: "one of them a second earlier", change: func(c *career) {
			for i := range c.jobs[1:] {
				c.jobs[1+i].start = days90
			}
		}},

		{name: "999.99 paid", change: func(c *career) { c.jobs[0].paid = c.paid(99_99) }, unmet: "paid", have: 999_99},
		{name: "0.01 refunded", change: func(c *career) { c.jobs[0].paid = append(c.paid(100_00), pay{projectiontest.Noon, -1}) }, unmet: "paid", have: 999_99},
		{name: "refunded after T", change: func(c *career) {
			c.jobs[0].paid = append(c.paid(100_00), pay{projectiontest.Noon + 1, -1})
		}},
		{name: "12 months ago", change: elsewhere(pay{projectiontest.At("2016-07-15T00:00:00Z"), 100_00})},
		{name: "12 months and a second", change: elsewhere(pay{projectiontest.At("2016-07-14T23:59:59Z"), 100_00}), unmet: "paid", have: 900_00},
		{name: "refunded now what was paid before", change: elsewhere(pay{projectiontest.At("2016-07-14T23:59:59Z"), 50_00}, pay{projectiontest.At("2016-07-15T00:00:00Z"), 110_00}, pay{projectiontest.Noon, -20_00}), unmet: "paid", have: 990_00},
		{name: "refunded before", change: elsewhere(pay{projectiontest.At("2016-07-01T00:00:00Z"), 50_00}, pay{projectiontest.At("2016-07-14T23:59:59Z"), -50_00}, pay{projectiontest.At("2016-07-15T00:00:00Z"), 100_00})},

		{name: "a profile of 99 %", change: func(c *career) { c.account(projectiontest.Noon, &event.ProfileCompletenessChanged{Percent: 99}) }, unmet: "profile", have: 99},
		{name: "from the next second on", change: func(c *career) { c.account(projectiontest.Noon+1, &event.ProfileCompletenessChanged{Percent: 99}) }},
		{name: "a profile of which nothing is known", change: func(c *career) { c.forget(projectiontest.Noon, "ProfileCompletenessChanged") }, unmet: "profile", have: 0},

		{name: "a hold lifted 90 days ago", change: hold(event.HoldQuality, projectiontest.Noon.AddDays(-200), days90)},
		{name: "a second later", change: hold(event.HoldQuality, projectiontest.Noon.AddDays(-200), days90+1), unmet: "no_hold", have: 1},
		{name: "a hold in force since long ago", change: hold(event.HoldIdentity, projectiontest.Noon.AddDays(-200), 0), unmet: "no_hold", have: 1},
		{name: "lifted after T", change: hold(event.HoldPayment, projectiontest.Noon.AddDays(-200), projectiontest.Noon+1), unmet: "no_hold", have: 1},
		{name: "placed and lifted meanwhile", change: hold(event.HoldCircumvention, days90+5, days90+6), unmet: "no_hold", have: 1},
		{name: "placed now", change: hold(event.HoldQuality, projectiontest.Noon, 0), unmet: "no_hold", have: 1},
		{name: "placed after T", change: hold(event.HoldQuality, projectiontest.Noon+1, 0)},

		{name: "reinstated 90 days ago", change: suspended(projectiontest.Noon.AddDays(-200), days90)},
		{name: "reinstated a second later", change: suspended(projectiontest.Noon.AddDays(-200), days90+1), unmet: "no_hold", have: 1},
		{name: "suspended", change: suspended(projectiontest.Noon, 0), unmet: "no_hold", have: 1},
		{name: "suspended after T", change: suspended(projectiontest.Noon+1, 0)},
		{name: "suspended and closed", change: func(c *career) {
			suspended(projectiontest.Noon.AddDays(-200), 0)(c)
			c.account(projectiontest.Noon.AddDays(-199), &event.FreelancerClosed{Reason: event.CloseAccountLeft})
		}, unmet: "no_hold", have: 1},
		{name: "closed, not suspended", change: func(c *career) {
			c.account(projectiontest.Noon, &event.FreelancerClosed{Reason: event.CloseAccountLeft})
		}},
		{name: "suspended and under a hold", change: func(c *career) {
			suspended(days90+5, days90+6)(c)
			hold(event.HoldQuality, days90+5, 0)(c)
		}, unmet: "no_hold", have: 2},

		{name: "no payment in 90 days", change: inactive, unmet: "active", have: 0},
		{name: "but a proposal", change: func(c *career) { inactive(c); c.also = []happened{proposal(days90 + 1)} }},
		{name: "that is 90 days old", change: func(c *career) { inactive(c); c.also = []happened{proposal(days90)} }, unmet: "active", have: 0},
		{name: "or that is to come", change: func(c *career) { inactive(c); c.also = []happened{proposal(projectiontest.Noon + 1)} }, unmet: "active", have: 0},
		{name: "but an accepted invite", change: func(c *career) { inactive(c); c.also = invited(days90+1, &event.InviteAccepted{}) }},
		{name: "accepted 90 days ago", change: func(c *career) { inactive(c); c.also = invited(days90, &event.InviteAccepted{}) }, unmet: "active", have: 0},
		{name: "a declined one is nothing", change: func(c *career) { inactive(c); c.also = invited(days90+1, &event.InviteDeclined{}) }, unmet: "active", have: 0},
		{name: "but a bonus at T", change: func(c *career) {
			inactive(c)
			c.jobs[0].paid = []pay{{days90, 100_00}, {projectiontest.Noon, 1}}
		}},
		{name: "a refund is nothing", change: func(c *career) {
			inactive(c)
			c.jobs[0].paid = []pay{{days90, 100_01}, {projectiontest.Noon, -1}}
		}, unmet: "active", have: 0},
		{name: "a second later", asOf: projectiontest.Noon + 1, unmet: "active", have: 0},

		{name: "circumvention 6 months ago", change: violation("2017-01-15T00:00:00Z", "circumvention"), unmet: "no_violation", have: 1},
		{name: "6 months and a second", change: violation("2017-01-14T23:59:59Z", "circumvention")},
		{name: "circumvention after T", change: violation("2017-07-15T12:00:01Z", "circumvention")},
		{name: "another rule", change: violation("2017-07-15T00:00:00Z", "circumvention of taxes")},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := topRated()
			if row.change != nil {
				row.change(c)
			}
			if row.asOf == 0 {
				row.asOf = projectiontest.Noon
			}
			h := c.live(t)
			state := projectiontest.Preset(t, statistics.DefaultPolicy).Badges(h, row.asOf).TopRated
			require.Equal(t, event.BadgeTopRated, state.Badge)
			require.Equal(t, row.unmet == "", state.Met, state.Unmet())
			require.False(t, state.Held)
			if row.unmet == "" {
				require.Empty(t, state.Unmet())
				return
			}
			require.Equal(t, []string{row.unmet}, state.Unmet())
			requireHave(t, row.have, condition(t, state, row.unmet))
		})
	}
}

func requireHave(t testing.TB, want any, c statistics.Condition) {
	if want == nil {
		require.Nil(t, c.Have)
		return
	}
	require.NotNil(t, c.Have)
	require.EqualValues(t, want, *c.Have)
}

// TestTopRatedPlus: rules 8, each condition at its border.
func TestTopRatedPlus(t *testing.T) {
	// excellent makes room for one bad outcome.
	excellent := func(c *career) {
		for i := range 30 {
			c.jobs = append(c.jobs, c.jobs[2])
			c.jobs[10+i].paid = c.paid(1_00)
		}
	}
	for _, row := range []struct {
		name   string
		change func(*career)
		policy string
		unmet  []string
		have   any // of the last of those
	}{
		{name: "everything just met"},
		{name: "not Top Rated", change: func(c *career) { c.account(projectiontest.Noon, &event.ProfileCompletenessChanged{Percent: 99}) }, unmet: []string{"top_rated"}, have: 7},
		{name: "9,999.99 paid", change: func(c *career) { c.jobs[1].paid = c.paid(4_199_99) }, unmet: []string{"paid"}, have: 9_999_99},
		{name: "4,999.99 for one", change: func(c *career) { c.jobs[0].paid, c.jobs[1].paid = c.paid(4_999_99), c.paid(4_200_01) }, unmet: []string{"large_contract"}, have: 4_999_99},
		{name: "refunded to it", change: func(c *career) {
			c.jobs[0].paid, c.jobs[1].paid = append(c.paid(5_000_00), pay{projectiontest.Noon, -1}), c.paid(4_200_01)
		}, unmet: []string{"large_contract"}, have: 4_999_99},
		{name: "partly paid before the 12 months", change: func(c *career) {
			c.jobs[0].start, c.jobs[0].paid = projectiontest.At("2016-07-01T00:00:00Z"), []pay{{projectiontest.At("2016-07-14T23:59:59Z"), 1}, {projectiontest.Noon.AddDays(-90) + 1, 4_999_99}}
			c.jobs[1].paid = c.paid(4_200_01)
		}, unmet: []string{"large_contract"}, have: 4_999_99},
		{name: "a neutral outcome", change: func(c *career) { excellent(c); c.jobs[0].overall = 400 }},
		{name: "a negative outcome", change: func(c *career) { excellent(c); c.jobs[0].overall = 300 }, unmet: []string{"large_contract"}, have: 4_200_00},
		{name: "negative, ended before every window", change: func(c *career) {
			c.jobs[0].paid = c.paid(800_00)
			c.jobs = append(c.jobs, job{client: "cem", start: projectiontest.Noon.AddDays(-1200), end: projectiontest.Noon.AddDays(-1100), overall: 300, paid: c.paid(5_000_00)})
		}, unmet: []string{"large_contract"}, have: 4_200_00},
		{name: "successful, ended before every window", change: func(c *career) {
			c.jobs[0].paid = c.paid(800_00)
			c.jobs = append(c.jobs, job{client: "cem", start: projectiontest.Noon.AddDays(-1200), end: projectiontest.Noon.AddDays(-1100), overall: 500, paid: c.paid(5_000_00)})
		}},
		{name: "two of them, one negative", change: func(c *career) { excellent(c); c.jobs[0].overall = 300; c.jobs[1].paid = c.paid(5_000_00) }},
		{name: "no outcome: it runs", change: func(c *career) {
			c.jobs[0].paid = c.paid(800_00)
			c.jobs = append(c.jobs, job{client: "cem", start: projectiontest.Noon.AddDays(-60), paid: []pay{{projectiontest.Noon, 5_000_00}}})
		}},
		{name: "nothing", change: func(c *career) { c.jobs = nil }, unmet: []string{"top_rated", "paid", "large_contract"}, have: nil},
		{name: "a silent client, under a rule that takes most silence for a bad sign", policy: "2015", change: func(c *career) {
			c.jobs[0].overall = 0
			for i := range 10 {
				c.jobs = append(c.jobs, c.jobs[0])
				c.jobs[10+i].paid = c.paid(1_00)
			}
		}, unmet: []string{"top_rated", "large_contract"}, have: 4_200_00},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := topRatedPlus()
			if row.change != nil {
				row.change(c)
			}
			if row.policy == "" {
				row.policy = statistics.DefaultPolicy
			}
			h := c.live(t)
			state := projectiontest.Preset(t, row.policy).Badges(h, projectiontest.Noon).TopRatedPlus
			require.Equal(t, event.BadgeTopRatedPlus, state.Badge)
			require.Equal(t, row.unmet, state.Unmet())
			require.Equal(t, row.unmet == nil, state.Met)
			if len(row.unmet) > 0 {
				requireHave(t, row.have, condition(t, *state, row.unmet[len(row.unmet)-1]))
			}
		})
	}
}

// TestBadgesHeld: events say who holds a badge, and what it is good for.
func TestBadgesHeld(t *testing.T) {
	c := &career{}
	c.account(projectiontest.Noon, &event.RisingTalentGranted{})
	c.account(projectiontest.Noon+10, &event.RisingTalentEnded{})
	c.account(projectiontest.Noon+10, &event.BadgeAwarded{Badge: event.BadgeTopRated})
	c.account(projectiontest.Noon+20, &event.BadgeAwarded{Badge: event.BadgeTopRatedPlus})
	c.account(projectiontest.Noon+30, &event.BadgeLost{Badge: event.BadgeTopRated})
	c.account(projectiontest.Noon+40, &event.BadgeLost{Badge: event.BadgeTopRatedPlus})
	h := c.live(t)
	every := []statistics.Entitlement{"community", "exclusive_resources", "feedback_removal", "premium_support", "select_invitations", "workshops"}
	rising := []statistics.Entitlement{"community", "exclusive_resources"}
	for _, row := range []struct {
		asOf                event.Time
		rising, rated, plus bool
		perks               []statistics.Entitlement
	}{
		{projectiontest.Noon - 1, false, false, false, []statistics.Entitlement{}},
		{projectiontest.Noon, true, false, false, rising},
		{projectiontest.Noon + 9, true, false, false, rising},
		{projectiontest.Noon + 10, false, true, false, every},
		{projectiontest.Noon + 20, false, true, true, every},
		{projectiontest.Noon + 30, false, false, true, every},
		{projectiontest.Noon + 40, false, false, false, []statistics.Entitlement{}},
	} {
		b := projectiontest.Preset(t, statistics.DefaultPolicy).Badges(h, row.asOf)
		require.Equal(t, row.rising, b.RisingTalent)
		require.Equal(t, row.rated, b.TopRated.Held)
		require.Equal(t, row.plus, b.TopRatedPlus.Held)
		require.Equal(t, row.perks, b.Entitlements)
		require.False(t, b.TopRated.Met)
	}
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	p.Badge.TopRatedPlusPerks = []statistics.Perk{{Name: "pony_2"}, {Name: "a_hat"}, {Name: "pony_2"}}
	require.Equal(t, []statistics.Entitlement{"a_hat", "pony_2"}, p.Badges(h, projectiontest.Noon+30).Entitlements)
}

// TestEntitlementDates: fine print P6. A perk is open from its first date on and before
// the one until which it is, 00:00 UTC.
func TestEntitlementDates(t *testing.T) {
	c := &career{}
	c.account(projectiontest.At("2015-01-01T00:00:00Z"), &event.BadgeAwarded{Badge: event.BadgeTopRated})
	h := c.live(t)
	for _, row := range []struct {
		perk statistics.Perk // the zero one: the default
		asOf string
		open bool
	}{
		{statistics.Perk{}, "2015-12-31T23:59:59Z", false},
		{statistics.Perk{}, "2016-01-01T00:00:00Z", true},
		{statistics.Perk{}, "2024-09-02T23:59:59Z", true},
		{statistics.Perk{}, "2024-09-03T00:00:00Z", false},
		{statistics.Perk{Name: "feedback_removal"}, "2030-01-01T00:00:00Z", true},
		{statistics.Perk{Name: "feedback_removal", From: "2030-01-01"}, "2029-12-31T23:59:59Z", false},
		{statistics.Perk{Name: "feedback_removal", From: "2030-01-01"}, "2030-01-01T00:00:00Z", true},
		{statistics.Perk{Name: "feedback_removal", Until: "2030-01-01"}, "2029-12-31T23:59:59Z", true},
		{statistics.Perk{Name: "feedback_removal", Until: "2030-01-01"}, "2030-01-01T00:00:00Z", false},
	} {
		p := projectiontest.Preset(t, statistics.DefaultPolicy)
		if row.perk.Name != "" {
			p.Badge.TopRatedPerks = []statistics.Perk{row.perk}
		}
		told := p.Badges(h, projectiontest.At(row.asOf)).Entitlements
		require.Equal(t, row.open, slices.Contains(told, statistics.FeedbackRemoval), "%v at %s", row.perk, row.asOf)
	}
}

// TestBadges2016: fine print P5, the badge policy of 2016.
func TestBadges2016(t *testing.T) {
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	var err error
	p.Badge, err = statistics.BadgePreset("2016")
	require.NoError(t, err)
	require.NoError(t, p.Validate())
	for _, row := range []struct {
		name  string
		days  int // since the first contract
		more  event.Time
		unmet []string
	}{
		{"30 days and a second", 30, 1, nil},
		{"30 days", 30, 0, []string{"first_contract"}},
	} {
		c := topRated()
		c.life = slices.DeleteFunc(c.life, func(h happened) bool { return h.e.EventType() == "JobSuccessAssessed" })
		for i := range c.jobs {
			c.jobs[i].start, c.jobs[i].end = projectiontest.Noon.AddDays(-row.days)-row.more, projectiontest.Noon.AddDays(-row.days)+1
			c.jobs[i].paid = []pay{{projectiontest.Noon.AddDays(-row.days) + 1, 100_00}}
		}
		c.account(projectiontest.Noon, &event.BadgeAwarded{Badge: event.BadgeTopRatedPlus})
		b := p.Badges(c.live(t), projectiontest.Noon)
		require.Equal(t, row.unmet, b.TopRated.Unmet(), row.name)
		require.EqualValues(t, 0, condition(t, b.TopRated, "assessments").Need)
		require.Nil(t, b.TopRatedPlus)
		require.Len(t, b.States(), 1)
	}
	today, err := statistics.BadgePreset("today")
	require.NoError(t, err)
	require.Equal(t, projectiontest.Preset(t, statistics.DefaultPolicy).Badge, today)
	_, err = statistics.BadgePreset("tomorrow")
	require.ErrorIs(t, err, statistics.ErrUnknownPolicy)
}

func TestBadgePolicyIsChecked(t *testing.T) {
	require.NoError(t, projectiontest.Preset(t, statistics.DefaultPolicy).Validate())
	for i, spoil := range []func(*statistics.BadgePolicy){
		func(p *statistics.BadgePolicy) { *p = statistics.BadgePolicy{} },
		func(p *statistics.BadgePolicy) { p.Displayed = 101 },
		func(p *statistics.BadgePolicy) { p.Profile = -1 },
		func(p *statistics.BadgePolicy) { p.Assessments = 0 },
		func(p *statistics.BadgePolicy) { p.Assessments = 1 << 40 },
		func(p *statistics.BadgePolicy) { p.GoodAssessments = 17 },
		func(p *statistics.BadgePolicy) { p.FirstContractDays = -1 },
		func(p *statistics.BadgePolicy) { p.HoldDays = 1 << 40 },
		func(p *statistics.BadgePolicy) { p.ActiveDays = -1 },
		func(p *statistics.BadgePolicy) { p.PaidMonths = 0 },
		func(p *statistics.BadgePolicy) { p.ViolationMonths = 1201 },
		func(p *statistics.BadgePolicy) { p.Paid = -1 },
		func(p *statistics.BadgePolicy) { p.PlusContract = -1 },
		func(p *statistics.BadgePolicy) { p.PlusContracts = []statistics.CategoryAmount{{"web", -1}} },
		func(p *statistics.BadgePolicy) { p.PlusContracts = []statistics.CategoryAmount{{"", 1}} },
		func(p *statistics.BadgePolicy) { p.PlusContracts = []statistics.CategoryAmount{{"web", 1}, {"art", 1}} },
		func(p *statistics.BadgePolicy) { p.PlusContracts = []statistics.CategoryAmount{{"web", 1}, {"web", 1}} },
		func(p *statistics.BadgePolicy) { p.PlusContracts = make([]statistics.CategoryAmount, 1001) },
		func(p *statistics.BadgePolicy) { p.ViolationRule = "" },
		func(p *statistics.BadgePolicy) { p.RisingTalentPerks = []statistics.Perk{{Name: "a pony"}} },
		func(p *statistics.BadgePolicy) { p.RisingTalentPerks = []statistics.Perk{{}} },
		func(p *statistics.BadgePolicy) {
			p.TopRatedPerks = []statistics.Perk{{Name: "pony", From: "2016-02-30"}}
		},
		func(p *statistics.BadgePolicy) {
			p.TopRatedPlusPerks = []statistics.Perk{{Name: "pony", Until: "2016-02-01T00:00:00Z"}}
		},
		func(p *statistics.BadgePolicy) { p.TopRatedPerks = make([]statistics.Perk, 101) },
	} {
		p := projectiontest.Preset(t, statistics.DefaultPolicy)
		spoil(&p.Badge)
		require.ErrorIs(t, p.Validate(), statistics.ErrInvalidPolicy, i)
	}
}
