package statistics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// found are the ids of a search's page.
func found(t testing.TB, m *projection.Model, q statistics.SearchQuery) []uuid.UUID {
	t.Helper()
	r, err := statistics.Ask(t.Context(), m, statistics.SearchFor(q), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	all := []uuid.UUID{}
	for _, f := range r.Results {
		all = append(all, f.Freelancer)
	}
	require.LessOrEqual(t, len(all), int(r.Total))
	return all
}

// TestSearchFinds: rules 9, which accounts are found.
func TestSearchFinds(t *testing.T) {
	all := func(e ...event.Event) []event.Event { return e }
	private, public := &event.VisibilityChanged{Visibility: event.VisibilityPrivate}, &event.VisibilityChanged{Visibility: event.VisibilityPublic}
	top := &event.BadgeAwarded{Badge: event.BadgeTopRated}
	lost := &event.BadgeLost{Badge: event.BadgeTopRated}
	topOnly := statistics.SearchQuery{Badge: event.BadgeTopRated}
	for _, c := range []struct {
		name  string
		given []event.Event // at T
		later []event.Event // after T
		query statistics.SearchQuery
		want  bool
	}{
		{"a new one", nil, nil, statistics.SearchQuery{}, true},
		{"a private one", all(private), nil, statistics.SearchQuery{}, false},
		{"public again", all(private, public), nil, statistics.SearchQuery{}, true},
		{"private after T", nil, all(private), statistics.SearchQuery{}, true},
		{"one with a hold", all(&event.HoldPlaced{Kind: event.HoldIdentity}), nil, statistics.SearchQuery{}, true},
		{"available", nil, nil, statistics.SearchQuery{Available: true}, true},
		{"not available", all(&event.AvailabilityChanged{}), nil, statistics.SearchQuery{Available: true}, false},
		{"not available, and that is fine", all(&event.AvailabilityChanged{}), nil, statistics.SearchQuery{}, true},
		{"available again", all(&event.AvailabilityChanged{}, &event.AvailabilityChanged{Available: true}), nil, statistics.SearchQuery{Available: true}, true},
		{"not verified", nil, all(&event.IdentityVerified{}), statistics.SearchQuery{Verified: true}, false},
		{"verified", all(&event.IdentityVerified{}), nil, statistics.SearchQuery{Verified: true}, true},
		{"verified no more", all(&event.IdentityVerified{}, &event.IdentityVerificationRevoked{}), nil, statistics.SearchQuery{Verified: true}, false},
		{"by phone only", all(&event.PhoneVerified{}), nil, statistics.SearchQuery{Verified: true}, false},
		{"no badge", nil, all(top), topOnly, false},
		{"the badge", all(top), nil, topOnly, true},
		{"another badge", all(&event.BadgeAwarded{Badge: event.BadgeTopRatedPlus}), nil, topOnly, false},
		{"a lost badge", all(top, lost), nil, topOnly, false},
		{"a badge lost after T", all(top), all(lost), topOnly, true},
		{"a badge won again", all(top, lost, top), nil, topOnly, true},
		{"no Rising Talent", nil, nil, statistics.SearchQuery{RisingTalent: true}, false},
		{"a Rising Talent", all(&event.RisingTalentGranted{}), nil, statistics.SearchQuery{RisingTalent: true}, true},
		{"a Rising Talent no more", all(&event.RisingTalentGranted{}, &event.RisingTalentEnded{}), nil, statistics.SearchQuery{RisingTalent: true}, false},
		{"no score", nil, nil, statistics.SearchQuery{MinDisplayed: 1}, false},
		{"no score, and none is asked for", nil, nil, statistics.SearchQuery{MinDisplayed: 0}, true},
		{"no level", nil, nil, statistics.SearchQuery{Level: statistics.LevelOver3Days}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.freelancer("ann", projectiontest.June, &event.FreelancerRegistered{})
			p.freelancer("ann", projectiontest.Noon, c.given...)
			p.freelancer("ann", projectiontest.Noon+1, c.later...)
			p.freelancer("later", projectiontest.Noon+1, &event.FreelancerRegistered{}, top, &event.IdentityVerified{}, &event.RisingTalentGranted{})
			want := []uuid.UUID{}
			if c.want {
				want = ids("ann")
			}
			require.Equal(t, want, found(t, p.model(), c.query))
		})
	}
}

