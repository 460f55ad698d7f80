package eventstoredb_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// success answers an append, with no position if it is 0.
func success(revision, position uint64) *streams.AppendResp {
	s := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: revision},
		PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
	}
	if position != 0 {
		s.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: position, PreparePosition: position}}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: s}}
}

func wrongVersion(current uint64) *streams.AppendResp {
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: &streams.AppendResp_WrongExpectedVersion{
		CurrentRevisionOption: &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: current}}}}
}

// of is the n-th record of the log as the event of that revision and id.
func of(n, revision uint64, e event.Proposed) *sent {
	return record(n).but(func(s *sent) {
		s.StreamRevision = revision
		s.Id = &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
			MostSignificantBits:  int64(binary.BigEndian.Uint64(e.ID[:8])),
			LeastSignificantBits: int64(binary.BigEndian.Uint64(e.ID[8:])),
		}}}
	})
}

func streamNotFound() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{StreamNotFound: &streams.ReadResp_StreamNotFound{}}}
}

var commitTimeout = status.Error(codes.Aborted, "Operation timed out: Commit phase timeout.")

// A repetition of events that are hidden is a success. Its position is the
// append's own, where it can be read, or that of the newest event of ours, and
// never that of another event of the stream or of the system's.
func TestRepetitionOfHiddenEvents(t *testing.T) {
	events := storetest.Events(2)
	for name, c := range map[string]struct {
		shows []*streams.ReadResp
		want  event.Position
	}{
		"truncated or expired: the next visible one": {[]*streams.ReadResp{of(5, 4, events[0]).resp(), lastRevision(4)}, 7 * gap},
		"all of them":        {[]*streams.ReadResp{lastRevision(4)}, 7 * gap},
		"softly deleted":     {[]*streams.ReadResp{streamNotFound()}, 7 * gap},
		"shown after all":    {[]*streams.ReadResp{of(3, 1, events[1]).resp(), lastRevision(4)}, 3 * gap},
		"without saying why": {nil, 7 * gap},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: append(records(1, 7), system(8), system(9))}
			s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return success(1, 0), nil }
			s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
				require.Equal(t, uint64(1), o.GetStream().GetRevision())
				return c.shows, nil
			}
			st := s.open(t, eventstoredb.Options{}, "")
			done, err := st.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
			require.NoError(t, err)
			require.Equal(t, store.Appended{Revision: 1, Position: c.want}, done)
			require.Equal(t, 1, s.seen("append"))

			// Behind an append that is not read yet.
			s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return success(5, 10*gap), nil }
			_, err = st.Append(patience(t), store.Write{Stream: "s-1", Expected: store.Exact(4), Events: storetest.Events(1)})
			require.NoError(t, err)
			s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return success(1, 0), nil }
			done, err = st.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
			require.NoError(t, err)
			if c.want == 7*gap {
				c.want = 10 * gap
			}
			require.Equal(t, store.Appended{Revision: 1, Position: c.want}, done)
		})
	}
}

