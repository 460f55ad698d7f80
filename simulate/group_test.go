package simulate

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// TestGroupReadsAsIfAllWereWritten: whatever was flushed when, and whatever the
// log below calls its events, a group reads as a log in memory does.
func TestGroupReadsAsIfAllWereWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		below := storetest.Strict(memory.New(), rapid.Uint64().Draw(rt, "seed"))
		group, like := newGroup(below.(store.Transactor)), memory.New()
		names := []string{"s-1", "s-2", "s-3"}
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(rt *rapid.T) {
				w := store.Write{Stream: rapid.SampledFrom(names).Draw(rt, "stream"), Expected: store.Any,
					Events: storetest.Events(rapid.IntRange(1, 3).Draw(rt, "events"))}
				want, err := like.Append(t.Context(), w)
				require.NoError(rt, err)
				have, err := group.Append(t.Context(), w)
				require.NoError(rt, err)
				require.Equal(rt, want, have)
			},
			"flush": func(rt *rapid.T) { require.NoError(rt, group.Flush(t.Context())) },
			"span": func(rt *rapid.T) {
				head, err := like.Head(t.Context())
				require.NoError(rt, err)
				position := rapid.Map(rapid.IntRange(0, int(head)+1), func(p int) event.Position { return event.Position(p) })
				span := store.Span{After: position.Draw(rt, "after"), From: position.Draw(rt, "from"), Through: position.Draw(rt, "through")}
				want, wantErr := all(like.ReadAll(t.Context(), span))
				have, haveErr := all(group.ReadAll(t.Context(), span))
				require.Equal(rt, fault.Code(wantErr), fault.Code(haveErr))
				require.Equal(rt, want, have)
			},
			"stream": func(rt *rapid.T) {
				name, from := rapid.SampledFrom(names).Draw(rt, "stream"), rapid.Uint64Range(0, 9).Draw(rt, "from")
				want, wantErr := all(like.ReadStream(t.Context(), name, from))
				have, haveErr := all(group.ReadStream(t.Context(), name, from))
				require.Equal(rt, fault.Code(wantErr), fault.Code(haveErr))
				require.Equal(rt, want, have)
			},
		})
		require.NoError(rt, group.Flush(t.Context()))
		want, err := storetest.All(t.Context(), like)
		require.NoError(rt, err)
		have, err := storetest.All(t.Context(), below)
		require.NoError(rt, err)
		require.True(rt, slices.EqualFunc(want, have, func(a, b event.Record) bool { return a.ID == b.ID && a.Revision == b.Revision }))
	})
}

// all are the events of a read, in words.
func all(read func(func(event.Record, error) bool)) (records []string, err error) {
	for r, err := range read {
		if err != nil {
			return records, err
		}
		records = append(records, fmt.Sprintf("%d: %s %d %s", r.Position, r.Stream, r.Revision, r.ID))
	}
	return records, nil
}
