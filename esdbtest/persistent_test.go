package esdbtest_test

//lint:file-ignore SA1019 older and other clients send the deprecated fields, so the server must know them

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
)

const group = "g"

// createGroup makes a group on a stream from its start, with a checkpoint after
// every event.
func createGroup(t testing.TB, c *esdb.Client, stream string, change func(*esdb.PersistentSubscriptionSettings)) {
	t.Helper()
	settings := esdb.SubscriptionSettingsDefault()
	settings.CheckpointLowerBound, settings.CheckpointUpperBound = 1, 1
	if change != nil {
		change(&settings)
	}
	require.NoError(t, c.CreatePersistentSubscription(within(t), stream, group,
		esdb.PersistentStreamSubscriptionOptions{StartFrom: esdb.Start{}, Settings: &settings}))
}

func connect(t testing.TB, c *esdb.Client, stream string, room uint32) *esdb.PersistentSubscription {
	t.Helper()
	sub, err := c.SubscribeToPersistentSubscription(within(t), stream, group,
		esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: room})
	require.NoError(t, err)
	t.Cleanup(func() { _ = sub.Close() })
	return sub
}

// take receives an event, in short.
func take(t testing.TB, sub *esdb.PersistentSubscription) (*esdb.ResolvedEvent, string) {
	t.Helper()
	e := sub.Recv()
	require.Nil(t, e.SubscriptionDropped)
	of := e.EventAppeared.Event
	return of, fmt.Sprintf("%d/%d", of.Event.EventNumber, e.EventAppeared.RetryCount)
}

func TestPersistentSubscription(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 4)
	createGroup(t, c, "s", nil)
	sub := connect(t, c, "s", 2)
	zero, got := take(t, sub)
	require.Equal(t, "0/0", got)
	one, got := take(t, sub)
	require.Equal(t, "1/0", got)
	require.NoError(t, sub.Ack(zero))
	two, got := take(t, sub)
	require.Equal(t, "2/0", got)
	require.NoError(t, sub.Nack("again", esdb.NackActionRetry, one))
	one, got = take(t, sub)
	require.Equal(t, "1/1", got)
	require.NoError(t, sub.Nack("later", esdb.NackActionPark, one))
	require.NoError(t, sub.Ack(two))
	three, got := take(t, sub)
	require.Equal(t, "3/0", got)
	require.NoError(t, sub.Nack("no", esdb.NackActionSkip, three))

	require.Eventually(t, func() bool {
		info, err := c.GetPersistentSubscriptionInfo(within(t), "s", group, esdb.GetPersistentSubscriptionOptions{})
		return err == nil && info.Stats.ParkedMessagesCount == 1 &&
			info.Stats.LastCheckpointedEventRevision != nil && *info.Stats.LastCheckpointedEventRevision == 3
	}, patience, 1e6)
	require.NoError(t, c.ReplayParkedMessages(within(t), "s", group, esdb.ReplayParkedMessagesOptions{}))
	one, got = take(t, sub)
	require.Equal(t, "1/0", got)
	require.Equal(t, "$persistentsubscription-s::g-parked", one.Link.StreamID)
	require.NoError(t, sub.Ack(one))

	require.NoError(t, s.Restart())
	require.NotNil(t, sub.Recv().SubscriptionDropped)
	c = client(t, s.ConnectionString())
	put(t, c, "s", 1)
	_, got = take(t, connect(t, c, "s", 2))
	require.Equal(t, "4/0", got, "the group goes on from its checkpoint")
}

func TestConsumersShare(t *testing.T) {
	_, c := start(t)
	createGroup(t, c, "s", nil)
	one, two := connect(t, c, "s", 10), connect(t, c, "s", 10)
	put(t, c, "s", 4)
	var got []string
	for range 2 {
		_, a := take(t, one)
		_, b := take(t, two)
		got = append(got, a, b)
	}
	require.ElementsMatch(t, []string{"0/0", "1/0", "2/0", "3/0"}, got)
	require.NoError(t, one.Close())
	for range 2 {
		_, again := take(t, two)
		require.Regexp(t, "/1$", again, "what a lost consumer had, others get")
	}
}

