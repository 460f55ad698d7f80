package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// streamCases are about the names of streams, which are bytes: no two names are
// the same for a store, however alike they look or however a language sorts them.
func (s *suite) streamCases() []namedCase {
	cases := []namedCase{
		{"names of all scripts", s.in(namesOfAllScripts)},
		{"each name is a stream of its own", s.in(namesApart)},
		{"streams of others among ours", s.in(s.foreignStreams)},
	}
	if s.Features.Delete != nil {
		cases = append(cases, namedCase{"a deleted stream, whatever its name", s.in(s.deleted)})
	}
	return cases
}

// wideNames are some that servers have had trouble with: what a trailer cannot
// hold, and what languages take for the same or pass over.
var wideNames = []string{
	"s-ü", "s-u\u0308", "é", "e\u0301", "e", "Grüße-日本", "שלום-1", "كتاب", "s-😀", "s-😀😀", "ß", "ss", "ﬃ", "ffi",
	"s\u00ad-1", "s\u200d-1", "\ufeffs-1", "s\ufffd", "s\u2028", "İ", "i", "I", "ı", "ﷺ", "%C3%BC", "ü%", "s ü",
	strings.Repeat("日", 80),
}

func namesOfAllScripts(t *testing.T, s store.Store) {
	for i, name := range wideNames {
		_, err := Stream(t.Context(), s, name)
		require.ErrorIs(t, err, store.ErrStreamNotFound, "%q", name)
		w := store.Write{Stream: name, Expected: store.NoStream, Events: Events(2)}
		first, err := s.Append(t.Context(), w)
		require.NoError(t, err, "%q", name)
		again, err := s.Append(t.Context(), w)
		require.NoError(t, err, "%q", name)
		require.Equal(t, first, again)
		_, err = s.Append(t.Context(), store.Write{Stream: name, Expected: store.NoStream, Events: Events(1)})
		var told *fault.Error
		require.ErrorAs(t, err, &told)
		require.ErrorIs(t, err, store.ErrConflict)
		require.Equal(t, name, told.Stream)
		holds(t, mustStream(t, s, name), name, 0, w.Events)
		holds(t, mustRead(t, s, store.Span{})[2*i:], name, 0, w.Events)
	}
}

func namesApart(t *testing.T, s store.Store) {
	written := map[string][]event.Proposed{}
	for range 2 {
		for _, name := range wideNames {
			written[name] = append(written[name], mustAppend(t, s, name, 1)...)
		}
	}
	for name, events := range written {
		holds(t, mustStream(t, s, name), name, 0, events)
	}
	seen, err := follow(patience(t), s, 0, 2*len(wideNames), nil)
	require.NoError(t, err)
	for i, r := range seen {
		require.Equal(t, wideNames[i%len(wideNames)], r.Stream)
	}
}

// A log may hold what a host or another program writes: events of types and with
// bytes that are nobody's business here, in streams of other names, some of which
// look like ours. A store tells all of it, each in its place, and ours as without.
func (s *suite) foreignStreams(t *testing.T, st store.Store) {
	beside := s.Features.Beside
	bytes := [][]byte{[]byte(`{"a":1}`), {0, 1, 2, 255}, {}, []byte(`null`), []byte(`not json`)}
	if beside == nil {
		bytes = [][]byte{[]byte(`{"a":1}`), []byte(`{}`), []byte(`{"client":7,"amount":"x"}`)}
		beside = func(ctx context.Context, st store.Store, stream, typ string, data []byte) error {
			e := event.Proposed{ID: uuid.New(), Type: typ, Data: data, Metadata: []byte("{}")}
			_, err := st.Append(ctx, store.Write{Stream: stream, Expected: store.Any, Events: []event.Proposed{e}})
			return err
		}
	}
	ours := event.ContractStream(newID(1 << 40))
	type written struct {
		stream, typ string
		data        []byte
	}
	var want []written
	for i, name := range []string{"orders-123", "blob", "contracts-1", "Contract-" + newID(2<<40).String(), "日本-1", "-", "orders-123", "blob"} {
		typ := []string{"OrderPlaced", "ContractStarted", "a type\u2028"}[i%3]
		require.True(t, event.Foreign(name), name)
		require.NoError(t, beside(t.Context(), st, name, typ, bytes[i%len(bytes)]), name)
		own := mustAppend(t, st, ours, 1)[0]
		want = append(want, written{name, typ, bytes[i%len(bytes)]}, written{ours, own.Type, own.Data})
	}
	same := func(have []event.Record, err error) {
		t.Helper()
		require.NoError(t, err)
		require.Len(t, have, len(want))
		last := event.Position(0)
		revisions := map[string]uint64{}
		for i, r := range have {
			require.Equal(t, want[i].stream, r.Stream)
			require.Equal(t, want[i].typ, r.Type)
			require.Equal(t, string(want[i].data), string(r.Data))
			require.Greater(t, r.Position, last)
			require.Equal(t, revisions[r.Stream], r.Revision)
			revisions[r.Stream]++
			last = r.Position
		}
	}
	same(mustAll(t, st), nil)
	same(follow(patience(t), st, 0, len(want), nil))
	require.Len(t, mustStream(t, st, ours), len(want)/2)
	require.Len(t, mustStream(t, st, "blob"), 2)
	head, err := st.Head(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, head, mustAll(t, st)[len(want)-1].Position)
}

func (s *suite) deleted(t *testing.T, st store.Store) {
	names := append([]string{"s-1", "a b"}, wideNames...)
	for _, name := range names {
		mustAppend(t, st, name, 2)
		require.NoError(t, s.Features.Delete(t.Context(), st, name))
		_, err := Stream(t.Context(), st, name)
		require.ErrorIs(t, err, store.ErrStreamNotFound, "%q", name)
		for _, expected := range []store.Expected{store.Any, store.NoStream, store.Exact(1)} {
			_, err = st.Append(t.Context(), store.Write{Stream: name, Expected: expected, Events: Events(1)})
			require.ErrorIs(t, err, store.ErrInvalidWrite, "%q, expecting %v", name, expected)
		}
	}
	there := mustAppend(t, st, "s-2", 1)
	holds(t, mustStream(t, st, "s-2"), "s-2", 0, there)
}
