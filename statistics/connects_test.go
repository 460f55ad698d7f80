package statistics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestConnects: fine print N5, N7 and Q5, at noon on 15 July 2017.
func TestConnects(t *testing.T) {
	noon := projectiontest.Noon
	purchased := func(lot int, amount event.Connects, expires event.Time) event.Event {
		return &event.ConnectsPurchased{Lot: lot, Amount: amount, ExpiresAt: expires}
	}
	spent := func(lot int, amount event.Connects) event.Event {
		return &event.ConnectsSpent{Proposal: projectiontest.Named("proposal"), Job: projectiontest.Named("job"), Lot: lot, Amount: amount}
	}
	type when struct {
		at     event.Time
		events []event.Event
	}
	at := func(t event.Time, events ...event.Event) when { return when{t, events} }
	for _, c := range []struct {
		name  string
		given []when
		want  string // the balance, then of each lot its number, kind, reason, amount and what is left
		moves int
	}{
		{"Q5 nothing", nil, "0", 0},
		{"Q5 granted, for a reason", []when{at(noon, &event.ConnectsGranted{Lot: 1, Amount: 60, Reason: event.GrantMonthly, Month: "2017-07", ExpiresAt: noon + 1})}, "60 1 granted monthly 60 60", 1},
		{"S1 granted in the first edition", []when{at(noon, &event.ConnectsGranted{Lot: 1, Amount: 60, Reason: event.GrantOther, ExpiresAt: noon + 1})}, "60 1 granted other 60 60", 1},
		{"Q5 after T", []when{at(noon+1, purchased(1, 5, noon+9))}, "0", 0},
		{"Q5 what is left", []when{at(noon-9, purchased(1, 10, noon+1), spent(1, 4)), at(noon, spent(1, 1)), at(noon+1, spent(1, 2))}, "5 1 purchased - 10 5", 3},
		{"Q5 used up", []when{at(noon-9, purchased(1, 10, noon+1), spent(1, 10))}, "0 1 purchased - 10 0", 2},
		{"N7 a lot that ends with T", []when{at(noon-9, purchased(1, 10, noon))}, "0 1 purchased - 10 0", 1},
		{"N7 a second before it ends", []when{at(noon-9, purchased(1, 10, noon+1))}, "10 1 purchased - 10 10", 1},
		{"N7 ended, and the event is written", []when{at(noon-9, purchased(1, 10, noon-1)), at(noon-1, &event.ConnectsExpired{Lot: 1, Amount: 10})}, "0 1 purchased - 10 0", 2},
		{"N7 ended, and the event comes after T", []when{at(noon-9, purchased(1, 10, noon-1)), at(noon+1, &event.ConnectsExpired{Lot: 1, Amount: 10})}, "0 1 purchased - 10 0", 1},
		{"N5 lots that end together", []when{at(noon-9, purchased(1, 3, noon+5), purchased(2, 4, noon+5), spent(1, 3), spent(2, 1))},
			"3 1 purchased - 3 0 2 purchased - 4 3", 4},
		{"N5 lots that end together, with T", []when{at(noon-9, purchased(1, 3, noon), purchased(2, 4, noon)), at(noon-1, spent(1, 3), spent(2, 1))},
			"0 1 purchased - 3 0 2 purchased - 4 0", 4},
		{"N5 spent in the second of an expiry, from the lot that lasts", []when{at(noon-9, purchased(1, 3, noon), purchased(2, 4, noon+5)), at(noon, spent(2, 2))},
			"2 1 purchased - 3 0 2 purchased - 4 2", 3},
		{"N7 what came back is a lot", []when{at(noon-9, purchased(1, 3, noon+1), spent(1, 3)),
			at(noon-8, &event.ConnectsReturned{Proposal: projectiontest.Named("proposal"), Lot: 2, Amount: 3, ExpiresAt: noon + 9})},
			"3 1 purchased - 3 0 2 returned - 3 3", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			defer p.log.Close()
			p.freelancer("ann", projectiontest.June, &event.FreelancerRegistered{})
			for _, w := range c.given {
				p.freelancer("ann", w.at, w.events...)
			}
			got := in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.Connects, error) {
				return statistics.Ask(t.Context(), m, statistics.ConnectsOf(projectiontest.Named("ann")), noon, policy)
			})
			told := fmt.Sprint(got.Balance)
			for _, l := range got.Lots {
				reason := "-"
				if l.Reason != nil {
					reason = string(*l.Reason)
				}
				told += fmt.Sprintf(" %d %s %s %d %d", l.Lot, l.Kind, reason, l.Amount, l.Left)
			}
			require.Equal(t, c.want, told)
			require.Len(t, got.History, c.moves)
			for _, e := range got.History {
				require.Equal(t, e.Kind == projection.ConnectsSpent, e.Job != nil, e.Kind)
				require.Equal(t, e.Kind == projection.ConnectsSpent || e.Kind == projection.ConnectsReturned, e.Proposal != nil, e.Kind)
			}
			stats := in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.MyStats, error) {
				return statistics.Ask(t.Context(), m, statistics.MyStatsOf(projectiontest.Named("ann")), noon, policy)
			})
			require.Equal(t, got.Balance, stats.ConnectsBalance)
		})
	}
}

