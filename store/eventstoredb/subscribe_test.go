package eventstoredb_test

import (
	"fmt"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

func ours() eventstoredb.Options {
	o := quick()
	o.StreamPrefixes = []string{"invite-", "contract-"}
	return o
}

// A store of some streams in a database that others write to.
func TestStreamPrefixes(t *testing.T) {
	server := esdbtest.Start(t)
	everything, s := open(t, quickly(server), quick()), open(t, quickly(server), ours())
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Zero(t, head)
	var want []event.Proposed
	for i := range 30 {
		_, err := everything.Append(t.Context(), store.Write{Stream: fmt.Sprintf("other-%d", i), Expected: store.NoStream, Events: storetest.Events(5)})
		require.NoError(t, err)
		if i%10 == 3 {
			w := store.Write{Stream: fmt.Sprintf("invite-%d", i), Expected: store.NoStream, Events: storetest.Events(2)}
			_, err := s.Append(t.Context(), w)
			require.NoError(t, err)
			want = append(want, w.Events...)
		}
	}
	all, err := storetest.All(t.Context(), s)
	require.NoError(t, err)
	require.Len(t, all, len(want))
	for i, r := range all {
		require.Equal(t, want[i].ID, r.ID)
	}
	head, err = s.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, all[len(all)-1].Position, head)

	_, err = s.Append(t.Context(), store.Write{Stream: "other-1", Expected: store.Any, Events: storetest.Events(1)})
	require.ErrorIs(t, err, store.ErrInvalidWrite)
	_, err = storetest.Stream(t.Context(), s, "other-1")
	require.ErrorIs(t, err, store.ErrStreamNotFound)
}

// The server compares the prefixes of a filter by language: it misses e and a
// combining accent for the prefix e, and passes over a soft hyphen. So it is
// asked by a regular expression, which compares code units, and what comes is
// compared by bytes once more. Streams that begin with $ are its own, whatever
// the types of their events.
func TestPrefixesAreBytes(t *testing.T) {
	for name, c := range map[string]struct {
		prefixes, ours, others []string
	}{
		"none":             {nil, []string{"s-1", "e\u0301-1"}, []string{"$persistentsubscription-s-1::g-checkpoint", "$x"}},
		"accents":          {[]string{"e"}, []string{"e\u0301-1", "e", "e-1"}, []string{"\u00e9-1", "\u00ade-1", "E-1", "$e-1", "f"}},
		"composed":         {[]string{"\u00e9"}, []string{"\u00e9-1"}, []string{"e\u0301-1", "e"}},
		"special in regex": {[]string{"a.b|(c", "^[x]*"}, []string{"a.b|(c-1", "^[x]*-1"}, []string{"axb|(c", "a.b", "x", "xx", "-1"}},
	} {
		simulated(t, name, func(t *testing.T) {
			s := &scripted{}
			var want []event.Position
			for i, stream := range append(append([]string{}, c.ours...), c.others...) {
				n := uint64(i + 1)
				if i < len(c.ours) {
					want = append(want, event.Position(n*gap))
				}
				s.add(record(n).but(func(s *sent) { s.StreamIdentifier.StreamName = []byte(stream) }))
			}
			s.subscribe = s.follow // which filters no streams, as if it compared in its own way
			st := s.open(t, eventstoredb.Options{StreamPrefixes: c.prefixes}, "")
			all, err := storetest.All(patience(t), st)
			require.NoError(t, err)
			var read, heard []event.Position
			for _, r := range all {
				read = append(read, r.Position)
			}
			require.Equal(t, want, read)
			for n, err := range st.Subscribe(patience(t), 0) {
				require.NoError(t, err)
				if n.CaughtUp() {
					break
				}
				heard = append(heard, n.Position)
			}
			require.Equal(t, want, heard)
			head, err := st.Head(patience(t))
			require.NoError(t, err)
			require.Equal(t, want[len(want)-1], head)
			for _, stream := range c.others {
				_, err := storetest.Stream(patience(t), st, stream)
				require.ErrorIs(t, err, store.ErrStreamNotFound, stream)
			}
			for _, o := range s.requests {
				if f := o.GetFilter().GetStreamIdentifier(); f != nil {
					require.Empty(t, f.GetPrefix())
					for _, stream := range append(append([]string{}, c.ours...), c.others...) {
						matches, err := regexp.MatchString(f.GetRegex(), stream)
						require.NoError(t, err)
						require.Equal(t, slices.Contains(c.ours, stream), matches, stream)
					}
				} else if c.prefixes != nil {
					require.NotNil(t, o.GetNoFilter(), "only the log's end is asked for without a filter")
				}
			}
		})
	}
}

