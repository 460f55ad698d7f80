package eventstoredb_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// begin begins at a position in each way that there is, and gives the first
// record or error.
var begin = map[string]func(context.Context, store.Store, event.Position) (event.Record, error){
	"read after": func(ctx context.Context, s store.Store, at event.Position) (event.Record, error) {
		return firstOf(s.ReadAll(ctx, store.Span{After: at}))
	},
	"read from": func(ctx context.Context, s store.Store, at event.Position) (event.Record, error) {
		return firstOf(s.ReadAll(ctx, store.Span{From: at}))
	},
	"subscription": func(ctx context.Context, s store.Store, at event.Position) (event.Record, error) {
		for n, err := range s.Subscribe(ctx, at) {
			if err != nil || n.CaughtUp() {
				return event.Record{}, err
			}
			return n.Record.Clone(), nil
		}
		return event.Record{}, errors.New("the subscription ended")
	},
}

func firstOf(read func(func(event.Record, error) bool)) (event.Record, error) {
	for r, err := range read {
		return r.Clone(), err
	}
	return event.Record{}, nil
}

// follow is a subscription as the server does it: what is behind the position,
// then that it has caught up.
func (s *scripted) follow(_ int, from uint64, out streams.Streams_ReadServer) error {
	messages := []*streams.ReadResp{confirmed()}
	s.mu.Lock()
	for _, e := range s.log {
		if e.CommitPosition > from && e.Metadata["type"][0] != '$' {
			messages = append(messages, e.resp())
		}
	}
	last := s.log[len(s.log)-1].CommitPosition
	s.mu.Unlock()
	if from%gap != 0 && from < last {
		if err := out.Send(confirmed()); err != nil {
			return err
		}
		return status.Error(codes.InvalidArgument, "Trying to read from an invalid position.")
	}
	return send(out, append(messages, caughtUp())...)
}

// What lies inside a record, or behind the log's end, is no name. It is refused
// at once and never tried again, whatever patience the store has.
func TestBeginningsThatAreNoNames(t *testing.T) {
	s := &scripted{log: records(1, 5)}
	s.add(system(6))
	s.subscribe = s.follow
	st := s.open(t, eventstoredb.Options{}, "")
	for name, from := range begin {
		for _, at := range []event.Position{1*gap + 1, 3*gap - 1, 5*gap + 1, 6*gap + 1, 600 * gap, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
			t.Run(fmt.Sprint(name, " ", at), func(t *testing.T) {
				reads, subscriptions := s.seen("forwards"), s.seen("subscription")
				_, err := from(patience(t), st, at)
				require.ErrorIs(t, err, store.ErrUnknownPosition)
				require.NotErrorIs(t, err, store.ErrUnavailable)
				var e *fault.Error
				require.ErrorAs(t, err, &e)
				require.EqualValues(t, at, e.Position)
				if at > 6*gap && at <= math.MaxInt64 {
					require.ErrorContains(t, err, "another log, or an older copy")
				}
				require.LessOrEqual(t, s.seen("forwards")-reads+s.seen("subscription")-subscriptions, 1)
			})
		}
		// A record's name, that of a system's event behind ours, and one whose
		// record was scavenged.
		for _, at := range []event.Position{3 * gap, 6 * gap} {
			_, err := from(patience(t), st, at)
			require.NoError(t, err, "%s %d", name, at)
		}
	}
	s.mu.Lock()
	s.log = append(records(1, 1), append(records(4, 5), system(6))...)
	s.mu.Unlock()
	for name, from := range begin {
		r, err := from(patience(t), st, 3*gap-gap)
		require.NoError(t, err, name)
		require.Equal(t, event.Position(4*gap), r.Position, "%s: it goes on at the next record", name)
	}
}

// A node that need not lead may lag behind: it is waited for, and only the
// leader's word is that a log has no such end.
func TestNameThatAFollowerDoesNotHaveYet(t *testing.T) {
	for name, from := range begin {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 5)}
			s.subscribe = s.follow
			var asked atomic.Int64
			s.behind = func() int { return int(max(0, 20-asked.Add(1)) / 5) }
			st := s.open(t, eventstoredb.Options{SuspectAfter: 20 * time.Millisecond}, "&nodePreference=follower")
			_, err := from(patience(t), st, 5*gap)
			require.NoError(t, err)
			require.GreaterOrEqual(t, asked.Load(), int64(16))
			_, err = from(patience(t), st, 6*gap)
			require.ErrorIs(t, err, store.ErrUnknownPosition)
		})
	}
}

