package competing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

var key = competing.Key{Stream: "s", Group: "g"}

// defaults are the settings of EventStoreDB's clients, from the start, with a
// checkpoint after every event.
func defaults() competing.Settings {
	return competing.Settings{
		Start: engine.From{Start: true}, MaxRetryCount: 10, MinCheckpoint: 1, MaxCheckpoint: 1,
		ReadBatch: 20, Buffer: 500, Strategy: competing.RoundRobin,
	}
}

func start(t *testing.T) (*engine.Engine, *competing.Registry) {
	t.Helper()
	e, err := engine.Open(context.Background(), engine.MemoryLog{}, engine.Options{})
	require.NoError(t, err)
	r := competing.Open(e)
	t.Cleanup(func() { r.Close(); require.NoError(t, e.Close()) })
	return e, r
}

func appendN(t *testing.T, e *engine.Engine, stream string, n int) {
	t.Helper()
	for range n {
		_, err := e.Append(t.Context(), stream, engine.Any, []engine.Event{{ID: uuid.New(), Type: "Tested"}})
		require.NoError(t, err)
	}
}

func create(t *testing.T, r *competing.Registry, change func(*competing.Settings)) {
	t.Helper()
	s := defaults()
	if change != nil {
		change(&s)
	}
	require.NoError(t, r.Create(t.Context(), key, s))
}

func connect(t *testing.T, r *competing.Registry, room int) *competing.Consumer {
	t.Helper()
	c, err := r.Connect(key, room, competing.Peer{User: "tester"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// take takes n deliveries, in short.
func take(t *testing.T, c *competing.Consumer, n int) (ids []uuid.UUID, short []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range n {
		d, err := c.Next(ctx)
		require.NoError(t, err)
		of := d.Event.Event
		ids = append(ids, d.Event.Original().ID)
		short = append(short, fmt.Sprintf("%s %d/%d", of.Stream, of.Revision, d.Retries))
	}
	return ids, short
}

// idle reports that a consumer has nothing.
func idle(t *testing.T, c *competing.Consumer) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Next(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAConsumerGetsNoMoreThanItHasRoomFor(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 5)
	create(t, r, nil)
	c := connect(t, r, 2)
	ids, got := take(t, c, 2)
	require.Equal(t, []string{"s 0/0", "s 1/0"}, got)
	idle(t, c)
	c.Ack(ids[0])
	_, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	idle(t, c)
	c.Ack(uuid.New()) // of nothing
	idle(t, c)
}

func TestStart(t *testing.T) {
	for name, c := range map[string]struct {
		from engine.From
		want string
	}{
		"start":                {engine.From{Start: true}, "s 0/0"},
		"a revision":           {engine.From{Value: 2}, "s 2/0"}, // inclusive, unlike that of other subscriptions
		"the end":              {engine.From{End: true}, "s 4/0"},
		"beyond":               {engine.From{Value: 5}, "s 5/0"},
		"the end, as a number": {engine.From{Value: engine.EndRevision}, "s 4/0"},
	} {
		t.Run(name, func(t *testing.T) {
			e, r := start(t)
			appendN(t, e, "s", 4)
			create(t, r, func(s *competing.Settings) { s.Start = c.from })
			appendN(t, e, "s", 3)
			_, got := take(t, connect(t, r, 1), 1)
			require.Equal(t, []string{c.want}, got)
		})
	}
}

func TestNacks(t *testing.T) {
	for name, c := range map[string]struct {
		action competing.Action
		next   string
		parked int64
	}{
		"retry": {competing.Retry, "s 0/1", 0},
		"park":  {competing.Park, "s 1/0", 1},
		"skip":  {competing.Skip, "s 1/0", 0},
		"stop":  {competing.Stop, "s 1/0", 0},
	} {
		t.Run(name, func(t *testing.T) {
			e, r := start(t)
			appendN(t, e, "s", 2)
			create(t, r, nil)
			consumer := connect(t, r, 1)
			ids, _ := take(t, consumer, 1)
			consumer.Nack(c.action, "tested", ids...)
			_, got := take(t, consumer, 1)
			require.Equal(t, []string{c.next}, got)
			info, err := r.Info(key)
			require.NoError(t, err)
			require.Equal(t, c.parked, info.Parked)
		})
	}
}

// TestRetriesKeepTheOrder of the stream among themselves, and come before what
// was not yet delivered.
func TestRetriesKeepTheOrder(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	create(t, r, nil)
	c := connect(t, r, 3)
	take(t, c, 3)
	c.Close()
	late := connect(t, r, 1)
	_, first := take(t, late, 1)
	require.Equal(t, []string{"s 0/1"}, first)
	late.Close()
	c = connect(t, r, 4)
	ids, got := take(t, c, 4)
	require.Equal(t, []string{"s 0/2", "s 1/1", "s 2/1", "s 3/0"}, got)
	c.Nack(competing.Park, "", ids[3])
	c.Nack(competing.Retry, "", ids[2], ids[0], ids[1])
	_, got = take(t, c, 3)
	require.ElementsMatch(t, []string{"s 0/3", "s 1/2", "s 2/2"}, got)
}

// TestATruncatedStream: what is hidden is passed over, and nothing else.
func TestATruncatedStream(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	truncate := func(before string) {
		_, err := e.Append(t.Context(), "$$s", engine.Any, []engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(before)}})
		require.NoError(t, err)
	}
	truncate(`{"$tb":9223372036854775806}`)
	create(t, r, nil)
	c := connect(t, r, 10)
	idle(t, c)
	truncate(`{"$tb":5}`)
	appendN(t, e, "s", 2)
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 5/0"}, got)
}

func TestTooManyRetriesPark(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	create(t, r, func(s *competing.Settings) { s.MaxRetryCount = 2 })
	c := connect(t, r, 1)
	for i := range 3 {
		ids, got := take(t, c, 1)
		require.Equal(t, []string{fmt.Sprintf("s 0/%d", i)}, got)
		c.Nack(competing.Retry, "again", ids...)
	}
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 1/0"}, got)
	parked := e.Event("$persistentsubscription-s::g-parked", 0)
	require.Equal(t, "0@s", string(parked.Data))
	require.Contains(t, string(parked.Metadata), "Reached retry count of 2")
}

func TestMessageTimeout(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 1)
	create(t, r, func(s *competing.Settings) { s.MessageTimeout = 5 * time.Millisecond })
	slow := connect(t, r, 1)
	for i := range 3 {
		_, got := take(t, slow, 1)
		require.Equal(t, []string{fmt.Sprintf("s 0/%d", i)}, got)
	}
}