// TestConnectsLaw: as of any moment the balance is what is left in live lots, no lot is
// below 0, and nothing appears or disappears: what came is what went, what is left and
// what ran out without an event.
func TestConnectsLaw(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		log := projectiontest.LogOf(t, m.History)
		defer log.Close()
		model, p := projectiontest.Loaded(t, log), projectiontest.Preset(t, statistics.DefaultPolicy)
		for _, asOf := range projectiontest.SomeMoments(r, m) {
			for f, err := range model.Freelancers() {
				require.NoError(t, err)
				c, err := statistics.Ask(t.Context(), freelancerOf(t, f), statistics.ConnectsOf(f.ID), asOf, p)
				if err != nil {
					require.ErrorIs(t, err, statistics.ErrNotFound)
					continue
				}
				requireConserved(t, c)
			}
		}
	})
}

// freelancerOf is a model of one account alone.
func freelancerOf(t testing.TB, f *projection.FreelancerRecord) *projection.Model {
	records, account := projection.NewRecords(), *f
	records.Freelancers[f.ID] = &account
	m, err := records.Model()
	require.NoError(t, err)
	return m
}

func requireConserved(t testing.TB, c *statistics.Connects) {
	gone := map[int]event.Connects{}
	var came, went event.Connects
	for _, e := range c.History {
		if e.Kind.Begins() {
			came += e.Amount
		} else {
			went += e.Amount
			gone[e.Lot] += e.Amount
		}
	}
	var balance, lapsed event.Connects
	for i, l := range c.Lots {
		require.Equal(t, i+1, l.Lot, "by number, none left out")
		require.GreaterOrEqual(t, l.Left, event.Connects(0))
		require.GreaterOrEqual(t, l.Amount, gone[l.Lot])
		if c.AsOf >= l.ExpiresAt {
			require.Zero(t, l.Left)
			lapsed += l.Amount - gone[l.Lot]
		}
		balance += l.Left
	}
	require.Equal(t, balance, c.Balance)
	require.Equal(t, came, went+c.Balance+lapsed)
}

// TestListClients: rules 7, which clients are listed, and in which order.
func TestListClients(t *testing.T) {
	p := newPast(t)
	defer p.log.Close()
	registered := &event.ClientRegistered{}
	p.client("good", projectiontest.June, registered)
	p.client("late", projectiontest.Noon+1, registered)
	p.client("spam", projectiontest.June+1, registered, complaintBy("ann"))
	for name, days := range map[string]int{"due": 2, "due longer": 1} {
		p.client(name, projectiontest.June+2, registered, complaintBy("ann"), complaintBy("ben"))
		p.client(name, projectiontest.June.AddDays(days), complaintBy("cem"))
	}
	p.client("barred", projectiontest.June+3, registered, &event.ClientBarred{Reason: event.SanctionFraud})
	names := []string{"good", "late", "spam", "due", "due longer", "barred"}
	m := p.model()
	for _, c := range []struct {
		query statistics.ClientQuery
		want  string
		total int64
	}{
		{statistics.ClientQuery{Limit: 3}, "due longer, due, spam", 5},
		{statistics.ClientQuery{Due: true}, "due longer, due", 2},
		{statistics.ClientQuery{Due: true, Offset: 1, Limit: 1}, "due", 2},
		{statistics.ClientQuery{Due: true, Offset: 2}, "", 2},
		{statistics.ClientQuery{State: statistics.StandingBarred}, "barred", 1},
		{statistics.ClientQuery{State: statistics.StandingContacted}, "", 0},
		{statistics.ClientQuery{Sort: statistics.ByRegistration, Limit: 1}, "barred", 5},
		{statistics.ClientQuery{Sort: statistics.BySignals, State: statistics.StandingGood, Offset: 2}, "spam, good", 4},
	} {
		list, err := statistics.Ask(t.Context(), m, statistics.ListClients(c.query), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
		require.NoError(t, err)
		require.Equal(t, c.total, list.Total, c.query)
		var got []string
		for _, l := range list.Clients {
			for _, name := range names {
				if projectiontest.Named(name) == l.Client {
					got = append(got, name)
				}
			}
		}
		require.Equal(t, c.want, strings.Join(got, ", "), c.query)
	}
	for field, q := range map[string]statistics.ClientQuery{
		"state": {State: "angry"}, "sort": {Sort: "luck"}, "offset": {Offset: -1}, "limit": {Limit: statistics.MaxSearchLimit + 1},
	} {
		_, err := statistics.Ask(t.Context(), m, statistics.ListClients(q), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
		var wrong *statistics.QueryError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, field, wrong.Field)
	}
}

func complaintBy(freelancer string) *event.ClientComplaintRecorded {
	return &event.ClientComplaintRecorded{Freelancer: projectiontest.Named(freelancer), Reason: "Was rude."}
}
