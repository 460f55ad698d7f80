package esdbtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
)

const (
	soon  = time.Millisecond
	never = time.Hour // longer than any test waits
)

// three starts three nodes with times of which a test chooses those that pass.
func three(t *testing.T, timing esdbtest.Timing, options ...esdbtest.Option) *esdbtest.TestServer {
	t.Helper()
	options = append(options, esdbtest.WithNodes(3), esdbtest.WithConfig(func(c *esdbtest.Config) { c.Timing = timing }))
	return esdbtest.Start(t, options...)
}

// caller makes calls to one node.
type caller struct {
	*testing.T
	streams streams.StreamsClient
	groups  persistent.PersistentSubscriptionsClient
	gossip  gossip.GossipClient
}

func callers(t *testing.T, s *esdbtest.TestServer) (all []caller) {
	for _, address := range s.Addrs() {
		conn, err := dialAs(address, s.CACertificate())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		all = append(all, caller{t, streams.NewStreamsClient(conn), persistent.NewPersistentSubscriptionsClient(conn), gossip.NewGossipClient(conn)})
	}
	return all
}

// forLeader makes calls that only a leader may answer.
func forLeader(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// begin sends an append and leaves it open.
func (c caller) begin(ctx context.Context, stream string) streams.Streams_AppendClient {
	call, err := c.streams.Append(ctx)
	require.NoError(c, err)
	options := &streams.AppendReq_Options{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)},
		ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: new(shared.Empty)}}
	_ = call.Send(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: options}}) // the answer tells
	_ = call.Send(&streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Metadata: map[string]string{"type": "Tested", "content-type": "application/json"}, Data: []byte(`{}`)}}})
	return call
}

func (c caller) append(ctx context.Context) *status.Status {
	call := c.begin(ctx, "s")
	_, err := call.CloseAndRecv()
	return withTrailer(err, call.Trailer())
}

// withTrailer puts the exception before the message.
func withTrailer(err error, trailers metadata.MD) *status.Status {
	st := status.Convert(err)
	if exceptions := trailers.Get("exception"); len(exceptions) > 0 {
		return status.New(st.Code(), exceptions[0]+": "+st.Message())
	}
	return st
}

func structured() *streams.ReadReq_Options_UUIDOption {
	return &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: new(shared.Empty)}}
}

func allFrom(end bool) *streams.ReadReq_Options {
	o := &streams.ReadReq_Options{UuidOption: structured(), FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: new(shared.Empty)},
		CountOption: &streams.ReadReq_Options_Count{Count: 100}}
	all := &streams.ReadReq_Options_AllOptions{AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: new(shared.Empty)}}
	if end {
		all.AllOption = &streams.ReadReq_Options_AllOptions_End{End: new(shared.Empty)}
	}
	o.StreamOption = &streams.ReadReq_Options_All{All: all}
	return o
}

func subscribed(o *streams.ReadReq_Options) *streams.ReadReq_Options {
	o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
	return o
}

// read begins a read or subscription and gives its first message.
func (c caller) read(ctx context.Context, o *streams.ReadReq_Options) (streams.Streams_ReadClient, *streams.ReadResp, *status.Status) {
	call, err := c.streams.Read(ctx, &streams.ReadReq{Options: o})
	require.NoError(c, err)
	m, err := call.Recv()
	if err == nil {
		return call, m, nil // there is no trailer yet
	}
	return call, nil, withTrailer(err, call.Trailer())
}

// leaders are the nodes that one tells to lead.
func (c caller) leaders(ctx context.Context) (ports []uint32) {
	info, err := c.gossip.Read(ctx, new(shared.Empty))
	require.NoError(c, err)
	for _, m := range info.GetMembers() {
		if m.GetState() == gossip.MemberInfo_Leader && m.GetIsAlive() {
			ports = append(ports, m.GetHttpEndPoint().GetPort())
		}
	}
	return ports
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, patience, 1e6, what)
}