// A stretch without an event of ours is behind a subscriber as soon as the
// server has looked at it: what it is told lies behind it, so that neither its
// own subscription nor, after a restart, the next one begins before it.
func TestCheckpointsOfARareFilter(t *testing.T) {
	server := esdbtest.Start(t)
	others, s := open(t, quickly(server), quick()), open(t, quickly(server), ours())
	first, err := s.Append(t.Context(), store.Write{Stream: "invite-1", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	theirs, err := others.Append(t.Context(), store.Write{Stream: "other-1", Expected: store.NoStream, Events: storetest.Events(3000)})
	require.NoError(t, err)
	var told event.Position
	for n, err := range s.Subscribe(patience(t), first.Position) {
		require.NoError(t, err)
		require.True(t, n.CaughtUp())
		if told == 0 {
			require.Greater(t, n.Position, first.Position, "the stretch was looked at")
			theirs, err = others.Append(t.Context(), store.Write{Stream: "other-2", Expected: store.NoStream, Events: storetest.Events(3000)})
			require.NoError(t, err)
		}
		if told = n.Position; told > theirs.Position-theirs.Position/10 {
			break // live, too
		}
	}
	mine, err := s.Append(t.Context(), store.Write{Stream: "invite-2", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	for n, err := range s.Subscribe(patience(t), told) {
		require.NoError(t, err)
		if !n.CaughtUp() {
			require.Equal(t, mine.Position, n.Position)
			break
		}
	}
}

// A subscriber hears that it has caught up only when nothing stood behind its
// position, even when the server goes back to reading without a word because
// the subscriber was too slow.
func TestCaughtUpIsTrue(t *testing.T) {
	server := esdbtest.Start(t)
	s := open(t, quickly(server), quick())
	writer := open(t, quickly(server), quick())
	const bursts, size = 30, 400
	n, told := 0, 0
	expected := store.NoStream
	for note, err := range s.Subscribe(patience(t), 0) {
		require.NoError(t, err)
		if !note.CaughtUp() {
			n++
			continue
		}
		require.Equal(t, int(expected)+1, n, "caught up with %d of %d events", n, expected+1)
		if told++; told > bursts {
			break
		}
		_, err := writer.Append(patience(t), store.Write{Stream: "s-1", Expected: expected, Events: storetest.Events(size)})
		require.NoError(t, err)
		expected += size
	}
	require.Equal(t, bursts*size, n)
}

// What the system writes is not the store's: metadata, tombstones, links. A
// subscriber and a reader pass over it, and Head does not name it.
func TestSystemEvents(t *testing.T) {
	server := esdbtest.Start(t)
	for _, o := range []eventstoredb.Options{quick(), ours()} {
		s := open(t, quickly(server), o)
		client, err := official(server.ConnectionString())
		require.NoError(t, err)
		defer client.Close()
		stream := "invite-" + uuid.NewString()
		done, err := s.Append(t.Context(), store.Write{Stream: stream, Expected: store.NoStream, Events: storetest.Events(2)})
		require.NoError(t, err)
		var m esdb.StreamMetadata
		m.SetMaxCount(100)
		_, err = client.SetStreamMetadata(t.Context(), stream, esdb.AppendToStreamOptions{}, m)
		require.NoError(t, err)
		gone := "invite-" + uuid.NewString()
		before, err := s.Append(t.Context(), store.Write{Stream: gone, Expected: store.NoStream, Events: storetest.Events(1)})
		require.NoError(t, err)
		_, err = client.TombstoneStream(t.Context(), gone, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
		require.NoError(t, err)
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, before.Position, head)
		_, err = storetest.Stream(t.Context(), s, gone)
		require.ErrorIs(t, err, store.ErrStreamNotFound)
		_, err = s.Append(t.Context(), store.Write{Stream: gone, Expected: store.Exact(0), Events: storetest.Events(1)})
		require.ErrorIs(t, err, store.ErrInvalidWrite)

		all, err := storetest.All(t.Context(), s)
		require.NoError(t, err)
		for _, r := range all {
			require.NotEqual(t, "$", r.Type[:1])
		}
		require.Equal(t, before.Position, all[len(all)-1].Position)
		seen := 0
		for n, err := range s.Subscribe(patience(t), done.Position) {
			require.NoError(t, err)
			if n.CaughtUp() {
				require.GreaterOrEqual(t, n.Position, head)
				break
			}
			seen++
		}
		require.Equal(t, 1, seen)

		// Soft-deleted: gone for readers, and appended to again.
		_, err = client.DeleteStream(t.Context(), stream, esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
		require.NoError(t, err)
		_, err = storetest.Stream(t.Context(), s, stream)
		require.ErrorIs(t, err, store.ErrStreamNotFound)
		done, err = s.Append(t.Context(), store.Write{Stream: stream, Expected: store.NoStream, Events: storetest.Events(1)})
		require.NoError(t, err)
		require.Equal(t, uint64(2), done.Revision)
		records, err := storetest.Stream(t.Context(), s, stream)
		require.NoError(t, err)
		require.Equal(t, uint64(2), records[0].Revision)
	}
}

// What only EventStoreDB would refuse, or worse accept, is refused before it
// is sent.
func TestRefusedBeforeSending(t *testing.T) {
	server := esdbtest.Start(t)
	o := quick()
	o.MaxAppendSize = 0
	s := open(t, quickly(server), o)
	big := storetest.Events(3)
	big[1].Data = fmt.Appendf(nil, `{"a":"%01048576d"}`, 7)
	system := storetest.Events(1)
	system[0].Type = "$metadata"
	for want, w := range map[*fault.Error]store.Write{
		store.ErrTooLarge:     {Stream: "s-1", Expected: store.Any, Events: big},
		store.ErrInvalidWrite: {Stream: "$$s-1", Expected: store.Any, Events: storetest.Events(1)},
	} {
		_, err := s.Append(t.Context(), w)
		require.ErrorIs(t, err, want)
	}
	_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: big})
	require.ErrorContains(t, err, "1048576")
	require.Regexp(t, `the append has 10\d{5} bytes`, err.Error())
	_, err = s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: system})
	require.ErrorIs(t, err, store.ErrInvalidWrite)

	// A server that takes less than we believe says so; of many events too,
	// where the official client loses the reason (B7).
	o.MaxAppendSize = 4 << 20
	wide := open(t, quickly(server), o)
	many := storetest.Events(40)
	for i := range many {
		many[i].Data = fmt.Appendf(nil, `{"a":"%050000d"}`, i)
	}
	for _, events := range [][]event.Proposed{big, many} {
		_, err = wide.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
		require.ErrorIs(t, err, store.ErrTooLarge)
	}
	require.Empty(t, must(storetest.All(t.Context(), s)))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Exactly one server subscription is alive at any time, however often it
// breaks, and each begins where the one before ended.
func TestOneSubscriptionAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const breaks = 50
		h := &breaking{}
		s := h.store(t)
		var next uint64
		for n, err := range s.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if n.CaughtUp() {
				continue
			}
			require.Equal(t, next, n.Record.Revision)
			if next++; next == breaks {
				break
			}
		}
		require.Equal(t, int64(1), h.most.Load())
		require.GreaterOrEqual(t, h.begun.Load(), int64(breaks))
	})
}

