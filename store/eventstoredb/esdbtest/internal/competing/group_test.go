package competing_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
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

func TestStart(t *testing.T) {
	for name, c := range map[string]struct {
		from competing.Position
		want string
	}{
		"the start":  {competing.At(0), "s 0/0"},
		"a revision": {competing.At(2), "s 2/0"}, // inclusive, unlike that of other subscriptions
		"the end":    {competing.End, "s 4/0"},
		"beyond":     {competing.At(5), "s 5/0"},
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

// TestATruncatedStream: what is hidden is passed over when it is read; what
// comes live comes, whatever the metadata says.
func TestATruncatedStream(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	_, err := e.Append(t.Context(), "$$s", engine.Any, []engine.Event{{
		ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(`{"$tb":9223372036854775806}`)}})
	require.NoError(t, err)
	create(t, r, nil)
	c := connect(t, r, 10)
	idle(t, c)
	appendN(t, e, "s", 1)
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 4/0"}, got)
}

// TestATombstone comes live as an event; a group that is made after it has
// nothing to read, and drops its consumers.
func TestATombstone(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 1)
	create(t, r, nil)
	c := connect(t, r, 10)
	take(t, c, 1)
	_, err := e.Tombstone(t.Context(), "s", engine.Any)
	require.NoError(t, err)
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 9223372036854775807/0"}, got)
	late := competing.Key{Stream: "s", Group: "late"}
	require.NoError(t, r.Create(late, defaults()))
	c, err = r.Connect(late, 1, competing.Peer{})
	require.NoError(t, err)
	_, err = c.Next(t.Context())
	require.ErrorIs(t, err, competing.ErrDropped)
	info, err := r.Info(late)
	require.NoError(t, err)
	require.Equal(t, "Behind, OutstandingPageRequest", info.Status)
}

// TestAStartInsideARecord is found out when it is read.
func TestAStartInsideARecord(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	all := competing.Key{Stream: engine.AllStream, Group: "g"}
	s := defaults()
	s.Start = competing.At(int64(e.From(0, 1)[0].Position) + 1)
	require.NoError(t, r.Create(all, s))
	c, err := r.Connect(all, 1, competing.Peer{})
	require.NoError(t, err)
	_, err = c.Next(t.Context())
	require.ErrorIs(t, err, competing.ErrDropped)
	s.Start = competing.At(int64(e.Head()) + 1)
	var refused *competing.Refused
	require.ErrorAs(t, r.Create(competing.Key{Stream: engine.AllStream, Group: "beyond"}, s), &refused)
}

// TestBuffers: whatever the sizes, every event comes once and in order, also
// those that come live while the group is behind.
func TestBuffers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e, r := start(t)
		defer r.Close()
		s := defaults()
		s.Buffer = rapid.IntRange(2, 8).Draw(rt, "buffer")
		s.ReadBatch = rapid.IntRange(1, s.Buffer-1).Draw(rt, "batch")
		s.LiveBuffer = rapid.IntRange(1, 8).Draw(rt, "live")
		before := rapid.IntRange(0, 20).Draw(rt, "before")
		appendN(t, e, "s", before)
		require.NoError(t, r.Create(key, s))
		c, err := r.Connect(key, rapid.IntRange(1, 5).Draw(rt, "room"), competing.Peer{})
		require.NoError(t, err)
		written, next := before, 0
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 12), 1, 5).Draw(rt, "live events") {
			appendN(t, e, "s", n)
			written += n
			for range rapid.IntRange(0, written-next).Draw(rt, "taken") {
				ids, got := take(t, c, 1)
				require.Equal(t, []string{fmt.Sprintf("s %d/0", next)}, got)
				c.Ack(ids...)
				next++
			}
		}
		for ; next < written; next++ {
			ids, got := take(t, c, 1)
			require.Equal(t, []string{fmt.Sprintf("s %d/0", next)}, got)
			c.Ack(ids...)
		}
		idle(t, c)
	})
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

func TestReplay(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 4)
	create(t, r, nil)
	c := connect(t, r, 10)
	ids, _ := take(t, c, 4)
	c.Nack(competing.Park, "later", ids[:3]...)
	c.Ack(ids[3])
	two := int64(2)
	require.NoError(t, r.ReplayParked(key, &two))
	ids, got := take(t, c, 2)
	require.Equal(t, []string{"s 0/0", "s 1/0"}, got)
	idle(t, c)
	c.Ack(ids...)
	info, err := r.Info(key)
	require.NoError(t, err)
	require.EqualValues(t, 1, info.Parked)
	require.NoError(t, r.ReplayParked(key, nil))
	ids, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	c.Nack(competing.Park, "again", ids...)
	info, err = r.Info(key)
	require.NoError(t, err)
	require.EqualValues(t, 1, info.Parked)
	require.NoError(t, r.ReplayParked(key, nil))
	_, got = take(t, c, 1)
	require.Equal(t, []string{"s 2/0"}, got)
	require.ErrorIs(t, r.ReplayParked(competing.Key{Stream: "s", Group: "no"}, nil), competing.ErrNotExist)
}

