package eventstoredb_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// cluster starts three nodes that take the time of real ones, simulated.
func cluster(t *testing.T) *esdbtest.TestServer { return esdbtest.Start(t, onWires(3)) }

// hung waits until the leader that hangs has a successor that takes calls.
func hung(t *testing.T, server *esdbtest.TestServer) {
	t.Helper()
	server.Faults().Hang(server.Leader())
	eventually(t, func() bool { return !server.Election().Ready.IsZero() }, "another one leads")
}

// A seed that hangs holds up nobody: the others are asked.
func TestSeedThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := cluster(t)
		server.Faults().Hang(2)
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience/3)
			s, err := connect(ctx, quickly(server)+"&gossipTimeout=600", quick())
			require.NoError(t, err)
			_, err = s.Head(ctx)
			require.NoError(t, err)
			require.NoError(t, s.Close())
			cancel()
		}
	})
}

// No read waits for a node that hangs, however long its deadline: it goes on at
// the next leader, behind the last event that was yielded.
func TestReadsOfALeaderThatHangs(t *testing.T) {
	// More than three times what a connection holds back from a reader, so that the
	// rest of it has not come when the leader hangs.
	const events = 3000
	text := fmt.Appendf(nil, `{"text":"%s"}`, strings.Repeat("x", 1<<10))
	for name, read := range map[string]func(context.Context, store.Store, func()) (int, error){
		"stream": func(ctx context.Context, s store.Store, hang func()) (n int, err error) {
			for r, err := range s.ReadStream(ctx, "s-1", 0) {
				if err != nil || r.Revision != uint64(n) {
					return n, err
				}
				if n++; n == 5 {
					hang()
				}
			}
			return n, nil
		},
		"all": func(ctx context.Context, s store.Store, hang func()) (n int, err error) {
			for r, err := range s.ReadAll(ctx, store.Span{}) {
				if err != nil || r.Revision != uint64(n) {
					return n, err
				}
				if n++; n == 5 {
					hang()
				}
			}
			return n, nil
		},
		"head": func(ctx context.Context, s store.Store, hang func()) (int, error) {
			hang()
			_, err := s.Head(ctx)
			return events, err
		},
	} {
		simulated(t, name, func(t *testing.T) {
			server := cluster(t)
			s := open(t, quickly(server)+"&gossipTimeout=600", quick())
			for some := range slices.Chunk(storetest.Events(events), 500) {
				for i := range some {
					some[i].Data = text
				}
				_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.Any, Events: some})
				require.NoError(t, err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience/3)
			defer cancel()
			n, err := read(ctx, s, func() { server.Faults().Hang(0) })
			require.NoError(t, err)
			require.Equal(t, events, n)
			require.NotEqual(t, server.Addrs()[0], s.Health().Node)
		})
	}
}

// A subscription to which nothing is said does not wait at a node that hangs.
func TestQuietSubscriptionAtALeaderThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := cluster(t)
		s, writer := open(t, quickly(server)+"&gossipTimeout=600", quick()), open(t, quickly(server), quick())
		ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience/3)
		defer cancel()
		for n, err := range s.Subscribe(ctx, 0) {
			require.NoError(t, err)
			if !n.CaughtUp() {
				break
			}
			hung(t, server)
			_, err := writer.Append(ctx, store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
			require.NoError(t, err)
		}
		require.NotEqual(t, server.Addrs()[0], s.Health().Node)
	})
}

// Where the cluster answers and nobody leads, that is what is said.
func TestNoLeaderAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := cluster(t)
		o := quick()
		o.RetryFor = 200 * time.Millisecond
		s := open(t, quickly(server), o)
		server.Faults().Kill(0)
		server.Faults().Kill(1)
		eventually(t, func() bool { return server.Leader() < 0 }, "nobody leads")
		for range 2 { // the first may have met the break
			_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
			require.ErrorIs(t, err, store.ErrUnavailable)
			if _, err = s.Head(patience(t)); err != nil {
				require.ErrorContains(t, err, "no leader answered for")
			}
		}
		open(t, quickly(server), o) // another one may lead later
	})
}

// halfLeader is a node that gossip names as a leader beside another one.
type halfLeader struct {
	hostile
	asked atomic.Int64
}

func (h *halfLeader) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	h.asked.Add(1)
	return h.hostile.Read(req, stream)
}

func (h *halfLeader) Append(stream streams.Streams_AppendServer) error {
	h.asked.Add(1)
	return h.hostile.Append(stream)
}

// members is the gossip of such nodes.
type members struct {
	gossip.UnimplementedGossipServer
	leaders []string
}

func (m *members) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	info := &gossip.ClusterInfo{}
	for _, address := range m.leaders {
		host, port, _ := net.SplitHostPort(address)
		n, _ := strconv.Atoi(port)
		info.Members = append(info.Members, &gossip.MemberInfo{State: gossip.MemberInfo_Leader, IsAlive: true,
			HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(n)}})
	}
	return info, nil
}

// Of two that are named as leaders, the one that has just said that it does not
// lead is not connected to again.
func TestTwoLeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 5 { // which of them is met first is left to chance
			told := new(members)
			deposed, leads := &halfLeader{}, &halfLeader{}
			deposed.err = status.Error(codes.NotFound, "Leader info available")
			deposed.trailers = metadata.Pairs("exception", "not-leader")
			leads.answer = &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
				CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{},
				PositionOption:        &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{CommitPosition: 100, PreparePosition: 100}}}}}
			for _, h := range []*halfLeader{deposed, leads} {
				l, err := wires.listen(host + ":0")
				require.NoError(t, err)
				g := grpc.NewServer()
				streams.RegisterStreamsServer(g, h)
				serverfeatures.RegisterServerFeaturesServer(g, h)
				gossip.RegisterGossipServer(g, told)
				told.leaders = append(told.leaders, l.Addr().String())
				done := make(chan struct{})
				go func() { defer close(done); _ = g.Serve(l) }()
				t.Cleanup(func() { g.Stop(); <-done })
			}
			url := "esdb://" + told.leaders[0] + "," + told.leaders[1] + "?tls=false&discoveryInterval=1"
			s := open(t, url, eventstoredb.Options{SuspectAfter: time.Minute, MaxBackoff: time.Millisecond})
			_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
			require.NoError(t, err)
			require.LessOrEqual(t, deposed.asked.Load(), int64(1))
			require.Equal(t, int64(1), leads.asked.Load())
		}
	})
}
