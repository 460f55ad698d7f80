package postgres_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// TestStandby: a server that only reads answers, and ends a runner with that reason
// rather than to be waited for.
func TestStandby(t *testing.T) {
	log := memory.New()
	registered, err := event.Marketplace().Encode(uuid.New(), event.Meta{
		OccurredAt: event.MustParseTime("2016-01-01T00:00:00Z"), Actor: event.ActorPlatform,
		CommandID: uuid.New(), CorrelationID: uuid.New(), CausationID: uuid.New(),
	}, &event.FreelancerRegistered{})
	require.NoError(t, err)
	done, err := log.Append(t.Context(), store.Write{Stream: event.FreelancerStream(uuid.New()), Expected: store.NoStream, Events: []event.Proposed{registered}})
	require.NoError(t, err)

	server := postgrestest.Start(t)
	url := server.Database(t)
	follower := func(db readmodel.Database) *readmodel.Runner {
		m, err := readmodel.New(db, readmodel.Options{})
		require.NoError(t, err)
		r, err := m.NewRunner(log, readmodel.RunnerOptions{})
		require.NoError(t, err)
		return r
	}
	m, err := readmodel.New(open(t, url), readmodel.Options{})
	require.NoError(t, err)
	_, err = m.Ensure(t.Context())
	require.NoError(t, err)

	require.NoError(t, server.Standby())
	err = follower(open(t, url)).Run(t.Context())
	require.ErrorIs(t, err, readmodel.ErrReadOnly)
	require.ErrorContains(t, err, "standby")
	reader, err := postgres.Open(t.Context(), url, postgres.Options{ReadOnly: true})
	require.NoError(t, err)
	defer reader.Close()
	asked, err := readmodel.New(reader, readmodel.Options{})
	require.NoError(t, err)
	position, err := asked.Position(t.Context())
	require.NoError(t, err)
	require.Less(t, position, done.Position)
}
