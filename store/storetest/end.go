package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// endCases are about contexts that end and stores that are closed.
func (s *suite) endCases() []namedCase {
	return []namedCase{
		{"every call under an ended context", s.in(endedContext)},
		{"every call on a closed store", closedStore(s)},
		{"closing again does nothing", closedTwice(s)},
		{"appends that end with their context are whole or absent", s.in(cancelledAppends)},
		{"Close under load: what was answered is there, the rest is an error", closeUnderLoad(s)},
	}
}

// calls are one of each, with the error each ended with.
func calls(ctx context.Context, s store.Store) map[string]error {
	_, appendErr := s.Append(ctx, store.Write{Stream: "s-1", Expected: store.Any, Events: Events(1)})
	_, headErr := s.Head(ctx)
	_, streamErr := Stream(ctx, s, "s-1")
	_, missingErr := Stream(ctx, s, "s-2")
	_, allErr := All(ctx, s)
	_, subscribeErr := follow(ctx, s, 0, 1, nil)
	errs := map[string]error{
		"Append": appendErr, "Head": headErr, "ReadStream": streamErr, "ReadStream of none": missingErr,
		"ReadAll": allErr, "Subscribe": subscribeErr,
	}
	if tx, ok := s.(store.Transactor); ok {
		_, errs["AppendAll"] = tx.AppendAll(ctx, []store.Write{{Stream: "s-1", Expected: store.Any, Events: Events(1)}})
	}
	return errs
}

func endedContext(t *testing.T, s store.Store) {
	there := mustAppend(t, s, "s-1", 1)
	cause := errors.New("the caller went away")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	for name, err := range calls(ctx, s) {
		require.ErrorIs(t, err, store.ErrCancelled, name)
		require.ErrorIs(t, err, cause, name)
	}
	holds(t, mustAll(t, s), "s-1", 0, there)
}

func closedStore(s *suite) func(*testing.T) {
	return func(t *testing.T) {
		st := s.open(t)
		mustAppend(t, st, "s-1", 1)
		require.NoError(t, st.Close())
		for name, err := range calls(t.Context(), st) {
			require.ErrorIs(t, err, store.ErrClosed, name)
		}
	}
}

func closedTwice(s *suite) func(*testing.T) {
	return func(t *testing.T) {
		st := s.open(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := st.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.NoError(t, st.Close())
	}
}

func cancelledAppends(t *testing.T, s store.Store) {
	const writers = 32
	mustAppend(t, s, "s-1", 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	answered, tried := map[event.Position]bool{}, 1
	for range writers {
		wg.Go(func() {
			for ctx.Err() == nil {
				done, err := s.Append(ctx, store.Write{Stream: "s-1", Expected: store.Any, Events: Events(2)})
				mu.Lock()
				if err == nil {
					answered[done.Position] = true
				} else if !errors.Is(err, store.ErrCancelled) {
					t.Error(err)
				}
				if tried++; tried == 4*writers {
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	all := mustAll(t, s)
	for i := 1; i < len(all); i += 2 { // both events of a write or none
		require.Equal(t, uint64(i), all[i].Revision)
		require.Less(t, i+1, len(all))
		delete(answered, all[i+1].Position)
	}
	require.Empty(t, answered, "answered, but not in the log")
}

func closeUnderLoad(s *suite) func(*testing.T) {
	return func(t *testing.T) {
		st := s.open(t)
		mustAppend(t, st, "s-1", 100)
		var wg sync.WaitGroup
		begun := make(chan struct{}, 64)
		for i := range 24 {
			wg.Go(func() {
				for {
					var err error
					switch i % 4 {
					case 0, 1:
						_, err = st.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: Events(1)})
					case 2:
						var records []event.Record
						if records, err = Stream(t.Context(), st, "s-1"); err == nil && len(records) < 100 {
							t.Errorf("%d events and a clean end", len(records))
						}
					case 3:
						_, err = follow(t.Context(), st, 0, 100, nil)
					}
					if errors.Is(err, store.ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					select {
					case begun <- struct{}{}:
					default:
					}
				}
			})
		}
		for range cap(begun) {
			<-begun
		}
		require.NoError(t, st.Close())
		wg.Wait()
	}
}
