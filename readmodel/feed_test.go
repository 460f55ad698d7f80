package readmodel

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	inmemory "github.com/marketcore/marketplace/store/memory"
)

// Whoever takes from a feed gets something each time, or a runner that has caught
// up would take an empty batch for one after which more is to come.
func TestFeedGivesNoEmptyBatch(t *testing.T) {
	log := inmemory.New()
	const events = 500
	for range events {
		_, err := log.Append(t.Context(), store.Write{Stream: "invite-1", Expected: store.Any, Events: []event.Proposed{{ID: uuid.New(), Type: "A", Data: []byte("{}"), Metadata: []byte("{}")}}})
		require.NoError(t, err)
	}
	f := newFeed(3)
	go f.read(t.Context(), log, projection.Partition{Of: 1}, place{})
	taken, caughtUp := 0, false
	for !caughtUp {
		b, err := f.take(t.Context())
		require.NoError(t, err)
		require.True(t, len(b.records) > 0 || b.caughtUp, "an empty batch after %d events", taken)
		require.LessOrEqual(t, len(b.records), 3)
		taken, caughtUp = taken+len(b.records), b.caughtUp
	}
	require.Equal(t, events, taken)
	require.Empty(t, f.arrived)
}

// What waits is told from the reading of it to the folding: of the batch that is
// being folded and of what was read meanwhile.
func TestFeedTellsWhatIsPending(t *testing.T) {
	at := time.Unix(1_700_000_000, 0).UTC()
	f := newFeed(2)
	read := func(position event.Position) {
		require.True(t, f.put(t.Context(), &event.Record{Position: position, RecordedAt: at.Add(time.Duration(position) * time.Minute)}, place{}))
	}
	pending := func(oldest, newest event.Position) {
		t.Helper()
		want := at.Add(time.Duration(oldest) * time.Minute)
		if oldest == 0 {
			want = time.Time{}
		}
		gotOldest, gotNewest := f.pending()
		require.Equal(t, want, gotOldest)
		require.Equal(t, newest, gotNewest)
	}
	take := func() {
		_, err := f.take(t.Context())
		require.NoError(t, err)
	}

	pending(0, 0)
	read(10)
	pending(10, 10)
	read(20)
	take()
	pending(10, 20)
	read(30)
	pending(10, 30)
	f.folded()
	pending(30, 30)
	f.update(func(b *batch) { b.to.position, b.caughtUp = 90, true }) // where no event is
	take()
	pending(30, 30)
	f.folded()
	pending(0, 0)
}
