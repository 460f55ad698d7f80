package sqlite

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

func config() storetest.Config {
	open := func(t testing.TB, path string) *Store {
		s, err := Open(context.Background(), path, Options{vfs: lazyVFS})
		require.NoError(t, err)
		return s
	}
	return storetest.Config{
		Open: func(t testing.TB) store.Store { return open(t, filepath.Join(t.TempDir(), "log.db")) },
		Features: storetest.Features{
			DensePositions: true,
			Transactions:   true,
			Reopen: func(t testing.TB, s store.Store) store.Store {
				require.NoError(t, s.Close())
				return open(t, s.(*Store).path)
			},
			Truncate: func(ctx context.Context, s store.Store, stream string, before uint64) error {
				return s.(*Store).Truncate(ctx, stream, before)
			},
		},
	}
}

func TestConformance(t *testing.T) { storetest.Run(t, config()) }

func TestConformanceOfStrict(t *testing.T) {
	long.Sequential(t) // TestConformance does the same at once, with other names
	storetest.Run(t, config().Strict(1))
}

// A closed store leaves no goroutine behind.
func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		s := mustOpen(t, filepath.Join(t.TempDir(), "log.db"), Options{})
		fillLog(t, s, 3)
		var wg, waiting sync.WaitGroup
		for range 5 {
			waiting.Add(1)
			wg.Go(func() {
				for n, err := range s.Subscribe(t.Context(), 0) {
					if err != nil {
						return
					}
					if n.CaughtUp() {
						waiting.Done()
					}
				}
			})
		}
		waiting.Wait()
		require.NoError(t, s.Verify(t.Context()))
		require.NoError(t, s.Close())
		wg.Wait()
	}
	patience := time.After(storetest.Patience)
	for runtime.NumGoroutine() > before { // one that has done its work may yet be ending
		select {
		case <-patience:
			buf := make([]byte, 1<<20)
			t.Fatalf("%s", buf[:runtime.Stack(buf, true)])
		default:
			runtime.Gosched()
		}
	}
}

// The clock is the caller's.
func TestClock(t *testing.T) {
	at := time.Date(2016, 1, 5, 10, 0, 0, 123_456_789, time.FixedZone("x", 3600))
	s := mustOpen(t, filepath.Join(t.TempDir(), "log.db"), Options{Now: func() time.Time { return at }})
	fillLog(t, s, 1)
	require.Equal(t, time.Date(2016, 1, 5, 9, 0, 0, 123_456_000, time.UTC), mustAll(t, s)[0].RecordedAt)
}
