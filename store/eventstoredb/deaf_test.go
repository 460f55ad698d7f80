package eventstoredb_test

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
)

// A checkpoint that is no position is none: what comes behind it is heard. So
// 24.2.0 tells subscribers of a log without an event of theirs.
func TestCheckpointThatIsNone(t *testing.T) {
	const largest = math.MaxUint64
	for name, c := range map[string]*streams.ReadResp{
		"the largest":         checkpoint(largest, largest),
		"the largest, half":   checkpoint(largest, 0),
		"0":                   checkpoint(0, 0),
		"too large":           checkpoint(math.MaxInt64+1, math.MaxInt64+1),
		"the largest prepare": checkpoint(0, largest),
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: []*sent{system(1)}}
			wrote := make(chan struct{})
			s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
				for _, m := range []*streams.ReadResp{confirmed(), c, caughtUp()} {
					if err := out.Send(m); err != nil {
						return err
					}
				}
				<-wrote
				return send(out, record(2).resp(), c, record(3).resp())
			}
			st := s.open(t, eventstoredb.Options{}, "")
			var seen []event.Position
			for n, err := range st.Subscribe(patience(t), 0) {
				require.NoError(t, err)
				if n.CaughtUp() && len(seen) == 0 && s.seen("wrote") == 0 {
					s.count("wrote")
					require.Equal(t, event.Position(1*gap), n.Position, "a name to go on from")
					s.add(records(2, 3)...)
					close(wrote)
				}
				if !n.CaughtUp() {
					if seen = append(seen, n.Position); len(seen) == 2 {
						break
					}
				}
			}
			require.Equal(t, []event.Position{2 * gap, 3 * gap}, seen)
		})
	}
}

// Where a subscription tells no checkpoints, the subscriber is told a name to go
// on from all the same while others write, and its own next subscription begins
// there, not at the log's start.
func TestNamesWithoutCheckpoints(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: []*sent{system(1)}}
		begun := make(chan uint64, 10)
		broken := make(chan struct{})
		s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
			begun <- from
			if n > 1 {
				return send(out, confirmed(), caughtUp())
			}
			for _, m := range []*streams.ReadResp{confirmed(), checkpoint(math.MaxUint64, math.MaxUint64), caughtUp()} {
				if err := out.Send(m); err != nil {
					return err
				}
			}
			<-broken
			return status.Error(codes.Unavailable, "it breaks")
		}
		st := s.open(t, eventstoredb.Options{}.WithPace(10*time.Millisecond), "")
		written := uint64(1)
		for n, err := range st.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			require.True(t, n.CaughtUp())
			if n.Position != event.Position(written*gap) {
				continue
			}
			if written++; written == 5 {
				break
			}
			s.add(system(written))
			if written == 4 {
				close(broken)
			}
		}
		require.Zero(t, <-begun)
		require.GreaterOrEqual(t, <-begun, uint64(3*gap))
	})
}

// A server from before 23.10 does not say that a subscriber has caught up.
func TestServerThatDoesNotSayCaughtUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 3)}
		s.subscribe = func(_ int, _ uint64, out streams.Streams_ReadServer) error {
			return send(out, confirmed(), record(1).resp(), record(2).resp(), record(3).resp())
		}
		st := s.open(t, eventstoredb.Options{}.WithPace(10*time.Millisecond), "")
		n := 0
		for note, err := range st.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if note.CaughtUp() {
				require.Equal(t, event.Position(3*gap), note.Position)
				break
			}
			n++
		}
		require.Equal(t, 3, n)
	})
}

// A subscription that says nothing although there is more gives way to another.
func TestSilentSubscription(t *testing.T) {
	t.Parallel()
	for name, first := range map[string][]*streams.ReadResp{
		"at all":                {},
		"behind confirmation":   {confirmed()},
		"behind caught up":      {confirmed(), caughtUp()},
		"in the middle":         {confirmed(), record(1).resp(), caughtUp()},
		"in a slow catching-up": {confirmed(), record(1).resp()},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 3)}
			s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
				if n < 3 {
					return send(out, first...)
				}
				return s.follow(n, from, out)
			}
			st := s.open(t, eventstoredb.Options{}.WithPace(20*time.Millisecond), "")
			var seen []event.Position
			for n, err := range st.Subscribe(patience(t), 0) {
				require.NoError(t, err)
				if n.CaughtUp() {
					break
				}
				seen = append(seen, n.Position)
			}
			require.Equal(t, []event.Position{1 * gap, 2 * gap, 3 * gap}, seen)
		})
	}
}