// breaking is a server whose subscriptions break after each event.
type breaking struct {
	hostile
	begun, alive, most atomic.Int64
	newest             atomic.Uint64 // number of the last event sent
}

func (b *breaking) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	o := req.GetOptions()
	if o.GetReadDirection() == streams.ReadReq_Options_Backwards {
		return stream.Send(good(b.newest.Load()).resp())
	}
	if o.GetSubscription() == nil {
		return nil // nothing more
	}
	b.begun.Add(1)
	if alive := b.alive.Add(1); alive > b.most.Load() {
		b.most.Store(alive)
	}
	defer b.alive.Add(-1)
	next := uint64(0)
	if at := o.GetAll().GetPosition().GetCommitPosition(); at != 0 {
		next = at - 100 + 1 // as good numbers them
	}
	b.newest.Store(next)
	for _, m := range []*streams.ReadResp{
		{Content: &streams.ReadResp_Confirmation{}}, good(next).resp(), {Content: &streams.ReadResp_CaughtUp_{}},
	} {
		if err := stream.Send(m); err != nil {
			return err
		}
	}
	return status.Error(codes.Unavailable, "it breaks")
}

// A node that lags behind the one before is waited for: from where the
// subscriber is it would drop events in silence, from before it they come again.
func TestFailoverToALaggingNode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 10)}
		var asked atomic.Int64
		s.behind = func() int {
			if asked.Add(1) < 5 {
				return 6
			}
			return 0
		}
		s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
			if n == 1 {
				for _, m := range []*streams.ReadResp{confirmed(), record(1).resp(), record(2).resp(), record(3).resp(), record(4).resp(), record(5).resp()} {
					if err := out.Send(m); err != nil {
						return err
					}
				}
				return status.Error(codes.Unavailable, "it breaks")
			}
			return s.follow(n, from, out)
		}
		st := s.open(t, eventstoredb.Options{}, "&nodePreference=follower")
		var seen []event.Position
		for n, err := range st.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if n.CaughtUp() {
				break
			}
			seen = append(seen, n.Position/gap)
		}
		require.Equal(t, []event.Position{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, seen)
		require.Equal(t, 2, s.seen("subscription"))
	})
}

// A log that has lost what a subscriber was told is another one.
func TestSubscriberOfALogThatWasRestored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{log: records(1, 5)}
		s.subscribe = func(n int, from uint64, out streams.Streams_ReadServer) error {
			for _, m := range []*streams.ReadResp{confirmed(), record(4).resp(), record(5).resp()} {
				if err := out.Send(m); err != nil {
					return err
				}
			}
			s.mu.Lock()
			s.log = records(1, 4)
			s.mu.Unlock()
			return status.Error(codes.Unavailable, "it is restored")
		}
		var last error
		for _, err := range s.open(t, eventstoredb.Options{}, "").Subscribe(patience(t), 3*gap) {
			last = err
		}
		require.ErrorIs(t, last, store.ErrUnknownPosition)
	})
}
