package eventstoredb_test

import (
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
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// takeover gives a store that was connected to a leader which then says that
// another node leads: one that at first tells less of the log.
func takeover(t *testing.T) (*eventstoredb.Store, *scripted) {
	heir := &scripted{log: records(1, 3)}
	heir.subscribe = heir.follow
	heir.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
		if heir.count("asked") == 7 {
			heir.add(records(4, 5)...)
		}
		return heir.readAll(o, out)
	}
	at, err := url.Parse(listen(t, heir, heir))
	require.NoError(t, err)
	leader := &scripted{log: records(1, 5)}
	var resigned atomic.Bool
	leader.write = func(int, []*streams.AppendReq) (*streams.AppendResp, error) {
		resigned.Store(true)
		return success(4, 5*gap), nil
	}
	leader.subscribe = leader.follow
	leader.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
		if !resigned.Load() {
			return leader.readAll(o, out)
		}
		out.SetTrailer(metadata.Pairs("exception", "not-leader", "leader-endpoint-host", at.Hostname(), "leader-endpoint-port", at.Port()))
		return status.Error(codes.NotFound, "Leader info available")
	}
	st := leader.open(t, eventstoredb.Options{SuspectAfter: time.Minute}, "")
	_, err = st.Append(patience(t), store.Write{Stream: "s-1", Expected: 3, Events: storetest.Events(1)})
	require.NoError(t, err)
	return st, heir
}

// A leader that has just taken over may tell less than the one before: what
// that one has told is waited for, and nothing is said to be of another log.
func TestNewLeaderThatDoesNotTellAllYet(t *testing.T) {
	t.Parallel()
	for name, from := range begin {
		simulated(t, name, func(t *testing.T) {
			st, heir := takeover(t)
			_, err := from(patience(t), st, 5*gap)
			require.NoError(t, err)
			require.GreaterOrEqual(t, heir.seen("asked"), 7)
		})
	}
	simulated(t, "a read of what was appended", func(t *testing.T) {
		st, _ := takeover(t)
		all, err := storetest.All(patience(t), st)
		require.NoError(t, err)
		require.Len(t, all, 5)
	})
}

// A node that does not lead does not know whether the leader has just taken over.
func TestLeaderThatDoesNotTellAllYetToAFollower(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 3)}
		s.subscribe = s.follow
		s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
			if requiresLeader(out.Context()) && s.count("leader") == 5 {
				s.add(records(4, 5)...)
			}
			return s.readAll(o, out)
		}
		st := s.open(t, eventstoredb.Options{SuspectAfter: time.Minute}, "&nodePreference=follower")
		for name, from := range begin {
			_, err := from(patience(t), st, 5*gap)
			require.NoError(t, err, name)
		}
		require.GreaterOrEqual(t, s.seen("leader"), 5)
	})
}

// What a read was to end with may be scavenged while it runs. That it does not
// come is no fault, if the node has what is behind it; otherwise it lags.
func TestNewestThatIsGoneWhenItIsReached(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scavenged bool
		through   event.Position
		want      int
	}{
		"scavenged":                  {true, 0, 2},
		"scavenged, behind a span":   {true, 2*gap + 1, 2},
		"the node has it not yet":    {false, 0, 3},
		"scavenged, of a span's end": {true, 3 * gap, 2},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{log: append(records(1, 3), system(4))}
			short := append(records(1, 2), system(4))
			s.all = func(o *streams.ReadReq_Options, out streams.Streams_ReadServer) error {
				if o.GetReadDirection() == streams.ReadReq_Options_Forwards && s.count("all") == 1 {
					if c.scavenged {
						s.mu.Lock()
						s.log = short
						s.mu.Unlock()
					} else {
						return (&scripted{log: short}).readAll(o, out)
					}
				}
				return s.readAll(o, out)
			}
			n := 0
			for _, err := range s.open(t, eventstoredb.Options{}, "").ReadAll(patience(t), store.Span{Through: c.through}) {
				require.NoError(t, err)
				n++
			}
			require.Equal(t, c.want, n)
		})
	}
}