// What a follower answers depends on the call and on whether it is for the
// leader.
func TestFollower(t *testing.T) {
	s := three(t, esdbtest.Timing{Lag: 1})
	put(t, client(t, s.ConnectionString()+"&nodePreference=leader"), "s", 1)
	c := callers(t, s)[1]
	const refused = "not-leader: Leader info available"
	create := func(ctx context.Context) *status.Status {
		var trailers metadata.MD
		_, err := c.groups.Create(ctx, &persistent.CreateReq{}, grpc.Trailer(&trailers))
		return withTrailer(err, trailers)
	}
	info := func(ctx context.Context) *status.Status {
		o := &persistent.GetInfoReq_Options{GroupName: "g", StreamOption: &persistent.GetInfoReq_Options_All{All: new(shared.Empty)}}
		_, err := c.groups.GetInfo(ctx, &persistent.GetInfoReq{Options: o})
		return status.Convert(err)
	}
	remove := func(ctx context.Context) *status.Status {
		o := &streams.DeleteReq_Options{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("s")},
			ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: new(shared.Empty)}}
		var trailers metadata.MD
		_, err := c.streams.Delete(ctx, &streams.DeleteReq{Options: o}, grpc.Trailer(&trailers))
		return withTrailer(err, trailers)
	}
	read := func(ctx context.Context) *status.Status { _, _, st := c.read(ctx, allFrom(false)); return st }
	fromEnd := func(ctx context.Context) *status.Status {
		_, m, st := c.read(ctx, subscribed(allFrom(true)))
		require.NotNil(t, m.GetConfirmation())
		return st
	}
	fromStart := func(ctx context.Context) *status.Status {
		call, m, _ := c.read(ctx, subscribed(allFrom(false)))
		require.NotNil(t, m.GetConfirmation())
		_, err := call.Recv()
		return withTrailer(err, call.Trailer())
	}
	tell := func(context.Context) *status.Status { c.leaders(forLeader(within(t))); return nil }
	for name, test := range map[string]struct {
		call          func(context.Context) *status.Status
		demanded, not string
	}{
		"append":                      {c.append, refused, ""},
		"delete":                      {remove, refused, ""},
		"read":                        {read, refused, ""},
		"subscription from the end":   {fromEnd, "", ""},
		"subscription from the start": {fromStart, refused, ""},
		"info of a group":             {info, "Server Is Not Ready", "Server Is Not Ready"},
		"gossip":                      {tell, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.not, test.call(within(t)).Message())
			require.Equal(t, test.demanded, test.call(forLeader(within(t))).Message())
		})
	}
	require.Equal(t, refused, create(forLeader(within(t))).Message())
}

// A leader that hangs answers nothing and is named for a while; appends that a
// follower passes on to it are given up.
func TestLeaderHangs(t *testing.T) {
	s := three(t, esdbtest.Timing{Forwarding: 20 * time.Millisecond, Noticed: never, HangElected: never})
	nodes := callers(t, s)
	require.Equal(t, codes.OK, nodes[0].append(within(t)).Code())
	wake := s.Faults().Hang(0)
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.Equal(t, codes.DeadlineExceeded, nodes[0].append(short).Code())
	require.Equal(t, "Operation timed out: Forwarding timeout", nodes[1].append(within(t)).Message())
	require.Equal(t, 0, s.Leader())
	require.Equal(t, "not-leader: Leader info available", nodes[1].append(forLeader(within(t))).Message(), "it still names it")
	wake()
	require.Equal(t, codes.OK, nodes[1].append(within(t)).Code(), "nobody has noticed")
	require.Equal(t, 0, s.Leader())
}

// For a time nobody leads, and then a leader is not ready.
func TestNobodyLeads(t *testing.T) {
	s := three(t, esdbtest.Timing{Noticed: soon, HangElected: never})
	nodes := callers(t, s)
	s.Faults().Hang(0)
	eventually(t, "it is noticed", func() bool { return s.Leader() < 0 })
	require.Empty(t, nodes[1].leaders(within(t)))
	for _, ctx := range []context.Context{within(t), forLeader(within(t))} {
		require.Equal(t, "Server Is Not Ready", nodes[1].append(ctx).Message())
	}

	s = three(t, esdbtest.Timing{KillElected: soon, Ready: never})
	nodes = callers(t, s)
	s.Faults().Kill(0)
	eventually(t, "another one is named", func() bool { return s.Leader() == 1 })
	require.Len(t, nodes[2].leaders(within(t)), 1)
	require.Equal(t, "Server Is Not Ready", nodes[1].append(forLeader(within(t))).Message())
	require.Equal(t, "not-leader: Leader info available", nodes[2].append(forLeader(within(t))).Message())
	require.Zero(t, s.Election().Ready)
}

// A leader that wakes too late aborts what waits for it, is named beside the
// next one, answers nothing any more, breaks everything off and ends.
func TestLeaderWakesTooLate(t *testing.T) {
	s := three(t, esdbtest.Timing{Noticed: soon, HangElected: soon, HangSpread: soon, Ready: soon, TwoLeaders: 50 * time.Millisecond, Dying: 50 * time.Millisecond})
	nodes := callers(t, s)
	pending := nodes[0].begin(within(t), "s")
	call, m, _ := nodes[0].read(within(t), subscribed(allFrom(true)))
	require.NotNil(t, m.GetConfirmation())
	wake := s.Faults().Hang(0)
	eventually(t, "another one leads", func() bool { return !s.Election().Ready.IsZero() })
	wake()
	_, err := pending.CloseAndRecv()
	require.Equal(t, codes.Aborted, status.Code(err), "%v", err)
	require.Len(t, nodes[2].leaders(within(t)), 2)
	for err == nil || status.Code(err) == codes.Aborted {
		_, err = call.Recv()
	}
	require.Equal(t, codes.Internal, status.Code(err), "%v", err)
	require.ErrorContains(t, err, "RST_STREAM")
	eventually(t, "it ends", func() bool { return !s.Running(0) })
	require.Len(t, nodes[2].leaders(within(t)), 1)
	require.NoError(t, s.RestartNode(0))
	require.True(t, s.Running(0))
	require.Equal(t, 1, s.Leader())
}