// A conflict of a repetition may be with the append itself: a stream that was
// deleted softly goes on behind its old revision, where the server does not
// look for the ids of an append to no stream.
func TestConflictWithItself(t *testing.T) {
	t.Parallel()
	events, others := storetest.Events(2), storetest.Events(3)
	for name, c := range map[string]struct {
		shows []*streams.ReadResp
		done  bool
	}{
		"written":                          {[]*streams.ReadResp{of(4, 3, events[0]).resp(), of(5, 4, events[1]).resp()}, true},
		"not written":                      {[]*streams.ReadResp{of(4, 3, others[0]).resp(), of(5, 4, others[1]).resp()}, false},
		"not written there":                {[]*streams.ReadResp{of(4, 3, others[0]).resp(), of(5, 4, events[0]).resp()}, false},
		"the same events in another order": {[]*streams.ReadResp{of(4, 3, events[1]).resp(), of(5, 4, events[0]).resp()}, false},
		"only half":                        {[]*streams.ReadResp{of(4, 3, events[0]).resp()}, false},
		"nothing":                          {[]*streams.ReadResp{streamNotFound()}, false},
		"at its start: the server knows":   {[]*streams.ReadResp{of(1, 0, events[0]).resp(), of(2, 1, events[1]).resp()}, false},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 7)}
			s.write = func(n int, _ []*streams.AppendReq) (*streams.AppendResp, error) {
				if n == 1 {
					return nil, commitTimeout
				}
				return wrongVersion(6), nil
			}
			s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
				if o.GetStream().GetRevision() == 0 {
					return c.shows, nil
				}
				return []*streams.ReadResp{lastRevision(6)}, nil
			}
			done, err := s.open(t, eventstoredb.Options{}, "").
				Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
			if !c.done {
				require.ErrorIs(t, err, store.ErrConflict)
				return
			}
			require.NoError(t, err)
			require.Equal(t, store.Appended{Revision: 4, Position: 5 * gap}, done)
		})
	}
	simulated(t, "an expected revision is looked behind by the server", func(t *testing.T) {
		s := &scripted{log: records(1, 7)}
		s.write = func(n int, _ []*streams.AppendReq) (*streams.AppendResp, error) {
			if n == 1 {
				return nil, commitTimeout
			}
			return wrongVersion(4), nil
		}
		s.stream = func(*streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			return []*streams.ReadResp{of(4, 3, events[0]).resp(), of(5, 4, events[1]).resp()}, nil
		}
		_, err := s.open(t, eventstoredb.Options{}, "").
			Append(patience(t), store.Write{Stream: "s-1", Expected: store.Exact(9), Events: events})
		require.ErrorIs(t, err, store.ErrConflict)
	})
	simulated(t, "a repetition by the caller", func(t *testing.T) {
		s := &scripted{log: records(1, 7)}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return wrongVersion(4), nil }
		s.stream = func(*streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			return []*streams.ReadResp{of(4, 3, events[0]).resp(), of(5, 4, events[1]).resp()}, nil
		}
		done, err := s.open(t, eventstoredb.Options{}, "").
			Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
		require.NoError(t, err)
		require.Equal(t, store.Appended{Revision: 4, Position: 5 * gap}, done)
	})
}

// A server that gives up waiting for its own write is given time before it is
// asked again: each repetition costs it seconds.
func TestPausesBehindTimeouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 1)}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return nil, commitTimeout }
		st := s.open(t, eventstoredb.Options{RetryFor: 700 * time.Millisecond, MaxBackoff: 5 * time.Second}, "")
		_, err := st.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "Commit phase timeout")
		require.Less(t, s.seen("append"), 7, "pauses of 0.1 to 0.2, 0.2 to 0.4, … s")
		require.Greater(t, s.seen("append"), 1)
	})
}

// Without an expectation an append of unknown outcome is not sent again, but
// its ids can tell that it was done.
func TestUnknownOutcomeThatTheStreamTells(t *testing.T) {
	t.Parallel()
	events := storetest.Events(2)
	appear := func(t *testing.T, after int) (*scripted, store.Appended, error) {
		s := &scripted{log: records(1, 7)}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return nil, commitTimeout }
		s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			if n := s.count("look"); n == 1 {
				return nil, status.Error(codes.Unavailable, "Server Is Not Ready")
			} else if n <= after {
				return []*streams.ReadResp{of(3, 2, storetest.Events(1)[0]).resp()}, nil
			}
			return []*streams.ReadResp{of(5, 4, events[1]).resp(), of(4, 3, events[0]).resp(), of(3, 2, storetest.Events(1)[0]).resp()}, nil
		}
		done, err := s.open(t, eventstoredb.Options{}, "").
			Append(patience(t), store.Write{Stream: "s-1", Expected: store.Any, Events: events})
		require.Equal(t, 1, s.seen("append"), "it may write twice")
		return s, done, err
	}
	simulated(t, "it was done", func(t *testing.T) {
		s, done, err := appear(t, 5)
		require.NoError(t, err)
		require.Equal(t, store.Appended{Revision: 4, Position: 5 * gap}, done)
		require.Equal(t, 6, s.seen("look"))
	})
	simulated(t, "it is read no further than it has to be", func(t *testing.T) { // the rest may be large
		s := &scripted{log: records(1, 7), endless: true}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return nil, commitTimeout }
		s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			return []*streams.ReadResp{of(6, 5, storetest.Events(1)[0]).resp(), of(5, 4, events[1]).resp(), of(4, 3, events[0]).resp()}, nil
		}
		ctx := patience(t)
		done, err := s.open(t, eventstoredb.Options{}, "&defaultDeadline=60000").
			Append(ctx, store.Write{Stream: "s-1", Expected: store.Any, Events: events})
		require.NoError(t, err)
		require.NoError(t, ctx.Err())
		require.Equal(t, store.Appended{Revision: 4, Position: 5 * gap}, done)
	})
	simulated(t, "it does not show", func(t *testing.T) {
		begun := time.Now()
		_, _, err := appear(t, math.MaxInt)
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "outcome of the append is unknown")
		require.GreaterOrEqual(t, time.Since(begun), 2*time.Second)
	})
	simulated(t, "the user may not read", func(t *testing.T) {
		s := &scripted{}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return nil, commitTimeout }
		s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			return nil, status.Error(codes.PermissionDenied, "Access Denied")
		}
		_, err := s.open(t, eventstoredb.Options{}, "").
			Append(patience(t), store.Write{Stream: "s-1", Expected: store.Any, Events: events})
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "unknown")
		require.ErrorContains(t, err, "the user may not read")
	})
}