// The leader may be another node: the one at hand says where.
func TestNameThatAnotherNodeTells(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		leader := &scripted{log: records(1, 5)}
		at, err := url.Parse(listen(t, leader, leader))
		require.NoError(t, err)
		var lag atomic.Int64
		lag.Store(2)
		s := &scripted{log: records(1, 5)}
		s.behind = func() int { return int(lag.Load()) }
		s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
			if requiresLeader(out.Context()) {
				if leader.seen("backwards") >= 2 {
					lag.Store(0)
				}
				out.SetTrailer(metadata.Pairs("exception", "not-leader", "leader-endpoint-host", at.Hostname(), "leader-endpoint-port", at.Port()))
				return status.Error(codes.NotFound, "Leader info available")
			}
			return s.readAll(o, out)
		}
		st := s.open(t, eventstoredb.Options{SuspectAfter: 20 * time.Millisecond}, "&nodePreference=follower")
		_, err = begin["read after"](patience(t), st, 5*gap)
		require.NoError(t, err)
		require.Equal(t, 3, leader.seen("backwards"), "until the node has caught up")
		_, err = begin["read after"](patience(t), st, 6*gap)
		require.ErrorIs(t, err, store.ErrUnknownPosition)
		require.ErrorContains(t, err, "another log, or an older copy")
		require.Equal(t, s.seen("connect"), 1, "the leader is asked beside: reads stay where they are")
	})
}

// While a node lags and nobody leads, nothing is refused.
func TestNameThatNobodyCanTell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 5)}
		s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
			if requiresLeader(out.Context()) {
				return status.Error(codes.Unavailable, "Server Is Not Ready")
			}
			return s.readAll(o, out)
		}
		st := s.open(t, eventstoredb.Options{RetryFor: 50 * time.Millisecond}, "&nodePreference=follower")
		_, err := begin["read after"](patience(t), st, 6*gap)
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.NotErrorIs(t, err, store.ErrUnknownPosition)
	})
}

// What comes in no order, or at a position that cannot be, is an error: an
// event that stands before what was told would be skipped.
func TestLogInNoOrder(t *testing.T) {
	for name, messages := range map[string][]*streams.ReadResp{
		"back":                   {record(1).resp(), record(3).resp(), record(2).resp()},
		"back behind the start":  {record(2).resp(), record(1).resp()},
		"0":                      {record(1).resp(), record(0).resp()},
		"the largest":            {record(1).resp(), record(2).but(func(s *sent) { s.CommitPosition, s.PreparePosition = math.MaxInt64+1, math.MaxInt64+1 }).resp()},
		"before a checkpoint":    {record(1).resp(), checkpoint(3*gap, 0), record(2).resp()},
		"before one, at the end": {checkpoint(5*gap, 5*gap), record(5).but(func(s *sent) { s.CommitPosition, s.PreparePosition = 450, 450 }).resp()},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 5)}
			s.subscribe = func(_ int, _ uint64, out streams.Streams_ReadServer) error {
				return send(out, append([]*streams.ReadResp{confirmed()}, messages...)...)
			}
			st := s.open(t, eventstoredb.Options{}, "")
			seen, err := event.Position(0), error(nil)
			for n, e := range st.Subscribe(patience(t), 0) {
				if err = e; e == nil {
					require.GreaterOrEqual(t, n.Position, seen)
					seen = n.Position
				}
			}
			require.ErrorIs(t, err, store.ErrCorrupt)

			s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
				if o.GetReadDirection() == streams.ReadReq_Options_Backwards {
					return out.Send(record(5).resp())
				}
				for _, m := range messages {
					if err := out.Send(m); err != nil {
						return err
					}
				}
				return nil
			}
			if onlyEvents(messages) {
				_, err = storetest.All(patience(t), st)
				require.ErrorIs(t, err, store.ErrCorrupt)
				s.stream = func(*streams.ReadReq_Options) ([]*streams.ReadResp, error) { return messages, nil }
				_, err = storetest.Stream(patience(t), st, "s-1")
				require.Error(t, err)
			}
		})
	}
}

func onlyEvents(messages []*streams.ReadResp) bool {
	for _, m := range messages {
		if m.GetEvent() == nil {
			return false
		}
	}
	return true
}
