package esdbtest_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/marketcore/marketplace/esdbtest"
)

func TestSubscribeToStream(t *testing.T) {
	for name, tc := range map[string]struct {
		from esdb.StreamPosition
		want []string
	}{
		"the start":  {esdb.Start{}, []string{"0", "1", "2", "caught up"}},
		"a revision": {esdb.Revision(0), []string{"1", "2", "caught up"}}, // exclusive
		"the last":   {esdb.Revision(2), []string{"caught up"}},
		"the end":    {esdb.End{}, []string{"caught up"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := start(t)
			put(t, c, "s", 3)
			sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: tc.from})
			require.NoError(t, err)
			defer sub.Close()
			require.NotEmpty(t, sub.Id())
			require.Equal(t, tc.want, steps(sub, len(tc.want)))
			put(t, c, "s", 1)
			require.Equal(t, []string{"3"}, steps(sub, 1))
		})
	}
}

func TestSubscribeToNothing(t *testing.T) {
	_, c := start(t)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"caught up"}, steps(sub, 1))
	put(t, c, "s", 1)
	require.Equal(t, []string{"0"}, steps(sub, 1))
}

func TestSubscribeToAll(t *testing.T) {
	_, c := start(t)
	first := put(t, c, "s", 2)
	sub, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{
		From: esdb.Position{Commit: first.CommitPosition, Prepare: first.PreparePosition}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"caught up"}, steps(sub, 1), "the position itself is not delivered")
	put(t, c, "s", 2)
	require.Equal(t, []string{"2", "3"}, steps(sub, 2))
}

// TestFilteredSubscription: checkpoints come although nothing matches, resuming
// after one loses nothing, and they go on when the subscription is live.
func TestFilteredSubscription(t *testing.T) {
	_, c := start(t)
	put(t, c, "other", 100)
	put(t, c, "mine-1", 1)
	put(t, c, "other", 20)
	options := esdb.SubscribeToAllOptions{
		From: esdb.Start{}, MaxSearchWindow: 32, CheckpointInterval: 1,
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"mine-"}},
	}
	sub, err := c.SubscribeToAll(within(t), options)
	require.NoError(t, err)
	defer sub.Close()
	got := steps(sub, 6)
	require.Equal(t, []string{"checkpoint", "checkpoint", "checkpoint", "0", "checkpoint", "caught up"}, got)

	put(t, c, "other", 31)
	put(t, c, "mine-2", 1)
	require.Equal(t, []string{"0", "checkpoint"}, steps(sub, 2))

	var last *esdb.Position
	again, err := c.SubscribeToAll(within(t), options)
	require.NoError(t, err)
	defer again.Close()
	for e := again.Recv(); e.EventAppeared == nil; e = again.Recv() {
		require.Nil(t, e.SubscriptionDropped)
		require.NotNil(t, e.CheckPointReached)
		if last != nil {
			require.Greater(t, e.CheckPointReached.Commit, last.Commit)
		}
		last = e.CheckPointReached
	}
	options.From = *last
	resumed, err := c.SubscribeToAll(within(t), options)
	require.NoError(t, err)
	defer resumed.Close()
	require.Equal(t, []string{"checkpoint", "0"}, steps(resumed, 2), "the page that the checkpoint begins is read again")
}

// TestFirstCheckpoint: a filtered subscriber from the start who has got
// nothing is told that it has come to 2^64-1, after which no number can come,
// and by a server before 24.2 nothing at all.
func TestFirstCheckpoint(t *testing.T) {
	follow := func(t *testing.T, o ...esdbtest.Option) (*esdb.Client, *esdb.Subscription) {
		_, c := start(t, o...)
		put(t, c, "other", 3)
		sub, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{
			From: esdb.Start{}, MaxSearchWindow: 64, CheckpointInterval: 1,
			Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"mine-"}}})
		require.NoError(t, err)
		t.Cleanup(func() { _ = sub.Close() })
		return c, sub
	}
	t.Run("24.2.0", func(t *testing.T) {
		c, sub := follow(t)
		first := sub.Recv().CheckPointReached
		require.NotNil(t, first)
		require.EqualValues(t, uint64(math.MaxUint64), first.Commit)
		require.Equal(t, []string{"caught up"}, steps(sub, 1))
		put(t, c, "other", 100)
		put(t, c, "mine-1", 1)
		require.Equal(t, []string{"0"}, steps(sub, 1), "and no checkpoint before it")
	})
	t.Run("23.10.6", func(t *testing.T) {
		c, sub := follow(t, esdbtest.WithConfig(func(c *esdbtest.Config) { c.Version = "23.10.6" }))
		require.Equal(t, []string{"caught up"}, steps(sub, 1))
		put(t, c, "other", 100)
		put(t, c, "mine-1", 1)
		require.Equal(t, []string{"checkpoint", "0"}, steps(sub, 2))
	})
}

