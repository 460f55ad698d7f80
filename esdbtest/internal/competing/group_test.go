package competing_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

var key = competing.Key{Stream: "s", Group: "g"}

// defaults are the settings of EventStoreDB's clients, from the start, with a
// checkpoint after every event.
func defaults() competing.Settings {
	return competing.Settings{
		Start: competing.At(0), MaxRetryCount: 10, MessageTimeout: 30 * time.Second, MinCheckpoint: 1, MaxCheckpoint: 1,
		ReadBatch: 20, Buffer: 500, LiveBuffer: 500, Strategy: competing.RoundRobin,
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
	require.NoError(t, r.Create(key, s))
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

// TestMessageTimeout: once a second a group takes back what is late; no time at
// all has always passed.
func TestMessageTimeout(t *testing.T) {
	for _, timeout := range []time.Duration{-time.Second, 0, 5 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			e, r := start(t)
			appendN(t, e, "s", 1)
			create(t, r, func(s *competing.Settings) { s.MessageTimeout = timeout })
			slow, began := connect(t, r, 1), time.Now()
			for i := range 3 {
				_, got := take(t, slow, 1)
				require.Equal(t, []string{fmt.Sprintf("s 0/%d", i)}, got)
				require.Equal(t, time.Duration(i)*time.Second, time.Since(began))
			}
		})
	}
}

// TestGoingAwayNeverParks, however often an event was given.
func TestGoingAwayNeverParks(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 1)
	create(t, r, func(s *competing.Settings) { s.MaxRetryCount = 0 })
	for i := range 3 {
		c := connect(t, r, 1)
		_, got := take(t, c, 1)
		require.Equal(t, []string{fmt.Sprintf("s 0/%d", i)}, got)
		c.Close()
	}
}

// TestTwoEventsOfOneID: both are given, and only the first is given again.
func TestTwoEventsOfOneID(t *testing.T) {
	e, r := start(t)
	all := competing.Key{Stream: engine.AllStream, Group: "g"}
	s := defaults()
	s.Filter = &competing.Filter{By: engine.ByStream, Prefixes: []string{"s"}}
	require.NoError(t, r.Create(all, s))
	id := uuid.New()
	for _, stream := range []string{"s1", "s2"} {
		_, err := e.Append(t.Context(), stream, engine.NoStream, []engine.Event{{ID: id, Type: "Tested"}})
		require.NoError(t, err)
	}
	c, err := r.Connect(all, 10, competing.Peer{})
	require.NoError(t, err)
	_, got := take(t, c, 2)
	require.Equal(t, []string{"s1 0/0", "s2 0/0"}, got)
	c.Ack(id)
	info, err := r.Info(all)
	require.NoError(t, err)
	require.Equal(t, 9, info.Connections[0].Free, "the room of the second is lost")
	c.Close()
	c, err = r.Connect(all, 10, competing.Peer{})
	require.NoError(t, err)
	defer c.Close()
	idle(t, c)
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