func TestPersistentSubscriptionToAll(t *testing.T) {
	_, c := start(t)
	put(t, c, "other", 3)
	first := put(t, c, "mine", 1)
	put(t, c, "mine", 2)
	err := c.CreatePersistentSubscriptionToAll(within(t), group, esdb.PersistentAllSubscriptionOptions{
		StartFrom: esdb.Position{Commit: first.CommitPosition, Prepare: first.PreparePosition},
		Filter:    &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"mine"}},
	})
	require.NoError(t, err)
	sub, err := c.SubscribeToPersistentSubscriptionToAll(within(t), group, esdb.SubscribeToPersistentSubscriptionOptions{})
	require.NoError(t, err)
	defer sub.Close()
	for i := range 3 {
		e, got := take(t, sub)
		require.Equal(t, fmt.Sprintf("%d/0", i), got, "the start is inclusive")
		require.Equal(t, "mine", e.Event.StreamID)
		require.NoError(t, sub.Ack(e))
	}
	settings := esdb.SubscriptionSettingsDefault()
	settings.MaxRetryCount = 3
	require.NoError(t, c.UpdatePersistentSubscriptionToAll(within(t), group, esdb.PersistentAllSubscriptionOptions{Settings: &settings}))
	dropped := sub.Recv().SubscriptionDropped
	require.Equal(t, codes.Canceled, status.Code(dropped.Error))
	info, err := c.GetPersistentSubscriptionInfoToAll(within(t), group, esdb.GetPersistentSubscriptionOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 3, info.Settings.MaxRetryCount)
	require.NotNil(t, info.Stats.LastKnownPosition)
	require.NoError(t, c.ReplayParkedMessagesToAll(within(t), group, esdb.ReplayParkedMessagesOptions{}))
	require.NoError(t, c.DeletePersistentSubscriptionToAll(within(t), group, esdb.DeletePersistentSubscriptionOptions{}))
	listed, err := c.ListPersistentSubscriptionsToAll(within(t), esdb.ListPersistentSubscriptionsOptions{})
	require.NoError(t, err)
	require.Empty(t, listed, "there was one")
}

func TestManagement(t *testing.T) {
	_, c := start(t)
	options := esdb.PersistentStreamSubscriptionOptions{StartFrom: esdb.Revision(2)}
	require.NoError(t, c.CreatePersistentSubscription(within(t), "s", group, options))
	err := c.CreatePersistentSubscription(within(t), "s", group, options)
	require.Equal(t, esdb.ErrorCodeResourceAlreadyExists, codeOf(t, err))

	settings := esdb.SubscriptionSettingsDefault()
	settings.ConsumerStrategyName = esdb.ConsumerStrategyPinned
	settings.MaxSubscriberCount, settings.MessageTimeout = 1, 1234
	require.NoError(t, c.UpdatePersistentSubscription(within(t), "s", group,
		esdb.PersistentStreamSubscriptionOptions{StartFrom: esdb.Revision(3), Settings: &settings}))
	info, err := c.GetPersistentSubscriptionInfo(within(t), "s", group, esdb.GetPersistentSubscriptionOptions{})
	require.NoError(t, err)
	settings.StartFrom = esdb.Revision(3)
	require.Equal(t, &settings, info.Settings)

	connect(t, c, "s", 1)
	_, err = c.SubscribeToPersistentSubscription(within(t), "s", group, esdb.SubscribeToPersistentSubscriptionOptions{})
	require.ErrorContains(t, err, "Maximum subscriptions reached")
	info, err = c.GetPersistentSubscriptionInfo(within(t), "s", group, esdb.GetPersistentSubscriptionOptions{})
	require.NoError(t, err)
	require.Len(t, info.Connections, 1)

	listed, err := c.ListPersistentSubscriptionsForStream(within(t), "s", esdb.ListPersistentSubscriptionsOptions{})
	require.NoError(t, err)
	require.Len(t, listed, 1)
	listed, err = c.ListAllPersistentSubscriptions(within(t), esdb.ListPersistentSubscriptionsOptions{})
	require.NoError(t, err)
	require.Len(t, listed, 1)
	require.NoError(t, c.RestartPersistentSubscriptionSubsystem(within(t), esdb.RestartPersistentSubscriptionSubsystemOptions{}))
	require.NoError(t, c.DeletePersistentSubscription(within(t), "s", group, esdb.DeletePersistentSubscriptionOptions{}))
	for name, err := range map[string]error{
		"delete": c.DeletePersistentSubscription(within(t), "s", group, esdb.DeletePersistentSubscriptionOptions{}),
		"update": c.UpdatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{}),
		"replay": c.ReplayParkedMessages(within(t), "s", group, esdb.ReplayParkedMessagesOptions{}),
		"connect": func() error {
			_, err := c.SubscribeToPersistentSubscription(within(t), "s", group, esdb.SubscribeToPersistentSubscriptionOptions{})
			return err
		}(),
	} {
		require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(t, err), name)
	}
}

