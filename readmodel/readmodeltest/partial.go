package readmodeltest

import (
	"context"
	"iter"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// testPartial: a read model of which a part is not followed, or is behind, says so to
// whoever asks it, and nothing once all of it is there.
func testPartial(t *testing.T, open Open) {
	log, _ := roughLog(t, 19, 1)
	newest := mustNewest(t, log)
	m := model(t, open(t)(), newClock(market.Ends), 4)
	one := func(p int) {
		r := runner(t, m, log, readmodel.RunnerOptions{Partition: p, NoStatistics: true})
		stop := started(t, r)
		require.NoError(t, r.WaitFor(t.Context(), newest))
		require.NoError(t, stop())
	}
	one(2)
	s := statusOf(t, m)
	require.False(t, s.Complete())
	require.Zero(t, s.Position)
	require.GreaterOrEqual(t, s.Head, newest)
	require.Equal(t, 4, s.Partitions)
	require.Equal(t, []int{0, 1, 3}, s.Behind)
	require.Contains(t, s.String(), "of its 4 partitions 3 are behind (0, 1, 3)")
	for _, p := range []int{0, 1, 3} {
		one(p)
	}
	s = statusOf(t, m)
	require.True(t, s.Complete(), "%s", s)
	require.GreaterOrEqual(t, s.Position, newest)

	// A runner that ended before it had caught up leaves one that is behind.
	m = model(t, open(t)(), newClock(market.Ends), 1)
	require.True(t, statusOf(t, m).Complete(), "of an empty log there is nothing to know")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := runner(t, m, cutOff{log, cancel}, readmodel.RunnerOptions{BatchEvents: 1, NoStatistics: true})
	require.NoError(t, r.Run(ctx))
	s = statusOf(t, m)
	require.Equal(t, []int{0}, s.Behind, "%s", s)
	require.Less(t, s.Position, newest)
	require.Contains(t, s.String(), "the read model is behind")
	follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.True(t, statusOf(t, m).Complete())

	// So does an event that cannot be folded.
	stream := event.FreelancerStream(uuid.New())
	for range 2 {
		appendTo(t, log, stream, store.Any, proposed(t, &event.FreelancerRegistered{}))
	}
	require.ErrorIs(t, runner(t, m, log, readmodel.RunnerOptions{NoStatistics: true}).Run(t.Context()), readmodel.ErrStopped)
	require.Equal(t, []int{0}, statusOf(t, m).Behind)
}

func statusOf(t *testing.T, m *readmodel.ReadModel) (s projection.Status) {
	t.Helper()
	_, err := m.Ensure(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.View(t.Context(), func(v projection.View) (err error) {
		s, err = v.Status()
		return err
	}))
	return s
}

// cutOff is a log whose follower is stopped when it has got five events.
type cutOff struct {
	store.Store
	stop context.CancelFunc
}

func (c cutOff) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		n := 0
		for event, err := range c.Store.Subscribe(ctx, after) {
			if n++; n > 5 {
				c.stop()
				<-ctx.Done()
			}
			if !yield(event, err) {
				return
			}
		}
	}
}
