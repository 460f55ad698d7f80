package sqlite

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/sqlitefile/sqlitefiletest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/store"
)

// TestFullDisk: a disk that is full, or fails, at any moment of a runner's work
// stops it; when there is space again it goes on by itself, and the rows are
// those of a clean run.
func TestFullDisk(t *testing.T) {
	log := readmodeltest.Log(t, 1, 3)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	clean := mustOpen(t, filepath.Join(t.TempDir(), "clean.db"), Options{})
	run(t, clean, log, func(time.Duration) {}, func(r *readmodel.Runner) {
		require.NoError(t, r.WaitFor(t.Context(), head))
	})
	disk := sqlitefiletest.New(t)
	for what, set := range map[string]func(int64){
		"full":          func(n int64) { disk.Room.Store(n * 40_000) },
		"failing write": func(n int64) { disk.Writes.Store(n * 7) },
	} {
		failed := 0
		attempts := int64(20)
		if testing.Short() {
			attempts = 8
		}
		for n := range attempts {
			db := mustOpen(t, filepath.Join(t.TempDir(), "model.db"), Options{vfs: disk.Name})
			var pauses atomic.Int64
			set(n)
			mend := func(time.Duration) {
				if pauses.Add(1) == 3 {
					disk.Heal()
				}
			}
			run(t, db, log, mend, func(r *readmodel.Runner) { require.NoError(t, r.WaitFor(t.Context(), head)) })
			disk.Heal()
			if pauses.Load() > 0 {
				failed++
			}
			readmodeltest.RequireSameRows(t, clean, db)
			require.NoError(t, db.Close())
		}
		require.Greater(t, failed, 3, what)
	}
}

// run runs a runner until do is done; its pauses end at once.
func run(t *testing.T, db *database, log store.Store, paused func(time.Duration), do func(*readmodel.Runner)) {
	m, err := readmodel.New(db, readmodel.Options{After: func(d time.Duration) <-chan time.Time {
		paused(d)
		now := make(chan time.Time, 1)
		now <- time.Time{}
		return now
	}})
	require.NoError(t, err)
	r, err := m.NewRunner(log, readmodel.RunnerOptions{BatchEvents: 50, NoStatistics: true})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	do(r)
	cancel()
	require.NoError(t, <-ended)
}
