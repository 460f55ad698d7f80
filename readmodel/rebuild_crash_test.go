package readmodel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
)

// TestServerDiesUnderRebuild: PostgreSQL is killed as each phase begins; the
// rebuild fails, the live version is there afterwards, and run again the rebuild
// makes what a runner made. (Catching up waits for the server, as runners do.)
func TestServerDiesUnderRebuild(t *testing.T) {
	log, server, ctx := small(t), postgrestest.Start(t), t.Context()
	db, err := postgres.Open(ctx, server.Database(t), postgres.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	m := model(t, db, readmodel.Options{})
	follow(t, m, log, 1)
	head, err := log.Head(ctx)
	require.NoError(t, err)
	for _, phase := range []readmodel.RebuildPhase{
		readmodel.RebuildFolding, readmodel.RebuildWriting, readmodel.RebuildIndexing,
		readmodel.RebuildComputing, readmodel.RebuildComparing, readmodel.RebuildSwapping,
	} {
		t.Run(string(phase), func(t *testing.T) {
			killed := false
			_, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{Progress: func(p readmodel.RebuildProgress) {
				if p.Phase == phase && !killed {
					killed = true
					require.NoError(t, server.Kill())
				}
			}})
			require.True(t, killed)
			require.Error(t, err)
			require.NoError(t, server.Restart())
			at, err := m.Position(ctx)
			require.NoError(t, err)
			require.Equal(t, head, at, "the live version is as it was")
			done, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{})
			require.NoError(t, err)
			first, err := m.Compare(ctx, 1, done.Version.Number)
			require.NoError(t, err)
			require.True(t, first.Equal(), "%+v", first)
		})
	}
}
