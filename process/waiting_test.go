package process_test

import (
	"bytes"
	"context"
	"iter"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// deaf is a log whose next subscriptions fail.
type deaf struct {
	store.Store
	err   error
	times atomic.Int64
}

func (s *deaf) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	if s.times.Add(-1) < 0 {
		return s.Store.Subscribe(ctx, after)
	}
	return func(yield func(store.Notification, error) bool) { yield(store.Notification{}, s.err) }
}

const forGood = 1 << 30 // times

// A log that can be read and not be subscribed to keeps nobody waiting without a
// word, and everything that is due is done meanwhile.
func TestDeafnessIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &deaf{Store: newLog(), err: store.ErrUnavailable}
		s.times.Store(forGood)
		var logged bytes.Buffer
		h := newHostOn(t, s, process.Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
		h.do("2024-01-01T00:00:00Z", people...)
		stop := h.running()
		h.steps(sent)
		h.seen = h.head()
		h.clock.Set(at("2024-02-04T10:00:00Z").Std())
		<-time.After(10 * time.Second) // of the test's time
		require.Equal(t, []string{"2024-02-04T10:00:00Z InviteExpired"}, h.news())
		s.times.Store(0)
		<-time.After(time.Minute)
		require.NoError(t, stop())
		require.Equal(t, 1, strings.Count(logged.String(), "what hears of news in the log waits and tries again"), logged.String())
		require.Equal(t, 1, strings.Count(logged.String(), "what hears of news in the log goes on"), logged.String())
		require.Equal(t, 2, strings.Count(logged.String(), "\n"), logged.String())
	})
}

// What no other attempt will mend stops Run, also if only subscriptions meet it.
func TestDeafForGood(t *testing.T) {
	for _, final := range []error{
		store.ErrUnavailable.With(store.ErrRefused, ""), store.ErrCorrupt, store.ErrNotALog, store.ErrNewerFormat,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &deaf{Store: newLog(), err: final}
			s.times.Store(forGood)
			h := newHostOn(t, s, process.Options{})
			h.do("2024-01-01T00:00:00Z", people...)
			require.ErrorIs(t, h.p.Run(t.Context()), final)
			require.ErrorIs(t, h.p.Status().Err, final)
		})
	}
}

// A store that is away when a Runner starts is waited for, and the agenda is taken
// up when it is back.
func TestRestartWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.NewFaulty(newLog())
		checkpoint := &process.MemoryCheckpoint{}
		h := busy(t, s, process.Options{Checkpoint: checkpoint})
		want := h.p.Status()
		want.Outcomes = nil
		var logged bytes.Buffer
		h.restart(process.Options{Checkpoint: checkpoint, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
		s.CutReads(10, 0)
		stop := h.running()
		<-time.After(time.Minute) // of the test's time
		require.NoError(t, stop())
		require.Equal(t, want, h.p.Status())
		require.Equal(t, 1, strings.Count(logged.String(), "what follows by itself waits and tries again"), logged.String())
		require.Equal(t, 1, strings.Count(logged.String(), "what follows by itself goes on"), logged.String())
		require.NotContains(t, logged.String(), "from its beginning")
	})
}