// TestOldCreate: clients from before 21.10, and the Node client, name the
// stream in a field of its own and the start in the settings.
func TestOldCreate(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 3)
	p := persistent.NewPersistentSubscriptionsClient(dial(t, s.Addr()))
	_, err := p.Create(within(t), &persistent.CreateReq{Options: &persistent.CreateReq_Options{
		StreamIdentifier: sid("s"), GroupName: group,
		Settings: &persistent.CreateReq_Settings{Revision: 1, ReadBatchSize: 10, HistoryBufferSize: 11,
			NamedConsumerStrategy: persistent.CreateReq_RoundRobin,
			MessageTimeout:        &persistent.CreateReq_Settings_MessageTimeoutTicks{MessageTimeoutTicks: 50_000_000}}}})
	require.NoError(t, err)
	_, got := take(t, connect(t, c, "s", 1))
	require.Equal(t, "1/0", got)
	info, err := c.GetPersistentSubscriptionInfo(within(t), "s", group, esdb.GetPersistentSubscriptionOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 5000, info.Settings.MessageTimeout)

	code, got2 := trailers(func(o ...grpc.CallOption) error {
		_, err := p.Delete(within(t), &persistent.DeleteReq{Options: &persistent.DeleteReq_Options{GroupName: "no",
			StreamOption: &persistent.DeleteReq_Options_StreamIdentifier{StreamIdentifier: sid("s")}}}, o...)
		return err
	})
	require.Equal(t, codes.NotFound, code)
	require.Equal(t, map[string]string{"exception": "persistent-subscription-does-not-exist", "stream-name": "s", "group-name": "no"}, got2)
}

// TestExtraStatistics are told of a group that wants them once an event was
// processed.
func TestExtraStatistics(t *testing.T) {
	s, c := start(t)
	put(t, c, "s", 1)
	createGroup(t, c, "s", func(s *esdb.PersistentSubscriptionSettings) { s.ExtraStatistics = true })
	sub := connect(t, c, "s", 1)
	e, _ := take(t, sub)
	require.NoError(t, sub.Ack(e))
	p := persistent.NewPersistentSubscriptionsClient(dial(t, s.Addr()))
	require.Eventually(t, func() bool {
		info, err := p.GetInfo(within(t), &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: group,
			StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: sid("s")}}})
		require.NoError(t, err)
		connections := info.GetSubscriptionInfo().GetConnections()
		require.Len(t, connections, 1)
		return len(connections[0].GetObservedMeasurements()) == 14
	}, patience, 1e6)
}

func TestPersistentSubscriptionsAreTheLeaders(t *testing.T) {
	s := esdbtest.Start(t, esdbtest.WithNodes(3))
	c := client(t, s.ConnectionString()+"&nodePreference=follower")
	err := c.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{})
	require.Equal(t, esdb.ErrorCodeNotLeader, codeOf(t, err))
	require.NoError(t, c.CreatePersistentSubscription(within(t), "s", group, esdb.PersistentStreamSubscriptionOptions{}),
		"the client has gone to the leader")
}