// score gives a freelancer so many successful contracts of ten, of two clients.
func (p *past) score(freelancer string, successful int) {
	for i := range 10 {
		overall := 400
		if i < successful {
			overall = 500
		}
		p.contract(fmt.Sprint(freelancer, i), projectiontest.June, started([]string{"carl", "dora"}[i%2], freelancer), &event.MilestoneReleased{Amount: 1_00},
			&event.ContractEnded{}, &event.FeedbackSubmitted{By: event.SideClient, Overall: overall}, &event.FeedbackPublished{})
	}
}

// answers lets a freelancer answer so many invites of five, each after a time.
func (p *past) answers(freelancer string, answered int, after event.Time) {
	for i := range 5 {
		name := fmt.Sprint(freelancer, i)
		p.invite(name, projectiontest.June, &event.InviteSent{Client: projectiontest.Named("carl"), Freelancer: projectiontest.Named(freelancer), FreelancerAvailable: true})
		if i < answered {
			p.invite(name, projectiontest.June+after, &event.InviteDeclined{})
		}
	}
}

// market5 is one of five freelancers: 90 % and fast, 80 % and slow, 80 % and
// slower, no score and fast, nothing at all.
func market5(t testing.TB) *past {
	p := newPast(t)
	for i, name := range []string{"ann", "ben", "cem", "dia", "eli"} {
		p.freelancer(name, projectiontest.June.AddDays(-100+i%3), &event.FreelancerRegistered{})
	}
	p.score("ann", 9)
	p.score("ben", 8)
	p.score("cem", 8)
	p.answers("ann", 3, projectiontest.Day-1)
	p.answers("ben", 3, projectiontest.Day)
	p.answers("cem", 5, 3*projectiontest.Day)
	p.answers("dia", 4, 1)
	return p
}

// TestSearchSeeks: those with a score and a level, and no others.
func TestSearchSeeks(t *testing.T) {
	m := market5(t).model()
	for _, c := range []struct {
		query statistics.SearchQuery
		want  []string
	}{
		{statistics.SearchQuery{}, []string{"ann", "ben", "cem", "dia", "eli"}},
		{statistics.SearchQuery{MinDisplayed: 1}, []string{"ann", "ben", "cem"}},
		{statistics.SearchQuery{MinDisplayed: 80}, []string{"ann", "ben", "cem"}},
		{statistics.SearchQuery{MinDisplayed: 81}, []string{"ann"}},
		{statistics.SearchQuery{MinDisplayed: 91}, nil},
		{statistics.SearchQuery{Level: statistics.LevelUnder24h}, []string{"ann", "dia"}},
		{statistics.SearchQuery{Level: statistics.LevelUnder3Days}, []string{"ann", "ben", "dia"}},
		{statistics.SearchQuery{Level: statistics.LevelOver3Days}, []string{"ann", "ben", "cem", "dia"}},
		{statistics.SearchQuery{Level: statistics.LevelUnder3Days, MinDisplayed: 80}, []string{"ann", "ben"}},
	} {
		require.ElementsMatch(t, ids(c.want...), found(t, m, c.query), "%+v", c.query)
	}
}

// TestSearchOrder: ties by id, and pages that fit together.
func TestSearchOrder(t *testing.T) {
	m := market5(t).model()
	tie := func(names ...string) []uuid.UUID {
		all := map[uuid.UUID]bool{}
		for _, n := range names {
			all[projectiontest.Named(n)] = true
		}
		return projectiontest.SortedIDs(all)
	}
	join := func(parts ...[]uuid.UUID) (all []uuid.UUID) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for order, want := range map[statistics.SearchOrder][]uuid.UUID{
		"":                  join(ids("ann"), tie("ben", "cem"), tie("dia", "eli")),
		statistics.ByScore:  join(ids("ann"), tie("ben", "cem"), tie("dia", "eli")),
		statistics.ByLevel:  ids("dia", "ann", "ben", "cem", "eli"),
		statistics.ByNewest: join(ids("cem"), tie("ben", "eli"), tie("ann", "dia")),
	} {
		require.Equal(t, want, found(t, m, statistics.SearchQuery{Sort: order}), order)
		for limit := 1; limit <= 6; limit++ {
			var pages []uuid.UUID
			for offset := 0; offset < 7; offset += limit {
				page := found(t, m, statistics.SearchQuery{Sort: order, Offset: offset, Limit: limit})
				require.LessOrEqual(t, len(page), limit)
				pages = append(pages, page...)
			}
			require.Equal(t, want, pages, "%s, pages of %d", order, limit)
		}
	}
}

