package competing_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

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

// TestLinks: what is no link is read as the event that it is, and comes live as
// a link without an event; a filter fails at such a one, and the group never
// hears of it.
func TestLinks(t *testing.T) {
	e, r := start(t)
	appendN(t, e, "s", 2)
	links := func() {
		for _, data := range []string{"0@s", "-1@s", "9@s", "none"} {
			_, err := e.Append(t.Context(), "links", engine.Any, []engine.Event{{ID: uuid.New(), Type: engine.LinkType, Data: []byte(data)}})
			require.NoError(t, err)
		}
	}
	links()
	s := defaults()
	s.Links = true
	on := competing.Key{Stream: "links", Group: "g"}
	require.NoError(t, r.Create(on, s))
	all := competing.Key{Stream: engine.AllStream, Group: "g"}
	s.Filter = &competing.Filter{By: engine.ByStream, Prefixes: []string{"s", "links"}}
	s.Start = competing.End
	require.NoError(t, r.Create(all, s))
	links()
	for key, want := range map[competing.Key][]string{
		on: {"links 0 s 0", "links 1 s 1", "links 2", "links 3",
			"links 4 s 0", "links 5 s 1", "links 6", "links 7"},
		all: {"links 4 s 0", "links 5 s 1"},
	} {
		c, err := r.Connect(key, 10, competing.Peer{})
		require.NoError(t, err)
		var got []string
		for range want {
			d, err := c.Next(t.Context())
			require.NoError(t, err)
			got = append(got, describe(d.Event))
		}
		require.Equal(t, want, got)
		idle(t, c)
		c.Close()
	}
}

// describe says what an event was read as, and what it stands for.
func describe(e engine.Resolved) string {
	of := e.Original()
	text := fmt.Sprintf("%s %d", of.Stream, of.Revision)
	if e.Link != nil && e.Event != nil {
		text += fmt.Sprintf(" %s %d", e.Event.Stream, e.Event.Revision)
	}
	return text
}

// TestADeletedStream: a group that is behind on it goes on with what is written
// when it is recreated.
func TestADeletedStream(t *testing.T) {
	e, r := start(t)
	create(t, r, func(s *competing.Settings) { s.Buffer, s.ReadBatch, s.LiveBuffer = 2, 1, 2 })
	c := connect(t, r, 1)
	appendN(t, e, "s", 5)
	ids, got := take(t, c, 1)
	require.Equal(t, []string{"s 0/0"}, got)
	_, err := e.Delete(t.Context(), "s", engine.Any)
	require.NoError(t, err)
	appendN(t, e, "s", 1)
	for last := 0; last < 5; { // what was read ahead comes still, however much that is
		c.Ack(ids...)
		ids, got = take(t, c, 1)
		var next int
		_, err := fmt.Sscanf(got[0], "s %d/0", &next)
		require.NoError(t, err)
		require.Greater(t, next, last)
		last = next
	}
	c.Ack(ids...)
	idle(t, c)
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