func TestRegexAndTypeFilters(t *testing.T) {
	_, c := start(t)
	put(t, c, "s", 2)
	for name, f := range map[string]*esdb.SubscriptionFilter{
		"not the system's": esdb.ExcludeSystemEventsFilter(),
		"prefix of type":   {Type: esdb.EventFilterType, Prefixes: []string{"Test"}},
		"regex on stream":  {Type: esdb.StreamFilterType, Regex: "^s$"},
	} {
		t.Run(name, func(t *testing.T) {
			sub, err := c.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: f})
			require.NoError(t, err)
			defer sub.Close()
			require.Equal(t, []string{"0", "1", "checkpoint", "caught up"}, steps(sub, 4))
		})
	}
}

func TestTombstoneAndSubscriptions(t *testing.T) {
	_, c := start(t)
	put(t, c, "s", 1)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"0", "caught up"}, steps(sub, 2))
	_, err = c.TombstoneStream(within(t), "s", esdb.TombstoneStreamOptions{})
	require.NoError(t, err)
	e := sub.Recv()
	require.Equal(t, "$streamDeleted", e.EventAppeared.Event.EventType)
	require.EqualValues(t, uint64(1<<63-1), e.EventAppeared.Event.EventNumber)
	dropped := sub.Recv().SubscriptionDropped
	require.Equal(t, codes.FailedPrecondition, status.Code(dropped.Error))
	require.ErrorContains(t, dropped.Error, "is deleted")

	_, err = c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.Equal(t, esdb.ErrorCodeStreamDeleted, codeOf(t, err), "before the confirmation")
}

// TestSlowSubscriberCatchesUpAgain: more than 32 events behind, a live
// subscriber is sent back to reading: it misses nothing, and is told again that
// it has caught up.
func TestSlowSubscriberCatchesUpAgain(t *testing.T) {
	s, c := start(t)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"caught up"}, steps(sub, 1))
	release := s.Faults().Hold()
	put(t, c, "s", 1)
	for range 100 {
		put(t, c, "s", 1)
	}
	release()
	got := steps(sub, 102)
	require.Equal(t, 1, len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != "caught up" })))
	got = slices.DeleteFunc(got, func(s string) bool { return s == "caught up" })
	for i, s := range got {
		require.Equal(t, fmt.Sprint(i), s)
	}
}

// TestCaughtUpTellsNewerClients what servers from 25.0 on tell.
func TestCaughtUpTellsNewerClients(t *testing.T) {
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	s, c := start(t, esdbtest.WithConfig(func(c *esdbtest.Config) { c.Now = func() time.Time { return now } }))
	put(t, c, "s", 3)
	call, err := wire(t, s).Read(within(t), readReq("s", func(o *streams.ReadReq_Options) {
		o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: new(streams.ReadReq_Options_SubscriptionOptions)}
		o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_End{End: new(shared.Empty)}
	}))
	require.NoError(t, err)
	confirmation, err := call.Recv()
	require.NoError(t, err)
	require.NotEmpty(t, confirmation.GetConfirmation().GetSubscriptionId())
	caughtUp, err := call.Recv()
	require.NoError(t, err)
	unknown := caughtUp.GetCaughtUp().ProtoReflect().GetUnknown()
	number, _, n := protowire.ConsumeTag(unknown)
	require.EqualValues(t, 1, number)
	stamp, m := protowire.ConsumeBytes(unknown[n:])
	when := new(timestamppb.Timestamp)
	require.NoError(t, proto.Unmarshal(stamp, when))
	require.Equal(t, now, when.AsTime())
	require.Equal(t, []byte{2 << 3, 2}, []byte(unknown[n+m:]), "the stream's revision")
}

// TestRequiresLeader: a follower sends such a caller to the
// leader.
func TestRequiresLeader(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(2))
	follower := streams.NewStreamsClient(dial(t, s.Addrs()[1]))
	ctx := metadata.AppendToOutgoingContext(within(t), "requires-leader", "true")
	call, err := follower.Read(ctx, readReq("s", nil))
	require.NoError(t, err)
	_, err = call.Recv()
	require.Equal(t, codes.NotFound, status.Code(err))
	require.Equal(t, []string{"not-leader"}, call.Trailer().Get("exception"))
	require.Equal(t, []string{"127.0.0.1"}, call.Trailer().Get("leader-endpoint-host"))
	require.Equal(t, s.Addrs()[0], "127.0.0.1:"+call.Trailer().Get("leader-endpoint-port")[0])
	code, got := trailers(func(o ...grpc.CallOption) error {
		_, err := follower.Delete(ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: sid("s"),
			ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: new(shared.Empty)}}}, o...)
		return err
	})
	require.Equal(t, codes.NotFound, code)
	require.Equal(t, "not-leader", got["exception"])
}
