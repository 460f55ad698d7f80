package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

func (s *suite) subscribeCases() []namedCase {
	return []namedCase{
		{"an empty log is caught up with at once, and what comes is heard", s.in(caughtUpWithNothing)},
		{"what is there, then that it has caught up, then what comes", s.in(catchUpThenLive)},
		{"from any position", s.in(subscribeFromAnywhere)},
		{"from a position that is not there yet is refused", s.in(subscribeFromAhead)},
		{"no loss and no double under concurrent writers", s.in(liveUnderWriters)},
		{"many subscribers", s.in(manySubscribers)},
		{"a slow subscriber loses nothing and holds up nobody", s.in(slowSubscriber)},
		{"a subscriber that appends", s.in(subscriberAppends)},
		{"an ended context ends a waiting subscription", s.in(cancelWaiting)},
		{"Close ends a waiting subscription", closeEndsWaiting(s)},
	}
}

// A server was deaf after that: what comes must be heard, by who was there and by
// who goes on from what they were told.
func caughtUpWithNothing(t *testing.T, s store.Store) {
	told := caughtUpAt(t, s, 0)
	require.Empty(t, mustRead(t, s, store.Span{After: told}), "it is a name")
	seen, err := follow(patience(t), s, 0, 1, func(n store.Notification) {
		if n.CaughtUp() && n.Position <= told {
			mustAppend(t, s, "s-1", 1)
		}
	})
	require.NoError(t, err)
	require.Equal(t, mustAll(t, s), seen)
	seen, err = follow(patience(t), s, told, 1, nil)
	require.NoError(t, err)
	require.Equal(t, mustAll(t, s), seen)
}

// follow runs a subscription until it has seen n events and then has caught up.
func follow(ctx context.Context, s store.Store, after event.Position, n int, each func(store.Notification)) ([]event.Record, error) {
	var seen []event.Record
	last := after
	for note, err := range s.Subscribe(ctx, after) {
		if err != nil {
			return seen, err
		}
		if note.Position < last || note.Position == last && !note.CaughtUp() {
			return seen, fmt.Errorf("a notification of position %d after one of %d", note.Position, last)
		}
		last = note.Position
		if each != nil {
			each(note)
		}
		if note.CaughtUp() {
			if len(seen) >= n {
				return seen, nil
			}
			continue
		}
		if note.Position != note.Record.Position {
			return seen, fmt.Errorf("a notification of position %d holds the record of %d", note.Position, note.Record.Position)
		}
		seen = append(seen, note.Record.Clone())
	}
	return seen, errors.New("the subscription ended without an error")
}

func catchUpThenLive(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 3)
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	told := 0
	seen, err := follow(patience(t), s, 0, 5, func(n store.Notification) {
		if !n.CaughtUp() {
			return
		}
		if told++; told == 1 {
			require.GreaterOrEqual(t, n.Position, head)
			mustAppend(t, s, "s-2", 2)
		}
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, told, 1)
	require.Equal(t, mustAll(t, s), seen)
}

func subscribeFromAnywhere(t *testing.T, s store.Store) {
	for i := range 6 {
		mustAppend(t, s, fmt.Sprintf("s-%d", i%2), 2)
	}
	all := mustAll(t, s)
	for i, r := range all {
		seen, err := follow(patience(t), s, r.Position, len(all)-i-1, nil)
		require.NoError(t, err)
		require.Equal(t, all[i+1:len(all):len(all)], append([]event.Record{}, seen...))
	}
}

// EventStoreDB drops what is appended up to such a position without a word.
func subscribeFromAhead(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 1)
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	for _, after := range []event.Position{head + 1<<30, math.MaxInt64, math.MaxUint64} {
		seen, err := follow(patience(t), s, after, 1, func(n store.Notification) { mustAppend(t, s, "s-1", 4) })
		require.ErrorIs(t, err, store.ErrUnknownPosition, "%d", after)
		require.Empty(t, seen)
	}
}

func liveUnderWriters(t *testing.T, s store.Store) {
	const writers, each = 4, 50
	ctx := patience(t)
	var wg sync.WaitGroup
	results := make([][]event.Record, 3)
	for i := range results {
		wg.Go(func() {
			var err error
			if results[i], err = follow(ctx, s, 0, writers*each, nil); err != nil {
				t.Error(err)
			}
		})
	}
	for w := range writers {
		wg.Go(func() {
			for range each {
				_, err := s.Append(ctx, store.Write{Stream: fmt.Sprintf("s-%d", w), Expected: store.Any, Events: Events(1)})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all := mustAll(t, s)
	require.Len(t, all, writers*each)
	for _, seen := range results {
		require.Equal(t, all, seen)
	}
}

func manySubscribers(t *testing.T, s store.Store) {
	const subscribers = 100
	ctx := patience(t)
	var ready, done sync.WaitGroup
	for range subscribers {
		ready.Add(1)
		once := sync.OnceFunc(ready.Done)
		done.Go(func() {
			seen, err := follow(ctx, s, 0, 2, func(n store.Notification) { once() })
			if err != nil || len(seen) != 2 {
				t.Error(len(seen), err)
			}
		})
	}
	ready.Wait()
	mustAppend(t, s, "s-1", 1)
	mustAppend(t, s, "s-2", 1)
	done.Wait()
}

func slowSubscriber(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 2)
	const more = 3000
	stopped := false
	seen, err := follow(patience(t), s, 0, 2+2*more, func(n store.Notification) {
		if !n.CaughtUp() && !stopped { // it stands still while others write and read
			stopped = true
			mustAppend(t, s, "s-1", more)
			mustAppend(t, s, "s-2", more)
			require.Len(t, mustAll(t, s), 2+2*more)
		}
	})
	require.NoError(t, err)
	require.Equal(t, mustAll(t, s), seen)
}

func subscriberAppends(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 1)
	seen, err := follow(patience(t), s, 0, 10, func(n store.Notification) {
		if !n.CaughtUp() && n.Record.Revision < 9 {
			_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Exact(n.Record.Revision), Events: Events(1)})
			require.NoError(t, err)
		}
	})
	require.NoError(t, err)
	require.Len(t, seen, 10)
}

func cancelWaiting(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 1)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := follow(ctx, s, 0, 2, func(n store.Notification) {
		if n.CaughtUp() {
			go cancel(cause)
		}
	})
	require.ErrorIs(t, err, store.ErrCancelled)
	require.ErrorIs(t, err, cause)
}

func closeEndsWaiting(s *suite) func(*testing.T) {
	return func(t *testing.T) {
		st := s.open(t)
		mustAppend(t, st, "s-1", 1)
		const subscribers = 10
		var ready, done sync.WaitGroup
		errs := make([]error, subscribers)
		for i := range subscribers {
			ready.Add(1)
			once := sync.OnceFunc(ready.Done)
			done.Go(func() {
				_, errs[i] = follow(patience(t), st, 0, 2, func(n store.Notification) {
					if n.CaughtUp() {
						once()
					}
				})
			})
		}
		ready.Wait()
		require.NoError(t, st.Close())
		done.Wait()
		for _, err := range errs {
			require.ErrorIs(t, err, store.ErrClosed)
		}
	}
}
