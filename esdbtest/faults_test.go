package esdbtest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
)

func TestRefuse(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 1)
	s.Faults().Refuse(1)
	require.Error(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{}))
	require.EqualValues(t, 1, put(t, c, "s", 1).NextExpectedVersion, "it was not done, and the next one is")
	s.Faults().Refuse(1)
	require.Equal(t, esdb.ErrorUnavailable, readCode(t, c, "s"))
	require.Equal(t, 2, s.Faults().Injected().Refused)
}

func TestRefuseConnections(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 1)
	s.Faults().RefuseConnections(true)
	put(t, c, "s", 1) // an open one stays
	other := client(t, s.ConnectionString()+"&maxDiscoverAttempts=1")
	require.Error(t, appendTo(t, other, "s", esdb.AppendToStreamOptions{}))
	s.Faults().RefuseConnections(false)
	put(t, client(t, s.ConnectionString()), "s", 1)
}

func TestDropAfter(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 50)
	for _, k := range []int{0, 1, 49, 50} {
		s.Faults().DropAfter(k)
		got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 1000)
		require.Len(t, got, k, "exactly k")
		require.Equal(t, esdb.ErrorUnavailable, codeOf(t, err), "and then an error, not the end")
		got, err = readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 1000)
		require.NoError(t, err)
		require.Len(t, got, 50)
	}
	s.Faults().DropAfter(4)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	require.Equal(t, []string{"0", "1", "2", "dropped Unavailable"}, steps(sub, 4), "after the confirmation")
	require.Equal(t, 5, s.Faults().Injected().Dropped)
}

func TestCutAfter(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 50)
	s.Faults().CutAfter(10)
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 1000)
	require.LessOrEqual(t, len(got), 10)
	require.Equal(t, esdb.ErrorUnavailable, codeOf(t, err))
	require.Equal(t, 1, s.Faults().Injected().Cut)
}

func TestLoseReplies(t *testing.T) {
	for name, options := range map[string][]esdbtest.Option{"plain": nil, "with TLS": {esdbtest.WithTLS()}} {
		t.Run(name, func(t *testing.T) {
			s, c := start(t, options...)
			put(t, c, "s", 1)
			list := events(2)
			o := esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(0)}
			s.Faults().LoseReplies(1)
			_, err := c.AppendToStream(within(t), "s", o, list...)
			require.Error(t, err)
			require.Eventually(t, func() bool {
				r, err := c.AppendToStream(within(t), "s", o, list...)
				return err == nil && r.NextExpectedVersion == 2
			}, patience, 1e6)
			got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
			require.NoError(t, err)
			require.Len(t, got, 3, "written once")
			require.Equal(t, 1, s.Faults().Injected().LostReplies)
		})
	}
}

func TestAbortReplies(t *testing.T) {
	s, c := start(t)
	s.Faults().AbortReplies(2)
	err := appendTo(t, c, "s", esdb.AppendToStreamOptions{})
	require.Equal(t, esdb.ErrorAborted, codeOf(t, err))
	_, err = c.DeleteStream(within(t), "s", esdb.DeleteStreamOptions{})
	require.Equal(t, esdb.ErrorAborted, codeOf(t, err))
	require.EqualValues(t, 1, put(t, c, "s", 1).NextExpectedVersion, "both were done")
}

func TestDuplicateWrites(t *testing.T) {
	s, c := start(t)
	for _, expected := range []esdb.ExpectedRevision{esdb.NoStream{}, esdb.Revision(0), esdb.Any{}} {
		s.Faults().DuplicateWrites(1)
		require.NoError(t, appendTo(t, c, "s", esdb.AppendToStreamOptions{ExpectedRevision: expected}))
	}
	got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 10)
	require.NoError(t, err)
	require.Len(t, got, 3)
	require.Equal(t, 3, s.Faults().Injected().DuplicateWrites)
}

func TestDuplicate(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 3)
	s.Faults().Duplicate(2)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"0", "0", "1", "1", "2", "caught up"}, steps(sub, 6))
}

func TestDelay(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 1)
	s.Faults().Delay(1, 30*time.Millisecond)
	before := time.Now()
	put(t, c, "s", 1)
	require.GreaterOrEqual(t, time.Since(before), 30*time.Millisecond)
}

func TestSlow(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 3)
	s.Faults().Slow(5 * time.Millisecond)
	before := time.Now()
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	steps(sub, 4)
	require.GreaterOrEqual(t, time.Since(before), 20*time.Millisecond)
}

// TestLeaderMovesBeforeTheReply: the write was done, the caller cannot know,
// and a retry tells.
func TestLeaderMovesBeforeTheReply(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	c := client(t, s.ConnectionString()+"&nodePreference=leader")
	list := events(1)
	o := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	s.Faults().ChangeLeaderAfter(1)
	_, err := c.AppendToStream(within(t), "s", o, list...)
	require.Equal(t, esdb.ErrorAborted, codeOf(t, err))
	require.Equal(t, 1, s.Leader())
	r, err := c.AppendToStream(within(t), "s", o, list...)
	require.NoError(t, err)
	require.Zero(t, r.NextExpectedVersion)
	err = c.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{})
	require.Equal(t, esdb.ErrorCodeNotLeader, codeOf(t, err))
}

func TestALeaderThatResignsDropsConsumers(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(2))
	c := client(t, s.ConnectionString()+"&nodePreference=leader")
	createGroup(t, c, "s", nil)
	sub := connect(t, c, "s", 1)
	s.Faults().ChangeLeader()
	require.Equal(t, codes.Canceled, status.Code(sub.Recv().SubscriptionDropped.Error))
}

// TestPlan: the same seed and the same calls meet the same faults; another
// seed, others.
func TestPlan(t *testing.T) {
	run := func(seed uint64) (outcomes string) {
		s := esdbtest.Start(t)
		c := client(t, s.ConnectionString()+"&discoveryInterval=1")
		put(t, c, "s", 1)
		s.Faults().Plan(esdbtest.Plan{Seed: seed, Refuse: 200, AbortReply: 200, DuplicateWrite: 100, Drop: 300, MaxMessages: 5, Limit: 30})
		for i := range 40 {
			list := events(1)
			_, err := c.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, list...)
			outcomes += fmt.Sprint(err == nil, " ")
			got, err := readAllOf(t, c, "s", esdb.ReadStreamOptions{}, 1000)
			outcomes += fmt.Sprint(i, len(got), err == nil, " ")
		}
		injected := s.Faults().Injected()
		require.Positive(t, injected.Refused)
		require.Positive(t, injected.AbortedReplies)
		require.Positive(t, injected.Dropped)
		injected.Refused = 0 // how often the client connects anew is its own affair
		return outcomes + fmt.Sprint(injected)
	}
	require.Equal(t, run(1), run(1))
	require.NotEqual(t, run(1), run(2))
}

func TestClear(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 2)
	f := s.Faults()
	f.Refuse(9)
	f.DropAfter(0)
	f.LoseReplies(9)
	f.Plan(esdbtest.Plan{Refuse: 1000})
	f.Hold()
	f.Clear()
	put(t, c, "s", 1)
	sub, err := c.SubscribeToStream(within(t), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	defer sub.Close()
	require.Equal(t, []string{"0", "1", "2", "caught up"}, steps(sub, 4))
	require.Zero(t, f.Injected())
}