// TestAReplayUpToNothing never ends, and no other begins.
func TestAReplayUpToNothing(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 1)
	create(t, r, nil)
	c := connect(t, r, 10)
	none := int64(0)
	require.NoError(t, r.ReplayParked(key, &none), "with nothing parked it has ended")
	ids, _ := take(t, c, 1)
	c.Nack(competing.Park, "later", ids...)
	require.NoError(t, r.ReplayParked(key, &none))
	require.NoError(t, r.ReplayParked(key, nil))
	idle(t, c)
	info, err := r.Info(key)
	require.NoError(t, err)
	require.Equal(t, "ReplayingParkedMessages, Live", info.Status)
	require.EqualValues(t, 1, info.Parked)
	before := int64(-1)
	var refused *competing.Refused
	require.ErrorAs(t, r.ReplayParked(key, &before), &refused)
}

// TestARetryBehindAReplay is lost, as in EventStoreDB.
func TestARetryBehindAReplay(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	create(t, r, nil)
	c := connect(t, r, 2)
	ids, _ := take(t, c, 2)
	c.Nack(competing.Park, "later", ids[0])
	require.NoError(t, r.ReplayParked(key, nil))
	_, got := take(t, c, 1)
	require.Equal(t, []string{"s 0/0"}, got)
	c.Close()
	_, got = take(t, connect(t, r, 2), 1)
	require.Equal(t, []string{"s 0/1"}, got)
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

// TestCheckpointAfterATime: once a second a group looks whether so much time has
// passed and so many events are done; the first time no time has to pass.
func TestCheckpointAfterATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, r := start(t)
		appendN(t, e, "s", 5)
		create(t, r, func(s *competing.Settings) {
			s.MinCheckpoint, s.MaxCheckpoint, s.CheckpointAfter = 2, 100, 10*time.Second
		})
		c := connect(t, r, 10)
		ids, _ := take(t, c, 5)
		for _, step := range []struct {
			acks int
			wait time.Duration
			want int64 // how many checkpoints there are
		}{{1, 2 * time.Second, 0}, {1, time.Second, 1}, {2, 5 * time.Second, 1}, {0, 6 * time.Second, 2}, {1, time.Minute, 2}} {
			c.Ack(ids[:step.acks]...)
			ids = ids[step.acks:]
			time.Sleep(step.wait) // of the bubble's time
			synctest.Wait()
			require.Equal(t, step.want, e.LastRevision("$persistentsubscription-s::g-checkpoint")+1)
		}
		require.Equal(t, `"3"`, string(e.Event("$persistentsubscription-s::g-checkpoint", 1).Data))
	})
}

func TestAGroupOnTheLog(t *testing.T) {
	e, r := start(t)
	all := competing.Key{Stream: engine.AllStream, Group: "g"}
	s := defaults()
	s.Filter = &competing.Filter{By: engine.ByStream, Prefixes: []string{"a"}}
	require.NoError(t, r.Create(all, s))
	everything := competing.Key{Stream: engine.AllStream, Group: "everything"}
	require.NoError(t, r.Create(everything, defaults()))
	appendN(t, e, "a", 1)
	appendN(t, e, "b", 300)
	appendN(t, e, "a", 1)
	newest := e.Head()
	c, err := r.Connect(all, 10, competing.Peer{})
	require.NoError(t, err)
	defer c.Close()
	ids, got := take(t, c, 2)
	require.Equal(t, []string{"a 0/0", "a 1/0"}, got)
	c.Ack(ids...)
	info, err := r.Info(all)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("C:%[1]d/P:%[1]d", newest), info.LastKnown)
	require.NotEmpty(t, info.Checkpoint)
	// Its bookkeeping does not feed a group on the log.
	c, err = r.Connect(everything, 1000, competing.Peer{})
	require.NoError(t, err)
	defer c.Close()
	_, got = take(t, c, 305) // with the two configurations, and that they are enough
	require.Contains(t, got, "$persistentSubscriptionConfig 1/0")
	require.Equal(t, "a 1/0", got[304])
	idle(t, c)
}
