package projectiontest

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// NewLog is an empty log on which nobody can count: its positions are names.
func NewLog() StrictLog { return storetest.Strict(memory.New(), 7).(StrictLog) }

type StrictLog interface {
	store.Transactor
	store.Cutter
}

// Positions are those of the log's events behind a position.
func Positions(t testing.TB, s store.Store, after event.Position) (all []event.Position) {
	for r, err := range s.ReadAll(t.Context(), store.Span{After: after}) {
		require.NoError(t, err)
		all = append(all, r.Position)
	}
	return all
}

// Before is the position of the last event before another, 0 if that is the first.
func Before(t testing.TB, s store.Store, position event.Position) (last event.Position) {
	for _, at := range Positions(t, s, 0) {
		if at < position {
			last = at
		}
	}
	return last
}

func Write(t testing.TB, s store.Store, stream string, events ...event.Proposed) event.Position {
	done, err := s.Append(t.Context(), store.Write{Stream: stream, Expected: store.Any, Events: events})
	require.NoError(t, err)
	return done.Position
}

func Encoded(t testing.TB, when event.Time, e event.Event) event.Proposed {
	p, err := event.Marketplace().Encode(uuid.New(), event.Meta{OccurredAt: when, Actor: event.ActorTimer}, e)
	require.NoError(t, err)
	return p
}

func RequireJSON(t testing.TB, want string, got any) {
	b, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, want, string(b))
}

func LogOf(t testing.TB, history []market.Event) StrictLog {
	m, s := market.New(1), NewLog()
	m.History = history
	m.Append(t, s)
	return s
}

func Loaded(t testing.TB, s store.Store) *projection.Model {
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), s, 1))
	return m
}

func SortedIDs[V any](m map[uuid.UUID]V) []uuid.UUID {
	var ids []uuid.UUID
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return ids
}

type failing interface {
	require.TestingT
	Helper()
}

// Folded are the records of a log, folded one event after the other.
func Folded(t failing, s store.Store) *projection.Records {
	t.Helper()
	f, err := projection.NewFolder(projection.Partition{})
	require.NoError(t, err)
	records := projection.NewRecords()
	for rec, err := range s.ReadAll(context.Background(), store.Span{}) {
		require.NoError(t, err)
		require.NoError(t, f.Fold(&rec, records))
	}
	return records
}
