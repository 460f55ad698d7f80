package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// next writes the next n steps in short: a revision, or what else is told.
func next(t *testing.T, s *engine.Subscription, n int) []string {
	t.Helper()
	var steps []string
	for len(steps) < n {
		step, err := s.Next(t.Context())
		require.NoError(t, err)
		switch step.Kind {
		case engine.StepEvent:
			steps = append(steps, fmt.Sprintf("%s %d", step.Event.Original().Stream, step.Event.Original().Revision))
		case engine.StepCheckpoint:
			steps = append(steps, "checkpoint")
		case engine.StepCaughtUp:
			steps = append(steps, "caught up")
		}
	}
	return steps
}

func appendN(t testing.TB, e *engine.Engine, stream string, n int) {
	t.Helper()
	for range n {
		_, err := e.Append(context.Background(), stream, engine.Any, []engine.Event{{ID: uuid.New()}})
		require.NoError(t, err)
	}
}

func TestSubscribeStreamFrom(t *testing.T) {
	for name, c := range map[string]struct {
		from engine.From
		want []string
	}{
		"the start":      {engine.From{Start: true}, []string{"s 0", "s 1", "s 2", "caught up", "s 3"}},
		"a revision":     {engine.From{Value: 1}, []string{"s 2", "caught up", "s 3"}},
		"the last":       {engine.From{Value: 2}, []string{"caught up", "s 3"}},
		"the end":        {engine.From{End: true}, []string{"caught up", "s 3"}},
		"beyond the end": {engine.From{Value: 3}, []string{"caught up", "s 4"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "s", 3)
			s, err := e.SubscribeStream("s", c.from, false)
			require.NoError(t, err)
			defer s.Close()
			appendN(t, e, "t", 1)
			caughtUp := len(c.want) - 1
			require.Equal(t, c.want[:caughtUp], next(t, s, caughtUp))
			appendN(t, e, "s", 2)
			require.Equal(t, c.want[caughtUp:], next(t, s, 1))
		})
	}
}

func TestSubscribeAllCheckpoints(t *testing.T) {
	e := open(t)
	appendN(t, e, "other", 70)
	appendN(t, e, "mine", 1)
	appendN(t, e, "other", 9)
	filter, err := engine.NewFilter(engine.ByStream, []string{"mine"}, "")
	require.NoError(t, err)
	s, err := e.SubscribeAll(engine.AllOptions{Filter: &filter, Window: 32, Multiplier: 1})
	require.NoError(t, err)
	defer s.Close()
	// 80 records in pages of 32: a checkpoint after each, the last of them on
	// going live.
	require.Equal(t, []string{"checkpoint", "checkpoint", "mine 0", "checkpoint", "caught up"}, next(t, s, 5))
	appendN(t, e, "other", 31)
	appendN(t, e, "mine", 1)
	require.Equal(t, []string{"mine 1"}, next(t, s, 1))
	require.Equal(t, []string{"checkpoint"}, next(t, s, 1))
	appendN(t, e, "other", 32)
	require.Equal(t, []string{"checkpoint"}, next(t, s, 1))
	appendN(t, e, "other", 31)
	step, err := s.Next(cancelled())
	require.ErrorIs(t, err, context.Canceled, "%v", step)
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestUnfilteredSubscriptionHasNoCheckpoints(t *testing.T) {
	e := open(t)
	appendN(t, e, "s", 40)
	s, err := e.SubscribeAll(engine.AllOptions{})
	require.NoError(t, err)
	defer s.Close()
	steps := next(t, s, 41)
	require.NotContains(t, steps, "checkpoint")
	require.Equal(t, "caught up", steps[40])
}

// TestSlowSubscriberFallsBack: one who is more than 32 events late is sent
// back to reading, and catches up again without loss.
func TestSlowSubscriberFallsBack(t *testing.T) {
	e := open(t)
	s, err := e.SubscribeStream("s", engine.From{Start: true}, false)
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, []string{"caught up"}, next(t, s, 1))
	appendN(t, e, "s", 32)
	for i := range 32 {
		require.Equal(t, []string{fmt.Sprintf("s %d", i)}, next(t, s, 1))
	}
	appendN(t, e, "s", 33)
	var steps []string
	for i := range 33 {
		steps = append(steps, fmt.Sprintf("s %d", 32+i))
	}
	require.Equal(t, append(steps, "caught up"), next(t, s, 34))
}

func TestSlowFilteredSubscriberFallsBack(t *testing.T) {
	e := open(t)
	filter, err := engine.NewFilter(engine.ByStream, []string{"s"}, "")
	require.NoError(t, err)
	s, err := e.SubscribeAll(engine.AllOptions{After: &engine.LogEnd, Filter: &filter, Window: 1000, Multiplier: 1})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, []string{"caught up"}, next(t, s, 1))
	appendN(t, e, "s", 1)
	require.Equal(t, []string{"s 0"}, next(t, s, 1))
	appendN(t, e, "s", 33)
	require.Equal(t, []string{"checkpoint", "s 1"}, next(t, s, 2))
	last := next(t, s, 34)
	require.Equal(t, []string{"s 33", "checkpoint", "caught up"}, last[31:])
}

