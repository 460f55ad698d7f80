package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/sqlitefile/sqlitefiletest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

func TestFullDisk(t *testing.T) {
	disk := sqlitefiletest.New(t)
	path := filepath.Join(t.TempDir(), "log.db")
	s := mustOpen(t, path, Options{vfs: disk.Name})
	fillLog(t, s, 10)
	for room := int64(0); room < 60_000; room += 1777 {
		before := mustAll(t, s)
		w := store.Write{Stream: "big-1", Expected: store.Any, Events: storetest.Events(100)}
		disk.Room.Store(room)
		_, err := s.Append(t.Context(), w)
		disk.Heal()
		if err == nil { // there was room enough
			require.Len(t, mustAll(t, s), len(before)+100)
			continue
		}
		require.ErrorIs(t, err, store.ErrFull)
		require.Equal(t, before, mustAll(t, s), "nothing is written")
		_, err = s.Append(t.Context(), store.Write{Stream: "small-1", Expected: store.Any, Events: storetest.Events(1)})
		require.NoError(t, err, "the store goes on when there is space again")
	}
	require.NoError(t, s.Verify(t.Context()))
	all := mustAll(t, s)
	require.NoError(t, s.Close())
	s = mustOpen(t, path, Options{})
	require.Equal(t, all, mustAll(t, s))
}

// TestFailingWrites lets the k-th write to the disk fail, for every k that an
// append and the checkpoint behind it have.
func TestFailingWrites(t *testing.T) {
	disk := sqlitefiletest.New(t)
	path := filepath.Join(t.TempDir(), "log.db")
	failures := 0
	for k := int64(0); ; k++ {
		s := mustOpen(t, path, Options{vfs: disk.Name})
		before := mustAll(t, s)
		calls := disk.Calls.Load()
		disk.Writes.Store(k)
		w := store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(20)}
		_, appendErr := s.Append(t.Context(), w)
		closeErr := s.Close()
		disk.Heal()

		s = mustOpen(t, path, Options{vfs: disk.Name})
		require.NoError(t, s.Verify(t.Context()))
		after := mustAll(t, s)
		if appendErr == nil {
			require.Len(t, after, len(before)+20, "answered, so it is there")
		} else {
			require.ErrorIs(t, appendErr, store.ErrUnavailable)
			require.Equal(t, before, after)
			failures++
		}
		require.NoError(t, s.Close())
		if appendErr == nil && closeErr == nil && disk.Calls.Load()-calls <= k {
			break
		}
	}
	require.Greater(t, failures, 5)
}

// After a failed sync nobody knows what is on the disk, so the store takes no
// more appends until it is opened again, and says so.
func TestFailingSync(t *testing.T) {
	disk := sqlitefiletest.New(t)
	path := filepath.Join(t.TempDir(), "log.db")
	s := mustOpen(t, path, Options{vfs: disk.Name})
	fillLog(t, s, 3)
	before := mustAll(t, s)
	w := store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)}
	disk.Syncs.Store(0)
	_, err := s.Append(t.Context(), w)
	require.ErrorIs(t, err, store.ErrUnavailable)
	disk.Heal()
	_, err = s.Append(t.Context(), w)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "open the log again")
	require.Equal(t, before, mustAll(t, s), "reading goes on")
	require.NoError(t, s.Close())

	s = mustOpen(t, path, Options{vfs: disk.Name})
	done, err := s.Append(t.Context(), w)
	require.NoError(t, err, "whether it was there or not")
	require.Equal(t, store.Appended{Revision: 0, Position: 4}, done)
	require.Equal(t, event.Position(4), mustAll(t, s)[3].Position)
}
