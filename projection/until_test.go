package projection_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// cutAt is a log that ends early.
type cutAt struct {
	store.Store
	head event.Position
}

func (s cutAt) Head(context.Context) (event.Position, error) { return s.head, nil }

// drawDisorder makes up a market whose log need not tell it in the order of time:
// some streams come late as a whole.
func drawDisorder(t *rapid.T) []market.Event {
	m := projectiontest.DrawMarket(t)
	late := map[string]bool{}
	var first, last []market.Event
	for _, d := range m.History {
		if _, drawn := late[d.Stream]; !drawn {
			late[d.Stream] = rapid.IntRange(0, 3).Draw(t, "late") == 0
		}
		if late[d.Stream] {
			last = append(last, d)
		} else {
			first = append(first, d)
		}
	}
	return append(first, last...)
}

// records are all records of a model but for how many events they are made of. The fields
// are exported for a failed require, which cannot print an unexported map of UUIDs.
type records struct {
	Clients     map[uuid.UUID]projection.ClientRecord
	Freelancers map[uuid.UUID]projection.FreelancerRecord
	Invites     map[uuid.UUID]projection.InviteRecord
	Proposals   map[uuid.UUID]projection.ProposalRecord
	Contracts   map[uuid.UUID]projection.ContractRecord
}

// recordsUntil are a model's records, cut at the position.
func recordsUntil(t testing.TB, m *projection.Model, position event.Position) records {
	all := records{map[uuid.UUID]projection.ClientRecord{}, map[uuid.UUID]projection.FreelancerRecord{},
		map[uuid.UUID]projection.InviteRecord{}, map[uuid.UUID]projection.ProposalRecord{}, map[uuid.UUID]projection.ContractRecord{}}
	for r, err := range m.Clients() {
		require.NoError(t, err)
		look := projection.FreelancerHistory{Clients: func(uuid.UUID) *projection.ClientRecord { return r }}.Until(position).Clients
		if c := look(r.ID); c != nil {
			told := *c
			told.Next, told.Marks = 0, append([]projection.ClientMark{}, c.Marks...)
			all.Clients[c.ID] = told
		}
	}
	var h projection.FreelancerHistory
	for r, err := range m.Invites() {
		require.NoError(t, err)
		h.Invites = append(h.Invites, r)
	}
	for r, err := range m.Proposals() {
		require.NoError(t, err)
		h.Proposals = append(h.Proposals, r)
	}
	for r, err := range m.Contracts() {
		require.NoError(t, err)
		h.Contracts = append(h.Contracts, r)
	}
	for r, err := range m.Freelancers() {
		require.NoError(t, err)
		if f := (projection.FreelancerHistory{Account: r}).Until(position).Account; f != nil {
			told := *f
			told.Next, told.Marks, told.Connects = 0, append([]projection.FreelancerMark{}, f.Marks...), append([]projection.ConnectsMove{}, f.Connects...)
			told.Descriptions, told.Tests = append([]projection.Description{}, f.Descriptions...), append([]projection.SkillTest{}, f.Tests...)
			all.Freelancers[f.ID] = told
		}
	}
	h = h.Until(position)
	require.Nil(t, h.Account)
	for _, r := range h.Invites {
		told := *r
		told.Next = 0
		all.Invites[r.ID] = told
	}
	for _, r := range h.Proposals {
		told := *r
		told.Next, told.Steps = 0, append([]projection.ProposalStep{}, r.Steps...)
		all.Proposals[r.ID] = told
	}
	for _, r := range h.Contracts {
		told := *r
		told.Next = 0
		if r.Work != nil {
			told.Work = &projection.Work{All: append([]projection.Submission{}, r.Work.All...)}
		}
		told.Payments, told.Disputes = append([]projection.Payment{}, r.Payments...), append([]projection.Dispute{}, r.Disputes...)
		all.Contracts[r.ID] = told
	}
	return all
}

// TestUntil: what a history was at a position is what a log that ends there comes
// to, record by record, and so are the badges; and nothing of the history is
// changed.
func TestUntil(t *testing.T) {
	long.Sequential(t)
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		log := projectiontest.LogOf(t, drawDisorder(r))
		whole, past := projectiontest.Loaded(t, log), projection.NewModel()
		head := whole.Position()
		before := recordsUntil(t, whole, head)
		at := append([]event.Position{0}, projectiontest.Positions(t, log, 0)...)
		i := rapid.IntRange(0, len(at)-1).Draw(r, "events")
		require.NoError(t, past.Load(t.Context(), cutAt{log, at[i]}, 1))
		position := at[i] // or any number before the next event's
		if i < len(at)-1 {
			position = event.Position(rapid.Uint64Range(uint64(at[i]), uint64(at[i+1])-1).Draw(r, "position"))
		}
		require.Equal(t, recordsUntil(t, past, head), recordsUntil(t, whole, position))
		require.Equal(t, before, recordsUntil(t, whole, head))

		p := projectiontest.Preset(t, rapid.SampledFrom(statistics.PresetNames()).Draw(r, "policy"))
		asOf := market.Opens + event.Time(rapid.Int64Range(-1, int64(market.Ends-market.Opens)).Draw(r, "asOf"))
		for id := range before.Freelancers {
			want, none := statistics.Ask(t.Context(), past, statistics.BadgesOf(id), asOf, p)
			got, err := statistics.Ask(t.Context(), whole, statistics.BadgesUntil(id, position), asOf, p)
			require.Equal(t, none, err)
			require.Equal(t, want, got)
		}
	})
}

// TestBadgesUntilBehind: a model that is not there yet does not answer.
func TestBadgesUntilBehind(t *testing.T) {
	m := projectiontest.Loaded(t, projectiontest.LogOf(t, []market.Event{{At: projectiontest.Noon, Stream: event.FreelancerStream(projectiontest.Named("ann")), Event: &event.FreelancerRegistered{}}}))
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	_, err := statistics.Ask(t.Context(), m, statistics.BadgesUntil(projectiontest.Named("ann"), m.Position()), projectiontest.Noon, p)
	require.NoError(t, err)
	_, err = statistics.Ask(t.Context(), m, statistics.BadgesUntil(projectiontest.Named("ann"), m.Position()+1), projectiontest.Noon, p)
	require.ErrorIs(t, err, statistics.ErrBehind)
	var none *statistics.NotFoundError
	_, err = statistics.Ask(t.Context(), m, statistics.BadgesUntil(projectiontest.Named("ben"), m.Position()), projectiontest.Noon, p)
	require.ErrorAs(t, err, &none)
}
