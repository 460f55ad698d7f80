package eventstoredb_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// What the server fails on is tried again, for it may be stopping, but not for
// as long as a server that is away.
func TestServerThatFails(t *testing.T) {
	t.Parallel()
	for _, words := range []string{
		"Exception was thrown by handler.", "Unexpected ReadAllResult: Error", "Unexpected FilteredReadAllResult: Error",
		"Unexpected ReadStreamResult: Error", "unexpected HTTP status code received from server: 500 (Internal Server Error)",
	} {
		simulated(t, words, func(t *testing.T) {
			fails := func() error { return status.Error(codes.Unknown, words) }
			s := &scripted{}
			s.all = func(*streams.ReadReq_Options, streams.Streams_ReadServer) error { s.count("all"); return fails() }
			s.stream = func(*streams.ReadReq_Options) ([]*streams.ReadResp, error) { return nil, fails() }
			s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return nil, fails() }
			st := s.open(t, eventstoredb.Options{RetryFor: time.Hour}, "")
			var calls sync.WaitGroup
			for _, call := range []func() error{
				func() error { _, err := storetest.All(patience(t), st); return err },
				func() error { _, err := storetest.Stream(patience(t), st, "s-1"); return err },
				func() error {
					_, err := st.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
					return err
				},
			} {
				calls.Go(func() {
					err := call()
					if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "the server fails on the request") {
						t.Error(err)
					}
				})
			}
			calls.Wait()
			require.Greater(t, s.seen("all"), 1)
		})
	}
}

// A database that is starting refuses right logins: when connecting, and on a
// connection to a member that comes with an empty disk.
func TestLoginRefusedForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := status.Error(codes.Unauthenticated, "Authentication Failed")
		s := &scripted{log: records(1, 3)}
		s.features = func(n int) error {
			if n < 5 {
				return refused
			}
			return nil
		}
		st := s.open(t, eventstoredb.Options{LoginRetryFor: time.Hour}, "")
		require.True(t, st.Health().Connected, "Open has waited")
		require.Equal(t, 5, s.seen("connect"))
		s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
			if s.count("all") < 5 {
				return refused
			}
			return s.readAll(o, out)
		}
		head, err := st.Head(patience(t))
		require.NoError(t, err)
		require.Equal(t, event.Position(3*gap), head)
	})
}

// A login that is wrong is told in the end, also where the server forgets a
// user while it is connected to.
func TestLoginThatIsWrong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := status.Error(codes.Unauthenticated, "Authentication Failed")
		s := &scripted{log: records(1, 3)}
		var wrong atomic.Bool
		s.features = func(int) error {
			if wrong.Load() {
				return refused
			}
			return nil
		}
		s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error { return refused }
		st := s.open(t, eventstoredb.Options{LoginRetryFor: 50 * time.Millisecond, RetryFor: time.Hour}, "")
		_, err := st.Head(patience(t))
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "the login was refused")
		wrong.Store(true)
		_, err = connect(patience(t), listen(t, s, s)+"&discoveryInterval=2", eventstoredb.Options{LoginRetryFor: 50 * time.Millisecond})
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "the login was refused")
	})
}

// The server cannot say in a trailer that a stream with such a name was deleted
// for good, and fails: it is not found by reads and refused to appends, at once.
func TestTombstoneBeyondASCII(t *testing.T) {
	t.Parallel()
	fails := status.Error(codes.Unknown, "unexpected HTTP status code received from server: 500 (Internal Server Error)")
	for name, deleted := range map[string]bool{"gelöscht-ü": true, "поток": true, "\u00a0": true, "lebt-ü": false, "deleted": false} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{}
			s.stream = func(o *streams.ReadReq_Options) ([]*streams.ReadResp, error) { return nil, fails }
			s.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) { return nil, fails }
			s.batch = func(m *streams.BatchAppendReq) (*streams.BatchAppendResp, error) {
				s.count("batch")
				require.Equal(t, name, string(m.GetOptions().GetStreamIdentifier().GetStreamName()))
				require.Greater(t, m.GetOptions().GetStreamPosition(), uint64(1)<<62, "no stream is so long: nothing is written")
				require.NotNil(t, m.GetCorrelationId())
				require.True(t, m.GetIsFinal())
				failure := &rpc.Status{Code: int32(codes.AlreadyExists), Message: "WrongExpectedVersion"}
				if deleted {
					failure = &rpc.Status{Code: int32(codes.NotFound), Message: "StreamDeleted"}
				}
				return &streams.BatchAppendResp{CorrelationId: m.GetCorrelationId(), Result: &streams.BatchAppendResp_Error{Error: failure},
					StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)}}, nil
			}
			o := eventstoredb.Options{RetryFor: time.Hour}
			if !deleted {
				o.RetryFor = 1
			}
			st := s.open(t, o, "")
			_, readErr := storetest.Stream(patience(t), st, name)
			_, appendErr := st.Append(patience(t), store.Write{Stream: name, Expected: store.Any, Events: storetest.Events(1)})
			if deleted {
				require.ErrorIs(t, readErr, store.ErrStreamNotFound)
				require.ErrorIs(t, appendErr, store.ErrInvalidWrite)
				require.ErrorContains(t, appendErr, "deleted for good")
				require.Equal(t, 1, s.seen("append"))
				require.Equal(t, 1, s.seen("stream"))
				return
			}
			require.ErrorIs(t, readErr, store.ErrUnavailable)
			require.ErrorIs(t, appendErr, store.ErrUnavailable)
			if name == "deleted" {
				require.Zero(t, s.seen("batch"), "in ASCII the server says so itself")
			}
		})
	}
}