func TestALostConsumersEventsGoToOthers(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	create(t, r, nil)
	lost := connect(t, r, 3)
	ids, _ := take(t, lost, 3)
	lost.Ack(ids[1])
	other := connect(t, r, 10)
	idle(t, other)
	lost.Close()
	_, got := take(t, other, 3)
	require.Equal(t, []string{"s 0/1", "s 2/1", "s 3/1"}, got)
}

func TestReplay(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	create(t, r, nil)
	c := connect(t, r, 10)
	ids, _ := take(t, c, 4)
	c.Nack(competing.Park, "later", ids[:3]...)
	c.Ack(ids[3])
	require.NoError(t, r.ReplayParked(key, 2, true))
	ids, got := take(t, c, 2)
	require.Equal(t, []string{"s 0/0", "s 1/0"}, got)
	idle(t, c)
	c.Ack(ids...)
	info, err := r.Info(key)
	require.NoError(t, err)
	require.EqualValues(t, 1, info.Parked)
	require.NoError(t, r.ReplayParked(key, 0, false))
	ids, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	c.Nack(competing.Park, "again", ids...)
	info, err = r.Info(key)
	require.NoError(t, err)
	require.EqualValues(t, 1, info.Parked)
	require.NoError(t, r.ReplayParked(key, 0, false))
	_, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	require.ErrorIs(t, r.ReplayParked(competing.Key{Stream: "s", Group: "no"}, 0, false), competing.ErrNotExist)
}

// TestCheckpoints: a group goes on behind what was finished without a gap, and
// gives the rest again.
func TestCheckpoints(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 6)
	create(t, r, nil)
	c := connect(t, r, 10)
	ids, _ := take(t, c, 6)
	c.Ack(ids[0], ids[1], ids[3])
	info, err := r.Info(key)
	require.NoError(t, err)
	require.Equal(t, "1", info.Checkpoint)
	r.Restart()
	_, err = c.Next(t.Context())
	require.ErrorIs(t, err, competing.ErrDropped)
	_, got := take(t, connect(t, r, 1), 1)
	require.Equal(t, []string{"s 2/0"}, got)
}

func TestCheckpointAfterATime(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	create(t, r, func(s *competing.Settings) { s.MaxCheckpoint, s.CheckpointAfter = 100, 20*time.Millisecond })
	grown, stop := e.Watch()
	defer stop()
	c := connect(t, r, 10)
	ids, _ := take(t, c, 2)
	c.Ack(ids...)
	late := time.After(10 * time.Second)
	for e.LastRevision("$persistentsubscription-s::g-checkpoint") < 0 {
		select {
		case <-grown:
		case <-late:
			t.Fatal("no checkpoint")
		}
	}
	require.Equal(t, `"1"`, string(e.Event("$persistentsubscription-s::g-checkpoint", 0).Data))
}

func TestAGroupOnTheLog(t *testing.T) {
	e, r := start(t)
	all := competing.Key{Stream: engine.AllStream, Group: "g"}
	s := defaults()
	s.Filter = &competing.Filter{By: engine.ByStream, Prefixes: []string{"a"}}
	require.NoError(t, r.Create(t.Context(), all, s))
	everything := competing.Key{Stream: engine.AllStream, Group: "everything"}
	require.NoError(t, r.Create(t.Context(), everything, defaults()))
	appendN(t, e, "a", 1)
	appendN(t, e, "b", 300)
	appendN(t, e, "a", 1)
	c, err := r.Connect(all, 10, competing.Peer{})
	require.NoError(t, err)
	defer c.Close()
	ids, got := take(t, c, 2)
	require.Equal(t, []string{"a 0/0", "a 1/0"}, got)
	c.Ack(ids...)
	info, err := r.Info(all)
	require.NoError(t, err)
	require.NotEmpty(t, info.Checkpoint)
	// Its bookkeeping does not feed a group on the log.
	c, err = r.Connect(everything, 1000, competing.Peer{})
	require.NoError(t, err)
	defer c.Close()
	_, got = take(t, c, 304) // with the two configurations
	require.Contains(t, got, "$persistentSubscriptionConfig 1/0")
	require.Equal(t, "a 1/0", got[303])
	idle(t, c)
}