func TestSearchFormat(t *testing.T) {
	p := newPast(t)
	p.freelancer("ann", projectiontest.June, &event.FreelancerRegistered{}, &event.PhoneVerified{}, &event.ProfileCompletenessChanged{Percent: 40},
		&event.ProfileCompletenessChanged{Percent: 90}, &event.BadgeAwarded{Badge: event.BadgeTopRatedPlus}, &event.BadgeAwarded{Badge: event.BadgeTopRated},
		&event.SkillTestRecorded{Test: "go", Score: 90}, &event.IdentityVerified{}, &event.IdentityVerificationRevoked{})
	r, err := statistics.Ask(t.Context(), p.model(), statistics.SearchFor(statistics.SearchQuery{Offset: 0, Limit: 1}), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	fact := func(n int, name string) string {
		return fmt.Sprintf(`{"position":%d,"type":%q,"occurred_at":"2017-06-01T09:00:00Z"}`, p.at(n), name)
	}
	projectiontest.RequireJSON(t, `{"as_of":"2017-07-15T12:00:00Z","policy":"2024-09","total":1,"offset":0,"results":[{
		"freelancer":"`+projectiontest.Named("ann").String()+`","registered":"2017-06-01T09:00:00Z","displayed":null,"level":null,"rate_bp":null,
		"public":true,"available":true,"percent":90,"identity_verified":false,"phone_verified":true,"rising_talent":false,
		"badges":["top_rated","top_rated_plus"],"title":null,"category":null,"skills":[],"hourly_rate":null,"paid":0,"minutes":0,"facts":[`+fact(1, "FreelancerRegistered")+","+fact(2, "PhoneVerified")+","+
		fact(4, "ProfileCompletenessChanged")+","+fact(5, "BadgeAwarded")+","+fact(6, "BadgeAwarded")+","+fact(9, "IdentityVerificationRevoked")+`]}]}`, r)
}

func TestSearchRefuses(t *testing.T) {
	m := newPast(t).model()
	for field, q := range map[string]statistics.SearchQuery{
		"badge":     {Badge: "rising_talent"},
		"score":     {MinDisplayed: 101},
		"rate_min":  {RateMin: money(-1)},
		"rate_max":  {RateMax: money(-1)},
		"paid_min":  {PaidMin: -1},
		"hours_min": {HoursMin: -1},
		"text":      {Text: strings.Repeat("a", 10_001)},
		"skills":    {Skills: make([]string, 10_001)},
		"level":     {Level: "at once"},
		"order":     {Sort: "luck"},
		"offset":    {Offset: -1},
		"limit":     {Limit: statistics.MaxSearchLimit + 1},
	} {
		_, err := statistics.Ask(t.Context(), m, statistics.SearchFor(q), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
		require.ErrorIs(t, err, statistics.ErrInvalidQuery, field)
		var bad *statistics.QueryError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, field, bad.Field)
		require.Equal(t, "invalid_query", bad.Code())
	}
	for _, q := range []statistics.SearchQuery{{MinDisplayed: -1}, {Offset: statistics.MaxSearchOffset + 1}, {Limit: -1}} {
		require.ErrorIs(t, q.Validate(), statistics.ErrInvalidQuery)
	}
	for _, q := range []statistics.SearchQuery{{MinDisplayed: 100}, {Offset: statistics.MaxSearchOffset}, {Limit: statistics.MaxSearchLimit}} {
		require.NoError(t, q.Validate())
	}
}
