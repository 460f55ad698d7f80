package statistics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// An explanation says which assessments count, when the first leaves, and which badge
// brings what.
func TestBadgeExplanation(t *testing.T) {
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	c := topRated()
	c.assess(16, 95) // is looked at no more
	c.forget(assessed(5), "JobSuccessAssessed")
	c.assess(5, -1)
	c.account(assessed(6), &event.RisingTalentGranted{})
	c.account(assessed(4), &event.RisingTalentEnded{})
	c.account(assessed(3), &event.BadgeAwarded{Badge: event.BadgeTopRated})
	x := p.ExplainBadges(c.live(t), projectiontest.Noon)
	require.Len(t, x.Assessments, p.Badge.Assessments)
	good := int64(0)
	for i, a := range x.Assessments {
		weeks := p.Badge.Assessments - 1 - i
		require.Equal(t, assessed(weeks), a.At)
		require.Equal(t, weeks < 13, a.Good, "%d weeks ago", weeks)
		require.Equal(t, weeks == 5, a.Displayed == nil)
		require.Equal(t, weeks == 5 || weeks == 4, a.RisingTalent, "%d weeks ago: granted and ended after that of its second", weeks)
		if a.Good {
			good++
		}
	}
	require.Equal(t, *condition(t, x.Badges.TopRated, "assessments").Have, good)
	require.True(t, x.Leaves)
	require.Equal(t, event.WeekOf(projectiontest.Noon).End(), x.NextAssessment)
	require.Equal(t, "2024-09-03", x.Perks[len(x.Perks)-1].Until)
	holds := map[statistics.Entitlement]bool{}
	for _, perk := range x.Perks {
		require.Equal(t, event.BadgeTopRated, perk.Badge)
		holds[perk.Name] = perk.Holds
	}
	require.Len(t, x.Badges.Entitlements, len(holds))
	for _, e := range x.Badges.Entitlements {
		require.True(t, holds[e], e)
	}

	young := &career{}
	young.assess(1, 90)
	young.account(assessed(2), &event.RisingTalentGranted{})
	x = p.ExplainBadges(young.live(t), projectiontest.Noon)
	require.False(t, x.Leaves, "of one assessment none leaves")
	require.Empty(t, x.Perks[0].Badge, "Rising Talent is no event.Badge")
	later := p.ExplainBadges(c.live(t), projectiontest.At("2024-09-03T00:00:00Z"))
	require.False(t, later.Perks[len(later.Perks)-1].Holds, "from its last date on")
}