// A node that is shut down lets its calls wait, and takes no new connection.
func TestNodeShutsDown(t *testing.T) {
	for name, options := range map[string][]esdbtest.Option{"plain": nil, "with TLS": {esdbtest.WithTLS()}} {
		t.Run(name, func(t *testing.T) {
			s := three(t, esdbtest.Timing{Resigned: soon, ResignSpan: soon, Ready: soon, Dying: 50 * time.Millisecond}, options...)
			nodes := callers(t, s)
			admin := metadata.AppendToOutgoingContext(within(t), "authorization", "Basic YWRtaW46Y2hhbmdlaXQ=")
			call, _, _ := nodes[0].read(admin, subscribed(allFrom(true)))
			s.Faults().Shutdown(0)
			eventually(t, "another one leads", func() bool { return !s.Election().Ready.IsZero() })
			require.Equal(t, codes.OK, nodes[1].append(admin).Code())
			var err error
			for err == nil {
				var m *streams.ReadResp
				m, err = call.Recv()
				require.Nil(t, m.GetEvent(), "it is not told")
			}
			require.Equal(t, codes.Internal, status.Code(err), "%v", err)
			require.ErrorContains(t, err, "RST_STREAM")
			eventually(t, "it ends", func() bool { return !s.Running(0) })
		})
	}
	s := three(t, esdbtest.Timing{Dying: never})
	s.Faults().Shutdown(2)
	require.True(t, s.Running(2))
	require.NoError(t, s.RestartNode(2), "also before it has ended")
	require.Equal(t, codes.OK, callers(t, s)[2].append(within(t)).Code())
}

// A subscription that is live survives that its leader resigns.
func TestResign(t *testing.T) {
	s := three(t, esdbtest.Timing{Resigned: soon, ResignSpan: soon, Ready: soon})
	nodes := callers(t, s)
	call, _, _ := nodes[0].read(forLeader(within(t)), subscribed(allFrom(true)))
	s.Faults().Resign()
	eventually(t, "another one leads", func() bool { return !s.Election().Ready.IsZero() })
	require.Equal(t, 1, s.Leader())
	require.Equal(t, codes.OK, nodes[1].append(forLeader(within(t))).Code())
	for {
		m, err := call.Recv()
		require.NoError(t, err)
		if m.GetEvent() != nil {
			break
		}
	}
}

// Without a majority nobody is chosen, until one is there again.
func TestNoMajority(t *testing.T) {
	s := three(t, esdbtest.Timing{KillElected: soon, Resigned: soon, ResignSpan: soon, Ready: soon})
	s.Faults().Kill(1)
	s.Faults().Kill(0)
	nodes := callers(t, s)
	require.Never(t, func() bool { return s.Leader() >= 0 }, 50*time.Millisecond, 1e6)
	require.Equal(t, "Server Is Not Ready", nodes[2].append(within(t)).Message())
	require.NoError(t, s.RestartNode(0))
	eventually(t, "a leader", func() bool { return !s.Election().Ready.IsZero() })
	require.Equal(t, 2, s.Leader())
	require.Equal(t, codes.OK, nodes[0].append(within(t)).Code())
}

// A follower's reads and subscriptions are behind, and come to the same.
func TestFollowersLag(t *testing.T) {
	s := three(t, esdbtest.Timing{Lag: never})
	c := client(t, "esdb://"+s.Addrs()[1]+"?tls=false")
	put(t, client(t, s.ConnectionString()+"&nodePreference=leader"), "s", 3)
	_, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
	require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(t, err))
	_, m, st := callers(t, s)[1].read(within(t), allFrom(false))
	require.Nil(t, m, "%v", st)

	s = three(t, esdbtest.Timing{Lag: 20 * time.Millisecond})
	c = client(t, "esdb://"+s.Addrs()[1]+"?tls=false")
	put(t, client(t, s.ConnectionString()+"&nodePreference=leader"), "s", 3)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"0", "1", "2", "caught up"}, steps(sub, 4))
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 2)
	require.NoError(t, err)
	require.Equal(t, []uint64{2, 1}, numbers(got), "what a subscription has shown, a read has")
}

// TestFormerLeaderKeepsWhatItHad: what was written while a node led is in its
// reads afterwards; what the next leader writes comes later.
func TestFormerLeaderKeepsWhatItHad(t *testing.T) {
	s := three(t, esdbtest.Timing{Lag: never})
	former := client(t, "esdb://"+s.Addrs()[0]+"?tls=false")
	put(t, client(t, s.ConnectionString()+"&nodePreference=leader"), "s", 2)
	s.SetLeader(1)
	got, err := readAllOf(t, former, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Equal(t, []uint64{0, 1}, numbers(got))
	put(t, client(t, s.ConnectionString()+"&nodePreference=leader"), "s", 2)
	got, err = readAllOf(t, former, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Equal(t, []uint64{0, 1}, numbers(got))
}
