package eventstoredb_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// until waits for a condition while a call lasts.
func until(ctx context.Context, condition func() bool) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// A server that has to look through what others have written for longer than
// any deadline, and than it takes to have it examined, is not cut short: each
// attempt would begin anew, and none would ever end.
func TestLongSearch(t *testing.T) {
	t.Parallel()
	for name, what := range map[string]func(context.Context, *eventstoredb.Store) (event.Position, error){
		"head": func(ctx context.Context, st *eventstoredb.Store) (event.Position, error) { return st.Head(ctx) },
		"read": func(ctx context.Context, st *eventstoredb.Store) (last event.Position, err error) {
			for r, err := range st.ReadAll(ctx, store.Span{}) {
				if err != nil {
					return 0, err
				}
				last = r.Position
			}
			return last, nil
		},
		"caught up": func(ctx context.Context, st *eventstoredb.Store) (event.Position, error) {
			for n, err := range st.Subscribe(ctx, 3*gap) {
				return n.Position, err
			}
			return 0, nil
		},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 3)}
			s.subscribe = s.follow
			s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
				if o.GetNoFilter() == nil {
					examined := s.seen("connect") + 3
					if err := until(out.Context(), func() bool { return s.seen("connect") >= examined }); err != nil {
						return err
					}
				}
				return s.readAll(o, out)
			}
			o := eventstoredb.Options{SuspectAfter: 10 * time.Millisecond, RetryFor: time.Nanosecond}
			st := s.open(t, o.WithPace(20*time.Millisecond), "&defaultDeadline=1")
			at, err := what(patience(t), st)
			require.NoError(t, err)
			require.Equal(t, event.Position(3*gap), at)
		})
	}
}

// A subscription has to look through as much as a read: where that took the
// server long, the subscription may be silent for as long.
func TestSubscriptionThatLooksThroughMuch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: []*sent{system(1), record(9)}}
		found := make(chan struct{}, 100)
		s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
			if err := out.Send(confirmed()); err != nil {
				return err
			}
			<-found
			looks := 0 // as long as the read took, which is more than a pace
			if err := until(out.Context(), func() bool { looks++; return looks > 100 }); err != nil {
				return err
			}
			return s.follow(n, from, out)
		}
		s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
			if o.GetReadDirection() == streams.ReadReq_Options_Forwards {
				looks := 0
				if err := until(out.Context(), func() bool { looks++; return looks > 100 }); err != nil {
					return err
				}
				defer func() { found <- struct{}{} }()
			}
			return s.readAll(o, out)
		}
		st := s.open(t, eventstoredb.Options{}.WithPace(20*time.Millisecond), "")
		for n, err := range st.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if !n.CaughtUp() {
				require.Equal(t, event.Position(9*gap), n.Position)
				break
			}
		}
		require.Equal(t, 1, s.seen("subscription"), "another one would have as far to go")
	})
}

// What the filter lets through that is none of ours, such as the tombstones and
// links of streams, or results of projections, costs a read or two, however
// much of it there is.
func TestMuchThatTheFilterLetsThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 1)}
		for n := uint64(2); n < 200; n++ {
			s.add(record(n).but(func(s *sent) { s.StreamIdentifier.StreamName = fmt.Appendf(nil, "$projections-p-%d", n) }))
		}
		s.subscribe = s.follow
		st := s.open(t, eventstoredb.Options{}, "")
		head, err := st.Head(patience(t))
		require.NoError(t, err)
		require.Equal(t, event.Position(1*gap), head)
		require.LessOrEqual(t, s.seen("backwards"), 2)
		for n, err := range st.Subscribe(patience(t), 1*gap) {
			require.NoError(t, err)
			if n.CaughtUp() {
				break
			}
		}
		require.LessOrEqual(t, s.seen("forwards"), 3)
		all, err := storetest.All(patience(t), st)
		require.NoError(t, err)
		require.Len(t, all, 1)
	})
}
