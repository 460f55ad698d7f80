package marketplace_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestQuestions: a host reads its own commands in the answer to every question,
// as of any moment and under any rule.
func TestQuestions(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	client, freelancer, invite, job := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	before := time.Now().Add(-time.Hour)
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.PostJob{Job: job, Client: client, Kind: event.KindFixed},
		aggregate.SendInvite{Invite: invite, Job: job, Client: client, Freelancer: freelancer},
		aggregate.AcceptInvite{Invite: invite, CoverLetter: "Yes."},
	} {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	week := event.WeekOf(event.At(time.Now()))

	stats, err := marketplace.Ask(t.Context(), m, statistics.MyStatsOf(freelancer))
	require.NoError(t, err)
	require.EqualValues(t, 1, stats.Responsiveness.Answered)
	profile, err := marketplace.Ask(t.Context(), m, statistics.ClientProfileOf(client), marketplace.Preset("2015"))
	require.NoError(t, err)
	require.EqualValues(t, 1, profile.JobsPosted)
	found, err := marketplace.Ask(t.Context(), m, statistics.SearchFor(statistics.SearchQuery{}))
	require.NoError(t, err)
	require.EqualValues(t, 1, found.Total)
	figures, err := marketplace.Ask(t.Context(), m, statistics.MarketplaceFigures())
	require.NoError(t, err)
	require.EqualValues(t, 1, figures.InvitesSent)
	x, err := marketplace.Ask(t.Context(), m, statistics.ExplainWeek(figures.Weeks[0].Week))
	require.NoError(t, err)
	require.Len(t, x.Invites, 1)
	require.Contains(t, []event.Week{week, event.WeekOf(event.At(time.Now()))}, figures.Weeks[len(figures.Weeks)-1].Week)
	badges, err := marketplace.Ask(t.Context(), m, statistics.ExplainBadges(freelancer))
	require.NoError(t, err)
	require.NotEmpty(t, badges.Badges.TopRated.Unmet())
	funnel, err := marketplace.Ask(t.Context(), m, statistics.ExplainFunnel(freelancer))
	require.NoError(t, err)
	all, err := marketplace.Ask(t.Context(), m, statistics.ExplainMarketplaceFunnel())
	require.NoError(t, err)
	require.Equal(t, funnel.Proposals, all.Proposals)
	work, err := marketplace.Ask(t.Context(), m, statistics.ExplainWork(freelancer))
	require.NoError(t, err)
	require.Empty(t, work.Clients)
	why, err := marketplace.Ask(t.Context(), m, statistics.ExplainClientProfile(client))
	require.NoError(t, err)
	require.Len(t, why.Jobs, 1)

	// Nobody was there an hour before.
	for name, ask := range map[string]func() error{
		"my stats": func() error {
			_, err := marketplace.Ask(t.Context(), m, statistics.MyStatsOf(freelancer), marketplace.AsOf(before))
			return err
		},
		"client profile": func() error {
			_, err := marketplace.Ask(t.Context(), m, statistics.ClientProfileOf(client), marketplace.AsOf(before))
			return err
		},
		"badges": func() error {
			_, err := marketplace.Ask(t.Context(), m, statistics.ExplainBadges(freelancer), marketplace.AsOf(before))
			return err
		},
		"funnel": func() error {
			_, err := marketplace.Ask(t.Context(), m, statistics.ExplainFunnel(freelancer), marketplace.AsOf(before))
			return err
		},
		"work": func() error { _, err := marketplace.Ask(t.Context(), m, statistics.ExplainWork(client)); return err },
		"profile": func() error {
			_, err := marketplace.Ask(t.Context(), m, statistics.ExplainClientProfile(freelancer))
			return err
		},
	} {
		var none *statistics.NotFoundError
		require.True(t, errors.As(ask(), &none), name)
	}
	_, err = marketplace.Ask(t.Context(), m, statistics.SearchFor(statistics.SearchQuery{Limit: -1}))
	require.ErrorIs(t, err, statistics.ErrInvalidQuery)
	_, err = marketplace.Ask(t.Context(), m, statistics.MarketplaceFigures(), marketplace.Preset("2014"))
	require.Error(t, err)
}

// A host's own policy decides: an invite answered after half an hour, which is fast
// by the published rule, is not by a rule of ten minutes.
func TestUnder(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	client, freelancer, invite := uuid.New(), uuid.New(), uuid.New()
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2020-01-01T10:00:00Z", aggregate.RegisterClient{Client: client}},
		{"2020-01-01T10:00:00Z", aggregate.RegisterFreelancer{Freelancer: freelancer}},
		{"2020-01-01T10:00:00Z", aggregate.SendInvite{Invite: invite, Job: uuid.New(), Client: client, Freelancer: freelancer}},
		{"2020-01-01T10:30:00Z", aggregate.DeclineInvite{Invite: invite}},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at))
	}
	own, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	own.Name, own.Responsiveness.Fast = "ten minutes", 600
	asOf := marketplace.AsOf(event.MustParseTime("2020-01-02T00:00:00Z").Std())
	for fast, option := range map[int64]marketplace.QueryOption{1: marketplace.Preset(statistics.DefaultPolicy), 0: marketplace.Under(own)} {
		stats, err := marketplace.Ask(t.Context(), m, statistics.FreelancerStatsOf(freelancer), asOf, option)
		require.NoError(t, err)
		require.EqualValues(t, 1, stats.Responsiveness.Answered)
		require.Equal(t, fast, stats.Responsiveness.Answered24h)
	}
	why, err := marketplace.Ask(t.Context(), m, statistics.ExplainResponsiveness(freelancer), asOf, marketplace.Under(own))
	require.NoError(t, err)
	require.Equal(t, "ten minutes", why.Policy)

	own.Responsiveness.Fast = -1
	_, err = marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.Under(own))
	require.ErrorIs(t, err, statistics.ErrInvalidPolicy)
	// A policy that follows a name that is unknown takes its place.
	_, err = marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.Preset("2014"), marketplace.Under(statistics.Policy{}))
	require.ErrorIs(t, err, statistics.ErrInvalidPolicy)
}

// behind is a model that says that it is.
type behind struct{ *projection.Model }

func (b behind) View(ctx context.Context, read func(projection.View) error) error {
	return b.Model.View(ctx, func(v projection.View) error { return read(behindView{v}) })
}

type behindView struct{ projection.View }

func (behindView) Status() (projection.Status, error) {
	return projection.Status{Position: 3, Head: 9, Partitions: 1, Behind: []int{0}}, nil
}

// The status stands beside the answer; who wants none that is not complete gets an
// error in its place.
func TestStatusBesideTheAnswer(t *testing.T) {
	asked := marketplace.QuestionsTo(behind{projection.NewModel()}, nil)
	var status marketplace.Status
	report, err := marketplace.Ask(t.Context(), asked, statistics.FullReport(), marketplace.WithStatus(&status))
	require.NoError(t, err)
	require.NotNil(t, report)
	require.False(t, status.Complete())
	require.Equal(t, "the read model is behind: it counts events up to position 3, and the newest known is at 9", status.String())
	_, err = marketplace.Ask(t.Context(), asked, statistics.FullReport(), marketplace.Complete())
	require.ErrorIs(t, err, statistics.ErrBehind)
	require.ErrorContains(t, err, status.String())

	m := markettest.On(t, markettest.NewLog())
	done, err := m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
	require.NoError(t, err)
	_, err = marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.WithStatus(&status), marketplace.Complete())
	require.NoError(t, err)
	require.True(t, status.Complete())
	require.GreaterOrEqual(t, status.Position, done.Position)
}
