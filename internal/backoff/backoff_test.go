package backoff_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/backoff"
)

// timed is how long an attempt's pause takes.
func timed(t *testing.T, ctx context.Context, p *backoff.Pauses) time.Duration {
	began := time.Now()
	require.NoError(t, p.Wait(ctx))
	return time.Since(began)
}

func TestPausesGrowAtRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := backoff.Pauses{Backoff: backoff.Backoff{First: 10 * time.Millisecond, Last: 70 * time.Millisecond}}
		seen := map[time.Duration]bool{}
		for range 20 {
			for _, due := range []time.Duration{10, 20, 40, 70, 70} {
				due *= time.Millisecond
				took := timed(t, t.Context(), &p)
				require.GreaterOrEqual(t, took, due/2)
				require.LessOrEqual(t, took, due)
				seen[took] = true
			}
			p.Restore()
		}
		require.Greater(t, len(seen), 50, "no two who wait are to meet again")
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, why := backoff.ForStore(), errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		began := time.Now()
		require.Equal(t, why, p.Wait(ctx))
		require.Equal(t, began, time.Now())
	})
}

// Whoever waits says so once for each time that they have to, and with their reason.
func TestWaitingIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		w := backoff.Waiting{Pauses: backoff.ForStore(), Logger: slog.New(slog.NewTextHandler(&logged, nil)), Who: "the clerk"}
		lines := func() int { return strings.Count(logged.String(), "\n") }
		w.GoesOn(t.Context())
		require.Zero(t, lines(), "nobody waited")
		for range 2 {
			logged.Reset()
			began := time.Now()
			for range 9 {
				require.NoError(t, w.Failed(t.Context(), errors.New("closed for lunch"), "desk", 3))
			}
			require.Equal(t, 1, lines())
			require.Contains(t, logged.String(), `level=WARN msg="the clerk waits and tries again" desk=3 error="closed for lunch"`)
			waited := time.Since(began).Round(time.Millisecond)
			w.GoesOn(t.Context(), "desk", 3)
			w.GoesOn(t.Context(), "desk", 3)
			require.Equal(t, 2, lines())
			require.Contains(t, logged.String(), `level=INFO msg="the clerk goes on" desk=3 failures=9 waited=`+waited.String())
		}
	})
}

// What is over soon is not worth a word.
func TestShortWaitingIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		w := backoff.Waiting{Pauses: backoff.Pauses{Backoff: backoff.Backoff{First: time.Millisecond, Last: time.Millisecond}}, Quiet: time.Second,
			Logger: slog.New(slog.NewTextHandler(&logged, nil)), Who: "the clerk"}
		for w.Waited() < 900*time.Millisecond {
			require.NoError(t, w.Failed(t.Context(), errors.New("busy")))
		}
		w.GoesOn(t.Context())
		require.Empty(t, logged.String())
		for w.Waited() < 1100*time.Millisecond {
			require.NoError(t, w.Failed(t.Context(), errors.New("busy")))
		}
		require.Equal(t, 1, strings.Count(logged.String(), "\n"))
	})
}