// A checkpoint may stand at an event that no read tells. It is never told as a
// name while it is the log's last, and the subscription goes on from before it.
func TestCheckpointAtAHiddenEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 2)}
		begun := make(chan uint64, 10)
		s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
			begun <- from
			if n == 1 {
				for _, m := range []*streams.ReadResp{confirmed(), record(1).resp(), record(2).resp(), checkpoint(3*gap, 3*gap)} {
					if err := out.Send(m); err != nil {
						return err
					}
				}
				return status.Error(codes.Unavailable, "it breaks")
			}
			return send(out, confirmed(), checkpoint(3*gap, 3*gap), caughtUp())
		}
		st := s.open(t, eventstoredb.Options{}, "")
		for n, err := range st.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if n.CaughtUp() {
				require.Equal(t, event.Position(2*gap), n.Position)
				break
			}
		}
		require.Zero(t, <-begun)
		require.Equal(t, uint64(2*gap), <-begun)
	})
}

// What ends a subscription for good, and what does not.
func TestEndsOfSubscriptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"shut out by an ACL":        {status.Error(codes.PermissionDenied, "Access Denied"), store.ErrUnavailable},
		"the server's own failure":  {status.Error(codes.Unknown, "Exception was thrown by handler."), store.ErrUnavailable},
		"a login that is unknown":   {status.Error(codes.Unauthenticated, "Not Authenticated"), store.ErrUnavailable},
		"a position that is none":   {status.Error(codes.InvalidArgument, "Trying to read from an invalid position."), store.ErrUnknownPosition},
		"a server that is away":     {status.Error(codes.Unavailable, "Server Is Not Ready"), nil},
		"a server that has no time": {status.Error(codes.Aborted, "Operation timed out: "), nil},
		"an end without a reason":   {nil, nil},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 3)}
			s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
				if n == 1 || c.want != nil || n < 4 {
					for _, m := range []*streams.ReadResp{confirmed()} {
						if err := out.Send(m); err != nil {
							return err
						}
					}
					return c.err
				}
				return s.follow(n, from, out)
			}
			o := eventstoredb.Options{RetryFor: 100 * time.Millisecond, LoginRetryFor: 100 * time.Millisecond}
			if c.want == nil {
				o.RetryFor = time.Minute
			}
			st := s.open(t, o, "")
			_, err := begin["subscription"](patience(t), st, 0)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
		})
	}
}

// A subscription that waits for ever on a connection that is well says so, once,
// and when it goes on.
func TestSubscriptionThatWaitsSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 3)}
		var logged lockedBuffer
		s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
			if n > 5 && strings.Contains(logged.String(), "waits") && s.count("since") > 3 {
				return s.follow(n, from, out)
			}
			return status.Error(codes.Unavailable, "Server Is Not Ready")
		}
		st := s.open(t, eventstoredb.Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))}, "")
		for n, err := range st.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if n.CaughtUp() {
				break
			}
		}
		require.Equal(t, 1, strings.Count(logged.String(), "a subscription waits"), logged.String())
		require.Contains(t, logged.String(), "Server Is Not Ready")
		require.Equal(t, 1, strings.Count(logged.String(), "a subscription goes on"), logged.String())
	})
}

// A server that fails on a subscription each time is given up after RetryFor,
// however long it takes each time: what counts is what was got meanwhile. One
// that has caught up has got all there is.
func TestSubscriptionThatNeverGetsOn(t *testing.T) {
	t.Parallel()
	for name, well := range map[string]bool{"fails": false, "has caught up each time": true} {
		simulated(t, name, func(t *testing.T) {
			const times = 4
			s := &scripted{log: records(1, 3)}
			told := make(chan struct{})
			s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
				if n > times {
					return s.follow(n, from, out)
				}
				messages := []*streams.ReadResp{confirmed()}
				if well {
					messages = append(messages, caughtUp())
				}
				for _, m := range messages {
					if err := out.Send(m); err != nil {
						return err
					}
				}
				if well {
					<-told
				} else if begun := time.Now(); until(out.Context(), func() bool { return time.Since(begun) > 600*time.Millisecond }) != nil {
					return out.Context().Err()
				}
				return status.Error(codes.Unknown, "Exception was thrown by handler.")
			}
			st := s.open(t, eventstoredb.Options{RetryFor: 20 * time.Millisecond}, "")
			var last error
			for _, err := range st.Subscribe(patience(t), 3*gap) {
				if last = err; err == nil && s.seen("subscription") > times {
					break
				}
				if err == nil {
					told <- struct{}{}
				}
			}
			if well {
				require.NoError(t, last)
				return
			}
			require.ErrorIs(t, last, store.ErrUnavailable)
			require.LessOrEqual(t, s.seen("subscription"), 2)
		})
	}
}