// The server may tell a conflict before the event that won can be read. Who
// then reads and decides again must find it.
func TestConflictIsToldWhenItCanBeRead(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string][]*streams.ReadResp{
		"a stream that is not there yet":   {streamNotFound()},
		"an event that is not there yet":   {lastRevision(3)},
		"of several, one is not there yet": {of(5, 4, storetest.Events(1)[0]).but(func(s *sent) { s.StreamRevision = 3 }).resp(), lastRevision(3)},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: records(1, 7)}
			s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return wrongVersion(4), nil }
			s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
				if s.count("look") < 5 {
					return hidden, nil
				}
				return []*streams.ReadResp{of(5, 4, storetest.Events(1)[0]).resp(), lastRevision(4)}, nil
			}
			_, err := s.open(t, eventstoredb.Options{}, "").
				Append(patience(t), store.Write{Stream: "s-1", Expected: store.Exact(1), Events: storetest.Events(1)})
			require.ErrorIs(t, err, store.ErrConflict)
			require.ErrorContains(t, err, "expected revision 1, found revision 4")
			require.Equal(t, 5, s.seen("look"))
		})
	}
	simulated(t, "it never can", func(t *testing.T) {
		s := &scripted{log: records(1, 7)}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return wrongVersion(4), nil }
		s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			return []*streams.ReadResp{streamNotFound()}, nil
		}
		_, err := s.open(t, eventstoredb.Options{}, "").
			Append(patience(t), store.Write{Stream: "s-1", Expected: store.Exact(1), Events: storetest.Events(1)})
		require.ErrorIs(t, err, store.ErrConflict)
	})
	simulated(t, "nor may the user", func(t *testing.T) {
		s := &scripted{log: records(1, 7)}
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return wrongVersion(4), nil }
		s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			s.count("look")
			return nil, status.Error(codes.PermissionDenied, "Access Denied")
		}
		_, err := s.open(t, eventstoredb.Options{}, "").
			Append(patience(t), store.Write{Stream: "s-1", Expected: store.Exact(1), Events: storetest.Events(1)})
		require.ErrorIs(t, err, store.ErrConflict)
		require.Equal(t, 1, s.seen("look"))
	})
	simulated(t, "the caller has gone", func(t *testing.T) {
		s := &scripted{log: records(1, 7)}
		ctx, cancel := context.WithCancelCause(t.Context())
		s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return wrongVersion(4), nil }
		s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
			cancel(errors.New("enough"))
			return []*streams.ReadResp{streamNotFound()}, nil
		}
		_, err := s.open(t, eventstoredb.Options{}, "").
			Append(ctx, store.Write{Stream: "s-1", Expected: store.Exact(1), Events: storetest.Events(1)})
		require.ErrorIs(t, err, store.ErrCancelled)
	})
}

// Where a user who has only the right to append would have to read, the error
// says so.
func TestUserWhoMayOnlyAppend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := status.Error(codes.PermissionDenied, "Access Denied")
		s := &scripted{}
		s.all = func(*streams.ReadReq_Options, streams.Streams_ReadServer) error { return denied }
		s.stream = func(*streams.ReadReq_Options) ([]*streams.ReadResp, error) { return nil, denied }
		s.write = func(n int, _ []*streams.AppendReq) (*streams.AppendResp, error) {
			switch n {
			case 1:
				return success(0, 1*gap), nil
			case 2:
				return success(1, 0), nil
			case 3:
				return nil, commitTimeout
			}
			return wrongVersion(6), nil
		}
		st := s.open(t, eventstoredb.Options{}, "")
		write := func(expected store.Expected) error {
			_, err := st.Append(patience(t), store.Write{Stream: "s-1", Expected: expected, Events: storetest.Events(1)})
			return err
		}
		require.NoError(t, write(store.NoStream))
		err := write(store.Exact(0))
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "the events were written, but where they stand cannot be told, since the user may not read")
		err = write(store.NoStream)
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "it is unknown whether the append was done, since the user may not read")
	})
}