// TestALargeAppendOvertakesNobody: who has taken everything before an append
// gets its events without falling behind, however many they are.
func TestALargeAppendOvertakesNobody(t *testing.T) {
	e := open(t)
	s, err := e.SubscribeStream("s", engine.From{Start: true}, false)
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, []string{"caught up"}, next(t, s, 1))
	events := make([]engine.Event, 100)
	for i := range events {
		events[i].ID = uuid.New()
	}
	_, err = e.Append(t.Context(), "s", engine.Any, events)
	require.NoError(t, err)
	appendN(t, e, "s", 1)
	require.NotContains(t, next(t, s, 100), "caught up")
}

// TestCaughtUpOnce: live events that were read meanwhile are no reason to fall
// behind, however many they are.
func TestCaughtUpOnce(t *testing.T) {
	e := open(t)
	appendN(t, e, "s", 40)
	s, err := e.SubscribeStream("s", engine.From{Start: true}, false)
	require.NoError(t, err)
	defer s.Close()
	require.Len(t, next(t, s, 32), 32)
	appendN(t, e, "s", 100)
	require.Equal(t, "caught up", next(t, s, 109)[108])
	appendN(t, e, "s", 1)
	require.Equal(t, []string{"s 140"}, next(t, s, 1))
}

// TestSubscribeToATruncatedStream: what comes after is delivered, hidden or
// not, as EventStoreDB does.
func TestSubscribeToATruncatedStream(t *testing.T) {
	e := open(t)
	appendN(t, e, "s", 3)
	_, err := e.Append(t.Context(), "$$s", engine.Any, []engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(`{"$tb":100}`)}})
	require.NoError(t, err)
	s, err := e.SubscribeStream("s", engine.From{Start: true}, false)
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, []string{"caught up"}, next(t, s, 1))
	appendN(t, e, "s", 1)
	require.Equal(t, []string{"s 3"}, next(t, s, 1))
}

func TestTombstoneEndsASubscription(t *testing.T) {
	e := open(t)
	appendN(t, e, "s", 1)
	s, err := e.SubscribeStream("s", engine.From{Start: true}, false)
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, []string{"s 0", "caught up"}, next(t, s, 2))
	_, err = e.Tombstone(t.Context(), "s", engine.Any)
	require.NoError(t, err)
	require.Equal(t, []string{fmt.Sprintf("s %d", engine.TombstoneRevision)}, next(t, s, 1))
	var deleted *engine.Deleted
	_, err = s.Next(t.Context())
	require.ErrorAs(t, err, &deleted)
	_, err = e.SubscribeStream("s", engine.From{Start: true}, false)
	require.ErrorAs(t, err, &deleted)
}

// TestSubscribeStreamFromTheLargest: behind the largest revision there is
// nothing, not even the tombstone, which has it.
func TestSubscribeStreamFromTheLargest(t *testing.T) {
	for name, c := range map[string]struct {
		from uint64
		want []string
	}{
		"the largest":      {engine.TombstoneRevision, nil},
		"one below":        {engine.TombstoneRevision - 1, []string{fmt.Sprintf("s %d", engine.TombstoneRevision)}},
		"the end, by 2^64": {engine.EndRevision, []string{"s 1", fmt.Sprintf("s %d", engine.TombstoneRevision)}},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			appendN(t, e, "s", 1)
			s, err := e.SubscribeStream("s", engine.From{Value: c.from}, false)
			require.NoError(t, err)
			defer s.Close()
			require.Equal(t, []string{"caught up"}, next(t, s, 1))
			appendN(t, e, "s", 1)
			_, err = e.Tombstone(t.Context(), "s", engine.Any)
			require.NoError(t, err)
			require.Equal(t, c.want, next(t, s, len(c.want)))
			require.NoError(t, e.Close())
			_, err = s.Next(t.Context())
			require.Error(t, err)
			var deleted *engine.Deleted
			require.Equal(t, c.want != nil, errors.As(err, &deleted))
		})
	}
}

// TestSubscribersSeeEverythingOnce: while writers append, every subscriber
// sees each event of the log exactly once and in order, however slow it is.
func TestSubscribersSeeEverythingOnce(t *testing.T) {
	const writers, each = 4, 200
	e := open(t)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() { appendN(t, e, fmt.Sprintf("s%d", w), each) })
	}
	for range 4 {
		s, err := e.SubscribeAll(engine.AllOptions{})
		require.NoError(t, err)
		defer s.Close()
		wg.Go(func() {
			revision := map[string]uint64{}
			var position uint64
			for seen := 0; seen < writers*each; {
				step, err := s.Next(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				if step.Kind != engine.StepEvent {
					continue
				}
				r := step.Event.Event
				if r.Position <= position || r.Revision != revision[r.Stream] {
					t.Errorf("revision %d of %s at %d after %d", r.Revision, r.Stream, r.Position, position)
					return
				}
				position = r.Position
				revision[r.Stream]++
				seen++
			}
		})
	}
	wg.Wait()
}

func TestCloseEndsSubscriptions(t *testing.T) {
	e, err := engine.Open(t.Context(), engine.MemoryLog{}, engine.Options{})
	require.NoError(t, err)
	s, err := e.SubscribeAll(engine.AllOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"caught up"}, next(t, s, 1))
	require.NoError(t, e.Close())
	_, err = s.Next(t.Context())
	require.ErrorIs(t, err, engine.ErrClosed)
	_, err = e.SubscribeStream("s", engine.From{Start: true}, false)
	require.ErrorIs(t, err, engine.ErrClosed)
}
