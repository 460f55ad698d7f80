package marketplace_test

import (
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

// A contract is read from its streams, as of any moment: a fixed one with its
// milestones, an hourly one with its weeks, also those of a log that is ahead of the
// clock.
func TestContractQuestions(t *testing.T) {
	m, err := marketplace.New(markettest.NewLog(), marketplace.Options{AllowFuture: true, Now: func() time.Time {
		return event.MustParseTime("2020-01-01T00:00:00Z").Std()
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	client, freelancer, fixed, hourly, milestone := uuid.New(), uuid.New(), uuid.New(), uuid.New(), uuid.New()
	at := func(moment string) marketplace.QueryOption {
		return marketplace.AsOf(event.MustParseTime(moment).Std())
	}
	start := aggregate.StartContract{Job: uuid.New(), Client: client, Freelancer: freelancer, Via: event.ViaProposal}
	onFixed, onHourly := start, start
	onFixed.Contract, onFixed.Kind = fixed, event.KindFixed
	rate, limit := event.Money(6000), int64(600)
	onHourly.Contract, onHourly.Kind, onHourly.HourlyRate, onHourly.WeeklyLimitMinutes = hourly, event.KindHourly, &rate, &limit
	segment := func(start string) aggregate.LogSegment {
		return aggregate.LogSegment{Contract: hourly, Start: event.MustParseTime(start), Kind: event.SegmentTracked, Activity: 5, Memo: "Routing."}
	}
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2030-01-01T00:00:00Z", aggregate.RegisterClient{Client: client}},
		{"2030-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: freelancer}},
		{"2030-01-07T00:00:00Z", onFixed},
		{"2030-01-07T00:00:00Z", aggregate.AddMilestone{Contract: fixed, Milestone: milestone, Amount: 500}},
		{"2030-01-08T00:00:00Z", aggregate.FundMilestone{Contract: fixed, Milestone: milestone}},
		{"2030-01-07T00:00:00Z", onHourly},
		{"2030-01-07T12:00:00Z", segment("2030-01-07T09:00:00Z")},
		{"2030-01-21T12:00:00Z", segment("2030-01-21T09:00:00Z")},
		{"2030-01-21T12:00:00Z", segment("2030-01-21T09:10:00Z")},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at))
	}

	c, err := m.Contract(t.Context(), fixed, at("2030-01-08T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, aggregate.Escrow{Funded: 500, Held: 500}, c.Escrow)
	require.Equal(t, aggregate.MilestoneStateFunded, c.Milestones[0].State)
	c, err = m.Contract(t.Context(), fixed, at("2030-01-07T23:59:59Z"))
	require.NoError(t, err)
	require.Equal(t, aggregate.MilestoneStateUnfunded, c.Milestones[0].State)

	c, err = m.Contract(t.Context(), hourly, at("2035-01-01T00:00:00Z"))
	require.NoError(t, err)
	require.Len(t, c.Weeks, 2)
	require.EqualValues(t, []int64{10, 20}, []int64{c.Weeks[0].Minutes, c.Weeks[1].Minutes})
	c, err = m.Contract(t.Context(), hourly, at("2030-01-20T00:00:00Z"))
	require.NoError(t, err)
	require.Len(t, c.Weeks, 1)
	var status marketplace.Status
	third := event.Week{Year: 2030, Number: 4}
	d, err := m.WorkDiary(t.Context(), hourly, third, at("2030-01-21T12:00:00Z"), marketplace.WithStatus(&status), marketplace.Complete())
	require.NoError(t, err)
	require.Len(t, d.Segments, 2)
	require.EqualValues(t, "Routing.", d.Segments[0].Memo)
	require.True(t, status.Complete())

	for name, c := range map[string]struct {
		ask  func(marketplace.QueryOption) error
		asOf string
		says string
	}{
		"K5 not started": {func(o marketplace.QueryOption) error { _, err := m.Contract(t.Context(), fixed, o); return err }, "2030-01-06T23:59:59Z", "no contract"},
		"K5 unknown":     {func(o marketplace.QueryOption) error { _, err := m.Contract(t.Context(), client, o); return err }, "2030-02-01T00:00:00Z", "no contract"},
		"K5 a week without an event": {func(o marketplace.QueryOption) error {
			_, err := m.WorkDiary(t.Context(), hourly, third, o)
			return err
		}, "2030-01-21T11:59:59Z", "nothing in week 2030-W04"},
		"K5 a diary of a fixed contract": {func(o marketplace.QueryOption) error { _, err := m.WorkDiary(t.Context(), fixed, third, o); return err }, "2030-02-01T00:00:00Z", "nothing in week"},
		"K5 a diary of nothing": {func(o marketplace.QueryOption) error {
			_, err := m.WorkDiary(t.Context(), client, third, o)
			return err
		}, "2030-02-01T00:00:00Z", "no contract"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.ask(at(c.asOf))
			require.ErrorIs(t, err, statistics.ErrNotFound)
			require.ErrorContains(t, err, c.says)
		})
	}

	// A read model answers beside its log, and says so without it.
	asked := marketplace.QuestionsTo(projection.NewModel(), nil)
	_, err = asked.Contract(t.Context(), fixed)
	require.ErrorIs(t, err, marketplace.ErrNoLog)
	require.Equal(t, "no_log", marketplace.Code(err))
	_, err = asked.WithLog(m.Store()).Contract(t.Context(), fixed, at("2030-01-08T00:00:00Z"))
	require.NoError(t, err)
	_, err = m.Contract(t.Context(), fixed, marketplace.Preset("2014"))
	require.Error(t, err)
}
